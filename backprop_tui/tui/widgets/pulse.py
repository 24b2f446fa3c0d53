"""A short animation after a single step: the lit lines grow from who sends to who receives."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from time import monotonic

from textual.timer import Timer
from textual.widget import Widget

_FRAMES = 3
_FRAME = 0.04
"""Seconds."""
_CALM = 0.25
"""Seconds since the last step. Who steps faster does not look at it."""


class Pulse:
    """Draws a few frames, each with more of the lit lines; at once all of them, whatever comes in between."""

    def __init__(self, widget: Widget, draw: Callable[[float], None]) -> None:
        """`draw` draws the widget with a share of the lit lines, from 0 to 1."""
        self.is_on = False
        """Whether steps are animated, where that is possible. Not unless asked for: frames cost as much as a step."""
        self._widget = widget
        self._draw = draw
        self._timer: Timer | None = None
        self._frame = 0
        self._last = -_CALM

    @property
    def is_possible(self) -> bool:
        """Whether the user and the terminal allow it."""
        return self._widget.app.animation_level != "none" and not is_remote()

    def toggle(self) -> bool:
        """Animate steps, or leave it. Returns which."""
        self.is_on = self.is_possible and not self.is_on
        return self.is_on

    def start(self) -> float:
        """Begin, unless steps come fast. Returns the share of the lit lines to draw now."""
        self.stop()
        now, last = monotonic(), self._last
        self._last = now
        if now - last < _CALM or not self.is_on:
            return 1.0
        self._frame = 1
        self._timer = self._widget.set_interval(_FRAME, self._next)
        return self._frame / _FRAMES

    def stop(self) -> None:
        """Draw what is to stay."""
        if self._timer:
            self._timer.stop()
            self._timer = None
            self._draw(1.0)

    def _next(self) -> None:
        if self._frame + 1 >= _FRAMES:
            self.stop()
        elif self._timer:
            self._frame += 1
            self._draw(self._frame / _FRAMES)


def is_remote(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the terminal is at the other end of a network, where every frame costs."""
    return any(environment.get(name) for name in ("SSH_CONNECTION", "SSH_TTY"))
