"""The lessons that ship: listed in the order that teaches, complete, and right."""

from pathlib import Path

import pytest

import backprop_tui as bp
from backprop_tui import lessons as module
from backprop_tui.lessons import directory, lessons

ROOT = Path(__file__).parent.parent


def test_every_shipped_scenario_is_a_lesson_with_a_place_of_its_own() -> None:
    assert {lesson.path.name for lesson in lessons()} == {path.name for path in (ROOT / "scenarios").glob("*.toml")}
    assert len({lesson.order for lesson in lessons()}) == len(lessons())


def test_the_founding_example_comes_first() -> None:
    assert lessons()[0].path.name == "tree.toml"


def test_groups_are_not_interleaved() -> None:
    groups = [lesson.group for lesson in lessons()]
    starts = [group for index, group in enumerate(groups) if index == 0 or groups[index - 1] != group]
    assert len(starts) == len(set(starts))


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.path.stem)
def test_a_lesson_has_words_a_source_and_expectations(lesson) -> None:  # type: ignore[no-untyped-def]
    scenario = bp.load(lesson.path)
    assert scenario.warnings == ()
    assert scenario.source
    assert len(scenario.description.split()) > 60
    assert len(lesson.summary) <= 60
    assert scenario.expect.grads or scenario.expect.value is not None


def test_a_directory_beside_an_installed_package_is_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "__file__", str(tmp_path / "backprop_tui" / "lessons.py"))
    (tmp_path / "scenarios").mkdir()
    assert directory() == tmp_path / "backprop_tui" / "scenarios"
    (tmp_path / "pyproject.toml").touch()  # a checkout
    assert directory() == tmp_path / "scenarios"
    (tmp_path / "backprop_tui" / "scenarios").mkdir(parents=True)
    assert directory() == tmp_path / "backprop_tui" / "scenarios"
