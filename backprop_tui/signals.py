"""Signals that end the process: at once, at any moment, and with what was changed outside of it undone.

Nothing is lost by ending at once: nothing that the program holds is to be kept, and what is buffered for a file goes
there. Only a pipe may get less than was said, and half a line at the end: its reader might keep us waiting for ever.
"""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import sys
from collections.abc import Callable, Iterator
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGALRM", "SIGUSR1", "SIGUSR2", "SIGXCPU")  # not all on Windows
ENDING = tuple(getattr(signal, name) for name in _NAMES if hasattr(signal, name))

_undo: list[Callable[[], None]] = []
_held = 0
_waiting: list[int] = []
_is_ending = False


def end_on_signals() -> Callable[[], None]:
    """From now on these signals end the process with status 128 + n. Returns what gives them their old meaning.

    Those that are ignored stay so: whoever started us wants it (nohup, a shell's `&`). Only the main thread may do it.
    """
    heard = [number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, _handle) for number in heard}

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
    _write_out()
    os._exit(128 + number)


def undo_all() -> None:
    """Undo what is still changed."""
    for undo in reversed(_undo):
        with contextlib.suppress(Exception):
            undo()


def _write_out() -> None:
    """Let go of what is buffered, if it is for a file."""
    with contextlib.suppress(Exception):  # closed, a full disk, or we are in the middle of writing
        if stat.S_ISREG(os.fstat(sys.stdout.fileno()).st_mode):
            sys.stdout.flush()


def _handle(number: int, _frame: FrameType | None) -> None:
    if _held:
        _waiting.append(number)
    else:
        end(number)
