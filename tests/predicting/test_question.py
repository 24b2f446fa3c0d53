"""Which number is asked, and what is said around it."""

from __future__ import annotations

import pytest

import backprop_tui as bp
from backprop_tui.lessons import directory
from backprop_tui.predicting.choosing import question_at
from backprop_tui.predicting.question import Kind, Question, is_asked
from backprop_tui.predicting.telling import asking, given, hint, solution
from tests.scenario.texts import scenario


def question(lesson: str, event: int) -> Question:
    """The question about an event of a lesson, counted from 1 as the app does."""
    return question_at(bp.run(bp.load(directory() / f"{lesson}.toml").graph), event - 1)


@pytest.mark.parametrize(
    ("event", "name", "truth"),
    [(3, "c", 3.0), (6, "e.grad", 1.0), (7, "c.grad", 2.0), (9, "b.grad", 3.0), (11, "b.grad", 5.0)],
)
def test_of_an_accumulation_the_gradient_after_it_is_asked(event: int, name: str, truth: float) -> None:
    asked = question("tree", event)
    assert (asked.name, asked.truth) == (name, truth)


def test_inputs_are_given_and_so_is_a_seed_that_the_file_gives() -> None:
    tree = bp.run(bp.load(directory() / "tree.toml").graph)
    assert [event for event in range(len(tree)) if not is_asked(tree, event)] == [0, 1]
    seeded = bp.run(bp.loads("program = 'y = x * 3'\nseed = [0, 1]\n[inputs]\nx = [1.0, 2.0]").graph)
    assert [is_asked(seeded, event) for event in range(len(seeded))] == [False, True, False, True]
    doubled = bp.run(bp.loads("program = 'y = x * 3'\nseed = 2.0\n[inputs]\nx = 1.0").graph)
    assert not is_asked(doubled, doubled.seed_event)


@pytest.mark.parametrize(
    ("lesson", "event", "name", "why"),
    [
        ("two-layer-softmax", 25, "pre.grad[0,1]", "the gate of relu is closed there"),
        ("two-layer-softmax", 28, "W1.grad[1,0]", "row and column differ"),
        (
            "two-layer-softmax",
            19,
            "logp.grad[0,2]",
            "the other factor is not 0 there",
        ),
        ("bias-batch", 15, "b.grad[0]", "both are sums of three"),
        ("minus-mean", 13, "x.grad[0]", "something was there before"),
    ],
)
def test_of_an_array_the_element_is_asked_that_teaches_most(lesson: str, event: int, name: str, why: str) -> None:
    assert question(lesson, event).name == name, why


def test_the_same_element_is_asked_every_time() -> None:
    assert len({question("attention", 28).name for _ in range(3)}) == 1


def test_it_is_said_what_comes_back_through_what_and_what_was_there() -> None:
    asked = question("tree", 11)
    assert asking(asked, Kind.NUMBER) == "What is b.grad after this event?"
    assert asking(asked, Kind.SIGN) == "What sign has b.grad after this event?"
    assert given(asked, Kind.NUMBER) == ["∂e/∂c = 2 comes back through c = a + b. b.grad is 3 so far."]
    assert "b" not in asking(asked, Kind.OPERAND).replace("Which node receives next?", "")
    assert not given(asked, Kind.OPERAND)


def test_arrays_are_given_whole_while_they_are_small() -> None:
    assert given(question("bias-batch", 16), Kind.NUMBER) == [
        "∂loss/∂(X @ W) = [[1.5 1] [3.5 3] [4.5 5]] comes back through X @ W.",
        "X = [[1 0] [0 1] [1 1]]   W = [[1 2] [3 4]]",
        "Nothing has come to W.grad[0,1] yet.",
    ]


def test_what_it_is_computed_from_is_given_even_if_it_has_no_name() -> None:
    assert given(question("two-layer-softmax", 15), Kind.NUMBER) == ("sum(y · logp) = -1.051",)
    assert given(question("dead-relu", 5), Kind.NUMBER) == ("(w · x) = [1 2 -1 0.5]   b = -10",)


def test_a_large_array_is_given_by_its_shape() -> None:
    timeline = bp.run(scenario("y = sum(x * x)", f"x = {[0.5] * 100}").graph)
    assert "x (100,)" in given(question_at(timeline, len(timeline) - 1), Kind.NUMBER)


@pytest.mark.parametrize(
    ("lesson", "event", "expected"),
    [
        ("tree", 5, "e = 6"),
        ("tree", 6, "∂e/∂e = 1: e moves exactly as fast as itself."),
        ("tree", 11, "b.grad = 3 + 2 · 1 = 5"),
        ("bias-batch", 15, "b.grad[0] = 1.5 · 1 + 3.5 · 1 + 4.5 · 1 = 9.5"),
        ("bias-batch", 16, "W.grad[0,1] = 1 · 1 + 3 · 0 + 5 · 1 = 6"),
        ("minus-mean", 12, "m.grad = 3 · (-1) + 0 · (-1) + 0 · (-1) = -3"),
    ],
)
def test_the_solution_shows_what_the_number_is_made_of(lesson: str, event: int, expected: str) -> None:
    assert solution(question(lesson, event)) == expected


@pytest.mark.parametrize(
    ("lesson", "event", "expected"),
    [
        ("tree", 5, "The formula: e = c · d"),
        ("tree", 7, "The formula: ∂e/∂c += ∂e/∂e · ∂e/∂c, where ∂e/∂c is d."),
        ("bias-batch", 16, "The formula: ∂loss/∂W += Xᵀ @ ∂loss/∂(X @ W)"),
        ("tree", 6, "∂e/∂e asks how fast e moves with itself."),
    ],
)
def test_a_hint_is_the_formula_without_its_numbers(lesson: str, event: int, expected: str) -> None:
    assert hint(question(lesson, event), Kind.NUMBER) == expected
