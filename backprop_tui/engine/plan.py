"""The schedule of a graph: which event is which. Known before anything is computed, and the same for every run."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import compress
from typing import TypeAlias

from backprop_tui.graph import Attributes, Edge, Graph, Kind, Node, Shape, Value
from backprop_tui.ops.operation import Derivative, PerOperand, first, pass_on, second
from backprop_tui.ops.registry import OPERATIONS
from backprop_tui.ops.shapes import count

DEFAULT_BUDGET = 512 * 1024 * 1024
"""Bytes of numbers that a run may keep. What would exceed it is replayed when somebody looks."""

# Plain tuples: a graph is planned as often as it is edited, and named ones take longer to make than to run.
Evaluation: TypeAlias = tuple[int, Callable[..., Value], tuple[int, ...]]
"""How to evaluate an operation: (node, forward, operands)."""

Rule: TypeAlias = tuple[Callable[..., Value] | None, Callable[..., Value] | None, tuple[int, ...], Shape | None]
"""How an operation differentiates: (local, vjp, operands, shape).

`vjp(upstream, y, *operands)` is the contribution; without one it is upstream · `local(y, *operands)`, and without
either upstream · the edge's `factor`. `shape` is what the contribution is summed down to; None where consumer and
operand are both scalars.
"""

Accumulation: TypeAlias = tuple[int, int, int, int, int | None, Rule | None]
"""What an edge adds to the gradient of its operand: (event, operand, consumer, position, factor, rule).

`factor` is the node whose value is the local derivative (the other operand of a product); None stands for the local
derivative 1, if there is no rule that says otherwise. Nearly all edges between scalars need no rule.
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
    strides: Mapping[int, int]
    """Node -> every how many-th of its gradients is recorded, of those nodes where recording all would exceed the
    budget. The last one always is kept: it is the node's gradient."""
    replay_room: int
    """Bytes that replayed gradients may take, beside those of the node that is looked at."""

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
        for number, accumulation in enumerate(self.accumulations):
            arrivals[accumulation[1]].append(number)
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
        node = self.accumulations[number][1]
        stride = self.strides.get(node, 1)
        return stride == 1 or bisect_left(self.arrivals[node], number) % stride == stride - 1

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

    `budget` bounds the bytes of the numbers that a run keeps: values and final gradients in any case, others as far as
    there is room. Half of the room is for gradients that are recorded, half for those that are replayed.
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
    add = accumulations.append
    shapes = [node.shape for node in nodes]
    has_arrays = any(shapes)
    event = len(inputs) + len(evaluations)  # the seed
    for node in reversed(nodes):
        operands, consumer = node.operands, node.index
        if not operands or not contributing[consumer]:
            continue
        kernels = _KERNELS[node.op] or _kernels_of(node, shapes)
        for position, operand in enumerate(operands):
            if not contributing[operand]:
                continue
            event += 1
            factor, local, vjp = kernels[position]
            other = None if factor is None else operands[factor]
            if has_arrays and (node.shape or shapes[operand]):
                add((event, operand, consumer, position, other, _rule(node, local, vjp, shapes[operand])))
            elif local is None and vjp is None:
                add((event, operand, consumer, position, other, None))
            else:
                add((event, operand, consumer, position, None, _rule(node, local, vjp, None)))
    sizes = [8 * count(shape) for shape in shapes] if has_arrays else []
    room = max(0, budget - sum(sizes) - sum(compress(sizes, contributing))) // 2
    return Plan(graph, inputs, evaluations, accumulations, _strides(sizes, accumulations, room), room)


def _strides(sizes: Sequence[int], accumulations: Sequence[Accumulation], room: int) -> Mapping[int, int]:
    """See `Plan.strides`. Every node has an equal share of the room, and leaves to others what it does not need."""
    if not sizes:
        return {}
    arrivals = Counter(operand for _, operand, *_ in accumulations)
    costs = sorted(((times - 1) * sizes[operand], operand) for operand, times in arrivals.items())
    strides: dict[int, int] = {}
    for position, (cost, operand) in enumerate(costs):
        share = room // (len(costs) - position)
        if cost > share:
            # A stride of all that arrive records none but the last one, which is final and takes no room of its own.
            strides[operand] = min(arrivals[operand], -(-cost // share)) if share else arrivals[operand]
        room -= min(cost, share)
    return strides


_Function: TypeAlias = Callable[..., Value] | None


def _rule(node: Node, local: _Function, vjp: _Function, shape: Shape | None) -> Rule:
    if not _KERNELS[node.op]:
        return local, vjp, (), shape
    return _with(local, node.attributes), _with(vjp, node.attributes), node.operands, shape


def _with(function: _Function, attributes: Attributes) -> _Function:
    return partial(function, **attributes) if function and attributes else function


_Kernel: TypeAlias = tuple[int | None, _Function, _Function]


def _kernel(derivative: Derivative) -> _Kernel:
    """(which operand is the local derivative, if one is; any other local derivative but 1; the VJP, if any)."""
    local = derivative.local
    factor = None if derivative.vjp else 0 if local is first else 1 if local is second else None
    return factor, None if factor is not None or local is pass_on else local, derivative.vjp


def _kernels_of(node: Node, shapes: Sequence[Shape]) -> Sequence[_Kernel]:
    """Of an operation with any number of operands: VJPs that look at none of them."""
    derivatives = OPERATIONS[node.op].derivatives
    assert isinstance(derivatives, PerOperand)  # no other operation has operands and no kernels
    vjps = derivatives.vjps([shapes[operand] for operand in node.operands], node.attributes)
    return [(None, None, vjp) for vjp in vjps]


_FORWARD = {name: operation.forward for name, operation in OPERATIONS.items()}
_KERNELS = {
    name: () if operation.variadic else tuple(map(_kernel, operation.derivatives))
    for name, operation in OPERATIONS.items()
}
"""Empty for an operation with any number of operands, and where no gradient passes."""
