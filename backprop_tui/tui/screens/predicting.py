"""What a screen that shows a run does so that the user predicts it: ask, show what was asked, sum up at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from backprop_tui.tui.actions import key_of
from backprop_tui.tui.screens.editing import Editing
from backprop_tui.tui.screens.overlay import Overlay
from backprop_tui.tui.session import Session

if TYPE_CHECKING:
    from backprop_tui.predicting.scores import Journal
    from backprop_tui.tui.app import BackpropApp


class Predicting(Editing):
    """A screen on which nothing that is to be predicted is seen before it is answered."""

    _had_labels = False
    """Whether edges showed their local derivatives before they would have told."""

    @property
    def predicts_at_once(self) -> bool:
        """Whether the user has asked for that on the command line."""
        return getattr(self.app, "predicts", False)

    def action_predict(self) -> None:
        """Predict the run, or leave that; a count typed before says how much is asked."""
        session = self.session
        typed, session.repeat = session.repeat, 0
        if session.prediction and not session.prediction.is_finished and not typed:
            session.prediction = None
            self.say("You watch the run; nothing is kept of what you predicted")
        else:
            self._begin(typed)

    def action_lens(self, id_: str) -> None:
        """Open a lens, or leave it, where that does not tell what is to be predicted."""
        if self.session.hides:
            self.say("No lens while you predict: it would tell")
        else:
            super().action_lens(id_)

    def action_labels(self) -> None:
        """Show or hide the local derivatives, where they do not tell what is to be predicted."""
        if self.session.hides:
            self.say("No labels while you predict: they would tell")
        else:
            super().action_labels()

    def show_graph(self) -> None:
        """Draw the graph, without the local derivatives while they would tell."""
        look = self._canvas.look
        if self.session.hides and look.has_labels:
            self._had_labels = True
            self._canvas.look = replace(look, has_labels=False)
        elif self._had_labels and not self.session.hides:
            self._had_labels = False
            self._canvas.look = replace(look, has_labels=True)
        super().show_graph()

    def _begin(self, typed: int) -> None:
        """Begin to predict at the level that is typed; without one, at the one that comes next."""
        from backprop_tui.predicting.fading import Level  # noqa: PLC0415  (only who predicts needs it)
        from backprop_tui.predicting.prediction import Prediction  # noqa: PLC0415

        session = self.session
        level = Level(min(typed, Level.EVERYTHING)) if typed else self._journal.next_level(self._key)
        session.prediction = prediction = Prediction(session.timeline, level)
        session.found = None
        if session.lens:
            self.open_lens(None)
        session.go(min(session.position, prediction.limit) if level else 0)
        remark = f"Asked: {level.words}. {key_of('step')} goes on"
        if level is Level.WATCH:
            remark = f"Watch it to the end; the next run asks. 1{key_of('predict')} asks now"
        self.say(self._journal.take_trouble() or remark)

    def predict_like(self, old: Session) -> None:
        """Go on predicting in another run of the file, from where the user is: what was answered was of the old one."""
        if old.prediction and not old.prediction.is_finished:
            from backprop_tui.predicting.prediction import Prediction  # noqa: PLC0415

            self.session.prediction = Prediction(self.session.timeline, old.prediction.level)
            self.session.prediction.kind = old.prediction.kind
            self.session.go(min(self.session.position, self.session.prediction.limit))
            self.session.remark = "Another run: predicting begins anew"

    def go(self, somewhere: Callable[[], None], nowhere: str) -> None:
        """Move the session; ask, if that is what it was held by, and sum up at the end."""
        super().go(somewhere, nowhere)
        self._after_moving()

    def come_back(self) -> None:
        """Show where another screen has left the session."""
        self.changed()
        self._after_moving()

    def _after_moving(self) -> None:
        session = self.session
        if session.is_held:
            session.is_held = False
            self._ask()
        elif session.prediction and not session.prediction.is_finished and session.position == len(session.timeline):
            self._finish()

    def _ask(self) -> None:
        from backprop_tui.tui.screens.predict_prompt import PredictPrompt  # noqa: PLC0415  (Input costs start-up time)

        assert self.session.prediction is not None  # it holds the session
        prompt = PredictPrompt(self.session.prediction)

        def go_on(_: None) -> None:
            if prompt.outcome is not None:
                self.session.step(1)
                self.say(prompt.outcome)
                self._after_moving()

        self.app.push_screen(prompt, go_on)

    def _finish(self) -> None:
        from backprop_tui.predicting.scores import Run  # noqa: PLC0415
        from backprop_tui.tui.panels import prediction as panel  # noqa: PLC0415

        prediction = self.session.prediction
        assert prediction is not None  # it is over
        prediction.is_finished = True
        lesson, content = self._key
        self._journal.add(
            Run(
                lesson=lesson,
                content=content,
                level=prediction.level,
                right=prediction.right,
                at_first=prediction.at_first,
                wrong=prediction.wrong,
                shown=prediction.shown,
                mistakes=dict(prediction.mistakes),
            )
        )
        following = self._journal.next_level(self._key)
        self.app.push_screen(
            Overlay(
                lambda width, _: panel.summary(prediction, following, width), title="Predicted", key="P", of_run=True
            )
        )
        trouble = self._journal.take_trouble()
        if trouble:
            self.say(trouble)

    @property
    def _journal(self) -> Journal:
        return cast("BackpropApp", self.app).journal

    @property
    def _key(self) -> tuple[str, str]:
        """Which scenario it is, in the journal."""
        from backprop_tui.predicting.scores import key_of as key  # noqa: PLC0415

        return key(self.session.scenario.name, self.session.scenario.file.text)
