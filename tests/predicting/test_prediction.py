"""A run that is predicted: what is asked when, and what an answer does."""

from __future__ import annotations

import pytest

import backprop_tui as bp
from backprop_tui.lessons import directory
from backprop_tui.predicting.answers import NotAnAnswer
from backprop_tui.predicting.fading import Level
from backprop_tui.predicting.prediction import Prediction
from backprop_tui.predicting.question import Kind
from tests.scenario.texts import scenario


def predicted(level: Level = Level.BACKWARD, lesson: str = "tree") -> Prediction:
    return Prediction(bp.run(bp.load(directory() / f"{lesson}.toml").graph), level)


def test_a_run_is_seen_up_to_what_is_asked_next() -> None:
    prediction = predicted()
    limits = []
    for answer in ("1", "2", "3", "3", "2", "5"):
        limits.append(prediction.limit)
        assert prediction.answer(answer).is_right
    assert limits == [5, 6, 7, 8, 9, 10]
    assert prediction.is_over
    assert prediction.limit == len(prediction.timeline)
    assert (prediction.right, prediction.at_first, prediction.settled) == (6, 6, 6)


def test_a_wrong_answer_is_explained_and_may_be_mended() -> None:
    prediction = predicted(Level.QUARTER)
    prediction.answer("2")
    verdict = prediction.answer("2")
    assert not verdict.is_right
    assert not verdict.is_settled
    assert "b.grad was 3 already" in verdict.words
    assert prediction.answer("5").is_right
    assert (prediction.right, prediction.at_first, prediction.wrong) == (2, 1, 0)
    assert prediction.mistakes == {"overwrote instead of adding up": 1}


def test_after_the_second_one_the_right_number_is_told() -> None:
    prediction = predicted(Level.QUARTER)
    prediction.answer("7")
    verdict = prediction.answer("8")
    assert verdict.is_settled
    assert "No known mistake gives 8" in verdict.words
    assert verdict.solution == "a.grad = 2 · 1 = 2"
    assert (prediction.right, prediction.wrong, prediction.limit) == (0, 1, 10)


def test_what_is_no_answer_is_no_try() -> None:
    prediction = predicted(Level.QUARTER)
    for _ in range(3):
        with pytest.raises(NotAnAnswer):
            prediction.answer("two")
    assert prediction.answer("2").is_right
    assert prediction.at_first == 1


def test_what_is_shown_does_not_count() -> None:
    prediction = predicted(Level.QUARTER)
    prediction.show()
    prediction.show()
    assert prediction.is_over
    assert (prediction.shown, prediction.settled) == (2, 0)
    with pytest.raises(IndexError):
        _ = prediction.question


def test_at_the_first_level_nothing_is_asked() -> None:
    assert predicted(Level.WATCH).is_over


def test_a_sign_may_be_asked_in_place_of_a_number() -> None:
    prediction = predicted(Level.HALF, "minus-mean")
    prediction.kind = Kind.SIGN
    assert prediction.question.name == "m.grad"
    assert not prediction.answer("+").is_right
    assert prediction.answer("−").is_right


def test_a_nan_has_no_sign() -> None:
    prediction = Prediction(bp.run(scenario("y = x * 0", "x = inf").graph), Level.EVERYTHING)
    prediction.kind = Kind.SIGN
    assert prediction.kind_now is Kind.NUMBER
    assert prediction.answer("nan").is_right


@pytest.mark.parametrize("name", ["c", " c ", "c.grad"])
def test_the_node_may_be_asked(name: str) -> None:
    prediction = predicted(Level.HALF)
    prediction.show()
    prediction.kind = Kind.OPERAND
    assert prediction.question.event.node == prediction.timeline.graph["a"].index
    assert not prediction.answer(name).is_right
    assert prediction.answer("a").is_right


def test_a_node_without_a_name_goes_by_its_expression() -> None:
    prediction = predicted(Level.BACKWARD, "two-layer-softmax")
    prediction.show()
    prediction.kind = Kind.OPERAND
    assert prediction.answer("sum(y*logp)").is_right
    with pytest.raises(NotAnAnswer, match="name of a node"):
        prediction.answer("zz")


def test_a_node_that_was_named_is_not_asked_any_more() -> None:
    prediction = predicted()
    prediction.was_named = True
    prediction.kind = Kind.OPERAND
    assert prediction.kind_now is Kind.NUMBER
    prediction.show()
    assert prediction.kind_now is Kind.OPERAND
