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


class Box(NamedTuple):
    """A node's box."""

    node: int
    x: int
    y: int
    width: int
    height: int
    title: str
    text: int
    """The row of the first line of text, counted from the top of the box."""
    exit: Point | None
    """The cell of its edge where the value leaves; None if nothing uses it."""

    def covers(self, x: int, y: int) -> bool:
        """Whether a cell belongs to it."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height

    @property
    def rectangle(self) -> Rectangle:
        """The cells it covers."""
        return Rectangle(self.x, self.y, self.width, self.height)


class Port(NamedTuple):
    """Where an edge arrives: the cell of its arrow, right before the consumer's box."""

    x: int
    y: int
    edge: Edge
    label: int
    """The widest text of its label, in cells."""
    text: Point
    """Where the label begins."""


class Lead(NamedTuple):
    """A piece of a value's line along the drawing. Its first and last cell join something else."""

    at: int
    """Where across."""
    first: int
    last: int
    node: int


class Trunk(NamedTuple):
    """A piece of a value's line across the drawing, ends included."""

    first: int
    last: int
    node: int


@dataclass(frozen=True, slots=True)
class Band:
    """A layer of boxes, or the channel between two, in places along and across. Everything is sorted across."""

    start: int
    """Where along it begins."""
    depth: int
    boxes: Sequence[Box] = ()
    leads: Sequence[Lead] = ()
    tracks: Sequence[tuple[int, Sequence[Trunk]]] = ()
    """The places along where lines run across, in order, and the pieces there."""
    ports: Sequence[Port] = ()
    """Those after a channel: their arrows stand in its last cells."""
