"""What a worked solution is made of: plain data, of which each format makes lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from backprop_tui.graph import Value
from backprop_tui.narration import Term


class Name(NamedTuple):
    """What a node, a derivative or the like is called in formulas: `c`, `(a + b)`, `∂e/∂c`."""

    text: str


Words: TypeAlias = tuple[str | Name, ...]
"""A paragraph, in pieces. All of it is literal."""
Cell: TypeAlias = str | Name | Value | None
"""None: there never is a gradient."""


class Title(NamedTuple):
    """What the whole is about."""

    words: Words


class Section(NamedTuple):
    """The heading of a part."""

    title: str


class Paragraph(NamedTuple):
    """Sentences."""

    words: Words


class Lesson(NamedTuple):
    """Text in the Markdown that lessons are written in; see `backprop_tui.prose`."""

    text: str


class Program(NamedTuple):
    """Lines of a program."""

    lines: Sequence[str]


class Table(NamedTuple):
    """Rows under a head, made anew each time that they are asked for."""

    head: tuple[str, ...]
    rows: Callable[[], Iterator[tuple[Cell, ...]]]


class Equation(NamedTuple):
    """What is called `left`, in symbols; then the same in numbers; then what comes out."""

    left: str
    """Empty, and the sign too, where it has no name."""
    sign: str
    """`=`, or `+=` if it is added to what is there."""
    right: tuple[Term, ...]
    result: Value | None = None
    """None: no numbers are wanted."""


class Equations(NamedTuple):
    """Equations that belong together."""

    equations: tuple[Equation, ...]


class Change(NamedTuple):
    """What becomes of a gradient."""

    gradient: str
    """∂e/∂b."""
    name: str
    """`b`."""
    before: Value | None
    """None: nothing had arrived yet."""
    after: Value


class Step(NamedTuple):
    """One event of the run."""

    number: int
    """From 1, as in the app and in traces."""
    heading: Words = ()
    equation: Equation | None = None
    change: Change | None = None
    local: Equation | None = None
    """The local derivative in symbols, if there is more to it than a number."""
    notes: tuple[str, ...] = ()
    """On shapes and the like, a line each."""
    words: str = ""


Block: TypeAlias = Title | Section | Paragraph | Lesson | Program | Table | Equations | Step
