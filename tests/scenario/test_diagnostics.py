"""Where a caret stands and what surrounds it."""

from __future__ import annotations

import pytest

from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.diagnostics import Diagnostic, Place, Report, Severity, Source, fail, render
from backprop_tui.scenario.text import cells


def shown(text: str, word: str, message: str = "wrong") -> list[str]:
    """The lines of a diagnostic at the only place where the word stands."""
    start = text.index(word)
    error = fail(Source(text, "x.toml"), Code.SYNTAX, message, start, start + len(word))
    return render(error.diagnostics[0]).splitlines()


def test_the_form_of_a_diagnostic() -> None:
    assert shown("\n\n\nc = a + bb\n", "bb", "undefined name 'bb'") == [
        "x.toml:4:9: error[P007]: undefined name 'bb'",
        "  |",
        "4 | c = a + bb",
        "  |         ^^",
    ]


@pytest.mark.parametrize("before", ["\t", "\te = a +\t", "中文 = ", "e\u0301 = ", "x\u202e = ", ""])
def test_the_caret_stands_under_the_word(before: str) -> None:
    line, caret = shown(f"{before}WORD after\n", "WORD")[2:4]
    column = caret.index("^")
    assert caret.strip("^ |").strip() == ""
    assert cells(line[: line.index("WORD")]) == column
    assert caret.count("^") == 4


def test_columns_count_characters_of_the_file_not_cells() -> None:
    assert shown("\t中e = zz", "zz")[0].startswith("x.toml:1:7:")


def test_a_long_line_is_clipped_around_the_place() -> None:
    line, caret = shown("a + " * 1_000 + "WORD" + " + b" * 1_000, "WORD")[2:4]
    assert len(line) < 110
    assert line.count("…") == 2
    assert line[caret.index("^") :].startswith("WORD")


def test_a_place_ends_with_its_line() -> None:
    text = "one\ntwo\n"
    error = fail(Source(text, "x"), Code.SYNTAX, "wrong", 1, 7)
    assert render(error.diagnostics[0]).splitlines()[-1] == "  |  ^^"


def test_the_margin_is_as_wide_as_the_line_number() -> None:
    assert shown("\n" * 99 + "WORD", "WORD")[1:] == ["    |", "100 | WORD", "    | ^^^^"]


def test_help_of_several_lines_is_indented() -> None:
    place = Place("x.toml", 1, 1, "abc", 0, 3)
    diagnostic = Diagnostic(Severity.ERROR, Code.SYNTAX, "wrong", place, "first\nsecond", ("a note",))
    assert render(diagnostic).splitlines()[-3:] == ["  = note: a note", "  = help: first", "          second"]


def test_the_name_of_the_file_is_cleaned_too() -> None:
    error = fail(Source("x", "\x1b[2J.toml"), Code.SYNTAX, "wrong", 0)
    assert "\x1b" not in str(error)


def test_a_diagnostic_is_clean_whoever_wrote_its_text() -> None:
    escape = "\x1b]0;pwn\x07"
    place = Source("x", "x.toml").place(0)
    one = Diagnostic(Severity.ERROR, Code.SYNTAX, f"{escape}\n", place, f"{escape}\nb", (escape, "a\nb"))
    assert (one.message, one.help, one.notes) == ("␛]0;pwn␇␊", "␛]0;pwn␇\nb", ("␛]0;pwn␇", "a\nb"))


def test_a_report_keeps_the_order_of_the_file_and_at_most_twenty_errors() -> None:
    report = Report(Source("x" * 100, "x.toml"))
    for start in reversed(range(100)):
        report.error(Code.SYNTAX, "wrong", start)
    report.warn(Code.UNUSED_INPUT, "unused", 5)
    assert [one.column for one in report.of(Severity.ERROR)] == list(range(1, 21))
    assert [one.column for one in report.of(Severity.WARNING)] == [6]
