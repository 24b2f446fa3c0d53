"""A nudge in lines: Δe/h beside the gradient, how they agree for steps of all sizes, and what has moved."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, isfinite, isnan, log10
from typing import Any

import numpy as np

from backprop_tui.formatting import NO_GRADIENT, NOT_COMPUTED, abbreviate, array, exact, number, summary
from backprop_tui.graph import Value, is_finite
from backprop_tui.lenses.nudge import Nudging, change
from backprop_tui.lenses.nudge_words import bound, short, trimmed
from backprop_tui.lenses.steps import SIZES, Fit, Step
from backprop_tui.tui.lines import Ink, Line, Span, ends, fit, light
from backprop_tui.tui.panels.fields import NODE
from backprop_tui.tui.panels.numbers import brief_change

_DIGITS = 16
_WORDS = {
    Fit.GOOD: "good",
    Fit.TOO_LARGE: "too large",
    Fit.TOO_SMALL: "too small",
    Fit.KINK: "kink",
    Fit.NOT_FINITE: "no value",
    Fit.UNSETTLED: "no slope",
}
_INKS = {Fit.GOOD: Ink.STRONG, Fit.NOT_FINITE: Ink.TROUBLE}
_WORD = max(map(len, _WORDS.values()))
_STEP = max(len(exact(-size)) for size in SIZES)
_BOUND = len("2.5e-100")
_QUOTIENT = 20
"""No Δe/h is wider: it has no more digits."""
_NUMBER, _ARRAY = 11, 20
"""No column of numbers is wider."""
_ARROW = " → "
_WIDE = 54
"""Columns from which on there is room for values after the nudge."""
_HEADS = {"off by": 54, "bending": 76, "rounding": 76, "within": 0}
"""What is said of a step, and the columns from which on there is room for it."""


def digits(x: float, cells: int) -> str:
    """A number in as many digits as fit into a number of cells."""
    if not isfinite(x):
        return str(x)
    for count in range(_DIGITS, 0, -1):
        mantissa, marker, exponent = f"{x + 0.0:.{count}g}".partition("e")
        text = f"{mantissa}e{int(exponent)}" if marker else mantissa
        if len(text) <= cells:
            return text
    return number(x)


def agreeing(x: float, y: float | None) -> int:
    """How many significant digits two numbers have in common; none with one that is not known."""
    if y is None or not isfinite(x) or not isfinite(y):
        return 0
    if x == y:
        return _DIGITS
    return max(0, floor(-log10(abs(x - y) / max(abs(x), abs(y)))))


def compared(text: str, count: int) -> Line:
    """A number of which the first significant digits are lit."""
    if not count:
        return (Span(text),)
    end = _end_of_digits(text, count)
    return Span(text[:end], Ink.NEW_FORWARD), Span(text[end:], Ink.FAINT)


def _end_of_digits(text: str, count: int) -> int:
    """Where that many significant digits of a number end."""
    seen = 0
    for at, character in enumerate(text):
        if character == "e":
            return at
        if character.isdigit() and (seen or character != "0"):
            if seen == count:
                return len(text[:at].rstrip("."))
            seen += 1
    return len(text)


def steps(nudging: Nudging, chosen: float, name: str, gradient: float | None, *, count: int, cells: int) -> list[Line]:
    """A head, and `count` steps of the sign of the chosen one, from `first_step` on; `name` is what Δe/h is called."""
    heads = [head for head, least in _HEADS.items() if cells >= least]
    room = min(_QUOTIENT, cells - _STEP - _WORD - 3 - len(heads) * (_BOUND + 1))
    head = " h".ljust(_STEP + 2) + f"{abbreviate(name, room):<{room}}"
    lines: list[Line] = [(Span(head + "".join(f" {one:>{_BOUND}}" for one in heads), Ink.HEADING),)]
    start = first_step(chosen, count)
    for size in SIZES[start : start + count]:
        h = size if chosen > 0 else -size
        line = _step(h, nudging.steps.get(h), gradient, room, heads)
        lines.append(light(fit((Span("▶", Ink.KEY), *line), cells)) if h == chosen else (Span(" "), *line))
    return lines


def first_step(chosen: float, count: int) -> int:
    """Which of `SIZES` is the first one shown, if the chosen one is to be among them."""
    return max(0, min(SIZES.index(abs(chosen)) - count // 2, len(SIZES) - count))


def _step(h: float, step: Step | None, gradient: float | None, room: int, heads: Sequence[str]) -> Line:
    size = Span(exact(h).ljust(_STEP + 1))
    if step is None:  # it would have cost too much
        return size, Span(NOT_COMPUTED, Ink.FAINT)
    quotient = fit(compared(digits(step.quotient, room), agreeing(step.quotient, gradient)), room)
    if not isfinite(step.quotient):
        quotient = fit((Span(str(step.quotient), Ink.TROUBLE),), room)
    texts = {
        "off by": NOT_COMPUTED if gradient is None else short(abs(step.quotient - gradient)),
        "bending": "" if isnan(step.bend) else short(step.bend),
        "rounding": "" if isnan(step.rounding) else bound(step.rounding),
        "within": NO_GRADIENT if isnan(step.error) else bound(step.error),
    }
    numbers = Span("".join(f" {texts[head]:>{_BOUND}}" for head in heads) + " ")
    return size, *quotient, numbers, Span(_WORDS[step.fit], _INKS.get(step.fit, Ink.FAINT))


def quotient(name: str, x: float, gradient: float | None, label: int, cells: int) -> Line:
    """`Δe/h    5.01`, the digits that agree with the gradient lit."""
    text = digits(x, cells - label)
    head = Span(name.ljust(label), Ink.FORWARD)
    if not isfinite(x):
        return head, Span(text, Ink.TROUBLE)
    return head, *compared(text, agreeing(x, gradient))


def opening(place: str, x: float, h: float, cells: int) -> Line:
    """`b = 1 → 1.01             h = 0.01`."""
    right = Span(f"  h = {exact(h)}", Ink.STRONG)
    room = cells - len(f"{place} = {number(x)} → {right.text}")
    left = (
        Span(f"{place} = ", Ink.STRONG),
        Span(number(x), Ink.FORWARD),
        Span(" → ", Ink.FAINT),
        Span(apart(x, x + h, room), Ink.NEW_FORWARD),
    )
    return ends(left, (right,), cells)


def apart(x: float, y: float, cells: int) -> str:
    """The number y in as many digits as tell it from x; in the usual ones if that takes more cells."""
    if number(x) != number(y):
        return number(y)
    for count in range(5, _DIGITS + 1):
        text, other = (f"{one:.{count}g}" for one in (y, x))
        if text != other:
            return text if len(text) <= cells and "e" not in text else number(y)
    return number(y)


def moved_by(moved: Value, cells: int) -> str:
    """A change: an array whole, or by how much its elements have moved at most."""
    if not np.any(moved):
        return number(0.0)
    if not moved.ndim:
        text = trimmed(float(moved))
        return text if len(text) <= cells else short(float(moved))
    text = whole(moved, cells)
    if text:
        return text
    most = float(np.max(np.abs(moved)))
    if not isfinite(most):
        return str(most)
    text = f"≤{trimmed(most)}"
    return text if len(text) <= cells else f"≤{bound(most)}"


def whole(value: Value, cells: int) -> str:
    """A number; all of an array, if that fits."""
    text = array(value, max(1, cells)) if value.ndim else number(float(value))
    return text if not value.ndim or text.startswith("[") else ""


def _in_sum(value: Value, cells: int) -> str:
    text = summary(value)
    return text if len(text) <= cells else brief_change(value, cells)


class Moves:
    """The table of what has moved: `c   3 → 3.01   0.01   1`."""

    def __init__(self, longest: int, cells: int, *, arrays: bool) -> None:
        """`longest` is the width of the longest name; `arrays`: whether some of the values are."""
        self._is_wide = cells >= _WIDE
        self._lead = max(len(NODE), min(longest, cells // 4))
        rest = cells - self._lead - (len(_ARROW) if self._is_wide else 0)
        self._room = max(1, min(_ARRAY if arrays else _NUMBER, rest // (4 if self._is_wide else 3) - 1))

    @property
    def head(self) -> Line:
        """What the columns are."""
        return (Span(self._row(NODE, "before", "after", "Δ", "Δ/h"), Ink.HEADING),)

    def line(self, name: str, before: Value, after: Value, h: float) -> Line:
        """What a node was and is, by how much it has moved, and that over h."""
        room = self._room
        moved = change(before, after)
        with np.errstate(all="ignore"):
            rate: Any = moved / h
        old, new = whole(before, room), whole(after, room)
        if not after.ndim:
            new = apart(float(before), float(after), room)
        elif not (old and new):
            old, new = _in_sum(before, room), _in_sum(after, room)
        row = self._row(name, old, new, moved_by(moved, room), moved_by(rate, room))
        if not np.any(moved):
            return (Span(row, Ink.FAINT),)
        split = len(row) - 2 * (room + 1)
        ink = Ink.NEW_FORWARD if is_finite(after) else Ink.TROUBLE
        return Span(row[: self._lead]), Span(row[self._lead : split], Ink.FORWARD), Span(row[split:], ink)

    def _row(self, name: str, before: str, after: str, *changes: str) -> str:
        room = self._room
        text = f"{abbreviate(name, self._lead):<{self._lead}} {before:>{room}}"
        if self._is_wide:
            text += f"{_ARROW}{after:<{room}}"
        return text + "".join(f" {change:>{room}}" for change in changes)
