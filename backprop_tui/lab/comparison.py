"""A run beside that of a broken engine: where they part, and which gradients are wrong in the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isclose
from typing import NamedTuple

import numpy as np

from backprop_tui.engine.events import Accumulate, Event, Seed
from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Edge, Value
from backprop_tui.lab.fault import Fault
from backprop_tui.lab.parting import Kind, Parting
from backprop_tui.progress import Progress

_NEAR = 1e-9
"""Relative. What a fault does is not that small."""
_ROUNDING = 64 * float(np.finfo(np.float64).eps)
"""Relative to the largest gradient: sums in another order may differ by so much."""


class Mark(NamedTuple):
    """Two events, by their places in either run, that are not alike. None: there is none."""

    kind: Kind
    right: int | None
    broken: int | None


@dataclass(frozen=True, eq=False)
class Comparison:
    """What a fault does to a run."""

    timeline: Timeline
    engine: Fault
    marks: Mapping[int, Mark]
    """By position of the right run, ascending."""
    followed: Sequence[int]
    """For each position of the right run, how many events the broken engine has done meanwhile."""
    wrong: Sequence[int]
    """The nodes whose gradient is wrong in the end, in topological order."""

    @property
    def shows(self) -> bool:
        """Whether anybody would see the fault on this graph."""
        return bool(self.marks) and bool(self.wrong or self.engine.stopped)

    @cached_property
    def places(self) -> Sequence[int]:
        """The positions at which the two differ, ascending; none if the fault does not show."""
        return list(self.marks) if self.shows else []

    @cached_property
    def gradients(self) -> int:
        """How many nodes have one in the end."""
        return sum(grad is not None for grad in self.timeline.grads.values())

    @property
    def first(self) -> Parting | None:
        """Where they part; None if the fault does not show."""
        return self.at(self.places[0]) if self.shows else None

    def at(self, position: int) -> Parting | None:
        """How they differ in the event that leads to a position; None if they do not."""
        if not self.shows:
            return None
        mark = self.marks.get(position)
        if mark is None and self.engine.stopped and position > self.places[-1]:
            mark = Mark(Kind.STOP, position - 1, None)
        if mark is None:
            return None
        right = None if mark.right is None else self.timeline.event(mark.right)
        return Parting(mark.kind, position, right, None if mark.broken is None else self.engine.events[mark.broken])

    def broken_grad(self, node: int, position: int) -> Value | None:
        """The gradient that the broken engine has at a position of the right run."""
        return self.engine.grad_at(node, self.followed[position])

    def differs(self, node: int, position: int) -> bool:
        """Whether that is another one than it should be."""
        return not alike(self.timeline.grad_at(node, position), self.broken_grad(node, position))


def alike(one: Value | None, other: Value | None, scale: float = 0.0) -> bool:
    """Whether two numbers or arrays are the same but for rounding; NaN is itself, and nothing is like None but None.

    What is as small as rounding makes of `scale` does not count.
    """
    if one is None or other is None or one is other:
        return one is other
    if one.shape != other.shape:
        return False
    least = _ROUNDING * scale
    if isinstance(one, np.float64):
        return isclose(one, float(other), rel_tol=_NEAR, abs_tol=least) or bool(np.isnan(one) and np.isnan(other))
    return bool(np.isclose(one, other, rtol=_NEAR, atol=least, equal_nan=True).all())


def factor(right: Value | None, broken: Value | None) -> float | None:
    """What every element of a gradient is multiplied by; None if they are not all by the same, or it has no number."""
    if right is None or broken is None or right.shape != broken.shape:
        return None
    one, other = np.ravel(right), np.ravel(broken)
    counts = one != 0
    if not counts.any() or not (np.isfinite(one).all() and np.isfinite(other).all()) or other[~counts].any():
        return None
    ratios = other[counts] / one[counts]
    return float(ratios[0]) if bool(np.isclose(ratios, ratios[0], rtol=_NEAR, atol=0).all()) else None


@np.errstate(all="ignore")
def compare(timeline: Timeline, fault: type[Fault], progress: Progress | None = None) -> Comparison:
    """Run the broken engine, and go through both runs side by side. Raises Cancelled."""
    told = progress or Progress()
    engine = fault(timeline.plan)
    engine.run(told)
    told.enter("comparing")
    return _Walk(timeline, engine, told).comparison()


class _Walk:
    """Goes through the events of two runs, each to the one that is its counterpart."""

    def __init__(self, timeline: Timeline, engine: Fault, progress: Progress) -> None:
        self._timeline, self._engine, self._progress = timeline, engine, progress
        first = timeline.seed_event + 1
        self._events = {edge: first + number for number, edge in enumerate(timeline.plan.edges)}
        self._walked: set[Edge] = set()
        self._last: dict[int, int] = {}
        """For each node, the last event of the broken engine that adds to its gradient."""
        for place, event in enumerate(engine.events):
            if isinstance(event, Accumulate):
                self._walked.add(_edge(event))
                self._last[event.node] = place
        self._done: set[Edge] = set()
        self._held: dict[int, Value] = {}
        """The gradients that the events of the broken engine have made so far."""
        self._scale = 0.0
        """The size of gradients, once the order is another one and sums are rounded differently."""
        self._marks: dict[int, Mark] = {}

    def comparison(self) -> Comparison:
        """All of it."""
        timeline, events, end = self._timeline, self._engine.events, len(self._timeline)
        followed = [0]
        i = j = 0
        while i < end or j < len(events):
            self._progress.check()
            right = timeline.event(i) if i < end else None
            mine = events[j] if j < len(events) else None
            if mine is None and self._engine.stopped:
                self._mark(i + 1, Kind.STOP, i, None)
                break
            if right is not None and (mine is None or self._is_left_out(right, mine)):
                if self._is_left_out(right, None):
                    self._mark(i + 1, Kind.MISSING, i, None)
                i += 1
                followed.append(j)
            elif mine is not None and (right is None or self._is_repeated(mine)):
                self._mark(i, Kind.EXTRA, None, j)
                self._take(mine)
                j += 1
                followed[-1] = j
            elif right is not None and mine is not None:
                self._pair(right, mine, i, j)
                i, j = i + 1, j + 1
                followed.append(j)
        followed += [len(events)] * (end + 1 - len(followed))
        grads = ((node.index, timeline.grads[node.name]) for node in timeline.graph)
        wrong = [node for node, grad in grads if not alike(grad, self._engine.grads[node], self._scale)]
        return Comparison(timeline, self._engine, self._marks, followed, wrong)

    def _is_left_out(self, right: Event, mine: Event | None) -> bool:
        """Whether the broken engine never walks the edge of an event, and is at another one."""
        return (
            isinstance(right, Accumulate)
            and not self._engine.stopped
            and _edge(right) not in self._walked
            and isinstance(mine, Accumulate | None)
        )

    def _is_repeated(self, mine: Event) -> bool:
        """Whether the broken engine has walked the edge of an event before."""
        return isinstance(mine, Accumulate) and _edge(mine) in self._done

    def _mark(self, position: int, kind: Kind, right: int | None, broken: int | None) -> None:
        self._marks.setdefault(min(position, len(self._timeline)), Mark(kind, right, broken))

    def _pair(self, right: Event, mine: Event, i: int, j: int) -> None:
        """Two events that come at the same time."""
        if not isinstance(mine, Accumulate) or not isinstance(right, Accumulate):
            if not alike(right[-1], mine[-1]):
                self._mark(i + 1, Kind.VALUE, i, j)
            self._take(mine)
            return
        is_same = _edge(right) == _edge(mine)
        if not is_same and not self._scale:
            grads = (grad for grad in self._timeline.grads.values() if grad is not None)
            self._scale = max(float(np.max(np.abs(grad), where=np.isfinite(grad), initial=0)) for grad in grads)
        counterpart = right if is_same else self._timeline.event(self._events[_edge(mine)])
        assert isinstance(counterpart, Accumulate)
        kind = self._judge(mine, counterpart, j, is_same=is_same)
        if kind:
            self._mark(i + 1, kind, i if kind is Kind.ORDER else counterpart.index, j)
        self._take(mine)

    def _judge(self, mine: Accumulate, right: Accumulate, j: int, *, is_same: bool) -> Kind | None:
        """In what an event differs from the right one along the same edge."""
        held, scale = self._held.get(mine.node), self._scale
        if not alike(mine.before, held):
            return Kind.STALE
        if mine.contribution.shape != right.contribution.shape:
            return Kind.SHAPE
        if not alike(mine.after, mine.contribution if held is None else held + mine.contribution, scale):
            return Kind.SUM
        if not alike(mine.upstream, right.upstream, scale):
            return Kind.ORDER if not is_same and self._is_early(mine.consumer, j) else Kind.INHERITED
        if not alike(mine.contribution, right.contribution, scale):
            return Kind.CONTRIBUTION
        if is_same and not scale and not alike(mine.after, right.after):
            return Kind.INHERITED
        return None

    def _is_early(self, sender: int, j: int) -> bool:
        """Whether more would reach the sender of an event later."""
        if self._last.get(sender, -1) > j:
            return True
        plan = self._timeline.plan
        return bool(self._engine.stopped) and any(plan.edges[one] not in self._done for one in plan.arrivals[sender])

    def _take(self, mine: Event) -> None:
        if isinstance(mine, Accumulate):
            self._done.add(_edge(mine))
            self._held[mine.node] = mine.after
        elif isinstance(mine, Seed):
            self._held[mine.node] = mine.grad


def _edge(event: Accumulate) -> Edge:
    return Edge(event.consumer, event.operand, event.node)
