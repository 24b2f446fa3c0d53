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
from backprop_tui.lenses.finite_differences import PER_NODE, Verdict, finite_differences
from backprop_tui.lenses.nudging import Ground, cost
from backprop_tui.ops.registry import OPERATIONS
from tests.graphs import Builder, chain, diamond, single, tree
from tests.lenses.verdicts import of_inputs, verdicts, with_wrong_gradient
from tests.ops.cases import CASES, Case, each
from tests.strategies import graphs

_DIFFERENTIABLE = [case for case in CASES if OPERATIONS[case.op].differentiable]


SMOOTH = (*{case.op: case for case in _DIFFERENTIABLE}.values(), *_DIFFERENTIABLE[::4])
"""Of every operation one case, and a quarter of all: tests.ops compares them all, in its own way."""


BUDGET = "backprop_tui.lenses.finite_differences.BUDGET"


def test_the_tree_agrees_to_ten_digits() -> None:
    a, b = of_inputs(run(tree()))
    assert (a.gradient, b.gradient) == (2.0, 5.0)
    assert a.verdict is b.verdict is Verdict.AGREES
    assert b.estimate == pytest.approx(5.0, rel=1e-10)
    assert b.tolerance < 1e-9


def test_every_node_that_a_gradient_reaches_is_compared() -> None:
    """All of the tree but the constant 1."""
    found = finite_differences(run(tree()))
    names = [node.name for node in tree()]
    assert {names[row.node]: row.gradient for row in found.rows} == {"a": 2.0, "b": 5.0, "c": 2.0, "d": 3.0, "e": 1.0}
    assert {row.verdict for row in found.rows} == {Verdict.AGREES}
    assert found.nodes == {row.node for row in found.rows}
    assert found.elements == 5


@each(SMOOTH)
def test_every_operation_agrees(case: Case) -> None:
    assert {row.verdict for row in finite_differences(run(case.graph)).rows} == {Verdict.AGREES}


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


@pytest.mark.parametrize("error", [1e-6, -1e-6, 0.1, -2.0])
@pytest.mark.parametrize("name", ["c", "d", "e"])
def test_so_is_one_of_a_node_in_between(name: str, error: float) -> None:
    wrong = with_wrong_gradient(run(tree()), name, 1 + error)
    assert [row.node for row in finite_differences(wrong).differing] == [tree()[name].index]


def test_one_wrong_element_of_a_tensor_in_between_is_found() -> None:
    build = Builder()
    x = build.input("x", [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    h = build.op("sin", x, name="h")
    timeline = run(build.graph(build.op("sum", build.op("mul", h, h))))
    off = np.ones((2, 3))
    off[1, 0] = 1 + 1e-6
    (row,) = finite_differences(with_wrong_gradient(timeline, "h", off)).differing
    assert (row.node, row.element) == (h, (1, 0))


def test_what_a_node_is_computed_from_stays_where_it_is() -> None:
    """y = h · x with h = 3x: moving h moves y by x; moving x moves it by 6x."""
    build = Builder()
    x = build.input("x", 2.0)
    h = build.op("mul", build.constant(3.0), x)
    rows = finite_differences(run(build.graph(build.op("mul", h, x)))).rows
    assert [row.estimate for row in rows] == pytest.approx([12.0, 2.0, 1.0], rel=1e-9)


def test_only_what_lies_downstream_is_computed_again() -> None:
    """And of that only what the output depends on, masks included."""
    build = Builder()
    x, z = build.input("x", 1.0), build.input("z", 2.0)
    h = build.op("exp", x)
    build.op("sin", h)
    mask = build.op("gt", h, z)
    y = build.op("where", mask, build.op("mul", h, z), z)
    nudge = Ground(run(build.graph(y))).nudge(h, ())
    assert nudge is not None
    assert list(nudge.downstream) == [mask, y - 1, y]
    assert set(nudge.at(0.0)) == {h, mask, y - 1, y}


def test_a_gradient_that_is_not_shaped_like_its_node_is_left_to_others() -> None:
    build = Builder()
    h = build.op("sin", build.input("x", [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), name="h")
    timeline = run(build.graph(build.op("sum", h)))
    grads = [None if grad is None else grad.T if name == "h" else grad for name, grad in timeline.grads.items()]
    found = finite_differences(Timeline(timeline.plan, list(timeline.values.values()), grads, []))
    assert {row.node for row in found.rows} == {0, 2}
    assert found.nodes == {0, 1, 2}


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
    rows = of_inputs(run(graph))
    np.testing.assert_allclose([row.estimate for row in rows], [3.0, 400.0, 1.0, 200.0], rtol=1e-8)
    assert [row.element for row in rows] == [(0,), (1,), (0,), (1,)]


def test_inputs_without_a_gradient_are_left_out() -> None:
    build = Builder()
    x, t = build.input("x", 2.0), build.input("t", 3.0, requires_grad=False)
    y = build.op("mul", x, t)
    assert [row.node for row in finite_differences(run(build.graph(y))).rows] == [x, y]


def test_a_large_node_is_sampled_evenly_and_the_report_says_so() -> None:
    report = finite_differences(run(single("sin", [np.arange(1000.0)])))
    assert report.elements == 2000
    for node in (0, 1):
        rows = [row for row in report.rows if row.node == node]
        assert len(rows) == PER_NODE
        assert (rows[0].element, rows[-1].element) == ((0,), (999,))


def test_matrix_products_cost_their_multiply_adds() -> None:
    """The values of both are of the same size; one takes a hundred times the work."""
    thin, thick = (single("matmul", [np.ones((100, k)), np.ones((k, 100))]) for k in (10, 1_000))
    assert cost(thick, thick.nodes[-1]) > 10 * cost(thin, thin.nodes[-1])


def of_a_nudge(timeline: Timeline, node: int = 0) -> float:
    nudge = Ground(timeline).nudge(node, (0,) * len(timeline.graph.nodes[node].shape))
    assert nudge is not None
    return nudge.cost


def test_of_a_graph_that_is_costly_to_run_fewer_elements_are_compared_but_from_everywhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    timeline = run(single("sum", [np.arange(64.0)]))
    monkeypatch.setattr(BUDGET, 8 * 6.5 * of_a_nudge(timeline) + 6.5 * of_a_nudge(timeline, 1))
    report = finite_differences(timeline)
    assert report.elements == 65
    assert [row.element for row in report.rows] == [*((i,) for i in range(0, 64, 8)), ()]


def test_every_node_has_its_turn_before_any_has_a_second_one(monkeypatch: pytest.MonkeyPatch) -> None:
    build = Builder()
    x = node = build.input("x", np.arange(8.0))
    for _ in range(30):
        node = build.op("sin", node)
    timeline = run(build.graph(build.op("sum", node)))
    counts = []
    for tenths in (5, 10, 15, 20):
        monkeypatch.setattr(BUDGET, tenths / 10 * sum(6.5 * of_a_nudge(timeline, node) for node in range(32)))
        counts.append(Counter(row.node for row in finite_differences(timeline).rows))
    half, whole, more, twice = counts
    assert max(half.values()) == 1 == max(whole.values())
    assert 8 < len(half) < 31
    assert min(half) == x
    assert max(half) > 16
    assert len(whole) == len(more) == len(twice) == 32
    assert set(more.values()) == {1, 2} == set(twice.values())
    assert more < twice


def test_where_not_all_nodes_have_a_turn_those_that_do_are_spread(monkeypatch: pytest.MonkeyPatch) -> None:
    build = Builder()
    inputs = [build.input(f"x{number}", 1.0) for number in range(32)]
    timeline = run(build.graph(build.op("sum", build.op("stack", *inputs, axis=0))))
    monkeypatch.setattr(BUDGET, 8 * 6.5 * of_a_nudge(timeline))
    chosen = {row.node for row in of_inputs(timeline)}
    assert chosen >= {0, 8, 16, 24}
    assert len(chosen) < 10


def test_however_costly_a_run_one_element_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BUDGET, 1)
    assert [row.verdict for row in finite_differences(run(tree())).rows] == [Verdict.AGREES]


def test_what_is_cheap_is_compared_where_what_is_costly_no_longer_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a chain, the first node takes nearly all of the budget; those close to the output fit into the rest."""
    timeline = run(chain(200))
    monkeypatch.setattr(BUDGET, 8 * of_a_nudge(timeline))
    first, *rest = (row.node for row in finite_differences(timeline).rows)
    assert first == 0
    assert rest
    assert min(rest) > 100


def test_where_a_closer_look_costs_too_much_nothing_is_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = with_wrong_gradient(run(tree()), "a", 1.5)
    monkeypatch.setattr(BUDGET, 45 * of_a_nudge(wrong))
    assert verdicts(wrong) == {Verdict.UNDECIDED: 1, Verdict.AGREES: 1}


def test_other_inputs_than_those_of_the_file() -> None:
    timeline = run(plan(tree()), {"b": np.float64(3.0)})
    assert [row.gradient for row in of_inputs(timeline)] == [4.0, 9.0]
    assert verdicts(timeline) == {Verdict.AGREES: 2}


def test_rows_are_data() -> None:
    row, *_ = finite_differences(run(tree())).rows
    assert replace(row, verdict=Verdict.DIFFERS) != row


def times(factor: float, x: float) -> Timeline:
    """y = x · x · factor."""
    build = Builder()
    node = build.input("x", x)
    return run(build.graph(build.op("mul", build.op("mul", node, node), build.constant(factor))))


@pytest.mark.parametrize("factor", [1.0, 1e300])
def test_a_square_that_underflows_decides_nothing(factor: float) -> None:
    """Both sides of x are 0 in float64, and so is their difference."""
    assert verdicts(times(factor, 1e-200)) == {Verdict.UNDECIDED: 1}


@pytest.mark.parametrize("x", [1e-20, -1e-100])
def test_a_small_number_is_nudged_by_a_small_part_of_itself(x: float) -> None:
    """A wider step has it vanish, and makes of its square a parabola around 0."""
    right = times(1.0, x)
    assert verdicts(right) == {Verdict.AGREES: 1}
    assert verdicts(with_wrong_gradient(right, "x", 1.5)) == {Verdict.DIFFERS: 1}


def test_where_the_function_itself_is_not_finite_nothing_is_decided() -> None:
    found = finite_differences(run(single("div", (0.0, 0.0))))
    assert {row.verdict for row in found.rows} == {Verdict.UNDECIDED}


def test_rounding_that_adds_up_along_a_long_chain_is_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BUDGET, 1)
    build = Builder()
    x = node = build.input("x", 1.0)
    for _ in range(5_000):
        node = build.op("add", node, x)
    (row,) = finite_differences(run(build.graph())).rows
    assert (row.node, row.verdict) == (x, Verdict.AGREES)


@pytest.mark.parametrize("large", [1e6, 1e9])
def test_rounding_of_large_numbers_that_cancel_out_is_no_difference(large: float) -> None:
    build = Builder()
    x, c = build.input("x", 1.0), build.constant(large)
    assert verdicts(run(build.graph(build.op("sub", build.op("add", x, c), c)))) == {Verdict.AGREES: 1}


@pytest.mark.parametrize("x", [5e-324, 1e-310, np.nextafter(0.25, 1.0), 1e308, -1.7e308])
def test_step_widths_that_floating_point_cannot_tell_apart(x: float) -> None:
    build = Builder()
    a, b = build.input("a", x), build.input("b", float("nan"))
    assert verdicts(run(build.graph(build.op("add", a, b)))) == {Verdict.UNDECIDED: 2}
