"""Without a file: choose a lesson, open it, come back."""

from __future__ import annotations

import re
from collections import Counter
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


async def test_home_lists_every_lesson_in_its_group_with_its_place_and_length() -> None:
    async with at_home((109, 80)) as pilot:
        shown = await text_of(pilot)
        assert f"  {len(lessons())} lessons " in f"{shown.splitlines()[0]} "
        for place, lesson in enumerate(lessons(), start=1):
            assert re.search(rf"│ +{place}   {re.escape(lesson.title)} +{lesson.events} │", shown)
        for group, count in Counter(lesson.group for lesson in lessons()).items():
            assert f"│ {group}  {count} " in shown


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40)])
async def test_the_chosen_lesson_is_in_view_with_what_it_is_about(size: tuple[int, int]) -> None:
    async with at_home(size) as pilot:
        for lesson in (lessons()[0], lessons()[-1]):
            shown = await text_of(pilot)
            assert f"  {lesson.title[:20]}" in shown
            assert lesson.summary in shown
            await pilot.press("end")


async def test_the_preview_asks_and_does_not_tell() -> None:
    async with at_home((120, 60)) as pilot:
        shown = await text_of(pilot)
        assert "Is b finished?" in shown
        assert "Answers" not in shown


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
        await pilot.click("#lessons", offset=(6, 4))
        assert isinstance(pilot.app.screen, Home)
        await pilot.pause(0.6)
        await pilot.click("#lessons", offset=(6, 4))
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
