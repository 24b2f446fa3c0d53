"""A lens without a screen: what it studies and what it draws for a session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import backprop_tui as bp
from backprop_tui.lessons import directory
from backprop_tui.progress import Progress
from backprop_tui.tui.lenses.lens import Lens
from backprop_tui.tui.lines import Line, Page, plain
from backprop_tui.tui.session import Session

S = TypeVar("S")
SIZES = ((40, 19), (56, 26), (80, 42), (56, 12))
"""Columns and rows that a panel may have."""


def session_of(scenario: str, *, at: int = 0, selected: str = "") -> Session:
    """The session of a lesson, or of a scenario's text, at a position; -1 is the end."""
    loaded = bp.loads(scenario) if "\n" in scenario else bp.load(directory() / f"{scenario}.toml")
    session = Session(loaded, bp.run(loaded.graph))
    session.go(at if at >= 0 else len(session.timeline))
    if selected:
        session.select(loaded.graph[selected].index)
    return session


def study_of(lens: Lens[S]) -> S:
    """What the lens knows of where the user is."""
    lens.follow()
    return lens.study(lens.subject, Progress())


def page_of(lens: Lens[S], size: tuple[int, int] = SIZES[0]) -> Page:
    """Its page in a panel of that size."""
    return lens.page(study_of(lens), *size)


def all_lines(page: Page) -> Sequence[Line]:
    """The lines of a page, its head first."""
    return [*page.head, *map(page.line, range(page.length))]


def lines_of(page: Page) -> Sequence[str]:
    """The same as text."""
    return [plain(line).rstrip() for line in all_lines(page)]
