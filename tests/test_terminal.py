"""The command in a real terminal, as a user has it: step to the end, look at the screen, leave no trace."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import time
from pathlib import Path

import pytest

pexpect = pytest.importorskip("pexpect", reason="pseudo-terminals are for POSIX systems")

ROOT = Path(__file__).parent.parent
COLUMNS, LINES = 120, 40
RIGHT = "\x1b[C"
PATIENCE = 30


class Screen:
    """What a terminal would show: enough of one to follow cursor moves, text and modes."""

    _SEQUENCE = re.compile(
        r"\x1b\[([?>=<]*)([\d;:]*)[ -/]*([@-~])"  # commands with numbers
        r"|\x1b[\]P^_].*?(?:\x07|\x1b\\)"  # strings for the terminal
        r"|\x1b(?![\[\]P^_])[ -/]*[0-~]",
        re.DOTALL,
    )

    def __init__(self) -> None:
        self.modes: set[str] = set()
        self._cells = [[" "] * COLUMNS for _ in range(LINES)]
        self._row = self._column = 0
        self._rest = ""

    def feed(self, text: str) -> None:
        """Take output of the program, which may end in the middle of a sequence."""
        text, self._rest = self._rest + text, ""
        position = 0
        while position < len(text):
            sequence = self._SEQUENCE.match(text, position)
            if text[position] == "\x1b" and not sequence:
                self._rest = text[position:]
                return
            if sequence:
                self._obey(*(sequence.group(number) or "" for number in (1, 2, 3)))
                position = sequence.end()
            else:
                self._write(text[position])
                position += 1

    @property
    def lines(self) -> list[str]:
        """The rows of the screen."""
        return ["".join(row).rstrip() for row in self._cells]

    def _obey(self, private: str, numbers: str, command: str) -> None:
        if command in "Hf" and not private:
            row, column, *_ = [*(int(number or 1) for number in numbers.split(";")), 1, 1]
            self._row, self._column = row - 1, column - 1
        elif command in "hl" and private == "?":
            (self.modes.add if command == "h" else self.modes.discard)(numbers)
        elif command == "J":
            self._cells = [[" "] * COLUMNS for _ in range(LINES)]

    def _write(self, char: str) -> None:
        if char == "\n":
            self._row += 1
        elif char == "\r":
            self._column = 0
        elif self._row < LINES and self._column < COLUMNS and char >= " ":
            self._cells[self._row][self._column] = char
            self._column += 1


class Terminal:
    """A shell in a pseudo-terminal that runs our command between two looks at the terminal's settings."""

    def __init__(self, *words: str) -> None:
        command = " ".join([sys.executable, "-m", "backprop_tui", *words])
        self.child = pexpect.spawn(
            "/bin/sh",
            ["-c", f"stty -a; echo BEGIN; {command}; echo STATUS=$?; stty -a"],
            dimensions=(LINES, COLUMNS),
            env=os.environ | {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"},
            cwd=ROOT,
            encoding="utf-8",
            timeout=PATIENCE,
        )
        self.child.expect("BEGIN\r\n")
        self.settings = self.child.before
        self.screen = Screen()

    def wait_for(self, text: str) -> None:
        """Follow the screen until a text is on it."""
        deadline = time.monotonic() + PATIENCE
        while not any(text in line for line in self.screen.lines):
            assert time.monotonic() < deadline, "\n".join([f"no {text!r} on the screen:", *self.screen.lines])
            self.screen.feed(self.child.read_nonblocking(65_536, timeout=PATIENCE))

    def settle(self) -> list[str]:
        """The screen once nothing more is drawn."""
        with contextlib.suppress(pexpect.TIMEOUT):
            while True:
                self.screen.feed(self.child.read_nonblocking(65_536, timeout=0.5))
        return self.screen.lines

    def finish(self) -> tuple[int, str]:
        """Exit status of the command and the terminal's settings after it."""
        self.child.expect(r"STATUS=(\d+)\r\n")
        self.screen.feed(self.child.before)
        status = int(self.child.match.group(1))
        return status, self.child.read()


def test_eleven_steps_through_the_tree_and_out() -> None:
    terminal = Terminal("scenarios/tree.toml")
    terminal.wait_for("quit")
    assert {"1049"} <= terminal.screen.modes  # the alternate screen: what the user had is kept below
    for _ in range(11):
        terminal.child.send(RIGHT)
    terminal.wait_for(" 11/11")
    for part in ("Expression tree", "3 → 5", "∂e/∂b", "+="):
        terminal.wait_for(part)
    terminal.child.send("q")
    status, settings = terminal.finish()
    assert status == 0
    assert settings == terminal.settings
    assert "1049" not in terminal.screen.modes
    assert "25" in terminal.screen.modes  # the cursor is shown
    assert not {"1000", "1002", "1003", "1006", "2004"} & terminal.screen.modes  # mouse and paste are off


def test_back_and_forth_shows_the_same_screen() -> None:
    terminal = Terminal("scenarios/tree.toml")
    terminal.wait_for("quit")
    terminal.child.send("7l")
    terminal.wait_for(" 7/11")
    before = terminal.settle()
    terminal.child.send("l")
    terminal.wait_for(" 8/11")
    terminal.child.send("h")
    terminal.wait_for(" 7/11")
    assert terminal.settle() == before
    terminal.child.send("q")
    assert terminal.finish()[0] == 0


def test_a_thousand_keys_do_not_keep_q_waiting() -> None:
    terminal = Terminal("scenarios/tree.toml")
    terminal.wait_for("quit")
    began = time.monotonic()
    terminal.child.send(RIGHT * 1000 + "q")
    assert terminal.finish()[0] == 0
    assert time.monotonic() - began < 5  # it is well under one; the machine of a test may be busy


def test_a_bad_scenario_never_touches_the_screen(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('program = "c = a +"\n[inputs]\na = 1.0\n')
    terminal = Terminal(str(bad))
    terminal.child.expect(r"STATUS=(\d+)")
    assert terminal.child.match.group(1) == "2"
    assert "\x1b" not in terminal.child.before
    assert "error[" in terminal.child.before


def test_an_unknown_theme_is_a_usage_error() -> None:
    terminal = Terminal("--theme", "nonesuch", "scenarios/tree.toml")
    terminal.child.expect(r"STATUS=(\d+)")
    assert terminal.child.match.group(1) == "2"
    assert "nonesuch" in terminal.child.before


def test_without_an_argument_the_lessons_are_offered() -> None:
    terminal = Terminal()
    terminal.wait_for("Expression tree")
    terminal.child.send("q")
    assert terminal.finish()[0] == 0
