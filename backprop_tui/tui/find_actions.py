"""The actions that find a node, or an event by its node: the part of the one table of actions that is about that."""

from __future__ import annotations

from backprop_tui.tui.action import FIND, Action, Scope

FIND_ACTIONS: tuple[Action, ...] = (
    Action(
        id="search",
        scope=Scope.STEPPER,
        group=FIND,
        keys=("slash",),
        label="Search …",
        help="Find nodes by name, operation, expression, shape or state. Then n and N go through what was found",
        footer="search",
    ),
    Action(
        id="operand",
        scope=Scope.STEPPER,
        group=FIND,
        keys=("d",),
        label="Operand: where it comes from",
        help="Select the first node that the selected or current one is computed from; its line in the program, too",
    ),
    Action(
        id="other_operand",
        scope=Scope.STEPPER,
        group=FIND,
        keys=("D",),
        label="Next operand",
        help="Select the next operand of the same node instead",
    ),
    Action(
        id="use",
        scope=Scope.STEPPER,
        group=FIND,
        keys=("u",),
        label="Use: where it goes",
        help="Select the first node that uses the selected or current one",
    ),
    Action(
        id="other_use",
        scope=Scope.STEPPER,
        group=FIND,
        keys=("U",),
        label="Next use",
        help="Select the next use of the same node instead",
    ),
    Action(
        id="to_value",
        scope=Scope.STEPPER,
        group=FIND,
        keys=("V",),
        label="Go to its value",
        help="Go to the event that computes the selected or current node",
    ),
    Action(
        id="to_gradient",
        scope=Scope.STEPPER,
        group=FIND,
        keys=("G",),
        label="Go to its gradient",
        help="Go to the event that makes its gradient complete",
    ),
)
