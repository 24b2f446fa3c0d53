"""What names say about structure: `h0_1_3` is one of `h0_1`, which is one of `h0`, which is one of `h`.

Dots are scopes: `layer1.w` is in `layer1`. A node without a name belongs to the statement that computes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from backprop_tui.graph import Graph, Kind

_LONGEST = 200
"""Characters. A longer name says nothing: it could have any number of parts."""
_DIGITS = "0123456789"


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """Nodes that belong together. Two families of one name are two."""

    name: str
    leader: int | None = None
    """Of a statement, the node that it names."""
    is_given: bool = False
    """Whether the user gave the name."""


Path: TypeAlias = tuple[Family, ...]
"""The families of a node, from the widest to the narrowest."""


def parent(name: str) -> str:
    """The family that a name says it belongs to; '' if it says nothing.

    >>> parent("h0_1"), parent("h0"), parent("layer1.w"), parent("bias")
    ('h0', 'h', 'layer1', '')
    """
    stem = name.rstrip(_DIGITS)
    return name.rpartition(".")[0] if stem == name else stem.rstrip("_.")


def number(name: str) -> str:
    """The digits at the end of a name, without leading zeros; '' if there are none."""
    digits = name[len(name.rstrip(_DIGITS)) :]
    return digits.lstrip("0") or digits[:1]


def paths(graph: Graph, table: Mapping[str, Sequence[int]]) -> list[Path]:
    """The families of every node. `table` names families of the user's, with the named nodes in each."""
    own: dict[int, Path] = {}
    for name, nodes in table.items():
        own.update(dict.fromkeys(nodes, (Family(name, is_given=True),)))
    below: dict[str, Path] = {"": ()}
    found: list[Path] = [()] * len(graph)
    leaders: dict[int, int] = {}  # line -> the node that it names
    for node in graph.nodes:
        if node.is_named:
            stem = parent(node.name) if len(node.name) <= _LONGEST else ""
            found[node.index] = own.get(node.index, ()) + _below(stem, below)
            if node.line is not None:
                leaders[node.line] = node.index
    statements: dict[int, Path] = {}
    for node in graph.nodes:
        leader = None if node.line is None or node.is_named else leaders.get(node.line)
        if leader is not None and node.kind is not Kind.CONSTANT:
            if leader not in statements:
                statements[leader] = found[leader] = (*found[leader], Family(graph.nodes[leader].name, leader))
            found[node.index] = statements[leader]
    return found


def _below(stem: str, known: dict[str, Path]) -> Path:
    """The path of what is one of `stem`."""
    missing = []
    while stem not in known:
        missing.append(stem)
        stem = parent(stem)
    path = known[stem]
    for name in reversed(missing):
        path = known[name] = (*path, Family(name))
    return path
