"""Our command in a pseudo-terminal, as a user has it, between two looks at the terminal's settings."""

from __future__ import annotations

import os
import re
import select
import shlex
import signal
import sys
import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from backprop_tui.signals import ENDING
from tests.terminal.emulator import Screen

pexpect = pytest.importorskip("pexpect", reason="pseudo-terminals are for POSIX systems")

ROOT = Path(__file__).parent.parent.parent
SIZE = 120, 40
TREE = "scenarios/tree.toml"
COMMAND = (sys.executable, "-m", "backprop_tui")
PATCHED = """
import signal, sys, time
from backprop_tui import cli
from backprop_tui.tui import driver, terminal
from backprop_tui.tui.screens.stepper import Stepper
{patch}
sys.exit(cli.main())
"""
PATIENCE = 30
"""Seconds; the machine of a test may be busy."""
ANSWER = 10
"""Seconds for what takes less than one when nobody else is there."""
QUIET = 0.2
"""Seconds without output after which a frame is taken for complete."""
RIGHT, ESCAPE, ENTER, CONTROL_C = "\x1b[C", "\x1b", "\r", "\x03"
MODES_AFTER = {"7", "25"}
"""Line wrap and the cursor are on; everything else is off."""

# What the shell does. The program's process id is known, and reaches us before it is the program.
_ONCE = """
stty -a; echo BEGIN
sh -c 'echo PID=$$; exec "$@" {redirect}' sh {command}
echo STATUS=$?; stty -a; echo END
"""


# The same, when the program is stopped on the way: the user types a word in the shell and calls it back.
STOPPED_ONCE = """
set -m
stty -a; echo BEGIN
sh -c 'echo PID=$$; exec "$@" {redirect}' sh {command}
echo STOPPED; stty -a; echo SHELL; read word; echo GOT $word; fg
echo STATUS=$?; stty -a; echo END
"""


def _ignore_no_signal() -> None:
    """The program ignores what it finds ignored, and the tests may run in the background."""
    for number in ENDING:
        signal.signal(number, signal.SIG_DFL)


def patched(patch: str) -> tuple[str, ...]:
    """The command, with something changed before it starts."""
    return sys.executable, "-c", PATCHED.format(patch=patch)


_SIZE = re.compile(rb"rows \d+; columns \d+;")


class Program:
    """A shell that runs a command, and the terminal that shows it."""

    def __init__(
        self,
        *words: str,
        command: Sequence[str] = COMMAND,
        size: tuple[int, int] = SIZE,
        redirect: str = "",
        script: str = _ONCE,
        **environment: str,
    ) -> None:
        """Run `command` with these words as arguments, and no locale but UTF-8. `redirect` is for the shell."""
        columns, rows = size
        self.screen = Screen(columns, rows)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
        self._child = pexpect.spawn(
            "/bin/sh",
            ["-c", script.format(command=shlex.join([*command, *words]), redirect=redirect)],
            dimensions=(rows, columns),
            env=inherited | {"TERM": "xterm-256color", "LANG": "C.UTF-8"} | environment,
            cwd=ROOT,
            timeout=PATIENCE,
            preexec_fn=_ignore_no_signal,
        )
        self._child.delaybeforesend = None
        self.output = b""
        """What the command has written, when it is finished."""
        self._all = b""
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        settings = self._expect(rb"BEGIN\r\n")
        self._settings = self._all[: settings.start()]
        begin = self._expect(rb"PID=(\d+)\r\n")
        self.pid = int(begin[1])
        self._begin = begin.end()
        self.screen = Screen(columns, rows)  # what the shell says is no part of it
        self.screen.feed(self._decode(self._all[self._begin :]))

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.close(force=True)

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the window."""
        self.screen.resize(columns, rows)
        self._child.setwinsize(rows, columns)

    def kill(self, number: int) -> None:
        """Send the program a signal."""
        os.kill(self.pid, number)

    def hang_up(self) -> None:
        """Close the terminal's window."""
        process = self._child.ptyproc
        process.fileobj.close()
        process.closed, process.fd, self._child.closed = True, -1, True  # it would send signals of its own

    def send(self, text: str | bytes) -> None:
        """Type, while reading what the program writes: neither waits for the other."""
        data = memoryview(text.encode() if isinstance(text, str) else text)
        terminal = self._child.child_fd
        deadline = time.monotonic() + PATIENCE
        while data:
            assert time.monotonic() < deadline, "the program does not read"
            ready, free, _ = select.select([terminal], [terminal], [], PATIENCE)
            if ready:
                self._read()
            if free:
                data = data[os.write(terminal, data[:1024]) :]

    def send_unheard(self, text: str, times: int) -> None:
        """Type for as long as the program reads, and read nothing of what it writes."""
        for _ in range(times):
            _, free, _ = select.select([], [self._child.child_fd], [], 0.05)
            if free:
                os.write(self._child.child_fd, text.encode())

    def wait_for(self, *texts: str) -> None:
        """Follow the screen until all of these texts are on it."""
        self.wait_until(lambda screen: all(text in screen.text for text in texts), texts)

    def wait_until(self, is_there: Callable[[Screen], bool], expected: object) -> None:
        """Follow the screen until something is there."""
        deadline = time.monotonic() + PATIENCE
        while not is_there(self.screen):
            assert time.monotonic() < deadline, f"not on the screen: {expected}\n{self.screen.text}"
            self._read()

    def wait_until_quiet(self) -> None:
        """Follow the screen until nothing is written for a moment."""
        while select.select([self._child.child_fd], [], [], QUIET)[0]:
            self._read()

    def wait_until_stopped(self) -> None:
        """Wait for the shell, and check that the terminal is as it was before."""
        stopped = self._expect(rb"STOPPED\r\n", self._begin)
        shell = self._expect(rb"SHELL\r\n", stopped.end())
        self._check_terminal(self._all[stopped.end() : shell.start()])

    def finish(self) -> int:
        """Wait for the end, check that the terminal is as it was before, and return the exit status."""
        end = self._expect(rb"STATUS=(\d+)\r\n", self._begin)
        close = self._expect(rb"END\r\n", end.end())
        self.output = self._all[self._begin : end.start()]
        self._child.close()
        self._check_terminal(self._all[end.end() : close.start()])
        return int(end[1])

    def _check_terminal(self, settings: bytes) -> None:
        before, after = (_SIZE.sub(b"", text).split() for text in (self._settings, settings))
        assert after == before, "the settings of the line have changed"
        modes = self.screen.modes
        assert modes in (set(), MODES_AFTER), f"left on: {modes - MODES_AFTER}; left off: {MODES_AFTER - modes}"
        assert self.screen.keyboards == 0, "kitty's keys are not popped as often as pushed"

    @property
    def last_words(self) -> str:
        """What the command wrote after the last sequence for the terminal."""
        return re.split(rb"\x1b\[[?<>=\d;]*[a-zA-Z]", self.output)[-1].decode()

    def _read(self) -> None:
        ready, _, _ = select.select([self._child.child_fd], [], [], PATIENCE)
        assert ready, f"the program says nothing\n{self.screen.text}"
        self._take(os.read(self._child.child_fd, 65_536))

    def _take(self, data: bytes) -> None:
        self._all += data
        self.screen.feed(self._decode(data))

    def _expect(self, pattern: bytes, start: int = 0) -> re.Match[bytes]:
        """Follow until there is a line of the shell."""
        deadline = time.monotonic() + PATIENCE
        while not (match := re.compile(pattern).search(self._all, start)):
            assert time.monotonic() < deadline, f"{pattern!r} does not come\n{self._all[start:]!r}"
            self._read()
        return match
