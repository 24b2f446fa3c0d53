"""A node with all its digits: expression, shape, neighbours, and every element of its value and gradient."""

from __future__ import annotations

import numpy as np

from backprop_tui import formatting
from backprop_tui.formatting import NO_GRADIENT, NOT_COMPUTED, exact, typeset
from backprop_tui.graph import Kind, Node, Value
from backprop_tui.narration import name_of
from backprop_tui.ops.registry import OPERATIONS
from backprop_tui.tui.lines import Ink, Line, Page, Span, wrap
from backprop_tui.tui.session import Session

_LABEL = 12
_NUMBER = 24
"""Cells of an exact float64."""


def page(session: Session, node_index: int, cells: int) -> Page:
    """Facts first, then a line for every element, made when it comes into view."""
    timeline, position = session.timeline, session.position
    node = timeline.graph.nodes[node_index]
    value = timeline.value_at(node_index, position)
    gradient = timeline.grad_at(node_index, position)
    missing = NOT_COMPUTED if timeline.graph.contributing[node_index] else NO_GRADIENT
    facts = _facts(session, node, cells)
    if not node.shape:
        facts += [
            _fact("value", _exact(value, (), NOT_COMPUTED), Ink.FORWARD),
            _fact("gradient", _exact(gradient, (), missing), Ink.BACKWARD),
        ]
        return Page.of(facts)
    facts += [(), (Span(_columns("index", "value", "gradient"), Ink.HEADING),)]

    def line(row: int) -> Line:
        if row < len(facts):
            return facts[row]
        index = tuple(int(i) for i in np.unravel_index(row - len(facts), node.shape))
        label = ", ".join(map(str, index))
        return (
            Span(f"[{label}]".ljust(_LABEL), Ink.FAINT),
            Span(_exact(value, index, NOT_COMPUTED).rjust(_NUMBER), Ink.FORWARD),
            Span("  " + _exact(gradient, index, missing).rjust(_NUMBER), Ink.BACKWARD),
        )

    return Page(len(facts) + int(np.prod(node.shape)), line)


def title(session: Session, node_index: int) -> str:
    """What stands in the frame."""
    return name_of(session.timeline.graph.nodes[node_index])


def _facts(session: Session, node: Node, cells: int) -> list[Line]:
    graph = session.timeline.graph
    lines: list[Line] = []
    if node.kind is Kind.OPERATION:
        lines += _wrapped("expression", typeset(node.label), cells)
        lines += _wrapped("operation", f"{node.op}: {_first_words(node)}", cells)
        lines += _wrapped("operands", ", ".join(name_of(graph.nodes[one]) for one in node.operands), cells)
    else:
        lines.append(_fact("kind", node.kind.value))
    uses = [name_of(graph.nodes[edge.consumer]) for edge in graph.consumers[node.index]]
    lines += _wrapped("used by", ", ".join(uses) or "nothing", cells)
    lines.append(_fact("shape", formatting.shape(node.shape) if node.shape else "scalar"))
    if not node.requires_grad:
        lines.append(_fact("gradient", "not required", Ink.FAINT))
    return lines


def _first_words(node: Node) -> str:
    """What the operation computes, with its operands called as in the table of derivatives."""
    operation = OPERATIONS[node.op]
    return typeset(
        operation.notation(operation.slots(len(node.operands)), node.attributes).replace("{", "").replace("}", "")
    )


def _wrapped(label: str, text: str, cells: int) -> list[Line]:
    first, *rest = wrap([Span(text)], max(8, cells - _LABEL))
    return [(_label(label), *first), *((Span(" " * _LABEL), *line) for line in rest)]


def _fact(label: str, text: str, ink: Ink = Ink.TEXT) -> Line:
    return (_label(label), Span(text, ink))


def _label(text: str) -> Span:
    return Span(text.ljust(_LABEL), Ink.FAINT)


def _columns(index: str, value: str, gradient: str) -> str:
    return f"{index:<{_LABEL}}{value:>{_NUMBER}}  {gradient:>{_NUMBER}}"


def _exact(value: Value | None, index: tuple[int, ...], missing: str) -> str:
    return missing if value is None else exact(np.asarray(value)[index])
