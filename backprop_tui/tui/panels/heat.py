"""How far from 0 a number is, as a mark and as an ink: a diverging scale, symmetric about 0, in four steps a side."""

from __future__ import annotations

from math import isfinite, isnan

from backprop_tui.formatting import number
from backprop_tui.tui.lines import COOL, COOL_MARKS, WARM, WARM_MARKS, Ink, Line, Span

BELOW, ABOVE = "╌─═≡", "░▒▓█"
"""Marks by size: what is negative has stripes."""
ZERO, NAN, INFINITE = "0", "?", "∞"
STEPS = 4


def level(x: float, largest: float) -> int:
    """The step of a finite number on the scale from -largest to largest: -4 to 4, and 0 only for 0 itself.

    >>> level(-1.0, 1.0), level(0.0, 1.0), level(1e-9, 1.0), level(0.3, 1.0)
    (-4, 0, 1, 2)
    """
    if x == 0 or not largest:
        return 0
    step = min(STEPS, 1 + int(STEPS * (abs(x) / largest)))
    return step if x > 0 else -step


def mark(x: float, largest: float) -> str:
    """One cell that shows sign and size without colour."""
    if not isfinite(x):
        return NAN if isnan(x) else INFINITE
    step = level(x, largest)
    return ABOVE[step - 1] if step > 0 else BELOW[-step - 1] if step else ZERO


def ink(x: float, largest: float, *, is_mark: bool = False) -> Ink:
    """What a number, or its mark, is drawn in."""
    if not isfinite(x):
        return Ink.TROUBLE
    step = level(x, largest)
    if not step:
        return Ink.FAINT if is_mark else Ink.TEXT
    if is_mark:
        return WARM_MARKS[step - 1] if step > 0 else COOL_MARKS[-step - 1]
    return WARM[step - 1] if step > 0 else COOL[-step - 1]


def legend(end: float, *, is_open: bool = False) -> Line:
    """`-2.28 ≡═─╌ 0 ░▒▓█ 2.28`: the scale. Where larger numbers have the last marks, too: `≤-2.28 … ≥2.28`."""
    low, high = (f"≤-{number(end)}", f"≥{number(end)}") if is_open else (f"-{number(end)}", number(end))
    below = [Span(mark, ink) for mark, ink in zip(reversed(BELOW), reversed(COOL_MARKS), strict=True)]
    above = [Span(mark, ink) for mark, ink in zip(ABOVE, WARM_MARKS, strict=True)]
    return (Span(f"{low} ", Ink.HEADING), *below, Span(" 0 ", Ink.HEADING), *above, Span(f" {high}", Ink.HEADING))


def short_legend(end: float, *, is_open: bool = False) -> Line:
    """`≡ ±2.28 █`: the ends of the scale."""
    text = f" ±{'≥' if is_open else ''}{number(end)} "
    return (Span(BELOW[-1], COOL_MARKS[-1]), Span(text, Ink.HEADING), Span(ABOVE[-1], WARM_MARKS[-1]))
