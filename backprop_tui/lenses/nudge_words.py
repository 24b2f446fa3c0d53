"""What a nudge tells, in words: what a step is good for, and at what speed everything moves."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, ROUND_UP, Context, Decimal
from math import isfinite
from typing import Any

import numpy as np

from backprop_tui.engine.timeline import Timeline
from backprop_tui.formatting import array, number
from backprop_tui.formulas import partial
from backprop_tui.graph import Node
from backprop_tui.lenses.forward_mode import Sweep
from backprop_tui.lenses.nudge import Nudging
from backprop_tui.lenses.places import Place, place_name
from backprop_tui.lenses.steps import Fit, Step
from backprop_tui.naming import name_of, symbol_of
from backprop_tui.ops.registry import OPERATIONS

_EXPRESSION = 12
"""Where no node has a name, those with expressions up to that length are named by them."""
_ARRAY = 16
"""Columns that an array may take in a sentence."""


def gradient_name(timeline: Timeline, place: Place) -> str:
    """What its gradient is called: `∂e/∂b`, `∂e/∂W[0,1]`."""
    return partial(timeline, timeline.graph.nodes[place.node]) + place.subscript


def bound(x: float) -> str:
    """A number that is not below x, with two digits.

    >>> bound(0.01001), bound(2.5e-9), bound(120.1)
    ('0.011', '2.5e-9', '130')
    """
    return _two_digits(x, ROUND_UP)


def short(x: float) -> str:
    """A number with two digits."""
    return _two_digits(x, ROUND_HALF_EVEN)


def _two_digits(x: float, rounding: str) -> str:
    if not isfinite(x):
        return str(x)
    return trimmed(float(Context(prec=2, rounding=rounding).create_decimal(Decimal(x))))


def trimmed(x: float) -> str:
    """A number as ever, but `0.001` and `1e-5`, not `1.000e-3` and `1.000e-5`: steps are powers of ten."""
    text = number(float(f"{x:.3e}"))  # 0.000999999 is 0.001 in four digits
    mantissa, marker, exponent = text.partition("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{exponent}" if marker and "." in mantissa else text


def about(timeline: Timeline, nudging: Nudging, step: Step) -> str:
    """What a step is good for, why, and how far Δe/h may be from the gradient."""
    output, place = symbol_of(timeline.graph.nodes[timeline.graph.output]), place_name(timeline, nudging.place)
    if not any(one.quotient for one in nudging.steps.values()):
        so = ": the slope is 0, which is not the gradient" if nudging.contradicts else ""
        return f"{output} stands still at every h{so}."
    if nudging.kink is not None:
        return _on_a_kink(timeline, nudging, nudging.kink)
    quotient = f"Δ{output}/h"
    match step.fit:
        case Fit.GOOD if not step.quotient:
            return f"h is good: {output} does not move at all."
        case Fit.GOOD:
            why = "h is good"
        case Fit.TOO_LARGE:
            why = f"h is too large: {output} bends on the way"
        case Fit.TOO_SMALL if step.is_lost:
            why = f"h is too small: {place} + h is {place} again"
        case Fit.TOO_SMALL:
            why = "h is too small: rounding has taken digits of the change"
        case Fit.KINK:
            why = f"{_branch(timeline, step.culprit)} on the way"
        case Fit.NOT_FINITE:
            return f"There is no Δ{output}: {_end_of_domain(timeline, nudging, step)}."
        case Fit.UNSETTLED:
            return f"{quotient} does not settle as h shrinks, so nothing can be stated."
    if step.error != step.error:
        return f"{why}."
    of = "the slope, which is not the gradient" if nudging.contradicts else gradient_name(timeline, nudging.place)
    return f"{why}. {quotient} is within {bound(step.error)} of {of}."


def _on_a_kink(timeline: Timeline, nudging: Nudging, kink: int) -> str:
    sides = (nudging.right, nudging.left)
    right, left = ("no limit" if side is None else number(side.value) for side in sides)
    quotient = f"Δ{symbol_of(timeline.graph.nodes[timeline.graph.output])}/h"
    is_chosen = nudging.gradient is not None and isfinite(nudging.gradient)
    slope = f"{gradient_name(timeline, nudging.place)} is a choice" if is_chosen else "there is no slope"
    return (
        f"{_branch(timeline, kink)} right here. {quotient} comes to {right} for h > 0 and to {left} for h < 0: {slope}."
    )


def _branch(timeline: Timeline, culprit: int | None) -> str:
    assert culprit is not None  # of a kink, its node is known
    node = timeline.graph.nodes[culprit]
    what = f"{node.op} at {name_of(node)}" if node.is_named else name_of(node)
    return f"{what} changes its branch" if OPERATIONS[node.op].differentiable else f"{what} flips"


def _end_of_domain(timeline: Timeline, nudging: Nudging, step: Step) -> str:
    culprit = timeline.graph.output if step.culprit is None else step.culprit
    return f"{name_of(timeline.graph.nodes[culprit])} is not finite at {place_name(timeline, nudging.place)} + h"


class Speeds:
    """How fast everything moves with one element that moves at speed 1: forward mode, in words."""

    def __init__(self, timeline: Timeline, sweep: Sweep) -> None:
        self._timeline, self._place = timeline, sweep.place
        tangents = ((node, sweep.tangent_at(node, len(sweep))) for node in sweep.nodes)
        self._tangents = {node: tangent for node, tangent in tangents if tangent is not None}
        self._way, self._is_whole = self._on_the_way()

    def words(self, most: int) -> str:
        """`If b changes at speed 1, c changes at speed 1 and d at speed 1, so e changes at speed 5.`

        At most so many nodes are named on the way: those that most of the change goes through.
        """
        graph, start = self._timeline.graph, place_name(self._timeline, self._place)
        output = graph.nodes[graph.output]
        if self._place.node == graph.output:
            return f"{start} is the output itself: its speed is 1."
        if graph.output not in self._tangents:
            return f"However {start} changes, {name_of(output)} stands still."
        named = [graph.nodes[node] for node in sorted(self._way[:most])]
        parts = [_moves(node, self._tangents[node.index], is_first=not at) for at, node in enumerate(named)]
        if not self._is_whole or len(named) < len(self._way):
            parts.append("…")
        elif len(parts) > 1:
            parts[-2:] = [f"{parts[-2]} and {parts[-1]}"]
        end = _moves(output, self._tangents[graph.output], is_first=True)
        return f"If {start} changes at speed 1, {', '.join(parts)}{', so ' if parts else ''}{end}."

    def _on_the_way(self) -> tuple[Sequence[int], bool]:
        """The nodes to name on the way to the output, those with most of the change first; whether that is all."""
        graph, grads = self._timeline.graph, self._timeline.grads
        shares: dict[int, float] = {}
        with np.errstate(all="ignore"):
            for index, tangent in self._tangents.items():
                node = graph.nodes[index]
                grad = grads[node.name]
                if index not in (self._place.node, graph.output) and grad is not None:
                    share = np.abs(grad * tangent)
                    shares[index] = float(np.sum(share) if share.ndim else share)
        moving = [node for node in shares if np.any(self._tangents[node])]
        if not moving:  # the first to stand still says it all
            return list(shares)[:1], True
        named = [node for node in moving if graph.nodes[node].is_named]
        if not named:
            named = [node for node in moving if len(name_of(graph.nodes[node])) <= _EXPRESSION]
            return sorted(named, key=lambda node: -shares[node]), len(named) == len(moving)
        return sorted(named, key=lambda node: -shares[node]), True


def _moves(node: Node, tangent: Any, *, is_first: bool) -> str:
    name, verb = name_of(node), " changes" if is_first else ""
    if not np.any(tangent):
        return f"{name} stands still"
    if not tangent.ndim:
        return f"{name}{verb} at speed {number(float(tangent))}"
    text = array(tangent, _ARRAY)
    if text.startswith("["):
        return f"{name}{verb} at speeds {text}"
    return f"{name}{verb} at speeds up to {number(float(np.max(np.abs(tangent))))}"
