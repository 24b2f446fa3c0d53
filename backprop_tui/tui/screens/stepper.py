"""The stepper: a run, event by event. Keys change the session; after that every panel is drawn from it."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical

from backprop_tui.drawing.state import Emphasis
from backprop_tui.engine.correspondence import Correspondence
from backprop_tui.narration import narrate
from backprop_tui.progress import Cancelled, Progress
from backprop_tui.scenario import ScenarioError
from backprop_tui.tui.actions import Scope, bindings
from backprop_tui.tui.background import in_background
from backprop_tui.tui.layout import SMALLEST, layout
from backprop_tui.tui.lines import Ink, Page, Span, wrap
from backprop_tui.tui.panels import chain_rule, footer, header, hints, lesson, problems, track
from backprop_tui.tui.panels.banner import News
from backprop_tui.tui.scenery import Scenery
from backprop_tui.tui.screens.looking import Looking
from backprop_tui.tui.screens.overlay import Overlay
from backprop_tui.tui.screens.stack import close_all_above, go_back
from backprop_tui.tui.session import Session
from backprop_tui.tui.views import Views, open_file
from backprop_tui.tui.watching import WatchedFile
from backprop_tui.tui.widgets.graph_canvas import GraphCanvas
from backprop_tui.tui.widgets.panel import Frame, Panel


class Stepper(Looking):
    """Shows a session."""

    SCOPE = Scope.STEPPER
    AUTO_FOCUS = None
    BINDINGS = bindings(SCOPE)

    def __init__(self, views: Views, file: WatchedFile | None = None) -> None:
        """A stepper for a run; `file` is its scenario's own, if it is to be watched."""
        super().__init__()
        self._views = views
        self._file = file
        self._news = News()

    @property
    def session(self) -> Session:
        """Where the user is, and in which run."""
        return self._views.session

    @property
    def scenery(self) -> Scenery:
        """What can be drawn of the run."""
        return self._views.scenery

    def compose(self) -> ComposeResult:
        with Horizontal(id="header"):
            yield Panel(self._title, "title", frame=Frame.NONE)
            yield Panel(lambda width, _: header.state(self.session, width), "state", frame=Frame.NONE)
        yield Panel(lambda width, _: self._news.page(width), "banner", frame=Frame.NONE)
        with Horizontal(id="body"):
            yield Panel(lambda width, _: self._views.program.page(width), "program", title="Program")
            with Vertical(id="frame"):
                yield Panel(self.upper_edge, "upper", frame=Frame.NONE)
                with Container(id="sides"):
                    yield GraphCanvas(id="graph")
                yield Panel(self.lower_edge, "lower", frame=Frame.NONE)
            yield Panel(lambda width, _: self._views.table.page(width), "values", title="Values and gradients")
        yield Panel(self._explanation, "chain-rule", title="Chain rule")
        yield Panel(lambda width, _: track.page(self.session, width), "track", frame=Frame.NONE)
        yield Panel(self._footer, "footer", frame=Frame.NONE)
        yield Panel(self._too_small, "too-small", frame=Frame.NONE)

    def on_mount(self) -> None:
        """Size the panels before they are drawn for the first time."""
        if not self.children:  # the app is being closed: nothing is composed any more
            return
        self._panels = list(self.query(Panel))
        self._canvas = self.query_one(GraphCanvas)
        self._upper, self._lower = self.query_one("#upper", Panel), self.query_one("#lower", Panel)
        self._lay_out(self.app.size.width, self.app.size.height)
        self._canvas.show(self.scenery, self.scenery.first)
        if self._file:
            self.run_worker(self._follow(self._file))

    def on_resize(self, event: events.Resize) -> None:
        """Fit the panels into the window."""
        if self.children:
            self._lay_out(event.size.width, event.size.height)

    def _lay_out(self, width: int, height: int) -> None:
        sizes = layout(width, height, self._views.program.width)
        self.set_class(not sizes.fits, "-too-small")
        program, values, rule = (self.query_one(id_, Panel) for id_ in ("#program", "#values", "#chain-rule"))
        self.query_one("#state").styles.width = header.state_width(self.session, width)
        program.display = sizes.program > 0
        program.styles.width = sizes.program
        values.styles.width = sizes.values
        rule.styles.height = sizes.chain_rule
        rule.set_frame(Frame.BOX if sizes.boxed else Frame.RULE)

    # Watching

    async def _follow(self, file: WatchedFile) -> None:
        """Whenever the file has changed, open it again; keep the run on screen until that has succeeded."""

        def reopened(progress: Progress) -> tuple[Views, Correspondence]:
            views = open_file(file.path, progress)
            return views, Correspondence(self.session.timeline, views.session.timeline)

        while True:
            await file.changed()
            self._news = News()
            self._news.progress = Progress()
            ticking = self.set_interval(1 / 10, self._show_news)
            try:
                views, same = await in_background(reopened, self._news.progress)
            except ScenarioError as error:
                await self._close_what_is_of_the_run()
                self._news.problems = error.diagnostics
            except Cancelled:
                self._news.was_stopped = True
            else:
                await self._replace(views, same)
            finally:
                ticking.stop()
                self._news.progress = None
            self._show_news()

    async def _replace(self, views: Views, same: Correspondence) -> None:
        """Show another run at the same event."""
        await self._close_what_is_of_the_run()
        old, scenery, self._views = self.session, self.scenery, views
        self.session.go(same.position(old.position))
        self.session.repeat = old.repeat
        if old.selected is not None:
            self.session.select(same.node(old.selected))
        if old.found:
            self.session.search_again(old.found.query)
        self._lay_out(self.size.width, self.size.height)
        look = self._canvas.look
        centre = None if look.centre is None else same.node(look.centre)
        look = self.scenery.like(scenery, look, centre)
        self._canvas.show(self.scenery, look, self.session.position, self.session.selected)
        self.changed()

    async def _close_what_is_of_the_run(self) -> None:
        """Close what lies on top, if it speaks of what is no longer so."""
        stack = self.app.screen_stack
        if self in stack and any(getattr(screen, "of_run", False) for screen in stack[stack.index(self) + 1 :]):
            await close_all_above(self)
            self.changed()  # what lay above may have moved on

    def _show_news(self) -> None:
        self.set_class(self._news.page(self.size.width).length > 0, "-news")
        self.query_one("#banner", Panel).redraw()

    # Drawing

    def draw(self) -> None:
        """Draw the session."""
        for panel in self._panels:
            if panel.display:
                panel.redraw()
        self.show_graph()

    def _explanation(self, width: int, height: int) -> Page:
        narration = narrate(self.session.timeline, self.session.position)
        if narration is None:
            return lesson.opening(self.session.scenario, width, height)
        return chain_rule.page(narration, width, height)

    def _title(self, width: int, _height: int) -> Page:
        return header.title(self.session, width, is_watched=self._file is not None)

    def _footer(self, width: int, _height: int) -> Page:
        return footer.page(Scope.STEPPER, width, hints.hint(self.session))

    def _too_small(self, width: int, _height: int) -> Page:
        columns, rows = SMALLEST
        return Page.of(wrap([Span(f"At least {columns}×{rows} cells are needed.", Ink.STRONG)], width))

    # Mouse

    @on(Panel.Clicked, "#values")
    def _select_row(self, event: Panel.Clicked) -> None:
        node = self._views.table.node_at(event.line)
        if node is not None:
            self.session.select(node)
            self.changed()

    @on(Panel.Clicked, "#track")
    @on(Panel.Dragged, "#track")
    def _scrub(self, event: Panel.Pointed) -> None:
        self.session.go(track.position_at(self.session, event.panel.size.width, event.column))
        self.changed()

    @on(Panel.Clicked, "#footer")
    async def _press(self, event: Panel.Clicked) -> None:
        hint = hints.hint(self.session)
        action = footer.action_at(Scope.STEPPER, event.panel.size.width, event.column, hint)
        if action:
            await self.run_action(action.call)

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
        """Go on until the next node is done; after a search, to what else was found."""
        go = self.session.next_found if self.session.found else self.session.next_node
        go(self.session.take_repeat())
        self.changed()

    def action_previous_node(self) -> None:
        """Go back to where the last node began; after a search, to what was found before it."""
        count = self.session.take_repeat()
        if self.session.found:
            self.session.next_found(-count)
        else:
            self.session.previous_node(count)
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
        """Open the folded group, or look at a node closely; the steps done meanwhile are done here, too."""
        from backprop_tui.tui.screens.inspector import Inspector  # noqa: PLC0415  (it costs start-up time)

        if self.open_group():
            return
        self.session.repeat = 0
        self.changed()
        self.app.push_screen(Inspector(self.session), lambda _: self.changed())

    def action_lesson(self) -> None:
        """Show the text of the scenario."""
        self.session.repeat = 0
        self.changed()
        scenario = self.session.scenario
        self.app.push_screen(
            Overlay(lambda width, _: lesson.page(scenario, width), title=scenario.title, key="i", of_run=True)
        )

    def action_words_down(self) -> None:
        """Show what is below in the box of the chain rule."""
        self.query_one("#chain-rule", Panel).scroll_rows(1)

    def action_words_up(self) -> None:
        """Show what is above in the box of the chain rule."""
        self.query_one("#chain-rule", Panel).scroll_rows(-1)

    def action_emphasis(self) -> None:
        """Show sizes as weights, as heat, or not at all."""
        self.session.repeat = 0
        sizes, kinds = self.scenery.texts.sizes, list(Emphasis)
        following = kinds[(kinds.index(self._canvas.emphasis) + 1) % len(kinds)]
        if sizes.are_quick:
            self._canvas.emphasise(following)
        else:
            self.session.remark = "The arrays are too large to look at every contribution"
        self.changed()

    def action_animation(self) -> None:
        """Animate single steps, or leave it."""
        self.session.repeat = 0
        self.session.remark = "Single steps flow" if self._canvas.toggle_animation() else "Single steps do not flow"
        self.changed()

    def action_problems(self) -> None:
        """Show what is wrong with the watched file."""
        found = self._news.problems
        if found:
            self.app.push_screen(
                Overlay(lambda width, _: problems.page(found, width), title="Errors", key="E", of_run=True)
            )

    def action_leave(self) -> None:
        """Stop slow work, else drop the count, end the search, drop the selection, leave the focus, go back."""
        if self._news.progress:
            self._news.progress.cancel()
        elif self._canvas.is_busy:
            self._canvas.stop_drawing()
        elif self.session.repeat:
            self.session.repeat = 0
        elif self.session.found:
            self.session.found = None
        elif self.session.selected is not None:
            self.session.select(None)
        elif self._canvas.look.is_focused:
            self._canvas.look = self.scenery.focused(self._canvas.look, self.session.node)
        elif go_back(self):
            return
        self.changed()
