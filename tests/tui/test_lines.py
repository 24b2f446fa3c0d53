"""Lines of spans: width, clipping, wrapping, and what differs between two of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backprop_tui.tui.lines import Ink, Span, difference, ends, fit, merged, plain, width, wrap

texts = st.text(st.sampled_from("ab ∂→·漢é"), max_size=12)
spans = st.lists(st.builds(Span, texts, st.sampled_from([Ink.TEXT, Ink.FAINT, Ink.STRONG])), max_size=6)
lines = spans.map(tuple)


@given(lines, st.integers(0, 40))
def test_fit_gives_exactly_the_width(line: tuple[Span, ...], cells: int) -> None:
    assert width(fit(line, cells)) == cells


def test_fit_marks_what_it_cuts() -> None:
    assert plain(fit((Span("gradient"),), 5)) == "grad…"


@given(lines, lines, st.integers(1, 40))
def test_both_ends_fit(left: tuple[Span, ...], right: tuple[Span, ...], cells: int) -> None:
    assert width(ends(left, right, cells)) == cells


@given(spans)
def test_merging_changes_no_text_and_no_ink(line: list[Span]) -> None:
    def cells(line: list[Span]) -> list[tuple[str, Ink]]:
        return [(char, span.ink) for span in line for char in span.text]

    assert cells(merged(line)) == cells(line)


@given(spans, st.integers(2, 30))
def test_wrapping_keeps_every_word_and_stays_within_the_width(line: list[Span], cells: int) -> None:
    wrapped = wrap(line, cells)
    assert all(width(part) <= cells for part in wrapped)
    assert "".join(map(plain, wrapped)).replace(" ", "") == plain(line).replace(" ", "")


def test_wrapping_breaks_at_blanks_and_keeps_inks() -> None:
    line = [Span("the "), Span("chain rule", Ink.STRONG), Span(", twice")]
    assert wrap(line, 10) == [
        (Span("the "), Span("chain", Ink.STRONG)),
        (Span("rule", Ink.STRONG), Span(",")),
        (Span("twice"),),
    ]


@given(lines, lines)
def test_a_difference_covers_every_cell_that_differs(one: tuple[Span, ...], other: tuple[Span, ...]) -> None:
    old, new = fit(one, 40), fit(other, 40)
    changed = difference(old, new)
    if changed is None:
        assert old == new
        return
    first, last = changed
    for cut in (slice(0, first), slice(last, None)):
        assert _cells(old)[cut] == _cells(new)[cut]


def _cells(line: tuple[Span, ...]) -> list[tuple[str, Ink, bool]]:
    """One entry for each cell; a wide character has two."""
    return [(char, span.ink, span.lit) for span in line for char in span.text for _ in range(width((Span(char),)))]


def test_only_what_changed_is_different() -> None:
    old = (Span("b "), Span("3", Ink.BACKWARD), Span(" end"))
    new = (Span("b "), Span("5", Ink.BACKWARD), Span(" end"))
    assert difference(old, new) == (2, 3)
    assert difference(old, old) is None


def test_wrapping_takes_time_in_proportion_to_the_text() -> None:
    sliced = 0

    class Counted(str):
        """A text that counts the slices taken of it."""

        __slots__ = ()

        def __getitem__(self, key: object) -> str:
            nonlocal sliced
            sliced += 1
            return super().__getitem__(key)  # type: ignore[index]

    many = [Span(Counted("word "), ink) for ink in (Ink.TEXT, Ink.STRONG)] * 1000
    assert len(wrap(many, 20)) == 500
    assert sliced <= 2 * len(many)
