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

from backprop_tui.engine.chain_rule import chain_rule
from backprop_tui.engine.events import Accumulate, Evaluate, Event, Input, Seed
from backprop_tui.engine.plan import Plan
from backprop_tui.engine.replay import Replay
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
_CONTRIBUTION: Final = 6
_AFTER: Final = 8
"""Places in a record."""


class Timeline:
    """The events of one run, in order. `timeline[i]` makes the i-th event."""

    def __init__(
        self,
        plan: Plan,
        values: Sequence[Value],
        grads: Sequence[Value | None],
        record: Sequence[Record],
        summed: Mapping[int, Shape] = MappingProxyType({}),
    ) -> None:
        """Made by `engine.run`, with the final value and gradient (None where none arrives) of each node.

        `summed` has the shapes of those contributions that were summed down to their operand's, before they were.
        """
        self.plan = plan
        self.seed_event = plan.seed_event
        """Index of the seed, the first event of the backward pass."""
        self._values = values
        self._grads = grads
        self._record = record
        self._summed = summed
        self._seen: Record | None = None
        self._derived: tuple[int, Value] | None = None
        self._differentiated: tuple[int, int, Value] | None = None

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
        if self.plan.computed_at[edge.consumer] >= position or not self.graph.nodes[edge.operand].requires_grad:
            return None
        return self._local(edge.consumer, edge.position)

    @cached_property
    def first_nonfinite(self) -> int | None:
        """Index of the first event that made an inf or a NaN, in a value or a gradient; None if none did."""
        plan = self.plan
        for event, node in enumerate(plan.order):
            if not is_finite(self._values[node]):
                return event
        if not is_finite(self.graph.seed):
            return self.seed_event
        events = (self.grad_nonfinite_at(node) for node in range(len(self.graph)))
        return min([event for event in events if event is not None], default=None)

    def grad_nonfinite_at(self, node: int) -> int | None:
        """Index of the event that made the gradient of a node inf or NaN, in any element; None if none did."""
        grad = self._grads[node]
        if grad is None or is_finite(grad):
            return None
        if node == self.graph.output:
            return self.seed_event
        # A sum that is not finite never becomes finite again, so the first one can be searched for.
        arrivals = self.plan.arrivals[node]
        first = bisect_left(arrivals, True, key=lambda number: not is_finite(self._grad_after(number)))
        return self.seed_event + 1 + arrivals[first]

    @cached_property
    def event(self) -> Callable[[int], Event]:
        """Makes the event of an index, from 0: `timeline.event(i)` is `timeline[i]`, but unchecked.

        A closure, because every step of a user comes through here and local variables are the fastest to read.
        """
        graph, order = self.graph, self.plan.order
        values, records, look_at = self._values, self._record, self._look_at
        first, inputs = self.seed_event + 1, len(self.plan.inputs)
        # Makes a named tuple without the detour through its Python constructor.
        make: Callable[[type[Event], tuple[Any, ...]], Event] = tuple.__new__

        def event(index: int) -> Event:
            number = index - first
            if number >= 0:
                record = records[number]
                if record[_CONTRIBUTION] is None:  # between arrays
                    record = look_at(number)
                return make(Accumulate, record)
            if number == -1:
                return Seed(index, graph.output, graph.seed)
            node = order[index]
            return make(Input if index < inputs else Evaluate, (index, node, values[node]))

        return event

    def summed_from(self, event: Accumulate) -> Shape:
        """The shape of an accumulation's contribution before it was summed down to its operand's."""
        return self._summed.get(event.index - self.seed_event - 1, self.graph.nodes[event.node].shape)

    def _look_at(self, number: int) -> Record:
        """The complete record of an accumulation between arrays.

        The last one is remembered: whoever draws a position looks at its event many times.
        """
        event, node, consumer, position, upstream, *_ = self._record[number]
        if self._seen is None or self._seen[0] != event:
            after = self._grad_after(number)
            previous = self.plan.before(number)
            if previous is None:  # what arrives first is the gradient
                before, contribution = None, after
            else:
                before, contribution = self._grad_after(previous), self._derive(number)
            local = self._local(consumer, position)
            self._seen = event, node, consumer, position, upstream, local, contribution, before, after
        return self._seen

    @np.errstate(all="ignore")
    def _local(self, consumer: int, position: int) -> Value | None:
        """The local derivative by an operand; None for a rule, and where no gradient passes. The last is remembered."""
        last = self._differentiated
        if last and last[:2] == (consumer, position):
            return last[2]
        node = self.graph.nodes[consumer]
        derivatives = OPERATIONS[node.op].derivatives
        local = derivatives[position].local if derivatives else None
        if local is None:
            return None
        operands = [self._values[operand] for operand in node.operands]
        found = local(self._values[consumer], *operands, **node.attributes)
        self._differentiated = consumer, position, found
        return found

    @np.errstate(all="ignore")
    def _derive(self, number: int) -> Value:
        """The contribution of an accumulation: as recorded, or computed again. The last one is remembered."""
        recorded = self._record[number][_CONTRIBUTION]
        if recorded is not None:
            return recorded
        if self._derived and self._derived[0] == number:
            return self._derived[1]
        _, operand, consumer, position, factor, rule = self.plan.accumulations[number]
        upstream = self._grads[consumer]
        assert upstream is not None
        assert rule is not None  # only between scalars, where all is recorded
        local, vjp, *_ = rule
        known = self._local(consumer, position) if local and not vjp else None
        raw = chain_rule(upstream, self._values, consumer, factor, rule, known=known)
        self._derived = number, unbroadcast(raw, self.graph.nodes[operand].shape)
        return self._derived[1]

    def _grad_after(self, number: int) -> Value:
        """The operand's gradient after an accumulation: recorded, or replayed."""
        after = self._record[number][_AFTER]
        if after is not None:
            return after
        node = self.plan.accumulations[number][1]
        arrivals = self.plan.arrivals[node]
        final = self._grads[node]
        if number == arrivals[-1] and final is not None:
            return final
        return self._replay.gradient(node, bisect_left(arrivals, number))

    @cached_property
    def _replay(self) -> Replay:
        return Replay(self.plan, lambda number: self._record[number][_AFTER], self._derive)
