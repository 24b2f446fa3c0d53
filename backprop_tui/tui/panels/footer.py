"""The last line: what the keys do; first of all what they do with what the user has just begun."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from backprop_tui.tui.actions import Action, Scope, at_hand, key_name, spelled
from backprop_tui.tui.lines import Ink, Line, Page, Span, width

_GAP = 3


class Hint(NamedTuple):
    """What the user has begun, and the keys that go on with it: they stand in the place of the others."""

    text: Line
    keys: tuple[tuple[str, str, str], ...] = ()
    """(id of an action, its keys, what they do now)."""


class _Entry(NamedTuple):
    action: Action
    column: int
    keys: str
    word: str

    @property
    def end(self) -> int:
        return self.column + len(self.keys) + 1 + len(self.word)


@lru_cache(8)
def page(scope: Scope, cells: int, hint: Hint | None = None, idle: frozenset[str] = frozenset()) -> Page:
    """` ←→ step   n node   f phase   …   q quit `; with a hint, what that says in place of the left part.

    `idle` are the ids of actions that have nothing to do here.
    """
    spans = list(hint.text) if hint else []
    for entry in _entries(scope, cells, hint, idle):
        spans.append(Span(" " * (entry.column - width(spans))))
        spans += [Span(entry.keys, Ink.KEY), Span(f" {entry.word}", Ink.FAINT)]
    return Page.of([tuple(spans)])


def action_at(
    scope: Scope, cells: int, column: int, hint: Hint | None = None, idle: frozenset[str] = frozenset()
) -> Action | None:
    """The action whose entry covers a column."""
    for entry in _entries(scope, cells, hint, idle):
        if entry.column <= column < entry.end:
            return entry.action
    return None


def _entries(scope: Scope, cells: int, hint: Hint | None, idle: frozenset[str]) -> list[_Entry]:
    """What is of use everywhere at the right end, before it as many others as fit, closer if need be."""
    actions = [action for action in at_hand(scope) if action.id not in idle]
    ends = [action for action in actions if action.scope is Scope.EVERYWHERE or action.is_at_end]
    right = _row(_in_footer(sorted(ends, key=lambda action: action.is_at_end)), _GAP)
    start = max(0, cells - right[-1].end - 1)
    if hint:
        by_id = {action.id: action for action in actions}
        words = [(by_id[id_], keys, word) for id_, keys, word in hint.keys]
        begin = width(hint.text) + _GAP
    else:
        words = _in_footer([action for action in actions if action not in ends])
        begin = 1
    entries = _row(words, _GAP, begin)
    if entries and entries[-1].end + _GAP > start:
        entries = _row(words, _GAP - 1, begin)
        while not hint and entries and entries[-1].end + 1 > start:
            del words[_first_to_go(words)]
            entries = _row(words, _GAP - 1, begin)
    end = entries[-1].end if entries else begin
    if hint and end + 1 > start:  # what is begun comes first
        return [entry for entry in entries if entry.end < cells]
    return entries + [entry._replace(column=entry.column + start) for entry in right]


def _first_to_go(words: list[tuple[Action, str, str]]) -> int:
    """The place of the entry that gives way first."""
    return max(range(len(words)), key=lambda place: (words[place][0].yields, place))


def _in_footer(actions: list[Action]) -> list[tuple[Action, str, str]]:
    return [
        (action, spelled(action.footer_keys) or key_name(action.keys[0]), action.footer)
        for action in actions
        if action.footer
    ]


def _row(words: list[tuple[Action, str, str]], gap: int, begin: int = 1) -> list[_Entry]:
    entries: list[_Entry] = []
    for action, keys, word in words:
        entries.append(_Entry(action, entries[-1].end + gap if entries else begin, keys, word))
    return entries
