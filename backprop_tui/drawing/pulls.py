"""What decides where items stand across: which lines are to be straight, and how near two items may be.

The words are those of a top-down drawing, in which a place across is a column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from backprop_tui.drawing.boxes import Shape
from backprop_tui.drawing.layers import Layers

Neighbours: TypeAlias = Sequence[Sequence[tuple[int, int]]]
"""Item -> (item in the next row, how far right of it the item is when their line is straight)."""


class Spacing(NamedTuple):
    """Blank cells across, at least."""

    boxes: int
    """Between two boxes."""
    lines: int
    """Between a line and what is beside it."""


@dataclass(frozen=True, slots=True)
class Pulls:
    """The ordered rows of a layered graph, and what pulls their items where."""

    layers: Layers
    rows: Sequence[Sequence[int]]
    place: Sequence[int]
    """Item -> its place in its row."""
    up: Neighbours
    """The neighbours above, without the lines that have to bend so that a better one stays straight."""
    down: Neighbours
    pitch: Sequence[int]
    """Item -> how far right of it the next one in its row stands at least."""

    @classmethod
    def of(cls, layers: Layers, rows: Sequence[Sequence[int]], shapes: Sequence[Shape], spacing: Spacing) -> Pulls:
        """Those of boxes of these shapes."""
        places = [0] * len(layers.level)
        for row in rows:
            for place, item in enumerate(row):
                places[item] = place
        up, down = _neighbours(layers, shapes, places)
        return cls(layers, rows, places, up, down, _pitch(layers, rows, shapes, spacing))

    def length(self, row: Sequence[int]) -> int:
        """The least room that a row needs."""
        return sum([self.pitch[item] for item in row])

    def width(self, left: Sequence[int]) -> int:
        """How wide everything is when the items have these columns."""
        firsts = [left[row[0]] for row in self.rows]
        ends = [left[row[-1]] + self.pitch[row[-1]] for row in self.rows]
        return max(ends, default=0) - min(firsts, default=0)


def _pitch(layers: Layers, rows: Sequence[Sequence[int]], shapes: Sequence[Shape], spacing: Spacing) -> list[int]:
    pitch = [shape.extent for shape in shapes]
    nodes = layers.nodes
    for row in rows:
        for item, after in pairwise(row):
            pitch[item] += spacing.boxes if item < nodes and after < nodes else spacing.lines
    return pitch


def _neighbours(layers: Layers, shapes: Sequence[Shape], places: Sequence[int]) -> tuple[Neighbours, Neighbours]:
    """Neighbours above and below.

    Of the lines into a box those from operations come first, then buses, then inputs: neither parameters nor
    skip connections bend the trunk. Of the lines out of a box those to boxes come first; a bus goes on straight.
    """
    up: list[list[tuple[int, int]]] = [[] for _ in layers.level]
    down: list[list[tuple[int, int]]] = [[] for _ in layers.level]
    nodes, above, weight = layers.nodes, layers.above, layers.weight
    heaviest = [max([weight[feeder] for feeder in feeders], default=0) for feeders in above]
    for item, fed in enumerate(layers.below):
        if len(fed) > 1:
            is_bus = item >= nodes
            alike = [end for end in fed if (end[0] >= nodes) == is_bus]
            fed = sorted(alike or fed, key=lambda end: (places[end[0]], end[1]))  # noqa: PLW2901
        out, own = shapes[item].exit, weight[item]
        for other, port in fed:
            if len(above[other]) == 1 or own == heaviest[other]:
                offset = shapes[other].ports[port] - out
                down[item].append((other, offset))
                up[other].append((item, -offset))
    for ends in up:
        if len(ends) > 1:
            ends.sort(key=lambda end: (places[end[0]], -end[1]))
    return up, down
