"""The explanation of the current event: symbols over numbers, then what else there is to say, then words."""

from __future__ import annotations

from backprop_tui.narration import Narration, Term, Tone
from backprop_tui.tui.lines import Ink, Line, Page, Span, width, wrap

_MEASURE = 100
"""Longer lines of words are hard to read."""
_INKS = {Tone.PLAIN: Ink.TEXT, Tone.FORWARD: Ink.FORWARD, Tone.BACKWARD: Ink.BACKWARD}
_CHANGE_COLUMN = 50
_WORD_LINES = 3


def page(narration: Narration, cells: int, rows: int) -> Page:
    """The explanation in that many cells and rows. With few rows the formula takes one line, if it fits."""
    measure = min(cells, _MEASURE)
    words = wrap([Span(narration.words)], measure)
    notes = [line for note in narration.notes for line in wrap([Span(note, Ink.FAINT)], measure)]
    formula = typeset(narration, cells)
    single = one_line(narration, cells)
    if single and rows > len(formula) and len(formula) + len(notes) + len(words) > rows:
        formula = [single]
    if len(formula) + len(words) > rows:  # half an explanation is none
        words = words[:_WORD_LINES] if len(formula) + _WORD_LINES <= rows else []
    lines = [*formula, *notes, *words]
    if len(lines) > rows:  # words explain more than notes do
        lines = [*formula, *words, *notes]
    return Page.of(lines)


def typeset(narration: Narration, cells: int) -> list[Line]:
    """The formula on two rows, columns aligned, and the change to the right of it; on more if it is too wide."""
    rows: list[tuple[list[Span], list[Span]]] = [([], [])]
    room = cells
    for term in narration.terms:
        size = max(width((Span(term.symbol),)), width((Span(term.number),)))
        if size > room and rows[-1][0]:
            rows.append(([Span("    ")], [Span("    ")]))
            room = cells - 4
        upper, lower = _column(term, size)
        rows[-1][0].append(upper)
        rows[-1][1].append(lower)
        room -= size + 1
    lines = [tuple(line) for pair in rows for line in pair]
    lines = [line for line in lines if any(span.text.strip() for span in line)]
    change = Span(narration.change, Ink.NEW_BACKWARD)
    used = width(lines[-1])
    gap = max(3, min(_CHANGE_COLUMN, cells - width((change,))) - used)
    if narration.change and used + gap + width((change,)) <= cells:
        lines[-1] = (*lines[-1], Span(" " * gap), change)
    elif narration.change:
        lines.append((change,))
    return lines


def one_line(narration: Narration, cells: int) -> Line | None:
    """The formula in symbols, then in numbers, on one line; None if that does not fit."""
    symbols: list[Span] = []
    numbers: list[Span] = []
    for term in narration.terms:
        if term.symbol:
            symbols.append(Span(f"{term.symbol} ", _INKS[term.tone]))
        if term.number:
            numbers.append(Span(f"{term.number} ", _INKS[term.tone]))
    line = (*symbols, Span(" "), *numbers)
    change = Span(narration.change, Ink.NEW_BACKWARD)
    gap = cells - width(line) - width((change,))
    return (*line, Span(" " * min(gap, 8)), change) if gap >= 2 else None


def _column(term: Term, size: int) -> tuple[Span, Span]:
    ink = _INKS[term.tone]
    return Span(term.symbol.center(size) + " ", ink), Span(term.number.center(size) + " ", ink)
