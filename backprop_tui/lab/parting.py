"""A place where a broken engine does not do what the engine does."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from backprop_tui.engine.events import Event


class Kind(Enum):
    """In what the two differ."""

    VALUE = "value"
    """Going forward, another value comes out."""
    ORDER = "order"
    """Another node sends, before its gradient is complete."""
    MISSING = "missing"
    """The edge is never walked."""
    EXTRA = "extra"
    """An edge is walked once more."""
    STALE = "stale"
    """There is a gradient already where there should be none."""
    CONTRIBUTION = "contribution"
    """Another number goes back."""
    SHAPE = "shape"
    """The contribution has another shape."""
    SUM = "sum"
    """The same number arrives, and something else is made of it."""
    INHERITED = "inherited"
    """It does the right thing with a number that is wrong already."""
    STOP = "stop"
    """The broken engine stops."""


@dataclass(frozen=True)
class Parting:
    """What the two do at a position of the run. None: nothing."""

    kind: Kind
    position: int
    """Of the right run, after its event."""
    right: Event | None
    broken: Event | None
