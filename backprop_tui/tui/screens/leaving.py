"""Where Escape leads in the end."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen

from backprop_tui.tui.actions import Scope


def go_back(screen: Screen[Any]) -> bool:
    """Go back to the lessons; False if that is not where the user came from."""
    stack = screen.app.screen_stack
    if len(stack) < 2 or getattr(stack[-2], "SCOPE", None) is not Scope.LESSONS:
        return False
    screen.app.pop_screen()
    return True
