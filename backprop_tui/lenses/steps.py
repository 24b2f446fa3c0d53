"""Steps from x to x + h, of which each is measured, and what they say of the slope and of each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from math import inf, isfinite, nan
from typing import NamedTuple

SIZES: Sequence[float] = [float(f"1e-{digits}") for digits in range(16)]
"""How large a step may be, whichever its sign: 1, 0.1, … 10⁻¹⁵."""
CLOSE = 1e-5
"""A step is good if Δe/h misses the slope by no larger part of it."""
_STEADY = 1e-2
"""Δe/h has settled on one side if it changes by no larger part while h becomes ten times smaller."""
_SAFETY = 4.0


class Fit(Enum):
    """What a step is good for, and if not, why."""

    GOOD = "good"
    TOO_LARGE = "too large"
    """The function bends on the way."""
    TOO_SMALL = "too small"
    """Rounding has taken the digits."""
    KINK = "kink"
    """An operation changes its branch on the way."""
    NOT_FINITE = "not finite"
    """Outside of a domain, or beyond the largest number."""
    UNSETTLED = "unsettled"
    """Nobody knows: there is no slope to compare with."""


class Slope(NamedTuple):
    """A slope, and how far it may be off."""

    value: float
    tolerance: float

    def allows(self, gradient: float) -> bool:
        """Whether the gradient may be the same number."""
        return abs(self.value - gradient) <= self.tolerance


@dataclass(frozen=True)
class Step:
    """What one step tells about the slope."""

    h: float
    quotient: float
    """Δ(Σ seed · output) / h."""
    error: float
    """How far that may be from the gradient; NaN where nothing can be said."""
    bend: float
    """How far bending has moved it; NaN where rounding drowns that, and where nothing can be said."""
    rounding: float
    """How far rounding can move it: of the values, and of x + h."""
    fit: Fit
    culprit: int | None = None
    """The first node that changes its branch or is no longer finite."""
    is_lost: bool = False
    """Whether x + h is x again."""


class Measured(NamedTuple):
    """One step, as it came out."""

    h: float
    width: float
    """x + h - x, as it came out in floating point."""
    quotient: float
    rounding: float
    crossed: int | None
    broken: int | None


def settled(rows: Sequence[Measured]) -> Slope | None:
    """What Δe/h comes to on one side: what it is where it changes least, if all smaller steps bear it out.

    Rows come with shrinking h.
    """
    rows = [row for row in rows if row.width and isfinite(row.quotient)]
    best, least = None, inf
    for at, (wide, narrow) in enumerate(pairwise(rows), 2):
        gap, rounding = abs(narrow.quotient - wide.quotient), _rounding(narrow, narrow.quotient)
        is_steady = gap <= rounding + _STEADY * max(abs(narrow.quotient), abs(rows[0].quotient))
        if is_steady and gap + rounding < least:
            found = Slope(narrow.quotient, gap + rounding)
            if all(_bears_out(row, found) for row in rows[at:]):
                best, least = found, gap + rounding
    return best


def _bears_out(row: Measured, slope: Slope) -> bool:
    """Whether a smaller step says the same, but for rounding."""
    return abs(row.quotient - slope.value) <= slope.tolerance + _SAFETY * _rounding(row, slope.value)


def _rounding(row: Measured, slope: float) -> float:
    """How far rounding can move Δe/h: of the values, and of x + h."""
    return row.rounding + abs(slope * (1.0 - row.width / row.h))


def meeting(right: Slope | None, left: Slope | None) -> Slope | None:
    """The slope of both sides, if it is the same one."""
    if not right or not left:
        return None
    tolerance = right.tolerance + left.tolerance
    return Slope((right.value + left.value) / 2.0, tolerance) if abs(right.value - left.value) <= tolerance else None


def crossed_at_once(rows: Sequence[Measured]) -> int | None:
    """The node whose branch even the narrowest step leaves that is not lost. Nobody knows unless all are measured."""
    if len(rows) < len(SIZES):
        return None
    return next((row.crossed for row in reversed(rows) if row.width), None)


def judged(rows: Sequence[Measured], slope: Slope | None, kink: int | None, largest: float) -> Iterator[Step]:
    """The steps of one side; `largest` is the largest |Δe/h| of both."""
    errors: dict[float, tuple[float, float, float]] = {}
    if slope:
        for row in rows:
            bend = abs(row.quotient - slope.value)
            rounding = _rounding(row, slope.value)
            if isfinite(row.quotient):
                is_drowned = bend <= rounding + slope.tolerance
                errors[row.h] = nan if is_drowned else bend, rounding, max(bend, rounding) + slope.tolerance
    best = min(errors, key=lambda h: errors[h][2], default=0.0)
    scale = abs(slope.value) if slope and abs(slope.value) > slope.tolerance else largest
    for row in rows:
        bend, rounding, error = errors.get(row.h, (nan, nan, nan))
        culprit = row.crossed
        if not isfinite(row.quotient):
            fit, culprit = Fit.NOT_FINITE, row.broken
        elif error <= CLOSE * scale or not largest:
            fit = Fit.GOOD
        elif kink is not None or row.crossed is not None:
            fit, culprit = Fit.KINK, kink if row.crossed is None else row.crossed
        elif not row.width:
            fit = Fit.TOO_SMALL
        elif not slope:
            fit = Fit.UNSETTLED
        elif row.h == best:
            fit = Fit.GOOD
        else:
            fit = Fit.TOO_LARGE if abs(row.h) > abs(best) else Fit.TOO_SMALL
        yield Step(row.h, row.quotient, error, bend, rounding, fit, culprit, is_lost=not row.width)
