"""Routes between two layers: a channel, in which every value that passes is one net.

A net enters from above in one column and leaves downwards in one or more. Its horizontal *trunk* gets a row by
the constrained left-edge algorithm: of two nets that share a column, the one that enters there runs above the
one that leaves there. Every trunk enters in one column only, so constraints form cycles at worst; a cycle is cut
by a *dogleg*, which moves one net's entry to a column of its own. A net that leaves in its own entry column has
two trunks, one to each side, in different rows. So `┼` is always a crossing of two nets, never a joint.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Net: TypeAlias = tuple[int, Sequence[int]]
"""The column where a value enters a channel, and the columns where it leaves, in ascending order."""

_UNTANGLE_UP_TO = 128
"""Trunks in a channel; beyond that it is not worth asking for every two which should run above the other."""


@dataclass(frozen=True, slots=True)
class Wire:
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
    left: int
    right: int
    entries: list[int]
    """Columns in which it is reached from above."""
    exits: list[int]
    """Columns in which it goes on downwards, ascending."""
    row: int = -1
    above: list[_Trunk] = field(default_factory=list)
    """Trunks that should run above this one although nothing forces them to."""
    forced: int = 0
    """Trunks that must run above this one and have no row yet."""
    below: list[_Trunk] = field(default_factory=list)
    """Trunks that must run below this one: at most one, until there are doglegs."""


@dataclass(slots=True)
class _Plan:
    """The trunks of one net while rows are being found."""

    entry: int
    sinks: Sequence[int]
    trunks: list[_Trunk]
    moved: _Trunk | None = None
    """The dogleg."""


def route(nets: Sequence[Net]) -> tuple[int, list[Wire]]:
    """Rows needed, and a wire for every net. No two nets share an entry, nor a sink."""
    plans = [_plan(entry, sinks) for entry, sinks in nets]
    ends = {column: trunk for plan in plans for trunk in plan.trunks for column in trunk.exits}
    for plan in plans:
        for trunk in plan.trunks:
            other = ends.get(plan.entry)
            if len(plan.trunks) == 1 and other is not None and other is not trunk:
                trunk.below.append(other)
    _cut_cycles(plans)
    trunks = [trunk for plan in plans for trunk in (plan.moved, *plan.trunks) if trunk]
    trunks.sort(key=lambda trunk: (trunk.left, trunk.right))
    if len(trunks) <= _UNTANGLE_UP_TO:
        _untangle(trunks)
    rows = _assign(trunks)
    return rows, [_wire(plan) for plan in plans]


def _plan(entry: int, sinks: Sequence[int]) -> _Plan:
    first, last = sinks[0], sinks[-1]
    split = bisect_left(sinks, entry)
    straight = split < len(sinks) and sinks[split] == entry
    if straight and first < entry < last:
        left = _Trunk(first, entry, [entry], list(sinks[:split]))
        right = _Trunk(entry, last, [entry], list(sinks[split + 1 :]))
        return _Plan(entry, sinks, [left, right])
    if first == entry == last:
        return _Plan(entry, sinks, [])
    exits = [sink for sink in sinks if sink != entry]
    return _Plan(entry, sinks, [_Trunk(min(first, entry), max(last, entry), [entry], exits)])


def _cut_cycles(plans: Sequence[_Plan]) -> None:
    """Give one net of every cycle of constraints a dogleg."""
    pins = {column for plan in plans for column in (plan.entry, *plan.sinks)}
    owner = {id(trunk): plan for plan in plans for trunk in plan.trunks}
    seen: dict[int, int] = {}
    for number, plan in enumerate(plans):
        trunk = plan.trunks[0] if plan.trunks else None
        path = []
        while trunk is not None and id(trunk) not in seen:
            seen[id(trunk)] = number
            path.append(trunk)
            trunk = trunk.below[0] if trunk.below else None
        if trunk is None or seen[id(trunk)] != number or trunk not in path:
            continue
        cycle = path[path.index(trunk) :]
        longest = max(cycle, key=lambda trunk: trunk.right - trunk.left)
        _dogleg(owner[id(longest)], pins)


def _dogleg(plan: _Plan, pins: set[int]) -> None:
    """Lead the entry to the nearest column without a pin, on the side of the sinks if there is one."""
    (trunk,) = plan.trunks
    entry, exits = plan.entry, trunk.exits
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
    plan.moved = _Trunk(min(entry, column), max(entry, column), [entry], [column], below=[*trunk.below, trunk])
    trunk.below = []
    trunk.entries = [column]
    trunk.left, trunk.right = min(exits[0], column), max(exits[-1], column)


def _untangle(trunks: Sequence[_Trunk]) -> None:
    """For every two trunks that overlap, note which one should run above so that they cross less."""
    for number, one in enumerate(trunks):
        for other in trunks[number + 1 :]:
            if other.left > one.right:
                break
            difference = _crossings(one, other) - _crossings(other, one)
            if difference < 0:
                other.above.append(one)
            elif difference > 0:
                one.above.append(other)


def _crossings(upper: _Trunk, lower: _Trunk) -> int:
    return _inside(upper.exits, lower) + _inside(lower.entries, upper)


def _inside(columns: Sequence[int], trunk: _Trunk) -> int:
    return bisect_right(columns, trunk.right - 1) - bisect_left(columns, trunk.left + 1)


def _assign(trunks: list[_Trunk]) -> int:
    """Give every trunk a row, from the top; returns the number of rows."""
    for trunk in trunks:
        for other in trunk.below:
            other.forced += 1
    row = 0
    waiting = trunks
    while waiting:
        allowed = [trunk for trunk in waiting if not trunk.forced]
        ready = [trunk for trunk in allowed if all(other.row >= 0 for other in trunk.above)]
        if not ready:  # wishes form a cycle: disregard those of the trunk with the fewest
            ready = [min(allowed, key=lambda trunk: sum(other.row < 0 for other in trunk.above))]
        end = -2
        placed = []
        for trunk in ready:
            if trunk.left > end + 1:
                end = trunk.right
                placed.append(trunk)
        for trunk in placed:
            trunk.row = row
            for other in trunk.below:
                other.forced -= 1
        waiting = [trunk for trunk in waiting if trunk.row < 0]
        row += 1
    return row


def _wire(plan: _Plan) -> Wire:
    left = plan.trunks[0].row if plan.trunks else 0
    right = plan.trunks[-1].row if plan.trunks else 0
    dogleg = None
    if plan.moved:
        (column,) = plan.moved.exits
        dogleg = plan.moved.row, column
    return Wire(plan.entry, plan.sinks, left, right, dogleg)
