"""The known mistakes: what each would give at an event, and what to say to who has typed that.

A diagnosis is one function, and adding one touches nothing else. It yields every result that its mistake may lead to,
shaped like the right one, with words that speak of the numbers of this very event. They stand in the order in which
they are tried: what is true of one operation only, before what may go wrong anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from backprop_tui.engine.events import Accumulate, Evaluate
from backprop_tui.formatting import number
from backprop_tui.graph import Value
from backprop_tui.naming import name_of
from backprop_tui.ops.broadcasting import broadcast_axes
from backprop_tui.predicting.answers import Typed, agrees
from backprop_tui.predicting.choosing import GATES
from backprop_tui.predicting.forward_mistakes import forward_mistakes
from backprop_tui.predicting.question import Question
from backprop_tui.predicting.step import Step

Mistakes: TypeAlias = Iterator[tuple[Value | None, str]]
"""Wrong results, each with why it is wrong. None: the mistake leads to nothing that fits here."""

_COPIES = 64
"""So many copies of a broadcast operand are looked at."""
_LISTED = 5


class Diagnosis(NamedTuple):
    """What has gone wrong in an answer."""

    mistake: str
    """In a few words: "overwrote instead of adding up"."""
    words: str
    """Why that is wrong here, with the numbers of the event."""


class Known(NamedTuple):
    """A mistake that is known."""

    mistake: str
    at: Callable[[Step], Mistakes]


BACKWARD: list[Known] = []
"""The mistakes in accumulations, in the order in which they are tried."""


def diagnose(question: Question, typed: Typed) -> Diagnosis | None:
    """What has gone wrong, if a known mistake gives what was typed and not the right number."""
    with np.errstate(all="ignore"):
        for mistake, result, words in _results(question):
            if result is None or result.shape != question.result.shape:
                continue
            wrong = question.at(result)
            if not agrees(Typed(wrong), question.truth, question.scale) and agrees(typed, wrong, question.scale):
                return Diagnosis(mistake, words)
    return None


def _results(question: Question) -> Iterator[tuple[str, Value | None, str]]:
    if isinstance(question.event, Accumulate):
        step = Step(question)
        yield from ((known.mistake, *found) for known in BACKWARD for found in known.at(step))
    elif isinstance(question.event, Evaluate):
        yield from forward_mistakes(question)


def _known(mistake: str) -> Callable[[Callable[[Step], Mistakes]], Callable[[Step], Mistakes]]:
    def keep(at: Callable[[Step], Mistakes]) -> Callable[[Step], Mistakes]:
        BACKWARD.append(Known(mistake, at))
        return at

    return keep


@_known("split the gradient at a sum")
def _split_at_a_sum(step: Step) -> Mistakes:
    if step.op in ("add", "sub") and step.raw is not None:
        words = f"{step.statement} does not share out its gradient: each operand gets all of {step.upstream}."
        yield step.after(step.raw / 2), words


@_known("forgot the swap in a product")
def _no_swap(step: Step) -> Mistakes:
    if step.op in ("mul", "dot"):
        other = step.operand(1 - step.position)
        words = f"A product swaps its factors: the derivative of {step.statement} by one is the other, {other}."
        yield step.after(step.event.upstream * step.value), words


@_known("took the wrong branch")
def _wrong_branch(step: Step) -> Mistakes:
    local = step.event.local
    if local is None:
        return
    if step.op in GATES:
        is_open = step.question.at(step.event.contribution) != 0
        way = "lets the gradient through here" if is_open else "lets nothing through here"
        yield step.after(step.event.upstream * (1 - local)), f"{step.statement} {way}: {step.local}."
    elif step.op == "leaky_relu":
        slope: Any = step.consumer.attributes["negative_slope"]
        words = f"The other side of the kink counts: {step.local}, for {step.operand(0)}."
        yield step.after(step.event.upstream * np.where(local == 1, slope, 1.0)), words
    elif step.op == "abs":
        words = f"Below 0 the slope of abs is -1, above it is 1: {step.local}, for {step.operand(0)}."
        yield step.after(-step.event.contribution), words


@_known("forgot the sign of a minus")
def _minus(step: Step) -> Mistakes:
    if step.op == "neg" or (step.op == "sub" and step.position == 1):
        words = f"{name_of(step.node)} is taken away in {step.statement}: the sign of {step.upstream} is flipped."
        yield step.after(-step.event.contribution), words


@_known("forgot the sign of a quotient")
def _quotient(step: Step) -> Mistakes:
    if step.op == "reciprocal" or (step.op == "div" and step.position == 1):
        words = f"A larger divisor makes a smaller quotient, so the derivative has a minus: {step.local}."
        yield step.after(-step.event.contribution), words


@_known("forgot to sum over the broadcast dimension")
def _no_sum(step: Step) -> Mistakes:
    raw = step.raw
    axes = broadcast_axes(step.node.shape, step.consumer.shape) if raw is not None and raw.ndim else ()
    count = prod(raw.shape[axis] for axis in axes) if raw is not None else 1
    if raw is None or count == 1:
        return
    # The copies of the node side by side: along the first axis which copy, then the elements of the node.
    copies = np.moveaxis(np.asarray(raw), axes, range(len(axes))).reshape(count, *step.node.shape)
    here = [number(step.question.at(copy)) for copy in copies[: _LISTED + 1]]
    listed = " + ".join(f"({text})" if text.startswith("-") else text for text in here[:_LISTED])
    listed += " + …" if len(here) > _LISTED else ""
    used = f"{name_of(step.node)} is used {count} times in {step.statement}, once for each copy"
    for copy in copies[:_COPIES]:
        yield step.after(copy), f"{used}: what comes back along all of them adds up, {listed} = {step.brought}."
    yield (
        step.after(step.event.contribution / count),
        f"{used}: what comes back is summed, {listed} = {step.brought}. A mean would be {count} times too small.",
    )


@_known("transposed the wrong factor")
def _transposed(step: Step) -> Mistakes:
    if step.op != "matmul":
        return
    words = f"Only one factor is transposed, the one that stays: {step.derivative.rule}, for {step.statement}."
    other = 1 - step.position
    operands = list(step.operands)
    for turned in (other, step.position):
        if _is_square(operands[turned]):
            changed = [one.T if place == turned else one for place, one in enumerate(operands)]
            yield step.after(step.vjp(step.event.upstream, *changed)), words
    if _is_square(step.event.upstream):
        yield step.after(step.vjp(step.event.upstream.T, *operands)), words
    if _is_square(step.event.contribution):
        yield step.after(step.event.contribution.T), f"Row and column have changed places. {words}"


@_known("used the input instead of the output")
def _input_for_output(step: Step) -> Mistakes:
    slips: dict[str, Callable[[Any], Any]] = {
        "exp": lambda x: x,
        "sigmoid": lambda x: x * (1 - x),
        "tanh": lambda x: 1 - x * x,
        "sqrt": lambda x: 0.5 / x,
    }
    if step.op in slips:
        words = f"The derivative of {step.op} is made of its output, {step.output()}, not of {step.operand(0)}."
        yield step.after(step.event.upstream * slips[step.op](step.value)), words


@_known("left out a part of the local derivative")
def _incomplete(step: Step) -> Mistakes:
    slips: dict[tuple[str, int], list[Callable[..., Any]]] = {
        ("sigmoid", 0): [lambda y, x: y, lambda y, x: 1 - y],
        ("tanh", 0): [lambda y, x: 1 - y, lambda y, x: y * y],
        ("sqrt", 0): [lambda y, x: 1 / y, lambda y, x: y / 2],
        ("square", 0): [lambda y, x: x, lambda y, x: y],
        ("pow", 0): [lambda y, x, n: x ** (n - 1), lambda y, x, n: n * x**n, lambda y, x, n: x**n],
        ("log", 0): [lambda y, x: x],
        ("div", 0): [lambda y, a, b: b],
        ("div", 1): [lambda y, a, b: -a / b, lambda y, a, b: -1 / b, lambda y, a, b: -1 / (b * b)],
        ("reciprocal", 0): [lambda y, x: -y, lambda y, x: y],
    }
    for local in slips.get((step.op, step.position), ()):
        words = f"The local derivative of {step.statement} is {step.local} ({step.derivative.rule})."
        yield step.after(step.event.upstream * local(step.y, *step.operands)), words


@_known("took softmax element by element")
def _softmax_alone(step: Step) -> Mistakes:
    if step.op == "softmax":
        words = "Every probability depends on every score: y · (1 - y) is only what a score does to its own."
        yield step.after(step.event.upstream * step.y * (1 - step.y)), words


@_known("mixed up sum and mean")
def _sum_or_mean(step: Step) -> Mistakes:
    size = step.value.size / max(1, step.y.size)
    if step.op == "mean":
        words = f"A mean divides by {number(size)}, and so does its derivative."
        yield step.after(step.event.contribution * size), words
    elif step.op == "sum":
        words = f"A sum does not divide: every element gets all of {step.upstream}."
        yield step.after(step.event.contribution / size), words


@_known("overwrote instead of adding up")
def _overwrote(step: Step) -> Mistakes:
    if step.event.before is not None:
        words = f"{step.brought} is only what this edge brings. {step.name} was {step.there} already: both add up."
        yield step.event.contribution, words


@_known("left out what this edge brings")
def _nothing_new(step: Step) -> Mistakes:
    if step.event.before is not None:
        yield step.event.before, f"{step.there} was there before. This edge brings something, too, and it is added."


@_known("forgot the upstream factor")
def _no_upstream(step: Step) -> Mistakes:
    what = "That is" if step.event.before is None else f"To {step.there} you add"
    if step.event.local is not None:
        words = f"{what} the local derivative alone. {step.upstream} arrives from above, and multiplies it."
        yield step.after(np.broadcast_to(step.event.local, step.consumer.shape)), words
    else:
        words = f"{what} what a gradient of 1 everywhere would bring. {step.upstream} arrives from above."
        yield step.after(step.vjp(np.ones_like(step.event.upstream), *step.operands)), words


@_known("forgot the local derivative")
def _no_local(step: Step) -> Mistakes:
    change = "is multiplied on its way by" if step.event.local is not None else "does not pass unchanged:"
    yield step.after(step.event.upstream), f"{step.upstream} arrives, and {change} {step.local}."


@_known("added where the chain rule multiplies")
def _added(step: Step) -> Mistakes:
    if step.event.local is not None:
        total = step.event.upstream + step.event.local
        yield step.after(total), f"Along one edge the chain rule multiplies: {step.upstream}, times {step.local}."


@_known("took the value for the gradient")
def _value(step: Step) -> Mistakes:
    words = f"{step.operand(step.position)} is its value. Its gradient is how fast the output moves with it."
    yield step.value, words
    yield step.after(step.value), words


@_known("got the sign wrong")
def _sign(step: Step) -> Mistakes:
    yield np.negative(step.event.after), f"The size is right, the sign is not: {step.product}."
    words = f"The sign of what this edge brings is wrong. It brings {step.brought}: {step.product}."
    yield step.after(-step.event.contribution), words


def _is_square(value: Value) -> bool:
    return value.ndim == 2 and value.shape[0] == value.shape[1]
