"""The schedule of a graph: which event is which. Known before anything is computed, and the same for every run."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TypeAlias

from backprop_tui.graph import Edge, Graph, Kind, Shape, Value
from backprop_tui.ops.operation import Derivative, pass_on
from backprop_tui.ops.registry import OPERATIONS
from backprop_tui.ops.shapes import count

DEFAULT_BUDGET = 512 * 1024 * 1024
"""Bytes that the recorded gradients of one run may take. Beyond it, some are replayed when looked at."""

# Plain tuples: a graph is planned as often as it is edited, and named ones take longer to make than to run.
Evaluation: TypeAlias = tuple[int, Callable[..., Value], tuple[int, ...]]
"""How to evaluate an operation: (node, forward, operands)."""

Contribution: TypeAlias = tuple[int, int, Callable[..., Value] | None, bool, Shape | None]
"""How an edge turns the upstream gradient into what its operand gets: (operand, position, derivative, is_vjp, shape).

`derivative` is `vjp(upstream, y, *operands)` or `local(y, *operands)`; None stands for the local derivative 1.
`shape` is what the contribution is summed down to; None where consumer and operand are both scalars.
"""

Backstep: TypeAlias = tuple[int, tuple[int, ...], list[Contribution]]
"""How a node sends its gradient back: (node, all its operands, a contribution for each edge that carries one)."""


@dataclass(frozen=True, eq=False)
class Plan:
    """The events of every run of a graph, in order: inputs, evaluations, seed, accumulations.

    Forward in program order, inputs first in file order. Backward in exactly the reverse order of the nodes, the
    edges of a node in operand order, so that a node is processed only once all its consumers are done.
    """

    graph: Graph
    inputs: Sequence[int]
    evaluations: Sequence[Evaluation]
    backsteps: Sequence[Backstep]
    budget: int

    @cached_property
    def edges(self) -> Sequence[Edge]:
        """The edge of each accumulation, in event order. An accumulation's *number* is its index here."""
        return [
            Edge(consumer, position, operand)
            for consumer, _, contributions in self.backsteps
            for operand, position, *_ in contributions
        ]

    @cached_property
    def arrivals(self) -> Sequence[Sequence[int]]:
        """For each node, the numbers of the accumulations into it, ascending."""
        arrivals: list[list[int]] = [[] for _ in self.graph.nodes]
        for number, edge in enumerate(self.edges):
            arrivals[edge.operand].append(number)
        return arrivals

    @cached_property
    def arcs(self) -> Sequence[tuple[int, int, int, int]]:
        """For each accumulation (consumer, position, operand, number of the accumulation before into it, or -1)."""
        last = [-1] * len(self.graph)
        arcs = []
        for number, (consumer, position, operand) in enumerate(self.edges):
            arcs.append((consumer, position, operand, last[operand]))
            last[operand] = number
        return arcs

    @cached_property
    def order(self) -> Sequence[int]:
        """The node of each forward event: inputs, then operations."""
        return [*self.inputs, *(node for node, _, _ in self.evaluations)]

    @cached_property
    def computed_at(self) -> Sequence[int]:
        """For each node, the event that gives its value; -1 for constants, which are there from the start."""
        computed_at = [-1] * len(self.graph)
        for event, node in enumerate(self.order):
            computed_at[node] = event
        return computed_at

    @cached_property
    def stride(self) -> int:
        """Every how many-th gradient into a node is recorded: 1 unless recording all would exceed the budget."""
        nodes = self.graph.nodes
        if not any(node.shape for node in nodes):
            return 1
        size = 8 * sum(count(nodes[operand].shape) for _, _, steps in self.backsteps for operand, *_ in steps)
        return max(1, -(-size // self.budget))

    @property
    def seed_event(self) -> int:
        """Index of the seed: the first event of the backward pass."""
        return len(self.inputs) + len(self.evaluations)

    @cached_property
    def length(self) -> int:
        """Number of events."""
        return self.seed_event + 1 + sum(len(contributions) for _, _, contributions in self.backsteps)

    def is_recorded(self, number: int) -> bool:
        """Whether a run records the gradient after this accumulation, or replays it when asked."""
        arrivals = self.arrivals[self.edges[number].operand]
        return bisect_left(arrivals, number) % self.stride == self.stride - 1

    def accumulations_of(self, node: int) -> Sequence[int]:
        """The events that add to the node's gradient, ascending."""
        first = self.seed_event + 1
        return [first + number for number in self.arrivals[node]]


def plan(graph: Graph, *, budget: int = DEFAULT_BUDGET) -> Plan:
    """Plan the events of a graph, in time and memory linear in its edges.

    `budget` bounds the bytes of recorded gradients; see `Plan.stride`.
    """
    nodes, contributing = graph.nodes, graph.contributing
    inputs = [node.index for node in nodes if node.kind is Kind.INPUT]
    evaluations: list[Evaluation] = []
    backsteps: list[Backstep] = []
    for node in nodes:
        if node.kind is not Kind.OPERATION:
            continue
        index, operands, attributes = node.index, node.operands, node.attributes
        forward, derivatives = _KERNELS[node.op]
        evaluations.append((index, partial(forward, **attributes) if attributes else forward, operands))
        if not contributing[index]:
            continue
        contributions: list[Contribution] = []
        for position, operand in enumerate(operands):
            if contributing[operand]:
                derivative, is_vjp = derivatives[position]
                if attributes and derivative is not None:
                    derivative = partial(derivative, **attributes)
                shape = nodes[operand].shape
                target = shape if shape or node.shape else None
                contributions.append((operand, position, derivative, is_vjp, target))
        backsteps.append((index, operands, contributions))
    backsteps.reverse()
    return Plan(graph, inputs, evaluations, backsteps, budget)


_Derivative: TypeAlias = tuple[Callable[..., Value] | None, bool]


def _derivative(derivative: Derivative) -> _Derivative:
    """The function of a contribution, None for the local derivative 1, and whether it is a VJP."""
    if derivative.local is None:
        return derivative.vjp, True
    return (None if derivative.local is pass_on else derivative.local), False


_KERNELS: dict[str, tuple[Callable[..., Value], tuple[_Derivative, ...]]] = {
    name: (operation.forward, tuple(map(_derivative, operation.derivatives))) for name, operation in OPERATIONS.items()
}
