"""Which of several sets of nodes comes first, and which feed each other in a circle."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import TypeAlias

from backprop_tui.graph import Graph

Links: TypeAlias = Sequence[set[int]]
"""Set -> the sets that it uses values of."""


class Sorter:
    """Sorts disjoint sets of a graph's nodes. Remembers which set each node was in last."""

    def __init__(self, graph: Graph) -> None:
        self._operands = [node.operands for node in graph.nodes]
        self._set_of = [-1] * len(graph)
        self._sets = 0
        """How many sets there have been: each has a number of its own, so that old ones do not count."""

    def sort(self, sets: Sequence[Sequence[int]]) -> list[list[int]]:
        """The numbers of the sets in topological order; those that feed each other in a circle are together.

        Every set is ascending, and sets are ordered by their first nodes, which is also the order of those that
        could come in either.
        """
        if all(one[-1] < other[0] for one, other in pairwise(sets)):
            return [[number] for number in range(len(sets))]
        links = self._links(sets)
        order = _sorted(links)
        if len(order) == len(sets):
            return [[number] for number in order]
        circles = sorted(map(sorted, _circles(links)))
        circle_of = {number: place for place, circle in enumerate(circles) for number in circle}
        merged: list[set[int]] = [set() for _ in circles]
        for number, feeders in enumerate(links):
            place = circle_of[number]
            merged[place].update(circle_of[feeder] for feeder in feeders)
            merged[place].discard(place)
        return [circles[place] for place in _sorted(merged)]

    def pieces(self, sets: Sequence[Sequence[int]]) -> list[list[list[int]]]:
        """Each set, cut up by how many borders between sets lie before a node, on a path that crosses the most.

        What has consumers in the sets counts as late as they allow, so that it stays together with them. The count
        never falls along an edge, and rises where one leads to another set. So edges between two pieces all lead to
        the higher count: however sets feed each other, their pieces do not do so in a circle.
        """
        set_of = {node: number for number, nodes in enumerate(sets) for node in nodes}
        crossed: dict[int, int] = {}
        latest: dict[int, int] = {}
        for node in sorted(set_of):
            own, most = set_of[node], 0
            for operand in self._operands[node]:
                if operand in set_of:
                    most = max(most, crossed[operand] + (set_of[operand] != own))
            crossed[node] = most
        pieces: list[dict[int, list[int]]] = [{} for _ in sets]
        for node in sorted(set_of, reverse=True):
            own = set_of[node]
            count = latest.get(node, crossed[node])
            for operand in self._operands[node]:
                if operand in set_of:
                    allowed = count - (set_of[operand] != own)
                    latest[operand] = min(latest.get(operand, allowed), allowed)
            pieces[own].setdefault(count, []).append(node)
        return [[nodes[::-1] for _, nodes in sorted(found.items())] for found in pieces]

    def _links(self, sets: Sequence[Sequence[int]]) -> list[set[int]]:
        set_of, operands, base = self._set_of, self._operands, self._sets
        self._sets += len(sets)
        for number, nodes in enumerate(sets, base):
            for node in nodes:
                set_of[node] = number
        links: list[set[int]] = []
        for number, nodes in enumerate(sets, base):
            feeders = {set_of[operand] for node in nodes for operand in operands[node]}
            links.append({feeder - base for feeder in feeders if feeder >= base and feeder != number})
        return links


def _sorted(links: Links) -> list[int]:
    """As many as can be put in topological order, the smallest first where there is a choice."""
    waiting = [len(feeders) for feeders in links]
    fed: list[list[int]] = [[] for _ in links]
    for number, feeders in enumerate(links):
        for feeder in feeders:
            fed[feeder].append(number)
    ready = [number for number, count in enumerate(waiting) if not count]
    heapify(ready)
    order = []
    while ready:
        number = heappop(ready)
        order.append(number)
        for other in fed[number]:
            waiting[other] -= 1
            if not waiting[other]:
                heappush(ready, other)
    return order


def _circles(links: Links) -> list[list[int]]:
    """The strongly connected components, after Tarjan (1972)."""
    unseen = -1
    place = [unseen] * len(links)  # in the order of discovery
    lowest = [0] * len(links)
    done = [False] * len(links)
    found: list[list[int]] = []
    discovered: list[int] = []
    count = 0
    for root in range(len(links)):
        walk = [(root, iter(sorted(links[root])))] if place[root] == unseen else []
        while walk:
            number, rest = walk[-1]
            if place[number] == unseen:
                place[number] = lowest[number] = count
                count += 1
                discovered.append(number)
            for other in rest:
                if place[other] == unseen:
                    walk.append((other, iter(sorted(links[other]))))
                    break
                if not done[other]:
                    lowest[number] = min(lowest[number], lowest[other])
            else:
                walk.pop()
                if walk:
                    above = walk[-1][0]
                    lowest[above] = min(lowest[above], lowest[number])
                if lowest[number] == place[number]:
                    circle: list[int] = []
                    while not done[number]:
                        circle.append(discovered.pop())
                        done[circle[-1]] = True
                    found.append(circle)
    return found
