"""The formula of an event: a template, and what it is filled with in symbols and in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from backprop_tui.engine.events import Accumulate, Evaluate
from backprop_tui.engine.timeline import Timeline
from backprop_tui.formatting import typeset
from backprop_tui.graph import Edge, Node, Value
from backprop_tui.naming import name_of, names_in, symbol_of
from backprop_tui.ops.registry import OPERATIONS

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class Formula(NamedTuple):
    """What an event computes, to be filled in."""

    template: str
    """Typeset. Of an accumulation, the local derivative if there is one, else the whole contribution."""
    names: Mapping[str, str]
    values: Mapping[str, Value]


def formula_of(timeline: Timeline, event: Evaluate | Accumulate) -> Formula:
    """The formula of an evaluation or an accumulation, with the names and the values for its slots."""
    if isinstance(event, Accumulate):
        return formula_along(timeline, Edge(event.consumer, event.operand, event.node), event.upstream)
    return formula_at(timeline, timeline.graph.nodes[event.node])


def formula_at(timeline: Timeline, node: Node) -> Formula:
    """The formula of a node's value."""
    operation, operands = OPERATIONS[node.op], [timeline.graph.nodes[operand] for operand in node.operands]
    slots = operation.slots(len(operands))
    template = operation.notation(slots, node.attributes)
    names, values = _filling(timeline, node, template)
    if not operation.symbol:  # the arguments of a call stand in its own brackets and need none of theirs
        names |= zip(slots, map(name_of, operands), strict=True)
    return Formula(typeset(template), names, values)


def formula_along(timeline: Timeline, edge: Edge, upstream: Value) -> Formula:
    """The formula of what flows back along an edge: see `Formula.template`."""
    node = timeline.graph.nodes[edge.consumer]
    shapes = [timeline.graph.nodes[operand].shape for operand in node.operands]
    template = OPERATIONS[node.op].derivatives[edge.position].formula_for(shapes, node.attributes)
    names, values = _filling(timeline, node, template)
    names |= {"g": partial(timeline, node)}
    return Formula(typeset(template), names, values | {"y": timeline.values[node.name], "g": upstream})


def _filling(timeline: Timeline, node: Node, template: str) -> tuple[dict[str, str], dict[str, Value]]:
    """Names and values for the slots of a template: of thousands of operands it may name a few."""
    operation, nodes = OPERATIONS[node.op], timeline.graph.nodes
    places = operation.slots_in(template).items()
    values = {slot: timeline.values[nodes[node.operands[place]].name] for slot, place in places}
    return names_in(template, operation, node, nodes), values


def partial(timeline: Timeline, node: Node) -> str:
    """∂output/∂node."""
    return f"∂{symbol_of(timeline.graph.nodes[timeline.graph.output])}/∂{symbol_of(node)}"


def local_symbol(timeline: Timeline, edge: Edge) -> str:
    """∂consumer/∂operand along an edge. In `x · x` they are ∂y/∂x₁ and ∂y/∂x₂: each is one factor's part only."""
    nodes = timeline.graph.nodes
    operand = symbol_of(nodes[edge.operand]) + place_of(timeline, edge)
    return f"∂{symbol_of(nodes[edge.consumer])}/∂{operand}"


def place_of(timeline: Timeline, edge: Edge) -> str:
    """Which of several equal operands an edge is, from 1, as a subscript; nothing if there is no other."""
    operands = timeline.graph.nodes[edge.consumer].operands
    return str(edge.position + 1).translate(_SUBSCRIPTS) if operands.count(edge.operand) > 1 else ""
