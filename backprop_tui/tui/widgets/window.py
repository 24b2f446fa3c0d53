"""A window on a content that is larger: what the mouse and the keys do to move it."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.widget import Widget

from backprop_tui.drawing.pieces import Point, Rectangle
from backprop_tui.tui.viewport import Viewport

_WHEEL = 3
"""Rows; twice as many columns."""


class Window(Widget):
    """Moves over its content: dragged, by the wheel, or by a map in it."""

    @dataclass
    class Zoomed(Message):
        """The user wants another level of detail."""

        steps: int
        """How many levels richer."""

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(name=name, id=id, classes=classes)
        self._viewport = Viewport()
        self._grip: Point | None = None
        """Where the mouse was last, with its button pressed."""
        self._is_on_map = False
        """Whether it was pressed on the map."""
        self._has_dragged = False

    @property
    def viewport(self) -> Viewport:
        """Which part of the content is seen."""
        return self._viewport

    def pan(self, columns: int, rows: int) -> None:
        """Move over the content."""
        self._go(self._viewport.moved(columns, rows))

    def moved(self) -> None:
        """Called when another part is seen."""

    def clicked(self, x: int, y: int) -> None:
        """Called when the user has clicked on a cell."""

    def on_map(self, x: int, y: int) -> Point | None:
        """The place of the content that a cell stands for, if it is on a map."""

    def _go(self, viewport: Viewport) -> None:
        if viewport != self._viewport:
            self._viewport = viewport
            self.moved()
            self.refresh()

    def _go_to_map(self, x: int, y: int) -> bool:
        place = self.on_map(x, y)
        if place:
            self._go(self._viewport.centred(Rectangle(*place, 1, 1)))
        return place is not None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the content, or go to a place of the map."""
        if event.button == 1:
            self.capture_mouse()
            self._has_dragged = False
            self._grip = event.x, event.y
            self._is_on_map = self._go_to_map(event.x, event.y)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag the content along, or go along the map."""
        if self.app.mouse_captured is not self or self._grip is None:
            return
        if self._is_on_map:
            self._go_to_map(event.x, event.y)
        elif (event.x, event.y) != self._grip:
            self._has_dragged = True
            columns, rows = self._grip[0] - event.x, self._grip[1] - event.y
            self._grip = event.x, event.y
            self.pan(columns, rows)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go; without having moved, that was a click."""
        self.release_mouse()
        grip, self._grip = self._grip, None
        if grip and not self._is_on_map and not self._has_dragged:
            self.clicked(event.x, event.y)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move the window down."""
        self._wheel(event, 0, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move the window up."""
        self._wheel(event, 0, -1)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """Move the window to the right."""
        self._wheel(event, 1, 0)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """Move the window to the left."""
        self._wheel(event, -1, 0)

    def _wheel(self, event: events.MouseEvent, across: int, along: int) -> None:
        """With Shift the window moves sideways; with Ctrl there is more detail, or less."""
        event.stop()
        event.prevent_default()
        if event.ctrl:
            self.post_message(self.Zoomed(-along))
        elif event.shift:
            self.pan(2 * _WHEEL * along, 0)
        else:
            self.pan(2 * _WHEEL * across, _WHEEL * along)
