"""A lesson's Markdown as lines: bold, code and lists. Everything else is literal text, and nothing can be clicked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from backprop_tui.tui.lines import Ink, Line, Span, wrapped

_MARKED = re.compile(r"\*\*(?P<bold>[^*]+)\*\*|\*(?P<emphasis>[^\s*][^*]*)\*|(?<!`)`(?P<code>[^`]+)`(?!`)")
_ITEM = re.compile(r"(?:[-*]|\d+\.) ")
_FENCE = "```"


def render(text: str, cells: int) -> list[Line]:
    """The text wrapped to that many cells; a blank line between paragraphs."""
    lines: list[Line] = []
    for block in _blocks(text):
        if lines:
            lines.append(())
        lines += _lines(block, cells)
    return lines


def first_paragraph(text: str, cells: int, rows: int) -> list[Line]:
    """The first paragraph alone, and no more than that many lines of it."""
    block = next(_blocks(text), None)
    return list(islice(_lines(block, cells), rows)) if block else []


def _lines(block: Sequence[str], cells: int) -> Iterator[Line]:
    if block[0].startswith(_FENCE):
        yield from ((Span(f"  {line}", Ink.STRONG),) for line in block[1:] if not line.startswith(_FENCE))
    elif block[0].startswith("#"):
        yield from wrapped([Span(" ".join(block).lstrip("# "), Ink.STRONG)], cells)
    else:
        for bullet, part in _parts(block):
            indent = bullet
            for line in wrapped(_spans(part), cells - len(bullet)):
                yield (Span(indent), *line)
                indent = " " * len(bullet)


def _blocks(text: str) -> Iterator[list[str]]:
    """Lines that belong together: paragraphs, lists, headings, fenced code."""
    block: list[str] = []
    fenced = False
    for line in text.strip("\n").split("\n"):
        is_fence = line.startswith(_FENCE)
        alone = not fenced and (is_fence or line.startswith("#") or bool(block and block[0].startswith("#")))
        if (alone or (not line.strip() and not fenced)) and block:
            yield block
            block = []
        if line.strip() or fenced:
            block.append(line)
        if is_fence:
            fenced = not fenced
    if block:
        yield block


def _parts(block: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The items of a list with their bullets, or the whole paragraph as one."""
    bullet, words = "", ""
    for line in block:
        item = _ITEM.match(line.lstrip())
        if item:
            if words:
                yield bullet, words
            marker = item.group()
            bullet = "· " if marker in ("- ", "* ") else marker
            words = line.lstrip()[len(marker) :]
        else:
            words = f"{words} {line.strip()}".strip()
    yield bullet, words


def _spans(text: str) -> Iterator[Span]:
    end = 0
    for match in _MARKED.finditer(text):
        yield Span(text[end : match.start()])
        yield Span(match["bold"] or match["emphasis"] or match["code"], Ink.FORWARD if match["code"] else Ink.STRONG)
        end = match.end()
    yield Span(text[end:])
