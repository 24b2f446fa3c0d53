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
    assert error.diagnostics[0].file == error.diagnostics[0].place.file == "␛[2J.toml"


def test_of_a_long_name_of_a_file_the_end_is_kept() -> None:
    place = Place("x" * 500 + "/tree.toml")
    assert place.file == "…" + "x" * 490 + "/tree.toml"
    assert Place("x" * 500).file == "x" * 500


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


def place(text: str, start: int, end: int | None = None) -> tuple[str, int, int]:
    """The snippet of a place, the cells before it, and its own."""
    found = Source(text, "x").place(start, end)
    return found.snippet, found.caret, found.length


def test_a_line_of_a_hundred_cells_is_shown_whole_and_no_longer_one() -> None:
    line = "0123456789" * 10
    assert place(line, 50) == (line, 50, 1)
    assert place(line, 99) == (line, 99, 1)
    assert place(f"{line}\nx", 50) == (line, 50, 1)
    assert place(line + "x", 50) == (line + "…", 50, 1)
    assert place(line + "x", 100) == ("…" + line[1:] + "x", 100, 1)


def test_at_the_end_of_a_line_there_is_still_a_place_for_the_caret() -> None:
    assert place("abc", 3) == ("abc", 3, 1)
    assert place("abc\ndef", 3) == ("abc", 3, 1)
    assert place("", 0) == ("", 0, 1)


def test_a_long_place_is_marked_by_its_first_forty_cells() -> None:
    assert place("x" * 60, 5, 45) == ("x" * 60, 5, 40)
    assert place("x" * 60, 5, 46) == ("x" * 60, 5, 40)
    assert place("x" * 60, 5, 44) == ("x" * 60, 5, 39)


def test_a_clipped_line_is_never_longer_than_its_hundred_cells_and_two_marks() -> None:
    for text in ("x" * 5_000, "中" * 5_000, "\t" * 5_000, "e\u0301" * 5_000):
        for start in (0, 1, 40, 99, 100, 101, 2_500, 4_950, 4_999):
            snippet, caret, _ = place(text, start)
            assert cells(snippet) <= 102
            assert caret <= 101


def test_a_warning_calls_itself_one() -> None:
    report = Report(Source("x", "x.toml"))
    report.warn(Code.UNUSED_INPUT, "unused", 0)
    assert render(report.of(Severity.WARNING)[0]).startswith("x.toml:1:1: warning[S101]: unused")


def test_what_is_wrong_with_the_whole_file_has_no_margin() -> None:
    diagnostic = Diagnostic(Severity.ERROR, Code.UNREADABLE, "wrong", Place("x.toml"), "mend it")
    assert render(diagnostic) == "x.toml: error[F001]: wrong\n = help: mend it"
    assert (diagnostic.line, diagnostic.column) == (0, 0)
