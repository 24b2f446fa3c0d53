"""One element of a contribution: from which upstream elements it came, and with what factors."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

import numpy as np

from backprop_tui.formatting import number
from backprop_tui.lenses.jacobian import JacobianRow, Part
from backprop_tui.tui.lines import Ink, Line, Page, Span, wrap
from backprop_tui.tui.panels.fields import Field, measure

MOST = 1_000
"""Parts that are listed: nobody reads more."""
_HEADS = "upstream", "factor", "share"
_SUM = "sum"
_OPERATORS = "  ", " · ", " = "


class Answer(NamedTuple):
    """A row of a Jacobian, and the largest of its parts."""

    row: JacobianRow
    parts: Sequence[Part]

    @classmethod
    def of(cls, row: JacobianRow) -> Answer:
        """The answer with as many parts as anybody reads. Sorting them may take long."""
        return cls(row, row.largest(MOST))


def page(answer: Answer, upstream: str, title: str, cells: int) -> Page:
    """`∂z[0,1]  0.31 · 2 = 0.62`, the largest first, under their sum. `upstream` is the symbol of what came in."""
    row, parts = answer
    if not parts:
        return Page.of(
            wrap([Span("It has no part in what came in: nothing comes back.", Ink.FAINT)], cells), title=title
        )
    columns = list(zip(*(part[1:] for part in parts), strict=True))
    columns[2] = (*columns[2], row.total)
    measured = [measure(map(np.float64, column)) for column in columns]
    long = [f"{upstream}{_index(part.element)}" for part in parts]
    short = [_index(part.element) for part in parts]
    aligned, packed = [
        [one[way].at_least(len(head)) for one, head in zip(measured, _HEADS, strict=True)] for way in (0, 1)
    ]
    for labels, fields in (
        (long, aligned),
        (short, aligned),
        (short, packed),
        (short, [one.packed for one in measured]),
    ):
        label = max(len(_SUM), *map(len, labels))
        before_share = label + fields[0].width + fields[1].width + len(_OPERATORS[0] + _OPERATORS[1])
        if before_share + len(_OPERATORS[2]) + fields[2].width <= cells:
            break
    heads = [field.align(head[: field.width]) for field, head in zip(fields, _HEADS, strict=True)]
    head: tuple[Line, ...] = (
        (Span(" " * (label + 2) + "   ".join(heads), Ink.HEADING),),
        (
            Span(f"{_SUM:<{before_share}}{_OPERATORS[2]}", Ink.FAINT),
            Span(fields[2].align(number(row.total)), _ink(row.total, Ink.NEW_BACKWARD)),
        ),
    )
    lines = [_line(text.ljust(label), part, fields) for text, part in zip(labels, parts, strict=True)]
    if len(row) > len(parts):
        lines.append((Span(f"and {len(row) - len(parts):,} more", Ink.FAINT),))
    return Page(len(lines), lines.__getitem__, head, title=title)


def _line(label: str, part: Part, fields: Sequence[Field]) -> Line:
    texts = [operator + field.align(number(x)) for operator, field, x in zip(_OPERATORS, fields, part[1:], strict=True)]
    inks = Ink.BACKWARD, Ink.TEXT, Ink.BACKWARD
    return (
        Span(label, Ink.BACKWARD),
        *(Span(text, _ink(x, ink)) for text, x, ink in zip(texts, part[1:], inks, strict=True)),
    )


def _index(element: tuple[int, ...]) -> str:
    return f"[{','.join(map(str, element))}]" if element else ""


def _ink(x: float, ink: Ink) -> Ink:
    return ink if isfinite(x) else Ink.TROUBLE
