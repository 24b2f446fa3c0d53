"""Which layer each node is drawn in, and the chains of dummies that lead long edges past the layers between.

An *item* is what takes part in the layout: a drawn node (its item is its index in the graph) or a dummy, a
place one cell wide where the line of a value passes a layer. All edges of a value share ONE chain of dummies:
a bus. On a multilayer perceptron of 10,000 nodes that makes 3,000 dummies of 89,000, and fewer lines to read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt
from operator import itemgetter

from backprop_tui.graph import Graph, Kind


@dataclass(frozen=True, slots=True)
class Layers:
    """The layered graph: rows of items, and segments that each lead from one row to the next."""

    nodes: int
    """Items below this are nodes of the graph, the others dummies. Constants are in no row."""
    level: Sequence[int]
    """Item -> number of its row."""
    rows: Sequence[Sequence[int]]
    """Row -> its items, in no particular order yet."""
    owner: Sequence[int]
    """Item -> the node whose value its outgoing line carries."""
    operands: Sequence[tuple[int, ...]]
    """Node -> the operand positions that are drawn: one port each. Those of constants are not."""
    above: Sequence[Sequence[int]]
    """Item -> the items that feed it, for a node one for each port."""
    below: Sequence[Sequence[tuple[int, int]]]
    """Item -> the (item, port) it feeds in the next row."""

    edges: Sequence[int]
    """Item -> how many edges share a line that leads into it: one, if it is a box."""
    weight: Sequence[int]
    """Item -> how much its line should stay straight: 2 out of an operation, 1 along a bus, 0 out of an input."""

    def is_dummy(self, item: int) -> bool:
        """Whether the item is a place where a line passes, not a box."""
        return item >= self.nodes

    def trunk(self, node: int) -> int | None:
        """The port where the one line arrives that matters more than the others; None if there is none such."""
        weights = [self.weight[feeder] for feeder in self.above[node]]
        heaviest = max(weights, default=0)
        return weights.index(heaviest) if weights.count(heaviest) == 1 else None


def layers(graph: Graph) -> Layers:
    """Layer the graph so that every edge leads downwards and few dummies are needed."""
    drawn = [node.kind is not Kind.CONSTANT for node in graph.nodes]
    operands = [
        tuple(position for position, operand in enumerate(node.operands) if drawn[operand]) for node in graph.nodes
    ]
    sources = [
        [node.operands[position] for position in positions]
        for node, positions in zip(graph.nodes, operands, strict=True)
    ]
    _, level = _flattest(sources)
    _pile(drawn, sources, level)
    return _chained(drawn, operands, sources, level)


def items(graph: Graph) -> int:
    """How many items the layout of a graph has, in time linear in its edges: what drawing it costs depends on that."""
    nodes = graph.nodes
    sources = [[one for one in node.operands if nodes[one].kind is not Kind.CONSTANT] for node in nodes]
    return len(nodes) + _flattest(sources)[0]


def _flattest(sources: Sequence[Sequence[int]]) -> tuple[int, list[int]]:
    """The number of dummies, and the levels that need the fewest."""
    return min(((_dummies(sources, levels), levels) for levels in (_soon(sources), _late(sources))), key=itemgetter(0))


def _pile(drawn: Sequence[bool], sources: Sequence[Sequence[int]], level: list[int]) -> None:
    """Spread the nodes that no line leads to or from over all layers: a pile at the side, not a row of all of them."""
    used = {operand for operands in sources for operand in operands}
    alone = [node for node, operands in enumerate(sources) if drawn[node] and not operands and node not in used]
    deepest = max([level[node] for node, operands in enumerate(sources) if operands], default=0)
    height = max(deepest + 1, isqrt(len(alone)))
    for number, node in enumerate(alone):
        level[node] = number % height


def _soon(sources: Sequence[Sequence[int]]) -> list[int]:
    """Every operation as high as its operands allow; every input right above its first consumer."""
    level = _highest(sources)
    first: dict[int, int] = {}
    for node, operands in enumerate(sources):
        for operand in operands:
            first[operand] = min(first.get(operand, level[node]), level[node])
    return [first[node] - 1 if not operands and node in first else level[node] for node, operands in enumerate(sources)]


def _late(sources: Sequence[Sequence[int]]) -> list[int]:
    """Every node right above its first consumer; those that nothing uses as high as possible."""
    level = _highest(sources)
    lowest: list[int | None] = [None] * len(sources)
    for node in range(len(sources) - 1, -1, -1):
        limit = lowest[node]
        if limit is not None:
            level[node] = limit
        for operand in sources[node]:
            bound = lowest[operand]
            lowest[operand] = level[node] - 1 if bound is None else min(bound, level[node] - 1)
    return level


def _highest(sources: Sequence[Sequence[int]]) -> list[int]:
    level: list[int] = []
    for operands in sources:
        level.append(1 + max((level[operand] for operand in operands), default=-1))
    return level


def _last_use(sources: Sequence[Sequence[int]], level: Sequence[int]) -> list[int]:
    """Node -> the lowest level at which it is used; the one below its own if it is not used."""
    last = [own + 1 for own in level]
    for node, operands in enumerate(sources):
        for operand in operands:
            last[operand] = max(last[operand], level[node])
    return last


def _dummies(sources: Sequence[Sequence[int]], level: Sequence[int]) -> int:
    return sum(last - own - 1 for last, own in zip(_last_use(sources, level), level, strict=True))


def _chained(
    drawn: Sequence[bool],
    operands: Sequence[tuple[int, ...]],
    sources: Sequence[Sequence[int]],
    levels: list[int],
) -> Layers:
    nodes = len(levels)
    level = list(levels)
    owner = list(range(nodes))
    above: list[list[int]] = [[] for _ in range(nodes)]
    below: list[list[tuple[int, int]]] = [[] for _ in range(nodes)]
    chain: list[int] = []  # node -> the first dummy of its bus; the others follow it
    for node, last in enumerate(_last_use(sources, levels)):
        chain.append(len(level))
        feeder = node
        for row in range(levels[node] + 1, last):
            dummy = len(level)
            level.append(row)
            owner.append(node)
            above.append([feeder])
            below.append([])
            below[feeder].append((dummy, 0))
            feeder = dummy
    for node, feeding in enumerate(sources):
        for port, source in enumerate(feeding):
            gap = levels[node] - levels[source] - 1
            feeder = chain[source] + gap - 1 if gap else source
            above[node].append(feeder)
            below[feeder].append((node, port))
    items = [item for item in range(len(level)) if item >= nodes or drawn[item]]
    rows: list[list[int]] = [[] for _ in range(1 + max([level[item] for item in items], default=-1))]
    for item in items:
        rows[level[item]].append(item)
    weight = [0 if not above[node] else 1 if item >= nodes else 2 for item, node in enumerate(owner)]
    edges = [1] * len(level)
    for dummy in range(len(level) - 1, nodes - 1, -1):  # the lower ones of a bus come first
        edges[dummy] = sum([edges[fed] for fed, _ in below[dummy]])
    return Layers(nodes, level, rows, owner, operands, above, below, edges, weight)
