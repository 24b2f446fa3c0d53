"""What a drawing shows at one position of a run: texts and roles, looked up for what is visible only."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum
from typing import NamedTuple, Protocol

from backprop_tui.formatting import NOT_COMPUTED
from backprop_tui.graph import Edge


class Role(Enum):
    """What a node does in the current event."""

    UNTOUCHED = "untouched"
    """It has no value yet."""
    DONE = "done"
    """It has a value, and no part in the event."""
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

    role: Role = Role.UNTOUCHED
    value: str = NOT_COMPUTED
    gradient: str = NOT_COMPUTED
    bad_value: bool = False
    """Whether the value is not finite."""
    bad_gradient: bool = False


class EdgeState(NamedTuple):
    """What stands at an edge."""

    passed: bool = False
    """Whether the operand's value has gone along it, into its consumer."""
    local: str = NOT_COMPUTED
    """The local derivative."""
    bad: bool = False
    """Whether it is not finite."""


class State(Protocol):
    """Everything about a position that a drawing shows."""

    @property
    def flow(self) -> Flow:
        """The direction of the current event."""

    @property
    def lit(self) -> Collection[Edge]:
        """The edges along which something flows in the current event."""

    @property
    def selected(self) -> int | None:
        """The node that the user has selected."""

    def node(self, node: int) -> NodeState:
        """The state of a node."""

    def edge(self, edge: Edge) -> EdgeState:
        """The state of an edge."""
