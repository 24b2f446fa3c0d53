"""From an ink to a terminal style: the only place where text gets its colour, and the theme chooses it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from rich.style import Style
from textual.app import App
from textual.color import Color

from backprop_tui.tui.lines import COOL, COOL_MARKS, WARM, WARM_MARKS, Ink
from backprop_tui.tui.themes import heat

_VARIABLES = ("background", "selection", "foreground", "faint", "frame", "forward", "backward", "trouble")


def style_of(app: App[Any], ink: Ink, lit: bool) -> Style:
    """The style of an ink in the app's theme; `lit` stands on the selection's background."""
    if app.no_color:
        return (_COLOURLESS_LIT if lit else _COLOURLESS)[ink]
    if lit and app.native_ansi_color:  # sixteen colours have none that all of them can be read on
        return _COLOURLESS_LIT[ink]
    variables = app.theme_variables
    return _styles(lit, *[variables[name] for name in _VARIABLES])[ink]


@lru_cache(64)
def _styles(lit: bool, ground: str, selection: str, *colours: str) -> Mapping[Ink, Style]:
    base = Style(bgcolor=Color.parse(selection if lit else ground).rich_color)
    text, faint, frame, forward, backward, trouble = (
        base + Style(color=Color.parse(colour).rich_color) for colour in colours
    )
    bold = Style(bold=True)
    return _heat(base, ground, *colours) | {
        Ink.CURSOR: text + bold + Style(reverse=True),
        Ink.TEXT: text,
        Ink.STRONG: text + bold,
        Ink.FAINT: text if lit else faint,
        Ink.FRAME: frame,
        Ink.HEADING: faint,
        Ink.KEY: text + bold,
        Ink.FORWARD: forward,
        Ink.BACKWARD: backward,
        Ink.NEW_FORWARD: forward + bold,
        Ink.NEW_BACKWARD: backward + bold,
        Ink.TROUBLE: trouble + bold,
    }


def _heat(base: Style, ground: str, *colours: str) -> dict[Ink, Style]:
    """The steps of a heat map, on backgrounds between the theme's own and its accents, if colours can be mixed."""
    text, _, _, cool, warm, _ = map(Color.parse, colours)
    styles: dict[Ink, Style] = {}
    for accent, numbers, marks in ((cool, COOL, COOL_MARKS), (warm, WARM, WARM_MARKS)):
        if accent.ansi is not None:
            styles |= dict.fromkeys((*numbers, *marks), base + Style(color=accent.rich_color))
            continue
        for (step, on, mark), number, sign in zip(heat(Color.parse(ground), text, accent), numbers, marks, strict=True):
            styles[number] = Style(color=on.rich_color, bgcolor=step.rich_color)
            styles[sign] = Style(color=mark.rich_color, bgcolor=step.rich_color)
    return styles


_COLOURLESS: Mapping[Ink, Style] = {
    **dict.fromkeys((*COOL, *WARM, *COOL_MARKS, *WARM_MARKS), Style()),
    Ink.CURSOR: Style(bold=True, reverse=True),
    Ink.TEXT: Style(),
    Ink.STRONG: Style(bold=True),
    Ink.FAINT: Style(dim=True),
    Ink.FRAME: Style(),
    Ink.HEADING: Style(),
    Ink.KEY: Style(bold=True),
    Ink.FORWARD: Style(),
    Ink.BACKWARD: Style(),
    Ink.NEW_FORWARD: Style(bold=True),
    Ink.NEW_BACKWARD: Style(bold=True),
    Ink.TROUBLE: Style(bold=True, underline=True),
}
_COLOURLESS_LIT = {ink: style + Style(reverse=True) for ink, style in _COLOURLESS.items()}
