"""The lessons to choose from, under the headings of their groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from backprop_tui.lessons import Lesson, questions
from backprop_tui.predicting.fading import Level
from backprop_tui.tui.lines import Ink, Line, Page, Span, ends, fit, light, wrap
from backprop_tui.tui.panels import markdown

MARKS = {Level.WATCH: "·", Level.QUARTER: "░", Level.HALF: "▒", Level.BACKWARD: "▓", Level.EVERYTHING: "█"}
"""How much of a lesson was predicted."""
_MEASURE = 80
_HEAD = "events"
_FEW = 4
"""Rows from which on there may be a blank one between what a lesson is about and what it asks."""


class LessonList:
    """The lines of the list, and which lesson each stands for."""

    def __init__(self, lessons: Sequence[Lesson]) -> None:
        self._lessons = lessons
        self._counts = Counter(lesson.group for lesson in lessons)
        self._rows: list[int | str] = []
        """A lesson's index, a group's heading, or an empty string for a blank line."""
        group = ""
        for index, lesson in enumerate(lessons):
            if lesson.group != group:
                self._rows += ["", lesson.group] if group else [lesson.group]
                group = lesson.group
            self._rows.append(index)

    def page(self, chosen: int, cells: int, levels: Mapping[Path, Level]) -> Page:
        """The list, the chosen lesson lit; `levels` are those at which lessons were predicted, by their files."""
        if not self._rows:
            return Page.of([(Span("This installation has no lessons.", Ink.FAINT),)])

        def line(number: int) -> Line:
            row = self._rows[number]
            if isinstance(row, str):
                return self._heading(row)
            entry = self._entry(row, cells, levels)
            return light(fit(entry, cells)) if row == chosen else entry

        head = ends((), (Span(_HEAD, Ink.FAINT),), cells)
        return Page(len(self._rows), line, head=[head], follow=self._rows.index(chosen))

    def lesson_at(self, line: int) -> int | None:
        """The index of the lesson on a line of the page."""
        row = self._rows[line] if 0 <= line < len(self._rows) else ""
        return row if isinstance(row, int) else None

    def _heading(self, group: str) -> Line:
        return (Span(group, Ink.HEADING), Span(f"  {self._counts[group]}", Ink.FAINT)) if group else ()

    def _entry(self, index: int, cells: int, levels: Mapping[Path, Level]) -> Line:
        """`  7 ▒ 81 paths, 16 steps              26`."""
        lesson = self._lessons[index]
        length = f"{lesson.events or '':>{len(_HEAD)}}"
        number = Span(f"{index + 1:3} ", Ink.FAINT)
        mark = Span(f"{MARKS[levels[lesson.path]] if lesson.path in levels else ' '} ", Ink.BACKWARD)
        title = fit((Span(lesson.title),), max(1, cells - len(number.text) - len(mark.text) - len(length)))
        return (number, mark, *title, Span(length, Ink.FAINT))


def preview(lesson: Lesson, cells: int, rows: int, level: Level | None = None) -> Page:
    """What a lesson is about, and what it asks; its answers are for later. `level`: how it was predicted so far."""
    measure = min(cells, _MEASURE)
    summary = wrap([Span(lesson.summary, Ink.STRONG)], measure)
    if level is not None:
        done = "Watched" if level is Level.WATCH else f"Predicted: {level.words}"
        more = f"; next: {level.following.words}" if level.following is not level else ""
        summary += wrap([Span(f"{MARKS[level]} {done}{more}", Ink.BACKWARD)], measure)
    return Page.of([*summary, *[()] * (rows >= _FEW), *markdown.render(questions(lesson.description), measure)])
