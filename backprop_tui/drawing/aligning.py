"""Columns after Brandes and Köpf (2002), with real widths, ports, and whole cells.

Items that a line connects are aligned port above port into blocks, in four ways (from above or below, leaning
left or right), each is made compact, and every item gets the mean of the two middle columns. Rounding down keeps
all distances, because they are whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from backprop_tui.drawing.pulls import Neighbours, Pulls

Ints: TypeAlias = NDArray[np.intp]


def aligned(pulls: Pulls) -> list[int]:
    """Item -> its column."""
    rows = pulls.rows
    blocked = list(_blocked(pulls))
    beside = _Beside(pulls)
    layouts = []
    for neighbours, ordered, barred in (
        (pulls.up, rows, {_pair(upper, lower) for upper, lower in blocked}),
        (pulls.down, rows[::-1], {_pair(lower, upper) for upper, lower in blocked}),
    ):
        for mirrored in (False, True):
            root, shift = _align(ordered, neighbours, pulls.place, barred, mirrored=mirrored)
            layouts.append(beside.compact(np.array(root), np.array(shift), mirrored=mirrored))
    return _balance(layouts, pulls)


def _blocked(pulls: Pulls) -> Iterator[tuple[int, int]]:
    """Segments (upper, lower) that cross a bus of dummies: the bus stays straight, they give way."""
    nodes, above, place = pulls.layers.nodes, pulls.layers.above, pulls.place
    for row in pulls.rows[1:]:
        lowest, waiting = 0, []
        for item in row:
            if item < nodes or above[item][0] < nodes:
                waiting.append(item)
                continue
            highest = place[above[item][0]]
            for other in waiting:
                for end in above[other]:
                    if not lowest <= place[end] <= highest:
                        yield end, other
            lowest, waiting = highest, []
        if lowest:
            for other in waiting:
                for end in above[other]:
                    if place[end] < lowest:
                        yield end, other


def _pair(end: int, item: int) -> int:
    """Two items as one number, which is cheap to look up."""
    return end << 32 | item


def _align(
    rows: Sequence[Sequence[int]],
    neighbours: Neighbours,
    places: Sequence[int],
    barred: set[int],
    *,
    mirrored: bool,
) -> tuple[list[int], list[int]]:
    """Item -> the first item of its block, and how far right of that item it stands."""
    root = list(range(len(places)))
    shift = [0] * len(places)
    taken = [False] * len(places)
    for row in rows[1:]:
        limit = -1 if not mirrored else len(places)
        for item in reversed(row) if mirrored else row:
            ends = neighbours[item]
            if not ends:
                continue
            middle = len(ends) // 2
            candidates: tuple[int, ...] = (middle,)
            if len(ends) % 2 == 0:
                candidates = (middle, middle - 1) if mirrored else (middle - 1, middle)
            for candidate in candidates:
                end, offset = ends[candidate]
                place = places[end]
                free = place < limit if mirrored else place > limit
                if free and not taken[end] and not (barred and _pair(end, item) in barred):
                    taken[end] = True
                    root[item] = root[end]
                    shift[item] = shift[end] + offset
                    limit = place
                    break
    return root, shift


class _Beside:
    """Which item stands left of which one, and how far from it at least."""

    def __init__(self, pulls: Pulls) -> None:
        left = [item for row in pulls.rows for item in row[:-1]]
        self._left: Ints = np.array(left, dtype=np.intp)
        self._right: Ints = np.array([item for row in pulls.rows for item in row[1:]], dtype=np.intp)
        self._pitch: Ints = np.array([pulls.pitch[item] for item in left], dtype=np.intp)

    def compact(self, root: Ints, shift: Ints, *, mirrored: bool) -> Ints:
        """Blocks as far to one side as they go, then back to the other as far as nothing else has to move."""
        distances = self._pitch + shift[self._left] - shift[self._right]
        ends = (self._right, self._left) if mirrored else (self._left, self._right)
        follow: list[list[tuple[int, int]]] = [[] for _ in root]
        waiting = [0] * len(root)
        for first, then, distance in zip(
            root[ends[0]].tolist(), root[ends[1]].tolist(), distances.tolist(), strict=True
        ):
            follow[first].append((then, distance))
            waiting[then] += 1
        sequence = [item for item, count in enumerate(waiting) if not count]
        at = [0] * len(root)
        for block in sequence:  # grows while we walk it
            own = at[block]
            for then, distance in follow[block]:
                if at[then] < own + distance:  # noqa: PLR1730  (a call would take most of the time)
                    at[then] = own + distance
                waiting[then] -= 1
                if not waiting[then]:
                    sequence.append(then)
        for block in reversed(sequence):
            if follow[block]:
                at[block] = max(at[block], min([at[then] - distance for then, distance in follow[block]]))
        return (-1 if mirrored else 1) * np.array(at, dtype=np.intp)[root] + shift


def _balance(layouts: Sequence[Ints], pulls: Pulls) -> list[int]:
    """Line the four layouts up with the narrowest, then take the mean of the middle two."""
    firsts = np.array([row[0] for row in pulls.rows], dtype=np.intp)
    lasts = np.array([row[-1] for row in pulls.rows], dtype=np.intp)
    ends = np.array([pulls.pitch[row[-1]] for row in pulls.rows], dtype=np.intp)
    lefts = [int(layout[firsts].min()) for layout in layouts]
    rights = [int((layout[lasts] + ends).max()) for layout in layouts]
    narrowest = min(range(4), key=lambda number: rights[number] - lefts[number])
    lined_up = [
        layout + (rights[narrowest] - right if number % 2 else lefts[narrowest] - left)  # every other one leans right
        for number, (layout, left, right) in enumerate(zip(layouts, lefts, rights, strict=True))
    ]
    four = np.sort(np.stack(lined_up), axis=0)
    middle: list[int] = ((four[1] + four[2]) // 2).tolist()
    return middle
