"""The stepper: a run, event by event. Keys change the session; after that every panel is drawn from it."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical

from backprop_tui.drawing.state import Emphasis
from backprop_tui.engine.correspondence import Correspondence
from backprop_tui.narration import narrate
from backprop_tui.progress import Cancelled, Progress
from backprop_tui.scenario import ScenarioError
from backprop_tui.scenario.editing import Edits, Refused
from backprop_tui.tui.actions import Scope, bindings, key_of
from backprop_tui.tui.background import in_background
from backprop_tui.tui.layout import SMALLEST, layout
from backprop_tui.tui.lines import Ink, Page, Span, wrap
from backprop_tui.tui.panels import chain_rule, footer, header, hints, lesson, problems, track
from backprop_tui.tui.panels.banner import News
from backprop_tui.tui.scenery import Scenery
from backprop_tui.tui.screens.overlay import Overlay
from backprop_tui.tui.screens.predicting import Predicting
from backprop_tui.tui.screens.stack import close_all_above, go_back
from backprop_tui.tui.session import Session
from backprop_tui.tui.views import Views, open_file, open_scenario
from backprop_tui.tui.watching import WatchedFile
from backprop_tui.tui.widgets.graph_canvas import GraphCanvas
from backprop_tui.tui.widgets.panel import Frame, Panel

_START, _END = "The run begins here", "The run ends here"
_ONLY = "Nothing else was found"
_HERE = "This is that event already"


class Stepper(Predicting):
    """Shows a session."""

    SCOPE = Scope.STEPPER
    AUTO_FOCUS = None
    BLANK = True  # panels cover it
    BINDINGS = bindings(SCOPE)

    def __init__(self, views: Views, file: WatchedFile | None = None) -> None:
        """A stepper for a run; `file` is its scenario's own, if it is to be watched."""
        super().__init__()
        self._views = views
        self._file = file

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
        yield Panel(lambda width, _: self.news.page(width), "banner", frame=Frame.NONE)
        with Horizontal(id="body"):
            yield Panel(lambda width, _: self._views.program.page(width), "program", title="Program")
            with Vertical(id="frame"):
                yield Panel(self.upper_edge, "upper", frame=Frame.NONE)
                with Container(id="sides"):
                    yield GraphCanvas(id="graph")
                yield Panel(self.lower_edge, "lower", frame=Frame.NONE)
            yield Panel(lambda width, _: self._views.table.page(width), "values", title="Values and gradients")
            yield Panel(self.lens_page, "lens")
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
        self.lay_out()
        self._canvas.show(self.scenery, self.scenery.first)
        if self._file:
            self.run_worker(self._follow(self._file))
        if self.predicts_at_once:
            self.action_predict()

    def on_resize(self) -> None:
        """Fit the panels into the window."""
        if self.children:
            self.lay_out()

    def lay_out(self) -> None:
        """Size the panels for the window and the open lens."""
        width, height = self.app.size
        sizes = layout(width, height, self._views.program.width, has_lens=self.session.lens is not None)
        self.set_class(not sizes.fits, "-too-small")
        program, values, lens, rule = (
            self.query_one(id_, Panel) for id_ in ("#program", "#values", "#lens", "#chain-rule")
        )
        self.query_one("#state").styles.width = header.state_width(self.session, width)
        program.display = sizes.program > 0
        program.styles.width = sizes.program
        values.display = sizes.values > 0
        values.styles.width = sizes.values
        lens.display = sizes.lens > 0
        lens.styles.width = sizes.lens
        self.query_one("#frame").display = sizes.lens < width
        rule.display = sizes.chain_rule > 0
        rule.styles.height = sizes.chain_rule
        rule.set_frame(Frame.BOX if sizes.boxed else Frame.RULE)

    # Watching

    async def _follow(self, file: WatchedFile) -> None:
        """Whenever the file has changed, open it again; keep the run on screen until that has succeeded."""

        def reopened(progress: Progress) -> tuple[Views, Correspondence]:
            views = open_file(file.path, progress)
            edits = self.session.edits.on(views.session.scenario)
            if edits.typed:
                try:
                    views = open_scenario(edits.scenario(), progress)
                except Refused:
                    edits = edits.moved(-edits.done)
            views.session.edits = edits
            return views, Correspondence(self.session.timeline, views.session.timeline)

        while True:
            await file.changed()
            async with self.renewing:
                self.news = News()
                progress = Progress()
                try:
                    with self.telling(self.news.what, progress):
                        views, same = await in_background(reopened, progress)
                except ScenarioError as error:
                    await self._close_what_is_of_the_run()
                    self.news.problems = error.diagnostics
                except Cancelled:
                    self.news.was_stopped = True
                else:
                    self.news.lost = _lost(self.session.edits, views.session.edits)
                    await self.renew(views, same)
                self.show_news()

    async def renew(self, views: Views, same: Correspondence) -> None:
        """Show another run at the same event."""
        await self._close_what_is_of_the_run()
        old, scenery, self._views = self.session, self.scenery, views
        self.session.go(same.position(old.position))
        self.session.repeat = old.repeat
        if old.selected is not None:
            self.session.select(same.node(old.selected))
        if old.found:
            self.session.search_again(old.found.query)
        self.predict_like(old)
        if old.lens:
            self.session.lens = old.lens.resumed(self.session)
        self.lay_out()
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

    def show_news(self) -> None:
        self.set_class(self.news.page(self.size.width).length > 0, "-news")
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
        if self.session.is_held:  # no question comes up under a mouse that drags
            self.session.is_held, self.session.remark = False, f"{key_of('step')} asks what comes next"
        self.come_back()

    @on(Panel.Clicked, "#footer")
    async def _press(self, event: Panel.Clicked) -> None:
        hint = hints.hint(self.session)
        action = footer.action_at(Scope.STEPPER, event.panel.size.width, event.column, hint)
        if action:
            await self.run_action(action.call)

    # Actions, named in `tui.actions`

    def action_step(self) -> None:
        """Do the next event."""
        self.go(lambda: self.session.step(self.session.take_repeat()), _END)

    def action_back(self) -> None:
        """Undo the last event."""
        self.go(lambda: self.session.step(-self.session.take_repeat()), _START)

    def action_next_node(self) -> None:
        """Go on until the next node is done; after a search, to what else was found."""
        session = self.session
        count = session.take_repeat()
        if session.found:
            self.go(lambda: session.next_found(count), _ONLY)
        else:
            self.go(lambda: session.next_node(count), _END)

    def action_previous_node(self) -> None:
        """Go back to where the last node began; after a search, to what was found before it."""
        session = self.session
        count = session.take_repeat()
        if session.found:
            self.go(lambda: session.next_found(-count), _ONLY)
        else:
            self.go(lambda: session.previous_node(count), _START)

    def action_end_of_phase(self) -> None:
        """Go to the end of the phase."""
        self.go(self.session.end_of_phase, _END)

    def action_start_of_phase(self) -> None:
        """Go to the start of the phase."""
        self.go(self.session.start_of_phase, _START)

    def action_start(self) -> None:
        """Go to before the first event."""
        self.go(lambda: self.session.go(0), _START)

    def action_end(self) -> None:
        """Go to after the last event."""
        self.go(lambda: self.session.go(len(self.session.timeline)), _END)

    def action_go_to(self) -> None:
        """Ask for an event and go there."""
        from backprop_tui.tui.screens.go_to import GoTo  # noqa: PLC0415  (Input costs start-up time)

        def go(number: int | None) -> None:
            if number is not None:
                self.go(lambda: self.session.go(number), _HERE)

        self.app.push_screen(GoTo(len(self.session.timeline)), go)

    def action_repeat(self, digit: str) -> None:
        """Add a digit to the count for the next key."""
        self.session.type_digit(int(digit))
        self.changed()

    def action_select_previous(self) -> None:
        """Select the node above."""
        self.go(lambda: self.session.select_row(-self.session.take_repeat()), "There is no node above")

    def action_select_next(self) -> None:
        """Select the node below."""
        self.go(lambda: self.session.select_row(self.session.take_repeat()), "There is no node below")

    def action_inspect(self) -> None:
        """Open the folded group, or look at a node closely; the steps done meanwhile are done here, too."""
        from backprop_tui.tui.screens.inspector import Inspector  # noqa: PLC0415  (it costs start-up time)

        if self.open_group():
            return
        self.session.repeat = 0
        self.changed()
        self.app.push_screen(Inspector(self.session), lambda _: self.come_back())

    def action_lesson(self) -> None:
        """Show the text of the scenario."""
        self.session.repeat = 0
        self.changed()
        scenario = self.session.scenario
        is_done = self.session.position == len(self.session.timeline)

        def text(width: int, _height: int) -> Page:
            return lesson.page(scenario, width, is_done=is_done)

        self.app.push_screen(Overlay(text, title=scenario.title, key="i", of_run=True))

    def action_words_down(self) -> None:
        """Show what is below in the lens, or else in the box of the chain rule."""
        self._scroll_words(1)

    def action_words_up(self) -> None:
        """Show what is above in the lens, or else in the box of the chain rule."""
        self._scroll_words(-1)

    def _scroll_words(self, rows: int) -> None:
        panel = self.query_one("#lens" if self.session.lens else "#chain-rule", Panel)
        before = panel.top
        panel.scroll_rows(rows)
        self.say("" if panel.top != before else "There is no more below" if rows > 0 else "There is no more above")

    def action_emphasis(self) -> None:
        """Show sizes as weights, as heat, or not at all."""
        sizes, kinds = self.scenery.texts.sizes, list(Emphasis)
        following = kinds[(kinds.index(self._canvas.emphasis) + 1) % len(kinds)]
        if sizes.are_quick:
            self._canvas.emphasise(following)
        self.say("" if sizes.are_quick else "The arrays are too large to look at every contribution")

    def action_animation(self) -> None:
        """Animate single steps, or leave it."""
        self.say("Single steps flow" if self._canvas.toggle_animation() else "Single steps do not flow")

    def action_problems(self) -> None:
        """Show what is wrong with the watched file."""
        found = self.news.problems
        if found:
            self.app.push_screen(
                Overlay(lambda width, _: problems.page(found, width), title="Errors", key="E", of_run=True)
            )
        else:
            self.say("The file has no errors" if self._file else "No file is watched: --watch follows one")

    def action_leave(self) -> None:
        """Stop slow work, else drop what was begun last: count, search, lens, selection, focus. Else go back."""
        self.session.remark = ""
        if self.news.progress:
            self.news.progress.cancel()
        elif self.is_studying:
            self.open_lens(None)
        elif self._canvas.is_busy:
            self._canvas.stop_drawing()
        elif self.session.repeat:
            self.session.repeat = 0
        elif self.session.found:
            self.session.found = None
        elif self.session.lens:
            self.open_lens(None)
        elif self.session.selected is not None:
            self.session.select(None)
        elif self._canvas.look.is_focused:
            self._canvas.look = self.scenery.focused(self._canvas.look, self.session.node)
        elif go_back(self):
            return
        else:
            self.session.remark = f"{key_of('quit')} quits"
        self.changed()


def _lost(before: Edits, after: Edits) -> str:
    """What has become of edits in a file that has changed; empty if they are made in it, too."""
    if before.done and after.steps and not after.done:
        again = f"{key_of('edit')} and then {key_of('lens_next')}"
        return f"The edits do not fit the file as it is now, and are undone: {again} does them again."
    gone = {step.input for step in before.steps} - set(after.base.places)
    if gone:
        return f"The file has no input {', '.join(sorted(gone))} any more: edits of it are gone."
    return ""
