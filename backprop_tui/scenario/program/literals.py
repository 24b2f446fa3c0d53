"""Literals that can only be parameters: tuples, flags, `None`, words, and what stands in the brackets of an index."""

from __future__ import annotations

import re

from backprop_tui.ops.indexing import Index, write
from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.program.steps import Mistake, Static
from backprop_tui.scenario.text import quote

_INTEGER = r"[+-]?[0-9]{1,18}"
_WHOLE = re.compile(_INTEGER)
_LITERAL = re.compile(
    r"[ \t]*+(?:"
    rf"(\([ \t]*+(?:{_INTEGER}[ \t]*+,[ \t]*+)*+(?:{_INTEGER}[ \t]*+)?\))"
    rf"|({_INTEGER}(?![0-9.eE])|[+-]?(?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?)"
    r"|(true|True|false|False|None|none)"
    r"""|("[^"\n]*+"|'[^'\n]*+')"""
    r")(?=[ \t]*+[,)])"
)
_ONE_INDEX = re.compile(
    rf"[ \t]*+(?:({_INTEGER})|({_INTEGER})?[ \t]*+(:)[ \t]*+({_INTEGER})?(?:[ \t]*+:[ \t]*+({_INTEGER})?)?)"
    r"[ \t]*+(?=[,\]])"
)
_NO_INDEX = re.compile(r"[ \t]*+([^,\]\n]*)")
_WORDS = {"true": True, "True": True, "false": False, "False": False, "None": None, "none": None}


def read_literal(text: str, at: int) -> Static | None:
    """The literal at an offset, if there is one and the argument ends with it."""
    match = _LITERAL.match(text, at)
    if match is None or match.lastindex is None:
        return None
    word = match[match.lastindex]
    value: object
    match match.lastindex:
        case 1:
            value = tuple(map(int, re.findall(_INTEGER, word)))
            if len(value) == 1 and "," not in word:
                value = value[0]
            word = str(value)
        case 2:
            value = number(word)
        case 3:
            value = _WORDS[word]
        case _:
            value = word[1:-1]
    return Static(value, word, *match.span(match.lastindex))


def read_index(text: str, at: int) -> Static | None:
    """The whole numbers and slices in the brackets that open before an offset; None if they never close.

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
        number, first, colon, last, step = match.groups()
        if step is not None and int(step) < 1:
            message = "the step of a slice must be positive, as in PyTorch"
            raise Mistake(Code.BAD_ARGUMENT, message, *match.span(5))
        index += ((_whole(first), _whole(last), _whole(step)) if colon else int(number),)
        at = match.end() + 1
    return Static(index, write(index), start - 1, end + 1)


def _whole(digits: str | None) -> int | None:
    return None if digits is None else int(digits)


def _no_index(text: str, at: int, start: int, end: int) -> Mistake:
    found = _NO_INDEX.match(text, at)
    got = f", not {quote(found[1].rstrip())}" if found and found[1] else ""
    message = f"an index is a whole number or a slice{got}"
    return Mistake(Code.BAD_ARGUMENT, message, start, end, hint="such as x[0], x[1:3] or x[:, -1]")


def is_number(literal: Static) -> bool:
    """Whether the literal may as well be a value: a number."""
    return isinstance(literal.value, (int, float)) and not isinstance(literal.value, bool)


def number(word: str) -> int | float:
    """A number as a parameter: whole if it is written so."""
    return int(word) if _WHOLE.fullmatch(word) else float(word)
