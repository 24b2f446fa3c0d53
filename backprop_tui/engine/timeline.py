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
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from backprop_tui.engine.events import Accumulate, Evaluate, Event, Input, Seed
from backprop_tui.engine.plan import Plan
from backprop_tui.graph import Edge, Graph, Shape, Value, is_finite
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
        self._seen: tuple[int, Record, Shape] | None = None
        self._replayed: dict[int, tuple[int, Value]] = {}
        """Node -> the last of its gradients that was replayed: whoever steps on needs the next."""

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
        plan = self.plan
        for event, node in enumerate(plan.order):
            if not is_finite(self._values[node]):
                return event
        if not is_finite(self.graph.seed):
            return self.seed_event
        numbers = []
        for node, grad in enumerate(self._grads):
            if grad is not None and not is_finite(grad) and node != self.graph.output:
                # A sum that is not finite never becomes finite again, so the first one can be searched for.
                arrivals = plan.arrivals[node]
                numbers.append(
                    arrivals[bisect_left(arrivals, True, key=lambda at: not is_finite(self._grad_after(at)))]
                )
        return self.seed_event + 1 + min(numbers) if numbers else None

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
        return self._look_at(event.index - self.seed_event - 1)[1]

    def _recomputed(self, number: int) -> Record:
        """The record of an accumulation, complete."""
        return self._look_at(number)[0]

    @np.errstate(all="ignore")
    def _look_at(self, number: int) -> tuple[Record, Shape]:
        """The complete record of an accumulation, and the shape that its contribution was summed down from.

        The last one is remembered: whoever draws a position looks at its event many times.
        """
        if self._seen is None or self._seen[0] != number:
            local, raw = self._derive(number)
            event, node, consumer, position, upstream, _, _, _, _ = self._record[number]
            contribution = unbroadcast(raw, self.graph.nodes[node].shape)
            previous = self.plan.before(number)
            before = None if previous is None else self._grad_after(previous)
            after = contribution if before is None else before + contribution
            record = event, node, consumer, position, upstream, local, contribution, before, after
            self._seen = number, record, raw.shape
        return self._seen[1:]

    def _derive(self, number: int) -> tuple[Value | None, Value]:
        """Local derivative (None for a rule) and contribution before un-broadcasting, computed again.

        The same operations on the same numbers give the same bits as in the run. Call it under
        `np.errstate(all="ignore")`.
        """
        _, _, consumer, position, *_ = self.plan.accumulations[number]
        node = self.graph.nodes[consumer]
        derivative = OPERATIONS[node.op].derivatives[position]
        upstream, y = self._grads[consumer], self._values[consumer]
        assert upstream is not None
        xs = [self._values[operand] for operand in node.operands]
        local = derivative.local(y, *xs, **node.attributes) if derivative.local else None
        if derivative.vjp:
            return local, derivative.vjp(upstream, y, *xs, **node.attributes)
        assert local is not None
        return local, upstream * local

    @np.errstate(all="ignore")
    def _grad_after(self, number: int) -> Value:
        """The operand's gradient after an accumulation: recorded, or replayed from the last one that is known."""
        node = self.plan.accumulations[number][1]
        shape = self.graph.nodes[node].shape
        known, replayed = self._replayed.get(node, (-1, None))
        replay: list[int] = []
        at: int | None = number
        after: Value | None = None
        while at is not None:
            after = replayed if at == known else self._record[at][_AFTER]
            if after is not None:
                break
            replay.append(at)
            at = self.plan.before(at)
        for missing in reversed(replay):
            contribution = unbroadcast(self._derive(missing)[1], shape)
            after = contribution if after is None else after + contribution
        assert after is not None
        if replay:
            self._replayed[node] = number, after
        return after
