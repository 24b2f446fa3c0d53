"""Gradients without the chain rule: nudge an input, see how far the output moves.

What is differentiated is Σ seed · output, as in the backward pass. The slope at x is the central difference
(f(x + h) - f(x - h)) / 2h, extrapolated to h = 0 from two step widths (Richardson). Its error is *observed*, not
assumed: how far estimates of neighbouring widths are apart, plus what rounding can do to them. Agreement means
agreement within that error.

Where the two disagree the reason may be a kink, such as relu at 0: there the slopes to the left and to the right
do not approach each other as h shrinks, in some node on the way. That is no error of the chain rule.

A large graph is not run often enough to compare every element: what a run costs is known beforehand, and a budget
says how many there are. It counts work and not time, so that the same graph always gets the same report.
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
from backprop_tui.graph import Graph, Value, is_finite
from backprop_tui.ops.registry import OPERATIONS
from backprop_tui.ops.shapes import count

PER_INPUT = 64
"""At most so many elements of one input are nudged, spread evenly over it."""
BUDGET = 1_000_000_000
"""What all runs together may cost, in nanoseconds of an ordinary machine, about. One element is always compared."""

_PER_NODE, _PER_ARRAY, _PER_ELEMENT, _PER_MULTIPLY_ADD = 1_000, 5_000, 10, 0.1
"""Nanoseconds, about: a node, a call of numpy with an array, an element, a multiply-add of a large product."""

_EPSILON = float(np.finfo(np.float64).eps)
_STEP = _EPSILON ** (1 / 5)
"""Relative step width at which the truncation error (h⁴, once extrapolated) and the rounding error (ε/h) are alike."""
_RATIO = 4.0
_FIRST_WIDTHS = (0, 1, 2)
_ALL_WIDTHS = range(-2, 8)
_FIRST_RUNS = 2 * len(_FIRST_WIDTHS)
_CLOSER_RUNS = 2 * 2 * len(_ALL_WIDTHS) + 5
"""At most: every width for two scales, and the runs that look for a kink."""
_SAFETY = 4.0
_HOPELESS = 1e-3
"""An estimate with a larger relative error says nothing."""


class Verdict(Enum):
    """What the comparison of one element says."""

    AGREES = "agrees"
    DIFFERS = "differs"
    KINK = "kink"
    UNDECIDED = "undecided"
    """The function is not finite here or at a side, or rounding drowns the slope, or a closer look costs too much."""


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
    """For a kink: the first node on the way to the output that has it."""


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

    At most `PER_INPUT` elements of an input are nudged, and fewer in a graph so large that it would cost more
    than `BUDGET`.
    """
    plan, values = timeline.plan, timeline.values
    inputs = [node for node in timeline.graph.inputs if timeline.grads[node.name] is not None]
    candidates = [(node, flat) for node in inputs for flat in _evenly(values[node.name].size, PER_INPUT)]
    runs = BUDGET // cost(timeline.graph)
    point = {node.name: values[node.name] for node in timeline.graph.inputs}
    rows: dict[int, Difference] = {}
    with np.errstate(all="ignore"):
        rounding = _rounding(timeline)
        for chosen in _coarse_to_fine(len(candidates)):
            if rows and runs < _FIRST_RUNS:
                break
            node, flat = candidates[chosen]
            element = tuple(map(int, np.unravel_index(flat, node.shape)))
            gradient = timeline.grads[node.name]
            assert gradient is not None
            nudge = _Nudge(plan, point, node.index, element, rounding)
            row = _compare(nudge, float(np.asarray(gradient)[element]), closer=False)
            runs -= _FIRST_RUNS
            if row.verdict is not Verdict.AGREES and runs >= _CLOSER_RUNS:
                row = _compare(nudge, row.gradient, closer=True)
                runs -= _CLOSER_RUNS
            rows[chosen] = row
    return FiniteDifferences(
        tuple(rows[chosen] for chosen in sorted(rows)), sum(values[node.name].size for node in inputs)
    )


def cost(graph: Graph) -> int:
    """About how many nanoseconds a forward run takes."""
    total = float(_PER_NODE * len(graph))
    for node in graph:
        if node.op:
            shapes = [graph.nodes[operand].shape for operand in node.operands]
            work = OPERATIONS[node.op].work(shapes, node.attributes)
            largest = max(map(count, (node.shape, *shapes)))
            total += _PER_ARRAY * any((node.shape, *shapes)) + _PER_ELEMENT * largest + _PER_MULTIPLY_ADD * work
    return int(total)


def _rounding(timeline: Timeline) -> float:
    """What the rounding of every node on the way can add up to in Σ seed · output; NaN if that is not finite here.

    To first order, an error of ε·|value| in a node moves the output by ε·|value · gradient|.
    """
    if not is_finite(timeline.values[timeline.graph.nodes[timeline.graph.output].name]):
        return float("nan")
    total = 0.0
    for name, grad in timeline.grads.items():
        if grad is not None:
            share = float(np.sum(np.abs(timeline.values[name] * grad)))
            total += share if np.isfinite(share) else 0.0
    return _EPSILON * total


class _Sample(NamedTuple):
    """The output at x - h and at x + h."""

    h: float
    width: np.float64
    """2h, as it came out in floating point. What is computed with it may overflow."""
    below: Value
    above: Value


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
    rounding: float
    """What rounding can do to the output, as `_rounding` has it."""

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
        output = self.plan.graph.output
        return _Sample(h, np.float64(above - below), self.at(below)[output], self.at(above)[output])

    def slope(self, sample: _Sample) -> float:
        """The central difference of Σ seed · output."""
        return float(np.sum(self.plan.graph.seed * (sample.above - sample.below)) / sample.width)


def _compare(nudge: _Nudge, gradient: float, *, closer: bool) -> Difference:
    """Three step widths decide nearly always. Where they do not agree, look closer: only then may they differ."""
    scale = max(1.0, abs(nudge.x))
    if closer:
        scales = {scale, abs(nudge.x) or scale}  # a small x may be near a pole: nudge it by a small part of itself
        widths = sorted({_STEP * scale / _RATIO**k for scale in scales for k in _ALL_WIDTHS}, reverse=True)
    else:
        widths = [_STEP * scale / _RATIO**k for k in _FIRST_WIDTHS]
    samples: list[_Sample] = []
    for sample in map(nudge.sample, widths):
        if not samples or 0 < sample.width < samples[-1].width:  # in floating point, some may be equal, or nothing
            samples.append(sample)
    estimate = _extrapolate(nudge, samples)
    kink, verdict = None, Verdict.UNDECIDED
    if _agree(estimate, gradient):
        verdict = Verdict.AGREES
    elif closer:
        kink = _find_kink(nudge, samples)
        if kink is not None:
            verdict = Verdict.KINK
        elif _certain(estimate):
            verdict = Verdict.DIFFERS
    return Difference(nudge.node, nudge.element, gradient, estimate.slope, _SAFETY * estimate.error, verdict, kink)


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
        error = max(abs(now - before), abs(now - slopes[i])) + 2 * nudge.rounding / samples[i].width
        error += _EPSILON * abs(now)
        best = min(best, _Estimate(now, error), key=attrgetter("relative_error"))
    return best


def _find_kink(nudge: _Nudge, samples: Sequence[_Sample]) -> int | None:
    """The first node on the way whose slopes to the left and to the right do not approach each other as h shrinks."""
    wide, narrow = samples[len(samples) // 2], samples[-1]
    middle = nudge.at(nudge.x)
    outer, inner = ((nudge.at(nudge.x - h), nudge.at(nudge.x + h)) for h in (wide.h, narrow.h))
    for node in _on_the_way(nudge.plan.graph, nudge.node):
        here = middle[node]
        jumps = [
            np.abs((above[node] - here) - (here - below[node])) / sample.width
            for (below, above), sample in ((outer, wide), (inner, narrow))
        ]
        noise = 8 * _EPSILON * np.abs(here) / narrow.width
        if np.any((jumps[1] > noise) & (jumps[1] > jumps[0] / 2)):
            return node
    return None


def _on_the_way(graph: Graph, source: int) -> list[int]:
    """The nodes that depend on the source and that the output depends on, masks included, in topological order."""
    needed = {graph.output}
    for node in reversed(graph.nodes):
        if node.index in needed:
            needed.update(node.operands)
    reached = {source}
    for node in graph:
        if not reached.isdisjoint(node.operands):
            reached.add(node.index)
    return sorted(needed & reached)


def _coarse_to_fine(most: int) -> Iterator[int]:
    """The numbers 0 … most - 1, so ordered that the beginning, however short, is spread over all of them."""
    bits = most.bit_length()
    backwards = (int(f"{number:0{bits}b}"[::-1], 2) for number in range(1 << bits))
    return (number for number in backwards if number < most)


def _evenly(size: int, most: int) -> Iterator[int]:
    """Up to `most` of the numbers 0 … size - 1, spread evenly, the first and the last among them."""
    if size <= most:
        yield from range(size)
    else:
        yield from (round(i * (size - 1) / (most - 1)) for i in range(most))
