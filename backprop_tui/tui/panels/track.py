"""The timeline: a whole run as one line, forward and backward, with the seed as the tick between them."""

from __future__ import annotations

from backprop_tui.engine.timeline import Phase
from backprop_tui.tui.lines import Ink, Page, Span
from backprop_tui.tui.session import Session

_LEFT, _RIGHT = " forward ", " backward "
_TICK, _HERE, _BAD = "┿", "●", "!"


def page(session: Session, cells: int) -> Page:
    """` forward ━━━━━━━┿━━━━●──── backward `: what is done is heavy."""
    length = _length(cells)
    if length < 3:
        return Page.of([()])
    end = len(session.timeline)
    here = _cell(session.position, end, length)
    tick = _cell(session.timeline.seed_event, end, length)
    marks = {tick: Span(_TICK, Ink.BACKWARD if tick <= here else Ink.FAINT)}
    bad = session.trouble
    if bad is not None:
        marks[_cell(bad + 1, end, length)] = Span(_BAD, Ink.TROUBLE)
    backward = session.phase is Phase.BACKWARD
    marks[here] = Span(_HERE, Ink.NEW_BACKWARD if backward else Ink.NEW_FORWARD)
    left = Span(_LEFT, Ink.FAINT if backward else Ink.FORWARD)
    right = Span(_RIGHT, Ink.BACKWARD if backward else Ink.FAINT)
    track: list[Span] = []
    start = 0
    for cell, mark in sorted(marks.items()):
        done = cell <= here
        ink = Ink.FRAME if not done else Ink.FORWARD if cell <= tick else Ink.BACKWARD
        track += [Span(("━" if done else "─") * (cell - start), ink), mark]
        start = cell + 1
    track.append(Span("─" * (length - start), Ink.FRAME))
    return Page.of([(left, *track, right)])


def position_at(session: Session, cells: int, column: int) -> int:
    """The position that a column of the line stands for; the nearer end outside the track."""
    length = _length(cells)
    cell = max(0, min(column - len(_LEFT), length - 1))
    return round(cell * len(session.timeline) / max(1, length - 1))


def _length(cells: int) -> int:
    return cells - len(_LEFT) - len(_RIGHT)


def _cell(position: int, end: int, length: int) -> int:
    return round(position * (length - 1) / max(1, end))
