"""What is said around a question: what is asked, what is given, a hint, and the solution."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_tui.engine.events import Accumulate, Evaluate
from backprop_tui.engine.timeline import Timeline
from backprop_tui.formatting import array, number
from backprop_tui.formulas import formula_of, local_symbol, partial
from backprop_tui.graph import Edge, Node, Value
from backprop_tui.graph import Kind as NodeKind
from backprop_tui.lenses.jacobian import jacobian_row
from backprop_tui.naming import name_of, statement_of, symbol_of
from backprop_tui.narration import narrate
from backprop_tui.ops.operation import fill
from backprop_tui.ops.registry import OPERATIONS
from backprop_tui.ops.shapes import count
from backprop_tui.predicting.question import Kind, Question

_WIDTH = 60
_FEW = 12
"""Elements up to which an array is given whole."""
_PARTS = 4
_LIGHT = 1_000_000
"""Multiply-adds up to which one element is taken apart."""


def asking(question: Question, kind: Kind) -> str:
    """What is asked, in one sentence."""
    event = question.event
    if kind is Kind.OPERAND:
        return "Which node is computed next?" if isinstance(event, Evaluate) else "Which node receives next?"
    what = "What sign has" if kind is Kind.SIGN else "What is"
    if isinstance(event, Evaluate):
        return f"{what} {question.name}, with {statement_of(_node(question))}?"
    if isinstance(event, Accumulate):
        return f"{what} {question.name} after this event?"
    return f"{what} {question.symbol}, the seed of the way back?"


def given(question: Question, kind: Kind) -> Sequence[str]:
    """What is known of it, a line each: what comes back, through what, what was there; what it is computed from."""
    event, graph = question.event, question.timeline.graph
    if kind is Kind.OPERAND or not isinstance(event, Evaluate | Accumulate):
        return ()
    if isinstance(event, Evaluate):
        known = _operands(question.timeline, _node(question))
        return (known,) if known else ()
    consumer = graph.nodes[event.consumer]
    sent = _known(partial(question.timeline, consumer), event.upstream)
    before = f"Nothing has come to {question.name} yet."
    if event.before is not None:
        before = f"{question.name} is {number(question.at(event.before))} so far."
    lines = [f"{sent} comes back through {statement_of(consumer)}.", before]
    if event.local is not None and not event.local.ndim and not event.upstream.ndim:
        return [f"{lines[0]} {lines[1]}"]
    shown = _operands(question.timeline, consumer)
    return [*lines[:1], *([shown] if shown else []), lines[1]]


def hint(question: Question, kind: Kind) -> str:
    """What may help where no known mistake gives what was typed: the formula, in symbols."""
    event = question.event
    if kind is Kind.OPERAND:
        if isinstance(event, Evaluate):
            return "Values are computed in the order of the program, what stands innermost first."
        return "Nodes send in the reverse order of the program, each to its operands in their order."
    if not isinstance(event, Evaluate | Accumulate):
        return f"{question.symbol} asks how fast {name_of(_node(question))} moves with itself."
    narration = narrate(question.timeline, event.index + 1)
    assert narration is not None  # there is an event
    if isinstance(event, Evaluate) or event.local is None:
        return f"The formula: {narration.symbols}"
    formula = formula_of(question.timeline, event)
    symbol = local_symbol(question.timeline, Edge(event.consumer, event.operand, event.node))
    local = fill(formula.template, formula.names)
    return f"The formula: {narration.symbols.removesuffix(' =')}, where {symbol} is {local}."


def solution(question: Question) -> str:
    """The right number, and how it comes about."""
    event = question.event
    node = _node(question)
    truth = number(question.truth)
    if isinstance(event, Accumulate):
        parts = _parts(question, event)
        before = "" if event.before is None else f"{number(question.at(event.before))} + "
        return f"{question.name} = {before}{parts} = {truth}" if parts else f"{question.name} = {truth}"
    if isinstance(event, Evaluate):
        return f"{question.name} = {truth}"
    return f"{question.symbol} = {truth}: {name_of(node)} moves exactly as fast as itself."


def node_asked(question: Question) -> str:
    """The node that an event is about, as a person calls it."""
    return name_of(_node(question))


def _parts(question: Question, event: Accumulate) -> str:
    """`2 · 1`, or `0.5 · 1 + 0.5 · 3`: what the element is made of; empty if that is much to work out."""
    graph = question.timeline.graph
    consumer = graph.nodes[event.consumer]
    shapes = [graph.nodes[one].shape for one in consumer.operands]
    if max(OPERATIONS[consumer.op].work(shapes, consumer.attributes), count(consumer.shape)) > _LIGHT:
        return ""
    edge = Edge(event.consumer, event.operand, event.node)
    parts = jacobian_row(question.timeline, edge, question.element).parts
    if not parts:
        return "0"
    listed = [f"{_bracketed(part.upstream)} · {_bracketed(part.factor)}" for part in parts[:_PARTS]]
    return " + ".join(listed) + (" + …" if len(parts) > _PARTS else "")


def _bracketed(x: float) -> str:
    text = number(x)
    return f"({text})" if text.startswith("-") else text


def _operands(timeline: Timeline, node: Node) -> str:
    """What a node is computed from, constants left out: `a = 2   b = 1`."""
    nodes = [timeline.graph.nodes[one] for one in dict.fromkeys(node.operands)]
    return "   ".join(
        _known(symbol_of(one), timeline.values[one.name]) for one in nodes if one.kind is not NodeKind.CONSTANT
    )


def _known(name: str, value: Value) -> str:
    text = array(value, _WIDTH) if not value.ndim or value.size <= _FEW else ""
    return f"{name} = {text}" if text and not text.startswith("(") else f"{name} {value.shape}".replace(", ", ",")


def _node(question: Question) -> Node:
    return question.timeline.graph.nodes[question.event.node]
