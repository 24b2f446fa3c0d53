"""The application: wires screens, themes and the command palette together. It neither draws nor decides."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import App, InvalidThemeError, SystemCommand
from textual.driver import Driver
from textual.screen import Screen
from textual.theme import BUILTIN_THEMES
from textual.worker import WorkerFailed

from backprop_tui.crash import report
from backprop_tui.output import narrate
from backprop_tui.palette import theme_name
from backprop_tui.signals import end_on_signals, undo_all
from backprop_tui.tui.actions import Scope, at_hand, bindings
from backprop_tui.tui.themes import DEFAULT_THEME, OWN_THEMES, default_theme, extra_variables

if TYPE_CHECKING:
    from backprop_tui.predicting.scores import Journal
    from backprop_tui.scenario import Diagnostic, Scenario  # numpy: the list of lessons can do without
    from backprop_tui.tui.watching import WatchedFile


class BackpropApp(App[Exception]):
    """Steps through one scenario, or offers the lessons."""

    TITLE = "backprop-tui"
    CSS_PATH = Path(__file__).with_name("backprop.tcss")
    BINDINGS = bindings(Scope.EVERYWHERE)
    ALLOW_SELECT = False  # dragging scrubs; a terminal has a way of its own to copy text

    def __init__(
        self,
        scenario: Scenario | None = None,
        *,
        theme: str | None = None,
        path: str = "",
        file: WatchedFile | None = None,
        refused: Sequence[Diagnostic] = (),
        predicts: bool = False,
    ) -> None:
        """An app for a scenario, or for the path of one, which may take long to load; without either, for the lessons.

        `file` is the scenario's own, if it is to be watched; `refused` says why it cannot be opened yet. The app
        results in the ScenarioError of a path that cannot be opened. Whoever `predicts` is asked in every run that is
        opened. Raises InvalidThemeError for an unknown theme.
        """
        # Without colour the terminal's own must stay: a theme's would only be turned into greys.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        for own in OWN_THEMES:
            self.register_theme(own)
        self.theme = theme or DEFAULT_THEME
        self._scenario = scenario
        self._path = path
        self._file = file
        self._refused = refused
        self.predicts = predicts

    @cached_property
    def journal(self) -> Journal:
        """How runs were predicted so far."""
        from backprop_tui.predicting.scores import Journal  # noqa: PLC0415  (seldom needed)

        return Journal()

    @property
    def bug(self) -> BaseException | None:
        """The exception that ended the app, if one did."""
        error = self._exception  # Textual has no public name for it, and only prints it
        return error.error if isinstance(error, WorkerFailed) else error

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our colours, for themes that do not define them."""
        return extra_variables(self.current_theme)

    def get_default_screen(self) -> Screen[Any]:
        """The stepper, or the list of lessons."""
        if self._scenario is None and not self._path:
            from backprop_tui.tui.screens.home import Home  # noqa: PLC0415  (only one of the two is needed)

            return Home()
        from backprop_tui.tui.screens.opening import first_screen  # noqa: PLC0415

        return first_screen(self._scenario, self._path, self._file, self._refused)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Every action that is at hand on the screen."""
        scope = getattr(screen, "SCOPE", Scope.EVERYWHERE)
        for action in at_hand(scope):
            owner = self if action.scope is Scope.EVERYWHERE else screen
            if not action.has_argument and action.id != "command_palette":
                title = f"{action.label} ({action.key_text})"
                yield SystemCommand(title, action.help, partial(owner.run_action, action.does or action.id))

    def get_driver_class(self) -> type[Driver]:
        """Our own, where there is one."""
        if sys.platform == "win32":
            return super().get_driver_class()
        from backprop_tui.tui.driver import TerminalDriver  # noqa: PLC0415  (only on POSIX systems)

        return TerminalDriver

    def on_mount(self) -> None:
        """Look for garbage no more once the first frame is there."""
        self.call_after_refresh(_settle)

    def action_help(self) -> None:
        """Show all keys of the screen."""
        from backprop_tui.tui.panels import help  # noqa: A004, PLC0415
        from backprop_tui.tui.screens.overlay import Overlay  # noqa: PLC0415

        scope = getattr(self.screen, "SCOPE", Scope.EVERYWHERE)
        self.push_screen(Overlay(lambda width, _: help.page(scope, width), title="Help", key="question_mark"))

    def action_command_palette(self) -> None:
        """Show the command palette."""
        from backprop_tui.tui.screens.modal import Palette  # noqa: PLC0415  (it takes a while to import)

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

    def search_themes(self) -> None:
        """Show the themes."""
        from textual.theme import ThemeProvider  # noqa: PLC0415

        from backprop_tui.tui.screens.modal import Palette  # noqa: PLC0415

        self.push_screen(Palette(providers=[ThemeProvider], placeholder="Search for themes…"))

    def action_suspend(self) -> None:
        """Stop, and with us whatever the shell has started together with us: what Ctrl+Z does to any program."""
        if sys.platform != "win32":
            os.kill(0, signal.SIGTSTP)

    def _fatal_error(self) -> None:
        # Textual would print a traceback with all local variables; `run_app` writes a log instead. There is no
        # public hook, and no public way to end at once: `exit` would wait for the message that has just failed.
        self._close_messages_no_wait()


def run_app(
    scenario: Scenario | None = None,
    *,
    theme: str | None = None,
    path: str = "",
    file: WatchedFile | None = None,
    refused: Sequence[Diagnostic] = (),
    predicts: bool = False,
) -> int:
    """Step through a scenario, or choose a lesson, until the user leaves. Needs a terminal. Arguments as of the app.

    Returns the exit code: 0; 2 if there is no such theme, or the path cannot be opened; 70 after a bug of ours, whose
    traceback is in a log file; 128 + n after signal n.
    """
    restore_signals = end_on_signals()
    thresholds = gc.get_threshold()
    gc.disable()  # until the first frame is there: almost nothing that starting up makes is garbage
    try:
        app = BackpropApp(
            scenario, theme=theme and theme_name(theme), path=path, file=file, refused=refused, predicts=predicts
        )
        if theme is None:
            app.theme = default_theme(app.console.color_system)
        try:
            app.run()
        finally:
            undo_all()  # if even leaving went wrong
    except InvalidThemeError:
        names = ", ".join((*(own.name for own in OWN_THEMES), *sorted(BUILTIN_THEMES)))
        narrate(f"backprop-tui: error: there is no theme {theme!r}; there are {names}")
        return 2
    except Exception as error:
        return report(error)
    finally:
        restore_signals()
        gc.unfreeze()
        gc.set_threshold(*thresholds)
        gc.enable()
    if app.return_value:
        narrate(str(app.return_value))
    return report(app.bug) if app.bug else app.return_code or 0


def _settle() -> None:
    """What is there now stays, and a step makes little garbage: look for it seldom, and never for long."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()
