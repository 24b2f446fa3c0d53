"""The two ways in which a drawing can run. What is laid out is the same; only the cells differ.

*Along* is the way the values go, from layer to layer; *across* is the way the items of one layer follow each other.
Top-down, along is a row of the terminal and across is a column; left to right it is the other way round.
"""

from __future__ import annotations

from enum import Enum


class Orientation(Enum):
    """Which way the values go."""

    TOP_DOWN = "top-down"
    LEFT_TO_RIGHT = "left-to-right"

    @property
    def other(self) -> Orientation:
        """The one to toggle to."""
        return Orientation.TOP_DOWN if self is Orientation.LEFT_TO_RIGHT else Orientation.LEFT_TO_RIGHT
