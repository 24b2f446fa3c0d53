"""What each path brings to a gradient, and the paths that bring most, however many there are.

Between scalars that is a product: the seed times the derivative along every edge. Between arrays it is a chain of
Jacobians, applied to the seed one after the other: each path has an array, and its norm says how much it brings. All
is computed by the rules of the engine itself, from the output back, so the sum over all paths is the gradient.
"""

from __future__ import annotations

from enum import Enum
from functools import cached_property

import numpy as np

from backprop_tui.engine.chain_rule import chain_rule
from backprop_tui.engine.events import Accumulate
from backprop_tui.engine.sizes import size
from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Edge, Value
from backprop_tui.lenses.nudging import cost
from backprop_tui.lenses.paths import AllPaths, Path
from backprop_tui.lenses.ranked_paths import BestPaths, Contribution, Ranking, SortedPaths, Step
from backprop_tui.ops.broadcasting import unbroadcast
from backprop_tui.ops.operation import ONE
from backprop_tui.progress import Progress

MOST_WORK = 100_000_000
"""Nanoseconds, about, that following paths may take. Paths between arrays are ranked only if there is time for all."""
MOST_LISTED, _LEAST_LISTED = 1_000, 20
"""Nobody looks at more paths; between scalars so many are listed, however long they are."""
_BACKWARD = 2
"""A VJP takes about so many times as long as its operation."""


class Order(Enum):
    """Which path comes first."""

    LARGEST = "largest first"
    """What brings most; what is not finite before all, and equal ones in program order."""
    PROGRAM = "program order"


class PathProducts:
    """The contributions of all paths from a node to the output of a run."""

    def __init__(self, timeline: Timeline, paths: AllPaths, progress: Progress | None = None) -> None:
        """Prepare to rank the paths. Raises Cancelled if `progress` says so."""
        self.timeline = timeline
        self.paths = paths
        plan, nodes = timeline.plan, timeline.graph.nodes
        self._values = [timeline.values[node.name] for node in timeline.graph]
        self._rules = {
            plan.edges[number]: plan.accumulations[number] for node in paths.nodes for number in plan.arrivals[node]
        }
        self.is_scalar = not any(nodes[node].shape for node in (paths.node, *paths.nodes, paths.output))
        """Whether every node on a path is a scalar, so that there are factors to write down."""
        self._kept: dict[tuple[Order, int], Contribution] = {}
        self._brought: dict[int, float] = {}
        progress = progress or Progress()
        self.ranking: Ranking | None = None
        """The largest paths: always between scalars; between arrays None if there are too many to follow them all."""
        if self.is_scalar:
            self.ranking = BestPaths(paths, self.step, float(timeline.graph.seed), progress)
        elif paths.count <= MOST_LISTED and self._work <= MOST_WORK:
            self.ranking = SortedPaths(paths, self.send, timeline.graph.seed, progress)

    @cached_property
    def listed(self) -> int:
        """How many paths may be asked for: fewer than there are, if to follow so many takes more than a moment."""
        most = min(self.paths.count, MOST_LISTED)
        if not most or isinstance(self.ranking, SortedPaths):
            return most
        time_for = MOST_WORK // max(1, sum(map(self._cost, self.paths.path(0))))
        return min(most, max(_LEAST_LISTED if self.is_scalar else 1, time_for))

    def contribution(self, rank: int, order: Order) -> Contribution:
        """The path of that rank, from 0. Raises IndexError; ValueError if the largest are not known."""
        found = self._kept.get((order, rank))
        if found is None:
            found = self._kept[order, rank] = self._contribution(rank, order)
        return found

    def brought(self, event: int) -> float:
        """What the event of that index adds to the gradient of the node: the number, or the norm of the array."""
        found = self._brought.get(event)
        if found is None:
            accumulated = self.timeline.event(event)
            assert isinstance(accumulated, Accumulate)  # no other event adds to a gradient
            contribution = accumulated.contribution
            found = self._brought[event] = size(contribution) if contribution.ndim else float(contribution)
        return found

    def along(self, path: Path) -> list[Value]:
        """The seed, and what becomes of it at each node along the path, from the output back."""
        parts = [self.timeline.graph.seed]
        for edge in reversed(path):
            parts.append(self.send(edge, parts[-1]))
        return parts

    @np.errstate(all="ignore")
    def send(self, edge: Edge, upstream: Value) -> Value:
        """What an edge makes of an upstream gradient, shaped like its operand: the engine's own computation."""
        _, operand, consumer, _, factor, rule = self._rules[edge]
        if rule is None:
            return upstream if factor is None else upstream * self._values[factor]
        raw = chain_rule(upstream, self._values, consumer, factor, rule)
        return unbroadcast(raw, self.timeline.graph.nodes[operand].shape)

    def factor(self, edge: Edge) -> Value:
        """The derivative along an edge between scalars: the local one, or what its rule makes of 1."""
        local = self.timeline.local_at(edge, len(self.timeline))
        return self.send(edge, ONE) if local is None else local

    def step(self, edge: Edge) -> Step:
        """What an edge between scalars makes of a product."""
        _, _, consumer, _, factor, rule = self._rules[edge]
        if rule is None:
            return consumer, 1.0 if factor is None else float(self._values[factor])
        if rule[1]:  # it may keep an infinite gradient out where a product cannot
            return consumer, lambda upstream: float(self.send(edge, np.float64(upstream)))
        return consumer, float(self.send(edge, ONE))

    def _contribution(self, rank: int, order: Order) -> Contribution:
        if order is Order.LARGEST:
            if self.ranking is None:
                raise ValueError("there are too many paths between arrays to rank them")
            return self.ranking.contribution(rank)
        path = self.paths.path(rank)
        return Contribution.of(path, self.along(path)[-1])

    @property
    def _work(self) -> int:
        """About how many nanoseconds it takes to follow all paths, what they have in common at the output once."""
        return sum(self.paths.merged(edge.consumer) * self._cost(edge) for edge in self.paths.edges)

    def _cost(self, edge: Edge) -> int:
        graph = self.timeline.graph
        return _BACKWARD * cost(graph, graph.nodes[edge.consumer])
