"""Columns for large graphs: rows stay as narrow as they can, where aligned blocks would push each other far apart.

Row after row, every item wants to stand where its lines are straight. Those that want each other's room are pooled,
and a pool stands at the weighted median of what its items want (isotonic regression by pooling adjacent violators),
so that the heavier lines do become straight.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from backprop_tui.drawing.pulls import Pulls

_Wish: TypeAlias = tuple[int, int]
"""A column, and how heavy the line is that would be straight there."""

_BUS, _LINE, _STAY = 8, 2, 1
"""Weights: along a bus; of another line; of staying where it is, for an item without lines."""
_SEPARATE_UP_TO = 64
"""Wishes of a pool that are kept one by one; a larger pool stands at their mean."""
_THOROUGH_UP_TO = 5_000
"""Items; a larger graph is gone through once in each direction, a smaller one twice."""


def packed(pulls: Pulls) -> list[int]:
    """Item -> its column."""
    packing = _Packing(pulls)
    for _ in range(2 if len(pulls.pitch) <= _THOROUGH_UP_TO else 1):
        packing.sweep(pulls.rows)
        packing.sweep(pulls.rows[::-1])
    return packing.left


class _Packing:
    """Columns of all items, improved row by row."""

    def __init__(self, pulls: Pulls) -> None:
        self._nodes, self._pitch = pulls.layers.nodes, pulls.pitch
        self._ends = [[*above, *below] for above, below in zip(pulls.up, pulls.down, strict=True)]
        lengths = [pulls.length(row) for row in pulls.rows]
        self._width = max(lengths) * 3 // 2
        self.left = [0] * len(pulls.pitch)
        """Item -> its column: at first, all rows are centred."""
        for row, length in zip(pulls.rows, lengths, strict=True):
            column = (self._width - length) // 2
            for item in row:
                self.left[item] = column
                column += self._pitch[item]

    def sweep(self, rows: Sequence[Sequence[int]]) -> None:
        """Go through the rows, and heed the lines on both sides of each."""
        left, pitch, nodes, all_ends = self.left, self._pitch, self._nodes, self._ends
        for row in rows:
            wishes: list[_Wish] = []
            before = 0  # the least room that the items on the left need
            for item in row:
                ends = all_ends[item]
                if not ends:
                    column, weight = left[item], _STAY
                elif item < nodes:
                    column, weight = _middle([left[end] + offset for end, offset in ends]), _LINE
                else:
                    column, weight = _median(
                        [(left[end] + offset, _BUS if end >= nodes else _LINE) for end, offset in ends]
                    )
                wishes.append((column - before, weight))
                before += pitch[item]
            room, before = self._width - before, 0
            for item, column in zip(row, _pooled(wishes), strict=True):
                left[item] = before + min(max(column, 0), room)
                before += pitch[item]


def _pooled(wishes: Sequence[_Wish]) -> list[int]:
    """Ascending columns as near as possible to the ones wished for."""
    pools: list[tuple[int, list[_Wish], int]] = []  # column, wishes, items
    for wish in wishes:
        column, own, items = wish[0], [wish], 1
        while pools and pools[-1][0] > column:
            _, others, more = pools.pop()
            own = others + own
            items += more
            if len(own) > _SEPARATE_UP_TO:
                weight = sum([weight for _, weight in own])
                column = sum([column * weight for column, weight in own]) // weight
                own = [(column, weight)]
            else:
                column, _ = _median(own)
        pools.append((column, own, items))
    return [column for column, _, items in pools for _ in range(items)]


def _middle(columns: list[int]) -> int:
    columns.sort()
    return columns[(len(columns) - 1) // 2]


def _median(wishes: list[_Wish]) -> _Wish:
    """The weighted median. Sorts the wishes."""
    wishes.sort()
    half = sum([weight for _, weight in wishes])
    for wish in wishes:
        half -= 2 * wish[1]
        if half <= 0:
            break
    return wish
