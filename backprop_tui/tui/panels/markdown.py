"""A lesson's Markdown as lines: bold, code and lists. Everything else is literal text, and nothing can be clicked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from backprop_tui.tui.lines import Ink, Line, Span, wrap

_MARKED = re.compile(r"\*\*(?P<bold>[^*]+)\*\*|\*(?P<emphasis>[^\s*][^*]*)\*|(?<!`)`(?P<code>[^`]+)`(?!`)")
_ITEM = re.compile(r"(?:[-*]|\d+\.) ")
_FENCE = "```"


def render(text: str, cells: int) -> list[Line]:
    """The text wrapped to that many cells; a blank line between paragraphs."""
    lines: list[Line] = []
    for block in _blocks(text):
        if lines:
            lines.append(())
        if block[0].startswith(_FENCE):
            lines += [(Span(f"  {line}", Ink.STRONG),) for line in block[1:] if not line.startswith(_FENCE)]
        elif block[0].startswith("#"):
            lines += wrap([Span(" ".join(block).lstrip("# "), Ink.STRONG)], cells)
        else:
            for indent, part in _parts(block):
                wrapped = wrap(_spans(part), cells - len(indent))
                lines.append((Span(indent), *wrapped[0]))
                lines += [(Span(" " * len(indent)), *line) for line in wrapped[1:]]
    return lines


def first_paragraph(text: str, cells: int) -> list[Line]:
    """The first paragraph alone."""
    for block in _blocks(text):
        return render("\n".join(block), cells)
    return []


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


def _parts(block: list[str]) -> Iterator[tuple[str, str]]:
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
