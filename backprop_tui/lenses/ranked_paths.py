"""The paths that bring most to a gradient, in order: all of them followed and sorted, or the best found one by one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from heapq import heapify, heappop, heappush
from math import inf, isfinite
from typing import NamedTuple, Protocol, TypeAlias

import numpy as np

from backprop_tui.engine.sizes import size
from backprop_tui.graph import Edge, Value
from backprop_tui.lenses.paths import AllPaths, Path
from backprop_tui.progress import Progress


class Contribution(NamedTuple):
    """What one path brings to the gradient of its node."""

    path: Path
    value: Value
    """Shaped like the node."""
    size: float
    """Its absolute value or norm; infinite where it is no finite number, so that it is not overlooked."""

    @classmethod
    def of(cls, path: Path, value: Value) -> Contribution:
        """A contribution, and how large it is."""
        return cls(path, value, _magnitude(size(value)))


class Ranking(Protocol):
    """Paths in order, the largest first."""

    @property
    def total(self) -> float:
        """The sizes of all paths added up: what there is to take a share of."""

    def contribution(self, rank: int) -> Contribution:
        """The path of that rank, from 0. Raises IndexError."""


Step: TypeAlias = tuple[int, float | Callable[[float], float]]
"""Where an edge leads to, and what it makes of a product there: so many times as much, or what its rule says."""


class SortedPaths:
    """The paths between arrays: each was followed, and equal ones are in program order."""

    def __init__(self, paths: AllPaths, send: Callable[[Edge, Value], Value], seed: Value, progress: Progress) -> None:
        """Follow every path. `send` says what an edge makes of an upstream gradient. Raises Cancelled."""
        inward: dict[int, list[Edge]] = {}
        for edge in paths.edges:
            inward.setdefault(edge.consumer, []).append(edge)
        found: list[Contribution] = []
        waiting: list[tuple[int, Value, Path]] = [(paths.output, seed, ())] if paths.count else []
        while waiting:
            progress.check()
            node, value, path = waiting.pop()
            if node == paths.node:
                found.append(Contribution.of(path, value))
            waiting += [(edge.operand, send(edge, value), (edge, *path)) for edge in inward.get(node, ())]
        self._contributions = sorted(found, key=lambda one: (-one.size, one.path))
        self.total = sum(one.size for one in found)

    def contribution(self, rank: int) -> Contribution:
        """See `Ranking`."""
        return self._contributions[rank]


class BestPaths:
    """The paths between scalars in order, the largest product first: each is found when it is asked for.

    The best paths from a node are those of its consumers, each with one more factor; more of them are looked for only
    as far as somebody has used them up. A factor never turns the order of two products round: it may only make them
    equal. So what is sorted stays sorted, rounding, overflow and zeros included.
    """

    def __init__(self, paths: AllPaths, step: Callable[[Edge], Step], seed: float, progress: Progress) -> None:
        """Find the best path from every node. Raises Cancelled."""
        self._paths = paths
        self._steps = {node: [step(edge) for edge in edges] for node, edges in paths.onward.items()}
        self._found: dict[int, list[_Way]] = {}
        """For each node, its best paths so far, in order."""
        self._waiting: dict[int, list[_Way]] = {}
        """For each node, the next best path through each of its edges: a heap."""
        for node in progress.over(self._paths.nodes[::-1], "following paths"):
            ways = [self._way(step, order, 0) for order, step in enumerate(self._steps[node])]
            heapify(ways)
            self._found[node] = [heappop(ways) if ways else (-_magnitude(seed), 0, 0, seed)]
            self._waiting[node] = ways

    @cached_property
    def total(self) -> float:
        """See `Ranking`."""
        sums: dict[int, float] = {}
        for node in reversed(self._paths.nodes):
            sent = [abs(_sent(step, sums[step[0]])) for step in self._steps[node]]
            sums[node] = sum(sent) if sent else abs(self._found[node][0][3])  # the seed
        return sums.get(self._paths.node, 0.0)

    def contribution(self, rank: int) -> Contribution:
        """See `Ranking`."""
        if not 0 <= rank < self._paths.count:
            raise IndexError(f"path {rank} of {self._paths.count}")
        node = self._paths.node
        while len(self._found[node]) <= rank:
            self._find_next(node)
        path: list[Edge] = []
        size, _, _, value = self._found[node][rank]
        while edges := self._paths.onward[node]:
            _, order, rank, _ = self._found[node][rank]
            path.append(edges[order])
            node = edges[order].consumer
        return Contribution(tuple(path), np.float64(value), -size)

    def _find_next(self, node: int) -> None:
        """Find one more path from a node that has more. What its last path has used up, is found first."""
        chain: list[tuple[int, int, int]] = []
        while True:
            _, order, rank, _ = self._found[node][-1]
            chain.append((node, order, rank + 1))
            consumer, _ = self._steps[node][order]
            known = len(self._found[consumer])
            if rank + 1 < known or known == self._paths.merged(consumer):
                break
            node = consumer
        for node, order, rank in reversed(chain):
            waiting, step = self._waiting[node], self._steps[node][order]
            if rank < len(self._found[step[0]]):
                heappush(waiting, self._way(step, order, rank))
            self._found[node].append(heappop(waiting))

    def _way(self, step: Step, order: int, rank: int) -> _Way:
        product = _sent(step, self._found[step[0]][rank][3])
        return -_magnitude(product), order, rank, product


_Way: TypeAlias = tuple[float, int, int, float]
"""A path from a node: (-size of its product, number of its first edge, rank among the paths from there, product)."""


def _sent(step: Step, product: float) -> float:
    _, factor = step
    return product * factor if isinstance(factor, float) else factor(product)


def _magnitude(product: float) -> float:
    return abs(product) if isfinite(product) else inf
