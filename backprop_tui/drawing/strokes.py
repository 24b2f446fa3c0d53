"""Which cells of a row lines pass through, and which of their sides they join. Only what is asked for is looked at."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import attrgetter, itemgetter
from typing import TypeAlias

from backprop_tui.drawing.orientation import Orientation
from backprop_tui.drawing.pieces import DOWN, LEFT, RIGHT, UP, Band, Lead, Point, Trunk

Cell: TypeAlias = tuple[int, int, int]
"""Column, sides on which a line leaves it, and the node whose value the line carries."""
Stretch: TypeAlias = tuple[int, int, int]
"""First and last column of a line along the row, and the node whose value it carries."""

_at, _first, _last = attrgetter("at"), attrgetter("first"), attrgetter("last")
_place, _x, _y = itemgetter(0), itemgetter(0), itemgetter(1)


def strokes(band: Band, orientation: Orientation, y: int, x0: int, x1: int) -> tuple[list[Cell], list[Stretch]]:
    """The lines of a band that pass through row `y` between columns `x0` and `x1`: across the row, and along it.

    Those along it may go on beyond these columns. No two of them share more than an end.
    """
    cells: list[Cell] = []
    stretches: list[Stretch] = []
    if orientation is Orientation.TOP_DOWN:
        cells += [
            (lead.at, _upright(y, lead.first, lead.last), lead.node)
            for lead in _leads(band, x0, x1)
            if lead.first <= y <= lead.last
        ]
        for _, trunks in _tracks(band, y, y + 1):
            stretches += trunks[bisect_left(trunks, x0, key=_last) : bisect_left(trunks, x1, key=_first)]
    else:
        stretches += [(lead.first, lead.last, lead.node) for lead in _leads(band, y, y + 1)]
        for x, trunks in _tracks(band, max(x0, band.start), min(x1, band.start + band.depth)):
            passing = trunks[bisect_left(trunks, y, key=_last) : bisect_right(trunks, y, key=_first)]
            cells += [(x, _upright(y, trunk.first, trunk.last), trunk.node) for trunk in passing]
    return cells, stretches


def along(corners: Sequence[Point], orientation: Orientation, y: int, x0: int, x1: int) -> Iterator[tuple[int, int]]:
    """The cells (column, sides) of row `y` through which a line passes that has these corners, from layer to layer."""
    if orientation is Orientation.TOP_DOWN:
        first, last = bisect_left(corners, y, key=_y), bisect_right(corners, y, key=_y)
    else:
        first, last = bisect_left(corners, x0, key=_x), bisect_left(corners, x1, key=_x)
    for one, other in pairwise(corners[max(first - 1, 0) : last + 1]):
        (left, top), (right, bottom) = min(one, other), max(one, other)
        if left == right and top <= y <= bottom and x0 <= left < x1:
            yield left, _upright(y, top, bottom)
        elif left < right and top == y:
            for x in range(max(left, x0), min(right + 1, x1)):
                yield x, _flat(x, left, right)


def _leads(band: Band, first: int, end: int) -> Sequence[Lead]:
    return band.leads[bisect_left(band.leads, first, key=_at) : bisect_left(band.leads, end, key=_at)]


def _tracks(band: Band, first: int, end: int) -> Sequence[tuple[int, Sequence[Trunk]]]:
    return band.tracks[bisect_left(band.tracks, first, key=_place) : bisect_left(band.tracks, end, key=_place)]


def _upright(y: int, top: int, bottom: int) -> int:
    return (UP if y > top else 0) | (DOWN if y < bottom else 0)


def _flat(x: int, left: int, right: int) -> int:
    return (LEFT if x > left else 0) | (RIGHT if x < right else 0)
