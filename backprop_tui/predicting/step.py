"""An accumulation as whoever looks for a mistake in it needs it: its parts, and what other parts would add up to."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from backprop_tui.engine.events import Accumulate
from backprop_tui.formatting import array, number
from backprop_tui.formulas import local_symbol, partial
from backprop_tui.graph import Edge, Node, Value
from backprop_tui.naming import statement_of, symbol_of
from backprop_tui.ops.broadcasting import unbroadcast
from backprop_tui.ops.operation import Derivative, plain
from backprop_tui.ops.registry import OPERATIONS
from backprop_tui.predicting.question import Question

_WIDTH = 36


class Step:
    """The accumulation that a question is about."""

    def __init__(self, question: Question) -> None:
        """Raises TypeError if the question is about another event."""
        if not isinstance(question.event, Accumulate):
            raise TypeError("a step is an accumulation")
        self.question = question
        self.event = question.event
        graph = question.timeline.graph
        self.node: Node = graph.nodes[self.event.node]
        self.consumer: Node = graph.nodes[self.event.consumer]
        self.position = self.event.operand
        values = question.timeline.values
        self.y = values[self.consumer.name]
        self.operands = [values[graph.nodes[one].name] for one in self.consumer.operands]

    @property
    def op(self) -> str:
        """The operation that the gradient comes back through."""
        return self.consumer.op

    @property
    def derivative(self) -> Derivative:
        """How it differentiates by this operand."""
        derivative: Derivative = OPERATIONS[self.op].derivatives[self.position]
        return derivative

    @property
    def value(self) -> Value:
        """The value of the node that receives."""
        return self.operands[self.position]

    @cached_property
    def raw(self) -> Value | None:
        """The contribution before it is summed down to the operand's shape; None where it is a rule."""
        local = self.event.local
        return None if local is None else plain(np.broadcast_to(self.event.upstream * local, self.consumer.shape))

    def vjp(self, upstream: Value, *operands: Value) -> Value | None:
        """The contribution with other numbers put in; None where the local derivative is written down."""
        rule = self.derivative.vjp
        return rule(upstream, self.y, *operands, **self.consumer.attributes) if rule else None

    def after(self, contribution: Any) -> Value | None:
        """The gradient after that contribution, summed down as it would be; None if it does not fit the node."""
        shape = self.node.shape
        given = np.shape(contribution)
        try:
            joint = np.broadcast_shapes(given, shape)
        except ValueError:
            return None
        if joint == given:
            fitting = unbroadcast(plain(np.asarray(contribution)), shape)
        elif joint == shape:
            fitting = plain(np.broadcast_to(contribution, shape))
        else:
            return None
        return fitting if self.event.before is None else plain(np.asarray(self.event.before + fitting))

    # Words

    @property
    def name(self) -> str:
        """`b.grad`, `W.grad[0,1]`."""
        return self.question.name

    @property
    def statement(self) -> str:
        """`c = a + b`."""
        return statement_of(self.consumer)

    @property
    def upstream(self) -> str:
        """`∂e/∂c = 2`; of an array the element that counts, or else its numbers, if there are few."""
        return self._named(partial(self.question.timeline, self.consumer), self.event.upstream)

    @property
    def local(self) -> str:
        """`∂c/∂b = 1`; of a rule, what it is."""
        if self.event.local is None:
            return f"the rule ({self.derivative.rule})"
        edge = Edge(self.event.consumer, self.position, self.event.node)
        return self._named(local_symbol(self.question.timeline, edge), self.event.local)

    @property
    def product(self) -> str:
        """What the edge brings is made of: `∂e/∂c = 2, times ∂c/∂b = 1`."""
        return f"{self.upstream}, {'by' if self.event.local is None else 'times'} {self.local}"

    @property
    def there(self) -> str:
        """What was there before, at the element: `3`."""
        before = self.event.before
        return "nothing" if before is None else number(self.question.at(before))

    @property
    def brought(self) -> str:
        """What the edge brings, at the element: `2`."""
        return number(self.question.at(self.event.contribution))

    def operand(self, position: int) -> str:
        """An operand by name with its number: `b = 3`."""
        node = self.question.timeline.graph.nodes[self.consumer.operands[position]]
        return self._named(symbol_of(node), self.operands[position])

    def output(self) -> str:
        """The consumer by name with its number."""
        return self._named(symbol_of(self.consumer), self.y)

    def _named(self, name: str, value: Value) -> str:
        if not value.ndim:
            text = number(float(value))
            return name if name == text else f"{name} = {text}"
        # A rule may make an element of many others.
        if value.shape == self.node.shape and (self.event.local is not None or value is self.value):
            return f"{name}[{','.join(map(str, self.question.element))}] = {number(self.question.at(value))}"
        text = array(value, _WIDTH)
        return f"{name} = {text}" if text.startswith("[") else name
