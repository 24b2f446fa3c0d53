"""Whole solutions, as files a reviewer can read. `UPDATE_GOLDENS=1 pytest` writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from backprop_tui.explaining.options import FORMATS, Level
from tests.explaining.runs import SCENARIOS, lesson, written

GOLDENS = Path(__file__).parent / "goldens"
DOCUMENTATION = SCENARIOS.parent / "docs" / "explain.md"


@pytest.mark.parametrize(
    ("file", "name", "to", "level", "node"),
    [
        ("tree.txt", "tree", "text", "numbers", None),
        ("tree-symbols.txt", "tree", "text", "symbols", None),
        ("tree-words.txt", "tree", "text", "words", None),
        ("tree-b.txt", "tree", "text", "numbers", "b"),
        ("tree.md", "tree", "markdown", "numbers", None),
        ("tree-symbols.md", "tree", "markdown", "symbols", None),
        ("tree-words.md", "tree", "markdown", "words", None),
        ("tree-b.md", "tree", "markdown", "numbers", "b"),
        ("two-layer-softmax.txt", "two-layer-softmax", "text", "numbers", None),
        ("two-layer-softmax.md", "two-layer-softmax", "markdown", "numbers", None),
        ("sqrt-at-zero.txt", "sqrt-at-zero", "text", "numbers", None),
        ("where-nan.md", "where-nan", "markdown", "numbers", None),
    ],
)
def test_the_solution_is_the_one_that_was_reviewed(file: str, name: str, to: str, level: str, node: str | None) -> None:
    text = "\n".join(written(lesson(name), to, Level(level), node)) + "\n"
    golden = GOLDENS / file
    if os.environ.get("UPDATE_GOLDENS"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize(("to", "fence"), [("text", "```text\n"), ("markdown", "````markdown\n")])
def test_the_documentation_shows_what_is_written(to: str, fence: str) -> None:
    made = "\n".join(written(lesson("tree"), to, node="b"))
    text = DOCUMENTATION.read_text(encoding="utf-8")
    start = text.index(fence) + len(fence)
    end = text.index("\n" + "`" * fence.count("`") + "\n", start)
    if os.environ.get("UPDATE_GOLDENS"):
        DOCUMENTATION.write_text(text[:start] + made + text[end:], encoding="utf-8")
    else:
        assert text[start:end] == made


def test_the_documentation_names_every_format_and_every_level() -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8")
    assert all(f"`{word}`" in text for word in [*FORMATS, *(level.value for level in Level)])
