"""The known mistakes on the way forward: fewer, as the way back is what is to be learnt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from backprop_tui.engine.events import Evaluate
from backprop_tui.formatting import number
from backprop_tui.graph import Kind, Value
from backprop_tui.naming import name_of, statement_of
from backprop_tui.ops.operation import plain
from backprop_tui.predicting.question import Question

_SLIPS: dict[str, tuple[tuple[str, Callable[..., Any]], ...]] = {
    "sub": (("swapped the operands", lambda y, a, b: b - a), ("added instead", lambda y, a, b: a + b)),
    "div": (("swapped the operands", lambda y, a, b: b / a), ("multiplied instead", lambda y, a, b: a * b)),
    "mul": (("added instead", lambda y, a, b: a + b),),
    "add": (("multiplied instead", lambda y, a, b: a * b),),
    "pow": (("multiplied by the exponent", lambda y, x, n: x * n), ("swapped the operands", lambda y, x, n: n**x)),
    "neg": (("forgot the sign of a minus", lambda y, x: x),),
    "relu": (("took the wrong branch", lambda y, x: x - y),),
    "maximum": (("took the wrong branch", lambda y, a, b: a + b - y),),
    "minimum": (("took the wrong branch", lambda y, a, b: a + b - y),),
    "mean": (("took a sum for a mean", lambda y, x: y * (x.size / y.size)),),
    "sum": (("took a mean for a sum", lambda y, x: y * (y.size / x.size)),),
    "abs": (("forgot the sign of a minus", lambda y, x: x),),
}
"""By operation: what was done instead of it."""


def forward_mistakes(question: Question) -> Iterator[tuple[str, Value | None, str]]:
    """What each mistake would give at an evaluation, and why that is wrong."""
    event = question.event
    assert isinstance(event, Evaluate)
    timeline = question.timeline
    node = timeline.graph.nodes[event.node]
    operands = [timeline.values[timeline.graph.nodes[one].name] for one in node.operands]
    numbers = ", ".join(
        f"{name_of(one)} = {number(float(timeline.values[one.name]))}"
        for one in (timeline.graph.nodes[operand] for operand in dict.fromkeys(node.operands))
        if not one.shape and one.kind is not Kind.CONSTANT
    )
    words = f"it says {statement_of(node)}" + (f", with {numbers}." if numbers else ".")
    for mistake, slip in _SLIPS.get(node.op, ()):
        yield mistake, plain(slip(event.value, *operands)), f"That is as if you {mistake}: {words}"
