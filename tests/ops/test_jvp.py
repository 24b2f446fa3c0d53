"""How a node moves when an operand does: every operation's JVP is the transpose of its VJP, and linear."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_tui.engine.events import Accumulate
from backprop_tui.engine.run import run
from backprop_tui.ops.operation import Derivative
from backprop_tui.ops.registry import OPERATIONS
from tests.ops.cases import CASES, Case, each

DIFFERENTIABLE = tuple(case for case in CASES if OPERATIONS[case.op].differentiable)


@each(DIFFERENTIABLE)
def test_it_is_the_transpose_of_the_vjp(case: Case) -> None:
    """⟨contribution, tangent⟩ = ⟨upstream, J · tangent⟩: the two directions see the same Jacobian."""
    random = np.random.default_rng(7)
    timeline = run(case.graph)
    values = [timeline.values[node.name] for node in case.graph]
    for event in timeline:
        if isinstance(event, Accumulate):
            node = case.graph.nodes[event.consumer]
            operands = [values[operand] for operand in node.operands]
            tangent = random.standard_normal(values[event.node].shape)
            moved = OPERATIONS[node.op].jvp(event.operand, tangent, values[event.consumer], operands, node.attributes)
            assert moved.shape == node.shape
            gap = np.sum(event.contribution * tangent) - np.sum(event.upstream * moved)
            assert abs(gap) <= 1e-12 * (1 + np.sum(np.abs(event.contribution)))


def test_a_rule_without_a_way_forward_is_refused() -> None:
    with pytest.raises(ValueError, match="JVP"):
        Derivative(vjp=lambda g, y, x: g, formula="", rule="", words="")
