"""All paths from a node to the output, counted and numbered without following them one by one.

The chain rule is a sum over paths, and there may be more of them than atoms in the universe. How many lead from each
node to the output takes one pass over the edges; with that, the path of any rank is found by walking it once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TypeAlias

from backprop_tui.engine.plan import Plan
from backprop_tui.graph import Edge
from backprop_tui.progress import Progress

MOST: int = 10**4000
"""Nobody counts further: whatever is more is so many, too."""

Path: TypeAlias = tuple[Edge, ...]
"""The edges from a node to the output, in that order. From the output to itself it has none."""


class AllPaths:
    """The paths along which a gradient comes to a node: all of their edges have an event in the backward pass.

    `a · a` has two edges, and so twice as many paths. Linear in the edges, in time and in numbers kept.
    """

    def __init__(self, plan: Plan, node: int, progress: Progress | None = None) -> None:
        """Count the paths from a node to the output. Raises Cancelled if `progress` says so."""
        self.node = node
        self.output = plan.graph.output
        self.onward: Mapping[int, Sequence[Edge]] = _onward(plan, node, progress)
        """For each node on a path, the edges from there to its consumers, in program order."""
        self.nodes: Sequence[int] = list(self.onward)
        """The nodes on a path, in topological order; empty if there is no path."""
        self._from: dict[int, int] = {}
        for start in reversed(self.nodes):
            edges = self.onward[start]
            # One number is kept where one edge leads on: a long chain does not copy it.
            ways = [self._from[edge.consumer] for edge in edges]
            self._from[start] = ways[0] if len(ways) == 1 else min(MOST, sum(ways)) if ways else 1

    @property
    def count(self) -> int:
        """How many paths there are; `MOST` if at least so many."""
        return self.merged(self.node)

    def merged(self, node: int) -> int:
        """How many paths lead from a node to the output: so many products the gradient of that node adds up."""
        return self._from.get(node, 0)

    def through(self, edge: Edge) -> int:
        """How many of the paths go along an edge."""
        return min(MOST, self._to.get(edge.operand, 0) * self.merged(edge.consumer))

    @cached_property
    def edges(self) -> Sequence[Edge]:
        """Every edge on a path, each once, in the order of its event in the backward pass."""
        return sorted(
            (edge for edges in self.onward.values() for edge in edges), key=lambda edge: (-edge.consumer, edge.position)
        )

    @cached_property
    def steps(self) -> int:
        """The factors of all paths together: so many multiplications take those who follow each path by itself."""
        return min(MOST, sum(map(self.through, self.edges)))

    def path(self, rank: int) -> Path:
        """The path of that rank, from 0, in program order. Raises IndexError.

        Paths part at a node with the edge that is used first in the program.
        """
        if not 0 <= rank < self.count:
            raise IndexError(f"path {rank} of {self.count}")
        path: list[Edge] = []
        node = self.node
        while edges := self.onward[node]:
            for edge in edges:
                ways = self._from[edge.consumer]
                if rank < ways:
                    break
                rank -= ways
            path.append(edge)
            node = edge.consumer
        return tuple(path)

    @cached_property
    def _to(self) -> Mapping[int, int]:
        """How many paths lead from the node to each of the others."""
        counts = dict.fromkeys(self.nodes, 0)
        if self.nodes:
            counts[self.node] = 1
        for node in self.nodes:
            for edge in self.onward[node]:
                counts[edge.consumer] = min(MOST, counts[edge.consumer] + counts[node])
        return counts


def _onward(plan: Plan, node: int, progress: Progress | None) -> dict[int, Sequence[Edge]]:
    """See `AllPaths.onward`. Every edge with an event leads to the output in the end, so no walk is in vain."""
    if not plan.graph.contributing[node] and node != plan.graph.output:  # which has its seed in any case
        return {}
    edges, arrivals = plan.edges, plan.arrivals
    onward: dict[int, Sequence[Edge]] = {}
    reached = {node}
    for operand in range(node, plan.graph.output + 1):
        if operand in reached:
            if progress:
                progress.check()
            onward[operand] = leaving = sorted([edges[number] for number in arrivals[operand]])
            reached.update([edge.consumer for edge in leaving])
    return onward
