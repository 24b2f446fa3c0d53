"""The Markdown of a lesson, taken apart: headings, lists, fenced code; bold, emphasis, code. All else is literal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

_MARKED = re.compile(r"\*\*(?P<bold>[^*]+)\*\*|\*(?P<emphasis>[^\s*][^*]*)\*|(?<!`)`(?P<code>[^`]+)`(?!`)")
_ITEM = re.compile(r"(?:[-*]|\d+\.) ")
_FENCE = "```"


class Style(Enum):
    """What a piece of text is."""

    PLAIN = "plain"
    BOLD = "bold"
    EMPHASIS = "emphasis"
    CODE = "code"


class Run(NamedTuple):
    """A piece of text of one style, without what marks it."""

    text: str
    style: Style = Style.PLAIN


class Kind(Enum):
    """What a block is."""

    TEXT = "text"
    HEADING = "heading"
    FENCE = "fence"


class Block(NamedTuple):
    """Lines that belong together."""

    kind: Kind
    lines: Sequence[str]
    """As they were written, without what makes a heading or a fence of them."""

    @property
    def parts(self) -> Iterator[tuple[str, str]]:
        """The items of a list with their markers, `- ` or `1. `; or the whole paragraph as one, without a marker."""
        marker, words = "", ""
        for line in self.lines:
            item = _ITEM.match(line.lstrip())
            if item:
                if words:
                    yield marker, words
                marker = item.group()
                words = line.lstrip()[len(marker) :]
            else:
                words = f"{words} {line.strip()}".strip()
        yield marker, words


def blocks(text: str) -> Iterator[Block]:
    """Paragraphs, lists, headings and fenced code, in order."""
    for lines in _groups(text):
        if lines[0].startswith(_FENCE):
            yield Block(Kind.FENCE, [line for line in lines if not line.startswith(_FENCE)])
        elif lines[0].startswith("#"):
            yield Block(Kind.HEADING, [" ".join(lines).lstrip("# ")])
        else:
            yield Block(Kind.TEXT, lines)


def runs(text: str) -> Iterator[Run]:
    """A line of words in pieces of one style."""
    end = 0
    for match in _MARKED.finditer(text):
        yield Run(text[end : match.start()])
        style = Style(match.lastgroup)
        yield Run(match[style.value], style)
        end = match.end()
    yield Run(text[end:])


def _groups(text: str) -> Iterator[list[str]]:
    group: list[str] = []
    fenced = False
    for line in text.strip("\n").split("\n"):
        is_fence = line.startswith(_FENCE)
        alone = not fenced and (is_fence or line.startswith("#") or bool(group and group[0].startswith("#")))
        if (alone or (not line.strip() and not fenced)) and group:
            yield group
            group = []
        if line.strip() or fenced:
            group.append(line)
        if is_fence:
            if fenced:
                yield group
                group = []
            fenced = not fenced
    if group:
        yield group
