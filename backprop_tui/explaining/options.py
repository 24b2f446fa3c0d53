"""What `backprop-tui explain` can be asked for. Knows nothing of numpy: listing it is instant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from backprop_tui.explaining.document import Block
    from backprop_tui.graph import Graph


class Level(Enum):
    """How much is said; each says what those before it say, and more."""

    WORDS = "words"
    SYMBOLS = "symbols"
    NUMBERS = "numbers"

    @property
    def has_symbols(self) -> bool:
        """Whether there are formulas."""
        return self is not Level.WORDS

    @property
    def has_numbers(self) -> bool:
        """Whether there are numbers under them."""
        return self is Level.NUMBERS


class Format(NamedTuple):
    """A way to write it: the module of its name beside this one, with a function `lines(blocks, graph)`."""

    summary: str
    encoding: str | None = "utf-8"
    """None: for people, in the encoding of their terminal."""


FORMATS = {
    "text": Format("plain text", encoding=None),
    "markdown": Format("Markdown, with its formulas in LaTeX"),
}


def writer(name: str) -> Callable[[Iterable[Block], Graph], Iterator[str]]:
    """The function that writes blocks in a format, line by line."""
    lines: Callable[[Iterable[Block], Graph], Iterator[str]] = import_module(f"backprop_tui.explaining.{name}").lines
    return lines
