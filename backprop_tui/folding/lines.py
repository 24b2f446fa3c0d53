"""The lines between boxes, and which edges of the whole graph each of them stands for.

An edge of the whole graph has a number: its place in `Graph.edges`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from backprop_tui.graph import Edge, Graph

HIDDEN = -1
"""Stands for the box of a node that is not drawn: a constant, or a node outside of what is focused on."""


class Ends(NamedTuple):
    """The operand and the consumer of every edge."""

    operands: NDArray[np.intp]
    consumers: NDArray[np.intp]

    @classmethod
    def of(cls, graph: Graph) -> Ends:
        """The ends of the edges of a graph."""
        operands = [operand for node in graph.nodes for operand in node.operands]
        counts = [len(node.operands) for node in graph.nodes]
        return cls(np.array(operands, np.intp), np.repeat(np.arange(len(graph)), counts))


@dataclass(frozen=True, eq=False)
class Lines:
    """Which lines are drawn, and the way from lines to edges and back."""

    drawn: Sequence[Edge]
    """As edges between boxes, in the order of the `Graph.edges` of the boxes' graph."""
    _drawn_as: NDArray[np.intp]
    """Number of an edge -> place of the line that stands for it, or HIDDEN."""
    _numbers: NDArray[np.intp]
    """The numbers of all edges that are drawn, those behind one line together, ascending."""
    _stretches: Sequence[tuple[int, int]]
    """For each line, from where to where in `_numbers` the edges behind it are."""

    def standing_for(self, number: int) -> Edge | None:
        """The line that stands for an edge; None if it is inside a box, or hidden."""
        place = self._drawn_as[number]
        return None if place == HIDDEN else self.drawn[place]

    def behind(self, place: int) -> list[int]:
        """The numbers of the edges that a line stands for."""
        first, last = self._stretches[place]
        numbers: list[int] = self._numbers[first:last].tolist()
        return numbers


def draw_lines(ends: Ends, box_of: NDArray[np.intp], folded: NDArray[np.bool_]) -> Lines:
    """One line for all edges between two boxes; between two nodes, one for each edge.

    `box_of` says for each node in which box it is, `folded` for each box whether it is a group. Lines into a box are
    in the order in which it first uses what they bring.
    """
    operands, consumers = box_of[ends.operands], box_of[ends.consumers]
    numbers = np.flatnonzero((operands != consumers) & (operands != HIDDEN) & (consumers != HIDDEN))
    operands, consumers = operands[numbers], consumers[numbers]
    boxes = len(folded)
    is_shared = folded[operands] | folded[consumers]
    key = np.where(is_shared, consumers * boxes + operands, boxes * boxes + numbers)
    by_key = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.diff(key[by_key], prepend=-1))
    stops = np.append(starts[1:], len(key))
    first = by_key[starts]  # of the edges behind each line
    order = np.lexsort((first, consumers[first]))
    place = np.empty(len(starts), np.intp)
    place[order] = np.arange(len(starts))
    drawn_as = np.full(len(ends.operands), HIDDEN, np.intp)
    drawn_as[numbers[by_key]] = np.repeat(place, stops - starts)
    drawn: list[Edge] = []
    previous, position = HIDDEN, 0
    for operand, consumer in zip(operands[first][order].tolist(), consumers[first][order].tolist(), strict=True):
        position = position + 1 if consumer == previous else 0
        previous = consumer
        drawn.append(Edge(consumer, position, operand))
    stretches = list(zip(starts[order].tolist(), stops[order].tolist(), strict=True))
    return Lines(drawn, drawn_as, numbers[by_key], stretches)
