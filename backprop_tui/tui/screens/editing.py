"""What a screen that shows a run does to edit it: ask for values, show the run with them, save a copy."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial

from backprop_tui.engine.correspondence import Correspondence
from backprop_tui.lenses.changes import changes
from backprop_tui.progress import Cancelled, Progress
from backprop_tui.scenario.editing import Edits, Refused, on_one_line
from backprop_tui.scenario.text import clean_path
from backprop_tui.tui.background import in_background
from backprop_tui.tui.lenses.lens import MoveEdits, TypeValue, Wish
from backprop_tui.tui.panels.banner import News
from backprop_tui.tui.screens.lensing import Lensing
from backprop_tui.tui.views import Views, open_scenario

_LONG = 50_000
"""Characters; a longer value is not made ready to be typed over."""


class Editing(Lensing):
    """A screen whose run may be replaced by that of an edit."""

    def __init__(self) -> None:
        super().__init__()
        self.news = News()
        self.renewing = asyncio.Lock()
        """Held by whoever makes another run to take the place of this one."""
        self._wanted = 0
        """So many edits are to be done again; undone, if negative."""
        self._is_moving = False

    async def renew(self, views: Views, same: Correspondence) -> None:
        """Show another run at the same event."""
        raise NotImplementedError

    def show_news(self) -> None:
        """Draw the line that says what is being done."""
        raise NotImplementedError

    @contextmanager
    def telling(self, what: str, progress: Progress) -> Iterator[None]:
        """Say how far something has come, if it takes long enough to be read."""
        self.news.what, self.news.progress = what, progress
        ticking = self.set_interval(1 / 10, self.show_news)
        try:
            yield
        finally:
            ticking.stop()
            self.news.progress = None
            self.show_news()

    async def revise(self, edited: Callable[[Edits], Edits]) -> None:
        """Show the run with other edits. Raises Refused, Cancelled; then all is as it was."""
        async with self.renewing:
            session = self.session

            def opened(progress: Progress) -> tuple[Edits, tuple[Views, Correspondence] | None]:
                edits = edited(session.edits)
                if edits.typed == session.edits.typed:
                    return edits, None
                progress.enter("reading")
                views = open_scenario(edits.scenario(), progress)
                same = Correspondence(session.timeline, views.session.timeline)
                views.session.changes = changes(session.timeline, views.session.timeline, same, progress)
                return edits, (views, same)

            progress = Progress()
            with self.telling("The edit", progress):
                edits, another = await in_background(opened, progress)
            if another:
                views, same = another
                views.session.edits = edits
                await self.renew(views, same)
            else:
                session.edits = edits
                self.changed()

    def grant(self, wish: Wish) -> None:
        """Do what a key in the lens leads to."""
        match wish:
            case TypeValue(name):
                self._ask_for_value(name)
            case MoveEdits(steps):
                self._move(steps)
            case _:
                super().grant(wish)

    def action_save_copy(self) -> None:
        """Ask where to save the scenario with the values that it has now."""
        from backprop_tui.tui.screens.save_prompt import SavePrompt, default_path  # noqa: PLC0415

        self.session.repeat = 0
        self.changed()
        name = self.session.scenario.name

        def saved(path: str) -> None:
            session = self.session  # the file may have changed meanwhile
            with suppress(OSError):
                if os.path.samefile(path, name):  # from now on the file says so
                    session.edits = session.edits.on(session.scenario)
            session.remark = f"Saved as {clean_path(path)}"
            self.changed()

        self.app.push_screen(SavePrompt(default_path(name), lambda: self.session.edits.text, saved))

    def _ask_for_value(self, name: str) -> None:
        """Ask for another value of an input."""
        from backprop_tui.tui.screens.value_prompt import ValuePrompt  # noqa: PLC0415  (Input costs start-up time)

        self.changed()
        value = self.session.edits.now(name)

        async def apply(text: str) -> None:
            await self.revise(lambda edits: edits.applied(name, text))

        self.app.push_screen(ValuePrompt(name, on_one_line(value) if len(value) <= _LONG else value, apply))

    def _move(self, steps: int) -> None:
        """Do so many edits again; undo them, if negative."""
        edits = self.session.edits
        if edits.moved(steps).done == edits.done:
            self.session.remark = "There is no edit to do again" if steps > 0 else "There is no edit to undo"
            self.changed()
            return
        self._wanted += steps
        if not self._is_moving:
            self.run_worker(self._moved())

    async def _moved(self) -> None:
        """Go to the edit that is wanted; of keys that come meanwhile, only to where the last one leads."""
        self._is_moving = True
        try:
            while self._wanted:
                steps, self._wanted = self._wanted, 0
                await self.revise(partial(Edits.moved, steps=steps))
        except Refused as refused:
            self.session.remark = f"It does not fit any more: {refused.mistakes[0].diagnostic.message}"
            self.changed()
        except Cancelled:
            pass
        finally:
            self._is_moving, self._wanted = False, 0
