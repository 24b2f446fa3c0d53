"""The order of the items within each row, so that few lines cross.

Two simple orders are tried first, and kept if nothing crosses in one of them. Otherwise every item is given a place
between 0 and 1 and is drawn towards the places of its neighbours above and below, again and again: first freely, as
on springs, which finds the shape of the whole, then row against row with places that stay apart. In the end each
item of a row moves to where it crosses least (`sifting`), as far as the size of the graph leaves time for that. For a
small graph there is time to do the same with orders at random, which finds the last few crossings.
Components stand side by side and never mix. Everything is deterministic: ties keep the order there was.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from random import Random

import numpy as np
from numpy.typing import NDArray

from backprop_tui.drawing.crossings import Ints, Lines
from backprop_tui.drawing.layers import Layers
from backprop_tui.drawing.sifting import sift
from backprop_tui.progress import Progress

_PULLS = 100
"""Rounds on springs."""
_ROUNDS = 20
"""Rounds of row against row."""
_SMALL = 150
"""Items; in a smaller graph the simple orders are sifted, too, and others at random, to be chosen from."""
_TRIES, _TRIES_PAIRS = 20, 3_000
"""Orders at random: that many, and that many pairs of items in a row in all of them together."""


def order(layers: Layers, progress: Progress | None = None) -> list[list[int]]:
    """The rows of the layered graph, each in the order from left to right. Raises Cancelled if `progress` says so."""
    progress = progress or Progress()
    progress.enter("ordering")
    component = _components(layers)
    lines = Lines.of(layers)
    simple = [_in_file_order(layers, component), _as_walked(layers, component)]
    for rows in simple:
        if not lines.crossings(rows):
            return rows
    springs = _Springs(layers, lines, simple[1], component)
    for _ in progress.over(range(_PULLS), "ordering"):
        springs.pull()
    springs.sort()
    for number in progress.over(range(_ROUNDS), "ordering"):
        springs.settle(number % 2)
    found = [springs.rows(), *reversed(simple)]
    items = len(layers.level)
    if items > _SMALL:
        sift(layers, found[0], progress)
        return min(found, key=lines.crossings)
    random = Random(0)  # always the same
    pairs = sum([len(row) ** 2 for row in layers.rows])
    found += [
        [sorted(random.sample(row, len(row)), key=component.__getitem__) for row in layers.rows]
        for _ in range(min(_TRIES, _TRIES_PAIRS // pairs))
    ]
    for rows in found:
        sift(layers, rows, progress)
    return min(found, key=lines.crossings)


def _components(layers: Layers) -> list[int]:
    """Item -> a number that items connected to it share; single nodes come last."""
    parent = list(range(len(layers.level)))
    for item, feeders in enumerate(layers.above):
        for feeder in feeders:
            one, other = item, feeder
            while parent[one] != one:
                parent[one] = one = parent[parent[one]]
            while parent[other] != other:
                parent[other] = other = parent[parent[other]]
            if one < other:
                parent[other] = one
            else:
                parent[one] = other
    for item, found in enumerate(parent):
        root = found
        while parent[root] != root:
            root = parent[root]
        parent[item] = root
    alone = len(parent)
    return [root + (0 if layers.above[item] or layers.below[item] else alone) for item, root in enumerate(parent)]


def _in_file_order(layers: Layers, component: Sequence[int]) -> list[list[int]]:
    owner = layers.owner
    return [sorted(row, key=lambda item: (component[item], owner[item])) for row in layers.rows]


def _as_walked(layers: Layers, component: Sequence[int]) -> list[list[int]]:
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


class _Springs:
    """Places of all items at once. What one component has in one row is a *group*, with the places from 0 to 1."""

    def __init__(self, layers: Layers, lines: Lines, rows: Sequence[Sequence[int]], component: Sequence[int]) -> None:
        self._ends = [len(row) for row in rows]
        self._items: Ints = np.fromiter(chain.from_iterable(rows), dtype=np.intp)
        count = len(layers.level)
        level, part = np.array(layers.level), np.array(component)
        keys = np.stack((level[self._items], part[self._items]))
        changes = np.concatenate(([True], (keys[:, 1:] != keys[:, :-1]).any(axis=0)))
        begins = np.flatnonzero(changes)
        self._sizes: Ints = np.diff(np.append(begins, len(self._items)))
        self._group: Ints = np.zeros(count, dtype=np.intp)
        self._group[self._items] = np.repeat(np.arange(len(begins)), self._sizes)
        within = np.arange(len(self._items)) - np.repeat(begins, self._sizes)
        self._spread: NDArray[np.float64] = (within + 0.5) / np.repeat(self._sizes, self._sizes)
        self._parity: Ints = level % 2
        self._upper, self._lower = lines.upper, lines.lower
        width = self._sizes[self._group]
        self._port: NDArray[np.float64] = ((lines.port + 0.5) / lines.ports[lines.lower] - 0.5) / width[lines.lower]
        self._pull: Ints = lines.heaviness[lines.lower]
        self._pulled: NDArray[np.float64] = np.zeros(count)
        self._pulled += np.bincount(lines.upper, self._pull, count) + np.bincount(lines.lower, self._pull, count)
        self._place: NDArray[np.float64] = np.zeros(count)
        self._take()

    def pull(self) -> None:
        """Move every item most of the way to its neighbours, then the groups apart again."""
        place, group = self._place, self._group
        place = 0.3 * place + 0.7 * self._means(0.0)
        shown = group[self._items]
        means = np.bincount(shown, weights=place[self._items]) / self._sizes
        place -= means[group]
        self._place = place / max(float(np.abs(place).max()), 1e-300)

    def sort(self) -> None:
        """Stand in the order of the places that were found."""
        self._items = self._items[np.lexsort((self._place[self._items], self._group[self._items]))]
        self._take()

    def settle(self, parity: int) -> None:
        """Sort all even or all odd rows by the means of their neighbours, which stay where they are."""
        moved = self._parity == parity
        self._place = np.where(moved, self._means(self._port), self._place)
        self.sort()

    def rows(self) -> list[list[int]]:
        """The order found."""
        items, ends = self._items.tolist(), np.cumsum(self._ends).tolist()
        return [items[first:end] for first, end in zip([0, *ends], ends, strict=False)]

    def _take(self) -> None:
        self._place[self._items] = self._spread

    def _means(self, port: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """Item -> the weighted mean of its neighbours' places; its own if it has none."""
        place, count = self._place, len(self._place)
        total = np.bincount(self._upper, self._pull * (place[self._lower] + port), count)
        total += np.bincount(self._lower, self._pull * (place[self._upper] - port), count)
        return np.where(self._pulled > 0, total / np.maximum(self._pulled, 1), place)
