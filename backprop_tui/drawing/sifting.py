"""Moves single items of a row to where their lines cross least, while the rows above and below stay.

For every two items of a row, a table says how much it would save in crossings to have the first one before the second.
What a move along the row saves is then a sum over the items that are passed. Inputs side by side for which it makes
no difference stand in the order of the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, combinations
from typing import TypeAlias

import numpy as np

from backprop_tui.drawing.crossings import heaviness
from backprop_tui.drawing.layers import Layers
from backprop_tui.progress import Progress

End: TypeAlias = tuple[int, int]
"""Where a line ends in the row above or below, and how much it counts."""

_WORK = 600_000
"""Pairs of items in a row that are compared, in all passes together."""
_PASSES = 20
_NARROW = 8
"""Items; in a shorter row it is quicker to look at every two than to make arrays."""


def sift(layers: Layers, rows: list[list[int]], progress: Progress) -> None:
    """Improve the rows in place, in passes down and up, until nothing moves or it is enough. May raise Cancelled."""
    sifter = _Sifter(layers, rows)
    work = sum([len(row) ** 2 for row in rows])
    numbers = list(range(len(rows)))
    waiting = {number for number in numbers if len(rows[number]) > 1}
    for _ in range(min(_PASSES, _WORK // max(work, 1))):
        progress.check()
        for number in numbers:
            if number in waiting:
                waiting.remove(number)
                if sifter.improve(number):
                    waiting.update(near for near in (number - 1, number, number + 1) if 0 <= near < len(rows))
        if not waiting:
            break
        numbers.reverse()


class _Sifter:
    def __init__(self, layers: Layers, rows: list[list[int]]) -> None:
        self._above, self._below = layers.above, layers.below
        self._rows = rows
        self._place = [0] * len(layers.level)
        """Item -> its place in its row."""
        self._heavy = [heaviness(edges) for edges in layers.edges]
        self._first = [0] * len(layers.level)
        """Item -> the number of its first port in its row."""
        for row in rows:
            self._number(row)

    def improve(self, number: int) -> bool:
        """Put every item of a row where it crosses least. Returns whether any has moved."""
        row = self._rows[number]
        savings = self._savings(row)
        order = list(range(len(row)))
        moved = False
        for item, saving in enumerate(savings):
            now = order.index(item)
            del order[now]
            costs = list(accumulate([saving[other] for other in order], initial=0))
            least = min(costs)
            if least < costs[now]:
                moved = True
                _, now = min([(abs(place - now), place) for place, cost in enumerate(costs) if cost == least])
            order.insert(now, item)
        moved |= self._tidy(row, order, savings)
        if moved:
            row[:] = [row[item] for item in order]
            self._number(row)
        return moved

    def _tidy(self, row: Sequence[int], order: list[int], savings: Sequence[Sequence[float]]) -> bool:
        """Exchange inputs side by side, where that costs nothing, until they stand in the order of the file."""
        above, below = self._above, self._below
        moved = False
        for end in range(1, len(order)):
            for place in range(end, 0, -1):
                one, other = order[place - 1], order[place]
                first, second = row[one], row[other]
                if above[first] or above[second] or first < second or not (below[first] and below[second]):
                    break
                if savings[one][other]:
                    break
                order[place - 1], order[place] = other, one
                moved = True
        return moved

    def _savings(self, row: Sequence[int]) -> Sequence[Sequence[float]]:
        """One item, other item -> how much worse the crossings are if the other one stands on the left."""
        place, first, heavy = self._place, self._first, self._heavy
        up = [[(place[feeder], heavy[item]) for feeder in self._above[item]] for item in row]
        down = [[(first[other] + port, heavy[other]) for other, port in self._below[item]] for item in row]
        return _compared(up, down) if len(row) < _NARROW else _tabled(up, down)

    def _number(self, row: Sequence[int]) -> None:
        ports = 0
        for place, item in enumerate(row):
            self._place[item] = place
            self._first[item] = ports
            ports += len(self._above[item])


def _compared(*sides: Sequence[Sequence[End]]) -> list[list[float]]:
    count = len(sides[0])
    savings = [[0.0] * count for _ in range(count)]
    for one, other in combinations(range(count), 2):
        saved = 0
        for ends in sides:
            for end, weight in ends[one]:
                for another, load in ends[other]:
                    saved += weight * load * ((end < another) - (end > another))
        savings[one][other] = saved
        savings[other][one] = -saved
    return savings


def _tabled(*sides: Sequence[Sequence[End]]) -> list[list[float]]:
    count = len(sides[0])
    savings = np.zeros((count, count))
    for ends in sides:
        width = 1 + max([end for own in ends for end, _ in own], default=0)
        cells = [item * width + end for item, own in enumerate(ends) for end, _ in own]
        weights = [weight for own in ends for _, weight in own]
        at = np.bincount(cells, weights, count * width).reshape(count, width)
        inverted = at @ (np.cumsum(at, axis=1) - at).T  # [one, other]: ends of one right of ends of the other
        savings += inverted.T - inverted
    table: list[list[float]] = savings.tolist()  # whole numbers: exact, in whatever order they were added
    return table
