"""What a drawing shows at one position of a run: texts and roles, looked up for what is visible only."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum
from typing import NamedTuple, Protocol

from backprop_tui.formatting import NOT_COMPUTED
from backprop_tui.graph import Edge

GRADIENT_MARK = "∇"
"""What stands before a gradient in a box."""


class Role(Enum):
    """Where a node is in the current phase.

    Forward it is done once it has its value; backward once its gradient is complete, and sent on to its operands.
    """

    WAITING = "waiting"
    """What it needs is not all there yet: values of its operands; gradients from its consumers."""
    READY = "ready"
    """It has all that it needs: it may be next."""
    DONE = "done"
    SENDER = "sender"
    """Something flows out of it: heavy border."""
    RECEIVER = "receiver"
    """Its value or its gradient has just changed: double border."""


class Flow(Enum):
    """The direction of the current event."""

    FORWARD = "forward"
    BACKWARD = "backward"


class NodeState(NamedTuple):
    """What stands in a box."""

    role: Role = Role.WAITING
    value: str = NOT_COMPUTED
    gradient: str = NOT_COMPUTED
    bad_value: bool = False
    """Whether the value is not finite."""
    bad_gradient: bool = False
    mark: str = GRADIENT_MARK
    """What stands before the gradient, or before the number that is shown in its place."""

    @property
    def is_known(self) -> bool:
        """Whether it has a value."""
        return self.value != NOT_COMPUTED


class EdgeState(NamedTuple):
    """What stands at an edge."""

    passed: bool = False
    """Whether the operand's value has gone along it, into its consumer."""
    local: str = NOT_COMPUTED
    """The local derivative."""
    bad: bool = False
    """Whether it is not finite."""


class Emphasis(Enum):
    """What of the sizes of gradients is drawn."""

    NOTHING = "nothing"
    WEIGHTS = "weights"
    """How much each edge has contributed, as the weight of its line."""
    HEAT = "heat"
    """How large each gradient is, as a shade."""


WEIGHTS = (1e-3, 1e-1)
"""Shares of the largest contribution from which on a line is not dashed, and heavy."""
HEAT = (0.0, 1e-3, 1e-2, 1e-1)
"""Shares of the largest gradient beyond which a gradient has one more shade."""


class State(Protocol):
    """Everything about a position that a drawing shows."""

    @property
    def flow(self) -> Flow:
        """The direction of the current event."""

    @property
    def lit(self) -> Collection[Edge]:
        """The edges that are lit: those along which something flows in the current event, or what is highlighted."""

    @property
    def lit_flow(self) -> Flow:
        """The direction of what flows along them."""

    @property
    def selected(self) -> int | None:
        """The node that the user has selected."""

    def node(self, node: int) -> NodeState:
        """The state of a node."""

    def edge(self, edge: Edge) -> EdgeState:
        """The state of an edge."""

    def weight(self, edge: Edge) -> int | None:
        """How many of `WEIGHTS` its contribution reaches. None: it is not computed."""

    def heat(self, node: int) -> int:
        """How many of `HEAT` its gradient exceeds."""
