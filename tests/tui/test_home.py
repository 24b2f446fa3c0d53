"""Without a file: choose a lesson, open it, come back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from backprop_tui.lessons import lessons
from backprop_tui.tui.app import BackpropApp
from backprop_tui.tui.screens import home
from backprop_tui.tui.screens.home import Home
from tests.tui.screens import stepper, text_of


@asynccontextmanager
async def at_home(size: tuple[int, int] = (120, 40)) -> AsyncIterator[Pilot[None]]:
    async with BackpropApp().run_test(size=size) as pilot:
        yield pilot


async def test_home_lists_every_lesson_in_its_group() -> None:
    async with at_home() as pilot:
        shown = await text_of(pilot)
        for lesson in lessons():
            assert lesson.title in shown
            assert f"│ {lesson.group} " in shown


async def test_the_chosen_lesson_is_previewed_where_there_is_room() -> None:
    async with at_home() as pilot:
        await pilot.press("down")
        assert lessons()[1].summary in await text_of(pilot)
        await pilot.resize_terminal(80, 24)
        assert "About" not in await text_of(pilot)


async def test_enter_opens_and_escape_comes_back() -> None:
    async with at_home() as pilot:
        await pilot.press("j", "down", "k", "enter")
        assert stepper(pilot).session.scenario.title == lessons()[1].title
        await pilot.press("l", "escape")
        assert isinstance(pilot.app.screen, Home)
        await pilot.press("q")
        assert pilot.app.return_code == 0


async def test_the_ends_of_the_list_hold() -> None:
    async with at_home() as pilot:
        await pilot.press("up", "end", "down", "enter")
        assert stepper(pilot).session.scenario.title == lessons()[-1].title


async def test_a_second_click_opens() -> None:
    async with at_home() as pilot:
        await pilot.click("#lessons", offset=(6, 3))
        assert isinstance(pilot.app.screen, Home)
        await pilot.pause(0.6)
        await pilot.click("#lessons", offset=(6, 3))
        await pilot.pause()
        assert stepper(pilot).session.scenario.title == lessons()[1].title


async def test_a_broken_lesson_shows_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("program = 'c = a + bb'\n[inputs]\na = 1.0\n")
    monkeypatch.setattr(home, "lessons", lambda: (replace(lessons()[0], path=broken),))
    async with at_home() as pilot:
        await pilot.press("enter")
        shown = await text_of(pilot)
        assert "undefined name 'bb'" in shown
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, Home)


async def test_without_lessons_home_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "lessons", lambda: ())
    async with at_home() as pilot:
        await pilot.press("enter", "down", "end")
        assert "no lessons" in await text_of(pilot)


@pytest.mark.parametrize("size", [(1, 1), (20, 5), (300, 100)])
async def test_home_fits_any_window(size: tuple[int, int]) -> None:
    async with at_home(size) as pilot:
        await pilot.press("down", "up")
        assert isinstance(pilot.app.screen, Home)
