"""What the footer says about what the user has begun: a count, a search, a walk along the edges, a lens."""

from __future__ import annotations

from backprop_tui.formatting import abbreviate
from backprop_tui.naming import name_of
from backprop_tui.tui.actions import key_name, key_of
from backprop_tui.tui.lenses.registry import Entry, entry
from backprop_tui.tui.lines import Ink, Line, Span
from backprop_tui.tui.panels.footer import Hint
from backprop_tui.tui.session import Session
from backprop_tui.tui.walks import Found, Neighbours, Role

_QUERY = 16
"""Columns of a query."""


def hint(session: Session) -> Hint | None:
    """What there is to say; None if nothing has been begun."""
    if session.repeat:
        return _count(session.repeat)
    if session.remark:
        return Hint((Span(f" {session.remark}", Ink.STRONG),))
    if session.neighbours:
        return _neighbours(session, session.neighbours)
    if session.found:
        return _found(session.found)
    if session.lens:
        return _lens(entry(session.lens.id))
    return None


def _count(repeat: int) -> Hint:
    text: Line = (Span(f" {repeat} ", Ink.NEW_FORWARD), Span("times: press the key to repeat", Ink.FAINT))
    return Hint(text, (("leave", key_of("leave"), "cancel"),))


def _found(found: Found) -> Hint:
    text: Line = (
        Span(f" {key_of('search')}{abbreviate(found.query, _QUERY)}", Ink.STRONG),
        Span(f"   {found.place}", Ink.FAINT),
    )
    keys = f"{key_of('next_node')} {key_of('previous_node')}"
    return Hint(text, (("next_node", keys, "next"), ("leave", key_of("leave"), "end")))


def _lens(lens: Entry) -> Hint:
    keys = []
    if lens.choice:
        keys.append(("lens_next", f"{key_of('lens_next')} {key_of('lens_previous')}", lens.choice))
    if lens.view:
        keys.append(("lens_turn", f"{key_of('lens_turn')} {key_of('lens_turn_back')}", lens.view))
    text: Line = (Span(f" {key_name(lens.keys[0])}", Ink.KEY), Span(f" {lens.footer}", Ink.STRONG))
    return Hint(text, (*keys, ("leave", key_of("leave"), "close")))


def _neighbours(session: Session, neighbours: Neighbours) -> Hint:
    name = name_of(session.timeline.graph.nodes[neighbours.of])
    text: Line = (
        Span(f" {neighbours.role.value} {neighbours.place}", Ink.STRONG),
        Span(f" of {name}", Ink.FAINT),
    )
    other = "other_operand" if neighbours.role is Role.OPERAND else "other_use"
    keys = [("operand", key_of("operand"), "operand"), ("use", key_of("use"), "use")]
    if len(neighbours.nodes) > 1:
        keys.insert(0, (other, key_of(other), "next"))
    return Hint(text, tuple(keys))
