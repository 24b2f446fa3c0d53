"""What a terminal is given: everything hidden made visible, and nothing that it would obey."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from backprop_tui.scenario.text import cells, clean, find_hidden, is_hidden, quote


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("∂e/∂a · σ", "∂e/∂a · σ"),
        ("\x1b]52;c;UFdORUQ=\x07", "␛]52;c;UFdORUQ=␇"),
        ("A\x9b31mB", "A\\u{9b}31mB"),
        ("safe\rEVIL", "safe␍EVIL"),
        ("a\x7fb", "a␡b"),
        ("a\tb", "a    b"),
        ("\u202eabc\u2066", "\\u{202e}abc\\u{2066}"),
        ("tit\u200ble", "tit\\u{200b}le"),
        ("a\u00adb", "a\\u{ad}b"),
        ("\U000e0041", "\\u{e0041}"),
        ("A\uffff\ufffeB", "A\\u{ffff}\\u{fffe}B"),
        ("\ud800", "\\u{d800}"),
        ("a\u2028b", "a\\u{2028}b"),
        ("a\u00a0b", "a b"),
        ("\u3164", "\\u{3164}"),
        ("❤\ufe0f", "❤"),
        ("\u0301x", "◌\u0301x"),
        ("a" + "\u0301" * 4_000, "a" + "\u0301" * 4),
        ("\u1100" + "\u1161" * 4_000, "\u1100" + "\u1161" * 4),
        ("\u0915" + "\u093e" * 4_000, "\u0915" + "\u093e" * 4),
        ("\U0001f469" + "\U0001f3fb" * 4_000, "\U0001f469" + "\U0001f3fb" * 4),
        ("[/] [red]x[/red]", "[/] [red]x[/red]"),
        ("one\ntwo", "one␊two"),
    ],
)
def test_clean_shows_what_is_hidden(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_newlines_stay_where_several_lines_are_allowed() -> None:
    assert clean("one\r\ntwo\n\x1bthree", multiline=True) == "one\ntwo\n␛three"


@given(st.text())
def test_what_is_clean_is_harmless_and_stays_as_it_is(text: str) -> None:
    shown = clean(text)
    assert all(unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp") for char in shown)
    assert clean(shown) == shown


def test_nothing_but_a_mark_takes_no_cells() -> None:
    """What takes no room is capped: a line of a few cells would otherwise hold any number of characters."""
    for code in (*range(0x300, 0x20000), *range(0xE0000, 0xE0200)):
        char = chr(code)
        if cell_len(char) == 0 and clean(char) == char:
            assert len(clean("a" + char * 10)) <= 5


def test_wide_letters_take_two_cells_and_marks_none() -> None:
    assert (cells("abc"), cells("中文"), cells("e\u0301")) == (3, 4, 1)


def test_hidden_characters_are_found_where_they_stand() -> None:
    assert not list(find_hidden("e = a + b  # fine\n\t"))
    assert not list(find_hidden("é = a"))
    assert list(find_hidden("e = a # \u2066\u2066")) == [8, 9]
    assert is_hidden("\u00ad")
    assert not is_hidden("\u00a0")  # a blank is a blank: the lexer says which to use


def test_a_quoted_word_is_clipped_and_clean() -> None:
    assert quote("a\x1b") == "'a␛'"
    assert quote("x" * 100) == f"'{'x' * 39}…'"
