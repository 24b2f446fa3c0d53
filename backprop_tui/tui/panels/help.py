"""All keys of a screen, and what the marks and colours mean."""

from __future__ import annotations

from backprop_tui.drawing.glyphs import DASHED, DOUBLE, HEAVY, LIGHT, NOT_FINITE, SHADES, Border
from backprop_tui.formatting import NO_GRADIENT, NOT_COMPUTED
from backprop_tui.predicting.answers import RULE
from backprop_tui.search import OF_OPERATION, OF_STATE, STATES
from backprop_tui.tui.actions import GROUPS, Scope, at_hand, key_of, spelled
from backprop_tui.tui.lines import Ink, Line, Page, Span, wrap
from backprop_tui.tui.panels import heat

_KEYS = 16
_HEAT = (
    (f"0 {heat.ABOVE}", Ink.BACKWARD, "above 0, in four steps to the end of the scale, which stands below the grid"),
    (f"0 {heat.BELOW}", Ink.FORWARD, "below 0, likewise; 0 itself is a 0"),
    (f"{heat.NAN} {heat.INFINITE}", Ink.TROUBLE, "not a number; infinite"),
    (NOT_COMPUTED, Ink.FAINT, "not computed yet at this position"),
    (NO_GRADIENT, Ink.FAINT, "no gradient, now or ever"),
)
_SEARCH = (
    ("h1 tanh x*w", "part of a name, an operation or an expression; of several words all must be found"),
    ("(3,4)", "a shape"),
    (f"{OF_OPERATION}mul", "only operations of such a name"),
    *((OF_STATE + state, meaning) for state, meaning in STATES.items()),
)
_PREDICT = (
    ("Enter", "answers: 5, -0.25, 2/3, 1e-3, inf or nan; a comma is a decimal point"),
    ("↑↓", "ask for the number, for its sign (+ - 0), or for the node that is next"),
    ("Tab", "shows the event without an answer"),
    ("Esc", "leaves the question, to look around; going on asks it again"),
    ("right", RULE),
)
_W = key_of("emphasis")
_WEIGHTS = "how much has come back along a line, as a share of the most so far; for arrays by their norms"


def _edge(border: Border) -> str:
    return border.top_left + border.across * 2 + border.top_right


_GRAPH = (
    (f"{_edge(DOUBLE)} ◉", Ink.STRONG, "the node that receives; ◉ and the marks below stand where there is no box"),
    (f"{_edge(HEAVY)} ◆", Ink.STRONG, "the nodes that send, along heavy lines; ▼ ▲ ▶ ◀ in these say which way"),
    (f"{_edge(LIGHT)} ●", Ink.TEXT, "done: the value is there; backward: the gradient is complete and was sent on"),
    (f"○{_edge(DASHED)[1:]} ○", Ink.TEXT, "ready: it may be next, for all that it needs is there"),
    (f"{_edge(DASHED)} ◌", Ink.FAINT, "waiting for operands; backward: for consumers, each of which sends a part"),
    ("▼  ▽", Ink.TEXT, "the value has gone along the line; it has not yet"),
    (f"{DASHED.across * 3} {LIGHT.across * 3} {HEAVY.across * 3}", Ink.BACKWARD, f"after {_W}: {_WEIGHTS}"),
    (" ".join(SHADES), Ink.BACKWARD, f"after {_W} {_W}: the size of each gradient in four steps, likewise"),
    (NOT_FINITE, Ink.TROUBLE, "there, too: the gradient is NaN or infinite"),
)
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
        lines.append((Span("In predict mode", Ink.HEADING),))
        for words, meaning in _PREDICT:
            lines += _entry(Span(spelled(words).ljust(_KEYS), Ink.STRONG), meaning, cells)
        lines.append(())
        lines.append((Span("In a search", Ink.HEADING),))
        for words, meaning in _SEARCH:
            lines += _entry(Span(words.ljust(_KEYS), Ink.STRONG), meaning, cells)
        lines.append(())
        lines.append((Span("In the graph", Ink.HEADING),))
        for mark, ink, meaning in _GRAPH:
            lines += _entry(Span(mark.ljust(_KEYS), ink), meaning, cells)
        lines.append(())
    marks = {Scope.STEPPER: _MARKS, Scope.INSPECTOR: _HEAT}.get(scope)
    if marks:
        lines.append((Span("Marks", Ink.HEADING),))
        for mark, ink, meaning in marks:
            lines += _entry(Span(mark.ljust(_KEYS), ink), meaning, cells)
    return Page.of(lines)


def _entry(left: Span, text: str, cells: int) -> list[Line]:
    first, *rest = wrap([Span(text)], max(10, cells - _KEYS))
    return [(left, *first), *((Span(" " * _KEYS), *line) for line in rest)]
