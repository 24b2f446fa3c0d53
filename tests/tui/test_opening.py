"""Scenarios that take long to open: in the background, with a bar, until Escape."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from textual.worker import WorkerFailed

import backprop_tui as bp
from backprop_tui.progress import Cancelled, Progress
from backprop_tui.tui import views
from backprop_tui.tui.app import BackpropApp
from backprop_tui.tui.background import in_background
from backprop_tui.tui.screens import home
from backprop_tui.tui.screens.home import Home
from backprop_tui.tui.screens.opening import Opening
from backprop_tui.tui.screens.overlay import Overlay
from backprop_tui.tui.screens.stepper import Stepper
from backprop_tui.tui.views import Views, open_scenario
from tests.scenario.texts import scenario, scenario_text
from tests.tui.screens import PATIENCE, position, stepping, text_of, until

LARGE = scenario("y = sum(w * w)", f"w = [{', '.join(['0.5'] * 10_001)}]")


class Gate:
    """Stands in the way of work, in its own thread."""

    def __init__(self) -> None:
        self.progress = Progress()
        self.opened = Event()
        self.was_cancelled = Event()

    def work(self, progress: Progress) -> Views:
        """A third of it, then wait; then go on."""
        self.progress = progress
        try:
            for third in progress.over("abc", "waiting at the gate"):
                assert third == "a" or self.opened.wait(PATIENCE)
        except Cancelled:
            self.was_cancelled.set()
            raise
        return open_scenario(LARGE, progress)


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.opened.set()


async def test_a_large_scenario_is_run_in_the_background() -> None:
    async with stepping(LARGE) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, Stepper))
        await pilot.press("end")
        assert position(pilot) == 7
        assert len(pilot.app.screen_stack) == 2  # one that has made room for the stepper lies below it
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, Stepper)


async def test_a_small_one_is_there_at_once() -> None:
    async with stepping() as pilot:
        assert [type(screen) for screen in pilot.app.screen_stack] == [Stepper]


async def test_the_bar_says_how_far_it_is(gate: Gate) -> None:
    async with BackpropApp().run_test(size=(80, 24)) as pilot:
        pilot.app.push_screen(Opening("Large", gate.work))
        await until(pilot, lambda: gate.progress.share == 1 / 3)
        panel = pilot.app.screen.query_one("#opening")
        panel.redraw()
        shown = await text_of(pilot)
        assert "Large" in shown
        assert "waiting at the gate" in shown
        assert "━╸─" in shown
        assert " 33 %" in shown
        gate.opened.set()
        await until(pilot, lambda: isinstance(pilot.app.screen, Stepper))
        await pilot.press("l", "l", "escape")
        assert isinstance(pilot.app.screen, Home)


async def test_escape_stops_it_and_goes_back_to_the_lessons(gate: Gate) -> None:
    async with BackpropApp().run_test() as pilot:
        pilot.app.push_screen(Opening("Large", gate.work))
        await until(pilot, lambda: gate.progress.share == 1 / 3)
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, Home)
        gate.opened.set()
        await until(pilot, gate.was_cancelled.is_set)
        assert isinstance(pilot.app.screen, Home)


async def test_escape_leaves_if_there_is_nothing_to_go_back_to(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "backprop_tui.tui.screens.opening.open_scenario", lambda _scenario, progress: gate.work(progress)
    )
    async with stepping(LARGE) as pilot:
        await until(pilot, lambda: gate.progress.share == 1 / 3)
        await pilot.press("escape")
        gate.opened.set()
    assert pilot.app.return_code == 0
    assert gate.was_cancelled.wait(PATIENCE)


async def test_leaving_stops_it(gate: Gate) -> None:
    async with BackpropApp().run_test() as pilot:
        pilot.app.push_screen(Opening("Large", gate.work))
        await until(pilot, lambda: gate.progress.share == 1 / 3)
        await pilot.press("q")
        gate.opened.set()
    assert gate.was_cancelled.wait(PATIENCE)


async def test_a_path_is_loaded_in_the_background(tmp_path: Path) -> None:
    path = tmp_path / "large.toml"
    path.write_text(scenario_text("y = a * b"))
    async with BackpropApp(path=str(path)).run_test() as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, Stepper))
        await pilot.press("end")
        assert position(pilot) == 6


async def test_a_path_that_cannot_be_opened_ends_the_app_with_the_reasons(tmp_path: Path) -> None:
    path = tmp_path / "large.toml"
    path.write_text(scenario_text("y = a * bb"))
    app = BackpropApp(path=str(path))
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.return_value)
    assert app.return_code == 2
    assert "undefined name 'bb'" in str(app.return_value)


async def test_nobody_waits_for_work_that_does_not_notice(gate: Gate) -> None:
    """Not even the end of the process: the gate opens only after it."""
    async with BackpropApp().run_test() as pilot:
        pilot.app.push_screen(Opening("Large", gate.work))
        await until(pilot, lambda: gate.progress.share == 1 / 3)
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, Home)
        pilot.app.push_screen(Opening("Large", gate.work))
        await pilot.press("q")
    assert pilot.app.return_code == 0
    assert not gate.was_cancelled.is_set()


async def test_help_that_lies_on_it_is_closed_when_the_stepper_comes(gate: Gate) -> None:
    async with BackpropApp().run_test() as pilot:
        pilot.app.push_screen(Opening("Large", gate.work))
        await until(pilot, lambda: gate.progress.share == 1 / 3)
        await pilot.press("question_mark")
        assert isinstance(pilot.app.screen, Overlay)
        gate.opened.set()
        await until(pilot, lambda: isinstance(pilot.app.screen, Stepper))
        assert [type(screen) for screen in pilot.app.screen_stack] == [Home, Stepper]
        await pilot.press("l", "l")
        assert position(pilot) == 2


async def test_leaving_while_the_stepper_comes_is_no_bug() -> None:
    async with BackpropApp().run_test() as pilot:
        screen = Stepper(open_scenario(LARGE))
        screen.compose = lambda: []  # type: ignore[method-assign]  (what Textual does when the app is being closed)
        pilot.app.push_screen(screen)
        await pilot.pause()
        await pilot.resize_terminal(90, 30)
        assert pilot.app.screen is screen


async def test_what_is_cancelled_when_it_is_just_done_does_not_come_any_more() -> None:
    async with BackpropApp().run_test() as pilot:
        pilot.app.push_screen(Opening("Large", lambda progress: progress.cancel() or open_scenario(LARGE)))
        await pilot.pause()
        assert isinstance(pilot.app.screen, Opening)
    with pytest.raises(Cancelled):
        await in_background(lambda progress: progress.cancel(), Progress())


async def test_a_bug_in_the_background_ends_the_app_like_any_other() -> None:
    def broken(_progress: Progress) -> Views:
        raise ZeroDivisionError("a bug")

    app = BackpropApp()

    async def use() -> None:
        async with app.run_test() as pilot:
            app.push_screen(Opening("Broken", broken))
            await until(pilot, lambda: app.bug)

    with pytest.raises(WorkerFailed, match="a bug"):
        await use()


async def test_what_takes_time_is_done_before_the_screen_is_there() -> None:
    views_of = views.open_scenario(bp.load(Path(home.__file__).parents[3] / "scenarios" / "tree.toml"))
    assert {"stops", "touched_width"} <= vars(views_of.session).keys()
    assert {"event", "first_nonfinite"} <= vars(views_of.session.timeline).keys()
    assert "fields" in vars(views_of.scenery.texts)
