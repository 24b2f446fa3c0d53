"""Asks where to save a copy of the scenario, and once more before it takes the place of a file."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

from textual import events

from backprop_tui.lessons import directory
from backprop_tui.saving import save_text
from backprop_tui.scenario.text import clean_path
from backprop_tui.tui.lines import Ink
from backprop_tui.tui.screens.prompt import Prompt

_MOST_TYPED = 1_000


class SavePrompt(Prompt):
    """Saves a text; never over a file without asking."""

    def __init__(self, path: str, text: Callable[[], str], saved: Callable[[str], None]) -> None:
        """Offers a path for what the text will be then; `saved` is told the one that it was saved to."""
        super().__init__("Save a copy as", path, most=_MOST_TYPED, action="save")
        self._text = text
        self._saved = saved
        self._asked_about = ""
        """The file that is to be replaced or not."""

    async def accept(self, text: str) -> None:
        """Save to this path; ask first if there is a file."""
        path = os.path.expanduser(text.strip())
        try:
            found = os.stat(path).st_mode if path else None
        except FileNotFoundError:
            self._save(path, new=True)
        except (OSError, ValueError) as error:
            self._refuse(path, error)
        else:
            if found is None:
                self.say_text("Type the name of a file.")
            elif stat.S_ISDIR(found):
                self.say_text(f"'{clean_path(path)}' is a directory: add the name of a file.")
            elif not stat.S_ISREG(found):
                self.say_text(f"'{clean_path(path)}' is no file, but a pipe or a device.")
            else:
                self._ask_about(path)

    def on_key(self, event: events.Key) -> None:
        """Answer whether the file is to be replaced."""
        path, self._asked_about = self._asked_about, ""
        if not path:
            return
        event.stop()
        event.prevent_default()
        self.say(None)
        self.typed.focus()
        if event.key == "y":
            self._save(path)

    def _ask_about(self, path: str) -> None:
        self._asked_about = path
        self.set_focus(None)
        self.say_text(f"'{clean_path(path)}' exists. y replaces it, any other key leaves it as it is.", Ink.STRONG)

    def _save(self, path: str, *, new: bool = False) -> None:
        try:
            save_text(path, [self._text()], new=new)
        except FileExistsError:  # since a moment ago
            self._ask_about(path)
        except (OSError, ValueError) as error:
            self._refuse(path, error)
        else:
            self._saved(path)
            self.dismiss(None)

    def _refuse(self, path: str, error: OSError | ValueError) -> None:
        reason = error.strerror if isinstance(error, OSError) else "no file can have this name"
        self.say_text(f"Cannot write '{clean_path(path)}': {reason}.")


def default_path(name: str) -> str:
    """Where a copy of the scenario of this name is saved if the user has no better idea.

    Beside it; for a lesson, and for what is no file, in the current directory.
    """
    path = Path(name)
    copy = f"{path.stem if path.suffix else 'scenario'}-edited.toml"
    is_beside = path.is_file() and path.resolve().parent != directory().resolve()
    return os.path.join(os.path.dirname(name), copy) if is_beside else copy
