"""Which groups a graph has: by the user's table, by names, by statements, by recurrence; what is left, by order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from backprop_tui.folding.families import Path, number, paths
from backprop_tui.folding.groups import MOST_ITEMS, RANGE, Group, GroupKind, Groups
from backprop_tui.folding.tangles import Sorter
from backprop_tui.graph import Graph, Kind

_NAMED = 3
"""A group of several families is called by so many of them."""

NO_TABLE: Mapping[str, Sequence[int]] = MappingProxyType({})


def find_groups(graph: Graph, table: Mapping[str, Sequence[int]] = NO_TABLE) -> Groups:
    """The groups of a graph: those of the user's `table`, then by names, by statements, and by recurrence.

    Without names there is only the order to go by. Takes time linear in the edges, for names of bounded length.
    """
    return _flat(_drafted(graph, paths(graph, table)), graph)


@dataclass(slots=True, eq=False)
class _Draft:
    """A group whose place in the order is not known yet."""

    name: str
    leader: int | None = None
    items: list[_Draft | int] = field(default_factory=list)
    is_range: bool = False


class _Set(NamedTuple):
    """Nodes that may become a group."""

    nodes: list[int]
    """Ascending."""
    name: str
    leader: int | None = None


def _drafted(graph: Graph, paths: Sequence[Path]) -> _Draft:
    sorter = Sorter(graph)
    root = _Draft("")
    waiting = [(root, [node.index for node in graph.nodes if node.kind is not Kind.CONSTANT], 0)]
    while waiting:
        draft, nodes, depth = waiting.pop()
        if max([len(paths[node]) for node in nodes], default=0) <= depth:
            draft.items += nodes
            continue
        sets = _by_family(graph, nodes, paths, depth)
        is_given = any(one.is_given and one.name == draft.name for one in paths[nodes[0]][depth - 1 : depth])
        while len(sets) == 1 and len(nodes) > 1:  # no group has only a group in it
            if not is_given:
                draft.name, draft.leader = sets[0].name, sets[0].leader
            depth += 1
            sets = _by_family(graph, nodes, paths, depth)
        clusters = sorter.sort([one.nodes for one in sets])
        if len(clusters) == 1 < len(sets):
            sets = _untangled(sorter, graph, sets, paths, depth)
            clusters = sorter.sort([one.nodes for one in sets])
        for cluster in clusters:
            first = sets[cluster[0]]
            if len(cluster) > 1:  # they feed each other in a circle
                inner = _Draft(_joined([sets[one].name for one in cluster]))
                waiting.append((inner, sorted(node for one in cluster for node in sets[one].nodes), depth))
            elif len(first.nodes) > 1:
                inner = _Draft(first.name, first.leader)
                waiting.append((inner, first.nodes, depth + 1))
            else:
                draft.items += first.nodes
                continue
            draft.items.append(inner)
    return root


def _by_family(graph: Graph, nodes: Sequence[int], paths: Sequence[Path], depth: int) -> list[_Set]:
    found: dict[object, _Set] = {}
    for node in nodes:
        path = paths[node]
        family = path[depth] if len(path) > depth else None
        if family is None:
            found[node] = _Set([node], graph.nodes[node].name)
        elif family in found:
            found[family].nodes.append(node)
        else:
            found[family] = _Set([node], family.name, family.leader)
    return list(found.values())


def _untangled(sorter: Sorter, graph: Graph, sets: Sequence[_Set], paths: Sequence[Path], depth: int) -> list[_Set]:
    """Other sets of the same nodes that do not feed each other in a circle: steps of a recurrence, or pieces."""
    steps = _by_number(graph, sets, paths, depth)
    if len(sorter.sort([step.nodes for step in steps])) == len(steps) > 1:
        return steps
    cut = sorter.pieces([one.nodes for one in sets])
    pieces = [
        _Set(nodes, f"{one.name} ({count})")
        for one, pieces in zip(sets, cut, strict=True)
        for count, nodes in enumerate(pieces, 1)
    ]
    return sorted(pieces)


def _by_number(graph: Graph, sets: Sequence[_Set], paths: Sequence[Path], depth: int) -> list[_Set]:
    """`z_1`, `z_2`, `h_1`, `h_2` as steps: `z_1` and `h_1`, `z_2` and `h_2`. What has no number stays as it is."""
    steps: dict[str, list[tuple[int, str]]] = {}
    found: list[_Set] = []
    for one in sets:
        rest: list[int] = []
        for node in one.nodes:
            path = paths[node]
            name = path[depth + 1].name if len(path) > depth + 1 else graph.nodes[node].name
            step = number(name) if len(path) > depth else ""
            if step:
                steps.setdefault(step, []).append((node, name))
            else:
                rest.append(node)
        if rest:
            found.append(_Set(rest, one.name, one.leader))
    for members in steps.values():
        members.sort()
        names = dict.fromkeys(name for _, name in members)
        found.append(_Set([node for node, _ in members], _joined(list(names))))
    return sorted(found)


def _joined(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")


def _flat(root: _Draft, graph: Graph) -> Groups:
    """Give every draft its place; cut what has too many items into ranges."""
    order: list[int] = []
    innermost = [-1] * len(graph)
    drafts: list[tuple[_Draft, int | None, int, int]] = []  # with outer, start and items
    ends: list[tuple[int, int]] = []  # end and after
    walk: list[tuple[int | None, Iterator[_Draft | int]]] = [(None, iter(_ranges(root.items, graph)))]
    while walk:
        outer, rest = walk[-1]
        for item in rest:
            if isinstance(item, _Draft):
                items = _ranges(item.items, graph)
                walk.append((len(drafts), iter(items)))
                drafts.append((item, outer, len(order), len(items)))
                ends.append((0, 0))
                break
            innermost[item] = -1 if outer is None else outer
            order.append(item)
        else:
            walk.pop()
            if outer is not None:
                ends[outer] = len(order), len(drafts)
    nodes = np.array(order, np.intp)
    operations = [0, *accumulate([bool(graph.nodes[node].op) for node in order])]
    place = dict(zip(order, range(len(order)), strict=True))
    groups: list[Group] = []
    for (draft, outer, start, count), (end, after) in zip(drafts, ends, strict=True):
        kind = GroupKind.INPUTS if operations[start] == operations[end] else GroupKind.FAMILY
        leader = draft.leader
        if leader is not None and not start <= place[leader] < end:  # the statement has been cut
            leader = None
        if leader is not None:
            kind = GroupKind.STATEMENT
        stretch = nodes[start:end]
        at = len(groups)
        groups.append(Group(at, draft.name, kind, draft.is_range, leader, outer, start, stretch, count, after))
    return Groups(nodes, groups, innermost)


def _ranges(items: list[_Draft | int], graph: Graph) -> list[_Draft | int]:
    """At most `MOST_ITEMS` items that hold these, in the same order, evenly."""
    size = 1
    while size * MOST_ITEMS < len(items):
        size *= MOST_ITEMS
    if size == 1:
        return items
    count = -(-len(items) // size)
    borders = [len(items) * one // count for one in range(count + 1)]
    ranges: list[_Draft | int] = []
    for first, last in pairwise(borders):
        ends = [
            one.name if isinstance(one, _Draft) else graph.nodes[one].name for one in (items[first], items[last - 1])
        ]
        ranges.append(_Draft(RANGE.join(ends), items=items[first:last], is_range=True))
    return ranges
