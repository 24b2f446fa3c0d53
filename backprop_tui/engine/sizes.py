"""How large contributions and gradients are, relative to the largest one that has come up so far in the run."""

from __future__ import annotations

from functools import cached_property
from math import isfinite

import numpy as np

from backprop_tui.engine.events import Accumulate
from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Edge, Value
from backprop_tui.ops.shapes import count

_MOST_NUMBERS = 200_000
"""In all contributions of a run together, so that nobody waits for them."""


class Sizes:
    """The sizes of one run. They are taken from its events, each the first time that a position needs it."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._contributions: list[float] = []
        """By the number of the accumulation."""
        self._scales = [(0.0, size(timeline.graph.seed))]
        """After so many accumulations, the largest contribution and the largest gradient that were finite."""

    @cached_property
    def are_quick(self) -> bool:
        """Whether a run is so small that its sizes are there in no time."""
        nodes = self._timeline.graph.nodes
        return sum(count(nodes[edge.operand].shape) for edge in self._timeline.plan.edges) <= _MOST_NUMBERS

    def scale(self, position: int) -> tuple[float, float]:
        """The largest contribution and the largest gradient up to a position."""
        timeline, first = self._timeline, self._timeline.seed_event + 1
        done = max(0, position - first)
        for number in range(len(self._contributions), done):
            event = timeline.event(first + number)
            assert isinstance(event, Accumulate)  # all events after the seed are
            contribution, gradient = size(event.contribution), size(event.after)
            self._contributions.append(contribution)
            most, largest = self._scales[-1]
            self._scales.append((_larger(most, contribution), _larger(largest, gradient)))
        return self._scales[done]

    def contribution(self, edge: Edge, position: int) -> float | None:
        """The size of an edge's contribution as a share of the largest. None: it is not computed yet, or never."""
        number = self._numbers.get(edge)
        if number is None or number >= position - self._timeline.seed_event - 1:
            return None
        most, _ = self.scale(position)
        return _share(self._contributions[number], most)

    def gradient(self, node: int, position: int) -> float | None:
        """The size of a node's gradient as a share of the largest. None: nothing has arrived."""
        gradient = self._timeline.grad_at(node, position)
        return None if gradient is None else _share(size(gradient), self.scale(position)[1])

    @cached_property
    def _numbers(self) -> dict[Edge, int]:
        return {edge: number for number, edge in enumerate(self._timeline.plan.edges)}


def size(value: Value) -> float:
    """The absolute value of a number, the Euclidean norm of an array."""
    with np.errstate(all="ignore"):
        return float(np.linalg.norm(value)) if value.ndim else abs(float(value))


def _larger(one: float, other: float) -> float:
    return max(one, other) if isfinite(other) else one


def _share(part: float, most: float) -> float:
    """A share of 1 for what is not finite: it is not to be overlooked."""
    return min(1.0, part / most if most else part) if isfinite(part) else 1.0
