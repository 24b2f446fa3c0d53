"""A position in a timeline, and the values and gradients as they are there."""

from __future__ import annotations

from backprop_tui.engine.events import Event
from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Value


class Cursor:
    """Moves along a timeline. Its only state is the position: how many events are done."""

    def __init__(self, timeline: Timeline, position: int = 0) -> None:
        """A cursor before the first event, or at `position`. Raises IndexError outside 0 … len(timeline)."""
        self.timeline = timeline
        self.position = 0
        self._end = len(timeline)
        self._event = timeline.event
        self.seek(position)

    @property
    def event(self) -> Event | None:
        """The event that was done last; None before the first."""
        return self._event(self.position - 1) if self.position else None

    def step(self) -> Event | None:
        """Do the next event and return it; None at the end."""
        position = self.position
        if position == self._end:
            return None
        self.position = position + 1
        return self._event(position)

    def back(self) -> Event | None:
        """Undo the last event and return it; None at the start."""
        if self.position == 0:
            return None
        self.position -= 1
        return self._event(self.position)

    def seek(self, position: int) -> None:
        """Go to a position: the number of events that are done. Raises IndexError outside 0 … len(timeline)."""
        if not 0 <= position <= len(self.timeline):
            raise IndexError(f"position {position} is outside 0 … {len(self.timeline)}")
        self.position = position

    def value(self, name: str) -> Value | None:
        """The value of a node here. None: not computed yet. Raises KeyError for an unknown name."""
        return self.timeline.value_at(self.timeline.graph[name].index, self.position)

    def grad(self, name: str) -> Value | None:
        """The gradient of a node here. None: nothing has arrived. Raises KeyError for an unknown name."""
        return self.timeline.grad_at(self.timeline.graph[name].index, self.position)
