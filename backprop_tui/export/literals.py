"""Numbers and arrays as Python writes them: read back, they are the same float64, bit for bit."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import copysign, isfinite, isnan
from typing import Any

import numpy as np

from backprop_tui.export.expressions import Binding, Expression
from backprop_tui.formatting import exact
from backprop_tui.graph import Value, is_finite

_ON_ONE_LINE = 12
"""An array of more elements has a line for each row."""
_IN_A_LINE = 5
"""Elements of a row that stand in one line, if the row is longer than `_ON_ONE_LINE`."""
_NOT_FINITE = re.compile(r"inf|nan")


def number(value: Value) -> Expression:
    """A number beside a tensor: as short as it can be, `1`, `0.5`, `-1e9`."""
    x = float(value)
    if not isfinite(x):
        text = "torch.nan" if isnan(x) else "torch.inf" if x > 0 else "-torch.inf"
    else:
        text = exact(x) if x or copysign(1, x) > 0 else "-0.0"
    return Expression(text, Binding.SIGN if text.startswith("-") else Binding.ATOM)


def array(value: Value, column: int) -> str:
    """A number or nested lists, of floats in any case. Further rows begin below the first, which is at a column."""
    numbers: Any = value.tolist()
    text = repr(numbers) if value.size <= _ON_ONE_LINE else _rows(numbers, column)
    return text if is_finite(value) else _NOT_FINITE.sub(r"torch.\g<0>", text)


def constant(value: Value, column: int, write: Callable[[Value, int], str]) -> str:
    """The call that makes a tensor of numbers that the program says; `write` spells an array, as `array` does."""
    first = value.flat[0]
    if value.size > 1 and np.all(value.view(np.int64) == first.view(np.int64)):
        return f"torch.full({value.shape}, {array(first, 0)})"
    opening = "torch.tensor("
    return f"{opening}{write(value, column + len(opening))})"


def _rows(numbers: list[Any], column: int) -> str:
    """Recursive over the axes, of which there are 8 at most."""
    column += 1
    if isinstance(numbers[0], list):
        return f"[{_lines([_rows(part, column) for part in numbers], column)}]"
    texts = list(map(repr, numbers))
    if len(texts) > _ON_ONE_LINE:
        texts = [", ".join(texts[start : start + _IN_A_LINE]) for start in range(0, len(texts), _IN_A_LINE)]
        return f"[{_lines(texts, column)}]"
    return f"[{', '.join(texts)}]"


def _lines(parts: list[str], column: int) -> str:
    return (",\n" + " " * column).join(parts)
