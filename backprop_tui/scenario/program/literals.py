"""Literals that can only be parameters: tuples, flags, `None`, words, and what stands in the brackets of an index."""

from __future__ import annotations

import re
from math import isinf

from backprop_tui.ops.indexing import REST, Index, One, write
from backprop_tui.ops.operation import Parameter
from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.program.mistakes import REVERSED, too_large
from backprop_tui.scenario.program.steps import Mistake, Static
from backprop_tui.scenario.text import quote

DIGITS = 18
"""Of the largest whole number there may be."""
_ANY_INTEGER = r"[+-]?[0-9]++"
_INTEGER = rf"[+-]?[0-9]{{1,{DIGITS}}}"
_WHOLE = re.compile(_INTEGER)
_TOO_LARGE = re.compile(rf"(?<![.\w])[+-]?[0-9]{{{DIGITS + 1},}}+(?![.eE])")
_LITERAL = re.compile(
    r"[ \t]*+(?:"
    rf"(\([ \t]*+(?:{_ANY_INTEGER}[ \t]*+,[ \t]*+)*+(?:{_ANY_INTEGER}[ \t]*+)?\))"
    rf"|({_INTEGER}(?![0-9.eE])|[+-]?(?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?)"
    r"|(true|True|false|False|None|none)"
    r"""|("[^"\n]*+"|'[^'\n]*+')"""
    r")(?=[ \t]*+[,)])"
)
_ONE_INDEX = re.compile(
    rf"[ \t]*+(?:({_INTEGER})|(\.\.\.|None|none)"
    rf"|({_INTEGER})?[ \t]*+(:)[ \t]*+({_INTEGER})?(?:[ \t]*+:[ \t]*+({_INTEGER})?)?)"
    r"[ \t]*+(?=[,\]])"
)
_NO_INDEX = re.compile(r"[ \t]*+([^,\]\n]*)")
_BLANK = re.compile(r"[ \t]*+")
_WORDS = {"true": True, "True": True, "false": False, "False": False, "None": None, "none": None}


def read_literal(text: str, at: int) -> Static | None:
    """The literal at an offset, if there is one and the argument ends with it.

    Raises Mistake.
    """
    match = _LITERAL.match(text, at)
    if match is None or match.lastindex is None:
        return None
    word = match[match.lastindex]
    value: object
    match match.lastindex:
        case 1:
            inner = word[1:-1].strip()
            if inner and "," not in inner:
                value, word = number(inner), inner
            elif large := _TOO_LARGE.search(text, *match.span(1)):
                raise too_large(*large.span(), digits=DIGITS)
            else:
                value = tuple(map(int, re.findall(_INTEGER, word)))
                word = str(value)
        case 2:
            value = number(word)
        case 3:
            value = _WORDS[word]
        case _:
            value = word[1:-1]
    return Static(value, word, *match.span(match.lastindex))


def read_index(text: str, at: int) -> Static | None:
    """What stands in the brackets of an index that open before an offset; None if they never close.

    Raises Mistake.
    """
    start, end = at, text.find("]", at)
    if not 0 <= end < (text.find("\n", at) % (len(text) + 1)):
        return None
    index: Index = ()
    while at <= end:
        match = _ONE_INDEX.match(text, at)
        if match is None:
            raise _no_index(text, at, start - 1, end + 1)
        number, word, first, colon, last, step = match.groups()
        if step is not None and int(step) < 1:
            message = "the step of a slice must be positive, as in PyTorch"
            raise Mistake(Code.BAD_ARGUMENT, message, *match.span(6), hint=REVERSED)
        if word == REST and REST in index:
            raise Mistake(Code.BAD_ARGUMENT, "an index has one ... at most", *match.span(2))
        one: One = (_whole(first), _whole(last), _whole(step)) if colon else _whole(number)
        index += (word if word == REST else one,)
        at = match.end() + 1
        if text[match.end()] == "," and (blank := _BLANK.match(text, at)) and blank.end() == end:
            break  # x[0,]
    return Static(index, write(index), start - 1, end + 1)


def _whole(digits: str | None) -> int | None:
    return None if digits is None else int(digits)


def _no_index(text: str, at: int, start: int, end: int) -> Mistake:
    found = _NO_INDEX.match(text, at)
    if found and (large := _TOO_LARGE.search(text, *found.span(1))):
        return too_large(*large.span(), digits=DIGITS)
    got = f", not {quote(found[1].rstrip())}" if found and found[1] else ""
    message = f"an index is a whole number, a slice, ... or None{got}"
    return Mistake(Code.BAD_ARGUMENT, message, start, end, hint="such as x[0], x[1:3], x[..., -1] or x[:, None]")


def is_number(literal: Static) -> bool:
    """Whether the literal may as well be a value: a number."""
    return isinstance(literal.value, (int, float)) and not isinstance(literal.value, bool)


def too_large_for(parameter: Parameter, literal: Static, start: int, end: int) -> Mistake | None:
    """The mistake of a number that the parameter would take if it were smaller; None if there is another one."""
    if parameter.accepts(0.0):
        return too_large(start, end) if isinstance(literal.value, float) and isinf(literal.value) else None
    is_whole = parameter.accepts(0) and _TOO_LARGE.fullmatch(literal.text)
    return too_large(start, end, digits=DIGITS) if is_whole else None


def number(word: str) -> int | float:
    """A number as a parameter: whole if it is written so."""
    return int(word) if _WHOLE.fullmatch(word) else float(word)
