"""One run that is being predicted: what is asked next, and how many answers were right."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from math import isnan
from typing import NamedTuple

from backprop_tui.engine.timeline import Timeline
from backprop_tui.formatting import number
from backprop_tui.predicting.answers import NotAnAnswer, agrees, number_in, sign_in, sign_of
from backprop_tui.predicting.choosing import question_at
from backprop_tui.predicting.diagnoses import Diagnosis, diagnose
from backprop_tui.predicting.fading import Level, first_asked
from backprop_tui.predicting.question import Kind, Question, is_asked
from backprop_tui.predicting.telling import hint, node_asked, solution

TRIES = 2
"""After so many wrong answers the right one is told."""


class Verdict(NamedTuple):
    """What is said to an answer."""

    is_right: bool
    is_settled: bool
    """Whether the event may be shown now: the answer was right, or the right one is told."""
    words: str
    """Why it is wrong. Empty if it is right."""
    solution: str = ""
    """The right answer, once it is told."""


class Prediction:
    """Asks for the events of a run from one of them on. What was settled once is not asked again."""

    def __init__(self, timeline: Timeline, level: Level) -> None:
        self.timeline = timeline
        self.level = level
        self.kind = Kind.NUMBER
        """What is asked of each event."""
        self.was_named = False
        """Whether the question has told already which node it is about: that is not to be asked any more."""
        self.right = 0
        """How many were answered rightly, at whatever try."""
        self.at_first = 0
        """How many at the first one."""
        self.wrong = 0
        """How many had to be told."""
        self.shown = 0
        """How many the user did not answer."""
        self.mistakes: Counter[str] = Counter()
        """What went wrong, where that is known."""
        self.is_finished = False
        """Whether the user has seen the end of the run."""
        self._next = self._asked_from(first_asked(level, timeline))
        self._tries = 0

    @property
    def limit(self) -> int:
        """The position up to which the run may be seen."""
        return self._next

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to ask."""
        return self._next == len(self.timeline)

    @property
    def settled(self) -> int:
        """How many were answered, rightly or not."""
        return self.right + self.wrong

    @cached_property
    def question(self) -> Question:
        """What is asked next. Raises IndexError if nothing is."""
        if self.is_over:
            raise IndexError("nothing is left to ask")
        return question_at(self.timeline, self._next)

    @property
    def kind_now(self) -> Kind:
        """What is asked of this event: a NaN has no sign, and a node that was named is known."""
        is_idle = isnan(self.question.truth) if self.kind is Kind.SIGN else self.was_named
        return Kind.NUMBER if is_idle else self.kind

    def answer(self, text: str) -> Verdict:
        """Take an answer to the question. Raises NotAnAnswer; that is no try."""
        is_right, diagnosis, words = self._judged(text)
        if is_right:
            self.right += 1
            self.at_first += self._tries == 0
            self._go_on()
            return Verdict(True, True, "")
        self._tries += 1
        if diagnosis:
            self.mistakes[diagnosis.mistake] += 1
        if self._tries < TRIES:
            return Verdict(False, False, words)
        told = self.told
        self.wrong += 1
        self._go_on()
        return Verdict(False, True, words, told)

    @property
    def told(self) -> str:
        """The right answer to the question."""
        if self.kind_now is Kind.OPERAND:
            return f"It is {node_asked(self.question)}."
        return solution(self.question)

    def show(self) -> None:
        """Leave the question unanswered: the event may be seen."""
        self.shown += 1
        self._go_on()

    def _judged(self, text: str) -> tuple[bool, Diagnosis | None, str]:
        """Whether an answer is right; if not, what has gone wrong, and what to say."""
        question, kind = self.question, self.kind_now
        if kind is Kind.OPERAND:
            if self._node_called(text) == question.event.node:
                return True, None, ""
            return False, None, hint(question, kind)
        if kind is Kind.SIGN:
            is_right = sign_in(text) is sign_of(question.truth, question.scale)
            return is_right, None, "" if is_right else hint(question, kind)
        typed = number_in(text)
        if agrees(typed, question.truth, question.scale):
            return True, None, ""
        diagnosis = diagnose(question, typed)
        if diagnosis:
            return False, diagnosis, diagnosis.words
        return False, None, f"No known mistake gives {number(typed.value)}. {hint(question, kind)}"

    def _node_called(self, text: str) -> int:
        """The node of that name or expression. Raises NotAnAnswer."""
        wanted = "".join(text.split()).replace("·", "*").removesuffix(".grad")
        for node in self.timeline.graph:
            if wanted and wanted in ("".join(node.title.split()), node.name):
                return node.index
        raise NotAnAnswer("Type the name of a node, or its expression as the program has it.")

    def _go_on(self) -> None:
        self._tries = 0
        self.was_named = False
        self._next = self._asked_from(self._next + 1)
        self.__dict__.pop("question", None)

    def _asked_from(self, index: int) -> int:
        end = len(self.timeline)
        return next((event for event in range(index, end) if is_asked(self.timeline, event)), end)
