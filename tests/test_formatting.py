"""Numbers as people read them: four digits, a fixed width, nothing hidden."""

import re

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backprop_tui.formatting import (
    NUMBER_WIDTH,
    abbreviate,
    array,
    clip,
    distinct,
    exact,
    number,
    shape,
    typeset,
    value,
)


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (6.0, "6"),
        (-12.0, "-12"),
        (99999.0, "99999"),
        (100000.0, "1.000e5"),
        (0.1 + 0.2, "0.3"),
        (0.7310585786300049, "0.7311"),
        (9999.6, "10000"),
        (12345.678, "12346"),
        (0.001, "0.001"),
        (0.00099, "9.900e-4"),
        (-1.2341e-7, "-1.234e-7"),
        (5e-324, "4.94e-324"),
        (-1.7976931348623157e308, "-1.80e308"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (float("-inf"), "-inf"),
    ],
)
def test_a_number_has_four_digits_and_whole_numbers_are_whole(x: float, text: str) -> None:
    assert number(x) == text


@given(st.floats())
def test_a_number_never_outgrows_its_field_and_is_within_half_a_percent(x: float) -> None:
    text = number(x)
    assert len(text) <= NUMBER_WIDTH
    if abs(x) < 1e308:  # beyond, rounding up to three digits may leave the range of a float
        assert float(text) == pytest.approx(x, rel=6e-3)


@given(st.floats(allow_nan=False))
def test_an_exact_number_reads_back_as_the_same_float(x: float) -> None:
    assert float(exact(x)) == x


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (1e-5, "1e-5"),
        (-1e9, "-1e9"),
        (2.5e300, "2.5e300"),
        (1000.0, "1000"),
        (123456.0, "123456"),
        (123400.0, "123400"),
    ],
)
def test_an_exact_number_is_written_in_the_shortest_way(x: float, text: str) -> None:
    assert exact(x) == text


def test_small_arrays_are_whole_and_large_ones_say_shape_and_mean() -> None:
    assert array(np.array([[1.0, 2.0], [3.0, 4.5]])) == "[[1 2] [3 4.5]]"
    assert array(np.full((3, 4), 0.125)) == "(3,4) μ=0.125"
    assert array(np.array([1.0, 2.0, 3.0]), 5) == "(3,)"
    assert array(np.float64(2.5)) == "2.5"


def test_what_is_not_computed_is_a_dot_and_never_zero() -> None:
    assert value(None) == "·"
    assert value(None, missing="—") == "—"
    assert value(np.float64(0.0)) == "0"


def test_text_is_clipped_with_an_ellipsis() -> None:
    assert clip("abcdef", 6) == "abcdef"
    assert clip("abcdef", 4) == "abc…"
    assert clip("abcdef", 0) == ""


def test_a_long_expression_keeps_both_its_ends() -> None:
    assert abbreviate("a + b", 5) == "a + b"
    assert abbreviate("w0 * x0 + w1 * x1 + b", 12) == "w0 * …x1 + b"
    assert [len(abbreviate("abcdefgh", width)) for width in range(9)] == list(range(9))


@pytest.mark.parametrize(
    ("text", "width", "short"),
    [
        ("-(gamma.reshape(1, -1) * (x - mu)) / s**2", 24, "-(gamma.r…(… mu)) / s**2"),
        ("f(g(x + y + z) + 1) * 2 + 3", 14, "f(g(…))* 2 + 3"),
        ("sum(w * x[0:1, 2:3] + b)", 16, "sum(w * x… + b)"),
        ("sum(w * x[0:1, 2:3] + b)", 20, "sum(w * x[…2:3] + b)"),
        ("tanh(w11*x1+w12*x2+b1)", 12, "tanh(…x2+b1)"),
    ],
)
def test_what_is_cut_closes_its_brackets(text: str, width: int, short: str) -> None:
    assert abbreviate(text, width) == short


@given(st.recursive(st.just("x"), lambda one: st.builds("f({} + [{}])".format, one, one)), st.integers(3, 40))
def test_brackets_stay_balanced_however_much_is_cut(text: str, width: int) -> None:
    short = abbreviate(text, width)
    assert len(short) <= width
    while (fewer := re.sub(r"\([^][()]*\)|\[[^][()]*\]", "", short)) != short:
        short = fewer
    assert not re.search(r"[][()]", short)


@pytest.mark.parametrize("width", [8, 10, 13, 24])
def test_texts_side_by_side_are_cut_where_they_differ(width: int) -> None:
    names = [f"{w}1_{neuron} · h0_{k}" for neuron in range(16) for k in range(16) for w in "wb"]
    short = distinct(names, width)
    assert len(set(short)) == len(names)
    assert max(map(len, short)) <= width
    assert len({abbreviate(name, 8) for name in names}) < len(names)


@example(["cbaac", "abaac", "cab", "abb", "cba", "aba"], 2)  # cut elsewhere, those of two groups would be the same
@given(st.lists(st.text("ab(·)", max_size=12)), st.integers(0, 12))
def test_no_text_is_longer_or_changed_without_need(texts: list[str], width: int) -> None:
    short = distinct(texts, width)
    assert all(len(text) <= width for text in short)
    assert all(cut == text for text, cut in zip(texts, short, strict=True) if len(text) <= width)
    assert len(set(short)) >= len({abbreviate(text, width) for text in texts})


def test_products_are_drawn_with_a_dot_and_powers_stay() -> None:
    assert typeset("a * b ** 2") == "a · b ** 2"
    assert shape((3, 4)) == "(3,4)"


def test_the_mean_of_large_numbers_does_not_overflow() -> None:
    assert array(np.full((7, 2), 1e308)) == "(7,2) μ=1.000e308"


def test_a_mean_that_is_only_rounding_error_is_not_shown() -> None:
    softmax_gradient = np.array([[0.4290527237135, 0.2214905246535, -0.6505432483670]])
    assert array(softmax_gradient, 16) == "(1,3) |x|≤0.6505"
