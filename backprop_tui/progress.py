"""How far a slow computation has come, and the way to stop it. One thread computes; another one looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


class Cancelled(Exception):  # noqa: N818  (no error: somebody wanted it)
    """The computation was stopped before its end. Nobody waits for its result."""


class Progress:
    """Passed to a slow computation. It says there how far it has come, and is told there to stop."""

    def __init__(self) -> None:
        self.stage = ""
        """What is being done, in words: `running backward`."""
        self._done = self._total = 0
        self._is_cancelled = False
        self._on_cancel: Callable[[], None] = _do_nothing

    @property
    def share(self) -> float | None:
        """The part of the stage that is done, from 0 to 1. None: nobody knows."""
        total = self._total  # once: the other thread may begin another stage meanwhile
        return self._done / total if total else None

    def cancel(self) -> None:
        """Stop the computation at its next step."""
        self._is_cancelled = True
        self._on_cancel()

    def when_cancelled(self, tell: Callable[[], None]) -> None:
        """Call this when somebody cancels, in the thread of who does."""
        self._on_cancel = tell

    def enter(self, stage: str) -> None:
        """Begin a stage whose length is unknown. Raises Cancelled."""
        self.stage, self._done, self._total = stage, 0, 0
        self.check()

    def over(self, items: Sequence[T], stage: str) -> Iterator[T]:
        """The items, each of which is one step of a stage. Raises Cancelled between two of them."""
        self.enter(stage)
        self._total = len(items)
        for item in items:
            self.check()
            yield item
            self._done += 1

    def check(self) -> None:
        """Raises Cancelled if the computation is to stop."""
        if self._is_cancelled:
            raise Cancelled


def _do_nothing() -> None:
    pass
