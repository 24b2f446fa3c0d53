"""What may be typed as an answer, and what counts as right."""

from __future__ import annotations

from math import inf, isnan, nan

import pytest

from backprop_tui.predicting.answers import NotAnAnswer, Sign, Typed, agrees, number_in, sign_in, sign_of


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", 5.0),
        ("5.0", 5.0),
        ("5,0", 5.0),
        (" 5 ", 5.0),
        ("+5", 5.0),
        ("5.", 5.0),
        (".5", 0.5),
        ("-.5", -0.5),
        ("−2", -2.0),
        ("-1/3", -1 / 3),
        ("2/3", 2 / 3),
        (" 2 / -3 ", -2 / 3),
        ("0,5/2", 0.25),
        ("1e-3", 0.001),
        ("1.5E+2", 150.0),
        ("inf", inf),
        ("-Inf", -inf),
        ("∞", inf),
        ("−∞", -inf),
    ],
)
def test_a_number_is_understood_however_it_is_typed(text: str, number: float) -> None:
    assert number_in(text).value == number


def test_nan_is_an_answer() -> None:
    assert isnan(number_in("NaN").value)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "Type a number"),
        ("   ", "Type a number"),
        ("x", "'x' is no number"),
        ("5 5", "is no number"),
        ("--5", "is no number"),
        ("2**3", "is no number"),
        ("1+1", "is no number"),
        ("__import__('os')", "is no number"),
        ("e5", "is no number"),
        (".", "is no number"),
        ("1e9999", "is no number"),
        ("0x10", "is no number"),
        ("1_000", "is no number"),
        ("٣", "is no number"),
        ("²", "is no number"),
        ("/3", "is no number"),
        ("1/2/3", "is no number"),
        ("1,234.5", "Only one decimal point"),
        ("1/0", "divided by 0"),
        ("0/0", "divided by 0"),
    ],
)
def test_anything_else_is_met_with_what_is_expected(text: str, word: str) -> None:
    with pytest.raises(NotAnAnswer, match=word.replace("(", r"\(")):
        number_in(text)


@pytest.mark.parametrize(
    ("text", "number", "is_right"),
    [
        ("0.7311", 0.7310585, True),
        ("0.73", 0.7310585, True),  # two digits, rounded correctly
        ("0.74", 0.7310585, False),
        ("0.7", 0.7310585, False),  # one digit is a guess
        ("0.731", 0.7310585, True),
        ("0.730", 0.7310585, False),  # three digits promise more than these hold
        ("0.7306", 0.7310585, True),  # within 0.1 %
        ("5", 5.0, True),
        ("5", 5.004, True),
        ("5", 5.04, False),
        ("5.0", 5.04, True),
        ("-5", 5.0, False),
        ("0.00012", 0.000123, True),
        ("0.0001", 0.000123, False),  # its zeros only say where the point is
        ("1/3", 0.3333333333, True),
        ("2/3", 0.67, False),
        ("0", 0.0, True),
        ("0.001", 0.0, False),
        ("0", 0.001, False),
        ("0.000", 0.0004, False),
        ("inf", inf, True),
        ("-inf", inf, False),
        ("1e300", inf, False),
        ("nan", nan, True),
        ("0", nan, False),
        ("nan", 0.0, False),
    ],
)
def test_right_is_what_is_rounded_correctly_or_very_close(text: str, number: float, is_right: bool) -> None:
    assert agrees(number_in(text), number) == is_right


def test_what_rounding_has_left_of_a_zero_may_be_called_0() -> None:
    assert agrees(Typed(0.0), 2.8e-17, scale=1.0)
    assert not agrees(Typed(0.0), 2.8e-17, scale=1e-16)
    assert sign_of(2.8e-17, scale=1.0) is Sign.ZERO


@pytest.mark.parametrize(("text", "sign"), [("+", Sign.PLUS), (" - ", Sign.MINUS), ("−", Sign.MINUS), ("0", Sign.ZERO)])
def test_a_sign_is_one_character(text: str, sign: Sign) -> None:
    assert sign_in(text) is sign
    with pytest.raises(NotAnAnswer, match="or 0"):
        sign_in(f"{text}5")


def test_the_sign_of_a_number() -> None:
    assert [sign_of(number) for number in (2.0, -0.5, 0.0, -0.0, inf)] == [
        Sign.PLUS,
        Sign.MINUS,
        Sign.ZERO,
        Sign.ZERO,
        Sign.PLUS,
    ]
