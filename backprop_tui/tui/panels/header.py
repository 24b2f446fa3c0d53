"""The first line: at the left what is being looked at, at the right what is happening."""

from __future__ import annotations

from backprop_tui.engine.timeline import Phase
from backprop_tui.tui.lines import Ink, Line, Page, Span, ends, width
from backprop_tui.tui.session import Session

PRODUCT = "backprop-tui"
_FORWARD, _BACKWARD = "   ▶ forward    ", "   ◀ backward   "


def title(session: Session, cells: int, *, is_watched: bool = False) -> Page:
    """` backprop-tui   Expression tree   edited   watching`; what is faint only if there is room for it."""
    edited = Span("   edited" if session.edits.typed else "", Ink.NEW_FORWARD)
    line: Line = (Span(f" {session.scenario.title}", Ink.STRONG), edited, tally(session))
    watching = Span("   watching" if is_watched else "", Ink.FAINT)
    product = Span(f" {PRODUCT}  ", Ink.FAINT)
    candidates: tuple[Line, ...] = ((product, *line, watching), (*line, watching), line)
    return Page.of([next((line for line in candidates if width(line) <= cells), ends(line[:1], line[1:], cells))])


def tally(session: Session) -> Span:
    """`   3 of 4 right`, in a run that is predicted; of what was answered."""
    prediction = session.prediction
    if prediction is None:
        return Span("")
    if not prediction.settled:
        return Span("   predict", Ink.FAINT)
    return Span(f"   {prediction.right} of {prediction.settled} right", Ink.STRONG)


def state(session: Session, cells: int) -> Page:
    """`   ◀ backward   b.grad   event 11/11 `: each in columns of its own, so that nothing jumps."""
    count = _count(session, session.position)
    touched = session.touched(cells - len(_FORWARD) - len(count))
    if session.event is None:
        line: Line = (Span(" " * len(_FORWARD)), Span(touched, Ink.FAINT))
    elif session.phase is Phase.FORWARD:
        line = (Span(_FORWARD, Ink.FORWARD), Span(touched, Ink.NEW_FORWARD))
    else:
        line = (Span(_BACKWARD, Ink.BACKWARD), Span(touched, Ink.NEW_BACKWARD))
    return Page.of([(*line, Span(count))])


def state_width(session: Session, cells: int) -> int:
    """The columns that the state takes of a window."""
    touched = min(session.touched_width, cells // 5)
    return len(_FORWARD) + touched + len(_count(session, 0))


def _count(session: Session, position: int) -> str:
    end = str(len(session.timeline))
    return f"   event {position:>{len(end)}}/{end} "
