"""Signals that end the process: at once, at any moment, and with what was changed outside of it undone.

Nothing is lost by ending at once: nothing that the program holds is to be kept.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")  # Windows lacks two of them
ENDING = tuple(getattr(signal, name) for name in _NAMES if hasattr(signal, name))

_undo: list[Callable[[], None]] = []
_held = 0
_waiting: list[int] = []
_is_ending = False


def end_on_signals() -> Callable[[], None]:
    """From now on these signals end the process with status 128 + n. Returns what gives them their old meaning.

    Only the main thread may do it.
    """
    before = {number: signal.signal(number, _handle) for number in ENDING}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    return restore


@contextlib.contextmanager
def undone_at_the_end(undo: Callable[[], None]) -> Iterator[None]:
    """Whatever is changed within is undone if a signal ends the process."""
    _undo.append(undo)
    try:
        yield
    finally:
        _undo.remove(undo)


@contextlib.contextmanager
def held() -> Iterator[None]:
    """Signals wait until this is done: a change and the note of it belong together."""
    global _held  # noqa: PLW0603  (signals belong to the process)
    _held += 1
    try:
        yield
    finally:
        _held -= 1
        if _waiting and not _held:
            end(_waiting[0])


def end(number: int) -> None:
    """End the process as signal `number` does."""
    global _is_ending  # noqa: PLW0603
    if _is_ending:  # a second one, while the first is at work
        return
    _is_ending = True
    undo_all()
    os._exit(128 + number)


def undo_all() -> None:
    """Undo what is still changed."""
    for undo in reversed(_undo):
        with contextlib.suppress(Exception):
            undo()


def _handle(number: int, _frame: FrameType | None) -> None:
    if _held:
        _waiting.append(number)
    else:
        end(number)
