"""The first screen without a file: choose a lesson."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen

from backprop_tui.lessons import lessons
from backprop_tui.tui.actions import Scope, bindings
from backprop_tui.tui.lines import Ink, Page, Span, ends
from backprop_tui.tui.panels import footer
from backprop_tui.tui.panels.lesson_list import LessonList, preview
from backprop_tui.tui.screens.overlay import Overlay
from backprop_tui.tui.widgets.panel import Frame, Panel

if TYPE_CHECKING:
    from backprop_tui.predicting.fading import Level
    from backprop_tui.tui.app import BackpropApp

_WIDE = 110
"""Columns from which on the chosen lesson's text is shown beside the list; else it is below."""
_HIGH = 22
"""Rows from which on there is room for more than its first lines there."""


class Home(Screen[None]):
    """Lists the lessons. Its only state is which one is chosen."""

    SCOPE = Scope.LESSONS
    AUTO_FOCUS = None
    BINDINGS = bindings(SCOPE)

    def __init__(self) -> None:
        super().__init__()
        self._lessons = lessons()
        self._list = LessonList(self._lessons)
        self._chosen = 0
        self._levels: Mapping[Path, Level] = {}
        """At which level each lesson was predicted, if it was."""
        self._trouble = ""
        """Why that is not known, until the next key."""

    def compose(self) -> ComposeResult:
        yield Panel(self._header, "header", frame=Frame.NONE)
        with Horizontal(id="body"):
            yield Panel(lambda width, _: self._list.page(self._chosen, width, self._levels), "lessons", title="Lessons")
            yield Panel(self._preview, "preview", title="About")
        yield Panel(lambda width, _: footer.page(Scope.LESSONS, width, self._hint), "footer", frame=Frame.NONE)

    def on_screen_resume(self) -> None:
        """Show what has been predicted meanwhile."""
        journal = cast("BackpropApp", self.app).journal
        before = self._levels
        self._levels = journal.levels_of(lesson.path for lesson in self._lessons)
        self._trouble = journal.take_trouble()
        if self._trouble or self._levels != before:
            self._redraw()

    def on_resize(self, event: events.Resize) -> None:
        """Show what the chosen lesson is about where there is room."""
        self.set_class(event.size.width < _WIDE, "-narrow")
        self.set_class(event.size.height < _HIGH, "-low")

    @on(Panel.Clicked, "#lessons")
    def _click(self, event: Panel.Clicked) -> None:
        index = self._list.lesson_at(event.line)
        if index is not None and index == self._chosen:
            self.action_open_lesson()
        elif index is not None:
            self._choose(index)

    @on(Panel.Clicked, "#footer")
    async def _press(self, event: Panel.Clicked) -> None:
        action = footer.action_at(Scope.LESSONS, event.panel.size.width, event.column, self._hint)
        if action:
            await self.run_action(action.call)

    # Actions, named in `tui.actions`

    def action_previous_lesson(self) -> None:
        """Choose the lesson above."""
        self._choose(self._chosen - 1)

    def action_next_lesson(self) -> None:
        """Choose the lesson below."""
        self._choose(self._chosen + 1)

    def action_first_lesson(self) -> None:
        """Choose the first lesson."""
        self._choose(0)

    def action_last_lesson(self) -> None:
        """Choose the last lesson."""
        self._choose(len(self._lessons) - 1)

    def action_open_lesson(self) -> None:
        """Open the chosen lesson, or say what is wrong with it."""
        if not self._lessons:
            return
        # numpy and all that computes are not needed before: the list is there at once.
        from backprop_tui.scenario import ScenarioError, load  # noqa: PLC0415
        from backprop_tui.tui.panels import problems  # noqa: PLC0415
        from backprop_tui.tui.screens.opening import screen_for  # noqa: PLC0415

        try:
            opened = load(self._lessons[self._chosen].path)
        except ScenarioError as error:
            found = error.diagnostics
            self.app.push_screen(Overlay(lambda width, _: problems.page(found, width), title="Cannot open this lesson"))
            return
        self.app.push_screen(screen_for(opened))

    def _choose(self, index: int) -> None:
        self._chosen = max(0, min(index, len(self._lessons) - 1))
        self._trouble = ""
        self._redraw()

    def _redraw(self) -> None:
        for panel in self.query(Panel):
            panel.redraw()

    @property
    def _hint(self) -> footer.Hint | None:
        return footer.Hint((Span(f" {self._trouble}", Ink.STRONG),)) if self._trouble else None

    def _header(self, width: int, _height: int) -> Page:
        left = (Span(f" {self.app.title}", Ink.STRONG), Span("   A debugger for the chain rule", Ink.FAINT))
        count = len(self._lessons)
        return Page.of([ends(left, (Span(f"{count} {'lesson' if count == 1 else 'lessons'} ", Ink.FAINT),), width)])

    def _preview(self, width: int, height: int) -> Page:
        if not self._lessons:
            return Page.of([])
        lesson = self._lessons[self._chosen]
        return preview(lesson, width, height, self._levels.get(lesson.path))
