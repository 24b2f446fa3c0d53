"""Asks what an event will bring, at the bottom, while all else stays in view."""

from __future__ import annotations

from textual.binding import Binding

from backprop_tui.predicting.answers import MOST_TYPED, RULE, NotAnAnswer
from backprop_tui.predicting.prediction import Prediction, Verdict
from backprop_tui.predicting.question import Kind
from backprop_tui.tui.layout import layout
from backprop_tui.tui.lines import Ink, Line, Page, width
from backprop_tui.tui.panels import prediction as panel
from backprop_tui.tui.screens.prompt import Prompt
from backprop_tui.tui.widgets.panel import Frame, Panel, Source

_RIGHT = "Right"


class PredictPrompt(Prompt):
    """Stays until the answer is right or told. `outcome` says in a word what has become of the question."""

    BINDINGS = [  # noqa: RUF012  (as Textual declares it)
        Binding("escape", "cancel", show=False),
        Binding("tab", "show", show=False, priority=True),
        Binding("up", "turn(-1)", show=False),
        Binding("down", "turn(1)", show=False),
    ]

    of_run = True
    """It asks for an event of the run below it."""

    def __init__(self, prediction: Prediction) -> None:
        """A question about the next event that is asked."""
        super().__init__("", "", most=MOST_TYPED, action="answer")
        self._prediction = prediction
        self._asked_for = prediction.question.name
        self._question = panel.line(prediction)
        self._keys = (("Enter", "answer"), ("↑↓", "kind"), ("Tab", "show"), ("Esc", "later"))
        self._verdict: Verdict | None = None
        """What was said to the last answer."""
        self.outcome: str | None = None
        """None: the event is not to be shown yet."""

    def say(self, source: Source | None) -> None:
        """Show a page in the place of the explanation. None: what was wrong is what the next answer is to mend."""
        if source is None and self._source is None:
            self._ask()
            return
        self._source = source = source or self._source
        sizes = layout(*self.app.size)
        frame = Frame.BOX if sizes.boxed else Frame.RULE
        columns, rows = self.app.size
        if source:
            page = source(max(1, columns - 2 * frame.sides), rows)
            needed = page.length + frame.above + frame.below
            self._message.styles.height = min(max(needed, sizes.chain_rule), max(1, rows - 3))
            self._message.set_frame(frame)
            self._message.redraw()

    def say_text(self, text: str, ink: Ink = Ink.TROUBLE) -> None:
        """Say something below the question."""
        self._ask(text)

    async def accept(self, text: str) -> None:
        """Leave, if the answer is right or all is said; else say why it is not."""
        if self._verdict and self._verdict.is_settled:
            self._leave("")
            return
        try:
            verdict = self._prediction.answer(text)
        except NotAnAnswer as error:
            self._ask(str(error))
            return
        self._verdict = verdict
        if verdict.is_right:
            self._leave(_RIGHT)
        elif verdict.is_settled:
            self._set_line((), (("Enter", "go on"),))
            self.say(lambda columns, _: panel.told(verdict, self._asked_for, columns))
        else:
            self._ask(verdict.words)
            self.typed.action_select_all()

    def action_cancel(self) -> None:
        """Look around first: the event is not shown."""
        if self._verdict and self._verdict.is_settled:
            self._leave("")
        else:
            self.dismiss(None)

    def action_show(self) -> None:
        """Show the event without an answer."""
        if not (self._verdict and self._verdict.is_settled):
            self._prediction.show()
        self._leave("")

    def action_turn(self, kinds: int) -> None:
        """Ask for the number, the sign, or the node."""
        if self._verdict and self._verdict.is_settled:
            return
        every = list(Kind)
        self._prediction.kind = every[(every.index(self._prediction.kind) + kinds) % len(every)]
        self._set_line(panel.line(self._prediction), self._keys)
        kind = self._prediction.kind
        if kind is not self._prediction.kind_now:
            self._ask("From the next question on: which node it is about.")
        else:
            self._ask(RULE if kind is Kind.NUMBER else "")

    def _set_line(self, question: Line, keys: tuple[tuple[str, str], ...]) -> None:
        """Begin the line anew."""
        self._question, self._keys = question, keys
        prompt = self.query_one("#prompt", Panel)
        prompt.styles.width = width(question)
        prompt.redraw()
        self.query_one("#keys", Panel).redraw()
        self.typed.value = ""

    def _ask(self, note: str = "") -> None:
        self._prediction.was_named |= self._prediction.kind_now is not Kind.OPERAND
        self.say(lambda columns, _: self._asked(columns, note))

    def _asked(self, columns: int, note: str) -> Page:
        return panel.question(self._prediction, columns, note)

    def _leave(self, outcome: str) -> None:
        self.outcome = outcome
        self.dismiss(None)
