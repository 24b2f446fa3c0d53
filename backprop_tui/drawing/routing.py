"""Routes between two layers: a channel, in which every value that passes is one net.

A net enters on one side in one place and leaves on the other in one or more. Its *trunk* runs across the channel in a
track of its own, by the constrained left-edge algorithm: of two nets that share a place, the one that enters there
runs before the one that leaves there. Every trunk enters in one place only, so constraints form cycles at worst; a
cycle is cut by a *dogleg*, which moves one net's entry to a place of its own. A net that leaves in its own entry
place has two trunks, one to each side, in different tracks. So `┼` is always a crossing of two nets, never a joint.

The words are those of a top-down drawing: a place is a column, a track is a row, "above" is where values come from.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple, TypeAlias

import numpy as np

Net: TypeAlias = tuple[int, Sequence[int]]
"""The column where a value enters a channel, and the columns where it leaves, in ascending order."""

_FEW = 5
"""Trunks; it is quicker to look at every two of so few than to make arrays."""
_UNTANGLE_UP_TO = 300
"""Trunks in a channel; beyond that it is not worth asking for every two which should run above the other."""


class Wire(NamedTuple):
    """How one net runs through its channel. Rows count from the top of the channel."""

    entry: int
    sinks: Sequence[int]
    left: int = 0
    """Row of the trunk to sinks left of where the net starts."""
    right: int = 0
    """Row of the trunk to sinks right of it; the same row, unless the net also leaves straight down."""
    dogleg: tuple[int, int] | None = None
    """A (row, column) to which the net is moved first."""

    @property
    def start(self) -> int:
        """The column from which the trunks leave."""
        return self.dogleg[1] if self.dogleg else self.entry

    def turns(self, sink: int) -> list[tuple[int, int]]:
        """The (column, row) of every bend on the way to a sink, from the top; none if it is straight."""
        points = []
        if self.dogleg:
            row, column = self.dogleg
            points = [(self.entry, row), (column, row)]
        if sink != self.start:
            row = self.left if sink < self.start else self.right
            points += [(self.start, row), (sink, row)]
        return points

    def verticals(self) -> list[tuple[int, int | None, int | None]]:
        """Each vertical piece as (column, first row, last row); None is the edge of the channel."""
        if self.entry in self.sinks:
            pieces: list[tuple[int, int | None, int | None]] = [(self.entry, None, None)]
        elif self.dogleg:
            row, column = self.dogleg
            pieces = [(self.entry, None, row), (column, row, self.left)]
        else:
            pieces = [(self.entry, None, self.left)]
        for sink in self.sinks:
            if sink != self.entry:
                pieces.append((sink, self.left if sink < self.start else self.right, None))
        return pieces

    def horizontals(self) -> list[tuple[int, int, int]]:
        """Each horizontal piece as (row, first column, last column)."""
        pieces = []
        if self.dogleg:
            row, column = self.dogleg
            pieces.append((row, min(self.entry, column), max(self.entry, column)))
        first, last = min(self.sinks[0], self.start), max(self.sinks[-1], self.start)
        if self.left == self.right:
            if first < last:
                pieces.append((self.left, first, last))
        else:
            pieces += [(self.left, first, self.start), (self.right, self.start, last)]
        return pieces


@dataclass(slots=True)
class _Trunk:
    net: int
    entry: int
    """Column in which it is reached from above."""
    exits: list[int]
    """Columns in which it goes on downwards, ascending."""
    left: int = 0
    right: int = 0
    row: int = -1
    before: int = 0
    """Numbers, as bits, of the trunks that should run above this one although nothing forces them to."""
    forced: int = 0
    """Trunks that must run above this one and have no row yet."""
    below: list[_Trunk] = field(default_factory=list)
    """Trunks that must run below this one: at most one, until there are doglegs."""

    def __post_init__(self) -> None:
        self.left, self.right = min(self.entry, self.exits[0]), max(self.entry, self.exits[-1])


def route(nets: Sequence[Net]) -> tuple[int, list[Wire]]:
    """Rows needed, and a wire for every net. No two nets share an entry, nor a sink."""
    trunks = _trunks(nets)
    if not trunks:
        return 0, [Wire(entry, sinks) for entry, sinks in nets]
    moved = _cut_cycles(nets, trunks) if _constrain(trunks) else {}
    every = [*trunks, *moved.values()]
    every.sort(key=lambda trunk: (trunk.left, trunk.right))
    if len(every) <= _FEW:
        _untangle(every)
    elif len(every) <= _UNTANGLE_UP_TO:
        _untangle_many(every)
    rows = _assign(every)
    return rows, _wires(nets, trunks, moved)


def _trunks(nets: Sequence[Net]) -> list[_Trunk]:
    """In the order of their nets, the left one of a net first."""
    trunks = []
    for number, (entry, sinks) in enumerate(nets):
        if len(sinks) == 1:
            if sinks[0] != entry:
                trunks.append(_Trunk(number, entry, [sinks[0]]))
            continue
        split = bisect_left(sinks, entry)
        if split == len(sinks) or sinks[split] != entry:
            trunks.append(_Trunk(number, entry, list(sinks)))
            continue
        sides = (sinks[:split], sinks[split + 1 :])
        trunks += [_Trunk(number, entry, list(exits)) for exits in sides if exits]
    return trunks


def _constrain(trunks: Sequence[_Trunk]) -> bool:
    """Note which trunk must run above which. Returns whether any must."""
    ends = {column: trunk for trunk in trunks for column in trunk.exits}
    found = False
    for trunk in trunks:
        other = ends.get(trunk.entry)  # not itself: what leaves straight down is no exit of a trunk
        if other:
            trunk.below.append(other)
            found = True
    return found


def _cut_cycles(nets: Sequence[Net], trunks: Sequence[_Trunk]) -> dict[int, _Trunk]:
    """Give one net of every cycle of constraints a dogleg. Returns them by net."""
    moved: dict[int, _Trunk] = {}
    pins: set[int] = set()
    seen: dict[int, int] = {}
    for number, first in enumerate(trunks):
        path = []
        trunk: _Trunk | None = first
        while trunk is not None and id(trunk) not in seen:
            seen[id(trunk)] = number
            path.append(trunk)
            trunk = trunk.below[0] if trunk.below else None
        if trunk is None or seen[id(trunk)] != number or trunk not in path:
            continue
        cycle = path[path.index(trunk) :]
        pins = pins or {column for entry, sinks in nets for column in (entry, *sinks)}
        longest = max(cycle, key=lambda trunk: trunk.right - trunk.left)
        moved[longest.net] = _dogleg(longest, pins)
    return moved


def _dogleg(trunk: _Trunk, pins: set[int]) -> _Trunk:
    """Lead the entry to the nearest column without a pin, on the side of the sinks if there is one."""
    entry, exits = trunk.entry, trunk.exits
    towards = 1 if exits[-1] > entry else -1
    distance = 1
    while True:
        column = entry + towards * distance
        if column in pins or column < 0:
            column = entry - towards * distance
        if column not in pins and column >= 0:
            break
        distance += 1
    pins.add(column)
    moved = _Trunk(trunk.net, entry, [column], below=[*trunk.below, trunk])
    trunk.below = []
    trunk.entry = column
    trunk.left, trunk.right = min(exits[0], column), max(exits[-1], column)
    return moved


def _untangle(trunks: Sequence[_Trunk]) -> None:
    """For every two trunks, note which one should run above so that they cross less."""
    for number, one in enumerate(trunks):
        for bit, other in enumerate(trunks[number + 1 :], number + 1):
            difference = _crossings(one, other) - _crossings(other, one)
            if difference < 0:
                other.before |= 1 << number
            elif difference > 0:
                one.before |= 1 << bit


def _crossings(upper: _Trunk, lower: _Trunk) -> int:
    """Exits of the upper one through the lower, and the entry of the lower one through the upper."""
    inside = sum([lower.left < column < lower.right for column in upper.exits])
    return inside + (upper.left < lower.entry < upper.right)


def _untangle_many(trunks: Sequence[_Trunk]) -> None:
    """The same at once."""
    left = np.array([trunk.left for trunk in trunks])
    right = np.array([trunk.right for trunk in trunks])
    entry = np.array([trunk.entry for trunk in trunks])
    counts = [len(trunk.exits) for trunk in trunks]
    exits = np.array(list(chain.from_iterable([trunk.exits for trunk in trunks])))[:, None]
    first = np.cumsum([0, *counts[:-1]])
    inside = ((left < exits) & (exits < right)).astype(np.intp)
    crossings = np.add.reduceat(inside, first, axis=0)  # [upper, lower], as above
    crossings += (left[:, None] < entry) & (entry < right[:, None])
    before = np.packbits(crossings > crossings.T, axis=1, bitorder="little")
    for trunk, bits in zip(trunks, before, strict=True):
        trunk.before = int.from_bytes(bits.tobytes(), "little")


def _assign(trunks: list[_Trunk]) -> int:
    """Give every trunk a row, from the top; returns the number of rows."""
    for trunk in trunks:
        for other in trunk.below:
            other.forced += 1
    row = 0
    waiting = dict(enumerate(trunks))
    pending = (1 << len(trunks)) - 1
    while waiting:
        ready = [number for number, trunk in waiting.items() if not trunk.forced and not trunk.before & pending]
        if not ready:  # wishes form a cycle: disregard those of the trunk with the fewest
            allowed = [number for number, trunk in waiting.items() if not trunk.forced]
            ready = [min(allowed, key=lambda number: (waiting[number].before & pending).bit_count())]
        end = -2
        placed = []
        for number in ready:
            trunk = waiting[number]
            if trunk.left > end + 1:
                end = trunk.right
                trunk.row = row
                placed.append(number)
        for number in placed:
            pending ^= 1 << number
            for other in waiting.pop(number).below:
                other.forced -= 1
        row += 1
    return row


def _wires(nets: Sequence[Net], trunks: Sequence[_Trunk], moved: dict[int, _Trunk]) -> list[Wire]:
    wires = [Wire(entry, sinks) for entry, sinks in nets]
    for trunk in trunks:
        entry, sinks = nets[trunk.net]
        left = right = trunk.row
        if len(trunk.exits) < len(sinks) - 1:  # the other side has a trunk, too; the left one came first
            left = wires[trunk.net].left if trunk.exits[0] > entry else trunk.row
        dogleg = moved.get(trunk.net)
        wires[trunk.net] = Wire(entry, sinks, left, right, (dogleg.row, dogleg.exits[0]) if dogleg else None)
    return wires
