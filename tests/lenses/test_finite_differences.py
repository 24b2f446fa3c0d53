"""Central differences agree with right gradients, contradict wrong ones, and know a kink when they meet one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from backprop_tui.engine.plan import plan
from backprop_tui.engine.run import run
from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Graph
from backprop_tui.lenses.finite_differences import PER_INPUT, Verdict, cost, finite_differences
from backprop_tui.ops.registry import OPERATIONS
from tests.graphs import Builder, chain, diamond, single, tree
from tests.ops.cases import CASES, Case
from tests.strategies import graphs

SMOOTH = tuple(case for case in CASES if OPERATIONS[case.op].differentiable)


def verdicts(timeline: Timeline) -> Counter[Verdict]:
    return Counter(row.verdict for row in finite_differences(timeline).rows)


def with_wrong_gradient(timeline: Timeline, name: str, factor: float) -> Timeline:
    """The same run, except that the final gradient of one node is off."""
    grads = list(timeline.grads.values())
    index = timeline.graph[name].index
    grads[index] = grads[index] * factor  # type: ignore[operator]
    return Timeline(timeline.plan, list(timeline.values.values()), grads, [])


def test_the_tree_agrees_to_ten_digits() -> None:
    a, b = finite_differences(run(tree())).rows
    assert (a.gradient, b.gradient) == (2.0, 5.0)
    assert a.verdict is b.verdict is Verdict.AGREES
    assert b.estimate == pytest.approx(5.0, rel=1e-10)
    assert b.tolerance < 1e-9


@pytest.mark.parametrize("case", SMOOTH, ids=str)
def test_every_operation_agrees(case: Case) -> None:
    assert set(verdicts(run(case.graph))) == {Verdict.AGREES}


@settings(max_examples=200)
@given(graphs())
def test_no_right_gradient_is_called_wrong(graph: Graph) -> None:
    """Random graphs are full of ties and zeros of relu, abs, maximum: those must come out as kinks."""
    assert finite_differences(run(graph)).differing == ()


@pytest.mark.parametrize("error", [1e-6, -1e-6, 0.1, -2.0])
@pytest.mark.parametrize("graph", [tree(), chain(5), diamond(4)], ids=["tree", "chain", "diamond"])
def test_a_wrong_gradient_is_found_even_in_the_sixth_digit(graph: Graph, error: float) -> None:
    name = graph.inputs[0].name
    wrong = with_wrong_gradient(run(graph), name, 1 + error)
    assert [row.node for row in finite_differences(wrong).differing] == [graph[name].index]


def test_a_kink_is_told_from_an_error_and_its_node_is_named() -> None:
    build = Builder()
    gate = build.op("relu", build.input("x", 0.0))
    (row,) = finite_differences(run(build.graph(build.op("exp", gate)))).rows
    assert (row.verdict, row.kink) == (Verdict.KINK, gate)


def test_a_symmetric_kink_agrees_because_the_central_difference_is_the_mean_of_both_slopes() -> None:
    assert verdicts(run(single("abs", [0.0]))) == {Verdict.AGREES: 1}
    assert verdicts(run(single("maximum", [2.0, 2.0]))) == {Verdict.AGREES: 2}


def test_a_tie_of_three_is_a_kink() -> None:
    assert verdicts(run(single("max", [[3.0, 3.0, 3.0]]))) == {Verdict.KINK: 3}


def test_a_kink_off_the_way_excuses_nothing() -> None:
    """Neither one that the output does not see, nor one that the input does not reach."""
    build = Builder()
    x, z = build.input("x", 0.0), build.input("z", 0.0)
    build.op("relu", x)
    y = build.op("add", build.op("exp", x), build.op("relu", z))
    wrong = with_wrong_gradient(run(build.graph(y)), "x", 1.5)
    at_x, at_z = finite_differences(wrong).rows
    assert (at_x.verdict, at_z.verdict) == (Verdict.DIFFERS, Verdict.KINK)


def test_a_mask_on_the_way_is_a_kink_though_no_gradient_passes_it() -> None:
    build = Builder()
    x, zero = build.input("x", 0.0), build.input("zero", 0.0, requires_grad=False)
    (row,) = finite_differences(run(build.graph(build.op("mul", build.op("gt", x, zero), x)))).rows
    assert row.verdict is Verdict.KINK


def test_kinks_that_cancel_are_still_kinks() -> None:
    """relu(x) - relu(-x) is x, but at 0 the chain rule sees two flat gates."""
    build = Builder()
    x = build.input("x", 0.0)
    y = build.op("sub", build.op("relu", x), build.op("relu", build.op("neg", x)))
    (row,) = finite_differences(run(build.graph(y))).rows
    assert (row.gradient, row.verdict) == (0.0, Verdict.KINK)


def test_close_to_a_kink_the_step_shrinks() -> None:
    assert verdicts(run(single("relu", [1e-6]))) == {Verdict.AGREES: 1}


def test_close_to_a_pole_the_step_shrinks() -> None:
    assert verdicts(run(single("log", [1e-7]))) == {Verdict.AGREES: 1}
    assert verdicts(run(single("div", [1.0, 1e-9]))) == {Verdict.AGREES: 2}


def test_at_the_edge_of_the_domain_nothing_is_decided() -> None:
    assert verdicts(run(single("sqrt", [0.0]))) == {Verdict.UNDECIDED: 1}
    assert verdicts(run(single("log", [-1.0]))) == {Verdict.UNDECIDED: 1}


def test_large_numbers_and_small_ones() -> None:
    assert verdicts(run(single("mul", [1e8, 3e-7]))) == {Verdict.AGREES: 2}
    assert verdicts(run(single("mul", [1e200, 1e-200]))) == {Verdict.AGREES: 2}


def test_the_seed_counts() -> None:
    graph = single("mul", [[1.0, 2.0], [3.0, 4.0]], seed=[1.0, 100.0])
    rows = finite_differences(run(graph)).rows
    np.testing.assert_allclose([row.estimate for row in rows], [3.0, 400.0, 1.0, 200.0], rtol=1e-8)
    assert [row.element for row in rows] == [(0,), (1,), (0,), (1,)]


def test_inputs_without_a_gradient_are_left_out() -> None:
    build = Builder()
    x, t = build.input("x", 2.0), build.input("t", 3.0, requires_grad=False)
    report = finite_differences(run(build.graph(build.op("mul", x, t))))
    assert [row.node for row in report.rows] == [x]


def test_a_large_input_is_sampled_evenly_and_the_report_says_so() -> None:
    report = finite_differences(run(single("sum", [np.arange(1000.0)])))
    assert report.elements == 1000
    assert len(report.rows) == PER_INPUT
    assert report.rows[0].element == (0,)
    assert report.rows[-1].element == (999,)


def test_matrix_products_cost_their_multiply_adds() -> None:
    """The values of both are of the same size; one takes a hundred times the work."""
    thin, thick = (single("matmul", [np.ones((100, k)), np.ones((k, 100))]) for k in (10, 1_000))
    assert cost(thick) > 10 * cost(thin)


def test_of_a_graph_that_is_costly_to_run_fewer_elements_are_compared_but_from_everywhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    timeline = run(single("sum", [np.arange(64.0)]))
    monkeypatch.setattr("backprop_tui.lenses.finite_differences.BUDGET", 8 * 6 * cost(timeline.graph))
    report = finite_differences(timeline)
    assert report.elements == 64
    assert [row.element for row in report.rows] == [(i,) for i in range(0, 64, 8)]


def test_however_costly_a_run_one_element_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backprop_tui.lenses.finite_differences.BUDGET", 1)
    assert verdicts(run(tree())) == {Verdict.AGREES: 1}


def test_where_a_closer_look_costs_too_much_nothing_is_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = with_wrong_gradient(run(tree()), "a", 1.5)
    monkeypatch.setattr("backprop_tui.lenses.finite_differences.BUDGET", 20 * cost(wrong.graph))
    assert verdicts(wrong) == {Verdict.UNDECIDED: 1, Verdict.AGREES: 1}


def test_other_inputs_than_those_of_the_file() -> None:
    timeline = run(plan(tree()), {"b": np.float64(3.0)})
    assert [row.gradient for row in finite_differences(timeline).rows] == [4.0, 9.0]
    assert verdicts(timeline) == {Verdict.AGREES: 2}


def test_rows_are_data() -> None:
    (row, _) = finite_differences(run(tree())).rows
    assert replace(row, verdict=Verdict.DIFFERS) != row


def test_where_the_function_itself_is_not_finite_nothing_is_decided() -> None:
    found = finite_differences(run(single("div", (0.0, 0.0))))
    assert {row.verdict for row in found.rows} == {Verdict.UNDECIDED}


def test_rounding_that_adds_up_along_a_long_chain_is_no_difference() -> None:
    build = Builder()
    x = node = build.input("x", 1.0)
    for _ in range(20_000):
        node = build.op("add", node, x)
    found = finite_differences(run(build.graph()))
    assert [row.verdict for row in found.rows] == [Verdict.AGREES]


@pytest.mark.parametrize("x", [5e-324, 1e-310, np.nextafter(0.25, 1.0), 1e308, -1.7e308])
def test_step_widths_that_floating_point_cannot_tell_apart(x: float) -> None:
    build = Builder()
    a, b = build.input("a", x), build.input("b", float("nan"))
    assert verdicts(run(build.graph(build.op("add", a, b)))) == {Verdict.UNDECIDED: 2}
