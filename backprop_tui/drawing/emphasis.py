"""Which lines stand out in a row: those along which something flows, and those along which much has come back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, pairwise

from backprop_tui.drawing.drawing import Drawing
from backprop_tui.drawing.glyphs import DOWNWARD, RIGHTWARD
from backprop_tui.drawing.pieces import Point
from backprop_tui.drawing.state import WEIGHTS, Flow, State
from backprop_tui.drawing.strokes import along

_ONE_WAY_COLUMNS, _ONE_WAY_ROWS = 24, 8
"""How far a lit line goes straight on before an arrow stands in it."""


class Lit:
    """The lines along which something flows in the current event."""

    def __init__(self, drawing: Drawing, state: State, flowed: float) -> None:
        """`flowed` is the share of them that is lit already, from where something flows out."""
        self._orientation = drawing.orientation
        self._lines = [drawing.line_of(edge) for edge in state.lit if edge in drawing.ports]
        is_forward = state.lit_flow is Flow.FORWARD
        if flowed < 1:
            self._lines = [_part(line, flowed, is_forward) for line in self._lines]
        self.arrows: Mapping[Point, str] = dict(_arrows(self._lines, is_forward))
        """Those in long straight pieces: both ends of such a line may be out of view."""

    def sides(self, y: int, x0: int, x1: int) -> dict[int, int]:
        """Column -> the sides on which a lit line leaves the cell in row `y`."""
        sides: dict[int, int] = {}
        for corners in self._lines:
            for x, own in along(corners, self._orientation, y, x0, x1):
                sides[x] = sides.get(x, 0) | own
        return sides


def weights(
    drawing: Drawing, state: State, nodes: Iterable[int], *, y: int, x0: int, x1: int
) -> dict[int, tuple[int, int]]:
    """Column -> the largest weight of the lines in row `y` that carry values of these nodes, and their heavy sides.

    Where nothing has come back yet there is none.
    """
    found: dict[int, tuple[int, int]] = {}
    for edge in chain.from_iterable(drawing.graph.consumers[node] for node in nodes):
        weight = state.weight(edge) if edge in drawing.ports else None
        if weight is None:
            continue
        for x, own in along(drawing.line_of(edge), drawing.orientation, y, x0, x1):
            most, heavy = found.get(x, (0, 0))
            found[x] = max(most, weight), heavy | own if weight == len(WEIGHTS) else heavy
    return found


def _arrows(lines: Iterable[Sequence[Point]], is_forward: bool) -> Iterable[tuple[Point, str]]:
    for (x, y), (x1, y1) in chain.from_iterable(map(pairwise, lines)):
        width, height = x1 - x, y1 - y
        count = max(abs(width) // _ONE_WAY_COLUMNS, abs(height) // _ONE_WAY_ROWS)
        glyphs = RIGHTWARD if width else DOWNWARD
        glyph = glyphs.forward if (width + height > 0) == is_forward else glyphs.backward
        for part in range(1, 2 * count, 2):
            yield (x + width * part // (2 * count), y + height * part // (2 * count)), glyph


def _part(line: Sequence[Point], share: float, is_forward: bool) -> list[Point]:
    """The corners of a part of a line, from the operand on, or back from the consumer."""
    if not is_forward:
        return _part(line[::-1], share, True)[::-1]
    left = share * sum(abs(x1 - x) + abs(y1 - y) for (x, y), (x1, y1) in pairwise(line))
    corners = [line[0]]
    for (x, y), (x1, y1) in pairwise(line):
        length = abs(x1 - x) + abs(y1 - y)
        if left <= length:
            return [*corners, (x + round(left / length * (x1 - x)), y + round(left / length * (y1 - y)))]
        corners.append((x1, y1))
        left -= length
    return corners
