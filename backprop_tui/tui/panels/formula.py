"""A formula with its arrays: each symbol over its shape over its numbers, small arrays whole, as little matrices."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from backprop_tui.formatting import number, shape, summary
from backprop_tui.graph import Value, is_finite
from backprop_tui.template import Slot, pieces
from backprop_tui.tui.lines import Ink, Line, Span, width
from backprop_tui.tui.panels.fields import measure

_MOST_ELEMENTS = 64
"""A larger array is never shown whole."""
_MOST_ROWS = 8
_GAP = 1
_INDENT = "    "


class Term(NamedTuple):
    """One column: an array and what it is called, or an operator."""

    symbol: str
    value: Value | None = None
    ink: Ink = Ink.TEXT
    opening: str = ""
    """What stands before the array, as it does before its name: `sum(`."""
    closing: str = ""
    before: str = ""
    """What stands before the numbers, and what after them."""
    after: str = ""
    instead: str = ""
    """What stands instead of them."""


def operator(text: str) -> Term:
    """A column that is the same in symbols and in numbers."""
    return Term(text)


def terms(
    template: str, symbols: Mapping[str, str], values: Mapping[str, Value], inks: Mapping[str, Ink]
) -> list[Term]:
    """A template of an operation as columns: `{g} @ {b}ᵀ` is an array, an operator, and an array that is transposed."""
    columns: list[Term] = []
    for piece in pieces(template):
        if isinstance(piece, Slot):
            opened = Term(symbols[piece.name], values[piece.name], inks.get(piece.name, Ink.TEXT), piece.opening)
            columns.append(_closed(opened, piece.closing + piece.more))
            continue
        columns.append(operator(piece))
    return columns


def _closed(term: Term, closing: str) -> Term:
    value = term.value
    if closing.startswith("ᵀ") and value is not None and value.ndim >= 2:
        value, closing = np.swapaxes(value, -1, -2), closing[1:]
        return term._replace(symbol=term.symbol + "ᵀ", value=value, closing=closing)
    return term._replace(closing=closing)


def lines(columns: Sequence[Term], cells: int, rows: int) -> list[Line]:
    """The columns set side by side in that many cells, on several lines of them if that leaves to all their numbers.

    Where there are not as many rows as that takes, the widest arrays give way to a summary, and at last all to a list.
    """
    columns = _matched(columns)
    blocks = [_block(column, _MOST_ROWS) for column in columns]
    for _ in range(2):
        bands = _bands(columns, blocks, cells)
        if bands and sum(map(len, bands)) + len(bands) - 1 <= rows:
            return [line for band in bands for line in ((), *band)][1:]
        if _can_shrink(columns[0], blocks[0]):  # what comes out stands elsewhere, too
            blocks[0] = [_summed_up(columns[0])]
    while True:
        bands = _bands(columns, blocks, cells)
        if len(bands) == 1:
            return bands[0]
        widest = max(
            range(len(columns)), key=lambda at: _width(blocks[at]) if _can_shrink(columns[at], blocks[at]) else -1
        )
        if not _can_shrink(columns[widest], blocks[widest]):
            return _listed(columns)
        blocks[widest] = [_summed_up(columns[widest])]


def _bands(columns: Sequence[Term], blocks: Sequence[Sequence[Span]], cells: int) -> list[list[Line]]:
    """The columns set in as many lines of them as it takes; none if one of them is too wide."""
    sizes = [_size(column, block) for column, block in zip(columns, blocks, strict=True)]
    if max(sizes) + len(_INDENT) > cells:
        return []
    bands: list[list[Line]] = []
    first = used = 0
    for at, size in enumerate([*sizes, cells]):
        if at > first and used + size > cells:
            end = at if at == len(columns) or columns[at - 1].value is not None else max(first + 1, at - 1)
            bands.append(_band(columns[first:end], blocks[first:end], sizes[first:end], _INDENT if bands else ""))
            first, used = end, len(_INDENT) + sum(sizes[end:at]) + _GAP * (at - end)
        used += size + _GAP
    return bands


def _matched(columns: Sequence[Term]) -> list[Term]:
    """The columns with what stands around their numbers, or instead of them where an array comes again.

    An array stands there without the call around it, `sum(x, axis=0)`. The bracket that the call opens goes together
    with the one that closes it, wherever that is; a bracket that only groups stays, and so does its partner.
    """
    is_array = [
        bool(column.value is not None and column.value.ndim)
        and column.symbol not in (one.symbol for one in columns[:at])
        for at, column in enumerate(columns)
    ]
    texts = [
        (column.opening, "" if one else column.symbol, column.closing)
        for one, column in zip(is_array, columns, strict=True)
    ]
    opened: list[tuple[tuple[int, int, int], bool]] = []
    gone: set[tuple[int, int, int]] = set()
    for at, parts in enumerate(texts):
        for part, text in enumerate(parts):
            for place, character in enumerate(text):
                if character in "([":
                    is_call = part > 0 or character == "[" or bool(re.match(r"[\w√]", text[place - 1 : place]))
                    opened.append(((at, part, place), is_call and is_array[at]))
                elif character in ")]" and opened:
                    partner, is_gone = opened.pop()
                    gone |= {partner, (at, part, place)} if is_gone else set()
    matched = []
    for at, column in enumerate(columns):
        before, name, after = (
            "".join(
                character
                for place, character in enumerate(text)
                if (at, part, place) not in gone and (not is_array[at] or character in "(-)²")
            )
            for part, text in enumerate(texts[at])
        )
        is_number = column.value is not None and not column.value.ndim
        if is_number or is_array[at]:
            matched.append(column._replace(before=before, after=after))
        else:
            matched.append(column._replace(instead=before + name + after))
    return matched


def _band(columns: Sequence[Term], blocks: Sequence[Sequence[Span]], sizes: Sequence[int], indent: str) -> list[Line]:
    """Symbols over shapes over numbers."""
    has_shapes = any(column.value is not None and column.value.ndim for column in columns)
    height = max(map(len, blocks))
    table: list[list[Span]] = [[Span(indent)] for _ in range(1 + has_shapes + height)]
    for column, block, size in zip(columns, blocks, sizes, strict=True):
        table[0].append(_centred(Span(_symbol(column), column.ink), size))
        if has_shapes:
            shown = shape(column.value.shape) if column.value is not None and column.value.ndim else ""
            table[1].append(_centred(Span(shown, Ink.FAINT), size))
        above = (height - len(block)) // 2
        for row in range(height):
            inside = above <= row < above + len(block)
            table[1 + has_shapes + row].append(_centred(block[row - above] if inside else Span(""), size))
        for line in table:
            line.append(Span(" " * _GAP))
    return [tuple(row[:-1]) for row in table]


def _centred(span: Span, size: int) -> Span:
    room = size - width((span,))
    return span._replace(text=" " * (room // 2) + span.text + " " * (room - room // 2))


def _can_shrink(column: Term, block: Sequence[Span]) -> bool:
    return len(block) > 1 or (block[0].text.startswith(f"{column.before}[") and not column.instead)


def _width(block: Sequence[Span]) -> int:
    return max(width((span,)) for span in block)


def _summed_up(column: Term) -> Span:
    assert column.value is not None
    return Span(column.before + _summary(column.value) + column.after, _ink(column.value, column.ink))


def _listed(columns: Sequence[Term]) -> list[Line]:
    """The formula, then a line for each array."""
    symbols = tuple(Span(f"{_symbol(column)} ", column.ink) for column in columns)
    arrays: dict[str, Line] = {}
    for column in columns:
        if column.value is not None:
            text = _short(column.value)
            arrays[column.symbol] = (
                Span(f"  {column.symbol}  ", column.ink),
                Span(text, _ink(column.value, column.ink)),
            )
    return [symbols, *arrays.values()]


def _symbol(column: Term) -> str:
    return column.opening + column.symbol + column.closing


def _size(column: Term, block: Sequence[Span]) -> int:
    shown = len(shape(column.value.shape)) if column.value is not None and column.value.ndim else 0
    return max(width((Span(_symbol(column)),)), shown, *(width((span,)) for span in block))


def _block(column: Term, rows: int) -> list[Span]:
    """What stands under a symbol: an array whole, or what there is to say about it."""
    value = column.value
    if value is None or column.instead:
        return [Span(column.instead, column.ink)]
    ink = _ink(value, column.ink)
    if not value.ndim:
        return [Span(column.before + number(float(value)) + column.after, ink)]
    if value.ndim > 2 or not 0 < value.size <= _MOST_ELEMENTS or (value.ndim == 2 and value.shape[0] > rows):
        return [_summed_up(column)]
    shown = matrix(value)
    middle = (len(shown) - 1) // 2
    around = [(column.before, column.after) if row == middle else ("", "") for row in range(len(shown))]
    return [
        Span(f"{before:{len(column.before)}}{text}{after:{len(column.after)}}", ink)
        for text, (before, after) in zip(shown, around, strict=True)
    ]


def matrix(value: Value) -> list[str]:
    """A vector or a matrix in brackets, with decimal points aligned.

    >>> matrix(np.array([[1.5, -2.0], [10.0, 0.25]]))
    ['⎡ 1.5 -2   ⎤', '⎣10    0.25⎦']
    """
    table = np.atleast_2d(value)
    fields = [measure(map(np.float64, column)).aligned for column in table.T]
    rows = [" ".join(field.align(number(x)) for field, x in zip(fields, row, strict=True)) for row in table]
    if len(rows) == 1:
        return [f"[{rows[0].strip()}]"]
    inner = [f"⎢{row}⎥" for row in rows[1:-1]]
    return [f"⎡{rows[0]}⎤", *inner, f"⎣{rows[-1]}⎦"]


def _summary(value: Value) -> str:
    if not value.ndim:
        return number(float(value))
    return summary(value) if value.size else "empty"


def _short(value: Value) -> str:
    return f"{shape(value.shape)} {_summary(value)}" if value.ndim else _summary(value)


def _ink(value: Value, ink: Ink) -> Ink:
    return ink if is_finite(value) else Ink.TROUBLE
