"""Every action of the application, once: bindings, footer, help, command palette and docs are made from this."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from textual.binding import Binding, BindingType

from backprop_tui.tui.action import APPLICATION, GROUPS, LOOK, MOVE, Action, Scope, key_name, spelled
from backprop_tui.tui.find_actions import FIND_ACTIONS
from backprop_tui.tui.inspector_actions import INSPECTOR_ACTIONS
from backprop_tui.tui.lens_actions import LENS_ACTIONS
from backprop_tui.tui.look_actions import LOOK_ACTIONS

__all__ = ["ACTIONS", "GROUPS", "Action", "Scope", "at_hand", "bindings", "key_name", "key_of", "spelled"]

ACTIONS: tuple[Action, ...] = (
    Action(
        id="step",
        scope=Scope.STEPPER,
        group=MOVE,
        keys=("right", "l", "space"),
        label="Step forward",
        help="Do the next event",
        footer="step",
        footer_keys="←→",
    ),
    Action(
        id="back",
        scope=Scope.STEPPER,
        group=MOVE,
        keys=("left", "h"),
        label="Step back",
        help="Undo the last event, exactly",
    ),
    Action(
        id="next_node",
        scope=Scope.STEPPER,
        group=MOVE,
        keys=("n",),
        label="Next node",
        help="Go on until the next node is done; after a search: to what else was found",
        footer="node",
    ),
    Action(
        id="previous_node",
        scope=Scope.STEPPER,
        group=MOVE,
        keys=("N",),
        label="Previous node",
        help="Go back to where the last node began; after a search: the other way",
    ),
    Action(
        id="end_of_phase",
        scope=Scope.STEPPER,
        group=MOVE,
        keys=("f",),
        label="End of phase",
        help="Go to the end of the forward pass, then of the backward pass",
        footer="phase",
    ),
    Action(
        id="start_of_phase",
        scope=Scope.STEPPER,
        group=MOVE,
        keys=("F",),
        label="Start of phase",
        help="Go back to where the phase begins",
    ),
    Action(
        id="start",
        scope=Scope.STEPPER,
        group=MOVE,
        keys=("home",),
        label="Start of run",
        help="Go to before the first event",
    ),
    Action(
        id="end",
        scope=Scope.STEPPER,
        group=MOVE,
        keys=("end",),
        label="End of run",
        help="Go to after the last event",
    ),
    Action(
        id="go_to",
        scope=Scope.STEPPER,
        group=MOVE,
        keys=("g",),
        label="Go to event …",
        help="Ask for the number of an event and go there",
        footer="go to",
    ),
    Action(
        id="repeat",
        scope=Scope.STEPPER,
        group=MOVE,
        keys=tuple("0123456789"),
        label="Repeat",
        help="Type a count before a key: 10l does ten events",
        has_argument=True,
    ),
    Action(
        id="predict",
        scope=Scope.STEPPER,
        group=MOVE,
        keys=("P",),
        label="Predict",
        help="Be asked for what comes before it is shown, or no more; 1P to 4P: for the last quarter of the way back, "
        "half of it, all of it, everything",
    ),
    *FIND_ACTIONS,
    *LENS_ACTIONS,
    *LOOK_ACTIONS,
    Action(
        id="inspect",
        scope=Scope.STEPPER,
        group=LOOK,
        keys=("enter",),
        label="Inspect node",
        help="Open the folded group, or show the selected or current node: every element, where it came from",
        footer="inspect",
        yields=1,
    ),
    Action(
        id="select_previous",
        scope=Scope.STEPPER,
        group=LOOK,
        keys=("up",),
        label="Select the node above",
        help="Select the node above in the table",
    ),
    Action(
        id="select_next",
        scope=Scope.STEPPER,
        group=LOOK,
        keys=("down",),
        label="Select the node below",
        help="Select the node below in the table",
        footer="select",
        footer_keys="↑↓",
        yields=2,
    ),
    Action(
        id="lesson",
        scope=Scope.STEPPER,
        group=LOOK,
        keys=("i",),
        label="Read the lesson",
        help="Show the text and the source of the scenario",
        footer="lesson",
        yields=2,
    ),
    Action(
        id="words_down",
        scope=Scope.STEPPER,
        group=LOOK,
        keys=("J",),
        label="More of the chain rule",
        help="Show what is below in the open lens, or else in the box of the chain rule",
    ),
    Action(
        id="words_up",
        scope=Scope.STEPPER,
        group=LOOK,
        keys=("K",),
        label="Back in the chain rule",
        help="Show what is above there",
    ),
    Action(
        id="labels",
        scope=Scope.STEPPER,
        group=LOOK,
        keys=("v",),
        label="Edge labels",
        help="Show or hide the local derivatives at the edges",
    ),
    Action(
        id="emphasis",
        scope=Scope.STEPPER,
        group=LOOK,
        keys=("w",),
        label="Sizes of gradients",
        help="Show the size of contributions as the weight of lines, then that of gradients as heat, then neither",
    ),
    Action(
        id="animation",
        scope=Scope.STEPPER,
        group=LOOK,
        keys=("a",),
        label="Animation",
        help="Let a single step flow along its lines for a moment, or leave it; not over ssh",
    ),
    Action(
        id="centre",
        scope=Scope.STEPPER,
        group=LOOK,
        keys=("c",),
        label="Centre",
        help="Bring the current event to the middle of the graph, and into view everywhere",
    ),
    Action(
        id="problems",
        scope=Scope.STEPPER,
        group=LOOK,
        keys=("E",),
        label="Errors of the watched file",
        help="Show why the watched file as it is now cannot be opened",
    ),
    Action(
        id="leave",
        scope=Scope.STEPPER,
        group=APPLICATION,
        keys=("escape",),
        label="Back",
        help="Stop slow work, else drop the count typed, end the search, close the lens, drop the selection, "
        "leave the focus, go back",
    ),
    *INSPECTOR_ACTIONS,
    Action(
        id="previous_lesson",
        scope=Scope.LESSONS,
        group=MOVE,
        keys=("up", "k"),
        label="Previous lesson",
        help="Choose the lesson above",
    ),
    Action(
        id="next_lesson",
        scope=Scope.LESSONS,
        group=MOVE,
        keys=("down", "j"),
        label="Next lesson",
        help="Choose the lesson below",
        footer="choose",
        footer_keys="↑↓",
    ),
    Action(
        id="first_lesson",
        scope=Scope.LESSONS,
        group=MOVE,
        keys=("home",),
        label="First lesson",
        help="Choose the first lesson",
    ),
    Action(
        id="last_lesson",
        scope=Scope.LESSONS,
        group=MOVE,
        keys=("end",),
        label="Last lesson",
        help="Choose the last lesson",
    ),
    Action(
        id="open_lesson",
        scope=Scope.LESSONS,
        group=MOVE,
        keys=("enter", "right", "l", "space"),
        label="Open lesson",
        help="Open the chosen lesson",
        footer="open",
        footer_keys="Enter",
    ),
    Action(
        id="cancel",
        scope=Scope.OPENING,
        group=APPLICATION,
        keys=("escape",),
        label="Stop opening",
        help="Stop opening the scenario, and go back",
        footer="stop",
    ),
    Action(
        id="scroll_up",
        scope=Scope.OPENING,
        group=LOOK,
        keys=("up", "k"),
        label="Scroll up",
        help="Show what is above",
    ),
    Action(
        id="scroll_down",
        scope=Scope.OPENING,
        group=LOOK,
        keys=("down", "j"),
        label="Scroll down",
        help="Show what is below",
    ),
    Action(
        id="change_theme",
        scope=Scope.EVERYWHERE,
        group=APPLICATION,
        keys=("T",),
        label="Theme …",
        help="Choose the colours",
    ),
    Action(
        id="command_palette",
        scope=Scope.EVERYWHERE,
        group=APPLICATION,
        keys=("ctrl+p",),
        label="Commands …",
        help="Find any of these by its name",
    ),
    Action(
        id="help",
        scope=Scope.EVERYWHERE,
        group=APPLICATION,
        keys=("question_mark",),
        label="Help",
        help="Show all keys and what the marks mean",
        footer="help",
    ),
    Action(
        id="suspend",
        scope=Scope.EVERYWHERE,
        group=APPLICATION,
        keys=("ctrl+z",),
        label="Suspend",
        help="Go back to the shell for a while; its command fg comes back here",
    ),
    Action(
        id="quit",
        scope=Scope.EVERYWHERE,
        group=APPLICATION,
        keys=("q", "ctrl+c"),
        label="Quit",
        help="Leave",
        footer="quit",
    ),
)


def key_of(id_: str) -> str:
    """The first key of an action, as a person reads it."""
    return next(key_name(action.keys[0]) for action in ACTIONS if action.id == id_)


def at_hand(scope: Scope) -> Iterator[Action]:
    """The actions of a scope, then those of everywhere, without the keys that the scope has another use for."""
    own = [action for action in ACTIONS if action.scope is scope]
    yield from own
    if scope is Scope.EVERYWHERE:
        return
    taken = {key for action in own for key in action.keys}
    for action in at_hand(Scope.EVERYWHERE):
        keys = tuple(key for key in action.keys if key not in taken)
        yield action if keys == action.keys else replace(action, keys=keys, footer="")


def bindings(scope: Scope) -> list[BindingType]:
    """The bindings of one scope. Each has an id, so that its keys can be changed with `App.set_keymap`."""
    made: list[BindingType] = []
    for action in ACTIONS:
        if action.scope is not scope:
            continue
        if action.has_argument:
            made += [
                Binding(key, f"{action.id}({key!r})", action.label, show=False, id=f"{action.id}.{key}")
                for key in action.keys
            ]
        else:
            # A prompt takes letters for itself. What Ctrl and a letter do everywhere, they do there, too.
            control = [key for key in action.keys if key.startswith("ctrl+")]
            letters = [key for key in action.keys if key not in control]
            for keys, has_priority in ((letters, False), (control, True)):
                if keys:
                    made.append(
                        Binding(
                            ",".join(keys),
                            action.does or action.id,
                            action.label,
                            show=False,
                            priority=has_priority,
                            id=f"{action.id}.control" if has_priority else action.id,
                            tooltip=action.help,
                        )
                    )
    return made
