"""The command in a real terminal, as a user has it: step to the end, be killed, fail, and leave no trace."""

from __future__ import annotations

import os
import re
import signal
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

pexpect = pytest.importorskip("pexpect", reason="pseudo-terminals are for POSIX systems")

ROOT = Path(__file__).parent.parent
COLUMNS, LINES = 120, 40
RIGHT, ESCAPE = "\x1b[C", "\x1b"
PATIENCE = 30
"""Seconds; the machine of a test may be busy."""
LEAVE_ALTERNATE_SCREEN = "\x1b[?1049l"


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

    def wait_for(self, *texts: str) -> None:
        """Follow the screen until all of these texts are on it."""
        self._follow_until(lambda lines: all(any(text in line for line in lines) for text in texts), texts)

    def wait_for_screen(self, expected: list[str]) -> None:
        """Follow the screen until it looks exactly like that."""
        self._follow_until(lambda lines: lines == expected, expected)

    def _follow_until(self, is_there: Callable[[list[str]], bool], expected: object) -> None:
        deadline = time.monotonic() + PATIENCE
        while not is_there(self.screen.lines):
            assert time.monotonic() < deadline, "\n".join([f"not on the screen: {expected}", *self.screen.lines])
            self.screen.feed(self.child.read_nonblocking(65_536, timeout=PATIENCE))

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
    terminal.wait_for(" 11/11", "Expression tree", "3 → 5", "∂e/∂b", "+=")
    terminal.child.send("q")
    status, settings = terminal.finish()
    assert status == 0
    assert settings == terminal.settings
    assert "1049" not in terminal.screen.modes
    assert "25" in terminal.screen.modes  # the cursor is shown
    assert not {"1000", "1002", "1003", "1006", "2004"} & terminal.screen.modes  # mouse and paste are off


# What each panel shows at two positions: header, program, table, explanation.
SEVENTH = (" 7/11", "▶ e = c * d", "c ◀", "c.grad  · → 2")
EIGHTH = (" 8/11", "▶ e = c * d", "d ◀", "d.grad  · → 3")


def test_back_and_forth_shows_the_same_screen() -> None:
    terminal = Terminal("scenarios/tree.toml")
    terminal.wait_for("quit")
    for _ in range(7):
        terminal.child.send("l")
    terminal.wait_for(*SEVENTH)
    terminal.child.send("5")  # the footer is drawn again, twice, and after all that was to be drawn before
    terminal.wait_for("5 times")
    terminal.child.send(ESCAPE)
    terminal.wait_for("quit")
    before = terminal.screen.lines
    terminal.child.send("l")
    terminal.wait_for(*EIGHTH)
    terminal.child.send("h")
    terminal.wait_for_screen(before)
    terminal.child.send("q")
    assert terminal.finish()[0] == 0


def test_a_thousand_keys_do_not_keep_q_waiting() -> None:
    terminal = Terminal("scenarios/tree.toml")
    terminal.wait_for("quit")
    began = time.monotonic()
    terminal.child.send(RIGHT * 1000 + "q")
    assert terminal.finish()[0] == 0
    assert time.monotonic() - began < 10  # it is well under one; the machine of a test may be busy


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


RUN = """
import sys
import backprop_tui as bp
from backprop_tui.tui.app import run_app
{extra}
sys.exit(run_app(bp.load("scenarios/tree.toml")))
"""


def start(state: Path, extra: str = "") -> pexpect.spawn:
    """The app without a shell around it, so that signals reach it; crash logs go into the directory `state`."""
    child = pexpect.spawn(
        sys.executable,
        ["-c", RUN.format(extra=textwrap.dedent(extra))],
        dimensions=(LINES, COLUMNS),
        env=os.environ | {"TERM": "xterm-256color", "XDG_STATE_HOME": str(state)},
        cwd=ROOT,
        encoding="utf-8",
        timeout=PATIENCE,
    )
    child.expect("quit")  # the end of the footer: the first frame is there
    return child


def exit_status(child: pexpect.spawn) -> int:
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus is not None
    return int(child.exitstatus)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_it_and_leaves_the_terminal_in_order(tmp_path: Path, number: signal.Signals) -> None:
    child = start(tmp_path)
    child.kill(number)
    assert exit_status(child) == 128 + number
    assert LEAVE_ALTERNATE_SCREEN in child.before


def test_a_bug_leaves_a_log_one_line_and_the_terminal_in_order(tmp_path: Path) -> None:
    child = start(
        tmp_path,
        """
        from backprop_tui.tui.session import Session
        def broken(self, events):
            raise ZeroDivisionError("a bug")
        Session.step = broken
        """,
    )
    child.send("l")
    assert exit_status(child) == 70
    _, left, after = child.before.rpartition(LEAVE_ALTERNATE_SCREEN)
    assert left
    assert after.count("\n") == 1
    assert "ZeroDivisionError: this is a bug of ours" in after
    [log] = (tmp_path / "backprop-tui").iterdir()
    assert "ZeroDivisionError: a bug" in log.read_text()
