"""A lesson's Markdown as lines: bold, code and lists. Everything else is literal text, and nothing can be clicked."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from backprop_tui import prose
from backprop_tui.prose import Block, Kind, Style
from backprop_tui.tui.lines import Ink, Line, Span, wrapped

_INKS = {Style.PLAIN: Ink.TEXT, Style.BOLD: Ink.STRONG, Style.EMPHASIS: Ink.STRONG, Style.CODE: Ink.FORWARD}


def render(text: str, cells: int) -> list[Line]:
    """The text wrapped to that many cells; a blank line between paragraphs."""
    lines: list[Line] = []
    for block in prose.blocks(text):
        if lines:
            lines.append(())
        lines += _lines(block, cells)
    return lines


def first_paragraph(text: str, cells: int, rows: int) -> list[Line]:
    """The first paragraph alone, and no more than that many lines of it."""
    block = next(prose.blocks(text), None)
    return list(islice(_lines(block, cells), rows)) if block else []


def _lines(block: Block, cells: int) -> Iterator[Line]:
    match block.kind:
        case Kind.FENCE:
            yield from ((Span(f"  {line}", Ink.STRONG),) for line in block.lines)
        case Kind.HEADING:
            yield from wrapped([Span(block.lines[0], Ink.STRONG)], cells)
        case Kind.TEXT:
            for marker, words in block.parts:
                indent = bullet = "· " if marker in ("- ", "* ") else marker
                spans = [Span(run.text, _INKS[run.style]) for run in prose.runs(words)]
                for line in wrapped(spans, cells - len(bullet)):
                    yield (Span(indent), *line)
                    indent = " " * len(bullet)
