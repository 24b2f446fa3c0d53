"""The lessons that ship: listed in the order that teaches, complete, and right."""

import re
from itertools import groupby
from pathlib import Path

import pytest

import backprop_tui as bp
from backprop_tui import lessons as module
from backprop_tui.lessons import Lesson, directory, lessons, questions
from backprop_tui.tui.lines import plain
from backprop_tui.tui.panels import markdown

ROOT = Path(__file__).parent.parent
SMALL = 76
"""Columns of text in the overlay at 80x24."""


def test_every_shipped_scenario_is_a_lesson_with_a_place_of_its_own() -> None:
    assert {lesson.path.name for lesson in lessons()} == {path.name for path in (ROOT / "scenarios").glob("*.toml")}
    assert len({lesson.order for lesson in lessons()}) == len(lessons())


def test_the_founding_example_comes_first() -> None:
    assert lessons()[0].path.name == "tree.toml"


def test_the_groups_lead_from_a_sum_to_networks_and_then_to_what_goes_wrong() -> None:
    groups = [group for group, _ in groupby(lesson.group for lesson in lessons())]
    assert groups == ["Basics", "Gates", "Neurons", "Tensors", "Losses", "Networks", "Modes", "Traps"]


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.path.stem)
def test_a_lesson_has_words_a_source_and_expectations(lesson: Lesson) -> None:
    scenario = bp.load(lesson.path)
    assert scenario.warnings == ()
    assert scenario.source
    assert len(lesson.summary) <= 60
    assert scenario.expect.grads
    assert lesson.events == len(bp.run(scenario.graph))


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.path.stem)
def test_a_lesson_asks_before_it_tells(lesson: Lesson) -> None:
    asked = questions(lesson.description)
    told = lesson.description.removeprefix(asked).strip()
    assert told.startswith("## Answers\n")
    assert "?" in "".join(map(plain, markdown.first_paragraph(asked, SMALL, rows=2)))
    assert len(markdown.render(asked, SMALL)) <= 16
    shown = markdown.render(lesson.description, SMALL)
    assert len(shown) <= 32
    assert not [line for line in map(plain, shown) if re.search(r"`|\*\*\S|\S\*\*", line)]


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.path.stem)
def test_what_a_lesson_speaks_of_is_there(lesson: Lesson) -> None:
    """Events by their numbers, and names in backquotes, alone or before `.grad` or an index."""
    for numbers in re.findall(r"\b[Ee]vents? ((?:\d+|, | and | to )+)", lesson.description):
        assert all(1 <= int(number) <= lesson.events for number in re.findall(r"\d+", numbers))
    names = {node.name for node in bp.load(lesson.path).graph}
    words = re.findall(r"`([a-zA-Z]\w*)(?:\.grad|\[[\d, ]+\])`", lesson.description)
    assert {word for word in words if word not in names} == set()


def test_without_answers_all_of_a_text_is_asked() -> None:
    assert questions("What?\n\nLook.\n") == "What?\n\nLook."
    assert questions("What?\n\n## Answers\n\nThat.") == "What?"
    assert questions("The Answers\n\nare few.") == "The Answers\n\nare few."


def test_a_directory_beside_an_installed_package_is_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "__file__", str(tmp_path / "backprop_tui" / "lessons.py"))
    (tmp_path / "scenarios").mkdir()
    assert directory() == tmp_path / "backprop_tui" / "scenarios"
    (tmp_path / "pyproject.toml").touch()  # a checkout
    assert directory() == tmp_path / "scenarios"
    (tmp_path / "backprop_tui" / "scenarios").mkdir(parents=True)
    assert directory() == tmp_path / "backprop_tui" / "scenarios"
