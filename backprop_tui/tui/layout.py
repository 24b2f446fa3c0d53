"""Which panels a window has room for, and how large they are. Pure arithmetic."""

from __future__ import annotations

from typing import NamedTuple

_LENS_BESIDE = 76
"""Columns from which on a lens and the graph stand side by side."""
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
    lens: int = 0
    """Columns."""


def layout(width: int, height: int, program: int = 0, *, has_lens: bool = False) -> Layout:
    """The layout of a window for a program of that width, with a lens open or without one.

    What gives way first: the program, then words, then columns of the table. To a lens gives way what is not about the
    event: the table and the program; the words in a low window, the graph in a narrow one.

    >>> layout(120, 40)
    Layout(fits=True, program=24, values=34, chain_rule=9, boxed=True, lens=0)
    """
    if width < SMALLEST[0] or height < SMALLEST[1]:
        return Layout(fits=False)
    boxed = height >= 30
    if has_lens:
        plain = layout(width, height, program)
        return plain._replace(
            program=plain.program if width >= 160 else 0,
            values=0,
            chain_rule=plain.chain_rule if boxed else 0,
            lens=_between(44, width // 2, 84) if width >= _LENS_BESIDE else width,
        )
    return Layout(
        fits=True,
        program=_between(width // 5, program + 4, width * 4 // 15) if width >= 100 else 0,
        values=_between(34, width * 7 // 25, 60) if width >= 100 else 26 if width >= 74 else 20,
        chain_rule=_between(7, height * 9 // 40, 14) if boxed else 5 if height >= 22 else 3,
        boxed=boxed,
    )


def _between(least: int, size: int, most: int) -> int:
    return max(least, min(size, most))


class InspectorLayout(NamedTuple):
    """Which panels of the inspector are shown, and their rows; 0 stands for what is left."""

    shown: frozenset[str]
    grids: int = 0
    stacked: bool = False
    """Whether value and gradient stand one above the other."""
    middle: int = 0
    parts: int = 0
    """Columns; 0 stands for what is left, here and below."""
    facts: int = 0


_GRIDS = "value", "gradient"
_LEAST_DETAILS = 8
"""Rows below which details are not worth their place."""


def inspector_layout(
    width: int, height: int, rows: int, turn: int = 0, *, is_map: bool = False, is_scalar: bool = False
) -> InspectorLayout:
    """The layout of a window for grids of that many rows; each turn shows the next of what there is no room for.

    Grids of numbers leave the larger part to the details, a map takes what it needs.
    Of a scalar there are no statistics.

    >>> sorted(inspector_layout(80, 24, 10, turn=1).shown)
    ['gradient', 'parts', 'value']
    """
    body = height - 2
    details = ("event", "parts", "facts") if is_scalar else ("event", "parts", "statistics", "facts")
    table = () if is_scalar else ("statistics",)
    middle = 0 if is_scalar else 5
    if width >= 60 and height >= 20:
        most = body if is_map else body * 9 // 20
        grids = max(7, min(rows, most))
        if body - grids < _LEAST_DETAILS:
            return InspectorLayout(frozenset(_GRIDS))
        if width < 100 or body - grids < 2 * _LEAST_DETAILS:
            return InspectorLayout(frozenset((*_GRIDS, details[turn % len(details)])), grids)
        if width < 180:
            last = ("parts", "facts")[turn % 2]
            shown = frozenset((*_GRIDS, *table, "event", last))
            return InspectorLayout(shown, grids, middle=middle, parts=width * 2 // 5, facts=width * 2 // 5)
        shown = frozenset((*_GRIDS, *table, "event", "parts", "facts"))
        return InspectorLayout(shown, grids, middle=middle, parts=56, facts=44)
    if height >= 24:
        return InspectorLayout(
            frozenset((*_GRIDS, details[turn % len(details)])), 2 * max(6, min(rows, height // 3)), stacked=True
        )
    views: list[tuple[str, ...]] = [_GRIDS] if width >= 60 else [(one,) for one in _GRIDS]
    views += [(one,) for one in details]
    return InspectorLayout(frozenset(views[turn % len(views)]))
