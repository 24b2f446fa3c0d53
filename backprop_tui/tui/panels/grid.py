"""The elements of an array as a grid: numbers on a heat map, or marks alone. Only what is in view is made."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from backprop_tui.formatting import exact, number, shape
from backprop_tui.graph import Array, Value
from backprop_tui.tui.action import spelled
from backprop_tui.tui.lines import Ink, Line, Page, Span, width
from backprop_tui.tui.panels import heat
from backprop_tui.tui.panels.fields import Field
from backprop_tui.tui.panels.plane import Element, Window
from backprop_tui.tui.panels.statistics import Statistics

AROUND = 5
"""Rows of a framed grid beside those of the array: frame, indices, a blank one and the chosen element."""
_MARGIN = 2
"""Cells that the frame keeps of the width of a page for itself, beside a title or a foot."""
_TICK = 10
"""Columns between two indices above a map."""
_HERE = "◆", "[]"
"""The chosen element in a map, in one cell or two."""
_END = Span(" ")
"""What follows a row stands on the background."""


@dataclass(frozen=True)
class Sheet:
    """An array on its grid, and what is said around it."""

    titles: tuple[str, ...]
    """In as many words as one may wish, then in fewer and fewer."""
    value: Value | None
    missing: str
    """Stands where there is no array."""
    statistics: Statistics | None
    field: Field
    ink: Ink
    element: Element
    folded: Array | None = None
    """The numbers of its marks, where a mark stands for more than one element."""


def page(sheet: Sheet, view: Window, cells: int, rows: int, *, is_map: bool) -> Page:
    """The window of the plane under the indices of its columns, and below it the chosen element with all its digits."""
    lengths = view.plane.shape
    title = _title(sheet.titles, cells - _MARGIN)
    if not lengths:
        digits = _digits(sheet)
        return Page.of([(), digits] if rows > 2 else [digits], title=title)
    if 0 in lengths:
        return Page.of([(Span("no elements", Ink.FAINT),)], title=title)
    lines = [_row(sheet, view, row, is_map=is_map) for row in range(view.top, view.top + view.rows)]
    room = rows - 1 - len(lines)
    lines += [()] * (room - 1)
    if room > 0:
        digits = _digits(sheet)
        label = (Span(f"{list(sheet.element)} ", Ink.FAINT),)
        lines.append((*label, *digits) if width((*label, *digits)) <= cells else digits)  # a cut number is another one
    head = _tick_head(view) if is_map else _head(sheet, view)
    return Page(len(lines), lines.__getitem__, (head,), title=title, foot=_foot(sheet, view, cells))


def rows_for_grid(rows: int) -> int:
    """How many of the rows of a page the grid itself may take: not those of the head and of the chosen element."""
    return rows - 2 if rows > 3 else rows - 1


def _head(sheet: Sheet, view: Window) -> Line:
    chosen = view.place(sheet.element)[1]
    spans = [Span(" " * view.lead)]
    for column in range(view.left, view.left + view.columns):
        text = f" {column:>{view.cell - 2}} "
        spans.append(Span(text, Ink.STRONG if column == chosen else Ink.HEADING))
    return tuple(spans)


def _tick_head(view: Window) -> Line:
    """Every tenth index above its column, where it fits."""
    text = ""
    for column in range(view.left, view.left + view.columns):
        if column % _TICK == 0:
            text = text.ljust((column - view.left) * view.cell) + str(column * view.fold[1])
    return (Span(" " * view.lead), Span(text[: view.columns * view.cell], Ink.HEADING))


def _row(sheet: Sheet, view: Window, row: int, *, is_map: bool) -> Line:
    plane = view.plane
    chosen = view.place(sheet.element)
    label = plane.row_label(row * view.fold[0]).rjust(view.lead - 1) + " "
    spans = [Span(label, Ink.STRONG if row == chosen[0] else Ink.HEADING)]
    columns = range(view.left, view.left + view.columns)
    places = [(row * view.fold[0], column * view.fold[1]) for column in columns]
    there = sum(plane.element(*place, ()) is not None for place in places)  # the last row of a vector may be short
    if sheet.value is None:
        missing = sheet.missing if is_map else f"{sheet.field.align(sheet.missing)} "
        cells: list[Line] = [(Span(missing.rjust(view.cell), Ink.FAINT),)] * there
    else:
        end = sheet.statistics.usual if sheet.statistics else 0.0
        numbers = plane.numbers(sheet.value, sheet.element[:-2], row) if sheet.folded is None else sheet.folded[row]
        shown = numbers[columns.start : columns.stop].tolist()[:there]
        cells = [_cell(x, end, sheet.field, view.cell, is_map=is_map) for x in shown]
    for column, cell in zip(columns, cells, strict=False):
        if (row, column) != chosen:
            spans += cell
        elif is_map:
            spans.append(Span(_HERE[view.cell - 1], Ink.CURSOR))
        else:
            spans += [span._replace(ink=Ink.CURSOR) for span in cell]
    return (*spans, _END)


def _cell(x: float, end: float, field: Field, cells: int, *, is_map: bool) -> Line:
    mark = Span(heat.mark(x, end), heat.ink(x, end, is_mark=True))
    if is_map:
        return (mark._replace(text=mark.text * cells),)
    if not x:
        mark = Span(" ")
    return (Span(field.align(number(x)).rjust(cells - 1), heat.ink(x, end)), mark)


def _digits(sheet: Sheet) -> Line:
    if sheet.value is None:
        return (Span(sheet.missing, Ink.FAINT),)
    x = float(np.asarray(sheet.value)[sheet.element])
    return (Span(exact(x), sheet.ink if np.isfinite(x) else Ink.TROUBLE),)


def _foot(sheet: Sheet, view: Window, cells: int) -> Line:
    """The scale, and which part is in view if that is not all: the scale gives way before that there is more."""
    legends: list[Line] = [()]
    if sheet.statistics:
        end, is_open = sheet.statistics.usual, sheet.statistics.usual < sheet.statistics.largest
        legends = [heat.legend(end, is_open=is_open), heat.short_legend(end, is_open=is_open), ()]
    parts = [part for part in (_part(sheet, view), _more(view)) if part]
    for legend, part in product(legends, parts or [""]):
        where: Line = (Span("   " * bool(legend) + part, Ink.HEADING),) if part else ()
        if width((*legend, *where)) <= cells - _MARGIN:
            return (*legend, *where)
    return ()


def _title(titles: tuple[str, ...], cells: int) -> str:
    return next((title for title in titles if width((Span(title),)) <= cells), titles[-1])


def _more(view: Window) -> str:
    """`↑1 ↓2 ←3 →4`: how many rows and columns there are beside those in view."""
    plane = view.plane
    if view.is_folded:
        return "{}×{} a mark".format(*view.fold)
    below, right = plane.rows - view.top - view.rows, plane.columns - view.left - view.columns
    sides = (("↑", view.top), ("↓", below), ("←", view.left), ("→", right))
    return " ".join(f"{spelled(arrow)}{count}" for arrow, count in sides if count)


def _part(sheet: Sheet, view: Window) -> str:
    plane = view.plane
    if view.is_folded:
        return "{}×{} elements a mark: what is farthest from 0".format(*view.fold)
    if view.rows == plane.rows and view.columns == plane.columns:
        return ""
    rows, columns = (f"{start}:{start + count}" for start, count in ((view.top, view.rows), (view.left, view.columns)))
    if len(plane.shape) == 1:
        last = min((view.top + view.rows) * plane.columns, plane.shape[0])
        return f"[{view.top * plane.columns}:{last}] of {shape(plane.shape)}"
    leading = "".join(f"{index}, " for index in sheet.element[:-2])
    return f"[{leading}{rows}, {columns}] of {shape(plane.shape)}"
