"""The last line: what the keys do, or the count that is being typed."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from backprop_tui.tui.actions import Action, Scope, at_hand, key_name, spelled
from backprop_tui.tui.lines import Ink, Line, Page, Span, width

_GAP = 3


class _Entry(NamedTuple):
    action: Action
    column: int
    keys: str

    @property
    def end(self) -> int:
        return self.column + len(self.keys) + 1 + len(self.action.footer)


@lru_cache(8)
def page(scope: Scope, cells: int, repeat: int = 0) -> Page:
    """` ←→ step   n node   f phase   …   q quit `; with a count typed, what that does."""
    if repeat:
        return Page.of([_count(repeat)])
    spans: list[Span] = []
    for entry in _entries(scope, cells):
        spans.append(Span(" " * (entry.column - width(spans))))
        spans += [Span(entry.keys, Ink.KEY), Span(f" {entry.action.footer}", Ink.FAINT)]
    return Page.of([tuple(spans)])


def action_at(scope: Scope, cells: int, column: int) -> Action | None:
    """The action whose entry covers a column."""
    for entry in _entries(scope, cells):
        if entry.column <= column < entry.end:
            return entry.action
    return None


def _count(repeat: int) -> Line:
    return (
        Span(f" {repeat} ", Ink.NEW_FORWARD),
        Span("times: press the key to repeat   ", Ink.FAINT),
        Span("Esc", Ink.KEY),
        Span(" cancel", Ink.FAINT),
    )


def _entries(scope: Scope, cells: int) -> list[_Entry]:
    """What is of use everywhere at the right end, before it as many others as fit, closer if need be."""
    actions = [action for action in at_hand(scope) if action.footer]
    right = _row([action for action in actions if action.scope is Scope.EVERYWHERE], _GAP)
    left = [action for action in actions if action.scope is scope]
    start = max(0, cells - right[-1].end - 1)
    entries = _row(left, _GAP)
    if entries and entries[-1].end + _GAP > start:
        entries = _row(left, _GAP - 1)
    fitting = [entry for entry in entries if entry.end + 1 <= start]
    return fitting + [entry._replace(column=entry.column + start) for entry in right]


def _row(actions: list[Action], gap: int) -> list[_Entry]:
    entries: list[_Entry] = []
    for action in actions:
        column = entries[-1].end + gap if entries else 1
        entries.append(_Entry(action, column, spelled(action.footer_keys) or key_name(action.keys[0])))
    return entries
