"""Lines of styled text: what every panel is made of. Plain data, compared and clipped without a widget."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from rich.cells import cell_len, set_cell_size

_CLIPPED = "…"  # as in `formatting`, which needs numpy: the list of lessons does without


class Ink(StrEnum):
    """What a stretch of text is; its colour is the theme's business."""

    TEXT = "text"
    STRONG = "strong"
    FAINT = "faint"
    """Not reached yet, or beside the point."""
    FRAME = "frame"
    HEADING = "heading"
    KEY = "key"
    FORWARD = "forward"
    """Values, and everything else about the forward pass."""
    BACKWARD = "backward"
    """Gradients, and everything else about the backward pass."""
    NEW_FORWARD = "new-forward"
    """What the current event makes, forward."""
    NEW_BACKWARD = "new-backward"
    TROUBLE = "trouble"
    """NaN, infinities, errors. Nothing else is red."""
    CURSOR = "cursor"
    """The element that the user is at, in a grid of them."""

    # A heat map: backgrounds for numbers from nearly 0 to the largest, and for marks in place of numbers.
    COOL_1, COOL_2, COOL_3, COOL_4 = "cool-1", "cool-2", "cool-3", "cool-4"
    WARM_1, WARM_2, WARM_3, WARM_4 = "warm-1", "warm-2", "warm-3", "warm-4"
    COOL_MARK_1, COOL_MARK_2, COOL_MARK_3, COOL_MARK_4 = "cool-mark-1", "cool-mark-2", "cool-mark-3", "cool-mark-4"
    WARM_MARK_1, WARM_MARK_2, WARM_MARK_3, WARM_MARK_4 = "warm-mark-1", "warm-mark-2", "warm-mark-3", "warm-mark-4"


COOL = Ink.COOL_1, Ink.COOL_2, Ink.COOL_3, Ink.COOL_4
WARM = Ink.WARM_1, Ink.WARM_2, Ink.WARM_3, Ink.WARM_4
COOL_MARKS = Ink.COOL_MARK_1, Ink.COOL_MARK_2, Ink.COOL_MARK_3, Ink.COOL_MARK_4
WARM_MARKS = Ink.WARM_MARK_1, Ink.WARM_MARK_2, Ink.WARM_MARK_3, Ink.WARM_MARK_4
"""The steps of a heat map: cool below 0, warm above."""


class Span(NamedTuple):
    """A stretch of text in one ink."""

    text: str
    ink: Ink = Ink.TEXT
    lit: bool = False
    """Whether it stands on the selection's background."""


Line: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True)
class Page:
    """What a panel shows. Lines are made when they are looked at: a table may have 100,000."""

    length: int
    line: Callable[[int], Line]
    """Makes the line of that index, from 0."""
    head: Sequence[Line] = ()
    """Stays at the top when the rest scrolls."""
    follow: int | None = None
    """The line to keep in view."""
    title: str = ""
    """Stands in the frame in place of the panel's own."""
    foot: Line = ()
    """Stands in the lower edge of the frame."""

    @classmethod
    def of(cls, lines: Sequence[Line], *, follow: int | None = None, title: str = "") -> Page:
        """A page of lines that are there already."""
        return cls(len(lines), lines.__getitem__, follow=follow, title=title)


def width(line: Iterable[Span]) -> int:
    """How many terminal cells the line takes."""
    return sum(_cells(span.text) for span in line)


def _cells(text: str) -> int:
    return len(text) if text.isascii() else cell_len(text)


def plain(line: Iterable[Span]) -> str:
    """The text of the line."""
    return "".join(span.text for span in line)


@lru_cache(4096)
def fit(line: Line, cells: int) -> Line:
    """The line padded or clipped to exactly that many cells."""
    if not line:
        return (Span(" " * cells),)
    room = cells
    fitted: list[Span] = []
    for span in merged(line):
        size = _cells(span.text)
        if size > room:
            clipped = set_cell_size(span.text, room - 1) + _CLIPPED if room > 0 else ""
            fitted.append(span._replace(text=clipped))
            room = 0
            break
        fitted.append(span)
        room -= size
    if room:  # blanks look the same in every ink
        fitted[-1] = fitted[-1]._replace(text=fitted[-1].text + " " * room)
    return tuple(fitted)


def merged(line: Iterable[Span]) -> list[Span]:
    """The spans with neighbours of one ink joined: fewer stretches are less to write to the terminal."""
    joined: list[Span] = []
    for span in line:
        if joined and joined[-1].ink is span.ink and joined[-1].lit == span.lit:
            joined[-1] = Span(joined[-1].text + span.text, span.ink, span.lit)
        else:
            joined.append(span)
    return joined


def light(line: Line) -> Line:
    """The line on the selection's background."""
    return tuple(span._replace(lit=True) for span in line)


def ends(left: Line, right: Line, cells: int) -> Line:
    """One line with both its ends in place; the left one gives way."""
    room = cells - width(right)
    return (*fit(left, room), *right) if room > 0 else fit(right, cells)


def wrap(spans: Iterable[Span], cells: int) -> list[Line]:
    """Break text at blanks into lines of at most that many cells. Longer words are broken anywhere."""
    return list(wrapped(spans, cells))


def wrapped(spans: Iterable[Span], cells: int) -> Iterator[Line]:
    """The same line by line, for who needs only the first ones."""
    spans = merged(spans)
    first = begin = 0  # the first span of the line, and where that span begins in the text
    for start, end in _stretches(plain(spans), max(1, cells)):
        while first < len(spans) and begin + len(spans[first].text) <= start:
            begin += len(spans[first].text)
            first += 1
        yield _slice(spans, first, start - begin, end - begin)


def _stretches(text: str, cells: int) -> Iterator[tuple[int, int]]:
    """Where each line of a text begins and ends."""
    start = 0
    while True:
        end = _reach(text, start, cells)
        if end < len(text) and text[end] != " ":
            blank = text.rfind(" ", start, end)
            end = blank if blank > start else end
        yield start, start + len(text[start:end].rstrip(" "))
        start = end
        while start < len(text) and text[start] == " ":
            start += 1
        if start == len(text):
            return


def _reach(text: str, start: int, cells: int) -> int:
    """How far the text from `start` on goes within that many cells; at least one character."""
    end = min(start + cells, len(text))
    while end - start > 1 and _cells(text[start:end]) > cells:
        end -= 1
    return end


def _slice(spans: Sequence[Span], first: int, start: int, end: int) -> Line:
    """The spans between two characters, counted from the beginning of the first span."""
    sliced: list[Span] = []
    while first < len(spans) and end > 0:
        span = spans[first]
        text = span.text[max(0, start) : end]
        if text:
            sliced.append(span._replace(text=text))
        start, end = start - len(span.text), end - len(span.text)
        first += 1
    return tuple(sliced)


def difference(old: Line, new: Line) -> tuple[int, int] | None:
    """The columns, first and one past the last, in which two lines of equal width differ; None if they do not."""
    if old == new:
        return None
    shared = min(len(old), len(new))
    first = 0
    while first < shared and old[first] == new[first]:
        first += 1
    last = 0
    while last < shared - first and old[-1 - last] == new[-1 - last]:
        last += 1
    before, after = old[len(old) - last - 1], new[len(new) - last - 1]
    tail = 0
    if before[1:] == after[1:]:  # of one ink: only their ends may differ, such as words before blanks
        for one, other in zip(reversed(before.text), reversed(after.text), strict=False):
            if one != other:
                break
            tail += 1
    start = width(new[:first])
    changed = width(new[first : len(new) - last]) - _cells(after.text[len(after.text) - tail :])
    return start, start + max(0, changed)
