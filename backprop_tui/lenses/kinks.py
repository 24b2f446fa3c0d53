"""Kinks, jumps and cusps, found by nudging: where a function has no derivative, it is no error that none agrees.

At a kink, the slopes on each side stay what they are as the step shrinks, but differ from each other. At a jump, the
values do. At a cusp, the value comes closer and closer to that in the middle, but the slope grows and grows. Neither
rounding nor a pole nor what varies too fast for the steps does any of that over several widths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from operator import attrgetter
from typing import Any

import numpy as np

from backprop_tui.graph import Value
from backprop_tui.lenses.nudging import EPSILON, Nudge, Sides
from backprop_tui.ops.registry import OPERATIONS

_NOISE = 8.0
"""What is smaller than so many times the rounding is taken for rounding."""


def find_kink(nudge: Nudge, samples: Sequence[Sides], narrowest: int) -> int | None:
    """The first node on the way that has a kink, a jump or a cusp. Call it under `np.errstate(all="ignore")`.

    Samples come with shrinking width. The kink may be anywhere within the reach of an estimate, whose narrowest sample
    is given: what is narrower than the way to a kink does not see it.
    """
    if not nudge.ground.is_finite:
        return None
    graph, grads = nudge.ground.graph, nudge.ground.grads
    middle = nudge.at(nudge.x)
    values = cache(lambda h: (nudge.at(nudge.x - h), nudge.at(nudge.x + h)))
    apart = len(samples) - 1 - len(samples) // 2
    for inner in range(len(samples) - 1, max(apart, narrowest) - 1, -1):
        window = [(sample, *values(sample.h)) for sample in samples[inner - apart : inner + 1]]
        for node in nudge.downstream:
            here = middle[node]
            sides = [Sides(sample.h, sample.width, below[node], above[node]) for sample, below, above in window]
            if OPERATIONS[graph.nodes[node].op].differentiable:
                rounding = EPSILON * np.abs(here)
                noise = np.maximum(rounding, _taken_over(grads[node], nudge.rounding))
                is_met = _kink(here, sides, rounding) | _jump(sides, noise) | _cusp(here, sides, noise)
            else:  # a mask jumps, if only at a single point
                is_met = (sides[-1].below != here) | (sides[-1].above != here)
            if np.any(is_met):
                return node
    return None


def _taken_over(grad: Value | None, rounding: float) -> Any:
    """What rounding of the nodes downstream can do to a node, as far as the output sees it."""
    return 0.0 if grad is None else np.where(grad != 0, rounding / np.abs(grad), 0.0)


def _kink(here: Value, around: Sequence[Sides], rounding: Value) -> Any:
    """Where the slopes to the right and to the left are steady, but not alike."""
    slopes = (
        (2.0 * (here - sides.below) / sides.width, 2.0 * (sides.above - here) / sides.width)
        for sides in (around[-1], *around[:-1])
    )
    return _steady(slopes, 2.0 * rounding / around[-1].width)


def _jump(around: Sequence[Sides], noise: Value) -> Any:
    """Where the values to the right and to the left are steady, but not alike."""
    return _steady(((sides.below, sides.above) for sides in (around[-1], *around[:-1])), noise)


def _steady(pairs: Iterator[tuple[Value, Value]], noise: Value) -> Any:
    """Where the two of the first pair differ by more than noise, and all others are together within half of that."""
    left, right = next(pairs)
    gap = np.abs(right - left)
    is_steady: Any = gap > _NOISE * noise
    for other_left, other_right in pairs:
        if not np.any(is_steady):
            break
        is_steady = is_steady & (np.abs(other_right - right) + np.abs(other_left - left) <= gap / 2.0)
    return is_steady


def _cusp(here: Value, around: Sequence[Sides], noise: Value) -> Any:
    """Where, to one side or both, the slope grows by a third from each width to the next, and the way shrinks so."""
    last = around[-1]
    found: Any = np.False_
    to_the_sides: tuple[Callable[[Sides], Value], ...] = (attrgetter("below"), attrgetter("above"))
    for on_side in to_the_sides:
        is_cusp = np.abs(on_side(last) - here) > _NOISE * noise
        is_cusp = is_cusp & np.isfinite(last.above - last.below)  # the edge of a domain has but one side
        for wide, narrow in pairwise(around):
            if not np.any(is_cusp):
                break
            far, near = np.abs(on_side(wide) - here), np.abs(on_side(narrow) - here)
            is_cusp = is_cusp & (near <= 0.75 * far) & (far / wide.width <= 0.75 * near / narrow.width)
        found = found | is_cusp
    return found
