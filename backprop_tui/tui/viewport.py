"""The window on a drawing: which part of it is seen, and how little it moves to show another. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

from backprop_tui.drawing.pieces import Point, Rectangle

_MARGIN = 6
"""Where the window has to move, this part of it, one over so many, is left free beside what it moves to."""
_WIDEST_MARGIN = 8
"""Columns; half as many rows."""


@dataclass(frozen=True)
class Viewport:
    """A window of `width` by `height` cells on a content; both may be empty. What is smaller stands in the middle."""

    width: int = 0
    height: int = 0
    content_width: int = 0
    content_height: int = 0
    x: int = 0
    """The first column of the content that is seen."""
    y: int = 0
    """The first row."""

    @property
    def origin(self) -> Point:
        """Where in the window the top left corner of the content is."""
        return (
            max(0, (self.width - self.content_width) // 2) - self.x,
            max(0, (self.height - self.content_height) // 2) - self.y,
        )

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows of the window."""
        return self.width, self.height

    @property
    def place(self) -> Point:
        """Where in the content it is."""
        return self.x, self.y

    @property
    def fits(self) -> bool:
        """Whether all of the content is seen."""
        return self.content_width <= self.width and self.content_height <= self.height

    @property
    def seen(self) -> Rectangle:
        """The part of the content that is seen."""
        return Rectangle(self.x, self.y, min(self.width, self.content_width), min(self.height, self.content_height))

    def at(self, x: int, y: int) -> Self:
        """The window moved there, as far as the content goes."""
        return replace(
            self,
            x=max(0, min(x, self.content_width - self.width)),
            y=max(0, min(y, self.content_height - self.height)),
        )

    def resized(self, width: int, height: int) -> Self:
        """Another window at the same place."""
        return replace(self, width=width, height=height).at(self.x, self.y)

    def over(self, content_width: int, content_height: int) -> Self:
        """The window on another content, at the same place."""
        return replace(self, content_width=content_width, content_height=content_height).at(self.x, self.y)

    def moved(self, columns: int, rows: int) -> Self:
        """The window moved so far to the right and down."""
        return self.at(self.x + columns, self.y + rows)

    def centred(self, part: Rectangle) -> Self:
        """The window with a part of the content in its middle."""
        x, y, width, height = part
        return self.at(x + width // 2 - self.width // 2, y + height // 2 - self.height // 2)

    def shows(self, part: Rectangle) -> bool:
        """Whether all of a part of the content is seen; of one that is larger than the window, as much as can be."""
        return self._reached(part, 0, 0) == self

    def following(self, part: Rectangle) -> Self:
        """The window where it is, if it shows the part; else moved as little as leaves some space around that."""
        across = min(self.width // _MARGIN, _WIDEST_MARGIN)
        along = min(self.height // _MARGIN, _WIDEST_MARGIN // 2)
        return self._reached(part, across, along)

    def _reached(self, part: Rectangle, across: int, along: int) -> Self:
        return self.at(
            _reach(self.x, self.width, part.x, part.width, across),
            _reach(self.y, self.height, part.y, part.height, along),
        )


def _reach(at: int, size: int, start: int, length: int, margin: int) -> int:
    """Where a window along one axis begins after moving to a stretch."""
    if at <= start and start + length <= at + size:
        return at  # along this axis there is nothing to do
    margin = max(0, min(margin, (size - length) // 2))
    if start < at or length > size:
        return start - margin
    return start + length + margin - size


def around(parts: Iterable[Rectangle]) -> Rectangle:
    """The smallest rectangle that holds these; there must be one."""
    edges = [(x, y, x + width, y + height) for x, y, width, height in parts]
    left, top = min(edge[0] for edge in edges), min(edge[1] for edge in edges)
    right, bottom = max(edge[2] for edge in edges), max(edge[3] for edge in edges)
    return Rectangle(left, top, right - left, bottom - top)


def overlap(one: Rectangle, other: Rectangle) -> bool:
    """Whether two rectangles have a cell in common."""
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )
