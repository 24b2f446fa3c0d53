"""Screens that lie on another one and are left once.

Keys that are typed ahead reach a screen that is on its way out. Textual would leave the screen below it, too, or fail.
"""

from __future__ import annotations

from typing import Any

from textual.await_complete import AwaitComplete
from textual.command import CommandPalette
from textual.screen import ModalScreen, ScreenResultType

from backprop_tui.tui.screens.paced import Paced


class Modal(ModalScreen[ScreenResultType]):
    """A modal screen of ours."""

    is_left = False

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Leave the screen, unless that has been done."""
        return super().dismiss(result) if _leaves(self) else AwaitComplete()


class Covering(Paced):
    """A screen of ours that fills the window and is left like a modal one."""

    is_left = False

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Leave the screen, unless that has been done."""
        return super().dismiss(result) if _leaves(self) else AwaitComplete()


class Palette(CommandPalette):
    """Textual's command palette."""

    is_left = False

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Leave the screen, unless that has been done."""
        return super().dismiss(result) if _leaves(self) else AwaitComplete()


def _leaves(screen: Modal[Any] | Covering | Palette) -> bool:
    """Whether the screen is there to be left; it is not any more after this."""
    may = not screen.is_left and screen.is_current
    screen.is_left = screen.is_left or may
    return may
