"""Text that Markdown shows as it is: no HTML, link, picture, formula or list can be made of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from backprop_tui import prose
from backprop_tui.prose import Kind, Run, Style

_SPECIAL = re.compile(
    r"[\\`*_{}\[\]<>#|~$&^]"
    r"|[:@](?=\S)"  # addresses, @names, :emoji:
    r"|(?<=www)\.",
    re.IGNORECASE,
)
_MARKER = re.compile(r"\s*(\d*)([-+=.)])")
_TICKS = re.compile(r"`{3,}")
_MARKS = {Style.BOLD: "**", Style.EMPHASIS: "*"}


def escaped(text: str) -> str:
    """A piece of text within a line."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def paragraph(text: str) -> str:
    """A line, escaped already, that does not begin a list or anything else but a paragraph."""
    return _MARKER.sub(r"\1\\\2", text, count=1) if _MARKER.match(text) else text.lstrip()


def fenced(lines: Sequence[str]) -> Iterator[str]:
    """Lines of code."""
    fence = "`" * max(3, 1 + max(map(len, _TICKS.findall("\n".join(lines))), default=0))
    yield from (fence, *lines, fence)


def lesson(text: str) -> Iterator[str]:
    """The text of a lesson: what the app makes of its Markdown, and nothing else."""
    for number, block in enumerate(prose.blocks(text)):
        if number:
            yield ""
        match block.kind:
            case Kind.FENCE:
                yield from fenced(block.lines)
            case Kind.HEADING:
                yield f"### {escaped(block.lines[0])}"
            case Kind.TEXT:
                yield from _parts(list(block.parts))


def _parts(parts: Sequence[tuple[str, str]]) -> Iterator[str]:
    for number, (marker, words) in enumerate(parts):
        if number and not parts[number - 1][0]:  # a list is apart from the words before it
            yield ""
        yield marker.replace("*", "-") + paragraph("".join(map(_run, prose.runs(words))))


def _run(run: Run) -> str:
    if run.style is Style.CODE:
        return f"`{run.text}`"
    mark = _MARKS.get(run.style, "")
    return f"{mark}{escaped(run.text)}{mark}"
