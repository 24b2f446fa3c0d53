"""Forward mode: how fast every node moves when ONE element of one input moves at speed 1.

A sweep is a run of its own, from the input on, in program order: first the element's own speed, ∂x/∂x = 1, then one
event for each edge that a tangent flows along, `∂consumer/∂x += ∂consumer/∂operand · ∂operand/∂x`. It mirrors the
backward pass, which walks the same edges the other way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from math import isclose, isnan
from operator import add
from typing import NamedTuple, TypeAlias

import numpy as np

from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Edge, Node, Value
from backprop_tui.lenses.places import Place
from backprop_tui.lenses.scales import scales_of_gradients
from backprop_tui.ops.operation import ONE, plain
from backprop_tui.ops.registry import OPERATIONS
from backprop_tui.progress import Progress

_TOLERANCE = 1e-9
_ROUNDING = 1e-12
"""Two sums of the same products agree to so much of themselves, or of the largest numbers that they are made of."""


class Depart(NamedTuple):
    """The element moves at speed 1, and the others of its input stand still."""

    index: int  # type: ignore[assignment]  # rather than tuple.index
    """Position in the sweep: 0."""
    node: int
    tangent: Value
    """1 at the element, 0 elsewhere."""


class Carry(NamedTuple):
    """One edge carries a tangent on: `tangent of the consumer += local · tangent of the operand`."""

    index: int  # type: ignore[assignment]  # rather than tuple.index
    node: int
    """The consumer, whose tangent grows."""
    edge: Edge
    tangent: Value
    """∂operand/∂x, shaped like the operand."""
    local: Value | None
    """∂consumer/∂operand, if it is one factor for each element of the consumer; None where the operation is a rule."""
    contribution: Value
    """What is added, shaped like the node."""
    before: Value | None
    """The node's tangent before. None: nothing had arrived yet."""
    after: Value
    """The node's tangent after."""


Event: TypeAlias = Depart | Carry


class Sweep:
    """One sweep of forward mode. A position is the number of its events that are done, as in a timeline.

    Only complete tangents are kept. What a node has after some of the edges into it is computed again when somebody
    looks: they come one after the other, and few operations have many operands.
    """

    def __init__(self, timeline: Timeline, place: Place, progress: Progress | None = None) -> None:
        """Raises Cancelled if `progress` is told to stop."""
        graph = timeline.graph
        self.place = place
        self._timeline = timeline
        self._values = [*timeline.values.values()]
        self._edges: list[Edge] = []
        self._asked: tuple[tuple[int, int], Value] | None = None
        self._seen: Event | None = None
        self._arrivals: dict[int, tuple[int, int]] = {}
        """For each node that a tangent arrives at, its first edge and the one past its last."""
        self._tangents: list[Value | None] = [None] * len(graph)
        unit = np.zeros(graph.nodes[place.node].shape)
        unit[place.element] = 1.0
        self._tangents[place.node] = plain(unit)
        nodes = graph.nodes[place.node + 1 :]
        with np.errstate(all="ignore"):
            for node in progress.over(nodes, "running forward mode") if progress else nodes:
                if node.op and node.requires_grad:
                    self._pass(node)

    def __len__(self) -> int:
        """Number of events."""
        return 1 + len(self._edges)

    @property
    def edges(self) -> Sequence[Edge]:
        """The edges that a tangent flows along: one event for each, after the first one."""
        return self._edges

    @property
    def nodes(self) -> Iterable[int]:
        """The nodes that have a tangent in the end: the input, and what is computed from it, in order."""
        return (self.place.node, *self._arrivals)

    def event(self, index: int) -> Event:
        """The event of that index, from 0. Raises IndexError."""
        if self._seen is None or self._seen.index != index:  # whoever draws a position looks at its event many times
            self._seen = self._carry(index) if index else Depart(0, self.place.node, self._tangent(self.place.node))
        return self._seen

    @np.errstate(all="ignore")
    def _carry(self, index: int) -> Carry:
        edge = self._edges[index - 1]
        before, after = (self.tangent_at(edge.consumer, position) for position in (index, index + 1))
        assert after is not None  # the edge has brought something
        tangent, local = self._tangent(edge.operand), self._timeline.local_at(edge, len(self._timeline))
        contribution = after if before is None else self._carried(edge, tangent)
        if local is None and not tangent.ndim:
            local = self._carried(edge, ONE)
        return Carry(index, edge.consumer, edge, tangent, local, contribution, before, after)

    @np.errstate(all="ignore")
    def tangent_at(self, node: int, position: int) -> Value | None:
        """∂node/∂x at a position. None: nothing has arrived (yet)."""
        if not self.reaches(node) or position == 0:
            return None
        first, last = self._arrivals.get(node, (-1, -1))  # the input has its own from the start
        done = position - 1
        if done >= last:
            return self._tangents[node]
        return self._partial(node, self._edges[first:done]) if done > first else None

    def reaches(self, node: int) -> bool:
        """Whether the node depends on the input, so that it has a tangent in the end."""
        return self._tangents[node] is not None

    def complete_at(self, node: int) -> int | None:
        """The position from which on the node has its complete tangent; None if it never has one."""
        return 1 + max(0, self._arrivals.get(node, (-1, -1))[1]) if self.reaches(node) else None

    def _pass(self, node: Node) -> None:
        """Let a node move as its operands do."""
        first = len(self._edges)
        for position, operand in enumerate(node.operands):
            if self._tangents[operand] is not None:
                self._edges.append(Edge(node.index, position, operand))
        if len(self._edges) > first:
            self._arrivals[node.index] = first, len(self._edges)
            self._tangents[node.index] = self._sum(self._edges[first:])

    def _partial(self, node: int, edges: Sequence[Edge]) -> Value:
        """What a node has after only these edges. The last one is remembered: a drawing asks for it many times."""
        key = node, len(edges)
        if self._asked is None or self._asked[0] != key:
            self._asked = key, self._sum(edges)
        return self._asked[1]

    def _sum(self, edges: Sequence[Edge]) -> Value:
        """What these edges bring, which are the first ones into a node."""
        node = self._timeline.graph.nodes[edges[0].consumer]
        operation = OPERATIONS[node.op]
        if operation.variadic:  # it only joins its operands, all at once: edge by edge would be quadratic
            shapes = [self._values[operand].shape for operand in node.operands]
            tangents: list[Value] = [np.zeros(shape) for shape in shapes]
            for edge in edges:
                tangents[edge.position] = self._tangent(edge.operand)
            return operation.forward(*tangents, **node.attributes)
        moved = [self._carried(edge, self._tangent(edge.operand)) for edge in edges]
        return reduce(add, moved)

    def _carried(self, edge: Edge, tangent: Value) -> Value:
        """∂consumer/∂operand · tangent."""
        consumer, position, _ = edge
        node, values = self._timeline.graph.nodes[consumer], self._values
        operands = [values[one] for one in node.operands]
        return OPERATIONS[node.op].jvp(position, tangent, values[consumer], operands, node.attributes)

    def _tangent(self, node: int) -> Value:
        """The tangent of a node that has one."""
        tangent = self._tangents[node]
        assert tangent is not None
        return tangent


class Meeting(NamedTuple):
    """What both modes have found, each on its own way: Σ seed · ∂output/∂x."""

    forward: float
    reverse: float
    agree: bool
    """Whether they are the same number, but for rounding. Only 0 · ∞, met on one way alone, keeps them apart."""


def meet(sweep: Sweep, timeline: Timeline) -> Meeting | None:
    """The ends of both modes; None if the output does not depend on the input."""
    graph, (node, element) = timeline.graph, sweep.place
    tangent, grad = sweep.tangent_at(graph.output, len(sweep)), timeline.grads[graph.nodes[node].name]
    if tangent is None or grad is None:
        return None
    with np.errstate(all="ignore"):
        forward, reverse = float(np.sum(graph.seed * tangent)), float(np.asarray(grad)[element])
    agree = isclose(forward, reverse, rel_tol=_TOLERANCE) or (isnan(forward) and isnan(reverse))
    if not agree:  # large numbers may have cancelled out
        agree = abs(forward - reverse) <= _ROUNDING * scales_of_gradients(timeline)[node]
    return Meeting(forward, reverse, agree)
