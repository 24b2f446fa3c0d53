"""What is remarkable about an event: the kinks that it meets, and the numbers in it that are not finite.

Looked for when somebody looks at the event, and then only there: as much work as the operation has elements.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from backprop_tui.engine.events import Accumulate, Evaluate, Event, Input, Seed
from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Node, Value, is_finite
from backprop_tui.naming import name_of, names_in, statement_of
from backprop_tui.ops.kinks import Kink
from backprop_tui.ops.operation import fill
from backprop_tui.ops.registry import OPERATIONS

_OVERFLOW = "That is an overflow: float64 ends at 1.8e308."
_OVERFLOW_ELSEWHERE = "Elsewhere it is an overflow: float64 ends at 1.8e308."
_ZERO_TIMES_INFINITY = "0 · ∞ is not a number."
_INFINITY_LESS_INFINITY = "∞ - ∞ is not a number."


class Remarks(NamedTuple):
    """Sentences about one event."""

    kinks: tuple[str, ...] = ()
    """Where the operation has a kink, a tie or a pole, and what is taken for its derivative there."""
    covered: bool = False
    """Whether a kink is met at every element, so that nothing else needs to be said of the derivative."""
    cause: str = ""
    """Why the event makes an inf or a NaN of numbers that are none, if a kink does not say so."""
    alarm: str = ""
    """How many of the numbers are not finite, where the first is, and where in the run they came from."""
    is_first: bool = False
    """Whether they are the first of the run."""

    @property
    def trouble(self) -> str:
        """All there is to say of numbers that are not finite."""
        return " ".join(filter(None, (self.cause, self.alarm)))

    @property
    def note(self) -> str:
        """What the event met or made, on one line: nothing about what only came down to it."""
        return " ".join(filter(None, (*self.kinks, self.cause, self.alarm if self.is_first else "")))


def remarks_on(timeline: Timeline, event: Event) -> Remarks:
    """What is remarkable about an event."""
    kinks = list(_met(timeline, event)) if isinstance(event, Evaluate | Accumulate) else []
    made = _made(event)
    said = tuple(sentence for sentence, _ in kinks)
    covered = any(mask.all() for _, mask in kinks)
    if is_finite(made):
        return Remarks(said, covered)
    cause = _cause(timeline, event, [mask for _, mask in kinks])
    return Remarks(said, covered, cause, _alarm(timeline, event, made), event.index == timeline.first_nonfinite)


def _made(event: Event) -> Value:
    match event:
        case Input() | Evaluate():
            return event.value
        case Seed():
            return event.grad
        case Accumulate():
            return event.after


def _unexplained(made: Value, kinks: Sequence[Any]) -> Any:
    """Where numbers are not finite and no kink is met; if it cannot be told element by element, one may be."""
    broken = np.asarray(~np.isfinite(made))
    for mask in kinks:
        broken = broken & ~(mask if mask.shape == made.shape else np.True_)
    return broken


def _met(timeline: Timeline, event: Evaluate | Accumulate) -> Iterator[tuple[str, Any]]:
    """The kinks that an event meets, as sentences, each with the mask of where it is met."""
    nodes = timeline.graph.nodes
    node = nodes[event.consumer if isinstance(event, Accumulate) else event.node]
    operation = OPERATIONS[node.op]
    if not operation.kinks:
        return
    operands = [nodes[operand] for operand in node.operands]
    y, values = timeline.values[node.name], [timeline.values[operand.name] for operand in operands]
    if not any(operand.requires_grad for operand in operands) and is_finite(y):
        return  # no derivative is asked for
    for kink in operation.kinks:
        taken = kink.taken_by(event.operand) if isinstance(event, Accumulate) else ""
        if not (taken or (kink.forward and isinstance(event, Evaluate))):
            continue
        with np.errstate(all="ignore"):
            mask = np.asarray(kink.where(y, *values, **node.attributes))
        if mask.any():
            template = _sentence(kink, mask, taken)
            yield fill(template, names_in(template, operation, node, nodes)), mask


def _sentence(kink: Kink, mask: Any, taken: str) -> str:
    """`In 3 of 12 elements {x} is exactly 0, the kink of relu: the derivative is taken as 0.`, still a template."""
    number = int(np.count_nonzero(mask))
    how_many = f"{number} of {mask.size}" if number < mask.size else "both" if number == 2 else f"all {number}"
    count = f"{how_many} {kink.noun}"
    clause = fill(kink.met, {"count": count}) + (f": {taken}" if taken else "") + "."
    if "{count}" not in kink.met and mask.size > 1:
        clause = f"in {count} {clause}"
    return clause[0].upper() + clause[1:]


def _cause(timeline: Timeline, event: Event, kinks: Sequence[Any]) -> str:
    """How an event makes an inf or a NaN of other numbers; empty where it only passes one on, or a kink says it."""
    if isinstance(event, Evaluate):
        return _cause_of_value(timeline, event, _unexplained(event.value, kinks))
    if isinstance(event, Accumulate):
        return _cause_of_gradient(timeline, event, _unexplained(event.contribution, kinks))
    return ""


def _overflow(broken: Any, numbers: Value, sources: Sequence[Value]) -> str:
    """An overflow, if finite numbers made the broken ones; the rest of those that are not finite, a kink explains."""
    if not broken.any() or not all(map(is_finite, (_at(source, broken) for source in sources))):
        return ""
    return _OVERFLOW if np.all(broken | np.isfinite(numbers)) else _OVERFLOW_ELSEWHERE


def _at(source: Value, mask: Any) -> Value:
    """The elements of what is shaped like the mask; all of anything else."""
    return np.asarray(source)[mask] if source.shape == mask.shape else source


def _cause_of_value(timeline: Timeline, event: Evaluate, broken: Any) -> str:
    operands = _operands(timeline, timeline.graph.nodes[event.node])
    if not broken.any():
        return ""
    if overflow := _overflow(broken, event.value, operands):
        return overflow
    if np.isnan(event.value).any() and not any(np.isnan(operand).any() for operand in operands):
        return "It comes of an infinite operand."
    return ""


def _cause_of_gradient(timeline: Timeline, event: Accumulate, broken: Any) -> str:
    added, before = event.contribution, event.before
    if before is not None and np.any(np.isinf(before) & (added == -before)):
        return _INFINITY_LESS_INFINITY
    if not is_finite(added):
        consumer = timeline.graph.nodes[event.consumer]
        sources = [event.upstream, timeline.values[consumer.name], *_operands(timeline, consumer)]
        if overflow := _overflow(broken, added, sources):
            return overflow
        if event.local is None:
            return ""
        upstream, local = event.upstream, event.local
        if is_finite(upstream) and is_finite(local):
            return _OVERFLOW
        zero_times_infinity = ((upstream == 0) & np.isinf(local)) | (np.isinf(upstream) & (local == 0))
        return _ZERO_TIMES_INFINITY if np.any(zero_times_infinity) and np.isnan(added).any() else ""
    return _OVERFLOW if before is not None and is_finite(before) else ""


def _operands(timeline: Timeline, node: Node) -> list[Value]:
    nodes = timeline.graph.nodes
    return [timeline.values[nodes[operand].name] for operand in node.operands]


def _alarm(timeline: Timeline, event: Event, made: Value) -> str:
    first = timeline.first_nonfinite
    assert first is not None  # this event made one
    place = _place(made) if made.ndim else ""
    if event.index == first:
        if place:
            return f"{place}: the first of the run."
        return "This is the first number of the run that is not finite."
    node = timeline.graph.nodes[timeline[first].node]
    culprit = statement_of(node) if node.op else f"the input {name_of(node)}"
    return f"{place or 'The result is not finite'}. The first such number came from event {first + 1}, at {culprit}."


def _place(made: Value) -> str:
    """`3 of 12 elements are not finite, the first at [0, 2]`."""
    broken = np.argwhere(~np.isfinite(made))
    where = f"[{', '.join(map(str, broken[0]))}]"
    if len(broken) == 1:
        return f"1 of {made.size} elements is not finite, at {where}"
    return f"{len(broken)} of {made.size} elements are not finite, the first at {where}"
