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
    nodes = timeline.graph.nodes
    node = nodes[event.consumer if isinstance(event, Accumulate) else event.node]
    operation, operands = OPERATIONS[node.op], [nodes[operand] for operand in node.operands]
    slots = operation.slots(len(operands))
    names = names_in(operation, node, operands)
    values = {slot: timeline.values[operand.name] for slot, operand in zip(slots, operands, strict=True)}
    if isinstance(event, Evaluate):
        if not operation.symbol:  # the arguments of a call stand in its own brackets and need none of theirs
            names |= zip(slots, map(name_of, operands), strict=True)
        return Formula(typeset(operation.notation(slots, node.attributes)), names, values)
    template = operation.derivatives[event.operand].formula_for([one.shape for one in operands], node.attributes)
    names |= {"g": partial(timeline, node)}
    return Formula(typeset(template), names, values | {"y": timeline.values[node.name], "g": event.upstream})


def partial(timeline: Timeline, node: Node) -> str:
    """∂output/∂node."""
    return f"∂{symbol_of(timeline.graph.nodes[timeline.graph.output])}/∂{symbol_of(node)}"


def local_symbol(timeline: Timeline, edge: Edge) -> str:
    """∂consumer/∂operand along an edge. In `x · x` they are ∂y/∂x₁ and ∂y/∂x₂: each is one factor's part only."""
    nodes = timeline.graph.nodes
    consumer, operand = nodes[edge.consumer], symbol_of(nodes[edge.operand])
    if consumer.operands.count(edge.operand) > 1:
        operand += str(edge.position + 1).translate(_SUBSCRIPTS)
    return f"∂{symbol_of(consumer)}/∂{operand}"
