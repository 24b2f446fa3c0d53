"""Runs of styled text, as a picture makes them: joined, written over in places, and inked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from backprop_tui.drawing.render import HEAT_STYLES, MARK_STYLES, Run, Style
from backprop_tui.tui.lines import WARM, WARM_MARKS, Ink

INKS = {
    Style.BLANK: Ink.TEXT,
    Style.UNTOUCHED: Ink.FAINT,
    Style.BOX: Ink.TEXT,
    Style.LINE: Ink.TEXT,
    Style.LABEL: Ink.TEXT,
    Style.TITLE: Ink.STRONG,
    Style.VALUE: Ink.FORWARD,
    Style.GRADIENT: Ink.BACKWARD,
    Style.FORWARD: Ink.NEW_FORWARD,
    Style.BACKWARD: Ink.NEW_BACKWARD,
    Style.NEW_FORWARD: Ink.NEW_FORWARD,
    Style.NEW_BACKWARD: Ink.NEW_BACKWARD,
    Style.TROUBLE: Ink.TROUBLE,
    **dict(zip(HEAT_STYLES, WARM, strict=True)),
    **dict(zip(MARK_STYLES, WARM_MARKS, strict=True)),
}
"""Exported pictures have the same colours."""

_GROUNDED = frozenset((*HEAT_STYLES, *MARK_STYLES))
"""What has a ground of its own."""


def joined(row: Iterable[Run]) -> list[Run]:
    """The runs with blanks joined to what stands before them: fewer runs are less to write to the terminal.

    Not to what has a ground of its own.
    """
    found: list[Run] = []
    for text, style in row:
        if found and (style is found[-1][1] or (style is Style.BLANK and found[-1][1] not in _GROUNDED)):
            found[-1] = (found[-1][0] + text, found[-1][1])
        else:
            found.append((text, style))
    return found


def written_over(row: Iterable[Run], x: int, text: str, style: Style) -> list[Run]:
    """The runs with a text from column `x` on in place of what stood there; what goes beyond an end is cut off."""
    found: list[Run] = []
    start = 0
    for own, own_style in row:
        first, last = max(0, min(x - start, len(own))), max(0, min(x + len(text) - start, len(own)))
        if first < last:
            begin = start + first - x
            pieces = (own[:first], own_style), (text[begin : begin + last - first], style), (own[last:], own_style)
            found += [piece for piece in pieces if piece[0]]
        else:
            found.append((own, own_style))
        start += len(own)
    return found


def inked(row: Iterable[Run]) -> Iterator[tuple[str, Ink]]:
    """The texts of the runs and their inks; neighbours of one ink are joined."""
    for ink, runs in groupby(row, key=lambda run: INKS[run[1]]):
        yield "".join([text for text, _ in runs]), ink
