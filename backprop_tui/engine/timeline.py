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
from itertools import chain
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

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


# No named tuple: to make one takes longer than to compute the numbers in it.
Record: TypeAlias = tuple[int, int, int, int, Value, Value | None, Value | None, Value | None, Value | None]
"""What a run keeps of an accumulation: the fields of its event.

Between scalars all of them. Between arrays neither local derivative, contribution nor gradient before; not even the
gradient after, where the budget forbids: what is missing is computed again from the values when somebody looks.
"""
_LOCAL: Final = 5
_AFTER: Final = 8
"""Places in a record."""


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
        forward = (self._values[node] for node in self.plan.order)
        backward = (self._grad_after(number) for number in range(len(self._record)))
        for index, made in enumerate(chain(forward, (self.graph.seed,), backward)):
            if not (isfinite(made) if isinstance(made, np.float64) else np.isfinite(made).all()):
                return index
        return None

    @cached_property
    def event(self) -> Callable[[int], Event]:
        """Makes the event of an index, from 0: `timeline.event(i)` is `timeline[i]`, but unchecked.

        A closure, because every step of a user comes through here and local variables are the fastest to read.
        """
        graph, order = self.graph, self.plan.order
        values, records, recomputed = self._values, self._record, self._recomputed
        first, inputs = self.seed_event + 1, len(self.plan.inputs)
        # Makes a named tuple without the detour through its Python constructor.
        make: Callable[[type[Event], tuple[Any, ...]], Event] = tuple.__new__

        def event(index: int) -> Event:
            number = index - first
            if number >= 0:
                record = records[number]
                if record[_LOCAL] is None:  # between arrays, or not the plain product upstream · local
                    record = recomputed(number)
                return make(Accumulate, record)
            if number == -1:
                return Seed(index, graph.output, graph.seed)
            node = order[index]
            return make(Input if index < inputs else Evaluate, (index, node, values[node]))

        return event

    def summed_from(self, event: Accumulate) -> Shape:
        """The shape of an accumulation's contribution before it was summed down to its operand's."""
        if event.local is not None:
            return self.graph.nodes[event.consumer].shape
        _, raw = self._derive(event.index - self.seed_event - 1)
        return raw.shape

    def _recomputed(self, number: int) -> Record:
        """The record of an accumulation, complete."""
        local, contribution = self._contribution(number)
        previous = self.plan.before(number)
        before = None if previous is None else self._grad_after(previous)
        event, node, consumer, position, upstream, _, _, _, after = self._record[number]
        if after is None:
            after = contribution if before is None else before + contribution
        return event, node, consumer, position, upstream, local, contribution, before, after

    def _contribution(self, number: int) -> tuple[Value | None, Value]:
        """Local derivative (None for a rule) and contribution of an accumulation, computed again."""
        local, raw = self._derive(number)
        return local, unbroadcast(raw, self.graph.nodes[self.plan.accumulations[number][1]].shape)

    def _derive(self, number: int) -> tuple[Value | None, Value]:
        """Local derivative (None for a rule) and contribution before un-broadcasting, computed again.

        The same operations on the same numbers give the same bits as in the run.
        """
        _, _, consumer, position, *_ = self.plan.accumulations[number]
        node = self.graph.nodes[consumer]
        derivative = OPERATIONS[node.op].derivatives[position]
        upstream, y = self._grads[consumer], self._values[consumer]
        assert upstream is not None
        xs = [self._values[operand] for operand in node.operands]
        with np.errstate(all="ignore"):
            local = derivative.local(y, *xs, **node.attributes) if derivative.local else None
            if derivative.vjp:
                return local, derivative.vjp(upstream, y, *xs, **node.attributes)
            assert local is not None
            return local, upstream * local

    def _grad_after(self, number: int) -> Value:
        """The operand's gradient after an accumulation: recorded, or replayed from the last recorded one."""
        replay: list[int] = []
        at: int | None = number
        while at is not None and self._record[at][_AFTER] is None:
            replay.append(at)
            at = self.plan.before(at)
        after: Value | None = None if at is None else self._record[at][_AFTER]
        for missing in reversed(replay):
            _, contribution = self._contribution(missing)
            after = contribution if after is None else after + contribution
        assert after is not None
        return after
