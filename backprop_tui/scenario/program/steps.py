"""A parsed program: expressions as lists of steps for a stack machine (postfix), with the place of each.

All places are offsets in the program's text. Treat everything here as immutable; there are too many of these
objects for a frozen dataclass or a named tuple, which take twice as long to make.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from backprop_tui.ops.operation import Operation
from backprop_tui.scenario.codes import Code


class Mistake(Exception):  # noqa: N818 (the user's, not ours)
    """Something wrong at `text[start:end]` of a program."""

    def __init__(
        self,
        code: Code,
        message: str,
        start: int,
        end: int,
        *,
        hint: str = "",
        notes: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.start = start
        self.end = end
        self.hint = hint
        self.notes = notes


class Form(Enum):
    """How an operation is written."""

    INFIX = "infix"
    PREFIX = "prefix"
    CALL = "call"
    METHOD = "method"
    PROPERTY = "property"
    INDEX = "index"


@dataclass(slots=True)
class Name:
    """Push the value of a name."""

    name: str
    start: int
    end: int


@dataclass(slots=True)
class Number:
    """Push a number."""

    text: str
    start: int
    end: int


@dataclass(slots=True)
class Static:
    """Push what can only be a parameter: a tuple, a flag, None or a word."""

    value: object
    text: str
    start: int
    end: int


@dataclass(slots=True)
class Keyword:
    """A parameter given by name."""

    name: str
    start: int
    end: int
    value: Static


@dataclass(slots=True)
class Apply:
    """Pop the arguments and push the result of an operation."""

    operation: Operation
    takes: int
    """How many arguments."""
    form: Form
    symbol: str
    """The operator or the function's name, as written."""
    start: int
    end: int
    """Where the operator or the function's name stands."""
    keywords: tuple[Keyword, ...] = ()
    close: int = 0
    """Where a call ends."""
    listed: int = 0
    """How many of the arguments, the first ones, stand in a list."""


@dataclass(slots=True)
class Group:
    """Put the value on top of the stack in brackets: says how it was written, computes nothing."""

    start: int
    end: int


Step: TypeAlias = Name | Number | Static | Apply | Group


@dataclass(slots=True)
class Statement:
    """`name = expression`."""

    name: str
    start: int
    end: int
    """Where the name stands."""
    line: int
    """Line of the program, from 0."""
    steps: list[Step] | None
    """None if the expression is broken: the name still counts as defined."""
