"""What a search has found: a line a node, with its value and its gradient at this position."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_tui.formatting import (
    CLIPPED,
    NO_GRADIENT,
    NOT_COMPUTED,
    NUMBER_WIDTH,
    abbreviate,
    array,
    shape,
    summary,
    typeset,
)
from backprop_tui.graph import Kind, Node, Value, is_finite
from backprop_tui.scenario.names import nearest
from backprop_tui.search import OF_STATE, STATES
from backprop_tui.tui.lines import Ink, Line, Page, Span, fit, light, width, wrap
from backprop_tui.tui.session import Session

TITLE = "Search"
_CHOSEN = "▶ "
_SHAPE = 9
_SUMMARY = 13
"""Columns of the summary of an array, if there is room."""
_WIDE = 70
_ELSEWHERE = "Names, operations, expressions and shapes were searched."
_EXAMPLES = (
    "Part of a name, an operation, an expression or a shape: ",
    "h1   tanh   x * w   (3,4)",
    ". Several words: all of them. Only operations: ",
    "op:mul",
    ". What the run made of them: ",
    " ".join(OF_STATE + state for state in STATES),
    ".",
)


def page(session: Session, nodes: Sequence[int], at: int, cells: int) -> Page:
    """The nodes found, one of them chosen."""
    has_arrays = any(session.timeline.graph.nodes[node].shape for node in nodes[:100])
    numbers = _SUMMARY if has_arrays and cells >= _WIDE else NUMBER_WIDTH

    def line(index: int) -> Line:
        row = _row(session, nodes[index], cells - len(_CHOSEN), numbers, has_shape=has_arrays)
        if index == at:
            return light(fit((Span(_CHOSEN, Ink.STRONG), *row), cells))
        return (Span(" " * len(_CHOSEN)), *row)

    return Page(len(nodes), line, follow=at, title=f"{TITLE}: {at + 1:,} of {len(nodes):,}")


def examples(cells: int) -> Page:
    """What can be searched for."""
    spans = [Span(text, Ink.TEXT if index % 2 else Ink.FAINT) for index, text in enumerate(_EXAMPLES)]
    return Page.of(wrap(spans, cells), title=TITLE)


def nothing(session: Session, query: str, cells: int) -> Page:
    """That nothing was found, and what may have been meant."""
    meant = _meant(session, query.split())
    spans = [Span("Nothing found. ", Ink.STRONG), Span(meant, Ink.FAINT)]
    return Page.of(wrap(spans, cells), title=TITLE)


def _meant(session: Session, words: Sequence[str]) -> str:
    graph = session.timeline.graph
    for word in words:
        if word.startswith(OF_STATE) and word.removeprefix(OF_STATE) not in STATES:
            return f"After {OF_STATE} stands one of {', '.join(STATES)}."
    if len(words) > 1:
        return "All words have to be found in one node: fewer of them find more."
    word = words[0]
    if word.lower() in STATES:
        return f"{OF_STATE}{word.lower()} finds nodes in that state."
    names = [node.name for node in graph if node.is_named]
    operations = sorted({node.op for node in graph if node.op})
    name = nearest(word, names) or nearest(word, operations)
    return f"Did you mean {name}?" if name else _ELSEWHERE


def _row(session: Session, node: int, cells: int, numbers: int, *, has_shape: bool) -> Line:
    """`h = tanh(n)        (3,4)     0.7071   ∇ 0.5`: the statement gives way."""
    timeline, position = session.timeline, session.position
    of_node = timeline.graph.nodes[node]
    value, gradient = timeline.value_at(node, position), timeline.grad_at(node, position)
    missing = NOT_COMPUTED if timeline.graph.contributing[node] else NO_GRADIENT
    lengths = shape(of_node.shape) if of_node.shape else ""
    right: Line = (
        Span(abbreviate(lengths, _SHAPE).rjust(_SHAPE + 2) if has_shape else "", Ink.FAINT),
        _number("  ", value, NOT_COMPUTED, numbers, Ink.FORWARD),
        _number(" ∇ ", gradient, missing, numbers, Ink.BACKWARD),
    )
    return (*fit(_statement(of_node, cells - width(right)), cells - width(right)), *right)


def _number(before: str, value: Value | None, missing: str, cells: int, ink: Ink) -> Span:
    """A number, a short array whole, or a summary: the shape stands beside it already."""
    if value is None:
        return Span(before + missing.rjust(cells), Ink.FAINT)
    text = array(value, cells)
    if value.ndim and not text.startswith("["):
        text = summary(value)
        text = text if len(text) <= cells else CLIPPED  # a number that is cut is another number
    return Span(before + text.rjust(cells), ink if is_finite(value) else Ink.TROUBLE)


def _statement(node: Node, cells: int) -> Line:
    if not node.is_named:
        return (Span(abbreviate(typeset(node.label), cells)),)
    name = abbreviate(node.name, max(8, cells // 2))
    rest = "   input" if node.kind is Kind.INPUT else f" = {typeset(node.label)}"
    ink = Ink.FAINT if node.kind is Kind.INPUT else Ink.TEXT
    return (Span(name, Ink.STRONG), Span(abbreviate(rest, max(0, cells - width((Span(name),)))), ink))
