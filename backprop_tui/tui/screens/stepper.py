"""The stepper: a run, event by event. Keys change the session; after that every panel is drawn from it."""

from __future__ import annotations

from time import monotonic

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.screen import Screen

from backprop_tui.narration import narrate
from backprop_tui.tui.actions import Scope, bindings
from backprop_tui.tui.layout import SMALLEST, layout
from backprop_tui.tui.lines import Ink, Page, Span, wrap
from backprop_tui.tui.panels import chain_rule, footer, header, inspector, lesson, track
from backprop_tui.tui.panels.program import Program
from backprop_tui.tui.panels.values import Table
from backprop_tui.tui.screens.overlay import Overlay
from backprop_tui.tui.session import Session
from backprop_tui.tui.widgets.graph_canvas import GraphCanvas
from backprop_tui.tui.widgets.panel import Frame, Panel

_FRAME_SECONDS = 1 / 60
"""Keys that come faster than this share one drawing, so that holding a key never queues up work."""
_REST = 2
"""How many times as long as a drawing took there is time for keys only."""


class Stepper(Screen[None]):
    """Shows a session."""

    SCOPE = Scope.STEPPER
    AUTO_FOCUS = None
    BINDINGS = bindings(SCOPE)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._program = Program(session)
        self._table = Table(session)
        self._next_drawing = 0.0
        self.is_stale = False
        """Whether the session has changed since it was drawn."""

    def compose(self) -> ComposeResult:
        with Horizontal(id="header"):
            yield Panel(lambda width, _: header.title(self.session, width), "title", frame=Frame.NONE)
            yield Panel(lambda width, _: header.state(self.session, width), "state", frame=Frame.NONE)
        with Horizontal(id="body"):
            yield Panel(lambda width, _: self._program.page(width), "program", title="Program")
            with Container(id="frame"):
                yield GraphCanvas(id="graph")
            yield Panel(lambda width, _: self._table.page(width), "values", title="Values and gradients")
        yield Panel(self._explanation, "chain-rule", title="Chain rule")
        yield Panel(lambda width, _: track.page(self.session, width), "track", frame=Frame.NONE)
        yield Panel(self._footer, "footer", frame=Frame.NONE)
        yield Panel(self._too_small, "too-small", frame=Frame.NONE)

    def on_mount(self) -> None:
        """Size the panels before they are drawn for the first time."""
        self._panels = list(self.query(Panel))
        self._canvas = self.query_one(GraphCanvas)
        self.query_one("#frame").border_title = "Graph"
        self._lay_out(self.app.size.width, self.app.size.height)
        self._canvas.set_timeline(self.session.timeline)

    def on_resize(self, event: events.Resize) -> None:
        """Fit the panels into the window."""
        self._lay_out(event.size.width, event.size.height)

    def _lay_out(self, width: int, height: int) -> None:
        sizes = layout(width, height, self._program.width)
        self.set_class(not sizes.fits, "-too-small")
        program, values, rule = (self.query_one(id_, Panel) for id_ in ("#program", "#values", "#chain-rule"))
        self.query_one("#state").styles.width = header.state_width(self.session, width)
        program.display = sizes.program > 0
        program.styles.width = sizes.program
        values.styles.width = sizes.values
        rule.styles.height = sizes.chain_rule
        rule.set_frame(Frame.BOX if sizes.boxed else Frame.RULE)

    # Drawing

    def changed(self) -> None:
        """Draw the session: at once, or, if that was done a moment ago, a moment later."""
        if self.is_stale:
            return
        wait = self._next_drawing - monotonic()
        if wait <= 0:
            self._draw()
        else:
            self.is_stale = True
            self.set_timer(wait, self._draw)

    def _draw(self) -> None:
        began = monotonic()
        self.is_stale = False
        for panel in self._panels:
            if panel.display:
                panel.redraw()
        self._canvas.set_position(self.session.position, self.session.selected)
        now = monotonic()
        self._next_drawing = now + max(_FRAME_SECONDS, _REST * (now - began))

    def _explanation(self, width: int, height: int) -> Page:
        narration = narrate(self.session.timeline, self.session.position)
        if narration is None:
            return lesson.opening(self.session.scenario, width, height)
        return chain_rule.page(narration, width, height)

    def _footer(self, width: int, _height: int) -> Page:
        return footer.page(Scope.STEPPER, width, self.session.repeat)

    def _too_small(self, width: int, _height: int) -> Page:
        columns, rows = SMALLEST
        return Page.of(wrap([Span(f"At least {columns}×{rows} cells are needed.", Ink.STRONG)], width))

    # Mouse

    @on(Panel.Clicked, "#values")
    def _select_row(self, event: Panel.Clicked) -> None:
        node = self._table.node_at(event.line)
        if node is not None:
            self.session.select(node)
            self.changed()

    @on(GraphCanvas.NodeSelected)
    def _select_box(self, event: GraphCanvas.NodeSelected) -> None:
        self.session.select(event.node)
        self.changed()

    @on(Panel.Clicked, "#track")
    @on(Panel.Dragged, "#track")
    def _scrub(self, event: Panel.Pointed) -> None:
        self.session.go(track.position_at(self.session, event.panel.size.width, event.column))
        self.changed()

    @on(Panel.Clicked, "#footer")
    async def _press(self, event: Panel.Clicked) -> None:
        action = footer.action_at(Scope.STEPPER, event.panel.size.width, event.column)
        if action:
            await self.run_action(action.id)

    # Actions, named in `tui.actions`

    def action_step(self) -> None:
        """Do the next event."""
        self.session.step(self.session.take_repeat())
        self.changed()

    def action_back(self) -> None:
        """Undo the last event."""
        self.session.step(-self.session.take_repeat())
        self.changed()

    def action_next_node(self) -> None:
        """Go on until the next node is done."""
        self.session.next_node(self.session.take_repeat())
        self.changed()

    def action_previous_node(self) -> None:
        """Go back to where the last node began."""
        self.session.previous_node(self.session.take_repeat())
        self.changed()

    def action_end_of_phase(self) -> None:
        """Go to the end of the phase."""
        self.session.end_of_phase()
        self.changed()

    def action_start_of_phase(self) -> None:
        """Go to the start of the phase."""
        self.session.start_of_phase()
        self.changed()

    def action_start(self) -> None:
        """Go to before the first event."""
        self.session.go(0)
        self.changed()

    def action_end(self) -> None:
        """Go to after the last event."""
        self.session.go(len(self.session.timeline))
        self.changed()

    def action_go_to(self) -> None:
        """Ask for an event and go there."""
        from backprop_tui.tui.screens.go_to import GoTo  # noqa: PLC0415  (Input costs start-up time)

        def go(number: int | None) -> None:
            if number is not None:
                self.session.go(number)
                self.changed()

        self.app.push_screen(GoTo(len(self.session.timeline)), go)

    def action_repeat(self, digit: str) -> None:
        """Add a digit to the count for the next key."""
        self.session.type_digit(int(digit))
        self.changed()

    def action_select_previous(self) -> None:
        """Select the node above."""
        self.session.select_row(-self.session.take_repeat())
        self.changed()

    def action_select_next(self) -> None:
        """Select the node below."""
        self.session.select_row(self.session.take_repeat())
        self.changed()

    def action_inspect(self) -> None:
        """Show a node with all its digits."""
        session = self.session
        session.repeat = 0
        self.changed()
        node = session.node
        title = inspector.title(session, node)
        self.app.push_screen(Overlay(lambda width, _: inspector.page(session, node, width), title=title))

    def action_lesson(self) -> None:
        """Show the text of the scenario."""
        self.session.repeat = 0
        self.changed()
        scenario = self.session.scenario
        self.app.push_screen(Overlay(lambda width, _: lesson.page(scenario, width), title=scenario.title, key="i"))

    def action_labels(self) -> None:
        """Show or hide the local derivatives."""
        self.session.repeat = 0
        self.changed()
        self._canvas.toggle_labels()

    def action_leave(self) -> None:
        """Drop the count, else the selection, else go back to where the user came from."""
        if self.session.repeat:
            self.session.repeat = 0
        elif self.session.selected is not None:
            self.session.select(None)
        elif len(self.app.screen_stack) > 1:
            self.app.pop_screen()
            return
        self.changed()
