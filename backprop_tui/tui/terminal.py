"""The terminal as we take it over and give it back: line settings, modes, and what waits to be written to it."""

from __future__ import annotations

import contextlib
import errno
import os
import select
import termios
from collections import deque
from collections.abc import Callable, Iterator
from threading import Condition, Thread
from typing import Any

from backprop_tui import signals

INPUT, OUTPUT = 0, 1

_ENTER = (
    "\x1b[?1049h"  # the alternate screen: what the user had is kept below
    "\x1b[?25l"  # no cursor
    "\x1b[?7l"  # no line wrap
    "\x1b[?1000h\x1b[?1003h\x1b[?1006h"  # mouse: buttons, moves, and their places as numbers
    "\x1b[?1004h"  # focus reports
    "\x1b[?2004h"  # pastes are marked as such
)
_ENHANCED_KEYS = 1 | 8 | 16
"""Kitty's protocol: unambiguous, all as sequences, with their text."""
_PUSH_KEYS = f"\x1b[>{_ENHANCED_KEYS}u"
_SET_KEYS = f"\x1b[={_ENHANCED_KEYS}u"
_LEAVE = (
    "\x18"  # in the middle of a sequence, perhaps: output may have been dropped anywhere
    "\x1b[?2026l\x1b[0m"  # or of a drawing
    "\x1b[?2004l\x1b[?1004l\x1b[?1006l\x1b[?1003l\x1b[?1000l\x1b[?7h"
    "\x1b[<u"  # each of the two screens has its own stack of them
    "\x1b[?1049l\x1b[?25h"
)
_PIECE = 4096
"""Bytes written in one go: no more than that has to go out before what leaving writes."""
_MOST_WAITING = 1 << 23
"""Characters, many full screens. A terminal that is further behind does without them and is drawn anew."""
_PATIENCE = 0.5
"""Seconds that leaving waits for a terminal that takes no output."""
_FALLBACK_SIZE = 80, 24


class Terminal:
    """Takes over the terminal of the process. One thread writes all that goes out, so that nobody waits for it."""

    def __init__(self, redraw: Callable[[], None]) -> None:
        """`redraw` is called in that thread, when output was lost to a terminal that had fallen too far behind."""
        self._redraw = redraw
        self._settings: list[Any] | None = None
        self._thread: Thread | None = None
        self._change = Condition()
        """Of what follows; all of it is read by the thread."""
        self._is_ours = False
        self._is_taken = False
        """Whether the thread has begun to make it ours, and has not finished giving it back."""
        self._is_doubtful = False
        """Whether somebody else may have changed its modes."""
        self._waiting: deque[str] = deque()
        self._length = 0
        self._has_lost_output = False

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        try:
            columns, rows = os.get_terminal_size(OUTPUT)
        except OSError:
            return _FALLBACK_SIZE
        return (columns, rows) if columns and rows else _FALLBACK_SIZE

    def enter(self) -> None:
        """Take the terminal over; in the background, once we are in the foreground again."""
        with signals.held():
            if self._is_ours:
                return
            with contextlib.suppress(termios.error):
                self._settings = termios.tcgetattr(INPUT)
                _set(termios.TCSANOW, _raw(self._settings))
            with self._change:
                self._is_ours = True
                self._is_doubtful = self._is_taken
                self._change.notify_all()
            if self._thread is None:
                self._thread = Thread(target=self._write_out, name="terminal-output", daemon=True)
                self._thread.start()

    def enter_again(self) -> None:
        """Set everything once more: somebody else may have had the terminal while we were stopped."""
        if not self._is_ours:
            return
        if self._settings is not None:
            _set(termios.TCSANOW, _raw(self._settings))
        with self._change:
            self._is_doubtful = True
            self._change.notify_all()

    def leave(self) -> None:
        """Give the terminal back as it was. What was not written yet is dropped, and so is what was not read."""
        with signals.held():
            if not self._is_ours:
                return
            with self._change:
                self._is_ours = False
                self._drop()
                self._change.notify_all()
                is_free = self._wait_until_given_back()
                if not is_free:
                    _discard_output()
                    is_free = self._wait_until_given_back()
            if self._settings is not None:
                _set(termios.TCSAFLUSH if is_free else termios.TCSANOW, self._settings)

    def write(self, text: str) -> None:
        """Write a text soon."""
        with self._change:
            if self._length > _MOST_WAITING:
                self._drop()
                self._has_lost_output = True
            else:
                self._waiting.append(text)
                self._length += len(text)
            self._change.notify_all()

    def _drop(self) -> None:
        self._waiting.clear()
        self._length = 0

    def _wait_until_given_back(self) -> bool:
        return self._change.wait_for(lambda: not self._is_taken, _PATIENCE)

    def _modes(self) -> str:
        """What makes the terminal ours, or no longer so; nothing, if it is what it is to be."""
        if not self._is_ours:
            return _LEAVE if self._is_taken else ""
        if not self._is_taken:
            return _ENTER + _PUSH_KEYS
        return _ENTER + _SET_KEYS if self._is_doubtful else ""

    def _write_out(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._modes() or self._waiting or self._has_lost_output)
                modes, is_ours = self._modes(), self._is_ours
                self._is_taken, self._is_doubtful = self._is_taken or is_ours, False
                text = "".join(self._waiting)
                self._drop()
                is_complete, self._has_lost_output = not self._has_lost_output, False
            _put(modes.encode())
            if is_ours:
                for piece in _pieces(text.encode("utf-8", "replace")):
                    if not self._is_ours:
                        break
                    _put(piece)
                if not is_complete and self._is_ours:
                    self._redraw()
            else:
                with self._change:
                    self._is_taken = False
                    self._change.notify_all()


def _put(data: bytes) -> None:
    with contextlib.suppress(OSError):  # it hung up: who reads from it will notice
        while data:
            try:
                data = data[os.write(OUTPUT, data) :]
            except BlockingIOError:  # somebody who shares the terminal has made it so
                select.select([], [OUTPUT], [])


def _discard_output() -> None:
    """Make room in a terminal that takes no output, and wake who waits for it."""
    with contextlib.suppress(termios.error):
        termios.tcflush(OUTPUT, termios.TCOFLUSH)
        termios.tcflow(OUTPUT, termios.TCOOFF)
        termios.tcflow(OUTPUT, termios.TCOON)


def _pieces(data: bytes) -> Iterator[bytes]:
    """The data in pieces, none of which ends within a sequence: after any of them we may leave."""
    start = 0
    while start < len(data):
        end = start + _PIECE
        if end < len(data):
            cut = data.rfind(b"\x1b", start + 1, end)
            end = cut if cut > 0 else end
        yield data[start:end]
        start = end


def _raw(settings: list[Any]) -> list[Any]:
    """Every key comes as it is, at once, and unseen."""
    iflag, oflag, cflag, lflag, ispeed, ospeed, characters = settings
    iflag &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
    lflag &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
    characters = list(characters)
    characters[termios.VMIN], characters[termios.VTIME] = 1, 0
    return [iflag, oflag, cflag, lflag, ispeed, ospeed, characters]


def _set(when: int, settings: list[Any]) -> None:
    """Change the settings. In the background this stops the process until it is in the foreground."""
    while True:
        try:
            termios.tcsetattr(INPUT, when, settings)
        except termios.error as error:
            if error.args[0] == errno.EINTR:
                continue
        return
