"""What is exported: files a reviewer can read. `UPDATE_GOLDENS=1 pytest` writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from backprop_tui.export.formats import FORMATS
from tests.export.runs import ROOT, at, lines

GOLDENS = Path(__file__).parent / "goldens"
DOCS = ROOT / "docs"
BEFORE = {"txt": "--to txt\n", "dot": "```dot\n", "mermaid": "```mermaid\n", "torch": "```python\n"}
"""What stands before each file in the documentation."""


@pytest.mark.parametrize("to", FORMATS)
@pytest.mark.parametrize("position", ["start", "8", "end"])
def test_the_file_is_the_one_that_was_reviewed(to: str, position: str) -> None:
    text = "\n".join(lines(to, at(position))) + "\n"
    golden = GOLDENS / f"tree-{position}.{to}"
    if os.environ.get("UPDATE_GOLDENS"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("to", BEFORE)
def test_the_documentation_shows_what_is_written(to: str) -> None:
    exported, documentation = "\n".join(lines(to, at())), DOCS / "export.md"
    text = documentation.read_text(encoding="utf-8")
    start = text.index(BEFORE[to]) + len(BEFORE[to])
    end = text.index("\n```", start)
    if os.environ.get("UPDATE_GOLDENS"):
        documentation.write_text(text[:start] + exported + text[end:], encoding="utf-8")
    else:
        assert text[start:end] == exported


def test_the_documentation_has_the_picture_of_today() -> None:
    exported, picture = "\n".join(lines("svg", at())) + "\n", DOCS / "images" / "tree-drawing.svg"
    if os.environ.get("UPDATE_GOLDENS"):
        picture.write_text(exported, encoding="utf-8")
    assert picture.read_text(encoding="utf-8") == exported


def test_the_documentation_names_every_format() -> None:
    text = (DOCS / "export.md").read_text(encoding="utf-8")
    assert [to for to in FORMATS if f"`{to}`" in text] == list(FORMATS)
