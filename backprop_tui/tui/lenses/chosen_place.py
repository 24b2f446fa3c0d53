"""The one number that moves, in a lens that lets one move: chosen there, or by selecting its input."""

from __future__ import annotations

from functools import cached_property

from backprop_tui.lenses.places import Place, Places, place_name
from backprop_tui.tui.session import Session


class ChosenPlace:
    """One of all places of a run."""

    def __init__(self, session: Session) -> None:
        """The first place of the selected or current node; that of the first input, if it has none."""
        self._session = session
        self._selected = session.selected
        """What was selected when it last followed."""
        self.number = self.every.first_of(session.node) or 0

    @cached_property
    def every(self) -> Places:
        """All that can be chosen."""
        return Places(self._session.timeline.graph)

    @property
    def place(self) -> Place:
        """The one that is chosen."""
        return self.every[self.number]

    def heading(self, title: str, cells: int) -> str:
        """`Nudge: u1, 1 of 12`, or without its name where there is no room for it."""
        name, which = place_name(self._session.timeline, self.place), f"{self.number + 1:,} of {len(self.every):,}"
        whole = f"{title}: {name}, {which}"
        return whole if len(whole) < cells else f"{title}: {which}"

    def follow(self) -> bool:
        """Choose the first place of an input that was selected since; whether there is one."""
        selected = self._session.selected
        if selected == self._selected:
            return False
        self._selected = selected
        first = None if selected is None else self.every.first_of(selected)
        if first is not None:
            self.number = first
        return first is not None

    def choose(self, number: int) -> None:
        """Choose the place of that number, and look at its input."""
        self.number = number
        self._session.focus = self.place.node

    def resume(self, other: ChosenPlace) -> bool:
        """Choose the place that was chosen in another run, if this one has it; whether it has."""
        number = other.every.counterpart(other.number, self.every)
        if number is not None:
            self.number = number
        return number is not None
