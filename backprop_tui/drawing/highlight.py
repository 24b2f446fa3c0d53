"""What is lit in a graph in place of the current event: edges, and numbers in the place of gradients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from backprop_tui.drawing.state import Flow
from backprop_tui.graph import Edge

NUMBERS_WIDTH = 8
"""Columns that a box has at least for such a number."""


@dataclass(frozen=True)
class Highlight:
    """Edges and nodes are those of the whole graph."""

    edges: frozenset[Edge] = frozenset()
    flow: Flow = Flow.BACKWARD
    """The way that arrows point along them."""
    mark: str = ""
    """What stands before a number: `∂`, `Δ`. Without one, boxes show their gradients as ever."""
    numbers: Mapping[int, str] = field(default_factory=dict)
    """Node -> its number, in at most `NUMBERS_WIDTH` columns; a node that is missing has none."""
    node: int | None = None
    """Where what flows arrives: it is the receiver, and comes into view. Without one, no node takes part."""
