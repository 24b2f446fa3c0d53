"""A node sends once, when all that use it have reported: faults of order."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from backprop_tui.engine.events import Accumulate
from backprop_tui.engine.plan import Plan
from backprop_tui.lab.fault import Fault, text
from backprop_tui.lab.parting import Kind, Parting


class _OfOrder(Fault):
    """What shows only where a node has to wait before it sends."""

    needs = "a node that is used more than once and has operands of its own"
    lesson = "reused-node"

    @classmethod
    def is_possible(cls, plan: Plan) -> bool:
        """Whether several contributions meet in a node that sends."""
        return any(len(plan.arrivals[node]) > 1 for node, _ in plan.senders)


class Recursion(_OfOrder):
    """Depth first, without an order."""

    id = "recursion"
    title = "Recursion that counts twice"
    right = ("for n in order[::-1]: send(n)",)
    broken = ("x.grad += g * local; send(x)",)
    what = "A node sends all that it has whenever something arrives."
    life = "A backward() that calls itself on the operands: it is right on trees, and nobody tests it on more."
    alike = "no node sends before its gradient is complete"

    def backward(self) -> None:
        """Follow every edge down to the inputs at once; written without recursion, or a deep graph would end it."""
        self.seed()
        waiting = [iter(self.edges(self.graph.output))]
        while waiting:
            edge = next(waiting[-1], None)
            if edge is None:
                waiting.pop()
            else:
                self.walk(edge)
                waiting.append(iter(self.edges(edge.operand)))

    def why(self, at: Parting) -> str:
        """What is sent too early, or once more."""
        broken = at.broken
        assert isinstance(broken, Accumulate)
        sender, sent = self.name(broken.consumer), text(broken.upstream)
        if at.kind is Kind.EXTRA:
            return f"{sender} sends once more, now {sent}. What it has sent before is part of that, and counts twice."
        return (
            f"{self.gradient(broken.consumer)} is {sent} so far: {self.waiting_for(broken)}. The "
            f"recursion sends it to {self.name(broken.node)} at once. When the rest has come, it sends the whole sum, "
            f"and the {sent} counts twice."
        )


class TooEarly(_OfOrder):
    """Breadth first."""

    id = "too-early"
    title = "A node that does not wait"
    right = ("for n in order[::-1]: send(n)",)
    broken = ("for n in breadth_first: send(n)",)
    what = "Every node sends once, the nearest to the output first, whether or not its gradient is complete."
    life = "Walking back from the loss with a queue and a set of visited nodes, as in a search, not in reverse order."
    alike = "the nearest first is an order in which every node waits long enough"

    def order(self) -> Iterable[int]:
        """The nodes by their distance from the output."""
        output = self.graph.output
        level, seen = [output], {output}
        while level:
            yield from level
            operands = dict.fromkeys(edge.operand for edge in chain.from_iterable(map(self.edges, level)))
            level = [operand for operand in operands if operand not in seen]
            seen.update(level)

    def why(self, at: Parting) -> str:
        """What is sent too early."""
        broken = at.broken
        assert isinstance(broken, Accumulate)
        sender = self.name(broken.consumer)
        return (
            f"{self.gradient(broken.consumer)} is {text(broken.upstream)} so far: {self.waiting_for(broken)}. "
            f"{sender} sends all the same, and never again: what reaches it later never gets to "
            f"{self.name(broken.node)}."
        )


FAULTS = (Recursion, TooEarly)
