"""The order of the items within each row, so that few lines cross.

Barycentre sweeps down and up, then exchanges of neighbours while the graph is small. Components
stand side by side and never mix. Everything is deterministic: ties keep the order there was.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence

from backprop_tui.drawing.layers import Layers
from backprop_tui.progress import Progress

_SMALL = 1_500
"""Items; beyond that, exchanging neighbours costs more than it shows."""
_SWEEPS = 8
_SWEEPS_IF_LARGE = 4
_PORTS = 1 << 20
"""More than the ports of any one node: `position * _PORTS + port` sorts by position, then by port."""


def order(layers: Layers, progress: Progress | None = None) -> list[list[int]]:
    """The rows of the layered graph, each in the order from left to right. Raises Cancelled if `progress` says so."""
    component = _components(layers)
    rows = _initial(layers, component)
    position = [0] * len(layers.level)
    for row in rows:
        _number(row, position)
    best, fewest = [list(row) for row in rows], _crossings(layers, rows, position)
    small = len(layers.level) <= _SMALL
    sweeps = _SWEEPS if small else _SWEEPS_IF_LARGE
    for sweep in progress.over(range(sweeps), "ordering") if progress else range(sweeps):
        if not fewest:
            break
        _sweep(layers, rows, position, component, downwards=sweep % 2 == 0)
        if small and sweep >= sweeps - 2:
            _transpose(layers, rows, position, component)
        crossings = _crossings(layers, rows, position)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    return best


def _components(layers: Layers) -> list[int]:
    """Item -> a number that items connected to it share; single nodes come last."""
    parent = list(range(len(layers.level)))

    def find(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for item, feeders in enumerate(layers.above):
        for feeder in feeders:
            low, high = sorted((find(item), find(feeder)))
            parent[high] = low
    alone = len(parent)
    return [find(item) + (0 if layers.above[item] or layers.below[item] else alone) for item in range(alone)]


def _initial(layers: Layers, component: Sequence[int]) -> list[list[int]]:
    """Rows in the order in which a walk from the results up to the inputs meets the items."""
    rank = [-1] * len(layers.level)
    met = 0
    results = [item for row in layers.rows for item in row if not layers.below[item]]
    for result in sorted(results):
        pending = [result]
        while pending:
            item = pending.pop()
            if rank[item] < 0:
                rank[item] = met
                met += 1
                pending.extend(reversed(layers.above[item]))
    return [sorted(row, key=lambda item: (component[item], rank[item])) for row in layers.rows]


def _number(row: Sequence[int], position: list[int]) -> None:
    for place, item in enumerate(row):
        position[item] = place


def _sweep(
    layers: Layers, rows: list[list[int]], position: list[int], component: Sequence[int], *, downwards: bool
) -> None:
    """Put the items of row after row where the mean of their neighbours in the row before is."""
    above, below = layers.above, layers.below
    for number in range(1, len(rows)) if downwards else range(len(rows) - 2, -1, -1):
        row = rows[number]
        keys: dict[int, tuple[int, float]] = {}
        mean = -1.0  # items without neighbours stay beside the one on their left
        for item in row:
            if downwards:
                feeders = above[item]
                if feeders:
                    mean = sum([position[feeder] for feeder in feeders]) / len(feeders)
            else:
                fed = below[item]
                if fed:
                    mean = sum([position[other] + _within(above, other, port) for other, port in fed]) / len(fed)
            keys[item] = (component[item], mean)
        row.sort(key=keys.__getitem__)
        _number(row, position)


def _within(above: Sequence[Sequence[int]], item: int, port: int) -> float:
    """Where on the item a port is, from -½ to ½."""
    return (port + 0.5) / len(above[item]) - 0.5


def _crossings(layers: Layers, rows: Sequence[Sequence[int]], position: Sequence[int]) -> int:
    total = 0
    for row in rows:
        ends: list[int] = []
        for item in row:
            for key in sorted([position[other] * _PORTS + port for other, port in layers.below[item]]):
                total += len(ends) - bisect_left(ends, key)
                insort(ends, key)
    return total


def _transpose(layers: Layers, rows: Sequence[list[int]], position: list[int], component: Sequence[int]) -> None:
    """Exchange neighbours as long as that saves crossings."""
    for _ in range(4):
        improved = False
        for row in rows:
            ends = {
                item: (
                    sorted([position[feeder] for feeder in layers.above[item]]),
                    sorted([position[other] * _PORTS + port for other, port in layers.below[item]]),
                )
                for item in row
            }
            for place in range(len(row) - 1):
                left, right = row[place], row[place + 1]
                if component[left] == component[right] and _gain(ends[left], ends[right]) > 0:
                    row[place], row[place + 1] = right, left
                    position[left], position[right] = place + 1, place
                    improved = True
        if not improved:
            return


def _gain(left: tuple[list[int], list[int]], right: tuple[list[int], list[int]]) -> int:
    """How many crossings fewer there would be if the two changed places."""
    return sum([_inversions(a, b) - _inversions(b, a) for a, b in zip(left, right, strict=True)])


def _inversions(left: Sequence[int], right: Sequence[int]) -> int:
    """How many ends of the right one lie left of an end of the left one; both are sorted."""
    if not left or not right or left[-1] <= right[0]:
        return 0
    return sum([bisect_left(right, end) for end in left])
