"""The explanation of the current event: symbols over numbers, then what else there is to say, then words."""

from __future__ import annotations

import re

from backprop_tui.formatting import abbreviate
from backprop_tui.narration import Narration, Term, Tone
from backprop_tui.tui.actions import key_of
from backprop_tui.tui.lines import Ink, Line, Page, Span, width, wrap

_MEASURE = 100
"""Longer lines of words are hard to read."""
_INKS = {Tone.PLAIN: Ink.TEXT, Tone.FORWARD: Ink.FORWARD, Tone.BACKWARD: Ink.BACKWARD}
_CHANGE_COLUMN = 50
_WORD_LINES = 3


def page(narration: Narration, cells: int, rows: int) -> Page:
    """The explanation in that many cells and rows: the formula as well set as there is room for beside the words."""
    measure = min(cells, _MEASURE)
    words = wrap([Span(narration.words)], measure)
    formula = _formula(narration, cells, rows, len(words))
    if narration.kinks > 1 and len(formula) + len(words) > rows:
        words = wrap(
            [Span(f"{narration.kinks} kinks met ({key_of('words_down')} shows all). {narration.words}")], measure
        )
    notes = [line for note in narration.notes for line in wrap([Span(note, Ink.FAINT)], measure)]
    if len(formula) >= rows:
        return Page.of(formula)
    if len(formula) + len(notes) + len(words) > rows:  # words explain more than notes do
        return Page.of([*formula, *words, *notes])
    return Page.of([*formula, *notes, *words])


def _formula(narration: Narration, cells: int, rows: int, words: int) -> list[Line]:
    """The best setting that leaves room for the words; if none does, for a line of them; else the shortest."""
    settings = [typeset(narration, cells)]
    if single := one_line(narration, cells):
        settings.append([single])
    settings.append(_outcome(narration, cells))
    rooms = [min(words, _WORD_LINES), 1 if rows > _WORD_LINES else 0]
    if narration.remark:  # then the words say more than the formula does
        settings += [settings[-1][-1:]] if rows <= _WORD_LINES else []
        rooms = [min(words, room) for room in range(_WORD_LINES, 0, -1)]
    for room in rooms:
        for setting in settings:
            if len(setting) + room <= rows:
                return setting
    return min(settings, key=len)


def _outcome(narration: Narration, cells: int) -> list[Line]:
    """The formula in symbols, as much of it as fits, and what comes out of it."""
    symbols = (Span(abbreviate(narration.symbols, cells)),)
    change = _inked(narration.change, Tone.BACKWARD, Ink.NEW_BACKWARD)
    if not narration.result:
        return [symbols, (change,)] if narration.change else [symbols]
    tone = Tone.BACKWARD if narration.change else Tone.FORWARD
    line = (_inked(f"= {narration.result}", tone), Span("   "), change)
    return [symbols, line if width(line) <= cells else (change,)]


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
    change = _inked(narration.change, Tone.BACKWARD, Ink.NEW_BACKWARD)
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
            numbers.append(_inked(f"{term.number} ", term.tone))
    line = (*symbols, Span(" "), *numbers)
    change = _inked(narration.change, Tone.BACKWARD, Ink.NEW_BACKWARD)
    gap = cells - width(line) - width((change,))
    return (*line, Span(" " * min(gap, 8)), change) if gap >= 2 else None


def _column(term: Term, size: int) -> tuple[Span, Span]:
    symbol, number = Span(term.symbol.center(size) + " ", _INKS[term.tone]), term.number.center(size) + " "
    return symbol, _inked(number, term.tone)


def _inked(numbers: str, tone: Tone, ink: Ink | None = None) -> Span:
    """Numbers in their tone's ink, or in the one given; in red if there is an inf or a NaN among them."""
    return Span(numbers, Ink.TROUBLE if _TROUBLE.search(numbers) else ink or _INKS[tone])


_TROUBLE = re.compile(r"(?<![\w.])(nan|inf)(?![\w.])")
