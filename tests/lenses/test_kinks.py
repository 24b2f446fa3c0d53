"""Where a function has no derivative, finite differences say so, and what only looks like it is told apart."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_tui.engine.run import run
from backprop_tui.engine.timeline import Timeline
from backprop_tui.lenses.finite_differences import Verdict, finite_differences
from tests.graphs import Builder, single
from tests.lenses.verdicts import of_inputs, verdicts, with_wrong_gradient


def test_a_kink_is_told_from_an_error_and_its_node_is_named() -> None:
    build = Builder()
    gate = build.op("relu", build.input("x", 0.0))
    (row,) = of_inputs(run(build.graph(build.op("exp", gate))))
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
    at_x, at_z = of_inputs(wrong)
    assert (at_x.verdict, at_z.verdict) == (Verdict.DIFFERS, Verdict.KINK)


def test_a_mask_on_the_way_is_a_kink_though_no_gradient_passes_it() -> None:
    build = Builder()
    x, zero = build.input("x", 0.0), build.input("zero", 0.0, requires_grad=False)
    (row,) = of_inputs(run(build.graph(build.op("mul", build.op("gt", x, zero), x))))
    assert row.verdict is Verdict.KINK


def test_kinks_that_cancel_are_still_kinks() -> None:
    """relu(x) - relu(-x) is x, but at 0 the chain rule sees two flat gates."""
    build = Builder()
    x = build.input("x", 0.0)
    y = build.op("sub", build.op("relu", x), build.op("relu", build.op("neg", x)))
    (row,) = of_inputs(run(build.graph(y)))
    assert (row.gradient, row.verdict) == (0.0, Verdict.KINK)


def test_close_to_a_kink_the_step_shrinks() -> None:
    assert verdicts(run(single("relu", [1e-6]))) == {Verdict.AGREES: 1}


@pytest.mark.parametrize("way", [1e-13, 1e-10, 3e-8, 1e-7, 3e-7, 1e-6, 1e-4])
def test_no_kink_is_so_close_that_it_makes_an_error_of_a_right_gradient(way: float) -> None:
    """Where the narrowest of steps only just do not reach it, all others do, and agree with each other."""
    found = verdicts(run(single("maximum", [1.0, 1.0 + way])))
    assert found == ({Verdict.AGREES: 2} if way >= 1e-6 else {Verdict.KINK: 2})


def test_a_kink_beyond_the_reach_of_the_estimate_excuses_nothing() -> None:
    wrong = with_wrong_gradient(run(single("maximum", [1.0, 1.0 + 1e-5])), "b", 1.001)
    assert verdicts(wrong) == {Verdict.AGREES: 1, Verdict.DIFFERS: 1}


def wave() -> Timeline:
    build = Builder()
    return run(build.graph(build.op("sin", build.op("mul", build.constant(1e8), build.input("x", 1.0)))))


def stairs() -> Timeline:
    build = Builder()
    x, c = build.input("x", 1.0), build.constant(1e16)
    return run(build.graph(build.op("sub", build.op("add", x, c), c)))


def many_steps() -> Timeline:
    build = Builder()
    return run(build.graph(build.op("floor", build.op("mul", build.constant(1e8), build.input("x", 1.00000000333)))))


@pytest.mark.parametrize(
    "timeline",
    [wave(), stairs(), many_steps(), run(single("tan", [np.pi / 2]))],
    ids=["wave", "stairs", "steps", "tan"],
)
def test_what_no_step_resolves_is_neither_a_kink_nor_an_error(timeline: Timeline) -> None:
    """A wave faster than the narrowest step; rounding in steps of 2; steps of 1e-8; a pole next door."""
    rows = finite_differences(timeline).rows
    assert rows[0].verdict is Verdict.UNDECIDED
    assert {row.verdict for row in rows} <= {Verdict.UNDECIDED, Verdict.AGREES}


def test_a_cusp_is_a_kink() -> None:
    """√|x| has slopes of ±∞ at 0; their mean is 0, and the chain rule has 0 · ∞."""
    build = Builder()
    root = build.op("pow", build.op("square", build.input("x", 0.0)), build.constant(0.25))
    (row,) = of_inputs(run(build.graph(root)))
    assert np.isnan(row.gradient)
    assert (row.verdict, row.kink) == (Verdict.KINK, root)


def test_a_mask_that_is_1_at_a_single_point_is_a_kink() -> None:
    build = Builder()
    x, zero = build.input("x", 0.0), build.constant(0.0)
    equal = build.op("eq", x, zero)
    (row,) = of_inputs(run(build.graph(build.op("where", equal, x, build.op("mul", build.constant(2.0), x)))))
    assert (row.verdict, row.kink) == (Verdict.KINK, equal)


def test_a_jump_is_a_kink() -> None:
    """floor at 2: the limits are 1 apart however small the step."""
    assert verdicts(run(single("floor", [2.0]))) == {Verdict.KINK: 1}
