"""What an action is, and how its keys are called."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from backprop_tui.tui import ascii_only


class Scope(Enum):
    """Where an action is at hand."""

    STEPPER = "stepper"
    INSPECTOR = "inspector"
    LESSONS = "lessons"
    OPENING = "opening"
    EVERYWHERE = "everywhere"


@dataclass(frozen=True, kw_only=True)
class Action:
    """Something that a user can do. The screen of its scope has a method `action_<id>` for it, or one that it names."""

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
    yields: int = 0
    """How soon it gives way where the footer is short; the highest first, of equal ones the last."""
    is_at_end: bool = False
    """Whether it stands at the right end of the footer, as what is of use everywhere does."""
    has_argument: bool = False
    """Whether the method gets the key pressed. Such an action is not in the palette."""
    does: str = ""
    """What it calls, if several actions share one method: `lens('paths')`."""

    @property
    def call(self) -> str:
        """What a screen calls it: those of everywhere are the app's."""
        return f"app.{self.id}" if self.scope is Scope.EVERYWHERE else self.does or self.id

    @property
    def key_text(self) -> str:
        """Its keys as a person reads them: `→ l Space`."""
        if self.has_argument:
            return f"{self.keys[0]} … {self.keys[-1]}"
        return " ".join(key_name(key) for key in self.keys)


GROUPS = MOVE, LOOK, LENS, GRAPH, FIND, APPLICATION = "Move", "Look", "Lenses", "Graph", "Find", "Application"
"""In the order in which the help shows them."""

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
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
    "shift+left": "Shift+←",
    "shift+right": "Shift+→",
    "shift+up": "Shift+↑",
    "shift+down": "Shift+↓",
    "plus": "+",
    "plus_minus_sign": "±",
    "minus": "-",
    "equals_sign": "=",
    "backspace": "Backspace",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "full_stop": ".",
    "comma": ",",
    "slash": "/",
    "greater_than_sign": ">",
    "less_than_sign": "<",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
}


_ARROWS = {"→": "Right", "←": "Left", "↑": "Up", "↓": "Down", "←→": "Left/Right", "↑↓": "Up/Down", "↑↓←→": "Arrows"}


def key_name(key: str) -> str:
    """A key as a person reads it."""
    return spelled(_KEY_NAMES.get(key, key))


def spelled(keys: str) -> str:
    """Arrows as words where they would turn into other keys: without Unicode `↓` is a v."""
    if not ascii_only.is_wanted():
        return keys
    modifier, plus, key = keys.rpartition("+")
    return modifier + plus + _ARROWS.get(key, key)
