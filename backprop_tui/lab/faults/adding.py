"""What arrives adds up, and nothing else does: faults of accumulation."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_tui.engine.events import Accumulate
from backprop_tui.engine.plan import Plan
from backprop_tui.graph import Edge, Value
from backprop_tui.lab.fault import Fault, text
from backprop_tui.lab.parting import Parting


class Overwrite(Fault):
    """`=` where `+=` is meant."""

    id = "overwrite"
    title = "Overwrite where gradients meet"
    right = ("x.grad += g * local",)
    broken = ("x.grad  = g * local",)
    what = "What arrives takes the place of what was there."
    life = "The classic bug of a first autograd engine of one's own: it works until a value is used twice."
    needs = "a node that is used more than once"
    alike = "what is overwritten is always 0"
    lesson = "tree"

    @classmethod
    def is_possible(cls, plan: Plan) -> bool:
        """Whether several contributions meet."""
        return any(len(arrivals) > 1 for arrivals in plan.arrivals)

    def added(self, before: Value, contribution: Value) -> Value:
        """The last one to come wins."""
        return contribution

    def why(self, at: Parting) -> str:
        """Which number is lost."""
        right, broken = at.right, at.broken
        assert isinstance(right, Accumulate)
        assert isinstance(broken, Accumulate)
        return (
            f"{self.gradient(broken.node)} held {text(broken.before)}. The {text(broken.contribution)} that comes back "
            f"through {self.name(broken.consumer)} takes its place, and what was there is lost. "
            f"{self.name(broken.node)} has more than one use, and its gradient is the sum over all."
        )


class OnceOnly(Fault):
    """Operands in a set."""

    id = "once"
    title = "Equal operands counted once"
    right = ("for x in node.operands:",)
    broken = ("for x in set(node.operands):",)
    what = "Of two edges between the same two nodes it walks one."
    life = "An engine that keeps the operands of a node in a set, or looks up edges by their two ends."
    needs = "an operation with the same operand twice"
    alike = "what comes back along the second edge is always 0"
    lesson = "squared-error"

    @classmethod
    def is_possible(cls, plan: Plan) -> bool:
        """Whether two edges lead from one node to the same other one."""
        return len({(edge.consumer, edge.operand) for edge in plan.edges}) < len(plan.edges)

    def edges(self, node: int) -> Sequence[Edge]:
        """The first edge of each operand."""
        first: dict[int, Edge] = {}
        for edge in super().edges(node):
            first.setdefault(edge.operand, edge)
        return list(first.values())

    def why(self, at: Parting) -> str:
        """Which edge is left out."""
        right = at.right
        assert isinstance(right, Accumulate)
        name = self.name(right.node)
        uses = self.graph.nodes[right.consumer].operands.count(right.node)
        return (
            f"{self.statement(right.consumer)} uses {name} {'twice' if uses == 2 else f'{uses} times'}. A set holds "
            f"{name} once, so one edge is never walked, and the {text(right.contribution)} along it is missing. "
            f"Nudge {name}, and each of the equal operands moves."
        )


class Unzeroed(Fault):
    """The second of two passes, with the gradients of the first still there."""

    id = "unzeroed"
    title = "Second pass without zero_grad"
    right = ("optimizer.zero_grad()", "loss.backward()")
    broken = ("loss.backward()",)
    what = "This is the second pass: the inputs still hold the gradients of the first, over the same numbers."
    life = (
        "Forgetting optimizer.zero_grad() in the training loop. PyTorch adds to .grad on purpose, and never clears it."
    )
    needs = "an input that a gradient flows to"
    alike = "all of their gradients are 0"
    lesson = "tree"

    @classmethod
    def is_possible(cls, plan: Plan) -> bool:
        """Whether anything arrives at an input."""
        return any(plan.arrivals[node.index] for node in plan.graph.inputs)

    def backward(self) -> None:
        """Twice. What is computed is made anew in between, with an empty gradient; inputs stay."""
        super().backward()
        del self.events[self.plan.seed_event :]
        for node in self.graph:
            if node.op:
                self.grads[node.index] = None
        self._left_over = list(self.grads)
        super().backward()

    def left_over(self, node: int) -> Value | None:
        """What the first pass has left; the seed is there anew."""
        return None if node == self.graph.output else self._left_over[node]

    def why(self, at: Parting) -> str:
        """What is there, and what comes on top."""
        right, broken = at.right, at.broken
        assert isinstance(right, Accumulate)
        assert isinstance(broken, Accumulate)
        return (
            f"{self.gradient(broken.node)} still holds {text(broken.before)} from the pass before. The "
            f"{text(broken.contribution)} of this pass comes on top: {text(broken.after)}, where it should be "
            f"{text(right.after)}. At the end it is the sum over both passes."
        )


FAULTS = (Overwrite, OnceOnly, Unzeroed)
