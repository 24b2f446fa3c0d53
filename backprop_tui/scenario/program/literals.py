"""Literals that can only be parameters: tuples, flags, `None` and words."""

from __future__ import annotations

import re

from backprop_tui.scenario.program.steps import Static

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


def is_number(literal: Static) -> bool:
    """Whether the literal may as well be a value: a number."""
    return isinstance(literal.value, (int, float)) and not isinstance(literal.value, bool)


def number(word: str) -> int | float:
    """A number as a parameter: whole if it is written so."""
    return int(word) if _WHOLE.fullmatch(word) else float(word)
