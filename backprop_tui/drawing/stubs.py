"""How many edges of a box are left out, in its border: `╭─⋯ 12 more─╮` are operands, at the lower edge consumers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from backprop_tui.drawing.drawing import Drawing
from backprop_tui.drawing.pieces import Box
from backprop_tui.folding.scene import Cut


class Stub(NamedTuple):
    """A text in the border of a box."""

    x: int
    text: str
    box: int


def stubs(drawing: Drawing, cuts: Mapping[int, Cut]) -> Mapping[int, Sequence[Stub]]:
    """The texts by row of the drawing. What has no border, or too short a one, goes without."""
    found: defaultdict[int, list[Stub]] = defaultdict(list)
    if drawing.detail.box.is_boxed:
        for node, cut in cuts.items():
            box = drawing.boxes[node]
            for count, y in ((cut.above, box.y), (cut.below, box.y + box.height - 1)):
                stub = _stub(box, count, y) if count else None
                if stub:
                    found[y].append(stub)
    return found


def _stub(box: Box, count: int, y: int) -> Stub | None:
    """A text that leaves the corners of the box as they are, and the place where its value leaves."""
    way_out = box.exit[0] if box.exit and box.exit[1] == y else None
    for text in (f" ⋯ {count} more ", f" ⋯ {count} ", f"⋯{count}"):
        for x in (box.x + 2, box.x + box.width - 2 - len(text)):
            fits = x > box.x and x + len(text) < box.x + box.width
            if fits and (way_out is None or not x <= way_out < x + len(text)):
                return Stub(x, text, box.node)
    return None
