"""A local derivative that is not the right one: faults of single operations."""

from __future__ import annotations

import numpy as np

from backprop_tui.engine.events import Accumulate
from backprop_tui.formatting import number
from backprop_tui.graph import Edge, Kind, Value
from backprop_tui.lab.engine import Flow
from backprop_tui.lab.fault import FaultOf, text
from backprop_tui.lab.parting import Parting
from backprop_tui.naming import symbol_of
from backprop_tui.ops.operation import ONE

HALF = np.float64(0.5)


class NoSwap(FaultOf):
    """The wrong factor of a product."""

    id = "no-swap"
    title = "Product without the swap"
    right = ("a.grad += g * b",)
    broken = ("a.grad += g * a",)
    what = "What comes back is multiplied by the factor itself, not by the other one."
    life = "Derivatives written by hand from memory: the one mistake that looks tidier than the truth."
    needs = "a product"
    alike = "its factors are equal, or nothing comes back to it"
    lesson = "tree"
    ops = ("mul",)

    def flow(self, edge: Edge, upstream: Value) -> Flow:
        """Upstream times the operand itself."""
        if self.graph.nodes[edge.consumer].op != "mul":
            return super().flow(edge, upstream)
        own = self.values[edge.operand]
        return Flow(own, upstream * own)

    def symbol(self, edge: Edge) -> str:
        """The operand."""
        node = self.graph.nodes[edge.consumer]
        return symbol_of(self.graph.nodes[edge.operand]) if node.op == "mul" else ""

    def why(self, at: Parting) -> str:
        """Which factor it is, and which one it should be."""
        broken = at.broken
        assert isinstance(broken, Accumulate)
        own, product = self.name(broken.node), self.name(broken.consumer)
        other = self.graph.nodes[broken.consumer].operands[1 - broken.operand]
        value = self.values[other]
        times = self.name(other) if value.ndim else number(float(value))
        is_constant = self.graph.nodes[other].kind is Kind.CONSTANT
        factor = text(value) if is_constant else f"{self.name(other)} = {text(value)}"
        return (
            f"In {self.statement(broken.consumer)} the factor for {own} is the other one, {factor}: nudge {own}, and "
            f"{product} moves {times} times as much. The broken engine takes {own} itself, "
            f"{text(self.values[broken.node])}."
        )


class SplitSum(FaultOf):
    """A sum as a fork of pipes."""

    id = "split-sum"
    title = "Sum that splits the gradient"
    right = ("a.grad += g",)
    broken = ("a.grad += g / 2",)
    what = "Each operand of a sum gets half of the gradient."
    life = "Taking a sum for a mean: there each of n operands does get 1/n, as its nudge moves the mean by 1/n only."
    needs = "a sum"
    alike = "nothing comes back to it"
    lesson = "tree"
    ops = ("add",)

    def flow(self, edge: Edge, upstream: Value) -> Flow:
        """Half of it."""
        if self.graph.nodes[edge.consumer].op != "add":
            return super().flow(edge, upstream)
        return Flow(HALF, upstream * HALF)

    def symbol(self, edge: Edge) -> str:
        """One half."""
        return "1/2" if self.graph.nodes[edge.consumer].op == "add" else ""

    def why(self, at: Parting) -> str:
        """What a nudge would do."""
        broken = at.broken
        assert isinstance(broken, Accumulate)
        own = self.name(broken.node)
        return (
            f"Nudge {own}, and {self.statement(broken.consumer)} moves by all of it, not by half. So the local "
            f"derivative is 1, and {own} gets all of {text(broken.upstream)}. A sum shares out nothing: each operand "
            "gets the whole gradient."
        )


class OpenRelu(FaultOf):
    """The mask forgotten."""

    id = "open-relu"
    title = "relu that lets everything pass"
    right = ("x.grad += g * (x > 0)",)
    broken = ("x.grad += g",)
    what = "Going back, relu does nothing."
    life = "A backward of one's own that forgets the mask. On purpose it is called a straight-through estimator."
    needs = "a relu"
    alike = "it is open wherever something comes back"
    lesson = "dead-relu"
    ops = ("relu",)

    def flow(self, edge: Edge, upstream: Value) -> Flow:
        """Upstream as it is."""
        if self.graph.nodes[edge.consumer].op != "relu":
            return super().flow(edge, upstream)
        return Flow(ONE, upstream)

    def symbol(self, edge: Edge) -> str:
        """A gate that is open."""
        return "1" if self.graph.nodes[edge.consumer].op == "relu" else ""

    def why(self, at: Parting) -> str:
        """Where it is closed."""
        right, broken = at.right, at.broken
        assert isinstance(right, Accumulate)
        assert isinstance(broken, Accumulate)
        x, y = self.name(broken.node), self.name(broken.consumer)
        value = self.values[broken.node]
        if not value.ndim:
            return (
                f"{x} = {text(value)} is not above 0, and relu is flat there: nudge {x}, and {y} stands still. So "
                f"nothing may pass. The broken engine sends {text(broken.contribution)} through the closed gate."
            )
        closed = int(np.count_nonzero(~(value > 0)))
        return (
            f"{closed} of the {value.size} elements of {x} {'is' if closed == 1 else 'are'} not above 0, and relu is "
            f"flat there: nudge one, and {y} stands still. There nothing may pass: {text(right.contribution)}. The "
            f"broken engine sends {text(broken.contribution)}."
        )


FAULTS = (NoSwap, SplitSum, OpenRelu)
