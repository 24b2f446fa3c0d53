"""Apps that are nothing but the canvas."""

from __future__ import annotations

from textual.app import App, ComposeResult

from backprop_tui.drawing.graph_view import RunTexts
from backprop_tui.drawing.pieces import Rectangle
from backprop_tui.engine.run import run
from backprop_tui.engine.timeline import Timeline
from backprop_tui.tui.scenery import Look, Scenery
from backprop_tui.tui.themes import extra_variables
from backprop_tui.tui.widgets.graph_canvas import GraphCanvas
from tests.graphs import chain

LARGE = 700
"""Nodes: too many to be drawn between two frames."""


class CanvasApp(App[None]):
    """Nothing but the canvas."""

    def __init__(self, timeline: Timeline | None, position: int = 0) -> None:
        super().__init__()
        self.timeline = timeline
        self.position = position
        self.clicked: list[int] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return extra_variables(self.current_theme)

    def compose(self) -> ComposeResult:
        yield GraphCanvas()

    def on_mount(self) -> None:
        if self.timeline:
            self.show(self.timeline)
            self.canvas.set_position(self.position)

    def show(self, timeline: Timeline, look: Look | None = None) -> None:
        scenery = Scenery(RunTexts(timeline))
        self.canvas.show(scenery, look or scenery.first)

    def on_graph_canvas_node_selected(self, event: GraphCanvas.NodeSelected) -> None:
        self.clicked.append(event.node)

    @property
    def canvas(self) -> GraphCanvas:
        return self.query_one(GraphCanvas)

    def text(self) -> list[str]:
        return [self.canvas.render_line(y).text for y in range(self.canvas.size.height)]


class LargeApp(CanvasApp):
    """The canvas with a large graph, all of it."""

    def __init__(self, position: int = 0) -> None:
        super().__init__(run(chain(LARGE - 1)), position)

    def show(self, timeline: Timeline, look: Look | None = None) -> None:
        super().show(timeline, look or Look())


def box_of(canvas: GraphCanvas, node: int) -> Rectangle:
    assert canvas.drawing is not None
    return canvas.drawing.boxes[node].rectangle
