"""A forward and a backward pass as a textbook has them, where every step that can go wrong is a method.

It is slower than the engine proper, and gives the same events, bit for bit. `faults` overrides one method each.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from backprop_tui.engine.chain_rule import chain_rule
from backprop_tui.engine.events import Accumulate, Evaluate, Event, Input, Seed
from backprop_tui.engine.plan import Plan, Rule
from backprop_tui.formatting import shape
from backprop_tui.graph import Edge, Shape, Value
from backprop_tui.naming import name_of
from backprop_tui.ops.broadcasting import unbroadcast
from backprop_tui.ops.registry import OPERATIONS
from backprop_tui.ops.shapes import count
from backprop_tui.progress import Progress

ROOM = 256 * 1024 * 1024
"""Bytes of numbers that an engine keeps."""
_PATIENCE = 5_000
"""Steps that a broken engine may take beyond those of a run."""
_NO_RULE: Rule = (None, None, (), None)


class Flow(NamedTuple):
    """What goes back along an edge."""

    local: Value | None
    """The local derivative; None for a rule without one."""
    contribution: Value
    """Not yet summed down to the shape of the operand."""


class Stopped(Exception):  # noqa: N818  (an engine that is broken stops; that is what one wants to see)
    """The engine cannot go on, for the reason given."""


class Engine:
    """One run of a graph. `events` are those of the run so far."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.graph = plan, plan.graph
        self.values: list[Value] = []
        self.grads: list[Value | None] = [None] * len(plan.graph)
        self.events: list[Event] = []
        self.stopped = ""
        """Why it did not come to the end; empty if it did."""
        self._progress = Progress()
        self._bytes = 0
        self._ways = {
            edge: (factor, rule or _NO_RULE)
            for edge, (*_, factor, rule) in zip(plan.edges, plan.accumulations, strict=True)
        }

    @staticmethod
    def has_room(plan: Plan) -> bool:
        """Whether two passes do not take more than there is."""
        return 32 * sum(count(plan.graph.nodes[edge.operand].shape) for edge in plan.edges) <= ROOM

    @np.errstate(all="ignore")
    def run(self, progress: Progress | None = None) -> None:
        """Run forward and backward. Raises Cancelled."""
        self._progress = progress or self._progress
        self.forward()
        self._progress.enter("running backward")
        try:
            self.backward()
        except Stopped as stopped:
            self.stopped = str(stopped)

    def forward(self) -> None:
        """Give every node its value."""
        self.values = [node.value for node in self.graph]  # type: ignore[misc]  # the others follow at once
        for node in self.plan.inputs:
            self.events.append(Input(len(self.events), node, self.values[node]))
        for node, function, operands in self._progress.over(self.plan.evaluations, "running forward"):
            self.values[node] = function(*[self.values[operand] for operand in operands])
            self.events.append(Evaluate(len(self.events), node, self.values[node]))

    def backward(self) -> None:
        """Seed the output, then let each node send its gradient back."""
        self.seed()
        for node in self.order():
            for edge in self.edges(node):
                self.walk(edge)

    def seed(self) -> None:
        """∂output/∂output."""
        self.grads[self.graph.output] = self.graph.seed
        self.events.append(Seed(len(self.events), self.graph.output, self.graph.seed))

    def order(self) -> Iterable[int]:
        """The nodes that send, each after all that use it: topological order, reversed."""
        return [node for node, _ in self.plan.senders]

    def edges(self, node: int) -> Sequence[Edge]:
        """The edges along which a node sends."""
        return self._edges.get(node, ())

    def walk(self, edge: Edge) -> None:
        """Send the consumer's gradient back along one edge, and add what comes out to the operand's."""
        self._progress.check()
        upstream, before = self.grads[edge.consumer], self.grads[edge.operand]
        assert upstream is not None  # a node sends after it has received
        self._fit(edge.consumer, upstream.shape)
        local, raw = self.flow(edge, upstream)
        contribution = self.summed(raw, self.graph.nodes[edge.operand].shape)
        self._bytes += 2 * contribution.nbytes
        if len(self.events) >= self.plan.length + _PATIENCE or self._bytes > ROOM:
            raise Stopped(f"it is given up after {len(self.events):,} steps; {self.plan.length:,} are enough")
        if before is not None:
            self._fit(edge.operand, contribution.shape)
        after = contribution if before is None else self.added(before, contribution)
        self.grads[edge.operand] = after
        event = Accumulate(
            len(self.events), edge.operand, edge.consumer, edge.position, upstream, local, contribution, before, after
        )
        self.events.append(event)

    def _fit(self, node: int, found: Shape) -> None:
        """Raises Stopped where a gradient is not shaped like its node."""
        expected = self.graph.nodes[node].shape
        if found != expected:
            name = name_of(self.graph.nodes[node])
            raise Stopped(f"{name} has shape {shape(expected)}, and its gradient {shape(found)}")

    def flow(self, edge: Edge, upstream: Value) -> Flow:
        """Upstream times local derivative, or the operation's rule."""
        node, (factor, rule) = self.graph.nodes[edge.consumer], self._ways[edge]
        derivative = OPERATIONS[node.op].derivatives[edge.position]
        operands = [self.values[operand] for operand in node.operands]
        local = derivative.local and derivative.local(self.values[node.index], *operands, **node.attributes)
        return Flow(local, chain_rule(upstream, self.values, node.index, factor, rule, known=local))

    def summed(self, contribution: Value, wanted: Shape) -> Value:
        """The gradient of what was repeated is the sum over its copies."""
        return unbroadcast(contribution, wanted)

    def added(self, before: Value, contribution: Value) -> Value:
        """What arrives along several edges adds up."""
        return before + contribution

    @cached_property
    def _edges(self) -> dict[int, list[Edge]]:
        edges: dict[int, list[Edge]] = {}
        for edge in self.plan.edges:
            edges.setdefault(edge.consumer, []).append(edge)
        return edges

    def grad_at(self, node: int, position: int) -> Value | None:
        """The gradient of a node once so many events of this engine are done; None if it has none yet."""
        places = self._arrivals.get(node, [])
        arrived = bisect_left(places, position)
        if not arrived:
            return self.left_over(node)
        event = self.events[places[arrived - 1]]
        assert isinstance(event, Accumulate | Seed)
        return event.after if isinstance(event, Accumulate) else event.grad

    def left_over(self, node: int) -> Value | None:
        """The gradient of a node before the backward pass has begun."""
        return None

    @cached_property
    def _arrivals(self) -> dict[int, list[int]]:
        """For each node, which events change its gradient."""
        arrivals: dict[int, list[int]] = {}
        for place, event in enumerate(self.events):
            if isinstance(event, Accumulate | Seed):
                arrivals.setdefault(event.node, []).append(place)
        return arrivals
