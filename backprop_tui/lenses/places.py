"""Where a lens moves something: one element of one input, and all of them in a row."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Graph, Kind
from backprop_tui.naming import symbol_of
from backprop_tui.ops.shapes import count


class Place(NamedTuple):
    """One element of one input."""

    node: int
    element: tuple[int, ...] = ()

    @property
    def subscript(self) -> str:
        """`[0,1]`; empty for a scalar."""
        return f"[{','.join(map(str, self.element))}]" if self.element else ""


def place_name(timeline: Timeline, place: Place) -> str:
    """The one number that moves: `b`, `X[0,1]`."""
    return symbol_of(timeline.graph.nodes[place.node]) + place.subscript


class Places(Sequence[Place]):
    """Every element of every input that requires a gradient, in file order: each is worth a sweep of its own."""

    def __init__(self, graph: Graph) -> None:
        self._inputs = [node for node in graph if node.kind is Kind.INPUT and node.requires_grad]
        self._ends = list(accumulate(count(node.shape) for node in self._inputs))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __getitem__(self, number: int) -> Place:  # type: ignore[override]  # nobody wants a slice
        """The place of that number, from 0. Raises IndexError."""
        if not 0 <= number < len(self):
            raise IndexError(number)
        at = bisect_right(self._ends, number)
        node = self._inputs[at]
        within = number - (self._ends[at] - count(node.shape))
        return Place(node.index, tuple(map(int, np.unravel_index(within, node.shape))))

    def first_of(self, node: int) -> int | None:
        """The number of a node's first element; None if it is no such input."""
        for one, end in zip(self._inputs, self._ends, strict=True):
            if one.index == node:
                return end - count(one.shape)
        return None

    def counterpart(self, number: int, others: Places) -> int | None:
        """The number that a place has in another graph, if its input is there, too, and shaped alike."""
        at = bisect_right(self._ends, number)
        node = self._inputs[at]
        for one, end in zip(others._inputs, others._ends, strict=True):
            if (one.name, one.shape) == (node.name, node.shape):
                return number + end - self._ends[at]
        return None
