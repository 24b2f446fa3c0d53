"""The actions that open a lens, and those that are the same in every one: their part of the one table of actions."""

from __future__ import annotations

from backprop_tui.tui.action import LENS, Action, Scope
from backprop_tui.tui.lenses.registry import LENSES

LENS_ACTIONS: tuple[Action, ...] = (
    *(
        Action(
            id=entry.id,
            scope=Scope.STEPPER,
            group=LENS,
            keys=entry.keys,
            label=entry.title,
            help=entry.help,
            footer=entry.footer,
            yields=1,
            does=f"lens({entry.id!r})",
        )
        for entry in LENSES
    ),
    Action(
        id="lens_next",
        scope=Scope.STEPPER,
        group=LENS,
        keys=("full_stop",),
        label="Next in the lens",
        help="Go on in the open lens, to the next of what the footer says",
    ),
    Action(
        id="lens_previous",
        scope=Scope.STEPPER,
        group=LENS,
        keys=("comma",),
        label="Previous in the lens",
        help="Go back in the open lens",
    ),
    Action(
        id="lens_turn",
        scope=Scope.STEPPER,
        group=LENS,
        keys=("greater_than_sign",),
        label="Another view in the lens",
        help="Show what else the open lens has; the footer says what that is",
    ),
    Action(
        id="lens_turn_back",
        scope=Scope.STEPPER,
        group=LENS,
        keys=("less_than_sign",),
        label="The view before it",
        help="The same, the other way",
    ),
    Action(
        id="save_copy",
        scope=Scope.STEPPER,
        group=LENS,
        keys=("S",),
        label="Save a copy …",
        help="Save the scenario with the values that it has now; never over a file without asking",
    ),
)
