"""A scenario that is edited in the app, from a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

import backprop_tui as bp
from backprop_tui.tui.app import BackpropApp
from backprop_tui.tui.screens.prompt import Prompt
from backprop_tui.tui.screens.stepper import Stepper
from backprop_tui.tui.session import Session
from backprop_tui.tui.watching import WatchedFile
from tests.scenario.texts import scenario_text
from tests.tui.screens import until

TREE = scenario_text("c = a + b\nd = b + 1\ne = c * d", tail="[expect]\nvalue = 6.0\n")
OFTEN = 0.01


@asynccontextmanager
async def on_file(path: Path, *, watched: bool = False) -> AsyncIterator[Pilot[None]]:
    file = WatchedFile(str(path), interval=OFTEN) if watched else None
    async with BackpropApp(bp.load(path), path=str(path), file=file).run_test(size=(120, 40)) as pilot:
        yield pilot


def below(pilot: Pilot[Any]) -> Stepper:
    """The stepper, whatever lies on it."""
    return next(screen for screen in pilot.app.screen_stack if isinstance(screen, Stepper))


def session(pilot: Pilot[Any]) -> Session:
    return below(pilot).session


def prompt(pilot: Pilot[Any]) -> Prompt:
    screen = pilot.app.screen
    assert isinstance(screen, Prompt)
    return screen


async def give(pilot: Pilot[Any], name: str, text: str) -> None:
    """The value of an input, as if it had been typed."""
    await below(pilot).revise(lambda edits: edits.applied(name, text))


async def try_to_type(pilot: Pilot[Any], text: str) -> None:
    """Type a text into the prompt, and wait until something has come of it."""
    asked = prompt(pilot)
    asked.typed.value = text
    await pilot.press("enter")
    await until(pilot, lambda: not asked.is_current or not asked.is_busy)
