"""What goes wrong only between arrays: shapes, transposes, elements that depend on each other."""

from __future__ import annotations

from typing import Any

import numpy as np

from backprop_tui.engine.events import Accumulate
from backprop_tui.engine.plan import Plan
from backprop_tui.formatting import number, shape
from backprop_tui.graph import Edge, Shape, Value
from backprop_tui.lab.engine import Flow
from backprop_tui.lab.fault import Fault, FaultOf
from backprop_tui.lab.parting import Parting
from backprop_tui.naming import symbol_of
from backprop_tui.ops.operation import plain
from backprop_tui.ops.registry import OPERATIONS
from backprop_tui.ops.shapes import count


class Unsummed(Fault):
    """A broadcast that is not undone."""

    id = "unsummed"
    title = "Bias not summed over the batch"
    right = ("b.grad += g.sum(axis=0)",)
    broken = ("b.grad += g",)
    what = "What was repeated going forward is not summed going back."
    life = (
        "`db = dscores` for `np.sum(dscores, axis=0)` in NumPy. PyTorch does the sum itself, even for a backward of "
        "one's own, and refuses to assign a .grad of another shape."
    )
    needs = "an operand that is repeated to fit another one"
    lesson = "bias-batch"

    @classmethod
    def is_possible(cls, plan: Plan) -> bool:
        """Whether an operand of an elementwise operation is smaller than the result."""
        nodes = plan.graph.nodes
        return any(
            count(nodes[operand].shape) < count(nodes[consumer].shape)
            for consumer, position, operand in plan.edges
            if OPERATIONS[nodes[consumer].op].derivatives[position].local
        )

    def summed(self, contribution: Value, wanted: Shape) -> Value:
        """All copies of it side by side; only axes of length 1 are left out, which changes no number."""
        return plain(contribution.reshape(wanted)) if contribution.size == count(wanted) else contribution

    def why(self, at: Parting) -> str:
        """The two shapes, and how many copies there are."""
        broken = at.broken
        assert isinstance(broken, Accumulate)
        node, found = self.graph.nodes[broken.node], broken.contribution
        name, copies = self.name(broken.node), found.size // max(1, count(node.shape))
        each = f"each element of {name}" if node.shape else name
        follows = (
            f"Sent on, it would not fit {name} any more."
            if node.op
            else (
                f"NumPy says nothing: {name} - lr * {self.gradient(broken.node)} has that shape, too, and from then on "
                f"there are {copies} of {name}."
            )
        )
        return (
            f"{name} has shape {shape(node.shape)} and was repeated to {shape(found.shape)}: {each} was used {copies} "
            f"times, and what comes back along its uses adds up. Without that sum the gradient has shape "
            f"{shape(found.shape)}. {follows}"
        )


class NoTranspose(Fault):
    """A matrix product without ᵀ."""

    id = "no-transpose"
    title = "Missing transpose"
    right = ("A.grad += g @ B.T", "B.grad += A.T @ g")
    broken = ("A.grad += g @ B", "B.grad += A @ g")
    what = "Going back through a matrix product, a square factor is not transposed."
    life = "Finding a derivative by making the shapes fit. With square matrices they fit either way: test others, too."
    needs = "a matrix product with a square factor"
    alike = "the factor is symmetric, or nothing comes back to it"
    lesson = "cs231n-wx-norm"

    @classmethod
    def is_possible(cls, plan: Plan) -> bool:
        """Whether a gradient goes back through a square factor."""
        return any(cls._square(plan, edge) is not None for edge in plan.edges)

    @staticmethod
    def _square(plan: Plan, edge: Edge) -> int | None:
        """The other factor of a matrix product, if it is square."""
        node = plan.graph.nodes[edge.consumer]
        if node.op != "matmul":
            return None
        other = node.operands[1 - edge.position]
        lengths = plan.graph.nodes[other].shape
        return other if len(lengths) > 1 and lengths[-1] == lengths[-2] else None

    def flow(self, edge: Edge, upstream: Value) -> Flow:
        """The product as it is, where its shape is right."""
        other = self._square(self.plan, edge)
        if other is None:
            return super().flow(edge, upstream)
        matrix: Any = self.values[other]
        return Flow(None, upstream @ matrix if edge.position == 0 else matrix @ upstream)

    def product(self, event: Accumulate) -> tuple[tuple[str, Value], str, tuple[str, Value]] | None:
        """Upstream and matrix, in the order of the edge."""
        other = self._square(self.plan, Edge(event.consumer, event.operand, event.node))
        if other is None:
            return None
        upstream = self.partial(event.consumer), event.upstream
        matrix = symbol_of(self.graph.nodes[other]), self.values[other]
        return (upstream, "@", matrix) if event.operand == 0 else (matrix, "@", upstream)

    def why(self, at: Parting) -> str:
        """Which row is taken for which column."""
        broken = at.broken
        assert isinstance(broken, Accumulate)
        own, y = self.name(broken.node), self.name(broken.consumer)
        matrix = self.name(self.graph.nodes[broken.consumer].operands[1 - broken.operand])
        if broken.operand == 0:
            way = f"Column j of {own} met row j of {matrix}, so row j weighs what comes back; here column j does."
        elif len(self.graph.nodes[broken.node].shape) == 1:
            way = f"Element j of {own} went into {y} by column j of {matrix}, and comes back by it; here row j does."
        else:
            way = f"Row j of {own} met column j of {matrix}, so column j weighs what comes back; here row j does."
        return f"{matrix} is square: with ᵀ or without, the shape is right, and nobody complains. {way}"


class ElementwiseSoftmax(FaultOf):
    """Softmax as if it were a sigmoid."""

    id = "elementwise-softmax"
    title = "Softmax taken element by element"
    right = ("x.grad += J.T @ g",)
    broken = ("x.grad += J.diagonal() * g",)
    what = "Only the diagonal of softmax's Jacobian J is used, as if each element stood alone."
    life = "Taking softmax for an activation such as sigmoid, whose derivative p · (1 - p) looks like the diagonal."
    needs = "a softmax or log_softmax"
    alike = "nothing comes back to it"
    lesson = "two-layer-softmax"
    ops = ("softmax", "log_softmax")

    def flow(self, edge: Edge, upstream: Value) -> Flow:
        """Upstream times what an element does to itself."""
        node = self.graph.nodes[edge.consumer]
        if node.op not in self.ops:
            return super().flow(edge, upstream)
        y = self.values[node.index]
        own = y * (1.0 - y) if node.op == "softmax" else 1.0 - np.exp(y)
        return Flow(own, upstream * own)

    def symbol(self, edge: Edge) -> str:
        """The diagonal."""
        node = self.graph.nodes[edge.consumer]
        if node.op not in self.ops:
            return ""
        y = symbol_of(node)
        return f"{y} · (1 - {y})" if node.op == "softmax" else f"(1 - e**{y})"

    def why(self, at: Parting) -> str:
        """What must add up to 0, and what it adds up to."""
        broken = at.broken
        assert isinstance(broken, Accumulate)
        x = self.name(broken.node)
        return (
            f"The elements of {x} compete: raising one share lowers all others, so each hears from the others' shares, "
            f"too. Here it hears from its own only. Raising all of {x} alike changes nothing, so the gradient "
            f"must add up to 0. This one adds up to {number(float(np.sum(broken.contribution)))}."
        )


FAULTS = (Unsummed, NoTranspose, ElementwiseSoftmax)
