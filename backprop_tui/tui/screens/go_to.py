"""One line that asks for the number of an event."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Input

from backprop_tui.tui.lines import Ink, Line, Page, Span, width
from backprop_tui.tui.screens.modal import Modal
from backprop_tui.tui.widgets.panel import Frame, Panel


class GoTo(Modal[int | None]):
    """Results in the event's number, from 1, or in None."""

    BINDINGS = [Binding("escape", "cancel", show=False)]  # noqa: RUF012  (as Textual declares it)

    of_run = True
    """It asks for an event of the run below it."""

    def __init__(self, last: int) -> None:
        super().__init__()
        self._last = last
        self._panel = Panel(self._prompt, "prompt", frame=Frame.NONE)
        self._input = Input(type="integer", max_length=9, compact=True, id="number")
        self._is_wrong = False

    def compose(self) -> ComposeResult:
        self._panel.styles.width = width(self._question())
        with Horizontal(id="question"):
            yield self._panel
            yield self._input

    @on(Input.Changed)
    def check(self, event: Input.Changed) -> None:
        """Say at once if there is no such event."""
        self._is_wrong = bool(event.value) and not self._is_valid(event.value)
        self._panel.redraw()

    @on(Input.Submitted)
    def submit(self, event: Input.Submitted) -> None:
        """Close, if the number is that of an event."""
        if self._is_valid(event.value):
            self.dismiss(int(event.value))

    def action_cancel(self) -> None:
        """Close without going anywhere."""
        self.dismiss(None)

    def _is_valid(self, text: str) -> bool:
        return text.isdecimal() and 1 <= int(text) <= self._last

    def _prompt(self, _width: int, _height: int) -> Page:
        return Page.of([self._question()])

    def _question(self) -> Line:
        ink = Ink.TROUBLE if self._is_wrong else Ink.STRONG
        return (Span(" Go to event "), Span(f"1 … {self._last}", ink), Span(": "))
