"""What nodes and operations are called in front of a person: inside a formula, in a statement, in a template."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from backprop_tui.formatting import CLIPPED, abbreviate, typeset
from backprop_tui.graph import Node
from backprop_tui.ops.operation import Operation

_NAME_WIDTH = 24
_CLOSED = re.compile(rf"(?:[\w.{CLIPPED}]|(?<=\de)-(?=\d))+(?:\[[^]]*\])*")
"""A name or a number, maybe with an index."""


def name_of(node: Node) -> str:
    """A node as a person would call it: its name, or its expression as it is drawn."""
    return _named(node.title)


def symbol_of(node: Node) -> str:
    """A node inside a formula: its name, or its expression in parentheses."""
    return _closed(node.title)


def statement_of(node: Node) -> str:
    """The statement that computes a node, `c = a + b`; only its expression if it has no name."""
    return f"{name_of(node)} = {_spelled(node.label)}" if node.is_named else name_of(node)


def names_in(template: str, operation: Operation, node: Node, nodes: Sequence[Node]) -> dict[str, str]:
    """The names that fill a template of a node's operation. `nodes` are all of the graph."""
    places = operation.slots_in(template).items()
    names = {slot: symbol_of(nodes[node.operands[place]]) for slot, place in places}
    return names | {"y": symbol_of(node), "statement": statement_of(node)}


@lru_cache(4096)
def _named(title: str) -> str:
    return abbreviate(typeset(title), _NAME_WIDTH)


@lru_cache(4096)
def _spelled(label: str) -> str:
    return abbreviate(typeset(label), 2 * _NAME_WIDTH)


@lru_cache(4096)
def _closed(title: str) -> str:
    name = _named(title)
    is_closed = _CLOSED.fullmatch(name) or _is_call(name)
    return name if is_closed else f"({name})"


def _is_call(expression: str) -> bool:
    """Whether it is one call, `sum(y · p)`, and not `f(x) + g(x)`."""
    opening = re.match(r"\w+\(", expression)
    if not opening:
        return False
    depth = 1
    for character in expression[opening.end() : -1]:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0:
            return False
    return expression.endswith(")")
