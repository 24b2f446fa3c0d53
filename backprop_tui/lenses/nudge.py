"""A nudge: one element of one input goes from x to x + h. How far does everything move, and what does Δe/h tell?

Δe/h is not the gradient. Two things keep them apart: over a large step the function bends, and of a small one rounding
leaves little. How far apart they may be is *stated*, without the gradient: the slope is extrapolated from central
differences to h = 0, with an observed error (`lenses.finite_differences`), and Δe/h is as far from the gradient as it
is from that slope, give or take that error. What rounding can do is known beforehand, and tells which of the two it is.

A step may also take an operation from one branch to another, over the kink of a relu (`lenses.branches`). Where the
input stands on a kink there is no slope, and nothing is stated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, isnan
from typing import Any

import numpy as np

from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Value, is_finite
from backprop_tui.lenses.branches import Branches
from backprop_tui.lenses.finite_differences import Difference, Verdict, compare
from backprop_tui.lenses.nudging import Ground, Nudge, Sides
from backprop_tui.lenses.places import Place
from backprop_tui.lenses.steps import SIZES, Measured, Slope, Step, crossed_at_once, judged, meeting, settled
from backprop_tui.ops.operation import plain
from backprop_tui.progress import Progress

BUDGET = 3_000_000_000
"""What all steps together may cost, in nanoseconds of an ordinary machine, about. The one that is asked for comes first
and is always made, and so is the extrapolation."""


@dataclass(frozen=True, eq=False)
class Nudging:
    """What steps from one element tell."""

    nudge: Nudge
    gradient: float | None
    """By the chain rule; None if no gradient reaches the element."""
    slope: Slope | None
    """Without the chain rule. None if there is none, or none that steps can tell."""
    right: Slope | None
    """What Δe/h comes to as h > 0 shrinks; None if it does not settle."""
    left: Slope | None
    """And as h < 0 does."""
    kink: int | None
    """The node whose kink the element stands on, as far as steps can tell."""
    steps: Mapping[float, Step]
    """By h. Not all sizes of both signs, where that would cost too much."""

    @property
    def place(self) -> Place:
        """The element that is moved."""
        return Place(self.nudge.node, self.nudge.element)

    @property
    def contradicts(self) -> bool:
        """Whether gradient and slope cannot be the same number: a derivative is wrong, or no step resolves it."""
        return self.slope is not None and not self.slope.allows(self.gradient or 0.0)

    @np.errstate(all="ignore")
    def values(self, h: float) -> Mapping[int, Value]:
        """The values after a step, of the input and of all that is downstream of it and matters to the output."""
        return self.nudge.at(self.nudge.x + h)


@dataclass(frozen=True)
class _Watched(Nudge):
    """A nudge that can be cancelled between two runs."""

    progress: Progress

    def at(self, x: float) -> Mapping[int, Value]:
        self.progress.check()
        output = self.ground.graph.output  # which may not be downstream
        return {output: self.ground.values[output], **super().at(x)}


def has_moved(before: Value, after: Value) -> bool:
    """Whether a value has changed at all; NaN that stays NaN has not."""
    if isinstance(before, np.float64):  # nearly all nodes of a large graph
        return not (after == before or (isnan(before) and isnan(after)))
    return not np.array_equal(before, after, equal_nan=True)


def change(before: Value, after: Value) -> Value:
    """How far a value has moved; 0 where it has not, be it infinite or NaN."""
    with np.errstate(all="ignore"):
        moved: Any = after - before
        if np.isnan(moved).any():
            moved = np.where((after == before) | (np.isnan(after) & np.isnan(before)), 0.0, moved)
    return plain(moved)


@np.errstate(all="ignore")
def study(timeline: Timeline, place: Place, h: float, progress: Progress) -> Nudging:
    """Nudge one element by steps of all sizes and both signs; `h`, one of them, comes first. Raises Cancelled."""
    progress.enter("nudging")
    found = Ground(timeline).nudge(*place)
    assert found is not None  # there is no limit to what it may cost
    nudge = _Watched(found.ground, found.node, found.element, found.downstream, found.cost, progress)
    branches = Branches(nudge)
    grad = nudge.ground.grads[place.node]
    gradient = None if grad is None else float(np.asarray(grad)[place.element])
    measured = [_measure(nudge, branches, h)]
    central, spent = compare(nudge, gradient or 0.0, float(BUDGET))
    affordable = max(0, int((BUDGET - spent) / nudge.cost) - 1)
    others = progress.over(_others(h)[:affordable], "nudging")
    measured += [_measure(nudge, branches, other) for other in others]
    return _judge(nudge, gradient, central, measured)


def _others(h: float) -> Sequence[float]:
    """All steps but one, its neighbours first, those of the other sign last."""
    at = SIZES.index(abs(h))
    near = sorted(range(len(SIZES)), key=lambda number: abs(number - at))
    sign = 1.0 if h > 0 else -1.0
    return [SIZES[number] * sign for number in near[1:]] + [SIZES[number] * -sign for number in near]


def _measure(nudge: Nudge, branches: Branches, h: float) -> Measured:
    ground, output = nudge.ground, nudge.ground.graph.output
    width = (nudge.x + h) - nudge.x
    moved = nudge.at(nudge.x + h)
    sides = Sides(h, np.float64(abs(h)), ground.values[output], moved[output])
    quotient = float(np.sum(ground.graph.seed * (sides.above - sides.below)) / h)
    rounding = nudge.uncertainty(sides) if width else 0.0  # else it is the same run again, to the last digit
    broken = None
    if not isfinite(quotient):
        broken = next((node for node in (nudge.node, *nudge.downstream) if not is_finite(moved[node])), None)
    return Measured(h, width, quotient, rounding, branches.crossed(moved), broken)


def _judge(nudge: Nudge, gradient: float | None, central: Difference, measured: Iterable[Measured]) -> Nudging:
    """Say of every step what it is good for."""
    rows = sorted(measured, key=lambda row: -abs(row.h))
    right, left = ([row for row in rows if row.h * sign > 0] for sign in (1, -1))
    sides = settled(right), settled(left)
    culprit = next((node for node in (crossed_at_once(right), crossed_at_once(left)) if node is not None), None)
    slope, kink = meeting(*sides), None
    if culprit is not None or central.verdict is Verdict.KINK:
        if not (slope and slope.allows(central.gradient)):
            slope, kink = None, central.kink if culprit is None else culprit
    elif central.verdict in (Verdict.AGREES, Verdict.DIFFERS):
        slope = Slope(float(central.estimate), float(central.tolerance))
    largest = max((abs(row.quotient) for row in rows if isfinite(row.quotient)), default=0.0)
    steps = {step.h: step for side in (right, left) for step in judged(side, slope, kink, largest)}
    return Nudging(nudge, gradient, slope, *sides, kink, steps)
