"""Forward and reverse mode side by side: how far each is, what each has at every node, and what each costs."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from math import isfinite
from typing import NamedTuple

from rich.cells import cell_len

from backprop_tui.engine.events import Accumulate, Seed
from backprop_tui.formatting import NO_GRADIENT, NOT_COMPUTED, NUMBER_WIDTH, abbreviate, number
from backprop_tui.graph import Value, is_finite
from backprop_tui.lenses.forward_mode import Carry, Event, Sweep
from backprop_tui.lenses.tolls import Toll
from backprop_tui.tui.lines import Ink, Line, Span, fit, light
from backprop_tui.tui.panels.fields import NODE, Field, Numbers, measure
from backprop_tui.tui.panels.numbers import brief_change
from backprop_tui.tui.session import Session

_MARK = 3
_GAP = 3
_ARRAY = 24
_ALIGNED_EVENTS = 4_000
"""In a longer run or sweep numbers are aligned on the right: finding where their decimal points are takes too long."""
_UNKNOWN = Numbers(Field(NUMBER_WIDTH), Field(NUMBER_WIDTH))
_WORDY = 50
"""Columns from which on there is room for words."""


class Way(NamedTuple):
    """How far one of the modes is."""

    mode: str
    start: str
    """Where it departs from."""
    done: int
    """Edges walked."""
    edges: int
    """In all."""
    result: float | None
    """What it is after; None: it is not there yet."""
    ink: Ink
    is_moving: bool
    """Whether it is the one that the user has moved last."""


def tracks(ways: tuple[Way, Way], cells: int) -> list[Line]:
    """`forward from b  ━━━━━━━●────  3/4    ·`, a line for each mode, in columns."""
    labels = [way.mode if cells < _WORDY else f"{way.mode} from {way.start}" for way in ways]
    label = min(max(map(cell_len, labels)), 2 * cells // 5)
    counts = [f"{way.done:,}/{way.edges:,}" for way in ways]
    results = [NOT_COMPUTED if way.result is None else number(way.result) for way in ways]
    count = max(len(f"{way.edges:,}/{way.edges:,}") for way in ways)
    length = max(1, cells - label - count - NUMBER_WIDTH - _GAP)
    shown: list[Line] = []
    for way, text, counted, found in zip(ways, labels, counts, results, strict=True):
        here = round(way.done * (length - 1) / max(1, way.edges))
        strong = Ink.NEW_FORWARD if way.ink is Ink.FORWARD else Ink.NEW_BACKWARD
        shown.append(
            (
                Span(abbreviate(text, label).ljust(label + 1), strong if way.is_moving else way.ink),
                Span("━" * here, way.ink),
                Span("●", strong),
                Span("─" * (length - here - 1), Ink.FRAME),
                Span(f" {counted:>{count}} ", Ink.FAINT),
                Span(f"{found:>{NUMBER_WIDTH}}", _ink(way.result, strong)),
            )
        )
    return shown


def tolls(forward: Toll, reverse: Toll, output: str, nouns: tuple[str, str], cells: int) -> list[Line]:
    """What both cost until every derivative of the output is known: sweeps and edges, in columns.

    `nouns` is what either takes one sweep for: each `input` or `input element`, each `output` or `output element`.
    """
    labels = "forward", "reverse"
    if cells >= _WORDY:
        labels = f"forward, one per {nouns[0]}", f"reverse, one per {nouns[1]}"
    head = f"for every ∂{output}/∂input"
    label = max(len(head), *map(len, labels))
    texts = [("sweeps", "edges"), *((_whole(toll.sweeps), _whole(toll.edges)) for toll in (forward, reverse))]
    sizes = [max(map(len, column)) for column in zip(*texts, strict=True)]
    label = max(1, min(label, cells - sum(sizes) - 2 * _GAP))
    inks = Ink.HEADING, Ink.FORWARD, Ink.BACKWARD
    return [
        (
            Span(abbreviate(text, label).ljust(label), ink),
            *(Span(f"{' ' * _GAP}{one:>{size}}", ink) for one, size in zip(numbers, sizes, strict=True)),
        )
        for text, numbers, ink in zip((head, *labels), texts, inks, strict=True)
    ]


def _whole(count: int) -> str:
    text = f"{count:,}"
    return text if len(text) <= NUMBER_WIDTH else number(float(count))


class _Columns(NamedTuple):
    name: int
    lead: int
    forward: Field
    reverse: Field


class Rows:
    """The table of both modes at every node: its columns are fixed for a sweep."""

    def __init__(self, session: Session, sweep: Sweep, x: str, output: str) -> None:
        timeline = session.timeline
        self._session, self._timeline, self._sweep = session, timeline, sweep
        self._heads = f"∂·/∂{x}", f"∂{output}/∂·"
        self._tangents = measure(self._all_tangents()) if len(sweep) <= _ALIGNED_EVENTS else _UNKNOWN
        self._gradients = measure(self._all_gradients()) if len(timeline) <= _ALIGNED_EVENTS else _UNKNOWN
        self.has_arrays = any(timeline.graph.nodes[node].shape for node in session.rows)
        self._longest = max(1, *map(cell_len, session.names))

    def head(self, cells: int) -> Line:
        """What the columns are."""
        columns = self._columns(cells)
        words = ("forward ", "reverse ") if cells >= _WORDY else ("", "")
        spans = [Span(NODE.ljust(columns.lead - _GAP), Ink.HEADING)]
        for word, head, field, ink in zip(words, self._heads, columns[2:], (Ink.FORWARD, Ink.BACKWARD), strict=True):
            text = word + head if len(word + head) <= field.width else abbreviate(head, field.width)
            spans.append(Span(f"{' ' * _GAP}{text:>{field.width}}", ink))
        return tuple(spans)

    def line(self, index: int, at: int, event: Event | None, cells: int) -> Line:
        """The row of that index, with forward mode at a position of the sweep, whose last event is given."""
        session, timeline, columns = self._session, self._timeline, self._columns(cells)
        node, position = session.rows[index], session.position
        tangent, gradient = self._sweep.tangent_at(node, at), timeline.grad_at(node, position)
        name = abbreviate(session.names[index], columns.name)
        receives = event is not None and event.node == node
        if receives:
            name, ink = f"{name} ◀", Ink.NEW_FORWARD
        elif isinstance(event, Carry) and event.edge.operand == node:
            name, ink = f"{name} ●", Ink.FORWARD
        else:
            ink = Ink.FAINT if tangent is None and gradient is None else Ink.TEXT
        grows = isinstance(session.event, Seed | Accumulate) and session.event.node == node
        row = (
            Span(name.ljust(columns.lead), ink),
            _cell(
                tangent,
                columns.forward,
                Ink.NEW_FORWARD if receives else Ink.FORWARD,
                never=not self._sweep.reaches(node),
            ),
            Span(" " * _GAP),
            _cell(
                gradient,
                columns.reverse,
                Ink.NEW_BACKWARD if grows else Ink.BACKWARD,
                never=not timeline.graph.contributing[node],
            ),
        )
        return light(fit(row, cells)) if node == session.selected else row

    def row_of(self, node: int | None) -> int | None:
        """The index of a node's row."""
        return None if node is None else bisect_left(self._session.rows, node)

    def _columns(self, cells: int) -> _Columns:
        name = min(self._longest, cells // (4 if self.has_arrays else 3))
        lead = max(name + _MARK, len(NODE) + 2)
        half = max(1, (cells - lead - _GAP) // 2)
        fields = []
        for numbers, head in zip((self._tangents, self._gradients), self._heads, strict=True):
            field = numbers.aligned if numbers.aligned.width <= half else numbers.packed
            words = len(head) + (len("forward ") if cells >= _WORDY else 0)
            fields.append(field.at_least(min(half, max(words, _ARRAY if self.has_arrays else 0))))
        return _Columns(name, lead, *fields)

    def _all_tangents(self) -> Iterator[Value | None]:
        """Every number that the column of forward mode ever holds."""
        sweep, nodes = self._sweep, self._timeline.graph.nodes
        for node in self._session.rows:
            yield sweep.tangent_at(node, len(sweep))
        for event, edge in enumerate(sweep.edges, 1):
            if not nodes[edge.consumer].shape:
                yield sweep.tangent_at(edge.consumer, event + 1)

    def _all_gradients(self) -> Iterator[Value | None]:
        timeline = self._timeline
        for node in self._session.rows:
            yield timeline.grad_at(node, len(timeline))
            if not timeline.graph.nodes[node].shape:
                yield from (timeline.grad_at(node, event + 1) for event in timeline.plan.accumulations_of(node))


def _cell(value: Value | None, field: Field, ink: Ink, *, never: bool) -> Span:
    if value is None:
        return Span(field.align(NO_GRADIENT if never else NOT_COMPUTED), Ink.FAINT)
    text = brief_change(value, field.width)
    return Span(text.rjust(field.width) if value.ndim else field.align(text), ink if is_finite(value) else Ink.TROUBLE)


def _ink(result: float | None, ink: Ink) -> Ink:
    return Ink.FAINT if result is None else ink if isfinite(result) else Ink.TROUBLE
