"""Which panels a window has room for, and how large they are. Pure arithmetic."""

from __future__ import annotations

from typing import NamedTuple

SMALLEST = (60, 16)
"""Columns and rows below which nothing sensible can be shown."""


class Layout(NamedTuple):
    """Sizes in cells; 0 hides a panel. The graph gets what is left."""

    fits: bool
    program: int = 0
    """Columns."""
    values: int = 0
    """Columns."""
    chain_rule: int = 0
    """Rows, with its frame."""
    boxed: bool = False
    """Whether the chain rule stands in a box; else under a rule."""


def layout(width: int, height: int, program: int = 0) -> Layout:
    """The layout of a window for a program of that width.

    What gives way first: the program, then words, then columns of the table.

    >>> layout(120, 40)
    Layout(fits=True, program=24, values=34, chain_rule=9, boxed=True)
    """
    if width < SMALLEST[0] or height < SMALLEST[1]:
        return Layout(fits=False)
    boxed = height >= 30
    return Layout(
        fits=True,
        program=_between(width // 5, program + 4, width * 4 // 15) if width >= 100 else 0,
        values=_between(34, width * 7 // 25, 60) if width >= 100 else 26 if width >= 74 else 20,
        chain_rule=_between(7, height * 9 // 40, 14) if boxed else 5 if height >= 22 else 3,
        boxed=boxed,
    )


def _between(least: int, size: int, most: int) -> int:
    return max(least, min(size, most))
