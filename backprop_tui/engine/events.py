"""The events of a run: the smallest steps a user can take.

Event objects are made when somebody looks at one. Values are shared with the timeline: never write into them.
Nodes are given by their index in the graph.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from backprop_tui.graph import Value


class Input(NamedTuple):
    """An input takes its given value."""

    index: int  # type: ignore[assignment]  # rather than tuple.index
    """Position in the timeline, from 0."""
    node: int
    value: Value


class Evaluate(NamedTuple):
    """An operation computes its value from its operands."""

    index: int  # type: ignore[assignment]  # rather than tuple.index
    node: int
    value: Value


class Seed(NamedTuple):
    """The backward pass starts: ∂output/∂output."""

    index: int  # type: ignore[assignment]  # rather than tuple.index
    node: int
    grad: Value


class Accumulate(NamedTuple):
    """One edge's contribution is added to the gradient of its operand: `grad += upstream · local`."""

    index: int  # type: ignore[assignment]  # rather than tuple.index
    node: int
    """The operand, whose gradient grows."""
    consumer: int
    """The node whose gradient flows back along the edge."""
    operand: int
    """Which operand of the consumer the node is, from 0."""
    upstream: Value
    """∂output/∂consumer, shaped like the consumer."""
    local: Value | None
    """∂consumer/∂node element by element, of a shape that broadcasts to the consumer's. None where the operation
    is a rule (a VJP) whose Jacobian is not written down."""
    contribution: Value
    """What is added, shaped like the node."""
    before: Value | None
    """The node's gradient before. None: nothing had arrived yet."""
    after: Value
    """The node's gradient after."""


Event: TypeAlias = Input | Evaluate | Seed | Accumulate
