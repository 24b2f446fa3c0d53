"""The levels of detail, and the choice of the best for a window."""

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

_FULL, _COMPACT = LEVELS[0], LEVELS[2]
*_LINES, _DOTS = LEVELS[4:]
_HALF = 0.5
"""Dots stand in for numbers if the window shows at least this share of the graph in them."""
_NEARLY = 0.75
"""Lines with numbers are better, if they show at least this share of what dots show."""
_FULL_UP_TO = 20
"""Boxes; where nothing else helps, a larger graph shows more of its structure in compact ones."""


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

    def fitting(
        self,
        width: int,
        height: int,
        *,
        labels: bool = True,
        orientation: Orientation | None = None,
        progress: Progress | None = None,
    ) -> Drawing | None:
        """The drawing with the most detail that fits a window; None if none does.

        Without an `orientation` it may run either way: top-down if both show as much. With `labels`, edges show their
        local derivatives where there is room. `progress` is told of every level that is tried. Raises Cancelled if it
        says so.
        """
        ways = list(Orientation) if orientation is None else [orientation]
        tried = [_labelled(level, labels) for level in LEVELS]
        for detail in progress.over(tried, "drawing") if progress else tried:
            for way in ways:
                if found := self._showing(1.0, detail, way, (width, height), progress):
                    return found
        return None

    def richest(
        self,
        width: int,
        height: int,
        *,
        labels: bool = True,
        orientation: Orientation | None = None,
        close: bool = False,
        progress: Progress | None = None,
    ) -> Drawing:
        """The same; where nothing with numbers fits, the best to scroll in, top-down.

        That is dots, or lines with numbers if they show nearly as much. Where dots show less than half of the graph,
        it is boxes again, or lines if those are wider than the window and these are not. `close` is for who looks at a
        few nodes and would rather have their numbers than all of them in view.
        """
        fitting = self.fitting(width, height, labels=labels, orientation=orientation, progress=progress)
        if fitting and (close or fitting.detail != _DOTS):
            return fitting
        way, window = orientation or Orientation.TOP_DOWN, (width, height)
        dots = None if close else fitting or self._showing(_HALF, _DOTS, way, window, progress)
        if dots:
            share = _NEARLY * _seen((dots.width, dots.height), window)
            found = (self._showing(share, detail, way, window, progress) for detail in _LINES)
            return next(filter(None, found), dots)
        first = _FULL if self.arrange(progress).boxes <= _FULL_UP_TO else _COMPACT
        boxes = self.draw(_labelled(first, labels), way, progress)
        if _scrolls_one_way((boxes.width, boxes.height), way, window):
            return boxes
        if not _scrolls_one_way(self.arrange(progress).least(_LINES[-1], way), way, window):
            return boxes  # no need to lay out the lines
        lines = self.draw(_LINES[-1], way, progress)
        return lines if _scrolls_one_way((lines.width, lines.height), way, window) else boxes

    def _showing(
        self, share: float, detail: Detail, way: Orientation, window: tuple[int, int], progress: Progress | None
    ) -> Drawing | None:
        """The drawing at a level, if a window shows at least that share of it."""
        if _seen(self.arrange(progress).least(detail, way), window) < share:
            return None  # no need to lay it out
        drawing = self.draw(detail, way, progress)
        return drawing if _seen((drawing.width, drawing.height), window) >= share else None


def _seen(size: tuple[int, int], window: tuple[int, int]) -> float:
    """The share of a drawing of that size that a window shows."""
    return min(1.0, window[0] / max(1, size[0])) * min(1.0, window[1] / max(1, size[1]))


def _scrolls_one_way(size: tuple[int, int], way: Orientation, window: tuple[int, int]) -> bool:
    """Whether a drawing of that size is to be scrolled only the way in which it runs."""
    across = 0 if way is Orientation.TOP_DOWN else 1
    return size[across] <= window[across]


def _labelled(detail: Detail, labels: bool) -> Detail:
    return detail if labels else Detail(detail.box, LabelStyle.NONE)
