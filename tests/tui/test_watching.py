"""`--watch`: the run follows the file, and a file that cannot be opened leaves the last good run."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from textual.pilot import Pilot

from backprop_tui.progress import Progress
from backprop_tui.scenario import ScenarioError, load
from backprop_tui.tui import watching as watching_module
from backprop_tui.tui.app import BackpropApp
from backprop_tui.tui.screens import stepper as stepper_module
from backprop_tui.tui.screens.inspector import Inspector
from backprop_tui.tui.screens.opening import Opening
from backprop_tui.tui.screens.overlay import Overlay
from backprop_tui.tui.screens.stepper import Stepper
from backprop_tui.tui.views import Views, open_file
from backprop_tui.tui.watching import WatchedFile
from tests.scenario.texts import scenario_text
from tests.tui.screens import PATIENCE, stepper, text_of, until

TREE = scenario_text("c = a + b\nd = b + 1\ne = c * d")
OFTEN = 0.01


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "tree.toml"
    path.write_text(TREE)
    return path


@asynccontextmanager
async def watching(path: Path, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Pilot[None]]:
    """The app as `--watch` starts it."""
    file = WatchedFile(str(path), interval=OFTEN)
    try:
        app = BackpropApp(load(path), path=str(path), file=file)
    except ScenarioError as error:
        app = BackpropApp(path=str(path), file=file, refused=error.diagnostics)
    async with app.run_test(size=size) as pilot:
        yield pilot


async def until_shown(pilot: Pilot[Any], *texts: str) -> None:
    """Wait until the screen shows all of them."""
    shown = ""
    for _ in range(PATIENCE * 100):
        shown = await text_of(pilot)
        if all(text in shown for text in texts):
            return
        await pilot.pause(0.01)
    raise AssertionError(shown)


def program(pilot: Pilot[Any]) -> tuple[str, ...]:
    return stepper(pilot).session.scenario.program


async def test_a_change_is_shown_at_the_same_event(path: Path) -> None:
    async with watching(path) as pilot:
        await pilot.press("9", "l", "down", "up")
        assert "watching" in await text_of(pilot)
        before = stepper(pilot).session.event
        path.write_text(TREE.replace("a = 2.0", "a = 20.0"))
        await until_shown(pilot, "a = 20", "event  9/11", "b.grad  · → 21")
        after = stepper(pilot).session
        assert (after.event and after.event.index) == (before and before.index)
        assert after.selected == after.timeline.graph["b"].index


async def test_the_position_stays_with_its_event_when_events_are_added_before_it(path: Path) -> None:
    async with watching(path) as pilot:
        await pilot.press("9", "l")
        path.write_text(TREE.replace("c = a + b", "z = a * b\nc = z + b"))
        await until_shown(pilot, "z = a * b", "event 10/14", "b.grad")


async def test_what_is_wrong_stands_above_the_last_good_run_until_it_is_mended(path: Path) -> None:
    async with watching(path) as pilot:
        await pilot.press("9", "l")
        path.write_text(TREE.replace("a + b", "a + bb").replace("b + 1", "b +"))
        await until_shown(pilot, "✗ tree.toml:2:9: undefined name 'bb' (+1 more)", "last good run", "event  9/11")
        await pilot.press("h")
        await until_shown(pilot, "✗ tree.toml:2:9:", "event  8/11")
        await pilot.press("E")
        await until_shown(pilot, "error[P001]: undefined name 'bb'", "did you mean 'b'?", "3 | d = b +")
        await pilot.press("E")
        path.write_text(TREE)
        await until(pilot, lambda: not stepper(pilot).query_one("#banner").display)
        assert "✗" not in await text_of(pilot)


async def test_a_window_that_is_too_small_says_only_that(path: Path) -> None:
    async with watching(path) as pilot:
        path.write_text("nonsense")
        await until_shown(pilot, "✗ tree.toml:1:")
        await pilot.resize_terminal(50, 10)
        assert (await text_of(pilot)).strip() == "At least 60×16 cells are needed."


async def test_a_file_that_is_deleted_may_come_back(path: Path) -> None:
    async with watching(path) as pilot:
        path.unlink()
        await until_shown(pilot, "✗ tree.toml: cannot read", "e = c * d")
        path.write_text(TREE.replace("c * d", "c - d"))
        await until_shown(pilot, "e = c - d")


async def test_a_file_that_is_replaced_is_followed(path: Path) -> None:
    async with watching(path) as pilot:
        other = path.with_name("other")
        other.write_text(TREE.replace("c * d", "c - d"))
        os.replace(other, path)
        await until_shown(pilot, "e = c - d")


async def test_what_speaks_of_the_old_run_is_closed(path: Path) -> None:
    async with watching(path) as pilot:
        await pilot.press("l", "enter")
        assert isinstance(pilot.app.screen, Inspector)
        path.write_text(TREE.replace("a = 2.0", "a = 20.0"))
        await until(pilot, lambda: isinstance(pilot.app.screen, Stepper))
        await until_shown(pilot, "a = 20")


async def test_steps_done_in_the_inspector_are_shown_when_the_file_closes_it(path: Path) -> None:
    async with watching(path) as pilot:
        await pilot.press("l", "enter", "full_stop", "full_stop")
        path.write_text("nonsense")
        await until_shown(pilot, "✗ tree.toml:1:", "event  3/11")


async def test_help_stays_open_when_the_file_changes(path: Path) -> None:
    async with watching(path) as pilot:
        await pilot.press("question_mark")
        path.write_text(TREE.replace("a = 2.0", "a = 20.0"))
        lowest = pilot.app.screen_stack[0]
        assert isinstance(lowest, Stepper)
        await until(pilot, lambda: lowest.session.scenario.graph["a"].value == 20)
        assert isinstance(pilot.app.screen, Overlay)


async def test_errors_that_are_no_longer_so_are_closed(path: Path) -> None:
    async with watching(path) as pilot:
        path.write_text("nonsense")
        await until_shown(pilot, "✗ tree.toml:1:")
        await pilot.press("E")
        assert isinstance(pilot.app.screen, Overlay)
        path.write_text(TREE.replace("a + b", "a + bb"))
        await until_shown(pilot, "✗ tree.toml:2:9:")
        assert isinstance(pilot.app.screen, Stepper)


async def test_at_start_too_the_file_may_be_wrong(path: Path) -> None:
    path.write_text(TREE.replace("a + b", "a + bb"))
    async with watching(path, size=(80, 24)) as pilot:
        await until_shown(pilot, "mend it, and it opens", "error[P001]: undefined name 'bb'")
        path.write_text(TREE.replace("a + b", "a ** ** b"))
        await until_shown(pilot, "mend it, and it opens", "2 | c = a ** ** b")
        path.write_text(TREE)
        await until(pilot, lambda: isinstance(pilot.app.screen, Stepper))
        path.write_text(TREE.replace("c * d", "c - d"))
        await until(pilot, lambda: program(pilot)[-1] == "e = c - d")


async def test_escape_leaves_a_file_that_cannot_be_opened(path: Path) -> None:
    path.write_text("nonsense")
    async with watching(path) as pilot:
        assert await pilot.pause() is None
        assert isinstance(pilot.app.screen, Opening)
        await pilot.press("down", "up", "escape")
    assert pilot.app.return_code == 0


async def test_a_slow_reload_shows_how_far_it_is_and_escape_stops_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Event()

    def slow(name: str, progress: Progress) -> Views:
        for step in progress.over("abc", "waiting at the gate"):
            assert step == "a" or gate.wait(PATIENCE)
        return open_file(name, progress)

    monkeypatch.setattr(stepper_module, "open_file", slow)
    async with watching(path) as pilot:
        await pilot.press("9", "l")
        path.write_text(TREE.replace("a = 2.0", "a = 20.0"))
        await until_shown(pilot, "The file has changed: waiting at the gate", " 33 %", "Esc stops it", "event  9/11")
        await pilot.press("h")
        await until_shown(pilot, "event  8/11")
        await pilot.press("escape")
        gate.set()
        await until_shown(pilot, "this is the run of what it was before", "a = 2", "event  8/11")
        path.write_text(TREE.replace("a = 2.0", "a = 30.0"))
        await until_shown(pilot, "a = 30", "event  8/11")
        assert "has changed" not in await text_of(pilot)


async def test_a_file_is_read_once_per_change(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(name: str, progress: Progress) -> Views:
        read.append(Path(name).read_text())
        return open_file(name, progress)

    monkeypatch.setattr(stepper_module, "open_file", counted)
    async with watching(path) as pilot:
        for number in (3, 4, 5):
            path.write_text(TREE.replace("a = 2.0", f"a = {number}.0"))
            await until_shown(pilot, f"a = {number}")
    assert read == [TREE.replace("a = 2.0", f"a = {number}.0") for number in (3, 4, 5)]


async def test_a_file_that_is_being_written_is_left_alone_until_it_is_quiet(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter([(1,), (1,), (2,), (3,), (4,), (4,)])
    monkeypatch.setattr(watching_module, "_signature", lambda _path: next(looks))
    file = WatchedFile(str(path), interval=0)
    await file.changed()
    assert next(looks, None) is None
