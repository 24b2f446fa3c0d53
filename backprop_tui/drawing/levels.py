"""The levels of detail, and the choice of the richest that fits a window."""

from __future__ import annotations

from backprop_tui.drawing.boxes import BoxStyle, Detail, Fields, LabelStyle
from backprop_tui.drawing.drawing import Arrangement, Drawing
from backprop_tui.drawing.orientation import Orientation
from backprop_tui.graph import Graph
from backprop_tui.progress import Progress

LEVELS = (
    Detail(BoxStyle.FULL, LabelStyle.SYMBOL),
    Detail(BoxStyle.FULL, LabelStyle.NUMBER),
    Detail(BoxStyle.COMPACT, LabelStyle.NUMBER),
    Detail(BoxStyle.COMPACT, LabelStyle.NONE),
    Detail(BoxStyle.LINE, LabelStyle.NONE),
    Detail(BoxStyle.BRIEF, LabelStyle.NONE),
    Detail(BoxStyle.DOT, LabelStyle.NONE),
)
"""From the richest to the plainest."""

_FULL_UP_TO = 20
"""Boxes; where nothing fits, a larger graph shows more of its structure in compact ones."""


class Levels:
    """The drawings of one graph, each made when it is first needed. Deterministic: same size, same drawing."""

    def __init__(self, graph: Graph, fields: Fields) -> None:
        self.graph = graph
        self._fields = fields
        self._drawings: dict[tuple[Detail, Orientation], Drawing] = {}
        self._arrangement: Arrangement | None = None

    def arrange(self, progress: Progress | None = None) -> Arrangement:
        """What the drawings share, made when it is first needed. Raises Cancelled if `progress` says so."""
        if self._arrangement is None:
            self._arrangement = Arrangement(self.graph, progress)
        return self._arrangement

    def draw(
        self, detail: Detail, orientation: Orientation = Orientation.TOP_DOWN, progress: Progress | None = None
    ) -> Drawing:
        """The drawing at a level of detail. Raises Cancelled if `progress` says so."""
        key = detail, orientation
        if key not in self._drawings:
            self._drawings[key] = self.arrange(progress).draw(detail, self._fields, orientation, progress)
        return self._drawings[key]

    def richest(
        self,
        width: int,
        height: int,
        *,
        labels: bool = True,
        orientation: Orientation | None = None,
        progress: Progress | None = None,
    ) -> Drawing:
        """The drawing with the most detail that fits a window; if none does, a readable one to scroll in.

        Without an `orientation` it may run either way: top-down if both show as much, and to scroll in. With `labels`,
        edges show their local derivatives where there is room. `progress` is told of every level that is tried. Raises
        Cancelled if it says so.
        """
        arrangement = self.arrange(progress)
        tried = [level if labels else Detail(level.box, LabelStyle.NONE) for level in LEVELS]
        ways = list(Orientation) if orientation is None else [orientation]
        for detail in progress.over(tried, "drawing") if progress else tried:
            for way in ways:
                least = arrangement.least(detail, way)
                if least[0] > width or least[1] > height:
                    continue  # no need to lay it out
                drawing = self.draw(detail, way, progress)
                if drawing.width <= width and drawing.height <= height:
                    return drawing
        small = arrangement.boxes <= _FULL_UP_TO
        return self.draw(tried[0] if small else tried[2], ways[0], progress)
