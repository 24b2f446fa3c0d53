"""What differs between two runs, such as before and after an edit: values, gradients, and edges along which it went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import copysign, isnan
from typing import NamedTuple

import numpy as np

from backprop_tui.engine.correspondence import Correspondence
from backprop_tui.engine.events import Accumulate
from backprop_tui.engine.flow import edges_of
from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Edge, Shape, Value
from backprop_tui.ops.shapes import count
from backprop_tui.progress import Progress

_SMALL = 32
"""An array of no more elements is kept, to be shown as it was."""


class Change(NamedTuple):
    """One value, or one gradient, that is another one now."""

    node: int
    """In the new run."""
    done_at: int
    """The position from which on it is known in the new run; the length of the run, if there is none any more."""
    before: Value | None
    """None: there was none; or it was a large array, which is not kept."""
    shape_before: Shape | None
    """None: there was none."""
    after: Value | None
    """None: there is none."""
    largest: float | None
    """The largest |after − before| of the elements; None if the shapes differ."""


class Flowed(NamedTuple):
    """An edge along which a change goes."""

    done_at: int
    """The position from which on it has."""
    edge: Edge


@dataclass(frozen=True, eq=False)
class Changes:
    """All that differs between two runs, bit by bit. What is in the new one only counts, what is gone does not."""

    values: Sequence[Change]
    """In the order of the forward pass."""
    gradients: Sequence[Change]
    """In the order in which the backward pass completes them."""
    forward: Sequence[Flowed]
    """Along which another value flows and makes another value, in the order of the run."""
    backward: Sequence[Flowed]
    """Along which another contribution flows, in the order of the run."""


def changes(old: Timeline, new: Timeline, same: Correspondence, progress: Progress | None = None) -> Changes:
    """What differs in the new run. `same` leads from the old run to the new one. Raises Cancelled."""
    told = progress or Progress()
    told.enter("comparing")
    before = {now: then for then in range(len(old.graph)) if (now := same.node(then)) is not None}
    values = [
        _change(node, event + 1, _value(old, before.get(node)), _value(new, node))
        for event, node in enumerate(new.plan.order)
    ]
    ends = {node: events[-1] + 1 for node in range(len(new.graph)) if (events := new.plan.accumulations_of(node))}
    ends[new.graph.output] = new.seed_event + 1
    gradients = [
        _change(node, ends.get(node, len(new)), _gradient(old, before.get(node)), _gradient(new, node))
        for node in new.plan.order
    ]
    told.check()
    changed = [change for change in values if change]
    others = {change.node for change in changed}
    turned = sorted((change for change in gradients if change), key=lambda change: change.done_at)
    forward = [
        Flowed(change.done_at, edge)
        for change in changed
        for edge in edges_of(new.graph.nodes[change.node])
        if edge.operand in others
    ]
    return Changes(changed, turned, forward, _contributions(old, new, before, {change.node for change in turned}, told))


def _contributions(
    old: Timeline, new: Timeline, before: dict[int, int], nodes: set[int], progress: Progress
) -> Sequence[Flowed]:
    """The edges into the gradients of these nodes that bring something else than they did."""
    then = {edge: number for number, edge in enumerate(old.plan.edges)}
    found: list[Flowed] = []
    for number, edge in enumerate(progress.over(new.plan.edges, "comparing")):
        if edge.operand not in nodes:
            continue
        was = then.get(Edge(before.get(edge.consumer, -1), edge.position, before.get(edge.operand, -1)))
        if was is None or not _equal(_contribution(old, was), _contribution(new, number)):
            found.append(Flowed(new.seed_event + 2 + number, edge))
    return found


def _contribution(timeline: Timeline, number: int) -> Value:
    event = timeline.event(timeline.seed_event + 1 + number)
    assert isinstance(event, Accumulate)
    return event.contribution


def _value(timeline: Timeline, node: int | None) -> Value | None:
    return None if node is None else timeline.value_at(node, len(timeline))


def _gradient(timeline: Timeline, node: int | None) -> Value | None:
    return None if node is None else timeline.grad_at(node, len(timeline))


def _change(node: int, done_at: int, before: Value | None, after: Value | None) -> Change | None:
    if before is after or (before is not None and after is not None and _equal(before, after)):
        return None
    largest = None
    if before is not None and after is not None and before.shape == after.shape:
        largest = _distance(before, after)
    shape = None if before is None else before.shape
    kept = None if shape is None or count(shape) > _SMALL else before
    return Change(node, done_at, kept, shape, after, largest)


def _distance(one: Value, other: Value) -> float:
    if isinstance(one, np.float64):
        return abs(float(other) - float(one))
    with np.errstate(all="ignore"):
        return float(np.max(np.abs(other - one)))


def _equal(one: Value, other: Value) -> bool:
    """Whether they are the same bit by bit, but for what a nan has to say: nan is nan, and -0 is not 0."""
    if isinstance(one, np.float64) and isinstance(other, np.float64):  # most are, and arrays are slow for one number
        left, right = float(one), float(other)
        return (left == right and copysign(1, left) == copysign(1, right)) or (isnan(left) and isnan(right))
    if one.shape != other.shape:
        return False
    same_bits = one.view(np.int64) == other.view(np.int64)
    return bool(np.all(same_bits | (np.isnan(one) & np.isnan(other))))
