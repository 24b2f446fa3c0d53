"""The lines between neighbouring rows as arrays: how often they cross in a given order, and how much that matters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from backprop_tui.drawing.layers import Layers

Ints: TypeAlias = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Lines:
    """Every line from an item to a port of an item in the next row. A line is an index into all three."""

    upper: Ints
    lower: Ints
    port: Ints
    ports: Ints
    """Item -> how many ports it has."""
    heaviness: Ints
    """Item -> how much it matters what crosses a line into it. See `heaviness`."""

    @classmethod
    def of(cls, layers: Layers) -> Lines:
        """The lines of a layered graph."""
        ports = np.array([len(feeders) for feeders in layers.above], dtype=np.intp)
        upper = np.fromiter(chain.from_iterable(layers.above), dtype=np.intp, count=int(ports.sum()))
        first = np.cumsum(ports) - ports
        lower = np.repeat(np.arange(len(ports)), ports)
        heavy = np.array([heaviness(edges) for edges in layers.edges], dtype=np.intp)
        return cls(upper, lower, np.arange(len(upper)) - first[lower], ports, heavy)

    def crossings(self, rows: Sequence[Sequence[int]]) -> int:
        """How often two lines cross, ports included, when the rows are in this order."""
        items = np.fromiter(chain.from_iterable(rows), dtype=np.intp)
        place = np.zeros(len(self.ports), dtype=np.intp)
        place[items] = np.arange(len(items))
        first = np.zeros(len(self.ports), dtype=np.intp)
        first[items] = np.cumsum(self.ports[items]) - self.ports[items]
        ends = first[self.lower] + self.port  # every port once, from 0, row by row
        return inversions(ends[np.lexsort((ends, place[self.upper]))])


def heaviness(edges: int) -> int:
    """How much a line counts that several edges share: more than a line of one edge, less than all of them drawn."""
    return round(4 * math.pow(edges, 0.4))


def inversions(permutation: Ints) -> int:
    """How many pairs of a permutation of 0, 1, 2, … stand in the wrong order, in O(n log n).

    Bit by bit from the highest: whoever has a 1 before a 0 among those with the same higher bits makes one, and then
    the ones go behind the zeros.
    """
    count, total = len(permutation), 0
    for bit in range(max(count - 1, 0).bit_length() - 1, -1, -1):
        ones = (permutation >> bit) & 1
        before = np.concatenate(([0], np.cumsum(ones)))
        start = permutation >> bit + 1 << bit + 1  # of the group: the smallest number that can be in it
        ahead = before[:-1] - before[start]  # ones before it in its group
        total += int(ahead[ones == 0].sum())
        zeros = np.minimum(1 << bit, count - start)
        place = np.where(ones, start + zeros + ahead, np.arange(count) - ahead)
        moved = np.empty_like(permutation)
        moved[place] = permutation
        permutation = moved
    return total
