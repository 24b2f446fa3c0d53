"""Small tables: a label, and columns of numbers beside it. If there is little room, some columns give way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from backprop_tui.formatting import NOT_COMPUTED, number
from backprop_tui.tui.lines import Ink, Line, Span, fit, light
from backprop_tui.tui.panels.fields import measure

_GAP = "  "


class Column(NamedTuple):
    """A column, all of its cells equally wide."""

    cells: Sequence[Span]
    head: str = ""
    is_needed: bool = True
    """If not, it gives way, before those to its right."""

    @property
    def width(self) -> int:
        """Columns of the terminal that it takes."""
        return max(len(self.head), *(len(cell.text) for cell in self.cells))


class Label(NamedTuple):
    """The first column, which is as wide as there is room for."""

    write: Callable[[int], Sequence[str]]
    """The cells in at most that many columns."""
    widest: int
    """Columns that are enough for all."""
    inks: Sequence[Ink]
    head: str = ""
    least: int = 12
    """Columns that are kept for it as long as others can give way."""


def numbers(amounts: Iterable[np.float64 | None], head: str, *, is_needed: bool = True) -> Column:
    """A column of numbers with their decimal points below each other; `·` where there is none yet."""
    amounts = list(amounts)
    field = measure(amounts).aligned
    cells = [
        Span(field.align(NOT_COMPUTED), Ink.FAINT)
        if amount is None
        else Span(field.align(number(float(amount))), Ink.BACKWARD if np.isfinite(amount) else Ink.TROUBLE)
        for amount in amounts
    ]
    return Column(cells, head, is_needed)


def texts(cells: Iterable[str], head: str, ink: Ink = Ink.TEXT, *, is_needed: bool = True) -> Column:
    """A column of texts in one ink."""
    return Column([Span(cell, ink) for cell in cells], head, is_needed)


def table(lead: Column, label: Label, columns: Iterable[Column], cells: int, lit: int | None = None) -> list[Line]:
    """The heads, if there are any, and a line for each row. The row `lit` stands on the selection's background."""
    shown = [column for column in columns if any(cell.text.strip() for cell in column.cells)]
    least = max(min(label.widest, label.least), len(label.head))
    while lead.width + least + _width(shown) > cells:
        spare = [column for column in shown if not column.is_needed]
        if not spare:
            break
        shown.remove(spare[0])
    widths = [column.width for column in shown]
    room = max(1, min(cells - lead.width - _width(shown), max(label.widest, len(label.head))))
    rows: list[Line] = []
    if label.head or any(column.head for column in shown):
        heads = "".join(_GAP + column.head.rjust(width) for column, width in zip(shown, widths, strict=True))
        rows.append((Span(lead.head.ljust(lead.width) + label.head[:room].ljust(room) + heads, Ink.HEADING),))
    leading = lead.width
    for row, name in enumerate(label.write(room)):
        spans = [
            lead.cells[row]._replace(text=lead.cells[row].text.ljust(leading)),
            Span(name.ljust(room), label.inks[row]),
        ]
        for column, width in zip(shown, widths, strict=True):
            text, ink, _ = column.cells[row]
            spans.append(Span(_GAP + text.rjust(width), ink))
        rows.append(light(fit(tuple(spans), cells)) if row == lit else tuple(spans))
    return rows


def _width(columns: Iterable[Column]) -> int:
    return sum(len(_GAP) + column.width for column in columns)
