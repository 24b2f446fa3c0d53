"""A screen that is drawn from a state, and never more often than there is time for."""

from __future__ import annotations

from time import monotonic

from textual.screen import Screen

_FRAME_SECONDS = 1 / 60
"""Keys that come faster than this share one drawing, so that holding a key never queues up work."""
_REST = 2
"""How many times as long as a drawing took there is time for keys only."""


class Paced(Screen[None]):
    """A screen whose `draw` is called once after any number of changes."""

    is_stale = False
    """Whether the state has changed since it was drawn."""
    _next_drawing = 0.0

    def changed(self) -> None:
        """Draw the state: at once, or, if that was done a moment ago, a moment later."""
        if self.is_stale:
            return
        wait = self._next_drawing - monotonic()
        if wait <= 0:
            self._draw_now()
        else:
            self.is_stale = True
            self.set_timer(wait, self._draw_now)

    def draw(self) -> None:
        """Draw the state as it is now."""
        raise NotImplementedError

    def _draw_now(self) -> None:
        began = monotonic()
        self.is_stale = False
        self.draw()
        now = monotonic()
        self._next_drawing = now + max(_FRAME_SECONDS, _REST * (now - began))
