"""Columns of numbers: how wide they are, and where decimal points stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from backprop_tui.formatting import number
from backprop_tui.graph import Value

NODE = "node"
"""The heading of a column of names."""


class Field(NamedTuple):
    """A column of numbers: its width before and after the decimal point."""

    whole: int
    fraction: int = 0

    @property
    def width(self) -> int:
        """Both together."""
        return self.whole + self.fraction

    def align(self, text: str) -> str:
        """The text with its decimal point in the column's place, if it has one and that fits; else to the right."""
        if not self.fraction:
            return text.rjust(self.whole)
        whole = len(_whole(text))
        if whole <= self.whole and len(text) - whole <= self.fraction:
            return text.rjust(self.whole + len(text) - whole).ljust(self.width)
        return text.rjust(self.width)

    def at_least(self, width: int) -> Field:
        """The field, wider in front of the decimal point if need be."""
        return Field(max(self.whole, width - self.fraction), self.fraction)


class Numbers(NamedTuple):
    """Two ways to write a column of numbers."""

    aligned: Field
    """On the decimal point."""
    packed: Field
    """On the right: narrower."""


def measure(values: Iterable[Value | None]) -> Numbers:
    """Room for all of these numbers; arrays do not count."""
    texts = {number(float(value)) for value in values if value is not None and not value.ndim}
    whole = max((len(_whole(text)) for text in texts), default=1)
    fraction = max((len(text) - len(_whole(text)) for text in texts), default=0)
    return Numbers(Field(whole, fraction), Field(max(map(len, texts), default=1)))


def _whole(text: str) -> str:
    """The part of a number before its decimal point or its exponent."""
    return text if text in ("nan", "inf", "-inf") else text.partition(".")[0].partition("e")[0]
