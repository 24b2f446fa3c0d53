"""Every operation's derivative against central differences, and the shapes it promises."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from backprop_tui.engine.plan import plan
from backprop_tui.engine.run import forward, run
from backprop_tui.graph import Graph, Value
from backprop_tui.ops.broadcasting import unbroadcast
from backprop_tui.ops.operation import plain
from backprop_tui.ops.registry import OPERATIONS
from tests.graphs import value_of
from tests.ops.cases import BINARY, CASES, PATTERNS, Case, each

DIFFERENTIABLE = tuple(case for case in CASES if OPERATIONS[case.op].differentiable)


def test_the_table_covers_every_operation() -> None:
    assert {case.op for case in CASES} == {name for name, operation in OPERATIONS.items() if operation.operands}


@each(CASES)
def test_the_shape_rule_says_what_numpy_gives(case: Case) -> None:
    value = run(case.graph).values["y"]
    assert value.shape == case.graph["y"].shape
    assert value.dtype == np.float64
    assert isinstance(value, np.float64) == (value.shape == ())


@each(DIFFERENTIABLE)
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


REDUCTIONS = {
    "sum": np.sum,
    "mean": np.mean,
    "prod": np.prod,
    "max": np.max,
    "min": np.min,
    "var": np.var,
    "std": np.std,
}


@each([case for case in CASES if case.op in REDUCTIONS])
def test_reductions_are_those_of_numpy(case: Case) -> None:
    """A divisor that is wrong both ways, forward and back, would agree with its own differences."""
    timeline = run(case.graph)
    expected = REDUCTIONS[case.op](timeline.values["x"], **case.graph["y"].attributes)  # type: ignore[operator]
    np.testing.assert_allclose(timeline.values["y"], expected, rtol=1e-14)


@each(DIFFERENTIABLE)
def test_a_local_derivative_explains_the_contribution(case: Case) -> None:
    """Where an operation has both, the one that is shown and the one that is computed are the same derivative."""
    operation, timeline = OPERATIONS[case.op], run(case.graph)
    node = case.graph["y"]
    operands = [timeline.values[one.name] for one in case.graph.inputs]
    for one, derivative in zip(case.graph.inputs, operation.derivatives, strict=False):
        if derivative.local and one.requires_grad:
            local = derivative.local(timeline.values["y"], *operands, **node.attributes)
            assert local.dtype == np.float64
            product = unbroadcast(plain(np.broadcast_to(case.graph.seed * local, node.shape)), one.shape)
            np.testing.assert_allclose(timeline.grads[one.name], product, rtol=1e-13)


@pytest.mark.parametrize("op", [*BINARY, "where"])
def test_what_was_repeated_gets_the_sum_over_its_copies(op: str) -> None:
    """Every pattern of broadcasting gives what operands give that were copied by hand, summed over the copies."""
    patterns = PATTERNS if op == "mul" else [shape for shape in PATTERNS if len(shape) < 3]
    for shapes in product(patterns, repeat=len(OPERATIONS[op].operands)):
        graph = Case(op, shapes).graph
        repeated = run(graph)
        whole = graph["y"].shape
        nodes = [
            replace(node, shape=whole, value=plain(np.broadcast_to(node.value, whole)))
            if node.value is not None
            else node
            for node in graph
        ]
        copied = run(Graph(tuple(nodes), graph.output, graph.seed))
        np.testing.assert_array_equal(repeated.values["y"], copied.values["y"])
        for node in graph.inputs:
            if node.requires_grad:
                axes = range(-len(whole), 0)
                summed = tuple(
                    axis for axis in axes if -axis > len(node.shape) or (node.shape[axis] == 1 and whole[axis] > 1)
                )
                expected = np.sum(copied.grads[node.name], axis=summed, keepdims=True).reshape(node.shape)
                np.testing.assert_allclose(repeated.grads[node.name], expected, rtol=1e-13, err_msg=str(shapes))


@pytest.mark.parametrize("op", ["lt", "le", "gt", "ge", "eq", "ne"])
def test_no_gradient_passes_a_comparison(op: str) -> None:
    assert not OPERATIONS[op].differentiable
