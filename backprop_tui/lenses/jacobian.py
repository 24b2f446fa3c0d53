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
from numpy.typing import NDArray

from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Edge, Node, Shape, Value
from backprop_tui.ops.broadcasting import unbroadcast
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
    """Where one element of a contribution came from. All arrays are shaped like the consumer."""

    factors: Value
    """∂consumer/∂(element of the operand)."""
    upstream: Value
    """∂output/∂consumer."""
    products: Value
    """upstream · factor; 0 where a closed gate stops even an infinite gradient."""
    has_a_say: NDArray[np.bool_]
    """Where the operand's element takes part at all, be its factor 0 here or not."""

    def __len__(self) -> int:
        """How many elements of the consumer the operand's element takes part in."""
        return int(np.count_nonzero(self.has_a_say))

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """One for each of them, in the order of the consumer's elements."""
        return self._parts(np.flatnonzero(self.has_a_say))

    def largest(self, count: int) -> tuple[Part, ...]:
        """At most that many parts, those with the largest products first; NaN before all."""
        flat = np.flatnonzero(self.has_a_say)
        sizes = np.nan_to_num(np.abs(np.ravel(self.products)[flat]), nan=np.inf)
        return self._parts(flat[np.argsort(-sizes, kind="stable")[:count]])

    @property
    def total(self) -> float:
        """The sum of the products: the element of the contribution, but for the order in which it was added up."""
        with np.errstate(all="ignore"):
            return float(np.sum(self.products, where=self.has_a_say))

    def _parts(self, flat: NDArray[np.intp]) -> tuple[Part, ...]:
        elements = (
            np.transpose(np.unravel_index(flat, self.factors.shape)).tolist()
            if self.factors.shape
            else [()] * len(flat)
        )
        columns = (np.ravel(values)[flat].tolist() for values in (self.upstream, self.factors, self.products))
        return tuple(Part(tuple(element), *numbers) for element, *numbers in zip(elements, *columns, strict=True))


def jacobian_row(timeline: Timeline, edge: Edge, element: Element) -> JacobianRow:
    """Take apart what an edge contributes to one element of its operand, in the time of a few evaluations.

    Raises:
        IndexError: The operand has no such element.
        ValueError: No gradient flows along the edge.

    """
    nodes = timeline.graph.nodes
    consumer, operand = nodes[edge.consumer], nodes[edge.operand]
    upstream = timeline.grads[consumer.name]
    if upstream is None or not operand.requires_grad:
        raise ValueError("no gradient flows along this edge")
    unit = np.zeros(operand.shape)
    unit[element] = 1.0
    tangent = plain(unit)
    operation, attributes = OPERATIONS[consumer.op], consumer.attributes
    derivative = operation.derivatives[edge.position]
    y, operands = timeline.values[consumer.name], [timeline.values[nodes[one].name] for one in consumer.operands]
    with np.errstate(all="ignore"):
        mask = _has_a_say(consumer, edge.position, tangent, [one.shape for one in operands])
        # 0 · inf is NaN: clear what stands where the element has no say.
        factors = np.where(mask, operation.jvp(edge.position, tangent, y, operands, attributes), 0.0)
        products = np.where(mask, upstream * factors, 0.0)
        if derivative.vjp and (derivative.local or np.isnan(products).any()):
            sent = derivative.vjp(upstream, y, *operands, **attributes)
            if derivative.local:
                products = np.where(mask, sent, 0.0)
            elif not np.isnan(np.asarray(unbroadcast(sent, operand.shape))[element]):
                products = np.where(np.isnan(products), 0.0, products)  # what adds up to a number has no NaN in it
    return JacobianRow(plain(factors), upstream, plain(products), mask)


def _has_a_say(consumer: Node, position: int, tangent: Value, shapes: Sequence[Shape]) -> Any:
    """Which elements of the consumer can move with the operand's, whatever the numbers are.

    Element by element, its copies. A rule shows it where all elements differ, where they tie, and where 0 is the index
    of a class.
    """
    operation, attributes = OPERATIONS[consumer.op], consumer.attributes
    if operation.derivatives[position].local:
        return np.broadcast_to(np.not_equal(tangent, 0.0), consumer.shape)
    random = np.random.default_rng(0)
    apart = [plain(random.uniform(0.25, 0.75, shape)) for shape in shapes]
    alike, zero = ([plain(np.full(shape, number)) for shape in shapes] for number in (0.5, 0.0))
    moves = [
        np.nan_to_num(operation.jvp(position, tangent, operation.forward(*point, **attributes), point, attributes))
        for point in (apart, alike, zero)
    ]
    return np.any(np.not_equal(moves, 0.0), axis=0)
