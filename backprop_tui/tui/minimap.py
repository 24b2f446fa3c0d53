"""A drawing seen from far away, in dots of braille, eight to a cell. Pure; made once for each drawing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from backprop_tui.drawing.drawing import Drawing
from backprop_tui.drawing.pieces import Point, Rectangle
from backprop_tui.tui.lines import Ink, Line, Span
from backprop_tui.tui.viewport import overlap

_BLANK = 0x2800
_ACROSS, _DOWN = 2, 4
"""Dots in a cell."""
_HERE = "●"
_SHARE = 4
"""The map takes at most one part in so many of a window."""
_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bit of a dot, by row and column in its cell."""


class Minimap:
    """Which boxes a drawing has where, in `width` by `height` cells of braille."""

    def __init__(self, drawing: Drawing, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._columns, self._rows = max(1, drawing.width), max(1, drawing.height)
        """Of the drawing."""
        bits = [[0] * width for _ in range(height)]
        dots: set[Point] = set()
        for box in map(drawing.rectangle, drawing.boxes):
            left, right = self._across(box.x), self._across(box.x + box.width - 1)
            top, bottom = self._down(box.y), self._down(box.y + box.height - 1)
            if left == right and top == bottom:
                dots.add((left, top))
            else:
                dots.update((x, y) for x in range(left, right + 1) for y in range(top, bottom + 1))
        for x, y in dots:
            bits[y // _DOWN][x // _ACROSS] |= _BITS[y % _DOWN][x % _ACROSS]
        self.rows: Sequence[str] = ["".join([chr(_BLANK + cell) for cell in row]) for row in bits]

    def cells(self, part: Rectangle) -> Rectangle:
        """The cells of the map that a part of the drawing is in: at least one."""
        left, top = self._across(part.x) // _ACROSS, self._down(part.y) // _DOWN
        right = self._across(part.x + max(1, part.width) - 1) // _ACROSS
        bottom = self._down(part.y + max(1, part.height) - 1) // _DOWN
        return Rectangle(left, top, right - left + 1, bottom - top + 1)

    @property
    def framed(self) -> tuple[int, int]:
        """Columns and rows that it takes with its frame."""
        return self.width + 2, self.height + 2

    def line(self, row: int, seen: Rectangle, here: Rectangle | None, ink: Ink) -> Line:
        """A line of the map in its frame: the part that is seen stands out, what is happening `here` is marked."""
        if not 0 < row <= self.height:
            left, right = "╭╮" if row == 0 else "╰╯"
            return (Span(left + "─" * self.width + right, Ink.FRAME),)
        row -= 1
        dots, part = self.rows[row], self.cells(seen)
        is_seen = part.y <= row < part.y + part.height
        mark = self._middle(here) if here else None
        edges = {0, self.width}
        if is_seen:
            edges |= {part.x, part.x + part.width}
        if mark and mark[1] == row:
            edges |= {mark[0], mark[0] + 1}
        spans = [Span("│", Ink.FRAME)]
        for start, stop in pairwise(sorted(edges)):
            lit = is_seen and part.x <= start < part.x + part.width
            if mark == (start, row):
                spans.append(Span(_HERE, ink, lit))
            else:
                spans.append(Span(dots[start:stop], Ink.TEXT if lit else Ink.FAINT, lit))
        return (*spans, Span("│", Ink.FRAME))

    def mark(self, here: Rectangle) -> Rectangle:
        """The cell of the mark, counted from the corner of the frame."""
        column, row = self._middle(here)
        return Rectangle(column + 1, row + 1, 1, 1)

    def place(self, column: int, row: int) -> Point:
        """The place of the drawing in the middle of a cell; of the nearest one, if there is no such cell."""
        column, row = max(0, min(column, self.width - 1)), max(0, min(row, self.height - 1))
        return (2 * column + 1) * self._columns // (2 * self.width), (2 * row + 1) * self._rows // (2 * self.height)

    def _middle(self, part: Rectangle) -> Point:
        cell = self.cells(Rectangle(part.x + part.width // 2, part.y + part.height // 2, 1, 1))
        return cell.x, cell.y

    def _across(self, x: int) -> int:
        return max(0, min(x * self.width * _ACROSS // self._columns, self.width * _ACROSS - 1))

    def _down(self, y: int) -> int:
        return max(0, min(y * self.height * _DOWN // self._rows, self.height * _DOWN - 1))


def size_of_map(width: int, height: int, columns: int, rows: int) -> tuple[int, int]:
    """The cells of the map of a drawing of `columns` by `rows` in a window of `width` by `height`.

    At most a quarter of the window across and a third down; the drawing keeps its shape unless it is very long.

    >>> size_of_map(60, 27, 110, 230), size_of_map(60, 27, 5_000, 30)
    ((6, 7), (15, 2))
    """
    most_across, most_down = max(4, min(28, width // 4)), max(2, min(12, height // 4 + 1))
    scale = max(columns / most_across, rows / most_down)
    return (
        max(min(6, most_across), min(most_across, round(columns / scale))),
        max(2, min(most_down, round(rows / scale))),
    )


def corner_for(
    size: tuple[int, int],
    window: tuple[int, int],
    busy: Iterable[Rectangle],
    now: Rectangle | None,
    lively: Iterable[Rectangle] = (),
) -> Rectangle | None:
    """The part of a window where a map of that size is: a corner where nothing is going on, the present one if it can.

    What is `busy` counts for more than what is `lively`. None if there is no room for it: it may take a quarter of the
    window, and half of its rows.
    """
    width, height = size
    right, bottom = window[0] - width, window[1] - height
    if right < 0 or _SHARE * width * height > window[0] * window[1] or 2 * height > window[1]:
        return None
    corners = [Rectangle(x, y, width, height) for x, y in ((right, bottom), (right, 0), (0, bottom), (0, 0))]
    free = _without(corners, busy) or corners[:1]
    quiet = _without(free, lively) or free
    return now if now in quiet else quiet[0]


def _without(corners: Iterable[Rectangle], parts: Iterable[Rectangle]) -> list[Rectangle]:
    """The corners that cover none of these parts."""
    covered = list(parts)
    return [corner for corner in corners if not any(overlap(corner, part) for part in covered)]
