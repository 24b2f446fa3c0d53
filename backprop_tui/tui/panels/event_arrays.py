"""What the last event at a node did, with its arrays: the rule, the contribution, the gradient before and after."""

from __future__ import annotations

from bisect import bisect_left

from backprop_tui.engine.events import Accumulate, Evaluate, Event, Input, Seed
from backprop_tui.engine.timeline import Timeline
from backprop_tui.formulas import formula_of, local_symbol, partial
from backprop_tui.graph import Edge, Value
from backprop_tui.naming import name_of, symbol_of
from backprop_tui.narration import narrate
from backprop_tui.tui.lines import Ink, Page, Span, wrap
from backprop_tui.tui.panels.formula import Term, lines, operator, terms

TITLE = "What happened"
_SHAPES = "shape"
"""The note of the narration that has nothing to add to arrays with their shapes."""


def last_event(timeline: Timeline, node: int, position: int) -> Event | None:
    """The last event before the position that gave a node its value or changed its gradient; None if none did."""
    done = position - 1
    events = timeline.plan.accumulations_of(node)
    at = bisect_left(events, position)
    if at:
        return timeline.event(events[at - 1])
    if node == timeline.graph.output and timeline.seed_event <= done:
        return timeline.event(timeline.seed_event)
    computed = timeline.plan.computed_at[node]
    return timeline.event(computed) if 0 <= computed <= done else None


def touching(timeline: Timeline, node: int) -> list[int]:
    """The positions right after each event that gave a node its value or changed its gradient, ascending."""
    computed = timeline.plan.computed_at[node]
    events = [computed] if computed >= 0 else []
    if node == timeline.graph.output:
        events.append(timeline.seed_event)
    return [event + 1 for event in (*events, *timeline.plan.accumulations_of(node))]


def page(timeline: Timeline, event: Event | None, position: int, cells: int, rows: int) -> Page:
    """The formula in arrays, what it adds to, and why, in words; None: nothing has happened at the node.

    In fewer rows there are fewer numbers.
    """
    if event is None:
        return Page.of(wrap([Span("Nothing has happened here yet.", Ink.FAINT)], cells), title=TITLE)
    narration = narrate(timeline, event.index + 1)
    assert narration is not None  # there is an event
    words = wrap([Span(narration.words)], cells)
    notes = [note for note in narration.notes if not note.startswith(_SHAPES)]
    said = [line for note in notes for line in wrap([Span(note, Ink.FAINT)], cells)]
    total = _sum(timeline, event, event.before) if isinstance(event, Accumulate) and event.before is not None else []
    room = rows - len(words) - len(said) - 1
    shown = [*lines(_formula(timeline, event), cells, room // 2 if total else room), *said]
    if total:
        shown += [(), *lines(total, cells, rows - len(shown) - len(words) - 2)]
    return Page.of([*shown, (), *words], title=_title(timeline, event, position))


def _title(timeline: Timeline, event: Event, position: int) -> str:
    nodes = timeline.graph.nodes
    which = "" if event.index == position - 1 else ", the last one here"
    what = f": {name_of(nodes[event.consumer])} → {name_of(nodes[event.node])}" if isinstance(event, Accumulate) else ""
    return f"Event {event.index + 1}{which}{what}"


def _formula(timeline: Timeline, event: Event) -> list[Term]:
    node = timeline.graph.nodes[event.node]
    match event:
        case Input():
            return [Term(symbol_of(node), event.value, Ink.FORWARD)]
        case Seed():
            return [Term(partial(timeline, node), event.grad, Ink.BACKWARD)]
        case Evaluate():
            return [Term(symbol_of(node), event.value, Ink.FORWARD), operator("="), *_filled(timeline, event)]
        case Accumulate():
            made = Term("contribution", event.contribution, Ink.BACKWARD)
            if event.before is None:
                made = Term(partial(timeline, node), event.after, Ink.NEW_BACKWARD)
            return [made, operator("="), *_product(timeline, event)]


def _filled(timeline: Timeline, event: Evaluate | Accumulate) -> list[Term]:
    formula = formula_of(timeline, event)
    inks = dict.fromkeys(formula.values, Ink.FORWARD) | {"g": Ink.BACKWARD}
    return terms(*formula, inks)


def _product(timeline: Timeline, event: Accumulate) -> list[Term]:
    """Upstream · local derivative; where that is not written down, the rule."""
    if event.local is None:
        return _filled(timeline, event)
    upstream = partial(timeline, timeline.graph.nodes[event.consumer])
    local = local_symbol(timeline, Edge(event.consumer, event.operand, event.node))
    return [Term(upstream, event.upstream, Ink.BACKWARD), operator("·"), Term(local, event.local)]


def _sum(timeline: Timeline, event: Accumulate, before: Value) -> list[Term]:
    gradient = partial(timeline, timeline.graph.nodes[event.node])
    terms = [Term("before", before, Ink.BACKWARD), Term("contribution", event.contribution, Ink.BACKWARD)]
    return [Term(gradient, event.after, Ink.NEW_BACKWARD), operator("="), terms[0], operator("+"), terms[1]]
