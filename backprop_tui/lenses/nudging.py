"""A run with one element of one node moved a little: only what lies downstream of the node is computed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf, isfinite
from typing import NamedTuple

import numpy as np

from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Graph, Node, Value, is_finite
from backprop_tui.ops.registry import OPERATIONS
from backprop_tui.ops.shapes import count

EPSILON = float(np.finfo(np.float64).eps)
TINY = float(np.finfo(np.float64).tiny)
"""Numbers below it are rounded as if they were as large."""

# Nanoseconds, about: a node, a call of numpy with an array, an element, a multiply-add of a large product; moving an
# element and looking at the output; an operand of a call.
_PER_NODE, _PER_ARRAY, _PER_ELEMENT, _PER_MULTIPLY_ADD, PER_NUDGE = 1_000, 5_000, 10, 0.1, 10_000
_PER_OPERAND = 200


def cost(graph: Graph, node: Node) -> int:
    """About how many nanoseconds it takes to evaluate a node, on an ordinary machine."""
    if not node.op:
        return 0
    shapes = [graph.nodes[operand].shape for operand in node.operands]
    if not node.shape and not any(shapes):
        return _PER_NODE
    work = OPERATIONS[node.op].work(shapes, node.attributes)
    largest = max(map(count, (node.shape, *shapes)))
    return int(_PER_NODE + _PER_ARRAY + _PER_OPERAND * len(shapes) + _PER_ELEMENT * largest + _PER_MULTIPLY_ADD * work)


class Ground:
    """A run as it was, on which nodes are nudged: what all nudges have in common."""

    def __init__(self, timeline: Timeline) -> None:
        graph = timeline.graph
        self.graph = graph
        self.values = [timeline.values[node.name] for node in graph]
        self.evaluations = {node: (function, operands) for node, function, operands in timeline.plan.evaluations}
        self.costs = [cost(graph, node) for node in graph]
        self.grads = [timeline.grads[node.name] for node in graph]
        self.is_finite = is_finite(self.values[graph.output])
        """Whether the output is."""
        self.shares = [
            _share(self.values[node.index], self.grads[node.index], self.is_finite and bool(node.op)) for node in graph
        ]
        """By how much a relative error of 1 in a node moves Σ seed · output, to first order."""

    @cached_property
    def _is_needed(self) -> Sequence[bool]:
        """For each node, whether the output depends on it, masks included."""
        needed = [False] * len(self.graph)
        needed[self.graph.output] = True
        for index in range(self.graph.output, -1, -1):
            if needed[index]:
                for operand in self.graph.nodes[index].operands:
                    needed[operand] = True
        return needed

    def nudge(self, node: int, element: tuple[int, ...], limit: float = inf) -> Nudge | None:
        """A nudge of one element. None if to evaluate it once costs more than `limit`."""
        shape, output = self.graph.nodes[node].shape, self.graph.nodes[self.graph.output]
        total = PER_NUDGE + _PER_ELEMENT * (count(shape) + count(output.shape))
        consumers, needed, costs = self.graph.consumers, self._is_needed, self.costs
        found, waiting = {node}, [node]
        while waiting:
            if total > limit:
                return None
            for consumer, _, _ in consumers[waiting.pop()]:
                if needed[consumer] and consumer not in found:
                    found.add(consumer)
                    waiting.append(consumer)
                    total += costs[consumer]
        found.remove(node)
        return Nudge(self, node, element, sorted(found), total)


def _share(value: Value, grad: Value | None, counts: bool) -> float:
    if grad is None or not counts or grad.shape != value.shape:
        return 0.0
    product = (np.abs(value) + TINY) * np.abs(grad)
    share = float(product if isinstance(product, np.float64) else np.sum(product))
    return share if isfinite(share) else 0.0


class Sides(NamedTuple):
    """The output at x - h and at x + h."""

    h: float
    width: np.float64
    """2h, as it came out in floating point. What is computed with it may overflow."""
    below: Value
    above: Value


@dataclass(frozen=True)
class Nudge:
    """Evaluates the graph with one element of one node moved. Call it under `np.errstate(all="ignore")`."""

    ground: Ground
    node: int
    element: tuple[int, ...]
    downstream: Sequence[int]
    """The nodes that depend on this one and that the output depends on, masks included, in topological order."""
    cost: int
    """About how many nanoseconds it takes to evaluate them once."""

    @property
    def x(self) -> float:
        """Where the element is."""
        return float(np.asarray(self.ground.values[self.node])[self.element])

    @cached_property
    def rounding(self) -> float:
        """What rounding of the nodes downstream can add up to in Σ seed · output; NaN if that is not finite here."""
        if not self.ground.is_finite:
            return float("nan")
        return EPSILON * sum(self.ground.shares[node] for node in self.downstream)

    def at(self, x: float) -> Mapping[int, Value]:
        """The values, with the element at x, of the node and of everything downstream."""
        values, evaluations = self.ground.values, self.ground.evaluations
        moved = np.array(values[self.node])
        moved[self.element] = x
        news: dict[int, Value] = {self.node: moved[()]}
        for node in self.downstream:
            function, operands = evaluations[node]
            news[node] = function(*[news[operand] if operand in news else values[operand] for operand in operands])
        return news

    def sample(self, h: float) -> Sides:
        """The outputs on both sides of x."""
        above, below = self.x + h, self.x - h
        output = self.ground.graph.output
        return Sides(h, np.float64(above - below), self.at(below)[output], self.at(above)[output])

    def slope(self, sample: Sides) -> float:
        """The central difference of Σ seed · output."""
        return float(np.sum(self.ground.graph.seed * (sample.above - sample.below)) / sample.width)

    def uncertainty(self, sample: Sides) -> float:
        """What rounding can do to that slope: of the nodes downstream, and of the output on either side."""
        sides = np.sum(np.abs(self.ground.graph.seed) * (np.abs(sample.below) + np.abs(sample.above)))
        return float((2.0 * self.rounding + EPSILON * sides / 2.0) / sample.width)
