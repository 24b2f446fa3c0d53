"""One element of a contribution, taken apart: the upstream elements it came from, and with what factors.

An accumulation adds upstream · J to the gradient of its operand, J being ∂consumer/∂operand. One element of that sum
needs one slice of J: how every element of the consumer moves when that one element of the operand does. It is what
the operation's JVP makes of a unit tangent, so that no Jacobian is ever written down whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Edge, Node, Shape, Value, is_finite
from backprop_tui.ops.operation import plain
from backprop_tui.ops.registry import OPERATIONS

Element = tuple[int, ...]
"""Index of an element; empty for a scalar."""


class Part(NamedTuple):
    """What one element of the consumer sends back to one element of the operand."""

    element: Element
    """Which element of the consumer."""
    upstream: float
    """∂output/∂consumer there."""
    factor: float
    """∂consumer/∂operand, from the operand's element to this one."""
    product: float
    """upstream · factor: its share of the contribution."""


@dataclass(frozen=True, eq=False)
class JacobianRow:
    """Where one element of a contribution came from."""

    factors: Value
    """∂consumer/∂(element of the operand), shaped like the consumer."""
    upstream: Value
    """∂output/∂consumer, shaped like it."""

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The elements of the consumer that the operand's element has a say in, in their order."""
        factors, upstream = np.asarray(self.factors), np.asarray(self.upstream)
        with np.errstate(all="ignore"):
            return tuple(
                Part(
                    tuple(map(int, at)), float(upstream[*at]), float(factors[*at]), float(upstream[*at] * factors[*at])
                )
                for at in np.argwhere(factors != 0)
            )

    @property
    def total(self) -> float:
        """The sum of the products: the element of the contribution, up to the order in which it was added up."""
        return float(np.sum([part.product for part in self.parts]))


def jacobian_row(timeline: Timeline, edge: Edge, element: Element) -> JacobianRow:
    """Take apart what an edge contributes to one element of its operand, in the time of one evaluation.

    Raises:
        IndexError: The operand has no such element.
        ValueError: No gradient flows along the edge.

    """
    nodes = timeline.graph.nodes
    consumer, operand = nodes[edge.consumer], nodes[edge.operand]
    upstream = timeline.grads[consumer.name]
    if upstream is None or not operand.requires_grad:
        raise ValueError("no gradient flows along this edge")
    tangent = np.zeros(operand.shape)
    tangent[element] = 1.0
    operands = [timeline.values[nodes[one].name] for one in consumer.operands]
    shapes = [one.shape for one in operands]
    with np.errstate(all="ignore"):
        factors = _moved(consumer, edge.position, tangent[()], operands)
        if not is_finite(factors):  # 0 · inf is NaN: clear what stands where the element has no say
            factors = plain(np.where(_has_a_say(consumer, edge.position, tangent[()], shapes), factors, 0.0))
    return JacobianRow(factors, upstream)


def _moved(consumer: Node, position: int, tangent: Value, operands: Sequence[Value]) -> Value:
    operation, attributes = OPERATIONS[consumer.op], consumer.attributes
    y = operation.forward(*operands, **attributes)
    return operation.jvp(position, tangent, y, operands, attributes)


def _has_a_say(consumer: Node, position: int, tangent: Value, shapes: Sequence[Shape]) -> Any:
    """Which elements of the consumer move at all with the operand's, wherever its operands are.

    Seen at two ordinary points: one without ties, and one where all elements are equal.
    """
    random = np.random.default_rng(0)
    apart = [plain(random.uniform(0.25, 0.75, shape)) for shape in shapes]
    alike = [plain(np.full(shape, 0.5)) for shape in shapes]
    moves = [_moved(consumer, position, tangent, operands) for operands in (apart, alike)]
    return np.any(np.not_equal(moves, 0.0), axis=0)
