"""One element of one input moves from x to x + h: what moves with it, what Δe/h tells, and how far it may be off."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_tui.engine.run import run
from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Graph
from backprop_tui.lenses.forward_mode import Sweep
from backprop_tui.lenses.nudge import Nudging, change, has_moved, study
from backprop_tui.lenses.nudge_words import Speeds, about, bound
from backprop_tui.lenses.places import Place, Places
from backprop_tui.lenses.steps import SIZES, Fit
from backprop_tui.progress import Cancelled, Progress
from tests.graphs import Builder, chain, diamond, single, tree
from tests.lenses.verdicts import with_wrong_gradient
from tests.strategies import graphs

BUDGET = "backprop_tui.lenses.nudge.BUDGET"


def nudged(graph: Graph, node: int = 0, element: tuple[int, ...] = ()) -> tuple[Timeline, Nudging]:
    timeline = run(graph)
    return timeline, study(timeline, Place(node, element), 0.01, Progress())


def said(graph: Graph, h: float = 0.01, node: int = 0, element: tuple[int, ...] = ()) -> str:
    timeline, nudging = nudged(graph, node, element)
    return about(timeline, nudging, nudging.steps[h])


def fits(graph: Graph, sign: float = 1.0) -> list[Fit]:
    """From h = ±1 on, each once."""
    _, nudging = nudged(graph)
    found = [nudging.steps[sign * size].fit for size in SIZES]
    return [fit for fit, before in zip(found, [None, *found], strict=False) if fit is not before]


def test_a_step_of_the_tree_moves_what_depends_on_b_and_nothing_else() -> None:
    timeline, nudging = nudged(tree(), node=1)
    moved = {timeline.graph.nodes[node].name: value for node, value in nudging.values(0.5).items()}
    assert moved == {"b": 1.5, "c": 3.5, "d": 2.5, "e": 8.75}


def test_the_agreement_grows_while_h_shrinks_until_rounding_takes_over() -> None:
    _, nudging = nudged(tree(), node=1)
    steps = [nudging.steps[size] for size in SIZES]
    assert [step.fit for step in steps[:4]] == [Fit.TOO_LARGE] * 4
    assert [step.fit for step in steps[5:9]] == [Fit.GOOD] * 4
    assert [step.fit for step in steps[11:]] == [Fit.TOO_SMALL] * 5
    np.testing.assert_allclose([step.quotient for step in steps[:3]], [6.0, 5.1, 5.01])
    assert len(nudging.steps) == 2 * len(SIZES)


def test_the_words_say_what_a_step_is_good_for_and_how_far_it_is_off() -> None:
    assert said(tree(), 0.01, node=1) == "h is too large: e bends on the way. Δe/h is within 0.011 of ∂e/∂b."
    assert re.fullmatch(r"h is good. Δe/h is within \S+e-7 of ∂e/∂b.", said(tree(), 1e-7, node=1))
    assert said(tree(), 1e-13, node=1).startswith("h is too small: rounding has taken digits of the change. Δe/h is ")


@given(graphs(smooth=True), st.data())
def test_a_nudge_is_the_gradient_within_the_error_that_its_text_states(graph: Graph, data: st.DataObject) -> None:
    timeline = run(graph)
    places = Places(graph)
    if not places:
        return
    place = places[data.draw(st.integers(0, len(places) - 1))]
    nudging = study(timeline, place, 0.01, Progress())
    assert nudging.slope
    for step in nudging.steps.values():
        text = about(timeline, nudging, step)
        stated = re.search(r"within (\S+) of ∂", text)
        if stated:
            assert abs(step.quotient - (nudging.gradient or 0.0)) <= float(stated[1]), text
        else:
            assert step.quotient == 0 or step.fit is Fit.NOT_FINITE, text


def test_the_stated_error_is_no_excuse_for_a_wrong_gradient() -> None:
    timeline = with_wrong_gradient(run(tree()), "b", 1.001)
    nudging = study(timeline, Place(1), 1e-6, Progress())
    assert about(timeline, nudging, nudging.steps[1e-6]).endswith("of the slope, which is not the gradient.")


def test_of_a_straight_line_only_rounding_keeps_the_nudge_from_the_gradient() -> None:
    assert fits(single("mul", [3.0, 0.1])) == [Fit.GOOD, Fit.TOO_SMALL]


def test_a_step_that_the_input_does_not_even_feel() -> None:
    text = said(single("mul", [1e10, 3.0]), 1e-15)
    assert text == "h is too small: a + h is a again. Δy/h is within 3.1 of ∂y/∂a."


def test_an_array_is_nudged_at_one_element_and_read_with_the_seed() -> None:
    graph = single("mul", [[1.0, 2.0], [3.0, 4.0]], seed=[1.0, 100.0])
    _, nudging = nudged(graph, 0, (1,))
    assert nudging.values(0.5)[0].tolist() == [1.0, 2.5]
    np.testing.assert_allclose(nudging.steps[0.01].quotient, 400.0)
    assert said(graph, 0.01, 0, (1,)).endswith("of ∂y/∂a[1].")


def test_a_step_over_a_kink_names_the_operation_that_changes_its_branch() -> None:
    build = Builder()
    gate = build.op("relu", build.input("x", 0.005), name="c")
    graph = build.graph(build.op("exp", gate, name="y"))
    assert said(graph, -0.01) == "relu at c changes its branch on the way. Δy/h is within 0.51 of ∂y/∂x."
    assert fits(graph, -1.0) == [Fit.KINK, Fit.TOO_LARGE, Fit.GOOD, Fit.TOO_SMALL]
    assert Fit.KINK not in fits(graph)


@pytest.mark.parametrize(
    ("graph", "right", "left"),
    [
        (single("relu", [0.0]), "1", "0"),
        (single("abs", [0.0]), "1", "-1"),
        (single("floor", [2.0]), "0", "no limit"),
        (single("maximum", [2.0, 2.0]), "1", "0"),
        (single("minimum", [1e10, 1e10]), "0", "1"),
        (single("clip", [1.0], {"min": 0, "max": 1}), "0", "1"),
        (single("norm", [[0.0, 0.0]]), "1", "-1"),
        (single("max", [[3.0, 3.0, 3.0]]), "1", "0"),
    ],
    ids=lambda one: one.nodes[-1].op if isinstance(one, Graph) else one,
)
def test_on_a_kink_nothing_is_stated_but_what_each_side_comes_to(graph: Graph, right: str, left: str) -> None:
    text = said(graph, element=(0,) * len(graph.nodes[0].shape))
    operation = graph.nodes[-1].op
    assert text.startswith(f"{operation} at y changes its branch right here. ")
    assert f"Δy/h comes to {right} for h > 0 and to {left} for h < 0: ∂y/∂" in text


@pytest.mark.parametrize("way", [1e-4, 1e-6, 1e-8, 1e-10, 1e-13])
def test_close_to_a_kink_the_smallest_steps_still_tell_the_slope(way: float) -> None:
    text = said(single("maximum", [1.0 - way, 1.0]))
    assert text.startswith("maximum at y changes its branch on the way. Δy/h is within 1")


def test_a_kink_without_a_corner_is_none() -> None:
    """The slope of x · relu(x) at 0 is 0 from both sides."""
    build = Builder()
    x = build.input("x", 0.0)
    _, nudging = nudged(build.graph(build.op("mul", x, build.op("relu", x))))
    assert (nudging.kink, nudging.steps[1e-8].fit) == (None, Fit.GOOD)


def test_kinks_that_cancel_are_still_kinks() -> None:
    """relu(x) - relu(-x) is x, but at 0 the chain rule sees two flat gates."""
    build = Builder()
    x = build.input("x", 0.0)
    left, right = build.op("relu", x, name="l"), build.op("relu", build.op("neg", x), name="r")
    text = said(build.graph(build.op("sub", left, right, name="y")))
    assert text.endswith("comes to 1 for h > 0 and to 1 for h < 0: ∂y/∂x is a choice.")


def test_where_the_gradient_is_not_a_number_nothing_was_chosen() -> None:
    """The length of a vector, at 0: 0 · ∞ by the chain rule."""
    build = Builder()
    x = build.input("x", 0.0)
    text = said(build.graph(build.op("sqrt", build.op("mul", x, x), name="y")))
    assert text.endswith("comes to 1 for h > 0 and to -1 for h < 0: there is no slope.")


def test_a_mask_on_the_way_flips() -> None:
    build = Builder()
    x = build.input("x", 0.995)
    mask = build.op("gt", x, build.constant(1.0), name="m")
    text = said(build.graph(build.op("where", mask, build.op("exp", x), x, name="y")))
    assert text.startswith("gt at m flips on the way. Δy/h is within ")


@pytest.mark.parametrize(("op", "x", "h"), [("reciprocal", 0.5, -1.0), ("log", 0.5, -1.0), ("exp", 709.5, 1.0)])
def test_poles_and_ends_of_a_domain(op: str, x: float, h: float) -> None:
    text = said(single(op, [x]), h)
    if op == "reciprocal":
        assert text == "reciprocal at y changes its branch on the way. Δy/h is within 8.1 of ∂y/∂x."
    else:
        assert text == "There is no Δy: y is not finite at x + h."


def test_where_the_slope_is_infinite_nothing_is_stated() -> None:
    text = said(single("sqrt", [0.0]))
    assert text == "Δy/h does not settle as h shrinks, so nothing can be stated."


def test_a_wave_too_fast_for_central_differences_still_has_a_slope() -> None:
    build = Builder()
    graph = build.graph(build.op("sin", build.op("mul", build.constant(1e8), build.input("x", 1.0))))
    _, nudging = nudged(graph, node=1)
    assert not nudging.contradicts
    assert nudging.steps[1e-12].fit is Fit.GOOD


def test_steps_that_meet_a_wave_always_at_its_knots_do_not_make_it_a_flat_line() -> None:
    """The sine of 2π · 10⁶ · x is 0 at 1, 0.1, … 10⁻⁶. Only smaller steps see it."""
    build = Builder()
    wave = build.op("mul", build.constant(2e6 * np.pi), build.input("x", 0.0))
    _, nudging = nudged(build.graph(build.op("sin", wave)), node=1)
    assert abs(nudging.steps[0.01].quotient) < 1e-6
    assert not nudging.contradicts
    assert nudging.slope
    assert nudging.steps[1e-12].fit is Fit.GOOD


def test_an_output_that_stands_still() -> None:
    """Every step says so."""
    build = Builder()
    build.input("x", 1.0)
    graph = build.graph(build.op("sin", build.input("z", 2.0), name="y"))
    assert said(graph) == "y stands still at every h."
    assert fits(graph) == [Fit.GOOD]
    assert said(single("clip", [-0.5], {"min": 0, "max": 1})) == "h is good: y does not move at all."


def test_an_output_that_stands_still_may_have_a_gradient_that_is_wrong() -> None:
    """Of where(mask, exp(x), 0) at 1000 the chain rule finds 0 · ∞."""
    build = Builder()
    x = build.input("x", 1000.0)
    mask, e = build.op("lt", x, build.constant(0.0)), build.op("exp", x)
    graph = build.graph(build.op("where", mask, e, build.constant(0.0), name="y"))
    assert said(graph) == "y stands still at every h: the slope is 0, which is not the gradient."


def test_of_a_graph_that_is_costly_to_run_the_chosen_step_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    timeline = run(chain(2_000))
    monkeypatch.setattr(BUDGET, 1)
    nudging = study(timeline, Place(0), -1e-7, Progress())
    assert list(nudging.steps) == [-1e-7]
    assert nudging.slope
    monkeypatch.setattr(BUDGET, 10.5 * nudging.nudge.cost)
    assert set(study(timeline, Place(0), 1e-7, Progress()).steps) == {1e-5, 1e-6, 1e-7, 1e-8}


def test_where_few_steps_are_made_one_over_a_kink_does_not_mean_that_the_input_stands_on_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(BUDGET, 1)
    text = said(single("relu", [-0.005]))
    assert text == "relu at y changes its branch on the way. Δy/h is within 0.5 of ∂y/∂x."


def test_a_study_can_be_cancelled_between_two_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    class Impatient(Progress):
        checks = 0

        def check(self) -> None:
            self.checks += 1
            if self.checks == 4:
                self.cancel()
            super().check()

    monkeypatch.setattr(BUDGET, 1)  # the chosen step and the extrapolation are left
    with pytest.raises(Cancelled):
        study(run(tree()), Place(0), 0.01, Impatient())


def test_bending_and_rounding_are_told_apart() -> None:
    _, nudging = nudged(tree(), node=1)
    np.testing.assert_allclose([nudging.steps[size].bend for size in SIZES[:6]], SIZES[:6], rtol=1e-3)
    assert all(np.isnan(nudging.steps[size].bend) for size in SIZES[8:])
    roundings = [nudging.steps[size].rounding for size in SIZES]
    assert roundings == sorted(roundings)


def test_rounding_of_x_itself_counts_too() -> None:
    """x - 1000 is exact, but 1000 + h is not."""
    build = Builder()
    x = build.input("x", 1000.0)
    graph = build.graph(build.op("mul", build.op("sub", x, build.constant(1000.0)), build.constant(3.0)))
    _, nudging = nudged(graph)
    step = nudging.steps[1e-12]
    assert abs(step.quotient - 3.0) > 0.05
    assert step.rounding > 0.05
    assert np.isnan(step.bend)


def test_what_is_not_a_number_crosses_no_kink() -> None:
    build = Builder()
    gates = build.op("relu", build.input("x", [np.nan, 1.0]))
    graph = build.graph(build.op("exp", build.op("index", gates, index=(1,)), name="y"))
    assert said(graph, element=(1,)).startswith("h is too large: y bends on the way.")


def test_what_has_not_moved_has_moved_by_nothing_be_it_infinite() -> None:
    before, after = np.array([np.inf, np.nan, 1.0, np.inf]), np.array([np.inf, np.nan, 3.0, 1.0])
    assert change(before, after).tolist() == [0.0, 0.0, 2.0, -np.inf]
    assert [has_moved(*pair) for pair in zip(before, after, strict=True)] == [False, False, True, True]
    assert [has_moved(before, before), has_moved(before, after)] == [False, True]


@pytest.mark.parametrize(
    ("x", "text"), [(0.0100001, "0.011"), (0.01, "0.011"), (2.5e-9, "2.6e-9"), (120.1, "130"), (8e-9, "8.1e-9")]
)
def test_a_bound_is_rounded_up(x: float, text: str) -> None:
    assert bound(x) == text
    assert float(text) >= x


def words(graph: Graph, node: int = 0, element: tuple[int, ...] = ()) -> str:
    timeline = run(graph)
    return Speeds(timeline, Sweep(timeline, Place(node, element))).words(4)


def test_speeds_in_words() -> None:
    assert words(tree()) == "If a changes at speed 1, c changes at speed 1, so e changes at speed 2."
    assert (
        words(tree(), 1) == "If b changes at speed 1, c changes at speed 1 and d at speed 1, so e changes at speed 5."
    )


def test_what_does_not_move_stands_still() -> None:
    assert words(single("relu", [-1.0])) == "If x changes at speed 1, y stands still."
    build = Builder()
    x = build.input("x", -1.0)
    dead, alive = build.op("relu", x, name="dead"), build.op("abs", x, name="alive")
    text = words(build.graph(build.op("add", dead, alive, name="y")))
    assert text == "If x changes at speed 1, alive changes at speed -1, so y changes at speed -1."
    first = build.op("square", dead, name="first")
    text = words(build.graph(build.op("exp", first, name="last")))
    assert text == "If x changes at speed 1, dead stands still, so last stands still."


def test_of_a_long_way_only_what_most_of_the_change_goes_through_is_named() -> None:
    build = Builder()
    x = build.input("x", 1.0)
    nodes = [build.op("mul", x, build.constant(float(factor)), name=f"y{factor}") for factor in (5, 1, 4, 2, 3, 6)]
    text = words(build.graph(build.op("sum", build.op("stack", *nodes, axis=0), name="z")))
    parts = "y5 changes at speed 5, y4 at speed 4, y3 at speed 3, y6 at speed 6, …"
    assert text == f"If x changes at speed 1, {parts}, so z changes at speed 21."


def test_speeds_of_arrays() -> None:
    build = Builder()
    x = build.input("x", [[1.0, 2.0], [3.0, 4.0]])
    h = build.op("mul", x, build.constant(3.0), name="h")
    text = words(build.graph(build.op("sum", h, name="y")), element=(0, 1))
    assert text == "If x[0,1] changes at speed 1, h changes at speeds [[0 3] [0 0]], so y changes at speed 3."


def test_a_diamond_of_a_hundred_layers() -> None:
    text = words(diamond(100), 1)
    assert text.startswith("If x changes at speed 1, x · 0.5 changes at speed 0.5, x · 0.5 at speed 0.5, …, so ")
    assert text.endswith(" changes at speed 1.")
