"""What a person sees: the screen as text, and the style of every cell as a letter."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from rich.style import Style
from textual.geometry import Region
from textual.pilot import Pilot
from textual.strip import Strip

import backprop_tui as bp
from backprop_tui.lessons import directory
from backprop_tui.tui.app import BackpropApp
from backprop_tui.tui.inks import style_of
from backprop_tui.tui.lines import COOL, COOL_MARKS, WARM, WARM_MARKS, Ink
from backprop_tui.tui.screens.stepper import Stepper

SNAPSHOTS = Path(__file__).parent.parent / "snapshots"
PATIENCE = 30
"""Seconds; the machine of a test may be busy."""
REGENERATE = "UPDATE_GOLDENS"
"""With this environment variable set, snapshots are written anew: read what changed in the diff."""


@asynccontextmanager
async def stepping(
    lesson: str | bp.Scenario = "tree.toml", size: tuple[int, int] = (120, 40), theme: str | None = None
) -> AsyncIterator[Pilot[None]]:
    """The app on a lesson, before its first event."""
    scenario = bp.load(directory() / lesson) if isinstance(lesson, str) else lesson
    async with BackpropApp(scenario, theme=theme).run_test(size=size) as pilot:
        yield pilot


def stepper(pilot: Pilot[Any]) -> Stepper:
    """The stepper on top of the screen stack."""
    screen = pilot.app.screen
    assert isinstance(screen, Stepper)
    return screen


def position(pilot: Pilot[Any]) -> int:
    """How many events are done."""
    return stepper(pilot).session.position


async def text_of(pilot: Pilot[Any]) -> str:
    """The screen as text, without the blanks at the ends of lines."""
    return "\n".join(strip.text.rstrip() for strip in await _strips(pilot))


async def picture_of(pilot: Pilot[Any], part: Region | None = None) -> str:
    """The screen as text, then the same with a letter for the style of each cell, then what the letters mean.

    Or only a part of it.
    """
    ground = _describe(style_of(pilot.app, Ink.TEXT, False)).split()[2]
    letters = {
        _describe(style_of(pilot.app, ink, lit)): letter.translate(_LIT) if lit else letter
        for lit in (True, False)
        for ink, letter in _LETTERS.items()
        if not lit or letter in _CAN_BE_LIT
    }
    spare = iter("0123456789")
    rows = []
    strips = await _strips(pilot)
    if part:
        strips = [strip.crop(part.x, part.right) for strip in strips[part.y : part.bottom]]
    for strip in strips:
        row = ""
        for segment in strip:
            style = _describe(segment.style or Style())
            is_plain = style.split()[2:] in ([ground], [ground, "bold"])
            letter = letters[style] if style in letters else letters.setdefault(style, next(spare))
            row += "".join(" " if char == " " and is_plain else letter for char in segment.text)
        rows.append(row.rstrip())
    used = set("".join(rows))
    legend = [f"{letter} {style}" for style, letter in letters.items() if letter in used]
    text = "\n".join(strip.text.rstrip() for strip in strips)
    return "\n\n".join((text, "\n".join(rows), "\n".join(legend))) + "\n"


_LETTERS = {
    Ink.HEADING: "h",
    Ink.KEY: "k",
    Ink.TEXT: "t",
    Ink.STRONG: "T",
    Ink.FAINT: ".",
    Ink.FRAME: "-",
    Ink.FORWARD: "f",
    Ink.NEW_FORWARD: "F",
    Ink.BACKWARD: "b",
    Ink.NEW_BACKWARD: "B",
    Ink.TROUBLE: "!",
    Ink.CURSOR: "@",
    **dict(zip(COOL, "aceg", strict=True)),
    **dict(zip(WARM, "ACEG", strict=True)),
    **dict(zip(COOL_MARKS, "moqs", strict=True)),
    **dict(zip(WARM_MARKS, "MOQS", strict=True)),
}
"""Where two inks look the same, the later one has the letter."""
_CAN_BE_LIT = "hktTfFbB.-!"
_LIT = str.maketrans(_CAN_BE_LIT, "xxxXuUvV,_?")
"""The letters of the same inks on the selection's background."""


async def until(pilot: Pilot[Any], condition: Callable[[], object]) -> None:
    """Wait for what happens in the background."""
    deadline = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < deadline, await text_of(pilot)
        await pilot.pause(0.005)


async def assert_looks_like(
    pilot: Pilot[Any], name: str, part: Region | None = None, written: Callable[[str], str] = str
) -> None:
    """Compare the screen, or a part of it, with the snapshot of that name, where it is `written` some other way."""
    path = SNAPSHOTS / f"{name}.txt"
    picture = written(await picture_of(pilot, part))
    if os.environ.get(REGENERATE):
        path.write_text(picture, encoding="utf-8")
    assert picture == path.read_text(encoding="utf-8"), f"{name} changed; see {REGENERATE} in {__name__}"


async def _strips(pilot: Pilot[Any]) -> list[Strip]:
    screen = pilot.app.screen
    while getattr(screen, "is_stale", False):
        await pilot.pause(0.005)
    await pilot.pause()
    return screen._compositor.render_strips()


def _describe(style: Style) -> str:
    attributes = [name for name in ("bold", "dim", "italic", "underline", "reverse") if getattr(style, name)]
    color = style.color.name if style.color else "default"
    ground = style.bgcolor.name if style.bgcolor else "default"
    return " ".join((color, "on", ground, *attributes))
