"""Gradients without the chain rule: nudge a node, see how far the output moves.

What is differentiated is Σ seed · output, as in the backward pass. The slope at x is the central difference
(f(x + h) - f(x - h)) / 2h, extrapolated to h = 0 from two step widths (Richardson). Its error is *observed*, not
assumed: how far estimates of neighbouring widths are apart, plus what rounding can do to them. Agreement means
agreement within that error.

Where the two disagree the reason may be a kink, such as relu at 0: there the slopes to the left and to the right are
each the same for every h, in some node on the way, but not the same as each other (`lenses.kinks`). That is no error of
the chain rule. Nor is what no step can resolve: estimates that scatter more and more as h shrinks, far more than
rounding makes them. There nothing is decided.

Inputs are nudged, and so is every node between them and the output that a gradient reaches: one is moved, what it was
computed from stays. A large graph is not evaluated often enough to compare every element: what a nudge costs is known
beforehand, and a budget says how many there are. It counts work and not time, so that the same graph always gets the
same report; and every node has its turn before any has a second one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from math import inf
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Shape
from backprop_tui.lenses.kinks import find_kink
from backprop_tui.lenses.nudging import EPSILON, PER_NUDGE, Ground, Nudge, Sides
from backprop_tui.ops.shapes import count

PER_NODE = 64
"""At most so many elements of one node are nudged, spread evenly over it."""
BUDGET = 1_000_000_000
"""What all nudges together may cost, in nanoseconds of an ordinary machine, about. One is always made."""
_SEARCH = 0.5
"""What it costs to find the nodes downstream, in evaluations of them."""

_STEP = EPSILON ** (1 / 5)
"""Relative step width at which the truncation error (h⁴, once extrapolated) and the rounding error (ε/h) are alike."""
_RATIO = 4.0
_FIRST_WIDTHS = (0, 1, 2)
_ALL_WIDTHS = range(-2, 8)
_FIRST_RUNS = 2 * len(_FIRST_WIDTHS)
_CLOSER_RUNS = 2 * 2 * 2 * len(_ALL_WIDTHS) + 1
"""At most: every width for two scales, and the same again to look for a kink."""
_SAFETY = 4.0
_HOPELESS = 1e-3
"""An estimate with a larger relative error says nothing."""
_BEYOND = 1e3
"""So many times what rounding can do to it, an estimate scatters for another reason."""


class Verdict(Enum):
    """What the comparison of one element says."""

    AGREES = "agrees"
    DIFFERS = "differs"
    KINK = "kink"
    UNDECIDED = "undecided"
    """The function is not finite here or at a side, or varies too fast, or rounding or underflow drowns the slope, or a
    closer look costs too much."""


@dataclass(frozen=True)
class Difference:
    """One element of one node: its gradient by the chain rule, and by nudging it."""

    node: int
    element: tuple[int, ...]
    """Index of the element; empty for a scalar."""
    gradient: float
    """By the chain rule."""
    estimate: float
    """By finite differences; NaN if there is none."""
    tolerance: float
    """How far the two may be apart: the observed error of the estimate, with a safety factor."""
    verdict: Verdict
    kink: int | None = None
    """For a kink: the first node on the way to the output that has it."""


@dataclass(frozen=True)
class FiniteDifferences:
    """All elements that were compared, by node and element, and how many there are altogether."""

    rows: tuple[Difference, ...]
    nodes: frozenset[int]
    """The nodes that a gradient reaches. Not all of them are among the rows, if only some were sampled."""
    elements: int
    """Their elements. More than there are rows, if only some were sampled."""

    @property
    def differing(self) -> tuple[Difference, ...]:
        """The elements where gradient and finite difference contradict each other."""
        return tuple(row for row in self.rows if row.verdict is Verdict.DIFFERS)


def finite_differences(timeline: Timeline) -> FiniteDifferences:
    """Compare the gradient of every node that has one with central differences.

    At most `PER_NODE` elements of a node are nudged, and fewer in a graph so large that it would cost more
    than `BUDGET`. A gradient that is not shaped like its node is left out.
    """
    nodes = [node for node in timeline.graph if node.requires_grad]
    grads = {node.index: grad for node in nodes if (grad := timeline.grads[node.name]) is not None}
    shapes = {node: timeline.graph.nodes[node].shape for node in grads}
    rows: list[Difference] = []
    budget = float(BUDGET)
    with np.errstate(all="ignore"):
        ground = Ground(timeline)
        for node, element in _turns({node: shape for node, shape in shapes.items() if grads[node].shape == shape}):
            limit = budget / (_FIRST_RUNS + _SEARCH) if rows else inf
            if limit < PER_NUDGE:
                break
            nudge = ground.nudge(node, element, limit)
            if nudge is None:
                budget -= _SEARCH * limit
                continue
            budget -= _SEARCH * nudge.cost
            row, spent = compare(nudge, float(np.asarray(grads[node])[element]), budget)
            budget -= spent
            rows.append(row)
    rows.sort(key=attrgetter("node", "element"))
    return FiniteDifferences(tuple(rows), frozenset(grads), sum(map(count, shapes.values())))


def compare(nudge: Nudge, gradient: float, budget: float = inf) -> tuple[Difference, float]:
    """Compare one element, and say what that has cost. Call it under `np.errstate(all="ignore")`.

    If the first look does not settle it, and the rest of the budget allows it, there is a closer one.
    """
    row, spent = _compare(nudge, gradient, closer=False), float(_FIRST_RUNS * nudge.cost)
    if row.verdict is not Verdict.AGREES and budget - spent >= _CLOSER_RUNS * nudge.cost:
        row, spent = _compare(nudge, gradient, closer=True), spent + _CLOSER_RUNS * nudge.cost
    return row, spent


class _Estimate(NamedTuple):
    slope: float
    error: float
    narrowest: int = 0
    """The last of the samples that it was made of."""
    is_resolved: bool = False
    """Whether there are closer estimates, and they scatter no more than rounding lets them."""

    @property
    def relative_error(self) -> float:
        return self.error / max(1.0, abs(self.slope))


def _compare(nudge: Nudge, gradient: float, *, closer: bool) -> Difference:
    """Three step widths decide nearly always. Where they do not agree, look closer: only then may they differ."""
    scale = max(1.0, abs(nudge.x))
    if closer:
        scales = {scale, abs(nudge.x) or scale}  # a small x may be near a pole: nudge it by a small part of itself
        widths = sorted({_STEP * scale / _RATIO**k for scale in scales for k in _ALL_WIDTHS}, reverse=True)
    else:
        widths = [_STEP * scale / _RATIO**k for k in _FIRST_WIDTHS]
    samples: list[Sides] = []
    for sample in map(nudge.sample, widths):
        if not samples or 0 < sample.width < samples[-1].width:  # in floating point, some may be equal, or nothing
            samples.append(sample)
    estimate = _extrapolate(nudge, samples)
    kink, verdict = None, Verdict.UNDECIDED
    if _agree(estimate, gradient):
        # Steps wider than x itself, or differences that vanish, agree with every small gradient.
        if not 0 < abs(nudge.x) < _STEP or gradient == 0 or _SAFETY * estimate.error < abs(gradient):
            verdict = Verdict.AGREES
    elif closer:
        kink = find_kink(nudge, samples, estimate.narrowest)
        if kink is not None:
            verdict = Verdict.KINK
        elif _certain(estimate) and estimate.is_resolved:
            verdict = Verdict.DIFFERS
    return Difference(nudge.node, nudge.element, gradient, estimate.slope, _SAFETY * estimate.error, verdict, kink)


def _agree(estimate: _Estimate, gradient: float) -> bool:
    return _certain(estimate) and abs(estimate.slope - gradient) <= _SAFETY * estimate.error


def _certain(estimate: _Estimate) -> bool:
    return estimate.relative_error <= _HOPELESS


def _extrapolate(nudge: Nudge, samples: Sequence[Sides]) -> _Estimate:
    """The extrapolated slope whose observed error is least; samples come with shrinking step width.

    NaN with an infinite error if the function is not finite on both sides.
    """
    best = _Estimate(float("nan"), float("inf"))
    scatter: dict[int, float] = {}  # of each estimate, less what rounding explains
    slopes = [nudge.slope(sample) for sample in samples]
    for i in range(2, len(slopes)):
        ratios = [(samples[k].width / samples[k + 1].width) ** 2 for k in (i - 2, i - 1)]
        before, now = (
            slopes[k + 1] + (slopes[k + 1] - slopes[k]) / (ratio - 1)
            for k, ratio in zip((i - 2, i - 1), ratios, strict=True)
        )
        observed, rounding = max(abs(now - before), abs(now - slopes[i])), nudge.uncertainty(samples[i])
        scatter[i] = observed - _BEYOND * rounding
        best = min(best, _Estimate(now, observed + rounding + EPSILON * abs(now), i), key=attrgetter("relative_error"))
    closer = [one for i, one in scatter.items() if i > best.narrowest]
    return best._replace(is_resolved=bool(closer) and max(closer) <= _SAFETY * best.error)


def _turns(shapes: Mapping[int, Shape]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """(node, element): one element of every node before the second of any; the beginning is spread over all nodes."""
    nodes = list(shapes)
    waiting = [nodes[chosen] for chosen in _coarse_to_fine(len(nodes))]
    for turn in range(PER_NODE):
        for node in waiting:
            flat = _sample(count(shapes[node]), PER_NODE)[turn]
            yield node, tuple(map(int, np.unravel_index(flat, shapes[node])))
        waiting = [node for node in waiting if count(shapes[node]) > turn + 1]


@cache
def _sample(size: int, most: int) -> Sequence[int]:
    """Up to `most` of the numbers 0 … size - 1, spread evenly, the first and the last among them; coarse to fine."""
    chosen = range(size) if size <= most else [round(i * (size - 1) / (most - 1)) for i in range(most)]
    return [chosen[number] for number in _coarse_to_fine(len(chosen))]


def _coarse_to_fine(most: int) -> Iterator[int]:
    """The numbers 0 … most - 1, so ordered that the beginning, however short, is spread over all of them."""
    bits = most.bit_length()
    backwards = (int(f"{number:0{bits}b}"[::-1], 2) for number in range(1 << bits))
    return (number for number in backwards if number < most)
