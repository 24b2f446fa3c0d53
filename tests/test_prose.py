"""The Markdown of lessons, taken apart."""

from __future__ import annotations

from backprop_tui.prose import Kind, Run, Style, blocks, runs


def test_blocks_are_told_apart() -> None:
    text = "# A title\nA paragraph\nof two lines\n\n```toml\nx = 1\n\n# no title\n```\n- one\n"
    assert [(block.kind, list(block.lines)) for block in blocks(text)] == [
        (Kind.HEADING, ["A title"]),
        (Kind.TEXT, ["A paragraph", "of two lines"]),
        (Kind.FENCE, ["x = 1", "", "# no title"]),
        (Kind.TEXT, ["- one"]),
    ]


def test_the_parts_of_a_list_keep_their_markers() -> None:
    (block,) = blocks("Before:\n- one\n  and more\n* two\n2. three")
    assert list(block.parts) == [("", "Before:"), ("- ", "one and more"), ("* ", "two"), ("2. ", "three")]


def test_marks_make_runs_and_what_is_no_mark_is_text() -> None:
    found = [run for run in runs("a **b** *c* `d*e*` 2 * 3 * 4 **") if run.text]
    assert found == [
        Run("a "),
        Run("b", Style.BOLD),
        Run(" "),
        Run("c", Style.EMPHASIS),
        Run(" "),
        Run("d*e*", Style.CODE),
        Run(" 2 * 3 * 4 **"),
    ]
