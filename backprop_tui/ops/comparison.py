"""Comparisons: masks of 0 and 1. A mask is flat almost everywhere, so no gradient passes through it."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from backprop_tui.graph import Value
from backprop_tui.ops.kinks import Kink
from backprop_tui.ops.operation import Operation, Sample
from backprop_tui.ops.shapes import broadcast

# Equality is an edge of the ordering comparisons only: == is asked for the sake of it.
_EDGE = Kink(where=lambda y, a, b: a == b, met="{a} and {b} are equal, where the mask jumps")


def _comparison(
    name: str, symbol: str, compare: Callable[[Any, Any], Any], words: str, kinks: tuple[Kink, ...] = ()
) -> Operation:
    def forward(a: Value, b: Value) -> Value:
        return np.float64(compare(a, b)) if np.ndim(a) == np.ndim(b) == 0 else compare(a, b).astype(np.float64)

    return Operation(
        name=name,
        symbol=symbol,
        operands=("a", "b"),
        forward=forward,
        derivatives=(),
        shape=broadcast,
        words=f"{{y}} is 1 where {{a}} is {words} {{b}}, and 0 elsewhere. No gradient passes through a mask.",
        torch=f"({{a}} {symbol} {{b}}).double()",
        kinks=kinks,
        sample=Sample(([1.0, 2.0, 3.0], [2.0, 2.0, 2.0])),
    )


OPERATIONS = (
    _comparison("lt", "<", operator.lt, "less than", (_EDGE,)),
    _comparison("le", "<=", operator.le, "at most", (_EDGE,)),
    _comparison("gt", ">", operator.gt, "greater than", (_EDGE,)),
    _comparison("ge", ">=", operator.ge, "at least", (_EDGE,)),
    _comparison("eq", "==", operator.eq, "equal to"),
    _comparison("ne", "!=", operator.ne, "different from"),
)
