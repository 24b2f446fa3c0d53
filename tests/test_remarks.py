"""What is said where an operation has no derivative, and where numbers stop being finite."""

from __future__ import annotations

import numpy as np
import pytest

import backprop_tui as bp
from backprop_tui.engine.events import Accumulate, Evaluate
from backprop_tui.engine.run import run
from backprop_tui.narration import narrate
from backprop_tui.remarks import remarks_on
from tests.graphs import Builder, single


def notes(program: str, inputs: str) -> dict[str, str]:
    """The notes of a run by event: `y` for the value of y, `x<-y` for what y sends back to x."""
    timeline = bp.run(bp.loads(f"program = '''\n{program}\n'''\n[inputs]\n{inputs}\n").graph)
    nodes = timeline.graph.nodes

    def called(event: Evaluate | Accumulate) -> str:
        name = nodes[event.node].name
        return f"{name}<-{nodes[event.consumer].name}" if isinstance(event, Accumulate) else name

    return {
        called(event): note
        for event in timeline
        if isinstance(event, Evaluate | Accumulate) and (note := remarks_on(timeline, event).note)
    }


def test_a_kink_is_told_forwards_and_the_choice_backwards() -> None:
    assert notes("y = relu(x)", "x = 0.0") == {
        "y": "x is exactly 0, the kink of relu.",
        "x<-y": "x is exactly 0, the kink of relu: the derivative is taken as 0, as in PyTorch.",
    }


def test_elements_are_counted() -> None:
    said = notes("h = relu(x)\ny = sum(h)", "x = [[0.0, 1.0, -1.0], [0.0, 0.0, 2.0]]")
    assert said["h"] == "In 3 of 6 elements x is exactly 0, the kink of relu."


@pytest.mark.parametrize(
    ("x", "note"),
    [
        ("[0.0, 0.0]", "In both elements x is exactly 0, the kink of relu."),
        ("[0.0, 0.0, 0.0]", "In all 3 elements x is exactly 0, the kink of relu."),
        ("[0.0]", "x is exactly 0, the kink of relu."),
    ],
)
def test_all_elements_are_not_counted(x: str, note: str) -> None:
    assert notes("h = relu(x)\ny = sum(h)", f"x = {x}")["h"] == note


def test_a_tie_says_how_many_share() -> None:
    said = notes("y = max(x)", "x = [3.0, 1.0, 3.0, 3.0]")
    assert said["x<-y"] == "3 of 4 elements of x tie for the largest: they share the gradient evenly, as in PyTorch."


def test_a_reduction_counts_its_results() -> None:
    said = notes("s = std(x, axis=1)\ny = sum(s)", "x = [[1.0, 1.0], [1.0, 2.0]]")
    assert said["s"] == "In 1 of 2 results all elements of x are equal, the kink of std."


def test_each_operand_has_its_own_choice() -> None:
    said = notes("y = x ** n", "x = 0.0\nn = 2.0")
    assert said == {"n<-y": "x is 0 and ln x infinite: the derivative is taken as 0, as in PyTorch."}


def test_a_negative_base_with_a_whole_exponent_only_lacks_a_logarithm() -> None:
    said = notes("y = x ** n", "x = -2.0\nn = 3.0")
    assert list(said) == ["n<-y"]
    assert said["n<-y"].startswith("x is negative and ln x not a number: the derivative is not a number either.")


@pytest.mark.parametrize("symbol", ["<", "<=", ">", ">="])
def test_a_comparison_at_its_edge(symbol: str) -> None:
    said = notes(f"m = x {symbol} 0\ny = where(m, x, 2 * x)", "x = 0.0")
    assert said == {"m": "x and 0 are equal, where the mask jumps."}


def test_equality_that_is_asked_for_is_nothing_remarkable() -> None:
    assert notes("m = x == 0\ny = where(m, x, 2 * x)", "x = 0.0") == {}


def test_a_kink_without_a_gradient_does_not_matter() -> None:
    assert notes("y = x + relu(c)", "x = 1.0\nc = { value = 0.0, requires_grad = false }") == {}


def test_saturation_is_told_also_when_it_is_only_near() -> None:
    assert notes("y = tanh(x)", "x = 4.0") == {
        "x<-y": "x is far out and y almost saturated: the derivative is below 0.01."
    }
    assert notes("y = tanh(x)", "x = 40.0") == {
        "y": "x is so far out that y is saturated.",
        "x<-y": "x is so far out that y is saturated: the derivative comes out as 0 in float64.",
    }


@pytest.mark.parametrize(
    ("program", "inputs", "cause"),
    [
        ("y = exp(x)", "x = 1000.0", "That is an overflow: float64 ends at 1.8e308."),
        ("y = x * x", "x = 1e200", "That is an overflow: float64 ends at 1.8e308."),
        ("y = log(x)", "x = 0.0", "x is 0, the pole of log."),
        ("y = 1 / x", "x = 0.0", "x is 0, a pole of the quotient."),
        ("y = log(x)", "x = -1.0", "x is below 0, where there is no real logarithm."),
    ],
)
def test_the_first_number_that_is_not_finite_has_a_cause(program: str, inputs: str, cause: str) -> None:
    assert notes(program, inputs)["y"] == f"{cause} This is the first number of the run that is not finite."


@pytest.mark.parametrize(
    ("program", "cause"),
    [
        ("u = log(x)\ny = x * u", "y = x · u is 0 · ∞, not a number."),
        ("u = log(x)\ny = u - u", "y = u - u is ∞ - ∞, not a number."),
        ("u = log(x)\ny = u / u", "y = u / u is ∞ / ∞, not a number."),
        ("u = log(x)\ny = sin(u)", "It comes of an infinite operand."),
    ],
)
def test_what_makes_nan_of_infinity_is_said(program: str, cause: str) -> None:
    assert notes(program, "x = 0.0")["y"] == cause


def test_a_gradient_that_is_zero_times_infinity_says_so() -> None:
    said = notes("s = x * x\ny = sqrt(s)", "x = 0.0")
    assert said["s<-y"].startswith("s is 0, where the root starts out straight upwards: the derivative is infinite.")
    assert said["x<-s"] == "0 · ∞ is not a number."


def test_contributions_of_opposite_infinity_say_so() -> None:
    build = Builder()
    x = build.input("x", 0.0)
    one, other = build.op("sqrt", x, name="one"), build.op("sqrt", x, name="other")
    timeline = run(build.graph(build.op("sub", one, other, name="y")))
    assert np.isnan(timeline.grads["x"])
    assert "∞ - ∞ is not a number." in remarks_on(timeline, timeline[-1]).note


def test_a_contribution_that_overflows_says_so() -> None:
    timeline = run(single("mul", (2.0, 1.0), seed=1e308))
    assert "That is an overflow" in remarks_on(timeline, timeline[-1]).note


def test_finite_contributions_whose_sum_overflows_say_so() -> None:
    build = Builder()
    x = build.input("x", 1.0)
    timeline = run(build.graph(build.op("add", x, x, name="y"), seed=1e308))
    assert remarks_on(timeline, timeline[-2]).note == ""
    assert remarks_on(timeline, timeline[-1]).note.startswith("That is an overflow")


def test_an_overflow_is_said_beside_a_kink_elsewhere() -> None:
    note = notes("e = exp(x)\ny = sum(e)", "x = [-1000.0, 1000.0]")["e"]
    assert note == (
        "In 1 of 2 elements x is so far below 0 that e is 0 in float64. "
        "That is an overflow: float64 ends at 1.8e308. 1 of 2 elements is not finite, at [1]: the first of the run."
    )


def test_a_pole_hides_no_overflow_at_another_element() -> None:
    elsewhere = "Elsewhere it is an overflow: float64 ends at 1.8e308."
    value = notes("h = 1 / x\ny = sum(h)", "x = [0.0, 1e-310, 1.0]")["h"]
    assert value.startswith(f"In 1 of 3 elements x is 0, a pole of the quotient. {elsewhere} 2 of 3 elements are not")
    gradient = notes("h = 1 / x\ny = sum(h)", "x = [0.0, 1e-300, 1.0]")["x<-h"]
    assert gradient == f"In 1 of 3 elements x is 0, a pole of the quotient: the derivative is infinite. {elsewhere}"


def test_a_local_derivative_that_overflows_says_so() -> None:
    assert notes("y = 1 / x", "x = 1e-300")["x<-y"].startswith("That is an overflow")


def test_where_in_an_array_is_said_in_every_event_and_noted_in_the_first() -> None:
    timeline = run(single("log", ([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]],)))
    value, _, gradient = (timeline[index] for index in (1, 2, 3))
    assert isinstance(value, Evaluate)
    assert remarks_on(timeline, value).note.endswith(
        "2 of 6 elements are not finite, the first at [0, 2]: the first of the run."
    )
    assert remarks_on(timeline, gradient).alarm == (
        "2 of 6 elements are not finite, the first at [0, 2]. The first such number came from event 2, at y = log(x)."
    )
    assert "not finite" not in remarks_on(timeline, gradient).note


def test_an_input_that_is_not_finite_is_named() -> None:
    timeline = run(single("log", (np.inf,)))
    assert remarks_on(timeline, timeline[1]).alarm.endswith("The first such number came from event 1, at the input x.")


def test_what_only_passes_a_nan_on_has_no_note() -> None:
    assert set(notes("y = log(x)\nz = y * 2", "x = -1.0")) == {"y", "x<-y"}


def test_at_a_kink_the_choice_takes_the_place_of_the_general_words() -> None:
    timeline = run(single("relu", (0.0,)))
    story = narrate(timeline, len(timeline))
    assert story is not None
    assert (
        story.words == story.remark == "x is exactly 0, the kink of relu: the derivative is taken as 0, as in PyTorch."
    )


def test_where_only_some_elements_are_at_a_kink_the_general_words_follow() -> None:
    timeline = run(single("relu", ([0.0, 1.0],)))
    story = narrate(timeline, len(timeline))
    assert story is not None
    assert story.words == f"{story.remark} relu passes the gradient only where x is positive: at 1 of 2 elements."
