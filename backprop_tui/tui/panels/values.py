"""The table of values and gradients. Its columns are fixed for a run, so that nothing jumps between steps."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from rich.cells import cell_len

from backprop_tui.engine.events import Accumulate, Event
from backprop_tui.engine.timeline import Phase
from backprop_tui.formatting import MOST_DISTINCT, NO_GRADIENT, NOT_COMPUTED, NUMBER_WIDTH, abbreviate, distinct, number
from backprop_tui.graph import Value, is_finite
from backprop_tui.tui.lines import Ink, Line, Page, Span, fit, light
from backprop_tui.tui.panels.fields import NODE, Field, Numbers, measure
from backprop_tui.tui.panels.numbers import brief, brief_change
from backprop_tui.tui.session import Session

RECEIVES, SENDS = "◀", "●"
ARROW = " → "
_VALUE, _GRADIENT, _SHORT_GRADIENT = "value", "gradient", "grad"

_MARK = 3
"""Columns after a name: a blank, a mark, a gap."""
_SHORT_NAME = 5
_NARROW = 20
"""A narrower table has no column for values."""
_GAP = 3
_ARRAY = 24
"""No array is written wider than this."""
_ALIGNED_EVENTS = 4_000
"""In a longer run numbers are aligned on the right: finding where their decimal points are takes too long."""
_UNKNOWN = Numbers(Field(NUMBER_WIDTH), Field(NUMBER_WIDTH))


class _Columns(NamedTuple):
    """What fits into a width."""

    name: int
    lead: int
    """Columns before the values: a name, a mark, and a gap."""
    value: Field | None
    gap: int
    """Columns before the gradient; what was there before a change stands in them."""
    gradient: Field


class Table:
    """The rows of one run."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._timeline = timeline = session.timeline
        graph = timeline.graph
        self._names = session.names
        self._shown_names: tuple[int, Sequence[str]] = 0, ()
        """The names as they stand in a column of that width."""
        values, gradients = self._numbers()
        self._columns = partial(
            _layout,
            name=max(1, *map(cell_len, self._names)),
            values=values,
            gradients=gradients,
            arrays=any(graph.nodes[node].shape for node in session.rows),
            gap=self._gap(gradients.aligned.at_least(len(_GRADIENT))),
        )

    def page(self, width: int) -> Page:
        """The table for a width, with the current or the selected row in view."""
        session = self._session
        columns = self._columns(width)
        senders = session.senders()
        event = session.event

        def line(index: int) -> Line:
            row = self._row(index, columns, event, senders)
            return light(fit(row, width)) if session.rows[index] == session.selected else row

        return Page(len(session.rows), line, (self._head(columns),), self._row_of(session.focus))

    def node_at(self, line: int) -> int | None:
        """The node of a line of the page."""
        return self._session.rows[line] if 0 <= line < len(self._session.rows) else None

    def _name(self, index: int, width: int) -> str:
        """The name of a row in so many columns: in a table that is not too long, other than those of other rows."""
        if len(self._names) > MOST_DISTINCT:
            return abbreviate(self._names[index], width)
        if self._shown_names[0] != width:
            self._shown_names = width, distinct(self._names, width)
        return self._shown_names[1][index]

    def _row_of(self, node: int | None) -> int | None:
        return None if node is None else bisect_left(self._session.rows, node)

    def _numbers(self) -> tuple[Numbers, Numbers]:
        """What the columns must hold at any position of the run."""
        timeline, rows = self._timeline, self._session.rows
        if len(timeline) > _ALIGNED_EVENTS:
            return _UNKNOWN, _UNKNOWN
        end = len(timeline)
        gradients = [timeline.grad_at(node, end) for node in rows]
        for node in rows:
            if not timeline.graph.nodes[node].shape:
                gradients += [timeline.grad_at(node, event + 1) for event in timeline.plan.accumulations_of(node)]
        return measure(timeline.value_at(node, end) for node in rows), measure(gradients)

    def _gap(self, gradient: Field) -> int:
        """The gap in which everything fits that stands before an arrow in this run."""
        timeline = self._timeline
        if len(timeline) > _ALIGNED_EVENTS:
            return NUMBER_WIDTH + len(ARROW)
        gap = 0
        for node in self._session.rows:
            if timeline.graph.nodes[node].shape:
                continue
            grads = [timeline.grad_at(node, event + 1) for event in timeline.plan.accumulations_of(node)]
            texts = [number(float(grad)) for grad in grads if grad is not None]
            for before, after in pairwise(texts):
                cell = gradient.align(after)
                gap = max(gap, 1 + len(before + ARROW) - (len(cell) - len(cell.lstrip())))
        return gap

    def _head(self, columns: _Columns) -> Line:
        value = columns.value.align(_VALUE) if columns.value else ""
        head = _GRADIENT if columns.gradient.width >= len(_GRADIENT) else _SHORT_GRADIENT
        if self._shows_values_only(columns):
            head = _VALUE
        text = NODE.ljust(columns.lead) + value + " " * columns.gap + columns.gradient.align(head)
        return (Span(text, Ink.HEADING),)

    def _shows_values_only(self, columns: _Columns) -> bool:
        """Where there is room for one column of numbers, it holds what the phase is about."""
        return columns.value is None and self._session.phase is Phase.FORWARD

    def _row(self, index: int, columns: _Columns, event: Event | None, senders: frozenset[int]) -> Line:
        session, timeline, position = self._session, self._timeline, self._session.position
        node = session.rows[index]
        backward = session.phase is Phase.BACKWARD
        receives = event is not None and event.node == node
        value = timeline.value_at(node, position)
        accent = Ink.BACKWARD if backward else Ink.FORWARD
        new = Ink.NEW_BACKWARD if backward else Ink.NEW_FORWARD

        name = self._name(index, columns.name)
        if receives:
            name, ink = f"{name} {RECEIVES}", new
        elif node in senders:
            name, ink = f"{name} {SENDS}", accent
        else:
            ink = Ink.FAINT if value is None else Ink.TEXT
        spans = [Span(name.ljust(columns.lead), ink)]
        ink = Ink.NEW_FORWARD if receives and not backward else Ink.FORWARD
        if self._shows_values_only(columns):
            return (*spans, _cell(value, brief, columns.gradient, ink, NOT_COMPUTED))
        if columns.value:
            spans.append(_cell(value, brief, columns.value, ink, NOT_COMPUTED))
        gradient = timeline.grad_at(node, position)
        missing = NOT_COMPUTED if timeline.graph.contributing[node] else NO_GRADIENT
        ink = new if receives and backward else Ink.BACKWARD
        cell = _cell(gradient, brief_change, columns.gradient, ink, missing)
        before = event.before if receives and isinstance(event, Accumulate) else None
        return (*spans, *_changed(before, cell, columns.gap))


def _layout(width: int, name: int, values: Numbers, gradients: Numbers, *, arrays: bool, gap: int) -> _Columns:
    """The first layout that fits: decimal points give way before names, and both before the column of values.

    `name` is the width of the longest name, `gap` that of the widest text before an arrow.
    """
    wanted = min(name, max(_SHORT_NAME, width // (4 if arrays else 3)))
    for least in (wanted, min(name, _SHORT_NAME)):
        for value, gradient, head in (
            (values.aligned, gradients.aligned, _GRADIENT),
            (values.packed, gradients.packed, _GRADIENT),
            (values.packed, gradients.packed, _SHORT_GRADIENT),
        ):
            value, gradient = value.at_least(len(_VALUE)), gradient.at_least(len(head))  # noqa: PLW2901
            left = width - _MARK - value.width - gradient.width - 1
            shown = least if arrays else min(wanted, max(least, left))
            lead = max(shown + _MARK, len(NODE) + 2)
            room = width - lead
            if arrays:  # gradients change as one steps: they get the larger part
                value = value.at_least(min(room * 2 // 5, _ARRAY))  # noqa: PLW2901
            spare = room - value.width - gradient.width
            if spare < 1 or width < _NARROW:
                continue
            if arrays:
                return _Columns(shown, lead, value, 1, gradient.at_least(min(room - 1 - value.width, _ARRAY)))
            return _Columns(shown, lead, value, min(spare, max(_GAP, gap)), gradient)
    aligned, packed = gradients
    shown = max(1, min(wanted, width - _MARK - packed.width))
    lead = max(shown + _MARK, len(NODE) + 2)
    room = max(1, width - lead)
    return _Columns(shown, lead, None, 0, (aligned if aligned.width <= room else packed).at_least(room))


def _changed(before: Value | None, cell: Span, gap: int) -> Line:
    """A gradient's cell, with what it was before in the room to its left, as far as there is any."""
    text = cell.text.lstrip()
    room = gap - 1 + len(cell.text) - len(text)
    if before is None:
        return (Span(" " * gap), cell)
    old = brief_change(before, NUMBER_WIDTH) + ARROW
    if len(old) > room:
        old = ARROW[1:] if len(ARROW) - 1 <= room else ""
    return (Span(old.rjust(room + 1), Ink.BACKWARD), cell._replace(text=text))


def _cell(value: Value | None, write: Callable[[Value, int], str], field: Field, ink: Ink, missing: str) -> Span:
    if value is None:
        return Span(field.align(missing), Ink.FAINT)
    text = write(value, field.width)
    aligned = text.rjust(field.width) if value.ndim else field.align(text)
    return Span(aligned, ink if is_finite(value) else Ink.TROUBLE)
