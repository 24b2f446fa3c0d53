"""What has become of a file that is watched, or of an edit: a line above all else, while there is something to say."""

from __future__ import annotations

import os
from collections.abc import Sequence

from backprop_tui.progress import Progress
from backprop_tui.scenario.diagnostics import Diagnostic
from backprop_tui.tui.actions import key_of
from backprop_tui.tui.lines import Ink, Line, Page, Span, ends
from backprop_tui.tui.panels import progress as bar


class News:
    """Of the file since the run on screen was made."""

    def __init__(self) -> None:
        self.problems: Sequence[Diagnostic] = ()
        """Why the file as it is now cannot be opened."""
        self.progress: Progress | None = None
        """Of opening it again, or of another edit."""
        self.what = "The file has changed"
        """Why there is progress."""
        self.lost = ""
        """What has become of edits that do not fit the file any more."""
        self.was_stopped = False
        """Whether the user stopped that."""

    def page(self, cells: int) -> Page:
        """One line; none if the run on screen is that of the file."""
        if self.progress:
            return Page.of([bar.line(self.what, self.progress, cells)])
        if self.was_stopped:
            return Page.of([(Span(" The file has changed since; this is the run of what it was before.", Ink.STRONG),)])
        if self.problems:
            return Page.of([_refused(self.problems, cells)])
        if self.lost:
            return Page.of([(Span(f" {self.lost}", Ink.STRONG),)])
        return Page.of([])


def _refused(problems: Sequence[Diagnostic], cells: int) -> Line:
    first = problems[0]
    where = f"{os.path.basename(first.place.file)}:"
    where += f"{first.line}:{first.column}: " if first.line else " "
    more = f" (+{len(problems) - 1} more)" if len(problems) > 1 else ""
    left = (Span(f" ✗ {where}{first.message.splitlines()[0]}{more}", Ink.TROUBLE),)
    key = key_of("problems")
    right = (Span("   this is the last good run   ", Ink.FAINT), Span(key, Ink.KEY), Span(" shows why ", Ink.FAINT))
    return ends(left, right if cells >= 100 else (Span(" "), *right[1:]), cells)
