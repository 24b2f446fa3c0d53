"""What `dot` and `mermaid` share: the boxes and arrows of a graph with their texts, one after the other.

They are those of the drawing: constants stand within expressions, and numbers have four digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from backprop_tui.drawing.state import NodeState
from backprop_tui.engine.flow import edges_of
from backprop_tui.export.snapshot import Snapshot
from backprop_tui.formatting import abbreviate, typeset
from backprop_tui.graph import Edge, Kind, Node

_TITLE = 60
"""Characters of a title. A longer one has its names shortened first, so that the operation stays to be seen."""
_NAME = 16
_NAMES = re.compile(r"\w+")


class NodeBox(NamedTuple):
    """A node."""

    node: int
    lines: tuple[str, str]
    """`c = a + b` over `3  ∇ 2`."""
    state: NodeState


class Arrow(NamedTuple):
    """An edge."""

    edge: Edge
    label: str
    """The local derivative, `∂c/∂a=1`; empty where none is written down."""
    is_lit: bool
    """Whether something flows along it in the current event."""


def boxes(snapshot: Snapshot) -> Iterator[NodeBox]:
    """All nodes but the constants, in topological order."""
    for node in snapshot.view.graph:
        if node.kind is not Kind.CONSTANT:
            state = snapshot.view.node(node.index)
            yield NodeBox(node.index, (title(node), f"{state.value}  ∇ {state.gradient}"), state)


def title(node: Node) -> str:
    """What a node is called: `c = a + b`."""
    whole = f"{node.name} = {node.label}" if node.op and node.is_named else node.label or node.name
    if len(whole) > _TITLE:
        whole = _NAMES.sub(lambda found: abbreviate(found[0], _NAME), whole)
    return abbreviate(typeset(whole), _TITLE)


def arrows(snapshot: Snapshot) -> Iterator[Arrow]:
    """Their edges, by consumer, in operand order."""
    view, texts = snapshot.view, snapshot.texts
    nodes = view.graph.nodes
    for node in nodes:
        for edge in edges_of(node):
            if nodes[edge.operand].kind is not Kind.CONSTANT:
                yield Arrow(edge, texts.symbol(edge) + view.edge(edge).local, edge in view.lit)
