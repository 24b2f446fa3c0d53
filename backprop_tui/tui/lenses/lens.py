"""What every lens is: a view of the run beside the graph, with a state of its own and words for the footer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeAlias, TypeVar

if TYPE_CHECKING:
    from backprop_tui.drawing.highlight import Highlight
    from backprop_tui.progress import Progress
    from backprop_tui.tui.lines import Page
    from backprop_tui.tui.session import Session

S = TypeVar("S")


class Close(NamedTuple):
    """Leave the lens."""


class TypeValue(NamedTuple):
    """Ask for another value of an input."""

    name: str


class MoveEdits(NamedTuple):
    """Do so many edits again; undo them, if negative."""

    steps: int


Wish: TypeAlias = Close | TypeValue | MoveEdits | None
"""What a key in a lens leads to that only the screen can do."""


class Lens(ABC, Generic[S]):
    """One view of a session's run, from when it is opened until it is left.

    What is costly is *studied*: that is kept until the subject is another. All else is drawn after every key.
    """

    shows_numbers = False
    """Whether its highlight has numbers: then boxes have room for them."""
    is_completed = False
    """Whether a study is shown before it is complete."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @property
    def id(self) -> str:
        """Its id in the registry."""
        return type(self).__module__.rpartition(".")[2]

    def follow(self) -> None:
        """Take notice of where the user is now. Called once after every key, before `subject`."""

    @property
    @abstractmethod
    def subject(self) -> Hashable:
        """What is to be studied now. Cheap: it is asked for after every key."""

    @abstractmethod
    def study(self, subject: Any, progress: Progress) -> S:
        """All that is costly to know about a subject.

        For a large run this is called in a thread: it may look at the timeline, but not at where the user is.
        Raises Cancelled if `progress` says so.
        """

    def complete(self, study: S, progress: Progress) -> S:
        """A study with what nobody waits for in it. Called in a thread, whatever the size of the run; as `study`."""
        return study

    def arrive(self, study: S) -> None:
        """A study is there that was not before: go where it wants to be seen, before anything is drawn."""

    @abstractmethod
    def page(self, study: S, width: int, height: int) -> Page:
        """What stands in the panel at the session's position."""

    def highlight(self, study: S) -> Highlight | None:
        """What is lit in the graph in place of the current event; None if nothing is."""
        return None

    def opened(self) -> Wish:
        """The user has opened it by its key."""
        return None

    def pressed_again(self) -> Wish:
        """The user has pressed its key while it is open."""
        return Close()

    def choose(self, study: S, steps: int) -> Wish:
        """Choose what comes so many places further on in the lens; before it, if negative."""
        return None

    def turn(self, study: S, steps: int) -> Wish:
        """Take another view: the next one, or the one before if negative."""
        return None

    def point(self, study: S, line: int) -> Wish:
        """The user has clicked on that line of the page."""
        return None

    def resumed(self, session: Session) -> Lens[S]:
        """The same lens on another run of the same scenario."""
        return type(self)(session)
