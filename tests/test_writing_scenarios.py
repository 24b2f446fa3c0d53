"""docs/writing-scenarios.md: every file in it is one that loads without a word, and does what the page says."""

import re
from pathlib import Path

import pytest

import backprop_tui as bp
from backprop_tui.check import check
from backprop_tui.lessons import questions

PAGE = (Path(__file__).parent.parent / "docs" / "writing-scenarios.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
FILES = [block for block in BLOCKS if "program" in block]


def test_all_but_the_table_of_a_lesson_are_whole_files() -> None:
    assert len(FILES) == len(BLOCKS) - 1
    assert bp.loads(FILES[0] + BLOCKS[-1]).warnings == ()


@pytest.mark.parametrize("text", FILES)
def test_a_file_loads_and_checks(text: str) -> None:
    scenario = bp.loads(text)
    assert [warning.message for warning in scenario.warnings] == []
    assert check(scenario, pytorch=False).ok


def test_the_words_about_two_uses_are_true() -> None:
    (text,) = (text for text in FILES if "## Answers" in text)
    scenario = bp.loads(text)
    timeline = bp.run(scenario.graph)
    assert "Answers" not in questions(scenario.description)
    cursor = timeline.cursor()
    cursor.seek(6)
    assert cursor.grad("x") == 1
    assert timeline.grads["x"] == 4
