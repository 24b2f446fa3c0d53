"""Runs of styled text, as a picture makes them: joined, and written over in places."""

from __future__ import annotations

from collections.abc import Iterable

from backprop_tui.drawing.render import HEAT_STYLES, MARK_STYLES, Run, Style

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
