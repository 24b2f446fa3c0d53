"""What a screen that shows a run does with a lens: open it, study what it asks for, draw it, leave it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import replace
from typing import Any, NamedTuple

from textual import on

from backprop_tui.drawing.highlight import NUMBERS_WIDTH
from backprop_tui.progress import Cancelled, Progress
from backprop_tui.tui.background import in_background
from backprop_tui.tui.lenses.lens import Close, Lens, Wish
from backprop_tui.tui.lenses.registry import entry, lens_of
from backprop_tui.tui.lines import Page
from backprop_tui.tui.panels import progress
from backprop_tui.tui.screens.looking import Looking
from backprop_tui.tui.views import is_quick
from backprop_tui.tui.widgets.panel import Panel

_QUICK_ELEMENTS = 1_000
"""Numbers in all nodes together. A study takes up to 50 µs for each: with more of them it is made in the background."""
_STUDY = "study"
"""The group of the workers that study in the background."""


class _Studied(NamedTuple):
    lens: Lens[Any]
    subject: Hashable
    study: Any


class Lensing(Looking):
    """A screen with the actions of `lens_actions`."""

    _studied: _Studied | None = None
    _studying: tuple[Lens[Any], Hashable, Progress] | None = None
    _completing: Progress | None = None

    def lay_out(self) -> None:
        """Size the panels for the window and the open lens."""
        raise NotImplementedError

    def changed(self) -> None:
        """Draw the session; before that, the lens takes notice of where the user is."""
        if self.session.lens:
            self.session.lens.follow()
        super().changed()

    def open_lens(self, lens: Lens[Any] | None) -> None:
        """Show a lens in place of the one that is open; None: no lens."""
        self.stop_studying()
        self.session.lens = lens
        width = NUMBERS_WIDTH if lens and lens.shows_numbers else 0
        self._canvas.look = replace(self._canvas.look, numbers_width=width)
        self.query_one("#lens", Panel).rewind()
        self.lay_out()
        self.study()
        self.changed()

    def study(self) -> Any | None:
        """What the open lens knows of its subject; None while that is worked out in the background, or without one."""
        lens = self.session.lens
        if lens is None:
            self._studied = None
            return None
        subject = lens.subject
        if self._studied and self._studied[:2] == (lens, subject):
            return self._studied.study
        if is_quick(self.session.scenario, _QUICK_ELEMENTS):
            studied = _Studied(lens, subject, lens.study(subject, Progress()))
            self._keep(studied)
            return studied.study
        if self._studying is None or self._studying[:2] != (lens, subject):
            self.stop_studying()
            self._studying = lens, subject, Progress()
            self.run_worker(self._study_in_background(*self._studying), group=_STUDY)
        return None

    async def _study_in_background(self, lens: Lens[Any], subject: Hashable, told: Progress) -> None:
        ticking = self.set_interval(1 / 10, self.query_one("#lens", Panel).redraw)
        try:
            study = await in_background(lambda told: lens.study(subject, told), told)
        except Cancelled:
            return
        finally:
            ticking.stop()
            if self._studying and self._studying[2] is told:
                self._studying = None
        self._keep(_Studied(lens, subject, study))
        self.changed()

    def _keep(self, studied: _Studied) -> None:
        self._studied = studied
        studied.lens.arrive(studied.study)
        if studied.lens.is_completed:
            self._completing = Progress()
            self.run_worker(self._complete_in_background(studied, self._completing), group=_STUDY)

    async def _complete_in_background(self, studied: _Studied, told: Progress) -> None:
        with suppress(Cancelled):
            study = await in_background(lambda told: studied.lens.complete(studied.study, told), told)
            if self._studied is studied:
                self._studied = studied._replace(study=study)
                self.changed()

    @property
    def is_studying(self) -> bool:
        """Whether the lens is being worked out in the background."""
        return self._studying is not None

    def stop_studying(self) -> None:
        """Leave undone what is being worked out for the lens."""
        if self._completing:
            self._completing.cancel()
            self._completing = None
        if self._studying:
            self._studying[2].cancel()
            self._studying = None

    def lens_page(self, width: int, height: int) -> Page:
        """What stands in the panel of the lens."""
        lens = self.session.lens
        if lens is None:
            return Page.of([])
        study = self.study()
        if study is not None:
            page: Page = lens.page(study, width, height)
        else:
            page = progress.page("Working it out", self._studying[2] if self._studying else Progress(), width)
        return page if page.title else replace(page, title=entry(lens.id).title)

    def show_graph(self) -> None:
        """Draw the graph at the session's position, with what the lens lights in it."""
        lens, study = self.session.lens, self.study()
        self._canvas.highlight = lens.highlight(study) if lens and study is not None else None
        super().show_graph()

    def grant(self, wish: Wish) -> None:
        """Do what a key in the lens leads to."""
        if isinstance(wish, Close):
            self.open_lens(None)

    def _with_lens(self, do: Callable[[Lens[Any], Any], Wish]) -> None:
        """Do something with the open lens, once it is there."""
        self.session.repeat, self.session.remark = 0, ""
        lens, study = self.session.lens, self.study()
        if lens is None:
            self.session.remark = "No lens is open"
        elif study is not None:
            self.grant(do(lens, study))
            self.study()
        self.changed()

    @on(Panel.Clicked, "#lens")
    def _point(self, event: Panel.Clicked) -> None:
        self._with_lens(lambda lens, study: lens.point(study, event.line))

    def action_lens(self, id_: str) -> None:
        """Open a lens; of the one that is open, the key does what the lens says."""
        self.session.repeat, self.session.remark = 0, ""
        lens = self.session.lens
        if lens and lens.id == id_:
            self.grant(lens.pressed_again())
        else:
            lens = lens_of(id_)(self.session)
            self.open_lens(lens)
            self.grant(lens.opened())

    def action_lens_next(self) -> None:
        """Go on in the lens."""
        count = self.session.take_repeat()
        self._with_lens(lambda lens, study: lens.choose(study, count))

    def action_lens_previous(self) -> None:
        """Go back in the lens."""
        count = self.session.take_repeat()
        self._with_lens(lambda lens, study: lens.choose(study, -count))

    def action_lens_turn(self) -> None:
        """Take another view of the lens."""
        count = self.session.take_repeat()
        self._with_lens(lambda lens, study: lens.turn(study, count))

    def action_lens_turn_back(self) -> None:
        """Take the view of the lens before it."""
        count = self.session.take_repeat()
        self._with_lens(lambda lens, study: lens.turn(study, -count))
