"""Every action of the application, once: bindings, footer, help, command palette and docs are made from this."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from textual.binding import Binding, BindingType

from backprop_tui.tui import ascii_only


class Scope(Enum):
    """Where an action is at hand."""

    STEPPER = "stepper"
    LESSONS = "lessons"
    OPENING = "opening"
    EVERYWHERE = "everywhere"


@dataclass(frozen=True, kw_only=True)
class Action:
    """Something that a user can do. The screen of its scope has a method `action_<id>` that does it."""

    id: str
    scope: Scope
    group: str
    """The heading above it in the help."""
    keys: tuple[str, ...]
    """As Textual calls them."""
    label: str
    """What the command palette calls it."""
    help: str
    footer: str = ""
    """The word in the footer; empty if it does not stand there."""
    footer_keys: str = ""
    """The keys in the footer, where one entry speaks for two actions."""
    has_argument: bool = False
    """Whether the method gets the key pressed. Such an action is not in the palette."""

    @property
    def key_text(self) -> str:
        """Its keys as a person reads them: `→ l Space`."""
        if self.has_argument:
            return f"{self.keys[0]} … {self.keys[-1]}"
        return " ".join(key_name(key) for key in self.keys)


GROUPS = _STEP, _LOOK, _APP = "Move", "Look", "Application"
"""In the order in which the help shows them."""

ACTIONS: tuple[Action, ...] = (
    Action(
        id="step",
        scope=Scope.STEPPER,
        group=_STEP,
        keys=("right", "l", "space"),
        label="Step forward",
        help="Do the next event",
        footer="step",
        footer_keys="←→",
    ),
    Action(
        id="back",
        scope=Scope.STEPPER,
        group=_STEP,
        keys=("left", "h"),
        label="Step back",
        help="Undo the last event, exactly",
    ),
    Action(
        id="next_node",
        scope=Scope.STEPPER,
        group=_STEP,
        keys=("n",),
        label="Next node",
        help="Go on until the next node is done",
        footer="node",
    ),
    Action(
        id="previous_node",
        scope=Scope.STEPPER,
        group=_STEP,
        keys=("N",),
        label="Previous node",
        help="Go back to where the last node began",
    ),
    Action(
        id="end_of_phase",
        scope=Scope.STEPPER,
        group=_STEP,
        keys=("f",),
        label="End of phase",
        help="Go to the end of the forward pass, then of the backward pass",
        footer="phase",
    ),
    Action(
        id="start_of_phase",
        scope=Scope.STEPPER,
        group=_STEP,
        keys=("F",),
        label="Start of phase",
        help="Go back to where the phase begins",
    ),
    Action(
        id="start",
        scope=Scope.STEPPER,
        group=_STEP,
        keys=("home",),
        label="Start of run",
        help="Go to before the first event",
    ),
    Action(
        id="end",
        scope=Scope.STEPPER,
        group=_STEP,
        keys=("end",),
        label="End of run",
        help="Go to after the last event",
    ),
    Action(
        id="go_to",
        scope=Scope.STEPPER,
        group=_STEP,
        keys=("g",),
        label="Go to event …",
        help="Ask for the number of an event and go there",
        footer="go to",
    ),
    Action(
        id="repeat",
        scope=Scope.STEPPER,
        group=_STEP,
        keys=tuple("0123456789"),
        label="Repeat",
        help="Type a count before a key: 10l does ten events",
        has_argument=True,
    ),
    Action(
        id="select_previous",
        scope=Scope.STEPPER,
        group=_LOOK,
        keys=("up",),
        label="Select the node above",
        help="Select the node above in the table",
    ),
    Action(
        id="select_next",
        scope=Scope.STEPPER,
        group=_LOOK,
        keys=("down",),
        label="Select the node below",
        help="Select the node below in the table",
        footer="select",
        footer_keys="↑↓",
    ),
    Action(
        id="inspect",
        scope=Scope.STEPPER,
        group=_LOOK,
        keys=("enter",),
        label="Inspect node",
        help="Show the selected or current node with all its digits",
        footer="inspect",
    ),
    Action(
        id="lesson",
        scope=Scope.STEPPER,
        group=_LOOK,
        keys=("i",),
        label="Read the lesson",
        help="Show the text and the source of the scenario",
        footer="lesson",
    ),
    Action(
        id="labels",
        scope=Scope.STEPPER,
        group=_LOOK,
        keys=("v",),
        label="Edge labels",
        help="Show or hide the local derivatives at the edges",
    ),
    Action(
        id="problems",
        scope=Scope.STEPPER,
        group=_LOOK,
        keys=("E",),
        label="Errors of the watched file",
        help="Show why the watched file as it is now cannot be opened",
    ),
    Action(
        id="leave",
        scope=Scope.STEPPER,
        group=_APP,
        keys=("escape",),
        label="Back",
        help="Stop slow work, else drop the count typed, else the selection, else go back to the lessons",
    ),
    Action(
        id="previous_lesson",
        scope=Scope.LESSONS,
        group=_STEP,
        keys=("up", "k"),
        label="Previous lesson",
        help="Choose the lesson above",
    ),
    Action(
        id="next_lesson",
        scope=Scope.LESSONS,
        group=_STEP,
        keys=("down", "j"),
        label="Next lesson",
        help="Choose the lesson below",
        footer="choose",
        footer_keys="↑↓",
    ),
    Action(
        id="first_lesson",
        scope=Scope.LESSONS,
        group=_STEP,
        keys=("home",),
        label="First lesson",
        help="Choose the first lesson",
    ),
    Action(
        id="last_lesson",
        scope=Scope.LESSONS,
        group=_STEP,
        keys=("end",),
        label="Last lesson",
        help="Choose the last lesson",
    ),
    Action(
        id="open_lesson",
        scope=Scope.LESSONS,
        group=_STEP,
        keys=("enter", "right", "l", "space"),
        label="Open lesson",
        help="Open the chosen lesson",
        footer="open",
        footer_keys="Enter",
    ),
    Action(
        id="cancel",
        scope=Scope.OPENING,
        group=_APP,
        keys=("escape",),
        label="Stop opening",
        help="Stop opening the scenario, and go back",
        footer="stop",
    ),
    Action(
        id="scroll_up",
        scope=Scope.OPENING,
        group=_LOOK,
        keys=("up", "k"),
        label="Scroll up",
        help="Show what is above",
    ),
    Action(
        id="scroll_down",
        scope=Scope.OPENING,
        group=_LOOK,
        keys=("down", "j"),
        label="Scroll down",
        help="Show what is below",
    ),
    Action(
        id="change_theme",
        scope=Scope.EVERYWHERE,
        group=_APP,
        keys=("T",),
        label="Theme …",
        help="Choose the colours",
    ),
    Action(
        id="command_palette",
        scope=Scope.EVERYWHERE,
        group=_APP,
        keys=("ctrl+p",),
        label="Commands …",
        help="Find any of these by its name",
    ),
    Action(
        id="help",
        scope=Scope.EVERYWHERE,
        group=_APP,
        keys=("question_mark",),
        label="Help",
        help="Show all keys and what the marks mean",
        footer="help",
    ),
    Action(
        id="suspend",
        scope=Scope.EVERYWHERE,
        group=_APP,
        keys=("ctrl+z",),
        label="Suspend",
        help="Go back to the shell for a while; its command fg comes back here",
    ),
    Action(
        id="quit",
        scope=Scope.EVERYWHERE,
        group=_APP,
        keys=("q", "ctrl+c"),
        label="Quit",
        help="Leave",
        footer="quit",
    ),
)

_KEY_NAMES = {
    "right": "→",
    "left": "←",
    "up": "↑",
    "down": "↓",
    "space": "Space",
    "enter": "Enter",
    "escape": "Esc",
    "home": "Home",
    "end": "End",
    "question_mark": "?",
    "ctrl+c": "Ctrl+C",
    "ctrl+p": "Ctrl+P",
    "ctrl+z": "Ctrl+Z",
}


_ARROWS = {"→": "Right", "←": "Left", "↑": "Up", "↓": "Down", "←→": "Left/Right", "↑↓": "Up/Down"}


def key_name(key: str) -> str:
    """A key as a person reads it."""
    return spelled(_KEY_NAMES.get(key, key))


def spelled(keys: str) -> str:
    """Arrows as words where they would turn into other keys: without Unicode `↓` is a v."""
    return _ARROWS.get(keys, keys) if ascii_only.is_wanted() else keys


def key_of(id_: str) -> str:
    """The first key of an action, as a person reads it."""
    return next(key_name(action.keys[0]) for action in ACTIONS if action.id == id_)


def at_hand(scope: Scope) -> Iterator[Action]:
    """The actions of a scope, then those of everywhere."""
    yield from (action for action in ACTIONS if action.scope is scope)
    if scope is not Scope.EVERYWHERE:
        yield from at_hand(Scope.EVERYWHERE)


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
                            action.id,
                            action.label,
                            show=False,
                            priority=has_priority,
                            id=f"{action.id}.control" if has_priority else action.id,
                            tooltip=action.help,
                        )
                    )
    return made
