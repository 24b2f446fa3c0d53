"""One path, factor by factor, from the output back: what becomes of the seed along it."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import NamedTuple

import numpy as np

from backprop_tui.engine.sizes import size
from backprop_tui.formatting import abbreviate, array
from backprop_tui.formulas import local_symbol
from backprop_tui.graph import Value
from backprop_tui.lenses.path_products import PathProducts
from backprop_tui.lenses.paths import Path
from backprop_tui.naming import name_of
from backprop_tui.tui.lines import Ink, Line, Span, wrap
from backprop_tui.tui.panels import path_words
from backprop_tui.tui.panels.table import Column, Label, numbers, table, texts

_END = 40
"""Of a long path, so many edges are shown at either end."""
_ARRAY = 20
_GATE = "A rule on this path keeps out what is infinite: the product of the factors would be no number."
_UNDERFLOW = "No factor is 0, but their product is too small for float64."


class Chain(NamedTuple):
    """A path, and what becomes of the seed along it."""

    path: Path
    rows: Sequence[int]
    """The nodes that are shown, by their number from the output on."""
    amounts: Sequence[np.float64]
    """What the seed is at each of them: a number, or the norm of an array."""
    arrays: Sequence[str]
    """The same in words, of arrays."""
    remark: str
    """Why the last of them is not the product of the factors."""

    @classmethod
    def of(cls, products: PathProducts, path: Path) -> Chain:
        """Follow a path. Between large arrays that takes a while."""
        parts = products.along(path)
        last = len(parts)
        rows = [*range(last)] if last <= 2 * _END + 1 else [*range(_END), *range(last - _END, last)]
        shown = [parts[row] for row in rows]
        if not products.is_scalar:
            norms = [np.float64(size(part)) for part in shown]
            return cls(path, rows, norms, [array(part, _ARRAY) for part in shown], "")
        is_remarkable = not parts[-1] or not np.isfinite(parts).all()
        remark = _remark(products, path, parts[-1]) if is_remarkable else ""
        return cls(path, rows, [np.float64(part) for part in shown], (), remark)


def lines(products: PathProducts, chain: Chain, position: int, cells: int) -> list[Line]:
    """A line for the seed and for each edge."""
    path, shown, remark = chain.path, chain.rows, chain.remark
    timeline, paths = products.timeline, products.paths
    output = name_of(timeline.graph.nodes[timeline.graph.output])
    edges = path[::-1]
    symbols = ["seed" if row == 0 else local_symbol(timeline, edges[row - 1]) for row in shown]
    factors = [
        path_words.factor(products, edges[row - 1], position) if row else None for row in shown if products.is_scalar
    ]
    known = path_words.is_known(timeline, position)
    nodes = [timeline.graph.output if row == 0 else edges[row - 1].operand for row in shown]
    drawn = table(
        Column([Span("")] * len(shown)),
        Label(
            lambda room: [abbreviate(symbol, room) for symbol in symbols],
            max(map(len, symbols)),
            [Ink.TEXT] * len(shown),
            f"from {output} back",
            cells if not products.is_scalar else cells // 3,
        ),
        [
            texts(chain.arrays if known else (), "", is_needed=False),
            *([_below_nothing(numbers(factors, "factor"))] if factors else []),
            numbers(
                chain.amounts if known else [None] * len(shown),
                "product" if products.is_scalar else "norm",
            ),
            texts([path_words.many(paths.merged(node), cells // 4) for node in nodes], "paths", Ink.FAINT),
        ],
        cells,
    )
    hidden = 1 + len(path) - len(shown)
    if hidden:
        drawn.insert(1 + _END, (Span(f"… {hidden:,} more edges", Ink.FAINT),))
    return [*drawn, *(wrap([Span(remark, Ink.FAINT)], cells) if remark and known else [])]


def _below_nothing(factors: Column) -> Column:
    """The seed is where the product starts: it has no factor."""
    return factors._replace(cells=[Span(""), *(cell._replace(ink=_plain(cell.ink)) for cell in factors.cells[1:])])


def _plain(ink: Ink) -> Ink:
    return Ink.TEXT if ink is Ink.BACKWARD else ink


def _remark(products: PathProducts, path: Path, result: Value) -> str:
    factors = [float(products.factor(edge)) for edge in path]
    with np.errstate(all="ignore"):
        plain = float(np.prod([float(products.timeline.graph.seed), *factors]))
    if isnan(plain) and not isnan(result):
        return _GATE
    return _UNDERFLOW if result == 0.0 and products.timeline.graph.seed and all(factors) else ""
