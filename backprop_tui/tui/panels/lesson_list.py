"""The lessons to choose from, under the headings of their groups."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from backprop_tui.lessons import Lesson
from backprop_tui.tui.lines import Ink, Line, Page, Span, fit, light, wrap
from backprop_tui.tui.panels import markdown

_MEASURE = 80
_SUMMARY = 24
"""With less room than that, summaries are left out."""


class LessonList:
    """The lines of the list, and which lesson each stands for."""

    def __init__(self, lessons: Sequence[Lesson]) -> None:
        self._lessons = lessons
        self._rows: list[int | str] = []
        """A lesson's index, a group's heading, or an empty string for a blank line."""
        group = ""
        for index, lesson in enumerate(lessons):
            if lesson.group != group:
                self._rows += ["", lesson.group] if group else [lesson.group]
                group = lesson.group
            self._rows.append(index)
        self._title_width = max((cell_len(lesson.title) for lesson in lessons), default=0)

    def page(self, chosen: int, cells: int) -> Page:
        """The list, the chosen lesson lit."""
        if not self._rows:
            return Page.of([(Span("This installation has no lessons.", Ink.FAINT),)])

        def line(number: int) -> Line:
            row = self._rows[number]
            if isinstance(row, str):
                return (Span(row, Ink.HEADING),)
            entry = self._entry(self._lessons[row], cells)
            return light(fit(entry, cells)) if row == chosen else entry

        return Page(len(self._rows), line, follow=self._rows.index(chosen))

    def lesson_at(self, line: int) -> int | None:
        """The index of the lesson on a line of the page."""
        row = self._rows[line] if 0 <= line < len(self._rows) else ""
        return row if isinstance(row, int) else None

    def _entry(self, lesson: Lesson, cells: int) -> Line:
        gap = self._title_width - cell_len(lesson.title) + 3
        if cells - self._title_width - 5 < _SUMMARY:
            return (Span(f"  {lesson.title}"),)
        return (Span(f"  {lesson.title}{' ' * gap}"), Span(lesson.summary, Ink.FAINT))


def preview(lesson: Lesson, cells: int) -> Page:
    """What a lesson is about."""
    measure = min(cells, _MEASURE)
    summary = wrap([Span(lesson.summary, Ink.STRONG)], measure)
    return Page.of([*summary, (), *markdown.render(lesson.description, measure)])
