"""What is wrong with a value that was typed: in the words of a file, with a mark under the place."""

from __future__ import annotations

from collections.abc import Iterable

from backprop_tui.scenario.diagnostics import Diagnostic
from backprop_tui.scenario.editing import Mistake
from backprop_tui.tui.lines import Ink, Line, Page, Span, width, wrap

_MOST = 3
"""Mistakes that are shown; mend these first."""


def page(mistakes: Iterable[Mistake], cells: int) -> Page:
    """`error[S005]: ragged array: …`, and where; the first ones, if there are many."""
    found = list(mistakes)
    lines: list[Line] = []
    for mistake in found[:_MOST]:
        lines += _lines(mistake.diagnostic, mistake.where, cells)
    if len(found) > _MOST:
        lines.append((Span(f"… and {len(found) - _MOST} more", Ink.FAINT),))
    return Page.of(lines)


def _lines(diagnostic: Diagnostic, where: str, cells: int) -> list[Line]:
    place = diagnostic.place
    title = f"{diagnostic.severity.value}[{diagnostic.code}]: {diagnostic.message}"
    lines = wrap([Span(f"{where}: {title}" if where else title, Ink.TROUBLE)], cells)
    if place.line:
        left = max(0, min(place.caret, place.caret + place.length - cells + 4))
        marks = " " * (place.caret - left) + "^" * place.length
        lines += [(Span(f"  {place.snippet[left:]}"),), (Span(f"  {marks}", Ink.TROUBLE),)]
    told = [*(("note", note) for note in diagnostic.notes), ("help", diagnostic.help)]
    for kind, text in told:
        for part in text.split("\n") if text else []:
            line = (Span(f"  {kind}: ", Ink.FAINT), Span(part))
            lines += [line] if width(line) <= cells else wrap(line, cells)
    return lines
