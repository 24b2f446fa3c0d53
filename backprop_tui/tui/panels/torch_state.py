"""What PyTorch would answer at a position, asked for one variable: its value, what made it, and its gradient."""

from __future__ import annotations

import re
import sys
from typing import NamedTuple

from backprop_tui.formatting import CLIPPED, NOT_COMPUTED, abbreviate, array, clip
from backprop_tui.graph import Graph, Node, Value
from backprop_tui.lenses.autograd import Autograd
from backprop_tui.lenses.pytorch_state import TensorState
from backprop_tui.lenses.tensor_text import tensor_text
from backprop_tui.naming import name_of
from backprop_tui.scenario.text import clean
from backprop_tui.tui.lines import Ink, Line, Span, fit, wrap

_LONGEST_NAME = 10
_NARROW = 48
_NOT_DEFINED = "not defined yet"
_UNKNOWN = NOT_COMPUTED, Ink.FAINT
_NO_VARIABLE = "has no variable: it stands within a line"


class Rows(NamedTuple):
    """How many rows each part takes: always the same in one panel, so that the script below never jumps."""

    value: int
    function: int
    words: int

    @property
    def all(self) -> int:
        """Together with PyTorch's own numbers and the rule below."""
        return 2 * self.value + self.function + self.words + 2


def rows_for(tallest: int, height: int) -> Rows:
    """The rows in a panel of that height, for tensors that take up to `tallest` rows when they are printed."""
    most = 1 if height < 15 else 2 if height < 24 else 4 if height < 36 else 8
    return Rows(value=min(tallest, most), function=int(height >= 15), words=1 if height < 15 else 2)


class Question(NamedTuple):
    """What is asked about."""

    graph: Graph
    node: Node
    variable: str
    """Empty for an inner expression, which has none."""
    state: TensorState
    autograd: Autograd | None
    """What PyTorch itself says; None: it has not answered yet."""


def lines(question: Question, rows: Rows, cells: int) -> list[Line]:
    """All rows, the rule included."""
    state, name = question.state, clip(question.variable, _LONGEST_NAME)
    if name:
        label = len(name) + len(".grad_fn") + (1 if cells < _NARROW else 2)
        shown = _labelled(name, *_value(state, cells - label, rows.value), label, rows.value)
        if rows.function:
            what, answer = (".is_leaf", "True") if state.is_leaf else (".grad_fn", f"<{state.grad_fn}>")
            known = (answer, Ink.TEXT) if state.value is not None else _UNKNOWN
            shown += _labelled(f"{name}{what}", *known, label)
        shown += _labelled(f"{name}.grad", *_grad(state, cells - label, rows.value), label, rows.value)
    else:
        shown = [(Span(abbreviate(name_of(question.node), cells)),), (Span(_NO_VARIABLE, Ink.FAINT),)]
    shown += wrap([Span(_words(question), Ink.FAINT)], cells)[: rows.words]
    return [*shown, *[()] * (rows.all - 2 - len(shown)), _compared(question, cells), (Span("─" * cells, Ink.FRAME),)]


def _value(state: TensorState, cells: int, rows: int) -> tuple[str, Ink]:
    if state.value is None:
        return _NOT_DEFINED, Ink.FAINT
    suffix = [f"grad_fn=<{state.grad_fn}>"] if state.grad_fn else ["requires_grad=True"] * state.requires_grad
    return _printed(state.value, *suffix, cells=cells, rows=rows), Ink.FORWARD


def _grad(state: TensorState, cells: int, rows: int) -> tuple[str, Ink]:
    if state.value is None:
        return _UNKNOWN
    return ("None", Ink.TEXT) if state.grad is None else (_printed(state.grad, cells=cells, rows=rows), Ink.BACKWARD)


def _printed(value: Value, *suffixes: str, cells: int, rows: int) -> str:
    """A tensor as PyTorch prints it in lines of that width; in a single row, all of it one after the other."""
    if rows > 1:
        return tensor_text(value, *suffixes, width=cells)
    return re.sub(r"\n+ *", " ", tensor_text(value, *suffixes, width=sys.maxsize))


def _labelled(label: str, text: str, ink: Ink, indent: int, rows: int = 1) -> list[Line]:
    """A label, and at most so many rows of a text beside it."""
    parts = text.split("\n")
    if len(parts) > rows:
        parts[rows - 1 :] = [f"{parts[rows - 1]} {CLIPPED}"]
    labels = [label, *[""] * (len(parts) - 1)]
    return [(Span(one.ljust(indent), Ink.FAINT), Span(part, ink)) for one, part in zip(labels, parts, strict=True)]


def _words(question: Question) -> str:
    """Why `.grad` is what it is."""
    graph, node, state = question.graph, question.node, question.state
    output = graph.nodes[graph.output]
    if not question.variable or state.value is None:
        return ""
    if not state.requires_grad:
        return "It does not require a gradient."
    if not graph.contributing[node.index]:
        return f"{name_of(output)} does not depend on it: no gradient ever comes."
    if state.arrived is None:
        return "" if state.is_kept else "PyTorch warns: no leaf, and no retain_grad()."
    arrived = array(state.arrived, 20)
    if state.is_complete and not state.is_kept:
        return f"{arrived} went through a buffer, and nothing has kept it."
    if state.is_complete:
        return "Kept by retain_grad()." if state.grad_fn else "AccumulateGrad has filled it with the whole sum."
    return f"{arrived} is in a buffer until {state.grad_fn or 'AccumulateGrad'} runs."


def _compared(question: Question, cells: int) -> Line:
    """What PyTorch itself has computed, as far as this run has come."""
    node, state, autograd = question.node, question.state, question.autograd
    if autograd is None:
        return (Span(f"asking PyTorch {CLIPPED}", Ink.FAINT),)
    if autograd.remark:
        version = f" {autograd.version}" if autograd.version else ""
        return fit((Span(f"PyTorch{version} {clean(autograd.remark)}: by its rules", Ink.FAINT),), cells)
    title = f"PyTorch {autograd.version}"
    wrong = {one.is_gradient for one in autograd.disagreements if one.node == node.index}
    shown: list[Span] = [Span(title, Ink.FAINT)]
    room = (cells - len(title)) // 2 - len("  ∇  ✓")
    for is_gradient, theirs, sign, ink in (
        (False, autograd.values[node.index] if state.value is not None and node.op else None, "", Ink.FORWARD),
        (True, autograd.grads[node.index] if state.is_complete else None, "∇ ", Ink.BACKWARD),
    ):
        if theirs is not None:
            is_wrong = is_gradient in wrong
            shown.append(Span(f"  {sign}{array(theirs, room)} ", ink))
            shown.append(Span("≠ ours", Ink.TROUBLE) if is_wrong else Span("✓", ink))
    return tuple(shown)
