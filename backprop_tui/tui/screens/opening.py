"""From a scenario to its stepper. What takes long is done in the background, and this says how far it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.screen import Screen

from backprop_tui.progress import Cancelled, Progress
from backprop_tui.scenario import Diagnostic, Scenario, ScenarioError
from backprop_tui.scenario.text import clean_path
from backprop_tui.tui.actions import Scope, bindings
from backprop_tui.tui.background import in_background
from backprop_tui.tui.lines import Ink, Page, Span
from backprop_tui.tui.panels import footer, problems, progress
from backprop_tui.tui.screens.stack import close_all_above, go_back
from backprop_tui.tui.screens.stepper import Stepper
from backprop_tui.tui.views import Views, is_quick, open_file, open_scenario
from backprop_tui.tui.watching import WatchedFile
from backprop_tui.tui.widgets.panel import Frame, Panel

UNUSABLE = 2
"""The exit status if a scenario cannot be opened."""


def screen_for(scenario: Scenario, file: WatchedFile | None = None) -> Screen[None]:
    """The stepper, at once if that is possible. `file` is the scenario's own, if it is to be watched."""
    if is_quick(scenario):
        return Stepper(open_scenario(scenario), file)
    return Opening(scenario.title, lambda progress: open_scenario(scenario, progress), file)


def first_screen(
    scenario: Scenario | None, path: str, file: WatchedFile | None = None, refused: Sequence[Diagnostic] = ()
) -> Screen[None]:
    """The screen that the app starts with: for a scenario; for the path of one; or for what is wrong with the file."""
    if scenario is not None:
        screen = screen_for(scenario, file)
        return screen if isinstance(screen, Stepper) else _Ground(screen)
    if refused and file is not None:
        return _Ground(Opening.refused(file, refused))
    return _Ground(Opening(clean_path(path), lambda progress: open_file(path, progress), file))


class _Ground(Screen[None]):
    """Lies below a screen that will make room for another: the lowest screen of all cannot be switched."""

    def __init__(self, screen: Screen[None]) -> None:
        super().__init__()
        self._screen_above = screen

    def on_mount(self) -> None:
        """Show the other screen."""
        self.app.push_screen(self._screen_above)


class Opening(Screen[None]):
    """Does the work, then makes room for the stepper. A watched file is opened as soon as it can be."""

    SCOPE = Scope.OPENING
    AUTO_FOCUS = None
    BINDINGS = bindings(SCOPE)

    def __init__(self, title: str, work: Callable[[Progress], Views] | None, file: WatchedFile | None = None) -> None:
        """Open what the work makes; without any, the file, once it has changed."""
        super().__init__()
        self._title = title
        self._work = work
        self._file = file
        self._progress = Progress()
        self._problems: Sequence[Diagnostic] = ()

    @classmethod
    def refused(cls, file: WatchedFile, diagnostics: Sequence[Diagnostic]) -> Opening:
        """What is wrong with a watched file, until it has been mended."""
        opening = cls(clean_path(file.path), None, file)
        opening._problems = diagnostics
        return opening

    def compose(self) -> ComposeResult:
        yield Panel(self._header, "header", frame=Frame.NONE)
        yield Panel(self._page, "opening", title="Opening")
        yield Panel(lambda width, _: footer.page(self.SCOPE, width), "footer", frame=Frame.NONE)

    def on_mount(self) -> None:
        """Begin."""
        self.set_interval(1 / 10, self._redraw)
        self.run_worker(self._open())

    @on(Panel.Clicked, "#footer")
    async def _press(self, event: Panel.Clicked) -> None:
        action = footer.action_at(self.SCOPE, event.panel.size.width, event.column)
        if action:
            await self.run_action(action.call)

    async def _open(self) -> None:
        try:
            views = await self._views()
        except Cancelled:
            return
        except ScenarioError as error:
            self.app.exit(error, return_code=UNUSABLE)
            return
        await close_all_above(self)
        self.app.switch_screen(Stepper(views, self._file))

    async def _views(self) -> Views:
        """What the work makes, else what the watched file holds as soon as it can be opened.

        Raises Cancelled; ScenarioError, if there is no file to wait for.
        """
        work, file = self._work, self._file
        while True:
            try:
                if work:
                    return await in_background(work, self._progress)
            except ScenarioError as error:
                if file is None:
                    raise
                self._problems = error.diagnostics
            assert file is not None  # else there would be work
            await file.changed()
            self._progress = Progress()
            self._problems = ()
            work = partial(open_file, file.path)

    def _redraw(self) -> None:
        for panel in self.query("#opening").results(Panel):  # none, while the app is being closed
            panel.redraw()

    def _header(self, _width: int, _height: int) -> Page:
        return Page.of([(Span(f" {self.app.title}", Ink.STRONG),)])

    def _page(self, width: int, _height: int) -> Page:
        if not self._problems:
            return progress.page(self._title, self._progress, width)
        return problems.page(self._problems, width, "The file is watched: mend it, and it opens.")

    # Actions, named in `tui.actions`

    def action_cancel(self) -> None:
        """Stop, and go back to where the user came from."""
        self._progress.cancel()
        if not go_back(self):
            self.app.exit()

    def action_scroll_up(self) -> None:
        """Scroll the problems up."""
        self.query_one("#opening", Panel).scroll_rows(-1)

    def action_scroll_down(self) -> None:
        """Scroll the problems down."""
        self.query_one("#opening", Panel).scroll_rows(1)
