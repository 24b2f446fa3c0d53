"""Columns for all items, after Brandes and Köpf (2002), with real widths, ports, and whole cells.

Items that a line connects are aligned port above port into blocks, in four ways (from above or below, leaning
left or right), each is made compact, and every item gets the mean of the two middle columns. Rounding down keeps
all distances, because they are whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TypeAlias

from backprop_tui.drawing.boxes import Shape
from backprop_tui.drawing.layers import Layers

Neighbours: TypeAlias = Sequence[Sequence[tuple[int, int]]]
"""Item -> (item in the next row of the sweep, how far right of it the item is when their line is straight)."""

_LINE_GAP = 1


def columns(layers: Layers, rows: Sequence[Sequence[int]], shapes: Sequence[Shape], gap: int) -> list[int]:
    """The left edge of every item; no two items of a row are nearer than `gap` cells, lines than one."""
    position = [0] * len(layers.level)
    for row in rows:
        for place, item in enumerate(row):
            position[item] = place
    up, down = _neighbours(layers, shapes, position)
    blocked = _blocked(layers, rows, position)
    pitch = _pitch(layers, rows, shapes, gap)
    layouts = []
    for neighbours, ordered in ((up, rows), (down, rows[::-1])):
        for mirrored in (False, True):
            root, shift = _align(ordered, neighbours, position, blocked, mirrored=mirrored)
            layouts.append(_compact(rows, root, shift, pitch, mirrored=mirrored))
    left = _balance(layouts, rows, pitch)
    _settle(left, layers, rows, shapes, pitch)
    return left


def exits(layers: Layers, shapes: Sequence[Shape], left: Sequence[int]) -> list[int]:
    """Item -> the column where its line leaves: the middle, or straight above a port that is not far from it."""
    columns = [first + shape.exit for first, shape in zip(left, shapes, strict=True)]
    for item in range(layers.nodes):
        if not layers.below[item] or not shapes[item].exit:
            continue  # nothing leaves, or it leaves from a mark
        middle = columns[item]
        sinks = [left[other] + shapes[other].ports[port] for other, port in layers.below[item]]
        # A line that goes straight down and to both sides would need two rows.
        nearest = min((min(sinks), max(sinks)), key=lambda sink: abs(sink - middle))
        if middle not in sinks and abs(nearest - middle) <= shapes[item].width // 4:
            columns[item] = nearest
    return columns


def _pitch(layers: Layers, rows: Sequence[Sequence[int]], shapes: Sequence[Shape], gap: int) -> list[int]:
    """Item -> how far right of it the next one in its row stands at least."""
    pitch = [shape.extent for shape in shapes]
    for row in rows:
        for item, after in pairwise(row):
            pitch[item] += _LINE_GAP if layers.is_dummy(item) or layers.is_dummy(after) else gap
    return pitch


def _neighbours(layers: Layers, shapes: Sequence[Shape], position: Sequence[int]) -> tuple[Neighbours, Neighbours]:
    """Neighbours above and below, without the lines that have to bend so that a better one stays straight.

    Of the lines into a box those from operations come first, then buses, then inputs: neither parameters nor
    skip connections bend the trunk. Of the lines out of a box those to boxes come first; a bus goes on straight.
    """
    up: list[list[tuple[int, int]]] = [[] for _ in layers.level]
    down: list[list[tuple[int, int]]] = [[] for _ in layers.level]
    nodes, above, weight = layers.nodes, layers.above, layers.weight
    for item, fed in enumerate(layers.below):
        out = shapes[item].exit
        kind = item >= nodes
        alike = any((other >= nodes) == kind for other, _ in fed)
        for other, port in sorted(fed, key=lambda end: (position[end[0]], end[1])):
            if alike and (other >= nodes) != kind:
                continue
            feeders = above[other]
            if len(feeders) > 1 and weight[item] < max([weight[feeder] for feeder in feeders]):
                continue
            offset = shapes[other].ports[port] - out
            down[item].append((other, offset))
            up[other].append((item, -offset))
    for ends in up:
        if len(ends) > 1:
            ends.sort(key=lambda end: (position[end[0]], -end[1]))
    return up, down


def _blocked(layers: Layers, rows: Sequence[Sequence[int]], position: Sequence[int]) -> set[tuple[int, int]]:
    """Segments (upper, lower) that cross a bus of dummies: the bus stays straight, they give way."""
    blocked: set[tuple[int, int]] = set()
    nodes, above = layers.nodes, layers.above
    for number, row in enumerate(rows[1:], 1):
        lowest, waiting = 0, []
        for item in row:
            if item < nodes:
                waiting.append(item)
                continue
            feeder = above[item][0]
            if feeder < nodes:
                waiting.append(item)
                continue
            highest = position[feeder]
            for other in waiting:
                for end in above[other]:
                    if not lowest <= position[end] <= highest:
                        blocked.add((end, other))
            lowest, waiting = highest, []
        if lowest:
            highest = len(rows[number - 1])
            for other in waiting:
                for end in above[other]:
                    if position[end] < lowest:
                        blocked.add((end, other))
    return blocked


def _align(
    rows: Sequence[Sequence[int]],
    neighbours: Neighbours,
    position: Sequence[int],
    blocked: set[tuple[int, int]],
    *,
    mirrored: bool,
) -> tuple[list[int], list[int]]:
    """Item -> the first item of its block, and how far right of that item it stands."""
    root = list(range(len(position)))
    shift = [0] * len(position)
    taken = [False] * len(position)
    for row in rows[1:]:
        limit = -1 if not mirrored else len(position)
        for item in reversed(row) if mirrored else row:
            ends = neighbours[item]
            if not ends:
                continue
            middle = len(ends) // 2
            candidates: Iterable[int] = (middle,)
            if len(ends) % 2 == 0:
                candidates = (middle, middle - 1) if mirrored else (middle - 1, middle)
            for candidate in candidates:
                end, offset = ends[candidate]
                place = position[end]
                free = place < limit if mirrored else place > limit
                if free and not taken[end] and not ((end, item) in blocked or (item, end) in blocked):
                    taken[end] = True
                    root[item] = root[end]
                    shift[item] = shift[end] + offset
                    limit = place
                    break
    return root, shift


def _compact(
    rows: Sequence[Sequence[int]],
    root: Sequence[int],
    shift: Sequence[int],
    pitch: Sequence[int],
    *,
    mirrored: bool,
) -> list[int]:
    """Blocks as far to one side as they go, then back to the other as far as nothing else has to move."""
    follow: list[list[tuple[int, int]]] = [[] for _ in root]
    waiting = [0] * len(root)
    for row in rows:
        for left, right in pairwise(row):
            distance = pitch[left] + shift[left] - shift[right]
            first, then = (root[right], root[left]) if mirrored else (root[left], root[right])
            follow[first].append((then, distance))
            waiting[then] += 1
    sequence = [item for item, count in enumerate(waiting) if not count]
    at = [0] * len(root)
    for block in sequence:  # grows while we walk it
        own = at[block]
        for then, distance in follow[block]:
            at[then] = max(at[then], own + distance)
            waiting[then] -= 1
            if not waiting[then]:
                sequence.append(then)
    for block in reversed(sequence):
        if follow[block]:
            at[block] = max(at[block], min([at[then] - distance for then, distance in follow[block]]))
    sign = -1 if mirrored else 1
    return [sign * at[block] + moved for block, moved in zip(root, shift, strict=True)]


def _balance(layouts: Sequence[list[int]], rows: Sequence[Sequence[int]], pitch: Sequence[int]) -> list[int]:
    """Line the four layouts up with the narrowest, then take the mean of the middle two, from column 0 on."""
    lefts, rights = [], []
    for layout in layouts:
        lefts.append(min([layout[row[0]] for row in rows], default=0))
        rights.append(max([layout[row[-1]] + pitch[row[-1]] for row in rows], default=0))
    narrowest = min(range(4), key=lambda number: rights[number] - lefts[number])
    for number, layout in enumerate(layouts):
        leaning_right = number % 2 == 1
        move = rights[narrowest] - rights[number] if leaning_right else lefts[narrowest] - lefts[number]
        layouts[number][:] = [column + move for column in layout]
    middle = []
    for four in zip(*layouts, strict=True):
        _, low, high, _ = sorted(four)
        middle.append((low + high) // 2)
    first = min([middle[row[0]] for row in rows], default=0)
    return [column - first for column in middle]


def _settle(
    left: list[int], layers: Layers, rows: Sequence[Sequence[int]], shapes: Sequence[Shape], pitch: Sequence[int]
) -> None:
    """Move inputs right above the nearest port they feed, as far as there is room."""
    for row in rows:
        for place, item in enumerate(row):
            if layers.above[item] or not layers.below[item]:
                continue
            out = left[item] + shapes[item].exit
            ports = [left[other] + shapes[other].ports[port] for other, port in layers.below[item]]
            nearest = min(ports, key=lambda port: abs(port - out))
            wanted = left[item] + nearest - out
            if place:
                before = row[place - 1]
                wanted = max(wanted, left[before] + pitch[before])
            if place + 1 < len(row):
                wanted = min(wanted, left[row[place + 1]] - pitch[item])
            left[item] = max(0, wanted)
