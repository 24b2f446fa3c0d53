"""The words of a scenario: its text and where it comes from."""

from __future__ import annotations

from backprop_tui.lessons import questions
from backprop_tui.scenario import Scenario
from backprop_tui.tui.lines import Ink, Line, Page, Span, width, wrap
from backprop_tui.tui.panels import markdown

_MEASURE = 90


def page(scenario: Scenario, cells: int, *, is_done: bool) -> Page:
    """What is asked, to be scrolled; the answers, too, once the run `is_done`."""
    measure = min(cells, _MEASURE)
    asked = questions(scenario.description)
    lines = markdown.render(scenario.description if is_done else asked, measure) if scenario.description else [_none()]
    if not is_done and asked != scenario.description.rstrip():
        lines += [(), (Span("The answers are here at the end of the run.", Ink.FAINT),)]
    if scenario.source:
        lines += [(), *wrap([Span(f"Source: {scenario.source}", Ink.FAINT)], measure)]
    for warning in scenario.warnings:
        lines += [(), *wrap([Span(f"Warning: {warning.message}", Ink.TROUBLE)], measure)]
    return Page.of(lines)


def opening(scenario: Scenario, cells: int, rows: int) -> Page:
    """What stands in the place of an explanation before the first event: how the lesson begins, and what to press."""
    lines = markdown.first_paragraph(scenario.description, min(cells, _MEASURE), max(0, rows - 2))
    hint: Line = (Span("→", Ink.KEY), Span(" does the first event   ", Ink.FAINT))
    predict: Line = (Span("P", Ink.KEY), Span(" lets you predict   ", Ink.FAINT))
    more: Line = (Span("i", Ink.KEY), Span(" the whole lesson", Ink.FAINT)) if scenario.description else ()
    if width((*hint, *predict, *more)) > cells:
        predict = ()
    return Page.of([*lines, *([()] if lines else []), (*hint, *predict, *more)])


def _none() -> Line:
    return (Span("This scenario has no description.", Ink.FAINT),)
