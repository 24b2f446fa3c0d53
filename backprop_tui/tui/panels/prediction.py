"""What is asked of an event, what is said to an answer, and how a run was predicted."""

from __future__ import annotations

from backprop_tui.predicting.fading import Level
from backprop_tui.predicting.prediction import Prediction, Verdict
from backprop_tui.predicting.question import Kind
from backprop_tui.predicting.telling import asking, given
from backprop_tui.tui.actions import key_of
from backprop_tui.tui.lines import Ink, Line, Page, Span, wrap

_MEASURE = 100


def question(prediction: Prediction, cells: int, note: str = "") -> Page:
    """What is asked, and what is known of it; below that what is said to an answer."""
    measure = min(cells, _MEASURE)
    asked, kind = prediction.question, prediction.kind_now
    lines = wrap([Span(asking(asked, kind), Ink.STRONG)], measure)
    for line in given(asked, kind):
        lines += wrap([Span(line)], measure)
    if note:
        lines += wrap([Span(note, Ink.TROUBLE)], measure)
    return Page.of(lines, title=f"Predict event {asked.event.index + 1}")


def told(verdict: Verdict, name: str, cells: int) -> Page:
    """What is said to the last wrong answer: why it is wrong, and what would have been right."""
    measure = min(cells, _MEASURE)
    lines = [
        *wrap([Span(verdict.words, Ink.TROUBLE)], measure),
        *wrap([Span(verdict.solution, Ink.STRONG)], measure),
        (Span("Enter", Ink.KEY), Span(" shows the step", Ink.FAINT)),
    ]
    return Page.of(lines, title=f"Predict {name}")


def line(prediction: Prediction) -> Line:
    """What stands before the text that is typed: ` b.grad = `."""
    name = prediction.question.name
    text = {Kind.NUMBER: f" {name} = ", Kind.SIGN: f" {name}: + - 0 ", Kind.OPERAND: " Node: "}[prediction.kind_now]
    return (Span(text, Ink.KEY),)


def summary(prediction: Prediction, following: Level, cells: int) -> Page:
    """How a run was predicted, and what comes next."""
    measure = min(cells, _MEASURE)
    key = key_of("predict")
    lines: list[Line] = []
    if prediction.level is Level.WATCH:
        lines += wrap([Span("You have seen the whole run, and nothing was asked.", Ink.STRONG)], measure)
    else:
        total = prediction.settled + prediction.shown
        lines += wrap([Span(f"{prediction.at_first} of {total} right at the first try.", Ink.STRONG)], measure)
        later = prediction.right - prediction.at_first
        counts = ((later, "at the second"), (prediction.wrong, "told"), (prediction.shown, "shown without an answer"))
        more = ", ".join(f"{count} {what}" for count, what in counts if count)
        lines += wrap([Span(f"{more[:1].upper()}{more[1:]}.")], measure) if more else []
        if prediction.mistakes:
            lines += [(), (Span("What went wrong", Ink.HEADING),)]
            for mistake, count in prediction.mistakes.most_common():
                lines += wrap([Span(f"  {mistake}{f', {count} times' if count > 1 else ''}")], measure)
    lines += [(), *wrap([Span(_next(prediction, following, key), Ink.FAINT)], measure)]
    return Page.of(lines)


def _next(prediction: Prediction, following: Level, key: str) -> str:
    if prediction.shown:
        return f"{key} begins again. A run counts as done when nothing in it is shown without an answer."
    if prediction.level is following:
        return f"Nothing is left that would be harder. {key} begins again."
    return f"Next time {following.words} is asked: {key} begins. A number before {key}, 1 to 4, asks less or more."
