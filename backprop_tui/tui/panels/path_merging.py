"""How reverse mode adds up all paths at once: each event of a node brings the sum of all that come through one edge."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from backprop_tui.engine.events import Accumulate
from backprop_tui.engine.timeline import Timeline
from backprop_tui.formatting import abbreviate, bracketed, number
from backprop_tui.formulas import local_symbol, partial, place_of
from backprop_tui.graph import Edge
from backprop_tui.lenses.path_products import PathProducts
from backprop_tui.naming import name_of, symbol_of
from backprop_tui.scenario.text import plural
from backprop_tui.tui.lines import Ink, Line, Span, width, wrap
from backprop_tui.tui.panels import path_words
from backprop_tui.tui.panels.table import Column, Label, numbers, table, texts

_MOST = 12
"""Events that are listed."""
_FORMULA_LINES = 3
_DONE, _NOW = "✓ ", "▶ "
_MANY = 1_000
"""Paths that are worth a sentence."""
_NUMBER = 41
"""Columns of a number of paths in a sentence."""


def lines(products: PathProducts, chosen: Edge, position: int, cells: int) -> list[Line]:
    """The factored sum, an event a line with the paths that it stands for, and what that saves.

    `chosen` is the edge by which the chosen path leaves the node.
    """
    timeline, paths = products.timeline, products.paths
    events = timeline.plan.accumulations_of(paths.node)
    counted = plural(len(events), "event")
    title: Line = (Span("Reverse mode: ", Ink.HEADING), Span(counted))
    room = cells - width(title) - len(" for  paths")
    whole = (*title, Span(f" for {path_words.paths(paths.count, room)}"))
    return [
        whole if width(whole) <= cells else title,
        *_factored(timeline, paths.onward[paths.node], cells),
        *_table(products, events, chosen, position, cells),
        *(_savings(products, events, cells) if paths.count > 1 else []),
    ]


def _factored(timeline: Timeline, edges: Sequence[Edge], cells: int) -> list[Line]:
    """`∂e/∂b = ∂e/∂c·∂c/∂b + ∂e/∂d·∂d/∂b`, if that is not long."""
    if len(edges) > _MOST:
        return []
    nodes = timeline.graph.nodes
    spans = [Span(partial(timeline, nodes[edges[0].operand]), Ink.BACKWARD)]
    for edge in edges:
        spans += [
            Span(" = " if edge is edges[0] else " + "),
            Span(partial(timeline, nodes[edge.consumer]), Ink.BACKWARD),
            Span(f"·{local_symbol(timeline, edge)}"),
        ]
    formula = wrap(spans, cells)
    return formula if len(formula) <= _FORMULA_LINES else []


def _table(products: PathProducts, every: Sequence[int], chosen: Edge, position: int, cells: int) -> list[Line]:
    """The events around the position."""
    timeline, paths = products.timeline, products.paths
    first = max(0, min(bisect_left(every, position) - _MOST // 2, len(every) - _MOST))
    events = every[first : first + _MOST]
    edges = [_edge(timeline, event) for event in events]
    called = [_sender(timeline, edge) for edge in edges]
    indices = [f"{event + 1:,}" for event in events]
    index = max(len("event"), *map(len, indices))
    marks = [_NOW if event == position - 1 else _DONE if event < position else "  " for event in events]
    drawn = table(
        Column(
            [
                Span(f"{mark}{text:>{index}}  ", Ink.NEW_BACKWARD if mark == _NOW else Ink.FAINT)
                for mark, text in zip(marks, indices, strict=True)
            ],
            f"  {'event':>{index}}  ",
        ),
        Label(
            lambda room: [abbreviate(one, room) for one in called],
            max(map(len, called)),
            [Ink.STRONG if edge == chosen else Ink.TEXT for edge in edges],
            "from",
        ),
        [
            texts([_product(timeline, event) if event < position else "" for event in events], "", is_needed=False),
            numbers(
                [np.float64(products.brought(event)) if event < position else None for event in events],
                "norm" if timeline.graph.nodes[paths.node].shape else "adds",
            ),
            texts([path_words.many(paths.merged(edge.consumer), cells // 3) for edge in edges], "paths"),
        ],
        cells,
    )
    return [drawn[0], *_left_out(first, "before"), *drawn[1:], *_left_out(len(every) - first - len(events), "after")]


def _left_out(events: int, where: str) -> list[Line]:
    return [(Span(f"  {events:,} more {where}", Ink.FAINT),)] if events else []


def _sender(timeline: Timeline, edge: Edge) -> str:
    """Where a contribution comes from; if from the same node twice, for which operand of it."""
    nodes, place = timeline.graph.nodes, place_of(timeline, edge)
    sender = name_of(nodes[edge.consumer])
    return f"{sender} ({symbol_of(nodes[edge.operand])}{place})" if place else sender


def _edge(timeline: Timeline, event: int) -> Edge:
    return timeline.plan.edges[event - timeline.seed_event - 1]


def _product(timeline: Timeline, index: int) -> str:
    """`3 · 1`: upstream and local derivative, if both are numbers."""
    edge, nodes = _edge(timeline, index), timeline.graph.nodes
    if nodes[edge.operand].shape or nodes[edge.consumer].shape:
        return ""
    event = timeline.event(index)
    if not isinstance(event, Accumulate) or event.local is None:
        return ""
    return f"{number(float(event.upstream))} · {bracketed(number(float(event.local)))}"


def _savings(products: PathProducts, events: Sequence[int], cells: int) -> list[Line]:
    """What it takes to follow every edge once, and what to follow every path."""
    paths = products.paths
    touched = plural(len(paths.edges), "edge")
    most = max(events, key=lambda event: paths.merged(_edge(products.timeline, event).consumer))
    merged = paths.merged(_edge(products.timeline, most).consumer)
    one = [Span(f"Event {most + 1:,} alone stands for {path_words.paths(merged)}. ")] if merged >= _MANY else []
    return wrap(
        [
            *one,
            Span("All paths together have ", Ink.FAINT),
            Span(f"{path_words.many(paths.steps, _NUMBER)} factors"),
            Span("; reverse mode goes along ", Ink.FAINT),
            Span(touched),
            Span(", each once.", Ink.FAINT),
        ],
        cells,
    )
