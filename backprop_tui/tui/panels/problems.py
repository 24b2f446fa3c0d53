"""What is wrong with a scenario, as the command line says it."""

from __future__ import annotations

from collections.abc import Iterable

from backprop_tui.scenario.diagnostics import Diagnostic, render
from backprop_tui.tui.lines import Ink, Line, Page, Span, width, wrap


def page(diagnostics: Iterable[Diagnostic], cells: int, advice: str = "") -> Page:
    """Every diagnostic, its first line in red, a blank line after each; above them what to do about them."""
    lines: list[Line] = [*wrap([Span(advice, Ink.STRONG)], cells), ()] if advice else []
    for diagnostic in diagnostics:
        first, *rest = render(diagnostic).split("\n")
        lines += wrap([Span(first, Ink.TROUBLE)], cells)
        for text in rest:  # blanks keep the marks in place: only what is too long is wrapped
            line = (Span(text),)
            lines += [line] if width(line) <= cells else wrap(line, cells)
        lines.append(())
    return Page.of(lines[:-1])
