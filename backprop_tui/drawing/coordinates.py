"""Places across for all items: where lines become straight, balanced, and boxes keep their distance.

Small graphs are aligned in blocks (`aligning`). In a large one blocks push each other far apart: there, and wherever
the drawing becomes much wider than its widest row, rows are packed instead (`packing`).

The words are those of a top-down drawing, in which a place across is a column.
"""

from __future__ import annotations

from collections.abc import Sequence

from backprop_tui.drawing.aligning import aligned
from backprop_tui.drawing.boxes import Shape
from backprop_tui.drawing.layers import Layers
from backprop_tui.drawing.packing import packed
from backprop_tui.drawing.pulls import Pulls, Spacing

_ALIGNED_UP_TO = 4_000
"""Items; in a larger graph it is no use to try."""
_WIDE = 2
"""Times the widest row."""


def columns(layers: Layers, rows: Sequence[Sequence[int]], shapes: Sequence[Shape], spacing: Spacing) -> list[int]:
    """The left edge of every item."""
    if not rows:
        return [0] * len(layers.level)
    pulls = Pulls.of(layers, rows, shapes, spacing)
    left: list[int] = []
    if sum(map(len, rows)) <= _ALIGNED_UP_TO:
        left = aligned(pulls)
    if not left or pulls.width(left) > _WIDE * max(map(pulls.length, rows)):
        left = packed(pulls)
    _settle(left, pulls, shapes)
    margin = min([left[row[0]] for row in rows])
    return [column - margin for column in left]


def exits(layers: Layers, shapes: Sequence[Shape], left: Sequence[int], *, boxed: bool) -> list[int]:
    """Item -> the column where its line leaves: the middle, or straight above a port that is not far from it."""
    columns = [first + shape.exit for first, shape in zip(left, shapes, strict=True)]
    if not boxed:  # lines leave from the mark
        return columns
    for item in range(layers.nodes):
        if not layers.below[item]:
            continue
        middle, shape = columns[item], shapes[item]
        sinks = [left[other] + shapes[other].ports[port] for other, port in layers.below[item]]
        # A line that goes straight down and to both sides would need two rows.
        nearest = min((min(sinks), max(sinks)), key=lambda sink: abs(sink - middle))
        if middle in sinks or abs(nearest - middle) > shape.breadth // 4:
            continue
        if 0 < nearest - left[item] < shape.breadth - 1:
            columns[item] = nearest
    return columns


def _settle(left: list[int], pulls: Pulls, shapes: Sequence[Shape]) -> None:
    """Move inputs right above the nearest port they feed, as far as there is room."""
    above, below = pulls.layers.above, pulls.layers.below
    for row in pulls.rows:
        for place, item in enumerate(row):
            if above[item] or not below[item]:
                continue
            out = left[item] + shapes[item].exit
            ports = [left[other] + shapes[other].ports[port] for other, port in below[item]]
            nearest = min(ports, key=lambda port: abs(port - out))
            wanted = left[item] + nearest - out
            if place:
                before = row[place - 1]
                wanted = max(wanted, left[before] + pulls.pitch[before])
            if place + 1 < len(row):
                wanted = min(wanted, left[row[place + 1]] - pulls.pitch[item])
            left[item] = wanted
