"""The picture that `txt` and `svg` share: a title, a caption, and the drawing cell for cell as the app shows it."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import NamedTuple

from backprop_tui.drawing.drawing import Drawing
from backprop_tui.drawing.folded_view import FoldedView, RunTallies, SceneTexts
from backprop_tui.drawing.levels import LEVELS, Levels
from backprop_tui.drawing.orientation import Orientation
from backprop_tui.drawing.render import Picture, Run
from backprop_tui.export.formats import CannotExport
from backprop_tui.export.snapshot import Snapshot
from backprop_tui.folding.scene import Scene, Stage
from backprop_tui.formatting import clip
from backprop_tui.graph import Kind

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


def page(snapshot: Snapshot, width: int | None, *, unfolded: bool = False) -> Page:
    """The picture in all detail, or in as much as fits `width` columns. Raises CannotExport.

    A large graph is folded as the app does it at first, unless it is to be `unfolded`.
    """
    scene = _scene(snapshot, unfolded=unfolded)
    texts = SceneTexts(snapshot.texts, RunTallies(snapshot.timeline), scene)
    drawing = _drawing(texts, width)
    picture = Picture(drawing, FoldedView(texts, snapshot.view.position))
    columns = width or max(drawing.width, _HEADER)
    rows = [picture.row(y, 0, drawing.width) for y in range(drawing.height)]
    caption = [snapshot.caption_line]
    if len(caption[0]) > columns:
        caption = [line for part in snapshot.caption for line in wrap(part, columns)]
    if not scene.is_whole:
        nodes = sum(node.kind is not Kind.CONSTANT for node in snapshot.view.graph)
        caption += wrap(f"{nodes:,} nodes as {len(scene.contents):,} boxes", columns)
    return Page(clip(snapshot.title, columns), caption, rows, drawing.width)


def _scene(snapshot: Snapshot, *, unfolded: bool) -> Scene:
    """The boxes that the app begins with, or the whole graph if it is not too large to be looked at."""
    stage = Stage(snapshot.view.graph, snapshot.groups)
    scene = stage.whole if unfolded else stage.first()
    if scene.is_whole and not snapshot.texts.is_drawn:
        many = f"{len(stage.graph):,} nodes are too many to draw, with so many lines between them"
        other = "without --unfolded they are folded" if unfolded else "dot and mermaid take any graph"
        raise CannotExport(f"{many}; {other}")
    return scene


def _drawing(texts: SceneTexts, width: int | None) -> Drawing:
    levels = Levels(texts.scene.graph, texts.fields)
    if width is None:
        return levels.draw(LEVELS[0])
    drawing = levels.fitting(width, _ANY_HEIGHT)
    if drawing is None:
        least = min(levels.draw(level, way).width for level in LEVELS for way in Orientation)
        raise CannotExport(f"the drawing does not fit {width} columns; it needs {least}")
    return drawing
