"""Asks for another value of an input, and stays until there is a run with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from backprop_tui.progress import Cancelled
from backprop_tui.scenario.editing import Refused
from backprop_tui.tui.panels import mistakes
from backprop_tui.tui.screens.prompt import Prompt

MOST_TYPED = 4_000
"""Characters of a value; larger ones are written in a file."""


class ValuePrompt(Prompt):
    """Begins with the value that the input has."""

    def __init__(self, name: str, text: str, apply: Callable[[str], Awaitable[None]]) -> None:
        """`apply` shows the run with that text as the value of the input. It may raise Refused, or Cancelled."""
        fits = len(text) <= MOST_TYPED
        hint = "" if fits else "too long to be shown here: type another value"
        super().__init__(f"{name} =", text if fits else "", most=MOST_TYPED, action="apply", hint=hint)
        self._apply = apply

    async def accept(self, text: str) -> None:
        """Show the run with it."""
        try:
            await self._apply(text)
        except Refused as refused:
            found = refused.mistakes
            if not found[0].where:
                leading = len(text) - len(text.lstrip(" \t"))
                self.typed.cursor_position = leading + found[0].diagnostic.column - 1
            self.say(lambda columns, _: mistakes.page(found, columns))
        except Cancelled:
            return
        else:
            self.dismiss(None)
