"""The application: wires screens, themes and the command palette together. It neither draws nor decides."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import App, InvalidThemeError, SystemCommand
from textual.screen import Screen
from textual.theme import BUILTIN_THEMES

from backprop_tui.crash import report
from backprop_tui.tui.actions import Scope, at_hand, bindings
from backprop_tui.tui.themes import DEFAULT_THEME, OWN_THEMES, extra_variables

if TYPE_CHECKING:
    from backprop_tui.scenario import Scenario  # numpy: the list of lessons can do without

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


class BackpropApp(App[None]):
    """Steps through one scenario, or offers the lessons."""

    TITLE = "backprop-tui"
    CSS_PATH = Path(__file__).with_name("backprop.tcss")
    BINDINGS = bindings(Scope.EVERYWHERE)
    ALLOW_SELECT = False  # dragging scrubs; a terminal has a way of its own to copy text

    def __init__(self, scenario: Scenario | None = None, *, theme: str | None = None) -> None:
        """An app for a scenario; without one, for the lessons. Raises InvalidThemeError for an unknown theme."""
        # Without colour the terminal's own must stay: a theme's would only be turned into greys.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        for own in OWN_THEMES:
            self.register_theme(own)
        self.theme = theme or DEFAULT_THEME
        self._scenario = scenario

    @property
    def bug(self) -> Exception | None:
        """The exception that ended the app, if one did."""
        return self._exception  # Textual has no public name for it, and only prints it

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our colours, for themes that do not define them."""
        return extra_variables(self.current_theme)

    def get_default_screen(self) -> Screen[Any]:
        """The stepper, or the list of lessons."""
        if self._scenario is None:
            from backprop_tui.tui.screens.home import Home  # noqa: PLC0415  (only one of the two is needed)

            return Home()
        from backprop_tui.tui.screens.opening import open_stepper  # noqa: PLC0415

        return open_stepper(self._scenario)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Every action that is at hand on the screen."""
        scope = getattr(screen, "SCOPE", Scope.EVERYWHERE)
        for action in at_hand(scope):
            owner = self if action.scope is Scope.EVERYWHERE else screen
            if not action.has_argument and action.id != "command_palette":
                title = f"{action.label} ({action.key_text})"
                yield SystemCommand(title, action.help, getattr(owner, f"action_{action.id}"))

    def on_mount(self) -> None:
        """Leave the terminal in order even when the process is told to stop."""
        loop = asyncio.get_running_loop()
        for name in _SIGNALS:
            number = getattr(signal, name, None)  # Windows lacks one of them, and handlers for all
            if number is not None:
                with contextlib.suppress(NotImplementedError):
                    loop.add_signal_handler(number, self._stop, number)
        self.call_after_refresh(_settle)

    def action_help(self) -> None:
        """Show all keys of the screen."""
        from backprop_tui.tui.panels import help  # noqa: A004, PLC0415
        from backprop_tui.tui.screens.overlay import Overlay  # noqa: PLC0415

        scope = getattr(self.screen, "SCOPE", Scope.EVERYWHERE)
        self.push_screen(Overlay(lambda width, _: help.page(scope, width), title="Help", key="question_mark"))

    def _stop(self, number: int) -> None:
        self.exit(return_code=128 + number)

    def _fatal_error(self) -> None:
        # Textual would print a traceback with all local variables; `run_app` writes a log instead. There is no
        # public hook, and no public way to end at once: `exit` would wait for the message that has just failed.
        self._close_messages_no_wait()


def run_app(scenario: Scenario | None = None, *, theme: str | None = None) -> int:
    """Step through a scenario, or choose a lesson, until the user leaves. Needs a terminal.

    Returns the exit code: 0; 2 if there is no such theme; 70 after a bug of ours, whose traceback is in a log file;
    128 + n after signal n.
    """
    thresholds = gc.get_threshold()
    gc.disable()  # until the first frame is there: almost nothing that starting up makes is garbage
    try:
        app = BackpropApp(scenario, theme=theme)
        app.run()
    except InvalidThemeError:
        names = ", ".join((*(own.name for own in OWN_THEMES), *sorted(BUILTIN_THEMES)))
        print(f"backprop-tui: error: there is no theme {theme!r}; there are {names}", file=sys.stderr)
        return 2
    except Exception as error:
        return report(error)
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)
        gc.enable()
    return report(app.bug) if app.bug else app.return_code or 0


def _settle() -> None:
    """What is there now stays, and a step makes little garbage: look for it seldom, and never for long."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()
