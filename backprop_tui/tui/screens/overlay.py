"""A box of text over the screen: help, lesson, inspector, diagnostics. Scroll it, close it."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding

from backprop_tui.tui.screens.modal import Modal
from backprop_tui.tui.widgets.panel import Frame, Panel, Source

WIDTH = 84
"""Columns, in a window that has them."""


class Overlay(Modal[None]):
    """Shows one page until it is closed with Escape, Enter, q or the key that opened it."""

    AUTO_FOCUS = None
    BINDINGS = [  # noqa: RUF012  (as Textual declares it)
        Binding("escape,enter,q,left,h", "close", show=False),
        Binding("down,j", "scroll(1)", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("pagedown,space", "scroll(10)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
        Binding("home", "scroll(-10000000)", show=False),
        Binding("end", "scroll(10000000)", show=False),
    ]

    def __init__(self, source: Source, *, title: str, key: str = "", of_run: bool = False) -> None:
        """An overlay that shows `source(width, height)`; `key` closes it, and another run does if it is `of_run`."""
        super().__init__()
        self.of_run = of_run
        self._source = source
        self._key = key
        self._panel = Panel(source, "overlay", title=title, frame=Frame.BOX)

    def compose(self) -> ComposeResult:
        self._panel.styles.width = WIDTH
        yield self._panel

    def on_mount(self) -> None:
        """Be no taller than the page."""
        width = min(WIDTH, self.app.size.width) - 2 * Frame.BOX.sides
        page = self._source(max(1, width), self.app.size.height)
        self._panel.styles.height = page.length + len(page.head) + Frame.BOX.above + Frame.BOX.below

    def on_key(self, event: events.Key) -> None:
        """Close with the key that opened it."""
        if event.key == self._key:
            event.stop()
            self.action_close()

    def action_scroll(self, rows: int) -> None:
        """Scroll the page."""
        self._panel.scroll_rows(rows)

    def action_close(self) -> None:
        """Go back to what is underneath."""
        self.dismiss(None)
