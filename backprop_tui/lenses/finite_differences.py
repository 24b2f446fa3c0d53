"""Gradients without the chain rule: nudge an input, see how far the output moves.

What is differentiated is Σ seed · output, as in the backward pass. The slope at x is the central difference
(f(x + h) - f(x - h)) / 2h, extrapolated to h = 0 from two step widths (Richardson). Its error is *observed*, not
assumed: how far estimates of neighbouring widths are apart, plus what rounding can do to them. Agreement means
agreement within that error.

Where the two disagree the reason may be a kink, such as relu at 0: there the slopes to the left and to the right
do not approach each other as h shrinks, in some node on the way. That is no error of the chain rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from backprop_tui.engine.plan import Plan
from backprop_tui.engine.run import forward
from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Value

PER_INPUT = 64
"""At most so many elements of one input are nudged, spread evenly over it."""
WORK = 20_000_000
"""Evaluations of single operations or of 1,000 elements, about: a few seconds. Bounds the elements of a large graph."""

_EPSILON = float(np.finfo(np.float64).eps)
_STEP = _EPSILON ** (1 / 5)
"""Relative step width at which the truncation error (h⁴, once extrapolated) and the rounding error (ε/h) are alike."""
_RATIO = 4.0
_FIRST_WIDTHS = (0, 1, 2)
_ALL_WIDTHS = range(-2, 8)
_SAFETY = 4.0
_HOPELESS = 1e-3
"""An estimate with a larger relative error says nothing."""


class Verdict(Enum):
    """What the comparison of one element says."""

    AGREES = "agrees"
    DIFFERS = "differs"
    KINK = "kink"
    UNDECIDED = "undecided"
    """The function is not finite on both sides, or rounding drowns the slope."""


@dataclass(frozen=True)
class Difference:
    """One element of one input: its gradient by the chain rule, and by nudging it."""

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
    """For a kink: the first node that has it."""


@dataclass(frozen=True)
class FiniteDifferences:
    """All elements that were compared, by input and element, and how many there are altogether."""

    rows: tuple[Difference, ...]
    elements: int
    """Elements of all inputs that a gradient reaches. More than there are rows, if only some were sampled."""

    @property
    def differing(self) -> tuple[Difference, ...]:
        """The elements where gradient and finite difference contradict each other."""
        return tuple(row for row in self.rows if row.verdict is Verdict.DIFFERS)


def finite_differences(timeline: Timeline) -> FiniteDifferences:
    """Compare the gradient of every input that has one with central differences.

    At most `PER_INPUT` elements of an input are nudged, and fewer in a graph so large that it would take long.
    """
    plan, values = timeline.plan, timeline.values
    inputs = [node for node in timeline.graph.inputs if timeline.grads[node.name] is not None]
    candidates = [
        (node.index, np.unravel_index(flat, node.shape))
        for node in inputs
        for flat in _evenly(values[node.name].size, PER_INPUT)
    ]
    cost = sum(1 + value.size // 1000 for value in values.values())
    most = max(1, WORK // (cost * 2 * len(_FIRST_WIDTHS)))
    point = {node.name: values[node.name] for node in timeline.graph.inputs}
    rows = []
    with np.errstate(all="ignore"):
        for chosen in _evenly(len(candidates), most):
            node, index = candidates[chosen]
            element = tuple(map(int, index))
            gradient = timeline.grads[timeline.graph.nodes[node].name]
            assert gradient is not None
            rows.append(_compare(_Nudge(plan, point, node, element), float(np.asarray(gradient)[element])))
    return FiniteDifferences(tuple(rows), sum(values[node.name].size for node in inputs))


class _Sample(NamedTuple):
    """The run at x - h and at x + h."""

    width: float
    """2h, as it came out in floating point."""
    below: Sequence[Value]
    above: Sequence[Value]


class _Estimate(NamedTuple):
    slope: float
    error: float

    @property
    def relative_error(self) -> float:
        return self.error / max(1.0, abs(self.slope))


@dataclass(frozen=True)
class _Nudge:
    """Runs the graph with one element of one input moved."""

    plan: Plan
    point: Mapping[str, Value]
    node: int
    element: tuple[int, ...]

    @property
    def x(self) -> float:
        return float(np.asarray(self.point[self._name])[self.element])

    @property
    def _name(self) -> str:
        return self.plan.graph.nodes[self.node].name

    def at(self, x: float) -> list[Value]:
        """The value of every node with the element at x."""
        moved = np.array(self.point[self._name])
        moved[self.element] = x
        return forward(self.plan, {**self.point, self._name: moved[()]})

    def sample(self, h: float) -> _Sample:
        """The runs on both sides of x."""
        above, below = self.x + h, self.x - h
        return _Sample(above - below, self.at(below), self.at(above))

    def slope(self, sample: _Sample) -> float:
        """The central difference of Σ seed · output."""
        graph = self.plan.graph
        moved = sample.above[graph.output] - sample.below[graph.output]
        return float(np.sum(graph.seed * moved)) / sample.width

    def rounding(self, sample: _Sample) -> float:
        """What rounding of the output can do to the central difference."""
        graph = self.plan.graph
        return _EPSILON * float(np.sum(np.abs(graph.seed * sample.above[graph.output]))) / sample.width


def _compare(nudge: _Nudge, gradient: float) -> Difference:
    """Three step widths decide nearly always; if they contradict the gradient, more of them look for the reason."""
    scale = max(1.0, abs(nudge.x))
    samples = [nudge.sample(_STEP * scale / _RATIO**k) for k in _FIRST_WIDTHS]
    estimate = _extrapolate(nudge, samples)
    kink = None
    if not _agree(estimate, gradient):
        scales = {scale, abs(nudge.x) or scale}  # a small x may be near a pole: nudge it by a small part of itself
        widths = sorted({_STEP * scale / _RATIO**k for scale in scales for k in _ALL_WIDTHS}, reverse=True)
        samples = [nudge.sample(h) for h in widths]
        estimate = _extrapolate(nudge, samples)
        if not _agree(estimate, gradient):
            kink = _find_kink(nudge, samples)
    tolerance = _SAFETY * estimate.error
    if kink is not None:
        verdict = Verdict.KINK
    elif _agree(estimate, gradient):
        verdict = Verdict.AGREES
    else:
        verdict = Verdict.DIFFERS if _certain(estimate) else Verdict.UNDECIDED
    return Difference(nudge.node, nudge.element, gradient, estimate.slope, tolerance, verdict, kink)


def _agree(estimate: _Estimate, gradient: float) -> bool:
    return _certain(estimate) and abs(estimate.slope - gradient) <= _SAFETY * estimate.error


def _certain(estimate: _Estimate) -> bool:
    return estimate.relative_error <= _HOPELESS


def _extrapolate(nudge: _Nudge, samples: Sequence[_Sample]) -> _Estimate:
    """The extrapolated slope whose observed error is least; samples come with shrinking step width.

    NaN with an infinite error if the function is not finite on both sides.
    """
    best = _Estimate(float("nan"), float("inf"))
    slopes = [nudge.slope(sample) for sample in samples]
    for i in range(2, len(slopes)):
        ratios = [(samples[k].width / samples[k + 1].width) ** 2 for k in (i - 2, i - 1)]
        before, now = (
            slopes[k + 1] + (slopes[k + 1] - slopes[k]) / (ratio - 1)
            for k, ratio in zip((i - 2, i - 1), ratios, strict=True)
        )
        error = max(abs(now - before), abs(now - slopes[i])) + 2 * nudge.rounding(samples[i])
        error += _EPSILON * abs(now)
        best = min(best, _Estimate(now, error), key=attrgetter("relative_error"))
    return best


def _find_kink(nudge: _Nudge, samples: Sequence[_Sample]) -> int | None:
    """The first node whose slopes to the left and to the right do not approach each other as h shrinks."""
    middle = nudge.at(nudge.x)
    wide, narrow = samples[len(samples) // 2], samples[-1]
    for node, here in enumerate(middle):
        jumps = [
            np.abs((sample.above[node] - here) - (here - sample.below[node])) / sample.width
            for sample in (wide, narrow)
        ]
        noise = 8 * _EPSILON * np.abs(here) / narrow.width
        if np.any((jumps[1] > noise) & (jumps[1] > jumps[0] / 2)):
            return node
    return None


def _evenly(count: int, most: int) -> Iterator[int]:
    """Up to `most` of the numbers 0 … count - 1, spread evenly, the first and the last among them."""
    if count <= most:
        yield from range(count)
    else:
        yield from (round(i * (count - 1) / max(1, most - 1)) for i in range(most))
