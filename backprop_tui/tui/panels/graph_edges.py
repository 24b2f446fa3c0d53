"""The upper and the lower edge around the graph: what of it is drawn, and what is in the group that one looks at."""

from __future__ import annotations

from backprop_tui.drawing.state import NodeState
from backprop_tui.folding.groups import ALL_OPEN_UP_TO, shortened
from backprop_tui.folding.scene import Scene
from backprop_tui.formatting import typeset
from backprop_tui.progress import Progress
from backprop_tui.tui.action import key_name
from backprop_tui.tui.lines import Ink, Line, Page, Span, width
from backprop_tui.tui.panels.progress import bar
from backprop_tui.tui.scenery import LEVEL_NAMES, Look
from backprop_tui.tui.widgets.panel import edge

_NAME = 24
"""Columns of a name."""
_BAR = 24
_BETWEEN = "   "


def upper(look: Look, scene: Scene | None, nodes: int, cells: int) -> Page:
    """`╭─ Graph   979 nodes as 18 boxes ─────╮`."""
    title = Span("Graph", Ink.HEADING)
    parts = [_what(look, scene, nodes)] if scene else []
    if look.level is not None:
        parts.append(LEVEL_NAMES[look.level])
    said = [part for part in parts if part]
    room = cells - len(title.text) - 5
    while said and len(_BETWEEN.join(("", *said))) > room:
        said.pop()
    line: Line = (title, Span(_BETWEEN.join(("", *said)), Ink.FAINT)) if said else (title,)
    return Page.of([edge("╭", line, "╮", cells)])


def _what(look: Look, scene: Scene, nodes: int) -> str:
    boxes = len(scene.contents)
    if look.is_focused:
        return f"in focus: {boxes} of {nodes:,} nodes"
    if scene.is_whole:
        return f"{nodes:,} nodes" if nodes > ALL_OPEN_UP_TO else ""
    return f"{nodes:,} nodes as {boxes:,} boxes"


def lower(line: Line, cells: int) -> Page:
    """`╰─ h0_1  81 of 528 values   Enter opens it ───╯`."""
    return Page.of([edge("╰", line, "╯", cells)])


def group_line(scene: Scene, box: int, state: NodeState, *, is_selected: bool, cells: int) -> Line:
    """What is in a folded group, if the user has selected it; else how far it is."""
    keys: Line = (Span(_BETWEEN), Span(key_name("enter"), Ink.KEY), Span(" opens it", Ink.FAINT))
    name = Span(shortened(typeset(scene.title(box)), _NAME), Ink.STRONG)
    progress: Line = (Span(f"  {state.value}", Ink.FORWARD), Span(f"  ∇ {state.gradient}", Ink.BACKWARD))
    candidates: list[Line] = [progress]
    if is_selected:
        summary = scene.summary(box)
        candidates = [(Span(f"  {text}"),) for text in (summary.text, f"{summary.nodes:,} nodes")]
    lines: list[Line] = [(name, *rest, *keys) for rest in candidates]
    return next((line for line in lines if width(line) <= cells - 6), (name,))


def progress_line(what: str, progress: Progress, cells: int) -> Line:
    """`Drawing 9,781 nodes ━━━━╸──── 43 %   Esc stops`."""
    share = bar(progress.share, max(6, min(_BAR, cells - 40)))
    return (
        Span(f"{what} ", Ink.STRONG),
        Span(share, Ink.FORWARD),
        Span(_BETWEEN),
        Span(key_name("escape"), Ink.KEY),
        Span(" stops", Ink.FAINT),
    )


REFUSED: Line = (Span("There are too many lines between these boxes to draw them.", Ink.STRONG),)
