"""The groups of a graph: nodes that can be folded into one box, and groups of such groups.

One invariant carries all of folding: the nodes stand in a topological order in which **every group is a stretch**.
Whatever groups are folded, an edge between two boxes leads from an earlier stretch to a later one, so that what is
drawn never has a cycle. Sets of nodes that do feed each other in a circle (the gates and the states of a recurrent
network) are therefore one group, which opens into the steps of the recurrence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from enum import IntEnum
from heapq import heapify, heappop, heappush
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from backprop_tui.folding.families import parent
from backprop_tui.formatting import CLIPPED, abbreviate

ALL_OPEN_UP_TO = 300
"""Nodes; a larger graph starts folded."""
MOST_ITEMS = 40
"""No group opens into more boxes; what would is cut into ranges."""
FIRST_BOXES = 30
"""About so many boxes are there at first, where a graph starts folded."""

RANGE = " … "
"""Between the names of the first and the last item of a range."""
_RANGE_TITLE = re.compile(r"(?P<ends>(?P<first>[^…]+?)( … [^…]+?(?= \(\d+\)|$)|…[^…]+(?=\(\d+\)$)))( ?\(\d+\))?")
"""With the number of nodes or without. Narrow boxes leave out blanks; there the number tells a range from a text."""


class GroupKind(IntEnum):
    """What is in a group. At first, groups of the first kind are opened first."""

    FAMILY = 0
    """Operations, and maybe inputs."""
    INPUTS = 1
    """Inputs only."""
    STATEMENT = 2
    """What one statement of the program computes."""


@dataclass(slots=True, eq=False)
class Group:
    """Nodes that can be drawn as one box. Treat as immutable."""

    id: int
    """Its place among all groups, each of which comes before those inside it."""
    name: str
    """What to call it. Not unique."""
    kind: GroupKind
    is_range: bool
    """Whether it is a stretch of a group, or of the graph, that is too large to open as it is."""
    leader: int | None
    """Of a statement, the node that it names: the one whose value leaves."""
    outer: int | None
    """The group it is directly inside of; None for an outermost one."""
    start: int
    """Where its stretch of `Groups.order` begins."""
    nodes: NDArray[np.intp]
    """Its nodes: that stretch. At least two."""
    items: int
    """How many boxes it opens into: nodes, and groups directly inside it."""
    after: int
    """The id that follows those of all groups inside it."""

    def __len__(self) -> int:
        return len(self.nodes)


Content: TypeAlias = int | Group
"""What a box stands for: a node, or a group that is folded."""


_Batch: TypeAlias = tuple[bool, int, GroupKind, int, list[int]]
"""(whether they are statements, how deep they are, of what kind, how many more boxes there are if they open, ids)."""


@dataclass(frozen=True, eq=False)
class Groups:
    """The groups of a graph. Which of them are open is a set of ids; a group inside a folded one is not to be seen."""

    order: NDArray[np.intp]
    """All nodes but constants, in a topological order in which every group is a stretch."""
    groups: Sequence[Group]
    """By id."""
    innermost: Sequence[int]
    """Node -> the id of the narrowest group it is in, or -1."""

    def __len__(self) -> int:
        return len(self.groups)

    def __getitem__(self, group: int) -> Group:
        return self.groups[group]

    def around(self, node: int) -> list[int]:
        """The ids of the groups that a node is in, from the widest to the narrowest."""
        found: list[int] = []
        group = self.innermost[node] if self.innermost[node] >= 0 else None
        while group is not None:
            found.append(group)
            group = self.groups[group].outer
        return found[::-1]

    def hiding(self, node: int, opened: Set[int]) -> Group | None:
        """The folded group in whose box a node is; None if the node has a box of its own."""
        return next((self.groups[group] for group in self.around(node) if group not in opened), None)

    def reveal(self, node: int, opened: Set[int]) -> frozenset[int]:
        """Open what hides a node."""
        return frozenset(opened).union(self.around(node))

    def close(self, node: int, opened: Set[int]) -> frozenset[int]:
        """Fold the narrowest group that is open around the box of a node."""
        hiding = self.hiding(node, opened)
        around = self.around(node)
        around = around if hiding is None else around[: around.index(hiding.id)]
        return frozenset(opened).difference(around[-1:])

    @property
    def all_open(self) -> frozenset[int]:
        """Nothing is folded."""
        return frozenset(range(len(self.groups)))

    def first_open(self, *, all_up_to: int = ALL_OPEN_UP_TO, most: int = FIRST_BOXES) -> frozenset[int]:
        """What is open at first: everything in a small graph, in a large one as much as makes about `most` boxes.

        Wide groups are opened before narrow ones, operations before inputs, statements last. Groups that are alike,
        such as the first layers of all samples, are all opened or none. Nothing is opened further inside than
        operations that had to stay folded.
        """
        if len(self.order) <= all_up_to:
            return self.all_open
        opened: set[int] = set()
        boxes = sum(1 for _ in self.contents(opened))
        waiting = self._batches([group.id for group in self.groups if group.outer is None], 0)
        heapify(waiting)
        deepest = len(self.groups)
        while waiting:
            _, depth, kind, more, batch = heappop(waiting)
            if depth > deepest:
                continue
            if boxes + more > (most if boxes > most // 3 else 2 * most):  # a picture of few boxes may grow
                deepest = depth if kind is GroupKind.FAMILY else deepest
                continue
            boxes += more
            opened.update(batch)
            inside = [inner for group in batch for inner in self._inside(self.groups[group])]
            for inner in self._batches(inside, depth + 1):
                heappush(waiting, inner)
        return frozenset(opened)

    def contents(self, opened: Set[int]) -> Iterator[Content]:
        """What is in the boxes if these groups are open, in topological order."""
        group = at = 0
        while at < len(self.order):
            if group < len(self.groups) and self.groups[group].start == at:
                folded = self.groups[group]
                if group in opened:
                    group += 1
                    continue
                yield folded
                at += len(folded)
                group = folded.after
            else:
                yield int(self.order[at])
                at += 1

    def _batches(self, groups: Iterable[int], depth: int) -> list[_Batch]:
        """Groups of one depth, those that are alike together."""
        alike: dict[tuple[GroupKind, str | int], list[int]] = {}
        for one in groups:
            group = self.groups[one]
            if group.kind is GroupKind.INPUTS and any(self.groups[inner].is_range for inner in self._inside(group)):
                continue  # its ranges say no more than it does
            # Inside a group all are of one family; outermost ones may have nothing in common.
            family = "" if depth else parent(group.name.partition(RANGE)[0]) or one
            alike.setdefault((group.kind, family), []).append(one)
        return [
            (kind is GroupKind.STATEMENT, depth, kind, sum(self.groups[one].items - 1 for one in batch), batch)
            for (kind, _), batch in alike.items()
        ]

    def _inside(self, group: Group) -> Iterator[int]:
        inner = group.id + 1
        while inner < group.after:
            yield inner
            inner = self.groups[inner].after


def is_range(title: str) -> bool:
    """Whether that is the title of a range of nodes."""
    return _RANGE_TITLE.fullmatch(title) is not None


def shortened(title: str, width: int) -> str:
    """The title of a box. Of a range, the count goes first, then the last item: its ends are not to be misread.

    >>> [shortened("h111 … h147 (37)", width) for width in (16, 12, 8, 4)]
    ['h111 … h147 (37)', 'h111 … h147', 'h111…', 'h11…']
    """
    found = _RANGE_TITLE.fullmatch(title)
    if len(title) <= width or found is None:
        return abbreviate(title, width)
    if len(found["ends"]) <= width:
        return found["ends"]
    return (found["first"][: width - 1] + CLIPPED)[:width]
