"""Nodes to walk through one by one: what a search found, the operands of a node, its uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Self

from backprop_tui.graph import Graph, Kind


@dataclass(frozen=True)
class Walk:
    """Some nodes, and at which of them the user is."""

    nodes: Sequence[int]
    """Never empty."""
    at: int = 0

    @property
    def node(self) -> int:
        """The node that the user is at."""
        return self.nodes[self.at]

    @property
    def place(self) -> str:
        """Where that is: `3 of 17`."""
        return f"{self.at + 1:,} of {len(self.nodes):,}"

    def moved(self, count: int) -> Self:
        """The same walk that many nodes further on; after the last one comes the first."""
        return replace(self, at=(self.at + count) % len(self.nodes))


@dataclass(frozen=True)
class Found(Walk):
    """What a search found."""

    query: str = ""


class Role(Enum):
    """What a node is to its neighbour."""

    OPERAND = "operand"
    USE = "use"


@dataclass(frozen=True)
class Neighbours(Walk):
    """The operands or the uses of a node."""

    of: int = 0
    role: Role = Role.OPERAND


def neighbours(graph: Graph, node: int, role: Role) -> Neighbours | None:
    """The operands of a node, but for constants, or its uses; each once, even if used twice. None if there are none."""
    if role is Role.OPERAND:
        found = [one for one in graph.nodes[node].operands if graph.nodes[one].kind is not Kind.CONSTANT]
    else:
        found = [edge.consumer for edge in graph.consumers[node]]
    return Neighbours(tuple(dict.fromkeys(found)), of=node, role=role) if found else None
