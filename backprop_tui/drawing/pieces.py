"""What a drawing is made of: boxes, ports and lines, placed in terminal cells.

Columns and rows count from the top left corner of the drawing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from backprop_tui.graph import Edge

Point: TypeAlias = tuple[int, int]
"""Column and row."""

UP, RIGHT, DOWN, LEFT = 1, 2, 4, 8
"""Bits of a cell: the sides on which a line leaves it."""
OPPOSITE = {UP: DOWN, DOWN: UP, LEFT: RIGHT, RIGHT: LEFT}


class Rectangle(NamedTuple):
    """A part of the drawing."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Box:
    """A node's box."""

    node: int
    x: int
    y: int
    width: int
    height: int
    title: str
    exit: int | None
    """Column where the value leaves, at the bottom edge; None if nothing uses it."""

    def __contains__(self, point: Point) -> bool:
        return self.x <= point[0] < self.x + self.width and self.y <= point[1] < self.y + self.height

    @property
    def rectangle(self) -> Rectangle:
        """The cells it covers."""
        return Rectangle(self.x, self.y, self.width, self.height)


@dataclass(frozen=True, slots=True)
class Port:
    """Where an edge arrives: the cell of its arrow, right above the consumer's box."""

    x: int
    y: int
    edge: Edge
    label: int
    """The widest text of its label, in cells, right of the line."""


class Vertical(NamedTuple):
    """A vertical piece of a value's line. Its first and last cell join something else."""

    x: int
    top: int
    bottom: int
    node: int


class Horizontal(NamedTuple):
    """A horizontal piece of a value's line, ends included."""

    left: int
    right: int
    node: int


@dataclass(frozen=True, slots=True)
class Band:
    """A layer of boxes, or the channel between two. Everything is sorted by column."""

    top: int
    height: int
    boxes: Sequence[Box] = ()
    verticals: Sequence[Vertical] = ()
    trunks: Sequence[Sequence[Horizontal]] = ()
    """For each of the first rows of a channel, the horizontal pieces in it."""
    ports: Sequence[Port] = ()
    """Ports under a channel: their arrows stand in its last row."""

    @property
    def right(self) -> int:
        """The column after the last one that is used."""
        ends = [box.x + box.width for box in self.boxes[-1:]]
        ends += [port.x + 1 + port.label for port in self.ports[-1:]]
        ends += [piece.x + 1 for piece in self.verticals[-1:]]
        ends += [row[-1].right + 1 for row in self.trunks if row]
        return max(ends, default=0)
