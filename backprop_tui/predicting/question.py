"""What is asked before an event is shown: one number, or for beginners its sign, or which node it is about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

import numpy as np

from backprop_tui.engine.events import Accumulate, Evaluate, Seed
from backprop_tui.engine.timeline import Timeline
from backprop_tui.formulas import partial
from backprop_tui.graph import Value
from backprop_tui.naming import name_of, symbol_of

Asked: TypeAlias = Evaluate | Seed | Accumulate
"""Events that something is asked about; inputs are given."""
Element: TypeAlias = tuple[int, ...]


class Kind(Enum):
    """What of an event is asked."""

    NUMBER = "number"
    SIGN = "sign"
    OPERAND = "which node"


@dataclass(frozen=True, eq=False)
class Question:
    """One element of what an event computes: a value, or a gradient as it is *after* the event."""

    timeline: Timeline
    event: Asked
    element: Element
    """Empty for a scalar."""

    @property
    def result(self) -> Value:
        """What the event computes, all elements of it."""
        return result_of(self.event)

    @property
    def truth(self) -> float:
        """The number that is asked for."""
        return self.at(self.result)

    def at(self, value: Value) -> float:
        """The element of a value of the same shape."""
        return float(np.asarray(value)[self.element])

    @property
    def scale(self) -> float:
        """How large the numbers are that a gradient is made of: less than rounding leaves of them may be called 0."""
        if not isinstance(self.event, Accumulate):
            return 0.0
        parts = [self.event.upstream, self.event.after, self.event.before]
        return max(largest(part) for part in parts if part is not None)

    @property
    def name(self) -> str:
        """`e`, `b.grad` or `W.grad[0,1]`."""
        node = self.timeline.graph.nodes[self.event.node]
        place = f"[{','.join(map(str, self.element))}]" if self.element else ""
        if isinstance(self.event, Evaluate):
            return f"{symbol_of(node)}{place}" if place else name_of(node)
        return f"{symbol_of(node)}.grad{place}"

    @property
    def symbol(self) -> str:
        """Of a gradient, `∂e/∂b`; of a value, its name."""
        node = self.timeline.graph.nodes[self.event.node]
        return name_of(node) if isinstance(self.event, Evaluate) else partial(self.timeline, node)


def result_of(event: Asked) -> Value:
    """What an event computes: a value, or a gradient as it is after the event."""
    match event:
        case Evaluate(value=value):
            return value
        case Seed(grad=grad):
            return grad
        case Accumulate(after=after):
            return after


def is_asked(timeline: Timeline, index: int) -> bool:
    """Whether there is something to predict: in all but inputs, and seeds other than the 1 of a scalar."""
    event = timeline.event(index)
    if isinstance(event, Seed):
        return isinstance(event.grad, np.float64) and event.grad == 1
    return isinstance(event, Evaluate | Accumulate)


def largest(value: Value) -> float:
    """The largest absolute value that is finite; 0 if there is none."""
    sizes = np.abs(value)
    return float(np.max(sizes, where=np.isfinite(sizes), initial=0.0))
