"""Box-drawing characters as lines, so that they join whatever font a viewer has.

The Unicode name of such a character says all about it: `BOX DRAWINGS DOWN LIGHT AND HORIZONTAL HEAVY`.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cache
from typing import NamedTuple

from backprop_tui.drawing.pieces import DOWN, LEFT, OPPOSITE, RIGHT, UP

CELL_WIDTH, CELL_HEIGHT = 9, 19
"""Odd, so that a line in the middle of a cell covers whole pixels."""
_RAIL = 2
"""How far the two lines of a double one are from the middle."""
_DASH, _PITCH = 2.0, 4.5
"""Of a dashed line: the length of a dash, and how far it is from one to the next."""
_STEPS = {UP: (0, -1), DOWN: (0, 1), LEFT: (-1, 0), RIGHT: (1, 0)}


class Weight(Enum):
    """A kind of line."""

    LIGHT = "light"
    HEAVY = "heavy"
    DOUBLE = "double"


class Line(NamedTuple):
    """A straight line in a cell, horizontal or vertical. Its coordinates count from the cell's top left corner."""

    width: int
    is_vertical: bool
    at: float
    """Of a vertical line its x, of a horizontal one its y."""
    start: float
    end: float


class Glyph(NamedTuple):
    """What a box-drawing character consists of."""

    arms: Mapping[int, Weight]
    """Side (`UP`, `RIGHT`, …) -> the line from the middle of the cell to that side."""
    is_arc: bool
    """Whether its two arms meet in a bend."""
    lines: Sequence[Line]
    """The arms, if they are straight."""


class Stroke(NamedTuple):
    """All lines of one colour and one width, as the data of an SVG path."""

    ink: str
    width: int
    data: str


class _Track(NamedTuple):
    """A line through the whole picture, on which pieces are drawn."""

    ink: str
    width: int
    is_vertical: bool
    at: float


_WIDTHS = {Weight.LIGHT: 1, Weight.HEAVY: 3, Weight.DOUBLE: 1}
_WEIGHTS = {"LIGHT": Weight.LIGHT, "SINGLE": Weight.LIGHT, "HEAVY": Weight.HEAVY, "DOUBLE": Weight.DOUBLE}
_SIDES = {
    "UP": (UP,),
    "RIGHT": (RIGHT,),
    "DOWN": (DOWN,),
    "LEFT": (LEFT,),
    "VERTICAL": (UP, DOWN),
    "HORIZONTAL": (LEFT, RIGHT),
}


@cache
def glyph(character: str) -> Glyph | None:
    """The lines of a character; None if it is no box-drawing character, or one with diagonals."""
    kind, _, name = unicodedata.name(character, "").partition(" DRAWINGS ")
    if kind != "BOX" or "DIAGONAL" in name:
        return None
    if "DASH" in name:
        return Glyph({}, is_arc=False, lines=tuple(_dashes("VERTICAL" in name)))
    arms: dict[int, Weight] = {}
    weight = Weight.LIGHT
    for part in name.split(" AND "):  # `DOUBLE DOWN`, `RIGHT`; `DOWN LIGHT`, `RIGHT HEAVY`; `LIGHT LEFT`, `HEAVY RIGHT`
        words = part.split()
        weight = next((_WEIGHTS[word] for word in words if word in _WEIGHTS), weight)
        arms |= {side: weight for word in words for side in _SIDES.get(word, ())}
    is_arc = " ARC " in name
    return Glyph(arms, is_arc, () if is_arc else tuple(_lines(arms)))


class Strokes:
    """Collects the lines of a picture, cell by cell, and joins those that continue each other."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], tuple[Glyph, str]] = {}
        self._beside_double: set[tuple[int, int]] = set()

    def add(self, column: int, row: int, character: str, ink: str) -> None:
        """Draw a character in a cell, if it consists of lines."""
        found = glyph(character)
        if found:
            self._cells[column, row] = found, ink
            for side, weight in found.arms.items():
                if weight is Weight.DOUBLE:
                    across, down = _STEPS[side]
                    self._beside_double.add((column + across, row + down))

    def joined(self) -> Iterator[Stroke]:
        """All that was drawn, in an order that does not depend on that of the cells."""
        pieces: dict[_Track, list[tuple[float, float]]] = defaultdict(list)
        bends: dict[tuple[str, int], list[tuple[int, int, str]]] = defaultdict(list)
        for (column, row), (found, ink) in self._cells.items():
            x, y = column * CELL_WIDTH, row * CELL_HEIGHT
            if found.is_arc:
                bends[ink, _WIDTHS[Weight.LIGHT]].append((column, row, _bend(x, y, found.arms)))
                continue
            is_single = (column, row) not in self._beside_double
            for line in found.lines if is_single else _lines(self._matched(column, row, found)):
                across, along = (x, y) if line.is_vertical else (y, x)
                track = _Track(ink, line.width, line.is_vertical, line.at + across)
                pieces[track].append((line.start + along, line.end + along))
        straight: dict[tuple[str, int], list[_Track]] = defaultdict(list)
        for track in sorted(pieces):
            straight[track.ink, track.width].append(track)
        for pen in sorted(straight.keys() | bends.keys()):
            data = [bend for _, _, bend in sorted(bends[pen])]
            data += [part for track in straight[pen] for part in _drawn(track, pieces[track])]
            yield Stroke(*pen, "".join(data))

    def _matched(self, column: int, row: int, found: Glyph) -> Mapping[int, Weight]:
        """The arms of a cell, double where they meet a double one: no character is half double and half heavy."""
        arms = dict(found.arms)
        for side in arms:
            across, down = _STEPS[side]
            neighbour = self._cells.get((column + across, row + down))
            if neighbour and neighbour[0].arms.get(OPPOSITE[side]) is Weight.DOUBLE:
                arms[side] = Weight.DOUBLE
        return arms


def number(length: float) -> str:
    """A coordinate: whole, or a half."""
    return f"{length:.1f}".removesuffix(".0")


def _lines(arms: Mapping[int, Weight]) -> Iterator[Line]:
    for side, weight in arms.items():
        is_vertical = side in (UP, DOWN)
        length, breadth = (CELL_HEIGHT, CELL_WIDTH) if is_vertical else (CELL_WIDTH, CELL_HEIGHT)
        for offset, start in _rails(arms, side):
            ends = (0, length / 2 - start) if side in (UP, LEFT) else (length / 2 + start, length)
            yield Line(_WIDTHS[weight], is_vertical, breadth / 2 + offset, *ends)


def _dashes(is_vertical: bool) -> Iterator[Line]:
    """As many in a cell as it is long, so that they are alike on all sides of a box."""
    length, breadth = (CELL_HEIGHT, CELL_WIDTH) if is_vertical else (CELL_WIDTH, CELL_HEIGHT)
    count = round(length / _PITCH)
    for dash in range(count):
        middle = (dash + 0.5) * length / count
        yield Line(1, is_vertical, breadth / 2, middle - _DASH / 2, middle + _DASH / 2)


def _rails(arms: Mapping[int, Weight], side: int) -> Iterator[tuple[int, int]]:
    """The lines of an arm: how far aside each runs (negative: up or left), and how far from the middle it starts."""
    before, after = (LEFT, RIGHT) if side in (UP, DOWN) else (UP, DOWN)
    doubled = [arms.get(other) is Weight.DOUBLE for other in (before, after)]
    if arms[side] is Weight.DOUBLE:  # at a corner one line goes round the outside, the other round the inside
        for offset, (near, far) in ((-_RAIL, doubled), (_RAIL, doubled[::-1])):
            yield offset, _RAIL if near else -_RAIL if far else 0
    elif OPPOSITE[side] in arms or not any(doubled):
        yield 0, 0
    else:  # ends at a double line
        yield 0, _RAIL if all(doubled) else -_RAIL


def _bend(x: int, y: int, arms: Mapping[int, Weight]) -> str:
    """Round a corner, from the upper or lower edge of a cell to its left or right one."""
    middle, centre = x + CELL_WIDTH / 2, y + CELL_HEIGHT / 2
    edge, turn = (y, centre - CELL_WIDTH / 2) if UP in arms else (y + CELL_HEIGHT, centre + CELL_WIDTH / 2)
    end = x if LEFT in arms else x + CELL_WIDTH
    points = f"{number(middle)} {number(centre)} {number(end)} {number(centre)}"
    return f"M{number(middle)} {number(edge)}V{number(turn)}Q{points}"


def _drawn(track: _Track, pieces: Iterable[tuple[float, float]]) -> Iterator[str]:
    at = number(track.at)
    for start, end in (map(number, piece) for piece in _merged(pieces)):
        yield f"M{at} {start}V{end}" if track.is_vertical else f"M{start} {at}H{end}"


def _merged(pieces: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """The same lines in as few pieces as possible, in order."""
    merged: list[tuple[float, float]] = []
    for start, end in sorted(pieces):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return merged
