"""What was typed as an answer, and when it counts as right."""

from __future__ import annotations

import re
from enum import Enum
from math import inf, isfinite, isnan, nan
from typing import NamedTuple

MOST_TYPED = 40
"""Characters of an answer."""
CLOSE = 1e-3
"""An answer this close is right, as a share of the number itself."""
RULE = "Right is a number within 0.1 %, or rounded correctly to the digits typed, of which there are two at least."

_NUMBER = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?", re.ASCII | re.IGNORECASE)
_WORDS = {"inf": inf, "infinity": inf, "∞": inf, "nan": nan}
_NOISE = 1e-12
"""What is so much smaller than the numbers that it was made of is a 0 that rounding has missed."""
_SLACK = 1 + 1e-9
"""Half of a last digit, as exactly as binary numbers can tell."""


class Sign(Enum):
    """What a number is, to who need not know how large."""

    PLUS = "+"
    MINUS = "-"
    ZERO = "0"


class NotAnAnswer(ValueError):  # noqa: N818  (no error of ours)
    """What was typed cannot be one; the message says what is expected."""


class Typed(NamedTuple):
    """A number as it was typed."""

    value: float
    unit: float | None = None
    """What its last digit counts, if there are two significant digits or more."""


def number_in(text: str) -> Typed:
    """The number in a text: `5`, `5,0`, ` +.5 `, `-1/3`, `1e-3`, `−2`, `inf`, `nan`. Raises NotAnAnswer."""
    plain = text.strip().replace("−", "-").replace(",", ".")
    if not plain:
        raise NotAnAnswer("Type a number: 5, -0.25, 2/3 or 1e-3.")
    upper, slash, lower = (part.strip() for part in plain.partition("/"))
    if not slash:
        return _typed(upper, text)
    numerator, denominator = _typed(upper, text).value, _typed(lower, text).value
    if denominator == 0:
        raise NotAnAnswer("Nothing can be divided by 0: type inf, -inf or nan, if that is what you mean.")
    return Typed(numerator / denominator)


def _typed(plain: str, text: str) -> Typed:
    sign, word = (plain[0], plain[1:]) if plain[:1] in ("+", "-") else ("", plain)
    if word.lower() in _WORDS:
        return Typed(-_WORDS[word.lower()] if sign == "-" else _WORDS[word.lower()])
    found = _NUMBER.fullmatch(plain)
    if not found or not (found[2] or found[3]):
        if plain.count(".") > 1:
            raise NotAnAnswer("Only one decimal point, and nothing between thousands: 12345.6.")
        raise NotAnAnswer(f"'{text.strip()}' is no number: type one like 5, -0.25, 2/3 or 1e-3.")
    whole, fraction, exponent = found[2], found[3] or "", int(found[4] or 0)
    digits = len((whole + fraction).lstrip("0"))
    return Typed(float(plain), 10.0 ** (exponent - len(fraction)) if digits >= 2 else None)


def sign_in(text: str) -> Sign:
    """The sign in a text: `+`, `-`, `−`, `0`. Raises NotAnAnswer."""
    try:
        return Sign(text.strip().replace("−", "-"))
    except ValueError:
        raise NotAnAnswer("Type +, - or 0.") from None


def sign_of(number: float, scale: float = 0.0) -> Sign:
    """The sign of a number that is no NaN; `scale` as in `agrees`."""
    if abs(number) <= _NOISE * scale:
        return Sign.ZERO
    return Sign.PLUS if number > 0 else Sign.MINUS


def agrees(typed: Typed, number: float, scale: float = 0.0) -> bool:
    """Whether what was typed is that number, by `RULE`. `scale` is how large the numbers were that it was made of."""
    if isnan(number):
        return isnan(typed.value)
    if not isfinite(number) or not isfinite(typed.value):
        return typed.value == number
    off = abs(typed.value - number)
    if number == 0 or typed.value == 0:
        return off <= _NOISE * (scale if isfinite(scale) else 0.0)
    return off <= CLOSE * abs(number) * _SLACK or (typed.unit is not None and off <= typed.unit / 2 * _SLACK)
