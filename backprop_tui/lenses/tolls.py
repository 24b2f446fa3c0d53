"""What forward and reverse mode cost: sweeps over the graph, and the edges that are walked in them."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Graph, Kind
from backprop_tui.ops.shapes import count
from backprop_tui.progress import Progress

_INPUTS_AT_ONCE = 4_096
"""Inputs whose sweeps are counted together: one bit for each at every node."""


class Toll(NamedTuple):
    """What one mode costs until every ∂output/∂input is known, for each element of both."""

    sweeps: int
    edges: int
    """Walked in all sweeps together."""


def forward_toll(graph: Graph, progress: Progress | None = None) -> Toll:
    """A sweep for each element of the inputs, along all edges downstream of it. Raises Cancelled."""
    inputs = [node for node in graph if node.kind is Kind.INPUT and node.requires_grad]
    edges = 0
    for start in range(0, len(inputs), _INPUTS_AT_ONCE):
        upstream = [0] * len(graph)  # which of these inputs a node depends on: one bit for each
        elements: Counter[int] = Counter()
        for bit, node in enumerate(inputs[start : start + _INPUTS_AT_ONCE]):
            upstream[node.index] = 1 << bit
            elements[count(node.shape)] += 1 << bit
        groups = elements.items()
        for node in progress.over(graph.nodes, "counting edges") if progress else graph.nodes:
            if node.op and node.requires_grad:
                reached = 0
                for operand in node.operands:
                    bits = upstream[operand]
                    if bits:
                        reached |= bits
                        edges += sum(size * (bits & group).bit_count() for size, group in groups)
                upstream[node.index] = reached
    return Toll(sum(count(node.shape) for node in inputs), edges)


def reverse_toll(timeline: Timeline) -> Toll:
    """A sweep for each element of the output, along all edges by which gradients reach the inputs."""
    sweeps = count(timeline.graph.nodes[timeline.graph.output].shape)
    return Toll(sweeps, sweeps * len(timeline.plan.accumulations))
