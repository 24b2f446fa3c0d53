"""What a node is: its expression, its operation, its neighbours."""

from __future__ import annotations

from backprop_tui import formatting
from backprop_tui.formatting import typeset
from backprop_tui.graph import Graph, Kind, Node
from backprop_tui.naming import name_of
from backprop_tui.ops.registry import OPERATIONS
from backprop_tui.tui.lines import Ink, Line, Page, Span, wrap

_LABEL = 12


def page(graph: Graph, node: Node, cells: int) -> Page:
    """A line or two for each fact."""
    lines: list[Line] = []
    if node.kind is Kind.OPERATION:
        lines += _fact("expression", typeset(node.label), cells)
        lines += _fact("operation", f"{node.op}: {_first_words(node)}", cells)
        lines += _fact("operands", ", ".join(name_of(graph.nodes[one]) for one in node.operands), cells)
    else:
        lines += _fact("kind", node.kind.value, cells)
    uses = [name_of(graph.nodes[edge.consumer]) for edge in graph.consumers[node.index]]
    lines += _fact("used by", ", ".join(uses) or "nothing", cells)
    lines += _fact("shape", formatting.shape(node.shape) if node.shape else "scalar", cells)
    if not node.requires_grad:
        lines += _fact("gradient", "not required", cells)
    return Page.of(lines)


def _first_words(node: Node) -> str:
    """What the operation computes, with its operands called as in the table of derivatives."""
    operation = OPERATIONS[node.op]
    return typeset(
        operation.notation(operation.slots(len(node.operands)), node.attributes).replace("{", "").replace("}", "")
    )


def _fact(label: str, text: str, cells: int) -> list[Line]:
    first, *rest = wrap([Span(text)], max(8, cells - _LABEL))
    return [(Span(label.ljust(_LABEL), Ink.FAINT), *first), *((Span(" " * _LABEL), *line) for line in rest)]
