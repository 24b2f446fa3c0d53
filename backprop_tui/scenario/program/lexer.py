"""The tokens of the program language."""

from __future__ import annotations

import re

from backprop_tui.scenario import limits
from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.names import RESERVED, fault, normal
from backprop_tui.scenario.program.mistakes import has_better, unexpected_character
from backprop_tui.scenario.program.steps import Mistake

# Kinds of tokens, as group numbers of TOKEN.
NAME, CALL, NUMBER, SYMBOL, END, OTHER = range(1, 7)
"""CALL is a name that a bracket follows: the name is the group NAME, the bracket belongs to the token."""

TOKEN = re.compile(
    r"[ \t]*+(?:"
    r"([^\W\d]\w*+(?:[\u0300-\u036f]\w*+)*+)([ \t]*+\()?+"
    r"|((?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?+)"
    r"|(\*\*|<=|>=|==|!=|/(?!/)|[-+*@<>(),.=\[\]])"
    r"|((?:\#[^\n]*+)?+(?:\n|\Z))"
    r"|(:=|//|&&|\|\||[^\n]))"
)
"""One token and the blanks before it."""


def checked_name(name: str, start: int) -> str:
    """The normal spelling of a name. Raises Mistake if it is not one."""
    if name.isascii() and len(name) <= limits.NAME_CHARACTERS and name not in RESERVED:
        return name  # the lexer lets no other ASCII characters into one
    normalised = normal(name)
    if found := fault(normalised):
        index, message, hint = found
        at = start + min(index, len(name) - 1)
        if has_better(char := normalised[index]):
            raise unexpected_character(char, at)
        end = at + 1 if index or len(normalised) == 1 else start + len(name)
        code = Code.BAD_CHARACTER if not normalised.isascii() else Code.SYNTAX
        raise Mistake(code, message, at, end, hint=hint)
    return normalised
