"""Going back in the stack of screens."""

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


async def close_all_above(screen: Screen[Any]) -> None:
    """Close help, overlays, prompts and whatever else lies on a screen."""
    while screen in screen.app.screen_stack and screen.app.screen is not screen:
        await screen.app.pop_screen()
