"""How much of a run is asked: nothing the first time, then its last steps, then more and more of it."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backprop_tui.engine.timeline import Timeline


class Level(IntEnum):
    """How much is asked."""

    WATCH = 0
    QUARTER = 1
    HALF = 2
    BACKWARD = 3
    EVERYTHING = 4

    @property
    def words(self) -> str:
        """What is asked, as one says it."""
        return _WORDS[self]

    @property
    def following(self) -> Level:
        """The level after it; the last one is followed by itself."""
        return Level(min(self + 1, Level.EVERYTHING))


_WORDS = {
    Level.WATCH: "nothing",
    Level.QUARTER: "the last quarter of the way back",
    Level.HALF: "the last half of the way back",
    Level.BACKWARD: "the whole way back",
    Level.EVERYTHING: "everything",
}


def first_asked(level: Level, timeline: Timeline) -> int:
    """The index of the event from which on one is asked; that after the last one, if none is.

    Shares are of the accumulations, and rounded up: a run with one of them has it asked from the first level on.
    """
    end, seed = len(timeline), timeline.seed_event
    accumulations = end - seed - 1
    match level:
        case Level.WATCH:
            return end
        case Level.QUARTER:
            return end - -(-accumulations // 4)
        case Level.HALF:
            return end - -(-accumulations // 2)
        case Level.BACKWARD:
            return seed
        case Level.EVERYTHING:
            return len(timeline.plan.inputs)
