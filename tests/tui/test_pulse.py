"""The animation of a single step: a few frames, and none at all when it is not wanted or keys come fast."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.timer import Timer

from backprop_tui.tui.widgets import pulse
from backprop_tui.tui.widgets.graph_canvas import GraphCanvas
from backprop_tui.tui.widgets.pulse import is_remote
from tests.tui.screens import position, stepper, stepping


class Clock:
    """Time that passes when it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.due: list[Callable[[], None]] = []
        monkeypatch.setattr(pulse, "monotonic", lambda: self.now)
        monkeypatch.setattr(GraphCanvas, "set_interval", self._set_interval)
        monkeypatch.setattr(pulse, "is_remote", lambda: False)  # wherever the tests run

    def _set_interval(self, _interval: float, call: Callable[[], None]) -> Timer:
        self.due.append(call)
        clock = self

        class Ticking(Timer):
            def __init__(self) -> None:
                pass

            def stop(self) -> None:
                clock.due.remove(call)

        return Ticking()

    def tick(self) -> None:
        for call in list(self.due):
            call()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


async def last_step(pilot: Pilot[Any], clock: Clock) -> None:
    """To the event before the last; then, calmly, the last one, animated."""
    await pilot.press("end", "h", "a")
    clock.now += 1
    await pilot.press("l")


async def heavy(pilot: Pilot[Any]) -> int:
    """How many cells of the drawing have heavy lines, borders aside."""
    canvas = stepper(pilot).query_one(GraphCanvas)
    text = "".join(canvas.render_line(y).text for y in range(canvas.size.height))
    return text.count("━")


async def test_a_step_flows_in_frames_and_settles(clock: Clock) -> None:
    async with stepping() as pilot:
        await pilot.press("end")
        settled = await heavy(pilot)
        await last_step(pilot, clock)
        counts = [await heavy(pilot)]
        while clock.due:
            clock.tick()
            counts.append(await heavy(pilot))
        assert counts == sorted(set(counts))
        assert len(counts) >= 3
        assert counts[-1] == settled


async def test_any_key_ends_it_at_once(clock: Clock) -> None:
    async with stepping() as pilot:
        for key in ("up", "h"):
            await pilot.press("escape", "end", key)
            settled = await heavy(pilot)
            await pilot.press("escape", "end", "h", *["a"] * (key == "up"))
            clock.now += 1
            await pilot.press("l")
            assert clock.due
            await pilot.press(key)
            assert not clock.due
            assert await heavy(pilot) == settled


async def test_who_steps_fast_sees_no_animation(clock: Clock) -> None:
    async with stepping() as pilot:
        await last_step(pilot, clock)
        clock.now += 0.1
        await pilot.press("h", "l")
        assert position(pilot) == 11
        assert not clock.due


async def test_only_single_steps_forward_flow(clock: Clock) -> None:
    async with stepping() as pilot:
        await pilot.press("a")
        for keys in (["6", "l"], ["h"], ["f"], ["home"], ["l"]):  # an input has no lines
            clock.now += 1
            await pilot.press(*keys)
            assert not clock.due


async def test_it_is_off_until_a_key_asks_for_it(clock: Clock) -> None:
    async with stepping() as pilot:
        await pilot.press("end", "h", "l")
        assert not clock.due
        await pilot.press("a")
        assert stepper(pilot).session.remark == "Single steps flow"
        await pilot.press("a")
        clock.now += 1
        await pilot.press("h", "l")
        assert not clock.due


@pytest.mark.parametrize(("level", "is_far"), [("none", False), ("full", True)])
async def test_where_it_is_not_wanted_no_key_brings_it(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, level: str, is_far: bool
) -> None:
    async with stepping() as pilot:
        monkeypatch.setattr(pulse, "is_remote", lambda: is_far)
        monkeypatch.setattr(pilot.app, "animation_level", level)
        await pilot.press("end", "h", "a")
        assert stepper(pilot).session.remark == "Single steps do not flow"
        clock.now += 1
        await pilot.press("l")
        assert not clock.due


def test_a_terminal_is_remote_over_ssh() -> None:
    assert is_remote({"SSH_TTY": "/dev/pts/1"})
    assert is_remote({"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"})
    assert not is_remote({"SSH_TTY": "", "HOME": "/"})
