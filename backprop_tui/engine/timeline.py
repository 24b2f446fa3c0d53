"""All events of a run, and the state of every node at every position.

A position is the number of events that are done: 0 before the first, `len(timeline)` after the last. What a
position shows is looked up, not maintained: values never change once computed, and the gradient of a node is the
one recorded after the last accumulation before the position. So stepping back restores exactly what was there
(subtracting the contribution again would not, in floating point), and jumping costs no more than stepping.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from backprop_tui.engine.events import Accumulate, Evaluate, Event, Input, Seed
from backprop_tui.engine.plan import Plan
from backprop_tui.graph import Edge, Graph, Shape, Value
from backprop_tui.ops.broadcasting import unbroadcast
from backprop_tui.ops.registry import OPERATIONS

if TYPE_CHECKING:
    from backprop_tui.engine.cursor import Cursor


class Phase(Enum):
    """Which way the run is going."""

    FORWARD = "forward"
    BACKWARD = "backward"


Record: TypeAlias = tuple[Value | None, Value | None, Value | None]
"""What a run keeps of an accumulation: (local derivative, contribution, gradient after it).

Between scalars everything. Between arrays only the gradient after it, and not even that where the budget forbids:
the rest is computed again from the values when somebody looks.
"""

_make: Callable[[type[Event], tuple[Any, ...]], Event] = tuple.__new__
"""Makes a named tuple without the detour through its Python constructor: every step of a user makes one."""


class Timeline:
    """The events of one run, in order. `timeline[i]` makes the i-th event."""

    def __init__(
        self, plan: Plan, values: Sequence[Value], grads: Sequence[Value | None], record: Sequence[Record]
    ) -> None:
        """Made by `engine.run`, with the final value and gradient (None where none arrives) of each node."""
        self.plan = plan
        self.seed_event = plan.seed_event
        """Index of the seed, the first event of the backward pass."""
        self._values = values
        self._grads = grads
        self._record = record
        self._first = plan.seed_event + 1
        self._inputs = len(plan.inputs)

    @cached_property
    def _order(self) -> Sequence[int]:
        return self.plan.order

    @cached_property
    def _arcs(self) -> Sequence[tuple[int, int, int, int]]:
        return self.plan.arcs

    @property
    def graph(self) -> Graph:
        """The graph that was run."""
        return self.plan.graph

    @cached_property
    def values(self) -> Mapping[str, Value]:
        """The value of every node, by name."""
        return MappingProxyType({node.name: self._values[node.index] for node in self.graph})

    @cached_property
    def grads(self) -> Mapping[str, Value | None]:
        """The gradient of every node at the end, by name. None: no gradient reaches it."""
        return MappingProxyType({node.name: self._grads[node.index] for node in self.graph})

    def __len__(self) -> int:
        return self.plan.length

    def __getitem__(self, index: int) -> Event:
        """The event of that index; negative ones count from the end. Raises IndexError."""
        length = self.plan.length
        if not -length <= index < length:
            raise IndexError(f"event {index} of {length}")
        return self.event(index % length)

    def __iter__(self) -> Iterator[Event]:
        return map(self.event, range(self.plan.length))

    def cursor(self) -> Cursor:
        """A new cursor, before the first event."""
        from backprop_tui.engine.cursor import Cursor  # noqa: PLC0415  (a cursor stands on a timeline)

        return Cursor(self)

    def phase(self, position: int) -> Phase:
        """The phase of the event that leads to the position."""
        return Phase.BACKWARD if position > self.seed_event else Phase.FORWARD

    def value_at(self, node: int, position: int) -> Value | None:
        """The value of a node at a position. None: not computed yet."""
        return self._values[node] if self.plan.computed_at[node] < position else None

    def grad_at(self, node: int, position: int) -> Value | None:
        """The gradient of a node at a position. None: nothing has arrived (yet)."""
        done = position - self.seed_event - 1
        if done < 0:
            return None
        if node == self.graph.output:
            return self._grads[node]
        arrivals = self.plan.arrivals[node]
        arrived = bisect_left(arrivals, done)
        if arrived == len(arrivals):
            return self._grads[node]
        return self._grad_after(arrivals[arrived - 1]) if arrived else None

    def local_at(self, edge: Edge, position: int) -> Value | None:
        """The local derivative along an edge at a position, of a shape that broadcasts to the consumer's.

        None: the consumer is not computed yet; or the operation is a rule without a written-down Jacobian; or the
        edge carries no gradient.
        """
        consumer = self.graph.nodes[edge.consumer]
        if self.plan.computed_at[edge.consumer] >= position or not self.graph.nodes[edge.operand].requires_grad:
            return None
        derivatives = OPERATIONS[consumer.op].derivatives
        local = derivatives[edge.position].local if derivatives else None
        if local is None:
            return None
        operands = [self._values[operand] for operand in consumer.operands]
        with np.errstate(all="ignore"):
            return local(self._values[consumer.index], *operands, **consumer.attributes)

    @cached_property
    def first_nonfinite(self) -> int | None:
        """Index of the first event that made an inf or a NaN, in a value or a gradient; None if none did."""
        for event in self:
            match event:
                case Accumulate():
                    made = event.after
                case Seed():
                    made = event.grad
                case _:
                    made = event.value
            if not np.isfinite(made).all():
                return event.index
        return None

    def event(self, index: int) -> Event:
        """The event of that index, from 0: like `timeline[index]`, but unchecked."""
        number = index - self._first
        if number >= 0:
            consumer, position, operand, previous = self._arcs[number]
            local, contribution, after = self._record[number]
            if contribution is None:  # between arrays
                local, contribution, before, after = self._recomputed(number)
            else:
                before = None if previous < 0 else self._record[previous][2]
            upstream = self._grads[consumer]
            return _make(Accumulate, (index, operand, consumer, position, upstream, local, contribution, before, after))
        if number == -1:
            return Seed(index, self.graph.output, self.graph.seed)
        node = self._order[index]
        return _make(Input if index < self._inputs else Evaluate, (index, node, self._values[node]))

    def summed_from(self, event: Accumulate) -> Shape:
        """The shape of an accumulation's contribution before it was summed down to its operand's."""
        if event.local is not None:
            return self.graph.nodes[event.consumer].shape
        _, raw = self._derive(event.index - self._first)
        return raw.shape

    def _recomputed(self, number: int) -> tuple[Value | None, Value, Value | None, Value]:
        """Local derivative, contribution, gradient before and after of an accumulation between arrays."""
        local, contribution = self._contribution(number)
        previous = self._arcs[number][3]
        before = None if previous < 0 else self._grad_after(previous)
        after = self._record[number][2]
        if after is None:
            after = contribution if before is None else before + contribution
        return local, contribution, before, after

    def _contribution(self, number: int) -> tuple[Value | None, Value]:
        """Local derivative (None for a rule) and contribution of an accumulation, computed again."""
        local, raw = self._derive(number)
        return local, unbroadcast(raw, self.graph.nodes[self._arcs[number][2]].shape)

    def _derive(self, number: int) -> tuple[Value | None, Value]:
        """Local derivative (None for a rule) and contribution before un-broadcasting, computed again.

        The same operations on the same numbers give the same bits as in the run.
        """
        consumer, position, _, _ = self._arcs[number]
        node = self.graph.nodes[consumer]
        derivative = OPERATIONS[node.op].derivatives[position]
        upstream, y = self._grads[consumer], self._values[consumer]
        assert upstream is not None
        xs = [self._values[operand] for operand in node.operands]
        with np.errstate(all="ignore"):
            if derivative.vjp is not None:
                return None, derivative.vjp(upstream, y, *xs, **node.attributes)
            assert derivative.local is not None
            local = derivative.local(y, *xs, **node.attributes)
            return local, upstream * local

    def _grad_after(self, number: int) -> Value:
        """The operand's gradient after an accumulation: recorded, or replayed from the last recorded one."""
        replay = []
        while number >= 0 and self._record[number][2] is None:
            replay.append(number)
            number = self._arcs[number][3]
        after = self._record[number][2] if number >= 0 else None
        for missing in reversed(replay):
            _, contribution = self._contribution(missing)
            after = contribution if after is None else after + contribution
        assert after is not None
        return after
