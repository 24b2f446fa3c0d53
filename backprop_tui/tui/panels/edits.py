"""The inputs and what was typed for them, and what the last edit has changed: two tables with the same columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from backprop_tui.engine.timeline import Phase
from backprop_tui.formatting import NO_GRADIENT, NOT_COMPUTED, abbreviate, clip, number, shape
from backprop_tui.graph import Graph, Node, Shape, is_finite
from backprop_tui.lenses.changes import Change
from backprop_tui.naming import name_of, symbol_of
from backprop_tui.scenario.editing import Edits, on_one_line
from backprop_tui.scenario.text import clean, plural
from backprop_tui.tui.actions import key_of
from backprop_tui.tui.lines import Ink, Line, Span, wrap
from backprop_tui.tui.lines import width as width_of
from backprop_tui.tui.panels.fields import NODE
from backprop_tui.tui.panels.numbers import brief
from backprop_tui.tui.session import Session

_LONG = 400
"""Characters; of a longer value its shape is shown."""
_SHORT_NAME = 8
"""Columns of a name that there are in any case."""
_MEASURED = 1_000
"""Rows that columns are fitted to."""
_IN_FILE = "in the file"
_INPUT = "input"
_BEFORE = "before"
_ARROW = " → "
_NO_EXPECTATIONS = "[expect] is about the values of the file: a copy leaves it out."


class Row(NamedTuple):
    """An input, its value as the file says it, and as it is now."""

    node: int
    name: str
    in_file: str
    now: str
    is_changed: bool


def row_of(edits: Edits, node: Node) -> Row:
    """The row of an input."""
    name = node.name
    in_file, now = _short(edits.in_file(name), edits.base.graph[name].shape), _short(edits.now(name), node.shape)
    return Row(node.index, name, in_file, now, name in edits.typed)


def about(session: Session, chosen: Node, tables: Tables, cells: int) -> list[Line]:
    """What stands between the tables: what the keys do to the chosen input, and how many edits there are."""
    edits = session.edits
    edit = (
        Span(f"{key_of('edit')} ", Ink.KEY),
        Span(f"types another value of {tables.fit(name_of(chosen))}   ", Ink.FAINT),
    )
    save = Span(f"{key_of('save_copy')} ", Ink.KEY), Span("saves a copy", Ink.FAINT)
    lines: list[Line] = [(), (*edit, *save)] if width_of((*edit, *save)) <= cells else [(), edit, save]
    if edits.typed and edits.base.expects:
        lines += wrap([Span(_NO_EXPECTATIONS, Ink.FAINT)], cells)
    if edits.steps:
        lines += [(), (Span(f"{edits.done} of {plural(len(edits.steps), 'edit')}", Ink.STRONG),)]
    if session.changes is not None:
        lines += [(), tables.head_of_changes]
    return lines


class Tables:
    """Both of them, with columns for a number of cells."""

    def __init__(self, graph: Graph, rows: Sequence[Row], changed: Sequence[tuple[Phase, Change]], cells: int) -> None:
        """Columns as wide as what stands in the first rows, as far as there is room."""
        self._graph = graph
        self._has_changes = bool(changed)
        rows, changed = rows[:_MEASURED], changed[:_MEASURED]
        names = [_INPUT, *(row.name for row in rows), *(self._called(*one) for one in changed)]
        self._name = min(max(map(len, names)), max(_SHORT_NAME, cells // 3))
        self._most = max(1, (cells - self._name - len("  ") - len(_ARROW)) // 2)
        """Columns that a value may have."""
        texts = [_BEFORE, *(_texts(change, self._most)[0] for _, change in changed)]
        self._value = min(self._most, max(map(len, texts)))

    @property
    def head(self) -> Line:
        """The headings of the inputs."""
        return (Span(f"{_INPUT:<{self._name}}  {_IN_FILE}{_ARROW}now", Ink.HEADING),)

    @property
    def head_of_changes(self) -> Line:
        """The headings of what has changed; that nothing has, if it is so."""
        if not self._has_changes:
            return (Span("No value and no gradient has changed."),)
        return (Span(f"{NODE:<{self._name}}  {_BEFORE:>{self._value}}{'':{len(_ARROW)}}now", Ink.HEADING),)

    def fit(self, name: str) -> str:
        """A name, no wider than the column of names."""
        return abbreviate(name, self._name)

    def input(self, row: Row) -> Line:
        """An input."""
        name = Span(f"{self.fit(row.name):<{self._name}}  ")
        if not row.is_changed:
            return name, Span(row.in_file, Ink.FORWARD)
        return (
            name,
            Span(clip(row.in_file, 2 * self._most - min(len(row.now), self._most)), Ink.FAINT),
            Span(_ARROW, Ink.FAINT),
            Span(row.now, Ink.NEW_FORWARD),
        )

    def change(self, phase: Phase, change: Change, session: Session) -> Line:
        """What has changed in a phase: what it was, and what it is, if that is known where the user is."""
        is_forward = phase is Phase.FORWARD
        is_known = session.position >= change.done_at
        is_current = session.event is not None and (session.event.node, session.phase) == (change.node, phase)
        before, after = _texts(change, self._most)
        if is_current:
            ink = Ink.NEW_FORWARD if is_forward else Ink.NEW_BACKWARD
        else:
            ink = Ink.FORWARD if is_forward else Ink.BACKWARD
        if is_known and change.after is not None and not is_finite(change.after):
            ink = Ink.TROUBLE
        name = self.fit(self._called(phase, change))
        return (
            Span(f"{name:<{self._name}}  ", Ink.TEXT if is_known else Ink.FAINT),
            Span(f"{before:>{self._value}}{_ARROW}", Ink.FAINT),
            Span(after, ink) if is_known else Span(NOT_COMPUTED, Ink.FAINT),
        )

    def _called(self, phase: Phase, change: Change) -> str:
        node = self._graph.nodes[change.node]
        return name_of(node) if phase is Phase.FORWARD else f"{symbol_of(node)}.grad"


def _short(text: str, lengths: Shape) -> str:
    return clean(on_one_line(text)) if len(text) <= _LONG else shape(lengths)


def _texts(change: Change, width: int) -> tuple[str, str]:
    """What stands left and right of the arrow, each in at most that many columns, so that they do not read the same."""
    before, after = change.before, change.after
    if change.largest is None or after is None:  # a shape has changed, or there is only one of the two
        was = shape(change.shape_before) if change.shape_before else NO_GRADIENT
        return was if before is None else brief(before, width), NO_GRADIENT if after is None else brief(after, width)
    if before is not None:
        texts = brief(before, width), brief(after, width)
        is_told = texts[0] != texts[1] and (not after.ndim or all(text.startswith("[") for text in texts))
        if is_told or not after.ndim:
            return texts if is_told else (texts[0], f"Δ {number(float(after) - float(before))}")
    return shape(after.shape), f"|Δ|≤{number(change.largest)}"
