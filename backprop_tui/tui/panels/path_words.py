"""How paths, their factors and their number are written."""

from __future__ import annotations

from collections.abc import Container, Sequence

import numpy as np

from backprop_tui import formulas
from backprop_tui.engine.timeline import Timeline
from backprop_tui.formatting import CLIPPED, abbreviate, number
from backprop_tui.formulas import local_symbol, place_of
from backprop_tui.graph import Edge, Node
from backprop_tui.lenses.path_products import PathProducts
from backprop_tui.lenses.paths import MOST, Path
from backprop_tui.naming import name_of, symbol_of
from backprop_tui.scenario.text import nouns

ARROW = " → "
_EXPONENT = 4000
"""Of `MOST`."""
_NAME = 16
"""Columns of one name on a path."""
_LOOKED_AT = 100
"""Of the places that tell a path. No label has room for more."""


def many(count: int, cells: int) -> str:
    """A whole number with its thousands apart, if it fits; else about how large it is.

    >>> many(2**40, 20), many(2**100, 20)
    ('1,099,511,627,776', '≈1.27·10^30')
    """
    if count >= MOST:
        return f"over 10^{_EXPONENT}"
    digits = str(count)
    if len(digits) + (len(digits) - 1) // 3 <= cells:
        return f"{count:,}"
    mantissa, _, exponent = f"{float(digits[:15]):.2e}".partition("e+")
    return f"≈{mantissa}·10^{int(exponent) + len(digits) - len(digits[:15])}"


def paths(count: int, cells: int = 41) -> str:
    """`1 path`, `2 paths`, `1,024 paths`."""
    return f"{many(count, cells)} {nouns(count, 'path')}"


def is_known(timeline: Timeline, position: int) -> bool:
    """Whether the output is computed, and with it every derivative on the way there."""
    return timeline.plan.computed_at[timeline.graph.output] < position


def factor(products: PathProducts, edge: Edge, position: int) -> np.float64 | None:
    """The derivative along an edge between scalars; None: its consumer is not computed yet."""
    if products.timeline.plan.computed_at[edge.consumer] >= position:
        return None
    return np.float64(products.factor(edge))


def partial(timeline: Timeline, node: Node, cells: int) -> str:
    """∂output/∂node; both are abbreviated if that takes most of the columns."""
    whole = formulas.partial(timeline, node)
    if len(whole) <= 3 * cells // 4:
        return whole
    room = 3 * cells // 8 - 2
    output = timeline.graph.nodes[timeline.graph.output]
    return f"∂{abbreviate(symbol_of(output), room)}/∂{abbreviate(symbol_of(node), room)}"


def product(products: PathProducts, path: Path, position: int) -> list[str]:
    """The factors of a path, the seed last; in place of one that is not known yet, its symbol."""
    known = [factor(products, edge, position) for edge in path]
    factors = [
        local_symbol(products.timeline, edge) if one is None else number(float(one))
        for edge, one in zip(path, known, strict=True)
    ]
    seed = number(float(products.timeline.graph.seed))
    return [*factors, seed] if seed != "1" or not factors else factors


def places(timeline: Timeline, path: Path, beside: Container[Edge] = ()) -> Sequence[int]:
    """Which nodes of a path, by their place on it, tell it from another one: where edges lead that are not `beside`.

    An operand that its consumer has twice tells it, too.
    """
    if not beside:
        return range(1, len(path))
    told: list[int] = []
    for place, edge in enumerate(path):
        if edge not in beside:
            if place and told[-1:] != [place] and place_of(timeline, edge):
                told.append(place)
            if place + 1 < len(path):
                told.append(place + 1)
    return told


def named(timeline: Timeline, path: Path, told: Sequence[int]) -> Sequence[int]:
    """Those of the places where the node has a name of its own, or is one of two equal operands; all if none is so."""
    nodes = timeline.graph.nodes
    short = [
        place for place in told[:_LOOKED_AT] if nodes[path[place].operand].is_named or place_of(timeline, path[place])
    ]
    return short or told


def label(timeline: Timeline, path: Path, told: Sequence[int], cells: int) -> str:
    """A path in that many columns, `b → c → e`: whole, or its ends and what fits of the places that are `told`."""
    if len(path) * len(f"x{ARROW}") < cells:
        whole = shortened(timeline, path, range(1, len(path)))
        if len(whole) <= cells:
            return whole
    fitting = ""
    for kept in range(len(told) + 1):
        text = shortened(timeline, path, told[:kept])
        if len(text) > cells:
            break
        fitting = text
    return fitting or _ends(timeline, path, cells)


def shortened(timeline: Timeline, path: Path, told: Sequence[int]) -> str:
    """A path with these places and its ends, and an ellipsis for each gap."""
    parts = [_name(timeline, path[0])] if path else []
    last = 0
    for place in (*told, len(path)):
        if place > last + 1:
            parts.append(CLIPPED)
        parts.append(_name(timeline, path[place]) if place < len(path) else _end(timeline))
        last = place
    return ARROW.join(parts)


def _ends(timeline: Timeline, path: Path, cells: int) -> str:
    """The two ends of a path, both abbreviated."""
    if not path:
        return abbreviate(_end(timeline), cells)
    gap = ARROW if len(path) == 1 else ARROW + CLIPPED + ARROW
    room = max(1, cells - len(gap))
    return abbreviate(_name(timeline, path[0]), room - room // 2) + gap + abbreviate(_end(timeline), room // 2)


def _end(timeline: Timeline) -> str:
    return abbreviate(name_of(timeline.graph.nodes[timeline.graph.output]), _NAME)


def _name(timeline: Timeline, edge: Edge) -> str:
    """What an edge leads out of; with its place, if the consumer has the same operand twice."""
    operand, place = timeline.graph.nodes[edge.operand], place_of(timeline, edge)
    return abbreviate(symbol_of(operand), _NAME) + place if place else abbreviate(name_of(operand), _NAME)
