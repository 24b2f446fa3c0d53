"""What a screen that shows a run does to change what of the graph is drawn, and how."""

from __future__ import annotations

from collections.abc import Callable

from textual import on

from backprop_tui.drawing.boxes import LabelStyle
from backprop_tui.folding.lines import HIDDEN
from backprop_tui.tui.lines import Ink, Page, Span
from backprop_tui.tui.panels import graph_edges
from backprop_tui.tui.panels.sizes_legend import legend
from backprop_tui.tui.scenery import DETAILS, LEVEL_NAMES, Look, Scenery
from backprop_tui.tui.screens.finding import Finding
from backprop_tui.tui.widgets.graph_canvas import GraphCanvas
from backprop_tui.tui.widgets.panel import Panel

_COLUMNS, _ROWS = 8, 4
"""How far the graph is panned at once."""
_EDGES = 6
"""Columns of the frame around a text in its edge."""
_ALL_IN_VIEW = "All of the drawing is in view"


class Looking(Finding):
    """A screen with the actions of `look_actions`."""

    _upper: Panel
    _lower: Panel
    _pointed: int | None = None
    """The node that was selected by a click on the box that it is in."""

    @property
    def scenery(self) -> Scenery:
        """What can be drawn of the run."""
        raise NotImplementedError

    def show_graph(self) -> None:
        """Draw the graph at the session's position."""
        session = self.session
        node = session.focus if session.focus is not None else session.node
        self._canvas.set_position(session.position, session.selected, node)
        self._show_edges()

    @on(GraphCanvas.Reported)
    def _show_edges(self) -> None:
        self._upper.redraw()
        self._lower.redraw()

    def upper_edge(self, width: int, _height: int) -> Page:
        """The frame above the graph."""
        setting = self._canvas.setting
        look = self._canvas.shown_look
        return graph_edges.upper(look, setting.scene if setting else None, self.scenery.nodes, width)

    def lower_edge(self, width: int, _height: int) -> Page:
        """The frame below the graph."""
        canvas, session, setting = self._canvas, self.session, self._canvas.setting
        if setting is None:
            return graph_edges.lower((), width)
        if canvas.progress:
            what = f"Drawing {self.scenery.nodes:,} nodes"
            return graph_edges.lower(graph_edges.progress_line(what, canvas.progress, width), width)
        if canvas.is_refused:
            return graph_edges.lower(graph_edges.REFUSED, width)
        box = setting.scene.box_of[session.node]
        if box == HIDDEN or setting.scene.group(box) is None or (session.event is None and session.selected is None):
            has_trouble = session.trouble is not None
            scale = legend(canvas.emphasis, width - _EDGES, has_trouble=has_trouble)
            return graph_edges.lower((Span(scale, Ink.FAINT),) if scale else (), width)
        is_selected = session.selected is not None
        state = setting.view(session.position, session.selected).node(box)
        line = graph_edges.group_line(setting.scene, box, state, is_selected=is_selected, cells=width)
        return graph_edges.lower(line, width)

    def change_look(self, change: Callable[[Look], Look]) -> None:
        """Draw something else."""
        self._canvas.look = change(self._canvas.look)
        self.say()

    def open_group(self) -> bool:
        """Open what hides the selected or current node. If there is a group's box that the user means, only that.

        Returns False if the node is not hidden.
        """
        selected, node = self.session.selected, self.session.node
        group = self.scenery.group_at(self._canvas.look, node)
        if group is None:
            return False
        if selected in (None, self._pointed):
            self.change_look(lambda look: self.scenery.opened(look, group))
        else:
            self.change_look(lambda look: self.scenery.revealed(look, node))
        return True

    @on(GraphCanvas.NodeSelected)
    def _select_box(self, event: GraphCanvas.NodeSelected) -> None:
        """Select a box; a group that is selected already opens."""
        self._pointed = event.node
        if event.is_again and self.open_group():
            return
        self.session.select(None if event.is_again else event.node)
        self.changed()

    @on(GraphCanvas.Zoomed)
    def _zoom(self, event: GraphCanvas.Zoomed) -> None:
        self.change_look(lambda look: look.zoomed(self._canvas.drawing, event.steps))

    def action_neighbourhood(self) -> None:
        """Draw what is around the node, or all again."""
        self.change_look(lambda look: self.scenery.focused(look, self.session.node))

    def action_fold(self) -> None:
        """Fold the group around the node."""
        self._change_groups(lambda look: self.scenery.closed(look, self.session.node))

    def action_unfold(self) -> None:
        """Open all groups; if they are open, fold the graph."""
        self._change_groups(self.scenery.unfolded)

    def _change_groups(self, change: Callable[[Look], Look]) -> None:
        """Fold or open; say so if there is nothing to."""
        before = self._canvas.look
        self.change_look(change)
        if self._canvas.look == before:
            has_groups = len(self.scenery.stage.groups) > 0
            self.say("No group around it to fold" if has_groups else "This graph has no groups to fold")

    def action_richer(self) -> None:
        """Show more detail."""
        self._change_detail(1, f"There is no more detail than {LEVEL_NAMES[0]}")

    def action_plainer(self) -> None:
        """Show less detail."""
        self._change_detail(-1, f"There is no less detail than {LEVEL_NAMES[-1]}")

    def _change_detail(self, steps: int, nowhere: str) -> None:
        """Zoom as far as it goes."""
        look, drawing = self._canvas.look, self._canvas.drawing
        zoomed = look.zoomed(drawing, steps)
        if zoomed.level == look.level_of(drawing):
            self.say(nowhere)
        else:
            self.change_look(lambda _: zoomed)

    def action_fit(self) -> None:
        """Show as much detail as fits."""
        if self._canvas.look.fitted() == self._canvas.look:
            self.say("The detail is that for this window already")
        else:
            self.change_look(Look.fitted)

    def action_turn(self) -> None:
        """Draw the other way round."""
        self.change_look(lambda look: look.turned(self._canvas.drawing))

    def action_labels(self) -> None:
        """Show or hide the local derivatives."""
        look, drawing = self._canvas.look, self._canvas.drawing
        is_certain = look.level is not None or look.has_labels
        if drawing and is_certain and DETAILS[look.level_of(drawing)].label is LabelStyle.NONE:
            self.say("With so little detail there are no labels")
        else:
            self.say()
            self._canvas.toggle_labels()

    def action_overview(self) -> None:
        """Show or hide the map."""
        had_map = self._canvas.has_map
        self._canvas.toggle_map()
        if self._canvas.viewport.fits:
            self.say(_ALL_IN_VIEW)
        else:
            self.say("There is no room for the map" if self._canvas.has_map == had_map else "")

    def action_pan_left(self) -> None:
        """Show what is further left."""
        self._pan(-_COLUMNS, 0)

    def action_pan_right(self) -> None:
        """Show what is further right."""
        self._pan(_COLUMNS, 0)

    def action_pan_up(self) -> None:
        """Show what is further up."""
        self._pan(0, -_ROWS)

    def action_pan_down(self) -> None:
        """Show what is further down."""
        self._pan(0, _ROWS)

    def _pan(self, columns: int, rows: int) -> None:
        had_hint = self.session.repeat > 0 or self.session.remark
        count = self.session.take_repeat()
        before = self._canvas.viewport
        self._canvas.pan(columns * count, rows * count)
        if before == self._canvas.viewport:
            self.say(_ALL_IN_VIEW if before.fits else "The drawing goes no further")
        elif had_hint:
            self.say()
