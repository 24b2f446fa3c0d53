"""A program in a pseudo-terminal of 120×40, and how much CPU it has used. Linux only: it asks for another's clock."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Sequence
from types import TracebackType

COLUMNS, LINES = 120, 40
_PATIENCE = 30.0
_QUIET = 0.03
"""Seconds without output after which a frame counts as complete."""


class Program:
    """A running program; use it as a context manager, which ends it."""

    def __init__(self, command: Sequence[str], **environment: str) -> None:
        if sys.platform != "linux":
            sys.exit("this benchmark reads the CPU clock of another process: Linux only")
        self._pid, self._terminal = pty.fork()
        if self._pid == 0:
            os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"} | environment
            os.execvp(command[0], list(command))
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))

    def __enter__(self) -> Program:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._terminal)

    @property
    def cpu(self) -> float:
        """CPU seconds of all its threads so far."""
        return time.clock_gettime((~self._pid << 3) | 2)  # as clock_getcpuclockid(3) does it

    def press(self, keys: str) -> None:
        """Type something."""
        os.write(self._terminal, keys.encode())

    def read_until(self, marker: bytes) -> bytes:
        """Read until a text appears. Raises TimeoutError."""
        seen = b""
        while marker not in seen:
            seen += self._read(_PATIENCE)
        return seen

    def read_some(self) -> bytes:
        """Read what comes first."""
        return self._read(_PATIENCE)

    def read_rest(self) -> bytes:
        """Read what comes until it stops; maybe nothing."""
        seen = b""
        while select.select([self._terminal], [], [], _QUIET)[0]:
            seen += self._read(_PATIENCE)
        return seen

    def read_frame(self) -> bytes:
        """Read what comes until it stops; something must come."""
        return self.read_some() + self.read_rest()

    def _read(self, patience: float) -> bytes:
        if not select.select([self._terminal], [], [], patience)[0]:
            raise TimeoutError("the program says nothing")
        return os.read(self._terminal, 65_536)
