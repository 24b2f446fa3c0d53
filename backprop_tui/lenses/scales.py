"""How large the numbers are that a value or a gradient is made of: rounding can do a small part of that to it.

Where large numbers cancel out, what is left may be nothing but rounding, and so is whatever is computed from it. To
first order, what an operand is off by moves the result by its local derivative times as much. An operation without one
(a sum, a product of matrices) is taken to pass it on, and to add up as many products of the largest numbers as it has
multiply-adds for each element.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Edge, Graph, Node, Value
from backprop_tui.ops.registry import OPERATIONS
from backprop_tui.ops.shapes import count


def scales_of_values(timeline: Timeline) -> Sequence[float]:
    """For each node, how large the numbers are that its value is made of."""
    graph = timeline.graph
    largest = [_largest(timeline.values[node.name]) for node in graph]
    scales: list[float] = []
    with np.errstate(all="ignore"):
        for node in graph:
            factors = [_factor(timeline, Edge(node.index, *operand)) for operand in enumerate(node.operands)]
            parts = sum(
                (1.0 if factor is None else factor) * scales[operand]
                for factor, operand in zip(factors, node.operands, strict=True)
            )
            if None in factors:
                products = prod(largest[operand] for operand in node.operands) * _work(graph, node) / count(node.shape)
                parts = max(parts, products)
            scales.append(max(largest[node.index], parts))
    return scales


def scales_of_gradients(timeline: Timeline) -> Sequence[float]:
    """For each node, how large the numbers are that its gradient is made of."""
    graph = timeline.graph
    largest = [_largest(timeline.values[node.name]) for node in graph]
    scales = [0.0] * len(graph)
    scales[graph.output] = _largest(graph.seed)
    with np.errstate(all="ignore"):
        for edge in timeline.plan.edges:
            consumer, size = graph.nodes[edge.consumer], count(graph.nodes[edge.operand].shape)
            factor, upstream = _factor(timeline, edge), timeline.grads[consumer.name]
            if factor is None:
                others = max([1.0, *(largest[operand] for operand in consumer.operands)])
                product = 0.0 if upstream is None else _largest(upstream) * others * _work(graph, consumer) / size
                scales[edge.operand] += max(scales[edge.consumer], product)
            else:  # where the operand was broadcast, the elements are added up
                scales[edge.operand] += factor * scales[edge.consumer] * max(1.0, count(consumer.shape) / size)
    return scales


def _factor(timeline: Timeline, edge: Edge) -> float | None:
    """The largest local derivative along an edge; None if it has none."""
    local = timeline.local_at(edge, len(timeline))
    return None if local is None else _largest(local)


def _work(graph: Graph, node: Node) -> int:
    """Multiply-adds of an operation."""
    return OPERATIONS[node.op].work([graph.nodes[operand].shape for operand in node.operands], node.attributes)


def _largest(value: Value) -> float:
    """The largest absolute number that is finite; 0 if none is."""
    sizes = np.abs(value)
    return float(np.max(sizes, initial=0.0, where=np.isfinite(sizes)))
