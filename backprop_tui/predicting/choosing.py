"""Which element of an array is asked: one that most can be learnt from, the same every time."""

from __future__ import annotations

from typing import Any

import numpy as np

from backprop_tui.engine.events import Accumulate, Evaluate, Seed
from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Value
from backprop_tui.ops.broadcasting import unbroadcast
from backprop_tui.ops.operation import plain
from backprop_tui.ops.registry import OPERATIONS
from backprop_tui.predicting.question import Asked, Question, largest, result_of

GATES = frozenset({"relu", "clip", "maximum", "minimum", "where", "max", "min"})
"""Operations that let a gradient through, or do not."""
_NOISE = 1e-12
_LIGHT = 1_000_000
"""Multiply-adds of a product in which it is counted what each element is made of."""


def question_at(timeline: Timeline, index: int) -> Question:
    """The question about an event that is asked: of an array, about one element."""
    event = timeline.event(index)
    assert isinstance(event, Evaluate | Seed | Accumulate)  # `is_asked` says so
    result = result_of(event)
    if not result.ndim:
        return Question(timeline, event, ())
    best = int(np.argmax(_worth(timeline, event)))
    return Question(timeline, event, tuple(map(int, np.unravel_index(best, result.shape))))


@np.errstate(all="ignore")
def _worth(timeline: Timeline, event: Asked) -> Value:
    """How much there is to learn at each element; what weighs little decides where all else is equal."""
    result = result_of(event)
    worth: Any = 8.0 * np.isfinite(result) + 4.0 * (np.abs(result) > _NOISE * largest(result))
    if isinstance(event, Accumulate):
        if event.before is not None:
            worth = worth + 1.0 * (event.before != 0)  # so that it shows who overwrites
        terms = _terms(timeline, event)
        worth = worth + 1.0 * (event.contribution != 0) + terms / (1 + terms)
        if event.local is not None and event.upstream.shape == result.shape:
            if timeline.graph.nodes[event.consumer].op in GATES:
                worth = worth + 8.0 * ((event.local == 0) & (event.upstream != 0))  # a closed gate
            worth = worth + 0.2 * (event.local != 1)  # so that it shows who forgets to multiply
    if result.ndim == 2:
        worth = worth + 0.1 * (1 - np.eye(*result.shape))  # where row and column are not the same
    return plain(np.broadcast_to(worth, result.shape))


def _terms(timeline: Timeline, event: Accumulate) -> Any:
    """Of how many numbers each element of a contribution is the sum, zeros left out; 1 where that is not known."""
    consumer = timeline.graph.nodes[event.consumer]
    derivative = OPERATIONS[consumer.op].derivatives[event.operand]
    shape = timeline.graph.nodes[event.node].shape
    if event.local is not None:
        there = np.broadcast_to((event.upstream * event.local) != 0, consumer.shape)
        return unbroadcast(plain(there.astype(np.float64)), shape)
    shapes = [timeline.graph.nodes[one].shape for one in consumer.operands]
    is_light = OPERATIONS[consumer.op].work(shapes, consumer.attributes) <= _LIGHT
    if consumer.op == "matmul" and derivative.vjp and is_light:
        y, *operands = (
            plain(np.not_equal(timeline.values[timeline.graph.nodes[one].name], 0).astype(np.float64))
            for one in (consumer.index, *consumer.operands)
        )
        there = np.not_equal(event.upstream, 0).astype(np.float64)
        return unbroadcast(derivative.vjp(plain(there), y, *operands), shape)
    return 1.0
