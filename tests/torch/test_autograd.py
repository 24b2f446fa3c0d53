"""PyTorch finds every number that is off, in a value or a gradient, however small; and calls no rounding an error."""

from __future__ import annotations

import sys
from math import inf, nan
from typing import Any

import numpy as np
import pytest

from backprop_tui.engine.run import run
from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Graph
from backprop_tui.lenses.autograd import LISTED, Disagreement, compare_with_pytorch
from tests.graphs import Builder, single, tree, value_of
from tests.torch.reference import assert_agrees, torch


def spoiled(graph: Graph, *, values: dict[str, Any] | None = None, grads: dict[str, Any] | None = None) -> Timeline:
    """A run some of whose final numbers are replaced."""
    right = run(graph)
    new_values = {**right.values, **{name: value_of(value) for name, value in (values or {}).items()}}
    new_grads = {**right.grads, **{name: value_of(grad) for name, grad in (grads or {}).items()}}
    return Timeline(right.plan, list(new_values.values()), list(new_grads.values()), [])


def test_its_version_and_the_nodes_that_were_compared() -> None:
    found = compare_with_pytorch(run(tree()))
    assert found.version == torch.__version__.partition("+")[0]
    assert found.distances == {tree()[name].index: 0.0 for name in "abcde"}
    assert (found.disagreements, found.wrong) == ((), 0)


def test_a_gradient_that_is_off_in_the_ninth_digit() -> None:
    c = tree()["c"].index
    (one,) = compare_with_pytorch(spoiled(tree(), grads={"c": 2 + 2e-9})).disagreements
    assert one == Disagreement(c, True, (), 2 + 2e-9, 2.0)


def test_a_value_that_is_off_in_the_ninth_digit() -> None:
    found = compare_with_pytorch(spoiled(tree(), values={"c": 3 + 3e-9}))
    assert found.disagreements == (Disagreement(tree()["c"].index, False, (), 3 + 3e-9, 3.0),)
    assert found.distances[tree()["c"].index] == pytest.approx(3e-9)


def test_the_last_digits_are_not_compared() -> None:
    assert not compare_with_pytorch(spoiled(tree(), values={"c": 3 + 1e-12})).disagreements


def test_the_elements_are_named_and_of_many_only_some() -> None:
    graph = single("sin", [np.arange(40.0)])
    off = np.cos(np.arange(40.0))
    off[3] += 1e-6
    found = compare_with_pytorch(spoiled(graph, grads={"x": off}))
    assert [(one.element, one.ours) for one in found.disagreements] == [((3,), off[3])]
    found = compare_with_pytorch(spoiled(graph, grads={"x": off + 1}))
    assert (len(found.disagreements), found.wrong) == (LISTED, 40)


@pytest.mark.parametrize("wrong", [nan, inf, -inf])
def test_what_is_finite_is_neither_infinite_nor_nan(wrong: float) -> None:
    found = compare_with_pytorch(spoiled(tree(), grads={"b": wrong}))
    assert found.wrong == 1
    assert found.distances[tree()["b"].index] == inf


@pytest.mark.parametrize("wrong", [nan, -inf, 1e308, 0.0])
def test_an_infinity_is_met_by_nothing_but_itself(wrong: float) -> None:
    graph = single("div", [1.0, 0.0])
    assert not compare_with_pytorch(run(graph)).disagreements
    assert compare_with_pytorch(spoiled(graph, values={"y": wrong})).wrong == 1


def test_nan_agrees_with_nan_alone() -> None:
    graph = single("div", [0.0, 0.0])
    assert_agrees(run(graph))
    assert compare_with_pytorch(spoiled(graph, values={"y": 0.0})).wrong == 1


def test_a_gradient_that_never_came_and_one_that_should_not_have() -> None:
    timeline = run(tree())
    grads = [None if name == "a" else grad for name, grad in timeline.grads.items()]
    lost = Timeline(timeline.plan, list(timeline.values.values()), grads, [])
    assert compare_with_pytorch(lost).disagreements == (Disagreement(0, True, (), None, ()),)

    build = Builder()
    x, aside = build.input("x", 1.0), build.input("aside", 1.0)
    build.op("sin", aside)
    extra = spoiled(build.graph(build.op("exp", x)), grads={"aside": 1.0})
    assert compare_with_pytorch(extra).disagreements == (Disagreement(aside, True, (), (), None),)


def test_a_shape_that_differs() -> None:
    graph = single("sum", [[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]])
    found = compare_with_pytorch(spoiled(graph, grads={"x": np.ones((3, 2))}))
    assert found.disagreements == (Disagreement(0, True, (), (3, 2), (2, 3)),)


def test_what_cancels_out_leaves_only_rounding_and_so_does_what_is_computed_from_it() -> None:
    build = Builder()
    x = build.input("x", np.linspace(-7, 7, 1001) ** 3 * 1e6 + 1e6 / 3)
    rest = build.op("sum", build.op("sub", build.op("tanh", x), build.op("mean", build.op("tanh", x))))
    graph = build.graph(build.op("mul", rest, build.constant(5.0)))
    y = graph.nodes[graph.output].name
    assert_agrees(run(graph))
    assert abs(run(graph).values[y]) < 1e-10
    assert not compare_with_pytorch(spoiled(graph, values={y: 3e-12})).wrong
    assert compare_with_pytorch(spoiled(graph, values={y: 1e-6})).wrong


def test_a_gradient_that_vanishes_is_compared_all_the_same() -> None:
    build = Builder()
    node = build.input("x", 1.0)
    for _ in range(100):
        node = build.op("mul", node, build.constant(0.5))
    graph = build.graph()
    assert run(graph).grads["x"] == 2.0**-100
    assert compare_with_pytorch(spoiled(graph, grads={"x": 2.0**-100 * (1 + 1e-8)})).wrong == 1


def test_two_nodes_are_told_apart_where_pytorch_returns_its_argument() -> None:
    """The product of a scalar is that scalar: the gradient of x has another part that did not come through y."""
    build = Builder()
    x = build.input("x", 2.0)
    y = build.op("prod", x, keepdims=True)
    assert_agrees(run(build.graph(build.op("mul", build.op("sin", y), x))))


def test_other_inputs_than_those_of_the_file() -> None:
    assert_agrees(run(tree(), {"b": 3.0}))


def test_a_deep_graph() -> None:
    """Deeper than anything that recurses can go."""
    build = Builder()
    node = build.input("x", 1.0)
    for number in range(10 * sys.getrecursionlimit()):
        node = build.op("sin", node, name=f"y{number}")
    assert_agrees(run(build.graph()))


def test_an_output_that_requires_no_gradient() -> None:
    assert_agrees(run(single("gt", [1.0, 2.0])))
