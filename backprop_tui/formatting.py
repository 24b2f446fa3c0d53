"""Numbers, arrays and names as text for people: four significant digits, in a field that never jumps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
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
MOST_DISTINCT = 5_000
"""Of more texts `distinct` takes too long: then those that are cut may be alike."""

_CLOSING = {"(": ")", "[": "]"}
_OPENING = {")": "(", "]": "["}
_SHIFTED = 3
"""So many characters further to the right a text may be cut, to keep a word or a bracket."""
_BRACKET = re.compile(r"[()\[\]]")
_LARGE, _SMALL = 1e5, 1e-3
_CANCELLED = 1e-9


@lru_cache(4096)
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
    """A scalar with all its digits, so that reading it back gives the same float64, in the shortest way to write it.

    >>> exact(0.1), exact(1000.0), exact(1e-5), exact(-1e9)
    ('0.1', '1000', '1e-5', '-1e9')
    """
    text = repr(float(x)).removesuffix(".0")
    mantissa, marker, exponent = text.partition("e")
    if marker:
        return f"{mantissa}e{int(exponent)}"
    if abs(x) < _LARGE or not text.endswith("00"):
        return text
    digits = text.lstrip("-")
    fraction = digits[1:].rstrip("0")
    short = f"{text[: -len(digits)]}{digits[0]}{'.' * bool(fraction)}{fraction}e{len(digits) - 1}"
    return min(text, short, key=len)


def bracketed(number: str) -> str:
    """A number as it stands after an operator: in brackets, if it is negative."""
    return f"({number})" if number.startswith("-") else number


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
    return f"|x|≤{number(most)}" if is_cancelled(mean, most) else f"μ={number(mean)}"


def is_cancelled(mean: float, most: float) -> bool:
    """Whether a mean of numbers as large as that is only what rounding has left of it."""
    return abs(mean) < _CANCELLED * most


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


@lru_cache(4096)
def abbreviate(text: str, width: int, most: int | None = None) -> str:
    """The text, or its two ends around an ellipsis: partial sums of one long sum stay apart.

    What was cut closes the brackets that it left open, where there is room for that. `most` of the end is kept; by
    default one half.

    >>> abbreviate("w0 * x0 + w1 * x1 + b", 12), abbreviate("x.reshape(1, -1) * (x - mu)", 20)
    ('w0 * …x1 + b', 'x.reshape…* (x - mu)')
    """
    if len(text) <= width:
        return text
    if width <= 0:
        return ""
    most = width // 2 if most is None else most
    for kept in range(width - 1, -1, -1):
        for tail in range(min(kept, most), max(0, min(kept, most) - _SHIFTED) - 1, -1):
            head, end = text[: kept - tail], text[len(text) - tail :]
            gap = _balanced(head, end, text[len(head)])
            if kept + len(gap) <= width:
                return head + gap + end
    return text[: width - 1 - most] + CLIPPED + text[len(text) - most :]


def distinct(texts: Sequence[str], width: int) -> list[str]:
    """Texts that stand beside each other, abbreviated: those that would read the same are cut elsewhere, if it helps.

    >>> distinct(["w1_0_5 · h0_0_5", "w1_1_5 · h0_0_5", "x"], 8)
    ['w1_0_5 …', 'w1_1_5 …', 'x']
    """
    short = [abbreviate(text, width) for text in texts]
    alike: dict[str, list[int]] = {}
    for place, text in enumerate(short):
        alike.setdefault(text, []).append(place)
    tails = sorted(range(width), key=lambda tail: abs(tail - width // 2))
    taken = set(alike)
    for text, places in alike.items():
        same = {texts[place] for place in places}
        if len(same) == 1 or width <= 0:
            continue
        told = [len({(one[: width - 1 - tail], one[len(one) - tail :]) for one in same}) for tail in tails]
        tail = tails[told.index(max(told))]
        cut = [abbreviate(texts[place], width, tail) for place in places]
        if taken.isdisjoint(set(cut) - {text}):
            taken.update(cut)
            for place, other in zip(places, cut, strict=True):
                short[place] = other
    return short


def _balanced(head: str, end: str, following: str) -> str:
    """The ellipsis between two ends of a text, with the brackets that only one of them has.

    A word that is cut is not to be read as the name of a call: `tan…(…+ b)`, but `tanh(…+ b)`.
    """
    opened, closed = _lone_brackets(head)[1], _lone_brackets(end)[0]
    while opened and closed and closed[-1] == _CLOSING[opened[0]]:  # what is left open outermost closes outermost
        opened, closed = opened[1:], closed[:-1]
    closing = "".join(_CLOSING[one] for one in reversed(opened))
    opening = "".join(_OPENING[one] for one in reversed(closed))
    gap = CLIPPED + closing if closing or (head and opening and following != opening[0]) else ""
    return gap + opening + CLIPPED if opening or not gap else gap


def _lone_brackets(text: str) -> tuple[str, str]:
    """The brackets that close nothing in the text, and those that stay open."""
    closed, opened = "", ""
    for character in _BRACKET.findall(text):
        if character in _CLOSING:
            opened += character
        elif opened:
            opened = opened[:-1]
        else:
            closed += character
    return closed, opened


def typeset(expression: str) -> str:
    """An expression of the program as it is drawn: `c * d` becomes `c · d`; powers stay `**`."""
    return re.sub(r"(?<!\*)\*(?!\*)", "·", expression)


def _nested(value: Any) -> str:
    """`[[1 2] [3 4]]`. Recursive over the axes, of which there are 8 at most."""
    if value.ndim == 0:
        return number(float(value))
    return f"[{' '.join(_nested(part) for part in value)}]"
