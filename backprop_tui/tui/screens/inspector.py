"""The inspector: one node, element by element, while the run goes on. Keys change the inspection and the session."""

from __future__ import annotations

from collections.abc import Callable

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal

from backprop_tui.formatting import NOT_COMPUTED, shape
from backprop_tui.formulas import partial
from backprop_tui.graph import Edge
from backprop_tui.lenses.jacobian import jacobian_row
from backprop_tui.naming import name_of, statement_of
from backprop_tui.ops.registry import OPERATIONS
from backprop_tui.ops.shapes import count
from backprop_tui.progress import Progress
from backprop_tui.tui.actions import Scope, bindings
from backprop_tui.tui.background import in_background
from backprop_tui.tui.inspection import Inspection
from backprop_tui.tui.layout import inspector_layout
from backprop_tui.tui.lines import Ink, Page, Span, wrap
from backprop_tui.tui.panels import event_arrays, facts, footer, grid, header, parts, statistics
from backprop_tui.tui.screens.modal import Covering
from backprop_tui.tui.session import Session
from backprop_tui.tui.widgets.grid_panel import GridPanel
from backprop_tui.tui.widgets.panel import Frame, Panel

Question = tuple[int, tuple[int, ...]]
"""Which element of the contribution of which event."""

_NARROW = 60
"""Columns below which the name of the node has the first line for itself."""
_FAR = 10**9
_OF_ARRAYS = frozenset({"element_up", "map", "next_slice"})
"""Actions with an entry in the footer that do nothing at a scalar."""
_QUICK = 100_000
"""Multiply-adds of an operation whose derivatives can be asked for between two keys."""


class Inspector(Covering):
    """Shows an inspection. It is no modal screen of Textual's: what is at hand everywhere is at hand here."""

    SCOPE = Scope.INSPECTOR
    AUTO_FOCUS = None
    BINDINGS = bindings(SCOPE)

    of_run = True
    """It looks at the run below it."""

    def __init__(self, session: Session) -> None:
        """An inspector of the node that commands are about."""
        super().__init__()
        self._session = session
        self._inspection = Inspection(session, session.node)
        self._answer: tuple[Question, parts.Answer] | None = None
        self._is_asking = False
        self._event_page: tuple[tuple[int, int, int, int], Page] | None = None

    def compose(self) -> ComposeResult:
        with Horizontal(id="header"):
            yield Panel(self._title, "title", frame=Frame.NONE)
            yield Panel(lambda width, _: header.state(self._session, width), "state", frame=Frame.NONE)
        with Horizontal(id="grids"):
            yield GridPanel(lambda width, rows: self._grid(width, rows, of_gradient=False), "value")
            yield GridPanel(lambda width, rows: self._grid(width, rows, of_gradient=True), "gradient")
        with Horizontal(id="middle"):
            yield Panel(self._statistics, "statistics", title="Statistics")
        with Horizontal(id="lower"):
            yield Panel(self._event, "event")
            yield Panel(self._parts, "parts")
            yield Panel(self._facts, "facts", title="Node")
        yield Panel(lambda width, _: footer.page(self.SCOPE, width, idle=self._idle), "footer", frame=Frame.NONE)

    def on_mount(self) -> None:
        """Size the panels before they are drawn for the first time."""
        if self.children:  # else the app is being closed: nothing is composed any more
            self._panels = list(self.query(Panel))
            self._ask()
            self._lay_out(self.app.size.width, self.app.size.height)

    def on_resize(self, event: events.Resize) -> None:
        """Fit the panels into the window."""
        if self.children:
            self._lay_out(event.size.width, event.size.height)

    def draw(self) -> None:
        """Draw the inspection, and ask for what is not known yet."""
        self._ask()
        for panel in self._panels:
            if panel.display:
                panel.redraw()

    def _lay_out(self, width: int, height: int) -> None:
        sizes = inspector_layout(
            width,
            height,
            self._inspection.rows(width),
            self._inspection.turn,
            is_map=self._inspection.is_map,
            is_scalar=not self._inspection.shape,
        )
        for panel in self._panels:
            panel.display = panel.id in sizes.shown or panel.id in ("title", "state", "footer")
        state = self.query_one("#state")
        state.display = width >= _NARROW
        state.styles.width = header.state_width(self._session, width)
        for id_, rows in (("grids", sizes.grids), ("middle", sizes.middle), ("lower", 0)):
            container = self.query_one("#" + id_)
            container.display = any(child.display for child in container.children)
            container.styles.height = rows or "1fr"
        self.query_one("#parts").styles.width = sizes.parts or "1fr"
        self.query_one("#facts").styles.width = sizes.facts or "1fr"
        self.query_one("#grids").styles.layout = "vertical" if sizes.stacked else "horizontal"

    @property
    def _idle(self) -> frozenset[str]:
        """The actions that do nothing at this node."""
        axes = len(self._inspection.shape)
        return frozenset() if axes > 2 else frozenset({"next_slice"}) if axes else _OF_ARRAYS

    # Pages

    def _title(self, _width: int, _height: int) -> Page:
        node = self._inspection.graph_node
        lengths = f"  {shape(node.shape)}" if node.shape else ""
        name = statement_of(node) if node.op else name_of(node)
        return Page.of([(Span(f" {name}", Ink.STRONG), Span(lengths, Ink.FAINT))])

    def _grid(self, width: int, rows: int, *, of_gradient: bool) -> Page:
        inspection = self._inspection
        view = inspection.view(width, grid.rows_for_grid(rows))
        sheet = grid.Sheet(
            titles=self._titles(of_gradient=of_gradient),
            value=inspection.gradient if of_gradient else inspection.value,
            missing=inspection.missing_gradient if of_gradient else NOT_COMPUTED,
            statistics=inspection.statistics(of_gradient=of_gradient),
            field=inspection.field(of_gradient=of_gradient),
            ink=Ink.BACKWARD if of_gradient else Ink.FORWARD,
            element=inspection.element,
            folded=inspection.folded(view, of_gradient=of_gradient),
        )
        return grid.page(sheet, view, width, rows, is_map=inspection.is_map)

    def _titles(self, *, of_gradient: bool) -> tuple[str, ...]:
        """What stands above a grid, in fewer and fewer words; which slice it is goes last."""
        words = self._inspection.slice_words
        symbol = partial(self._session.timeline, self._inspection.graph_node)
        names = (f"Gradient {symbol}", symbol, "Gradient") if of_gradient else ("Value",)
        return tuple(f"{name}  {slice_}".rstrip() for name in names for slice_ in words)

    def _facts(self, width: int, _height: int) -> Page:
        return facts.page(self._session.timeline.graph, self._inspection.graph_node, width)

    def _statistics(self, width: int, _height: int) -> Page:
        inspection = self._inspection
        both = [inspection.statistics(of_gradient=of_gradient) for of_gradient in (False, True)]
        missing = NOT_COMPUTED, inspection.missing_gradient
        return statistics.page(both[0], both[1], missing, width)

    def _event(self, width: int, height: int) -> Page:
        position = self._session.position
        key = self._inspection.node, position, width, height
        if self._event_page is None or self._event_page[0] != key:
            page = event_arrays.page(self._session.timeline, self._inspection.event, position, width, height)
            self._event_page = key, page
        return self._event_page[1]

    def _parts(self, width: int, _height: int) -> Page:
        inspection = self._inspection
        event, element = inspection.accumulation, ",".join(map(str, inspection.element))
        title = f"Where [{element}] came from" if element else "Where it came from"
        if event is None or not count(inspection.shape):
            return Page.of(wrap([Span(self._no_parts(), Ink.FAINT)], width), title=title)
        if self._answer is None or self._answer[0] != (event.index, inspection.element):
            return Page.of([(Span("Working it out …", Ink.FAINT),)], title=title)
        nodes = self._session.timeline.graph.nodes
        upstream = partial(self._session.timeline, nodes[event.consumer])
        return parts.page(self._answer[1], upstream, title, width)

    def _no_parts(self) -> str:
        graph, node = self._session.timeline.graph, self._inspection.graph_node
        if not count(node.shape):
            return "It has no elements."
        if not graph.contributing[node.index]:
            return "No gradient comes back to it."
        if node.index == graph.output:
            return "It is the output: its gradient is the seed, which is given."
        return "No gradient has come back to it yet."

    def _ask(self) -> None:
        """Find out what the chosen element's contribution is made of: at once, or in the background."""
        event, element = self._inspection.accumulation, self._inspection.element
        if event is None or self._is_asking or not count(self._inspection.shape):
            return
        question = event.index, element
        if self._answer is not None and self._answer[0] == question:
            return
        timeline, edge = self._session.timeline, Edge(event.consumer, event.operand, event.node)
        nodes = timeline.graph.nodes
        consumer = nodes[event.consumer]
        work = OPERATIONS[consumer.op].work([nodes[one].shape for one in consumer.operands], consumer.attributes)

        def answer() -> parts.Answer:
            return parts.Answer.of(jacobian_row(timeline, edge, element))

        if max(work, count(consumer.shape)) <= _QUICK:
            self._answer = question, answer()
        else:
            self._is_asking = True
            self.run_worker(self._wait_for(question, answer))

    async def _wait_for(self, question: Question, answer: Callable[[], parts.Answer]) -> None:
        """One question at a time: the next one is what the user is at when this is answered."""
        try:
            self._answer = question, await in_background(lambda _: answer(), Progress())
        finally:
            self._is_asking = False
        self.changed()

    # Mouse

    @on(Panel.Clicked, "#value")
    @on(Panel.Clicked, "#gradient")
    @on(Panel.Dragged, "#value")
    @on(Panel.Dragged, "#gradient")
    def _choose(self, event: Panel.Pointed) -> None:
        if event.line >= 0:
            self._inspection.move_to(*self._inspection.shown.place_at(event.line, event.column))
            self.changed()

    @on(GridPanel.Wheeled)
    def _turn(self, event: GridPanel.Wheeled) -> None:
        self._move(event.rows, 0)

    @on(Panel.Clicked, "#footer")
    async def _press(self, event: Panel.Clicked) -> None:
        action = footer.action_at(self.SCOPE, event.panel.size.width, event.column, idle=self._idle)
        if action:
            await self.run_action(action.call)

    # Actions, named in `tui.actions`

    def action_event_forward(self) -> None:
        """Do the next event; where it is to be predicted, go where that is asked."""
        self._session.step(1)
        self._moved()

    def action_event_back(self) -> None:
        """Undo the last event."""
        self._session.step(-1)
        self.changed()

    def action_next_change(self) -> None:
        """Go on to where the node changes next."""
        self._inspection.go_to_change(1)
        self._moved()

    def action_previous_change(self) -> None:
        """Go back to where the node changed before."""
        self._inspection.go_to_change(-1)
        self.changed()

    def action_next_row_node(self) -> None:
        """Look at the next node of the table."""
        self._inspection.move_node(1)
        self._changed_shape()

    def action_previous_row_node(self) -> None:
        """Look at the node before it."""
        self._inspection.move_node(-1)
        self._changed_shape()

    def action_element_up(self) -> None:
        """Choose the element above."""
        self._move(-1, 0)

    def action_element_down(self) -> None:
        """Choose the element below."""
        self._move(1, 0)

    def action_element_left(self) -> None:
        """Choose the element to the left."""
        self._move(0, -1)

    def action_element_right(self) -> None:
        """Choose the element to the right."""
        self._move(0, 1)

    def action_rows_up(self) -> None:
        """Go up by what is in view."""
        self._move(-self._inspection.shown.rows, 0)

    def action_rows_down(self) -> None:
        """Go down by what is in view."""
        self._move(self._inspection.shown.rows, 0)

    def action_first_column(self) -> None:
        """Go to the first column."""
        self._move(0, -_FAR)

    def action_last_column(self) -> None:
        """Go to the last column."""
        self._move(0, _FAR)

    def action_map(self) -> None:
        """Show marks in place of numbers, or numbers again."""
        self._inspection.is_map = not self._inspection.is_map
        self._changed_shape()

    def action_next_view(self) -> None:
        """Show the next of what there is no room for."""
        self._inspection.turn += 1
        self._changed_shape()

    def action_next_slice(self) -> None:
        """Show the next slice."""
        self._inspection.move_slice(1)
        self.changed()

    def action_previous_slice(self) -> None:
        """Show the slice before it."""
        self._inspection.move_slice(-1)
        self.changed()

    def action_details_down(self) -> None:
        """Show what is below in the boxes of text."""
        self._scroll_details(1)

    def action_details_up(self) -> None:
        """Show what is above in the boxes of text."""
        self._scroll_details(-1)

    def action_close(self) -> None:
        """Go back to the graph."""
        self.dismiss()

    def _moved(self) -> None:
        if self._session.is_held:
            self.dismiss()
        else:
            self.changed()

    def _changed_shape(self) -> None:
        self._lay_out(self.size.width, self.size.height)
        self.changed()

    def _move(self, rows: int, columns: int) -> None:
        self._inspection.move(rows, columns)
        self.changed()

    def _scroll_details(self, rows: int) -> None:
        for panel in self.query("#event, #parts, #facts").results(Panel):
            if panel.display:
                panel.scroll_rows(rows)
