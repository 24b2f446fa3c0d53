"""Each known mistake, made on a real lesson: the wrong number that it gives is told from any other."""

from __future__ import annotations

import pytest

from backprop_tui.predicting.answers import number_in
from backprop_tui.predicting.diagnoses import BACKWARD, diagnose
from tests.predicting.test_question import question

MADE = [
    ("tree", 11, "4", "split the gradient at a sum", "each operand gets all of ∂e/∂c = 2"),
    ("cs231n-gates", 12, "1", "split the gradient at a sum", "∂f/∂s = 2"),
    ("tree", 7, "3", "forgot the swap in a product", "by one is the other, d = 2"),
    ("baydin-survey", 14, "2", "forgot the swap in a product", "x2 = 5"),
    ("dead-relu", 15, "-0,5", "took the wrong branch", "lets nothing through here: ∂h/∂pre[0] = 0"),
    ("cs231n-gates", 13, "0", "took the wrong branch", "lets the gradient through here: ∂mx/∂z = 1"),
    ("cs231n-gates", 14, "2", "took the wrong branch", "lets nothing through here"),
    ("minus-mean", 12, "3", "forgot the sign of a minus", "m is taken away in c = x - m"),
    ("baydin-survey", 10, "1", "forgot the sign of a minus", "sign of ∂y/∂y = 1 is flipped"),
    ("cs231n-sigmoid-neuron", 15, "0.53", "forgot the sign of a quotient", "∂f/∂den = -0.5344"),
    ("bias-batch", 15, "1.5", "forgot to sum over the broadcast dimension", "1.5 + 3.5 + 4.5 = 9.5"),
    ("bias-batch", 15, "3.17", "forgot to sum over the broadcast dimension", "3 times too small"),
    ("bias-batch", 16, "8", "transposed the wrong factor", "Row and column have changed places"),
    ("saturation-chain", 12, "0", "used the input instead of the output", "its output, a5 = 0.5"),
    ("baydin-survey", 16, "7", "left out a part of the local derivative", "∂v1/∂x1 = 0.5 (one over the operand)"),
    ("frozen", 10, "8", "left out a part of the local derivative", "(power rule)"),
    ("attention", 29, "-0.30", "took softmax element by element", "depends on every score"),
    ("minus-mean", 13, "0", "mixed up sum and mean", "A mean divides by 3"),
    ("tree", 11, "2", "overwrote instead of adding up", "b.grad was 3 already"),
    ("geron-x2y", 12, "9", "overwrote instead of adding up", "y.grad was 1 already"),
    ("tree", 11, "3", "left out what this edge brings", "3 was there before"),
    ("tree", 9, "1", "forgot the upstream factor", "∂e/∂d = 3 arrives from above"),
    ("autograd-readme-tanh", 11, "1", "forgot the local derivative", "∂t/∂num = 0.8808"),
    ("tree", 8, "4", "added where the chain rule multiplies", "∂e/∂e = 1, times ∂e/∂d = 3"),
    ("attention", 32, "2", "took the value for the gradient", "Q[1,1] = 2 is its value"),
    ("cs231n-gates", 15, "8", "got the sign wrong", "The size is right"),
    ("attention", 37, "-1.2369", "got the sign wrong", "what this edge brings is wrong. It brings 0.3273"),
    ("two-layer-softmax", 20, "-0.22149", "got the sign wrong", "∂loss/∂logp = [[0 0 -1]], by the rule"),
    ("dead-relu", 13, "-1.25", "forgot the upstream factor", "To -0.25 you add the local derivative alone"),
    ("attention", 28, "1.3831", "forgot the upstream factor", "of 1 everywhere would bring. ∂loss/∂out = [[0 0]"),
    ("attention", 29, "-1.3581", "forgot the local derivative", "does not pass unchanged: the rule"),
    ("softmax-cross-entropy", 13, "-0.125", "forgot the sign of a quotient", "∂p/∂sum(e) = [-0.01563 -0.03125"),
    ("tree", 5, "5", "added instead", "as if you added instead: it says e = c · d, with c = 3, d = 2"),
    ("detach", 7, "3", "multiplied instead", "target = 1 + 0.5 · v_next"),
    ("dead-relu", 7, "1", "swapped the operands", "error = h - 1"),
    ("small-times-large", 9, "2", "multiplied by the exponent", "(y - 2) ** 2"),
    ("minus-mean", 4, "12", "took a sum for a mean", "m = mean(x)"),
    ("convolution", 14, "0", "took the wrong branch", "h = relu(y)"),
]


@pytest.mark.parametrize(("lesson", "event", "typed", "mistake", "words"), MADE)
def test_a_wrong_number_is_told_from_others(lesson: str, event: int, typed: str, mistake: str, words: str) -> None:
    diagnosis = diagnose(question(lesson, event), number_in(typed))
    assert diagnosis is not None
    assert diagnosis.mistake == mistake
    assert words in diagnosis.words


def test_every_known_mistake_is_made_here() -> None:
    assert {known.mistake for known in BACKWARD} <= {mistake for *_, mistake, _ in MADE}


@pytest.mark.parametrize(("lesson", "event", "typed"), [("tree", 11, "7"), ("tree", 6, "0"), ("bias-batch", 15, "nan")])
def test_a_number_that_no_mistake_gives_is_not_explained(lesson: str, event: int, typed: str) -> None:
    assert diagnose(question(lesson, event), number_in(typed)) is None


def test_a_mistake_that_gives_the_right_number_here_is_none() -> None:
    """At event 10 the local derivative is 1: who forgets it is right by luck, and 4 comes from elsewhere."""
    assert diagnose(question("tree", 10), number_in("2")) is None


def test_of_several_mistakes_the_one_of_the_operation_is_named() -> None:
    """3 is the value of c, too, and what adding would give."""
    diagnosis = diagnose(question("tree", 7), number_in("3"))
    assert diagnosis is not None
    assert diagnosis.mistake == "forgot the swap in a product"
