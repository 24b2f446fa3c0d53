"""The words of a scenario: its text and where it comes from."""

from __future__ import annotations

from backprop_tui.scenario import Scenario
from backprop_tui.tui.lines import Ink, Line, Page, Span, wrap
from backprop_tui.tui.panels import markdown

_MEASURE = 90


def page(scenario: Scenario, cells: int) -> Page:
    """All of it, to be scrolled."""
    measure = min(cells, _MEASURE)
    lines = markdown.render(scenario.description, measure) if scenario.description else [_none()]
    if scenario.source:
        lines += [(), *wrap([Span(f"Source: {scenario.source}", Ink.FAINT)], measure)]
    for warning in scenario.warnings:
        lines += [(), *wrap([Span(f"Warning: {warning.message}", Ink.TROUBLE)], measure)]
    return Page.of(lines)


def opening(scenario: Scenario, cells: int, rows: int) -> Page:
    """What stands in the place of an explanation before the first event: how the lesson begins, and what to press."""
    lines = markdown.first_paragraph(scenario.description, min(cells, _MEASURE), max(0, rows - 2))
    hint: Line = (Span("→", Ink.KEY), Span(" does the first event   ", Ink.FAINT))
    more: Line = (Span("i", Ink.KEY), Span(" the whole lesson", Ink.FAINT))
    return Page.of([*lines, *([()] if lines else []), (*hint, *(more if scenario.description else ()))])


def _none() -> Line:
    return (Span("This scenario has no description.", Ink.FAINT),)
