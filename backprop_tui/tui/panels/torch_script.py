"""The lines of a PyTorch script beside the graph: what has run, what runs, and whose function runs backwards."""

from __future__ import annotations

import re

import numpy as np

from backprop_tui.export.literals import array
from backprop_tui.export.script import Part, Statement
from backprop_tui.formatting import CLIPPED
from backprop_tui.graph import Value
from backprop_tui.tui.lines import Ink, Line, Span, ends
from backprop_tui.tui.panels.program import CURRENT, DONE

RUNS_BACKWARD = "◂"
"""Marks the line whose function the gradient goes back through."""
_MARK = 2
"""Columns of a mark, with a blank."""
_LONGEST = 1000
"""Characters of a statement that are looked at."""
_OF_GRADIENTS = re.compile(r"(, requires_grad=True|\.retain_grad\(\)|\.backward\(\)|\.grad\b)")
_BACKWARD = frozenset((Part.RETAIN, Part.BACKWARD, Part.PRINT))


def abbreviated(value: Value, _column: int = 0) -> str:
    """An array as it stands in the script of the panel until there is a width: a mark to be replaced."""
    return CLIPPED if value.ndim else array(value, 0)


def line(statement: Statement, value: Value | None, position: int, cells: int, *, current: bool, note: str) -> Line:
    """A statement in that many cells. `value` is the array in it, if there is one.

    `note` says what runs backwards in this event, if it has to do with this line.
    """
    code, done = re.sub(r"\n *", " ", statement.code[:_LONGEST]), statement.done <= position
    comment = f"{' ' * _MARK}# {statement.comment}" if statement.comment else ""
    if not code:
        return (Span(comment, Ink.FAINT),)
    if value is not None and CLIPPED in code:
        code = code.replace(CLIPPED, array_in(value, cells - _MARK - len(code) + len(CLIPPED)))
    is_backward = statement.part in _BACKWARD
    if current:
        shown: Line = (Span(f"{CURRENT} {code}", Ink.NEW_BACKWARD if is_backward else Ink.NEW_FORWARD),)
    else:
        mark = Span(
            RUNS_BACKWARD if note else DONE if done else " ", Ink.BACKWARD if is_backward or note else Ink.FORWARD
        )
        shown = (mark, Span(" "), *(coloured(code) if done else (Span(code, Ink.FAINT),)))
    if note:
        return ends(shown, (Span(f"  {note}", Ink.BACKWARD),), cells)
    return (*shown, Span(comment, Ink.FAINT))


def coloured(code: str) -> Line:
    """Code, with all that asks for gradients in their colour."""
    return tuple(
        Span(part, Ink.BACKWARD if index % 2 else Ink.TEXT)
        for index, part in enumerate(_OF_GRADIENTS.split(code))
        if part
    )


def array_in(value: Value, cells: int) -> str:
    """An array as Python writes it, if it fits; else its first numbers; at least its brackets.

    >>> import numpy as np
    >>> array_in(np.ones((2, 2)), 30), array_in(np.ones((2, 2)), 18), array_in(np.ones((2, 2)), 0)
    ('[[1.0, 1.0], [1.0, 1.0]]', '[[1.0, 1.0], …]', '[[…], …]')
    """
    if value.size * 3 <= cells:
        text = array(value, 0)
        if "\n" not in text and len(text) <= cells:
            return text
    opening, more = "[" * value.ndim, f", {CLIPPED}"
    closing = "".join([f"{more * (length > 1)}]" for length in reversed(value.shape[:-1])])
    row = np.ravel(value)[: value.shape[-1]].tolist()
    numbers = list(map(repr, row[: max(0, cells // 3)]))
    for kept in range(len(numbers), 0, -1):
        text = f"{opening}{', '.join(numbers[:kept])}{more * (kept < len(row))}]{closing}"
        if len(text) <= cells:
            return text
    return f"{opening}{CLIPPED}]{closing}"
