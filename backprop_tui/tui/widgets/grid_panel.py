"""A panel whose page is a part of something larger: it does not scroll, it says that somebody wants it to."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from backprop_tui.tui.widgets.panel import Panel


class GridPanel(Panel):
    """Shows what its source makes of the room there is."""

    @dataclass
    class Wheeled(Message):
        """The user turned the wheel."""

        rows: int
        """How far; down, if positive."""

    def scroll_rows(self, rows: int) -> None:
        """Say so."""
        self.post_message(self.Wheeled(rows))
