"""The schedule of a graph: which event is which. Known before anything is computed, and the same for every run."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TypeAlias

from backprop_tui.graph import Attributes, Edge, Graph, Kind, Shape, Value
from backprop_tui.ops.operation import Derivative, first, pass_on, second
from backprop_tui.ops.registry import OPERATIONS
from backprop_tui.ops.shapes import count

DEFAULT_BUDGET = 512 * 1024 * 1024
"""Bytes that the recorded gradients of one run may take. Beyond it, some are replayed when looked at."""

# Plain tuples: a graph is planned as often as it is edited, and named ones take longer to make than to run.
Evaluation: TypeAlias = tuple[int, Callable[..., Value], tuple[int, ...]]
"""How to evaluate an operation: (node, forward, operands)."""

Rule: TypeAlias = tuple[Callable[..., Value] | None, bool, tuple[int, ...], Shape | None]
"""How an operation differentiates: (derivative, is_vjp, operands, shape).

`derivative` is `vjp(upstream, y, *operands)` or `local(y, *operands)`; None stands for the local derivative 1.
`shape` is what the contribution is summed down to; None where consumer and operand are both scalars.
"""

Accumulation: TypeAlias = tuple[int, int, int, int, int | None, Rule | None]
"""What an edge adds to the gradient of its operand: (event, operand, consumer, position, factor, rule).

Nearly all edges between scalars need no rule: `factor` is the node whose value is the local derivative (the other
operand of a product); None stands for the local derivative 1.
"""


@dataclass(frozen=True, eq=False)
class Plan:
    """The events of every run of a graph, in order: inputs, evaluations, seed, accumulations.

    Forward in program order, inputs first in file order. Backward in exactly the reverse order of the nodes, the
    edges of a node in operand order, so that a node is processed only once all its consumers are done.
    """

    graph: Graph
    inputs: Sequence[int]
    evaluations: Sequence[Evaluation]
    accumulations: Sequence[Accumulation]
    budget: int

    @cached_property
    def edges(self) -> Sequence[Edge]:
        """The edge of each accumulation, in event order. An accumulation's *number* is its index here."""
        return [Edge(consumer, position, operand) for _, operand, consumer, position, _, _ in self.accumulations]

    @cached_property
    def senders(self) -> Sequence[tuple[int, int]]:
        """The nodes that send their gradient back, in that order, and along how many edges each."""
        return list(Counter(consumer for _, _, consumer, *_ in self.accumulations).items())

    @cached_property
    def arrivals(self) -> Sequence[Sequence[int]]:
        """For each node, the numbers of the accumulations into it, ascending."""
        arrivals: list[list[int]] = [[] for _ in self.graph.nodes]
        for number, edge in enumerate(self.edges):
            arrivals[edge.operand].append(number)
        return arrivals

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
        size = 8 * sum(count(nodes[operand].shape) for _, operand, *_ in self.accumulations)
        return max(1, -(-size // self.budget))

    @property
    def seed_event(self) -> int:
        """Index of the seed: the first event of the backward pass."""
        return len(self.inputs) + len(self.evaluations)

    @cached_property
    def length(self) -> int:
        """Number of events."""
        return self.seed_event + 1 + len(self.accumulations)

    def is_recorded(self, number: int) -> bool:
        """Whether a run records the gradient after this accumulation, or replays it when asked."""
        arrivals = self.arrivals[self.accumulations[number][1]]
        return bisect_left(arrivals, number) % self.stride == self.stride - 1

    def before(self, number: int) -> int | None:
        """The accumulation into the same node before this one; None for the first."""
        arrivals = self.arrivals[self.accumulations[number][1]]
        arrived = bisect_left(arrivals, number)
        return arrivals[arrived - 1] if arrived else None

    def accumulations_of(self, node: int) -> Sequence[int]:
        """The events that add to the node's gradient, ascending."""
        first = self.seed_event + 1
        return [first + number for number in self.arrivals[node]]


def plan(graph: Graph, *, budget: int = DEFAULT_BUDGET) -> Plan:
    """Plan the events of a graph, in time and memory linear in its edges.

    `budget` bounds the bytes of recorded gradients; see `Plan.stride`.
    """
    nodes, contributing = graph.nodes, graph.contributing
    inputs: list[int] = []
    evaluations: list[Evaluation] = []
    is_input = Kind.INPUT  # looking up a member of an enumeration is slow
    for node in nodes:
        if node.op:
            forward, attributes = _FORWARD[node.op], node.attributes
            evaluations.append((node.index, partial(forward, **attributes) if attributes else forward, node.operands))
        elif node.kind is is_input:
            inputs.append(node.index)
    accumulations: list[Accumulation] = []
    shapes = [node.shape for node in nodes]
    event = len(inputs) + len(evaluations)  # the seed
    for node in reversed(nodes):
        consumer, operands = node.index, node.operands
        if not operands or not contributing[consumer]:
            continue
        for position, (derivative, is_vjp, factor) in enumerate(_KERNELS[node.op]):
            operand = operands[position]
            if not contributing[operand]:
                continue
            event += 1
            source = None
            rule: Rule | None = None
            if node.shape or shapes[operand]:
                rule = (_with(derivative, node.attributes), is_vjp, operands, shapes[operand])
            elif factor is not None:
                source = operands[factor]
            elif derivative is not None:
                rule = (_with(derivative, node.attributes), is_vjp, operands, None)
            accumulations.append((event, operand, consumer, position, source, rule))
    return Plan(graph, inputs, evaluations, accumulations, budget)


def _with(function: Callable[..., Value] | None, attributes: Attributes) -> Callable[..., Value] | None:
    return partial(function, **attributes) if function and attributes else function


_Kernel: TypeAlias = tuple[Callable[..., Value] | None, bool, int | None]


def _kernel(derivative: Derivative) -> _Kernel:
    """The function of a derivative, None for 1; whether it is a VJP; which operand is the derivative, if one is."""
    if derivative.vjp is not None:
        return derivative.vjp, True, None
    if derivative.local is pass_on:
        return None, False, None
    factor = 0 if derivative.local is first else 1 if derivative.local is second else None
    return derivative.local, False, factor


_FORWARD = {name: operation.forward for name, operation in OPERATIONS.items()}
_KERNELS = {name: tuple(map(_kernel, operation.derivatives)) for name, operation in OPERATIONS.items()}
