"""The picture that `txt` and `svg` share: a title, a caption, and the drawing cell for cell as the app shows it."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import NamedTuple

from backprop_tui.drawing.drawing import Drawing
from backprop_tui.drawing.graph_view import MOST_DRAWN
from backprop_tui.drawing.levels import LEVELS, Levels
from backprop_tui.drawing.orientation import Orientation
from backprop_tui.drawing.render import Picture, Run
from backprop_tui.export.formats import CannotExport
from backprop_tui.export.snapshot import Snapshot
from backprop_tui.formatting import clip

_ANY_HEIGHT = 1_000_000_000
_HEADER = 100
"""Characters that title and caption may take, even over a narrower drawing."""


class Page(NamedTuple):
    """What there is to see."""

    title: str
    caption: Sequence[str]
    """Lines of text."""
    rows: Sequence[Sequence[Run]]
    """The drawing, from its top."""
    width: int
    """Of the drawing."""


def page(snapshot: Snapshot, width: int | None) -> Page:
    """The picture in all detail, or in as much as fits `width` columns. Raises CannotExport."""
    drawing = _drawing(snapshot, width)
    picture = Picture(drawing, snapshot.view)
    columns = width or max(drawing.width, _HEADER)
    rows = [picture.row(y, 0, drawing.width) for y in range(drawing.height)]
    caption = [snapshot.caption_line]
    if len(caption[0]) > columns:
        caption = [line for part in snapshot.caption for line in wrap(part, columns)]
    return Page(clip(snapshot.title, columns), caption, rows, drawing.width)


def _drawing(snapshot: Snapshot, width: int | None) -> Drawing:
    """The drawing of the whole graph: the one place that decides what of a large graph is drawn."""
    texts, graph = snapshot.texts, snapshot.view.graph
    if not texts.is_drawn:
        tangled = "" if len(graph) > MOST_DRAWN else ", with so many lines between them"
        raise CannotExport(f"{len(graph):,} nodes are too many to draw{tangled}; dot and mermaid take any graph")
    levels = Levels(graph, texts.fields)
    if width is None:
        return levels.draw(LEVELS[0])
    drawing = levels.richest(width, _ANY_HEIGHT)
    if drawing.width > width:
        least = min(levels.draw(level, way).width for level in LEVELS for way in Orientation)
        raise CannotExport(f"the drawing does not fit {width} columns; it needs {least}")
    return drawing
