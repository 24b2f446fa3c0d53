"""All keys of a screen, and what the marks and colours mean."""

from __future__ import annotations

from backprop_tui.formatting import NO_GRADIENT, NOT_COMPUTED
from backprop_tui.tui.actions import GROUPS, Scope, at_hand
from backprop_tui.tui.lines import Ink, Line, Page, Span, wrap

_KEYS = 16
_MARKS = (
    ("▶ forward", Ink.FORWARD, "values are computed; values stand in this colour"),
    ("◀ backward", Ink.BACKWARD, "gradients come back; gradients stand in this colour"),
    ("◀  ●", Ink.STRONG, "in the table: the node that receives, and the nodes that send"),
    ("✓", Ink.STRONG, "in the program: the line is done in this phase"),
    ("3 → 5", Ink.STRONG, "what the event has just changed"),
    (NOT_COMPUTED, Ink.FAINT, "not computed yet at this position"),
    (NO_GRADIENT, Ink.FAINT, "no gradient, now or ever: nothing leads from here to the output, or none is required"),
    ("∇", Ink.BACKWARD, "gradient: how fast the output changes with this node"),
    ("+=", Ink.BACKWARD, "a contribution is added to what has already arrived"),
    ("nan inf", Ink.TROUBLE, "not finite; the first one of a run is marked ! in the timeline"),
)


def page(scope: Scope, cells: int) -> Page:
    """The actions by group, then the legend."""
    lines: list[Line] = []
    for group in GROUPS:
        actions = [action for action in at_hand(scope) if action.group == group]
        if not actions:
            continue
        lines.append((Span(group, Ink.HEADING),))
        for action in actions:
            lines += _entry(Span(action.key_text.ljust(_KEYS), Ink.KEY), action.help, cells)
        lines.append(())
    if scope is Scope.STEPPER:
        lines.append((Span("Marks", Ink.HEADING),))
        for mark, ink, meaning in _MARKS:
            lines += _entry(Span(mark.ljust(_KEYS), ink), meaning, cells)
    return Page.of(lines)


def _entry(left: Span, text: str, cells: int) -> list[Line]:
    first, *rest = wrap([Span(text)], max(10, cells - _KEYS))
    return [(left, *first), *((Span(" " * _KEYS), *line) for line in rest)]
