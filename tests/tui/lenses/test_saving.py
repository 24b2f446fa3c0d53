"""Saving a copy of what was edited: never over a file without asking."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import backprop_tui as bp
from backprop_tui.lessons import directory
from backprop_tui.tui.screens.save_prompt import default_path
from backprop_tui.tui.screens.stepper import Stepper
from tests.tui.lenses.edits import TREE, below, give, on_file, prompt, session, try_to_type
from tests.tui.screens import text_of, until

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="systems have words of their own")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


def test_a_copy_stands_beside_its_file_and_that_of_a_lesson_here(path: Path, here: Path) -> None:
    assert default_path(str(path)) == str(path.with_name("tree-edited.toml"))
    assert default_path(str(directory() / "tree.toml")) == "tree-edited.toml"
    assert default_path("<string>") == "scenario-edited.toml"
    (here / "own.toml").write_text(TREE)
    assert default_path("own.toml") == "own-edited.toml"


async def test_a_copy_is_saved_and_the_file_stays_as_it_is(
    path: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(here))
    monkeypatch.setenv("USERPROFILE", str(here))
    async with on_file(path) as pilot:
        await give(pilot, "a", "3")
        await pilot.press("S", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Stepper))
        copy = path.with_name("tree-edited.toml")
        assert copy.read_text() == TREE.replace("2.0", "3").partition("[expect]")[0]
        assert path.read_text() == TREE
        assert "Saved as" in await text_of(pilot)
        assert bp.load(copy).graph["a"].value == 3
        await pilot.press("S")
        await try_to_type(pilot, "~/copy.toml")
        assert (here / "copy.toml").read_text() == copy.read_text()


async def test_no_file_is_replaced_without_asking(path: Path) -> None:
    other = path.with_name("other.toml")
    other.write_text("precious")
    async with on_file(path) as pilot:
        await pilot.press("S")
        for key in ("n", "escape"):
            await try_to_type(pilot, str(other))
            assert "exists. y replaces it" in await text_of(pilot)
            await pilot.press(key)
            assert prompt(pilot).typed.value == str(other)
            assert other.read_text() == "precious"
        await try_to_type(pilot, str(other))
        await pilot.press("y")
        await until(pilot, lambda: isinstance(pilot.app.screen, Stepper))
    assert other.read_text() == TREE


@pytest.mark.parametrize("watched", [False, True])
async def test_after_saving_over_the_file_its_old_value_is_an_undo_away(path: Path, watched: bool) -> None:
    async with on_file(path, watched=watched) as pilot:
        await give(pilot, "a", "3")
        await pilot.press("S")
        await try_to_type(pilot, str(path))
        edited = session(pilot)
        await pilot.press("y")
        await until(pilot, lambda: not session(pilot).edits.typed)
        await until(pilot, lambda: not watched or session(pilot) is not edited)
        assert session(pilot).timeline.values["a"] == 3
        await below(pilot).revise(lambda edits: edits.moved(-1))
        assert session(pilot).timeline.values["a"] == 2
        await below(pilot).revise(lambda edits: edits.moved(1))
        assert session(pilot).timeline.values["a"] == 3


@POSIX
async def test_where_nothing_can_be_saved(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    places = {
        "": "Type the name of a file.",
        ".": "is a directory",
        "no/copy.toml": "No such file or directory",
        "tree.toml/copy.toml": "Not a directory",
        "n" * 300: "File name too long",
        os.devnull: "no file, but a pipe or a device",
    }
    async with on_file(path) as pilot:
        await pilot.press("S")
        for place, says in places.items():
            await try_to_type(pilot, place)
            assert says in " ".join((await text_of(pilot)).split())
            assert prompt(pilot).typed.value == place
    assert os.listdir(path.parent) == ["tree.toml"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
async def test_a_directory_that_is_read_only(path: Path) -> None:
    folder = path.parent / "locked"
    folder.mkdir(mode=0o555)
    async with on_file(path) as pilot:
        await pilot.press("S")
        await try_to_type(pilot, str(folder / "copy.toml"))
        assert "Permission denied" in await text_of(pilot)
