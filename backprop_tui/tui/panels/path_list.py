"""The gradient as a sum over paths, and the paths themselves, one a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite

import numpy as np

from backprop_tui.engine.sizes import size
from backprop_tui.engine.timeline import Timeline
from backprop_tui.formatting import array, bracketed, value
from backprop_tui.graph import is_finite
from backprop_tui.lenses.path_products import Order, PathProducts
from backprop_tui.lenses.paths import Path
from backprop_tui.lenses.ranked_paths import Contribution
from backprop_tui.tui.lines import Ink, Line, Span, width, wrap
from backprop_tui.tui.panels import path_words
from backprop_tui.tui.panels.table import Column, Label, numbers, table, texts

MARK = "▶ "
_SPOKEN = 8
"""At most so many paths are written as one sum."""
_SUM_LINES = 3
_SMALL = "<1%"
_ARRAY = 24
_LABEL = 60
"""Columns that are enough for any path."""


def heading(products: PathProducts, position: int, cells: int) -> list[Line]:
    """`∂e/∂b = 1·2 + 1·3 = 5`; where there are many paths or arrays, only what they add up to."""
    timeline, paths = products.timeline, products.paths
    name = Span(path_words.partial(timeline, timeline.graph.nodes[paths.node], cells), Ink.BACKWARD)
    gradient = timeline.grad_at(paths.node, position)
    arrivals = timeline.plan.accumulations_of(paths.node)
    if gradient is None or (arrivals and arrivals[-1] >= position):
        total = Span(value(None), Ink.FAINT)
    else:
        room = max(_ARRAY, cells - width((name,)) - len(" = "))
        total = Span(array(gradient, room), Ink.NEW_BACKWARD if is_finite(gradient) else Ink.TROUBLE)
    equals = Span(" = ")
    terms = _terms(products, position, cells) if arrivals else []
    if terms:
        lines = wrap([name, equals, Span(" + ".join(terms)), equals, total], cells)
        if len(lines) <= _SUM_LINES:
            return lines
    return wrap([name, equals, total], cells)


def _terms(products: PathProducts, position: int, cells: int) -> list[str]:
    """`1·2` and `1·3`; nothing if that is much too long, or no more than the gradient itself."""
    paths = products.paths
    if not products.is_scalar or paths.count > _SPOKEN or 2 * paths.steps > _SUM_LINES * cells:
        return []
    written = [path_words.product(products, paths.path(rank), position) for rank in range(paths.count)]
    if len(written) == len(written[0]) == 1:
        return []
    terms = []
    for rank, (first, *others) in enumerate(written):
        terms.append("·".join([bracketed(first) if rank else first, *map(bracketed, others)]))
    return terms


def counted(products: PathProducts, first: int, last: int, cells: int) -> Line:
    """How many paths there are, and which of them are listed: `1-6 of 1,267,650,… paths`."""
    count = products.paths.count
    shown = f"{first + 1:,}-{last:,} of " if last - first < count else ""
    return (Span(shown, Ink.FAINT), Span(path_words.paths(count, cells - len(shown) - len(" paths"))))


def listing(
    products: PathProducts, listed: Sequence[Contribution], order: Order, position: int, cells: int, *, chosen: int
) -> list[Line]:
    """Heads, and a line for each of the paths; the one whose index is `chosen` is lit."""
    timeline = products.timeline
    known = path_words.is_known(timeline, position)
    labels = _labels(timeline, [one.path for one in listed], chosen)
    total = products.ranking.total if products.ranking and known else 0.0
    shares = [_share(one, total) for one in listed]
    if products.paths.count == 1 or all(share == _SMALL for share in shares):
        shares = [""] * len(listed)
    rows = range(len(listed))
    widest = max(map(len, labels(_LABEL)))
    least = min(widest, 3 * cells // 5, max(map(len, labels(0))))
    return table(
        Column([Span(MARK if row == chosen else "", Ink.STRONG) for row in rows], " " * len(MARK)),
        Label(labels, widest, [Ink.STRONG if row == chosen else Ink.TEXT for row in rows], order.value, least),
        [
            texts(_details(products, listed, position, cells // 2), "", is_needed=False),
            numbers(
                [np.float64(_amount(one)) if known else None for one in listed],
                "norm" if timeline.graph.nodes[products.paths.node].shape else "product",
            ),
            texts(shares, "share", Ink.FAINT, is_needed=False),
        ],
        cells,
        chosen,
    )


def _labels(timeline: Timeline, listed: Sequence[Path], chosen: int) -> Callable[[int], Sequence[str]]:
    """Labels in so many columns. Long paths are told by where they leave the chosen one, if they can by named nodes.

    In no columns at all, what it takes to tell where they first leave it.
    """
    beside = frozenset(listed[chosen])
    every = [path_words.places(timeline, path, beside if row != chosen else ()) for row, path in enumerate(listed)]
    named = [path_words.named(timeline, path, told) for path, told in zip(listed, every, strict=True)]

    def labels(room: int) -> Sequence[str]:
        if not room:
            return [path_words.shortened(timeline, path, told[:1]) for path, told in zip(listed, named, strict=True)]
        ways = [
            [path_words.label(timeline, path, told, room) for path, told in zip(listed, way, strict=True)]
            for way in (named, every)
        ]
        return max(ways, key=lambda way: len(set(way)))

    return labels


def _amount(one: Contribution) -> float:
    return size(one.value) if one.value.ndim else float(one.value)


def _share(one: Contribution, total: float) -> str:
    """Of all that the paths bring, whatever its sign."""
    if not isfinite(total) or not total:
        return ""
    share = 100.0 * one.size / total
    return _SMALL if 0.0 < share < 1.0 else f"{share:.0f}%"


def _details(products: PathProducts, listed: Sequence[Contribution], position: int, room: int) -> list[str]:
    """The factors of each path, aligned if all have as many; of paths between arrays, what they bring."""
    nothing = [""] * len(listed)
    if not path_words.is_known(products.timeline, position):
        return nothing
    if not products.is_scalar:
        return [array(one.value, min(_ARRAY, room)) if one.value.ndim else "" for one in listed]
    if any(2 * len(one.path) > room for one in listed):
        return nothing
    written = [path_words.product(products, one.path, position) for one in listed]
    written = [[first, *map(bracketed, others)] for first, *others in written]
    if len({len(factors) for factors in written}) == 1:
        widths = [max(map(len, column)) for column in zip(*written, strict=True)]
        written = [[text.rjust(cells) for text, cells in zip(one, widths, strict=True)] for one in written]
    details = [" · ".join(factors) for factors in written]
    return details if max(map(len, details)) <= room else nothing
