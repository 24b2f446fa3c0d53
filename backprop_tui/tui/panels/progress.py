"""How far slow work has come."""

from __future__ import annotations

from backprop_tui.progress import Progress
from backprop_tui.tui.actions import key_name
from backprop_tui.tui.lines import Ink, Line, Page, Span

_BAR = 40
_STOP: Line = (Span(key_name("escape"), Ink.KEY), Span(" stops it", Ink.FAINT))


def page(what: str, progress: Progress, cells: int) -> Page:
    """What is being done, how much of it is, and how to stop it."""
    share = bar(progress.share, min(_BAR, cells))
    return Page.of(
        [
            (Span(what, Ink.STRONG),),
            (Span(progress.stage, Ink.FAINT),),
            (),
            (Span(share, Ink.FORWARD),),
            (),
            _STOP,
        ]
    )


def line(what: str, progress: Progress, cells: int) -> Line:
    """The same in one line."""
    share = bar(progress.share, min(_BAR, cells // 3))
    return (Span(f" {what}: {progress.stage} ", Ink.STRONG), Span(f"{share}   ", Ink.FORWARD), *_STOP)


def bar(share: float | None, cells: int) -> str:
    """`━━━━━━╸───────  43 %`, in that many cells; a bare line if nobody knows how far it is.

    >>> bar(0.5, 15), bar(None, 5)
    ('━━━━╸────  50 %', '─────')
    """
    if share is None:
        return "─" * cells
    percent = f" {share:>4.0%}".replace("%", " %")
    length = max(1, cells - len(percent))
    done = int(share * length)
    return ("━" * done + "╸" + "─" * length)[:length] + percent
