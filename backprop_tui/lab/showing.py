"""What a broken engine does in an event, typeset like the right one, and what there is to say of it."""

from __future__ import annotations

from backprop_tui.engine.events import Accumulate
from backprop_tui.engine.timeline import Timeline
from backprop_tui.formatting import NOT_COMPUTED
from backprop_tui.formulas import local_symbol, partial
from backprop_tui.graph import Edge
from backprop_tui.lab.comparison import Comparison, alike
from backprop_tui.lab.fault import text
from backprop_tui.lab.parting import Kind, Parting
from backprop_tui.naming import symbol_of
from backprop_tui.narration import Filled, Narration, Term, Tone, narrate, rule_terms


def right_side(timeline: Timeline, at: Parting) -> Narration | None:
    """The right event; None if there is none."""
    return None if at.right is None else narrate(timeline, at.right.index + 1)


def broken_side(comparison: Comparison, at: Parting) -> Narration | None:
    """The broken event; None if there is none."""
    timeline, event = comparison.timeline, at.broken
    if event is None:
        return None
    node = timeline.graph.nodes[event.node]
    if not isinstance(event, Accumulate):
        found = text(event[2])
        return Narration((Term(symbol_of(node), ""), Term("=", "="), Term("", found, Tone.FORWARD)), "", found)
    sign = "=" if at.kind is Kind.SUM else "+="
    opening = Term(partial(timeline, node), "", Tone.BACKWARD), Term(sign, "=")
    result = text(event.contribution)
    closing = Term("", "="), Term("", result, Tone.BACKWARD)
    before = NOT_COMPUTED if event.before is None else text(event.before)
    change = f"{symbol_of(node)}.grad  {before} → {text(event.after)}"
    return Narration((*opening, *_terms(comparison, event), *closing), "", result, change)


def _terms(comparison: Comparison, event: Accumulate) -> tuple[Term, ...]:
    """What the broken engine multiplies."""
    timeline, engine = comparison.timeline, comparison.engine
    edge = Edge(event.consumer, event.operand, event.node)
    upstream = Filled(partial(timeline, timeline.graph.nodes[event.consumer]), event.upstream)
    if event.local is not None:
        symbol = engine.symbol(edge) or local_symbol(timeline, edge)
        is_negative = not event.local.ndim and bool(event.local < 0)
        local = Filled(symbol, event.local, is_bracketed=is_negative)
        return upstream.term(Tone.BACKWARD), Term("·", "·"), local.term(Tone.PLAIN)
    if own := engine.product(event):
        left, sign, right = own
        return Filled(*left).term(Tone.BACKWARD), Term(sign, sign), Filled(*right).term(Tone.BACKWARD)
    return rule_terms(timeline, edge, event.upstream, engine.values)


def words(comparison: Comparison, at: Parting) -> str:
    """What has gone wrong there."""
    if at.kind is Kind.STOP:
        return f"The broken engine cannot go on: {comparison.engine.stopped}."
    if at.kind is not Kind.INHERITED:
        return comparison.engine.why(at)
    right, broken, engine = at.right, at.broken, comparison.engine
    assert isinstance(right, Accumulate)
    assert isinstance(broken, Accumulate)
    if not alike(right.upstream, broken.upstream):
        what, was, should = engine.gradient(broken.consumer), broken.upstream, right.upstream
        return f"What flows in is wrong already: {what} is {text(was)}, where it should be {text(should)}."
    what = engine.gradient(broken.node)
    return f"{what} was wrong already: {text(broken.before)}, where it should be {text(right.before)}."
