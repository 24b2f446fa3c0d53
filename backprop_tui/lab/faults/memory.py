"""Values that the way back needs, and that are there no more."""

from __future__ import annotations

import numpy as np

from backprop_tui.engine.events import Accumulate, Evaluate
from backprop_tui.engine.plan import Plan
from backprop_tui.graph import Edge, Node, Value
from backprop_tui.lab.fault import Fault, text
from backprop_tui.lab.parting import Parting
from backprop_tui.ops.registry import OPERATIONS


class InPlace(Fault):
    """Results written over operands."""

    id = "in-place"
    title = "Written over in place"
    right = ("y = x * w",)
    broken = ("x *= w",)
    what = (
        "A result is written over its first operand, if nothing later in the forward pass needs that. The way back may."
    )
    life = (
        "`x *= w` or relu(x, inplace=True), to save memory. NumPy says nothing. PyTorch counts the versions of every "
        "tensor, and raises an error where one that it still needs has been changed."
    )
    needs = "a result that a later one of its shape can be written over"
    alike = "what is written over is not needed on the way back"
    lesson = "tree"

    @classmethod
    def is_possible(cls, plan: Plan) -> bool:
        """Whether something is written over."""
        return any(_is_written_over(plan, node) for node in plan.graph)

    def forward(self) -> None:
        """As ever, and then every operand that was written over holds what was written last."""
        super().forward()
        for node in reversed(self.graph.nodes):
            if _is_written_over(self.plan, node):
                self.values[node.operands[0]] = self.values[node.index]

    def why(self, at: Parting) -> str:
        """What the rule needs, and what it finds."""
        broken = at.broken
        assert isinstance(broken, Accumulate)
        node = self.graph.nodes[broken.consumer]
        was = {one: self._computed(one) for one in (*node.operands, node.index) if self.graph.nodes[one].op}
        stale = next(one for one, value in was.items() if self._would_differ(broken, one, value))
        name = self.name(stale)
        return (
            f"{name} was {text(was[stale])}. Its memory has been used again for what was computed from it, and holds "
            f"{text(self.values[stale])} now. Going forward nobody needed {name} any more. Going back, the rule of "
            f"{self.statement(node.index)} does."
        )

    def _computed(self, node: int) -> Value:
        """What the value of an operation was when it was computed."""
        event = self.events[self.plan.computed_at[node]]
        assert isinstance(event, Evaluate)
        return event.value

    @np.errstate(all="ignore")
    def _would_differ(self, event: Accumulate, node: int, value: Value) -> bool:
        """Whether another contribution would come of it if the node had that value still."""
        values = self.values
        self.values = [*values[:node], value, *values[node + 1 :]]
        raw = self.flow(Edge(event.consumer, event.operand, event.node), event.upstream).contribution
        self.values = values
        return not np.array_equal(self.summed(raw, event.contribution.shape), event.contribution, equal_nan=True)


def _is_written_over(plan: Plan, node: Node) -> bool:
    """Whether a node's result is written over its first operand: a result of the same shape, which it uses last."""
    if not node.op:
        return False
    operation, target = OPERATIONS[node.op], node.operands[0]
    return (
        operation.differentiable
        and operation.mask is None
        and operation.derivatives[0].local is not None
        and bool(plan.graph.nodes[target].op)
        and plan.graph.nodes[target].shape == node.shape
        and plan.graph.consumers[target][-1].consumer == node.index
    )


FAULTS = (InPlace,)
