"""Numbers, arrays and names as text for people: four significant digits, in a field that never jumps."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from backprop_tui.graph import Shape, Value

NOT_COMPUTED = "·"
"""Shown where a value is not computed yet at this position. Never 0."""
NO_GRADIENT = "—"
"""Shown where there never will be a gradient: constants, `requires_grad = false`, nodes off the output's paths."""
NUMBER_WIDTH = 9
"""No scalar is wider than this."""
CLIPPED = "…"

_LARGE, _SMALL = 1e5, 1e-3
_CANCELLED = 1e-9


def number(x: float) -> str:
    """A scalar in at most `NUMBER_WIDTH` characters: whole numbers whole, the rest to four digits.

    >>> number(6.0), number(0.7310585), number(-1.2341e-7), number(float("nan"))
    ('6', '0.7311', '-1.234e-7', 'nan')
    """
    x = float(x)
    size = abs(x)
    if not size < float("inf"):
        return str(x)  # nan, inf, -inf
    if size < _LARGE and x == int(x):
        return str(int(x))  # also makes -0.0 a plain 0
    if _SMALL <= size < _LARGE:
        text = f"{x:.4g}" if size < 9999.5 else f"{x:.0f}"
        return text if "e" not in text else f"{x:.0f}"
    for digits in (3, 2, 1, 0):
        mantissa, exponent = f"{x:.{digits}e}".split("e")
        text = f"{mantissa}e{int(exponent)}"
        if len(text) <= NUMBER_WIDTH:
            break
    return text


def exact(x: float) -> str:
    """A scalar with all its digits, so that reading it back gives the same float64."""
    text = repr(float(x))
    return text.removesuffix(".0")


def array(value: Value, width: int = 24) -> str:
    """A scalar or an array in at most `width` characters: whole if it fits, else its shape and perhaps a summary.

    >>> array(np.array([0.22, 0.26])), array(np.ones((3, 4)), 16)
    ('[0.22 0.26]', '(3,4) μ=1')
    """
    if value.ndim == 0:
        return clip(number(float(value)), width)
    if value.size <= width // 2:
        text = _nested(value)
        if len(text) <= width:
            return text
    text = f"{shape(value.shape)} {summary(value)}"
    return text if len(text) <= width else clip(shape(value.shape), width)  # a number that is cut is another number


def summary(value: Value) -> str:
    """The mean of an array, `μ=0.12`; where the elements cancel out, what bounds them: `|x|≤0.65`.

    A mean that is only rounding error says nothing, and gradients of a softmax always add up to 0.
    """
    with np.errstate(all="ignore"):
        mean, most = float(np.mean(value)), float(np.max(np.abs(value)))
        if not np.isfinite(mean) and np.isfinite(most):  # the sum overflows, the mean does not
            mean = float(np.sum(value / value.size))
    return f"|x|≤{number(most)}" if abs(mean) < _CANCELLED * most else f"μ={number(mean)}"


def shape(lengths: Shape) -> str:
    """A shape without blanks: `(3,4)`, `(2,)`, `()`."""
    return str(tuple(lengths)).replace(" ", "")


def value(x: Value | None, width: int = 24, *, missing: str = NOT_COMPUTED) -> str:
    """A value as text, or `missing` if there is none."""
    return missing if x is None else array(x, width)


def clip(text: str, width: int) -> str:
    """The text, or as much of it as fits before an ellipsis."""
    if len(text) <= width:
        return text
    return text[: width - 1] + CLIPPED if width > 0 else ""


def abbreviate(text: str, width: int) -> str:
    """The text, or its two ends around an ellipsis: partial sums of one long sum stay apart.

    >>> abbreviate("w0 * x0 + w1 * x1 + b", 12)
    'w0 * …x1 + b'
    """
    if len(text) <= width:
        return text
    tail = max(0, width // 2)
    return text[: max(0, width - 1 - tail)] + CLIPPED + text[len(text) - tail :] if width > 0 else ""


def typeset(expression: str) -> str:
    """An expression of the program as it is drawn: `c * d` becomes `c · d`; powers stay `**`."""
    return re.sub(r"(?<!\*)\*(?!\*)", "·", expression)


def _nested(value: Any) -> str:
    """`[[1 2] [3 4]]`. Recursive over the axes, of which there are 8 at most."""
    if value.ndim == 0:
        return number(float(value))
    return f"[{' '.join(_nested(part) for part in value)}]"
