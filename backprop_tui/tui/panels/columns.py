"""The columns of the table of values and gradients: how wide they are, and where decimal points stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from backprop_tui.formatting import number
from backprop_tui.graph import Value

NODE, VALUE, GRADIENT, SHORT_GRADIENT = "node", "value", "gradient", "grad"
_MARK = 3
"""Columns after a name: a blank, a mark, a gap."""
_SHORT_NAME = 5
_NARROW = 20
"""A narrower table has no column for values."""
_GAP = 3
_ARRAY = 24
"""No array is written wider than this."""


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


class Columns(NamedTuple):
    """What fits into a width."""

    name: int
    lead: int
    """Columns before the values: a name, a mark, and a gap."""
    value: Field | None
    gap: int
    """Columns before the gradient; what was there before a change stands in them."""
    gradient: Field


def measure(values: Iterable[Value | None]) -> Numbers:
    """Room for all of these numbers; arrays do not count."""
    texts = {number(float(value)) for value in values if value is not None and not value.ndim}
    whole = max((len(_whole(text)) for text in texts), default=1)
    fraction = max((len(text) - len(_whole(text)) for text in texts), default=0)
    return Numbers(Field(whole, fraction), Field(max(map(len, texts), default=1)))


def columns(width: int, name: int, values: Numbers, gradients: Numbers, *, arrays: bool, gap: int) -> Columns:
    """The first layout that fits: decimal points give way before names, and both before the column of values.

    `name` is the width of the longest name, `gap` that of the widest text before an arrow.
    """
    names = (min(name, max(_SHORT_NAME, width // (4 if arrays else 3))), min(name, _SHORT_NAME))
    for shown in names:
        lead = max(shown + _MARK, len(NODE) + 2)
        room = width - lead
        for value, gradient, head in (
            (values.aligned, gradients.aligned, GRADIENT),
            (values.packed, gradients.packed, GRADIENT),
            (values.packed, gradients.packed, SHORT_GRADIENT),
        ):
            value, gradient = value.at_least(len(VALUE)), gradient.at_least(len(head))  # noqa: PLW2901
            if arrays:  # gradients change as one steps: they get the larger part
                value = value.at_least(min(room * 2 // 5, _ARRAY))  # noqa: PLW2901
            spare = room - value.width - gradient.width
            if spare < 1 or width < _NARROW:
                continue
            if arrays:
                return Columns(shown, lead, value, 1, gradient.at_least(min(room - 1 - value.width, _ARRAY)))
            return Columns(shown, lead, value, min(spare, max(_GAP, gap)), gradient)
    aligned, packed = gradients
    shown = max(1, min(names[0], width - _MARK - packed.width))
    lead = max(shown + _MARK, len(NODE) + 2)
    room = max(1, width - lead)
    return Columns(shown, lead, None, 0, (aligned if aligned.width <= room else packed).at_least(room))


def _whole(text: str) -> str:
    """The part of a number before its decimal point or its exponent."""
    return text if text in ("nan", "inf", "-inf") else text.partition(".")[0].partition("e")[0]
