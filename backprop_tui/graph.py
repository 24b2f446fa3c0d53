"""The computational graph: nodes in topological order, and the edges between them. Nothing else.

A graph is plain data. It does not know how to compute: an operation is the *name* of an entry of
`backprop_tui.ops`, so that this module imports neither the operations nor the engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from math import isfinite
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
Value: TypeAlias = np.float64 | Array
"""A scalar is an `np.float64`, everything else a float64 array. Never a 0-d array: they are ten times slower."""

Shape: TypeAlias = tuple[int, ...]


def is_finite(value: Value) -> bool:
    """Whether there is neither an inf nor a NaN in it."""
    return isfinite(value) if isinstance(value, np.float64) else bool(np.isfinite(value).all())


Attributes: TypeAlias = Mapping[str, object]
"""An operation's static arguments (`axis`, `keepdims`, …), already checked and complete with defaults."""

NO_ATTRIBUTES: Attributes = MappingProxyType({})


class Kind(Enum):
    """What a node is."""

    INPUT = "input"
    CONSTANT = "constant"
    OPERATION = "operation"


class Edge(NamedTuple):
    """From an operand to the node that uses it. `a + a` has two edges, of operand positions 0 and 1."""

    consumer: int
    """Index of the node that uses the operand."""
    position: int
    """Which operand of the consumer this is, from 0."""
    operand: int
    """Index of the node that is used."""


@dataclass(slots=True, eq=False)
class Node:
    """One value of the computation. Treat as immutable once it is in a graph."""

    index: int
    """Position in the graph's topological order."""
    name: str
    """Unique. A sub-expression without a name of its own is `%1`, `%2`, … in order of evaluation; a constant is
    called what it is, `2`."""
    kind: Kind
    shape: Shape = ()
    requires_grad: bool = False
    op: str = ""
    """Name of the operation in the registry; empty for inputs and constants."""
    operands: tuple[int, ...] = ()
    attributes: Attributes = field(default_factory=lambda: NO_ATTRIBUTES)
    value: Value | None = None
    """Given for inputs and constants; None for operations."""
    label: str = ""
    """The expression as the program spells it: `a + b`, `2`. For an input, its name."""
    line: int | None = None
    """Line of the program that computes the node, from 0. None for inputs."""

    @property
    def is_named(self) -> bool:
        """Whether the user gave the name: neither a constant nor an inner sub-expression."""
        return self.kind is not Kind.CONSTANT and not self.name.startswith("%")

    @property
    def title(self) -> str:
        """What to call the node in front of a person: its name, or its expression text if it has none."""
        return self.name if self.is_named else self.label


@dataclass(frozen=True, eq=False)
class Graph:
    """A directed acyclic graph of nodes in topological order: operands come before their consumers."""

    nodes: tuple[Node, ...]
    output: int
    """Index of the node that is differentiated."""
    seed: Value
    """∂output/∂output, shaped like the output: where the backward pass starts."""

    def __post_init__(self) -> None:
        for index, node in enumerate(self.nodes):
            if node.index != index or any(not 0 <= operand < index for operand in node.operands):
                raise ValueError(f"node {node.name!r} at {index} is not in topological order")
        if len(self._indices) != len(self.nodes):
            raise ValueError("node names must be unique")

    @cached_property
    def _indices(self) -> dict[str, int]:
        return {node.name: node.index for node in self.nodes}

    def __len__(self) -> int:
        return len(self.nodes)

    def __getitem__(self, name: str) -> Node:
        """The node of that name. Raises KeyError if there is none."""
        return self.nodes[self._indices[name]]

    def __contains__(self, name: object) -> bool:
        return name in self._indices

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    @property
    def inputs(self) -> tuple[Node, ...]:
        """The input nodes, in file order."""
        return tuple(node for node in self.nodes if node.kind is Kind.INPUT)

    @property
    def edges(self) -> Iterator[Edge]:
        """Every edge, by consumer in topological order, then by operand position."""
        for node in self.nodes:
            for position, operand in enumerate(node.operands):
                yield Edge(node.index, position, operand)

    @cached_property
    def consumers(self) -> Sequence[Sequence[Edge]]:
        """For each node, the edges that lead out of it, to the nodes that use it, in topological order."""
        edges: list[list[Edge]] = [[] for _ in self.nodes]
        for edge in self.edges:
            edges[edge.operand].append(edge)
        return edges

    @cached_property
    def contributing(self) -> Sequence[bool]:
        """For each node, whether a gradient reaches it: it requires one, and the output depends on it."""
        nodes = self.nodes
        reached = [False] * len(nodes)
        reached[self.output] = nodes[self.output].requires_grad
        for index in range(self.output, -1, -1):
            if reached[index]:
                for operand in nodes[index].operands:
                    if not reached[operand]:
                        reached[operand] = nodes[operand].requires_grad
        return reached
