"""The actions that change what of the graph is drawn, and how: their part of the one table of actions."""

from __future__ import annotations

from backprop_tui.tui.action import GRAPH, Action, Scope

LOOK_ACTIONS: tuple[Action, ...] = (
    Action(
        id="neighbourhood",
        scope=Scope.STEPPER,
        group=GRAPH,
        keys=("z",),
        label="Focus",
        help="Draw only what is around the selected or current node, and follow it; again: all",
    ),
    Action(
        id="fold",
        scope=Scope.STEPPER,
        group=GRAPH,
        keys=("backspace",),
        label="Fold group",
        help="Fold the group around the selected or current node into one box; Enter opens it again",
    ),
    Action(
        id="unfold",
        scope=Scope.STEPPER,
        group=GRAPH,
        keys=("x",),
        label="Whole graph",
        help="Open all groups; again: fold the graph into a few boxes",
    ),
    Action(
        id="richer",
        scope=Scope.STEPPER,
        group=GRAPH,
        keys=("plus", "equals_sign"),
        label="More detail",
        help="Larger boxes: dots, names and numbers, expressions, compact boxes, full boxes. Also Ctrl and the wheel",
    ),
    Action(
        id="plainer",
        scope=Scope.STEPPER,
        group=GRAPH,
        keys=("minus",),
        label="Less detail",
        help="Smaller boxes",
    ),
    Action(
        id="fit",
        scope=Scope.STEPPER,
        group=GRAPH,
        keys=("r",),
        label="Automatic detail",
        help="As much detail as fits the window, the way round that fits it",
    ),
    Action(
        id="turn",
        scope=Scope.STEPPER,
        group=GRAPH,
        keys=("o",),
        label="Orientation",
        help="Draw from top to bottom, or from left to right",
    ),
    Action(
        id="overview",
        scope=Scope.STEPPER,
        group=GRAPH,
        keys=("M",),
        label="Map",
        help="Show or hide the map that a drawing larger than its window has; click on it to go there",
    ),
    Action(
        id="pan_left",
        scope=Scope.STEPPER,
        group=GRAPH,
        keys=("shift+left",),
        label="Pan left",
        help="Show what is further left in the drawing; the mouse drags it, the wheel moves it, with Shift sideways",
    ),
    Action(
        id="pan_right",
        scope=Scope.STEPPER,
        group=GRAPH,
        keys=("shift+right",),
        label="Pan right",
        help="Show what is further right",
    ),
    Action(
        id="pan_up",
        scope=Scope.STEPPER,
        group=GRAPH,
        keys=("shift+up",),
        label="Pan up",
        help="Show what is further up",
    ),
    Action(
        id="pan_down",
        scope=Scope.STEPPER,
        group=GRAPH,
        keys=("shift+down",),
        label="Pan down",
        help="Show what is further down",
    ),
)
