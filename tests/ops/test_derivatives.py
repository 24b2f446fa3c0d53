"""Every operation's derivative against central differences, and the shapes it promises."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_tui.engine.plan import plan
from backprop_tui.engine.run import forward, run
from backprop_tui.graph import Value
from backprop_tui.ops.registry import OPERATIONS
from tests.graphs import value_of
from tests.ops.cases import CASES, Case

DIFFERENTIABLE = tuple(case for case in CASES if OPERATIONS[case.op].differentiable)


def test_the_table_covers_every_operation() -> None:
    assert {case.op for case in CASES} == {name for name, operation in OPERATIONS.items() if operation.operands}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_shape_rule_says_what_numpy_gives(case: Case) -> None:
    value = run(case.graph).values["y"]
    assert value.shape == case.graph["y"].shape
    assert value.dtype == np.float64
    assert isinstance(value, np.float64) == (value.shape == ())


@pytest.mark.parametrize("case", DIFFERENTIABLE, ids=str)
def test_gradients_agree_with_central_differences(case: Case) -> None:
    timeline = run(case.graph)
    planned = plan(case.graph)
    seed = case.graph.seed

    def output(name: str, operand: Value) -> float:
        return float(np.sum(seed * forward(planned, {name: operand})[case.graph.output]))

    for node in case.graph.inputs:
        assert node.value is not None
        x, grad = np.asarray(node.value), timeline.grads[node.name]
        assert (grad is not None) == node.requires_grad
        if grad is None:  # a mask
            continue
        assert grad.shape == x.shape
        for element in np.ndindex(x.shape):
            h = np.zeros(x.shape)
            h[element] = 1e-5
            slope = (output(node.name, value_of(x + h)) - output(node.name, value_of(x - h))) / 2e-5
            assert slope == pytest.approx(grad[element], rel=1e-7, abs=1e-8), (node.name, element)


@pytest.mark.parametrize("op", ["lt", "le", "gt", "ge", "eq", "ne"])
def test_no_gradient_passes_a_comparison(op: str) -> None:
    assert not OPERATIONS[op].differentiable
