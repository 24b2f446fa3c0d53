"""A bug of ours: the terminal is whole, one line says that we are sorry and where the traceback is, and it exits 70."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.terminal.program import RIGHT, Program

RUN = """
import sys
import backprop_tui as bp
from backprop_tui.tui.app import BackpropApp, run_app
from backprop_tui.tui.driver import TerminalDriver
from backprop_tui.tui.screens.inspector import Inspector
from backprop_tui.tui.screens.stepper import Stepper
from backprop_tui.tui.session import Session
from backprop_tui.tui.widgets.panel import Panel

def broken(*_, **__):
    raise ZeroDivisionError("a bug \\x1b]0;of ours")

{bug}
sys.exit(run_app(bp.load("scenarios/tree.toml")))
"""

ON_START = {
    "compose": "Stepper.compose = broken",
    "rendering": "Panel.render_lines = broken",
    "a timer": "Stepper.on_show = lambda self: self.set_timer(0.01, broken)",
    "a worker thread": "BackpropApp.on_ready = lambda self: self.run_worker(broken, thread=True)",
    "starting the driver": "TerminalDriver._start_reading = broken",
    "an answer of the terminal": "TerminalDriver._messages = broken",
}
ON_A_KEY = {
    "a handler": "Stepper.on_key = broken",
    "a screen that does not open": "Inspector.compose = broken; Stepper.action_step = Stepper.action_inspect",
}
ON_LEAVING = {
    "unmounting the app": "BackpropApp.on_unmount = broken",
    "stopping to read": "TerminalDriver.disable_input = broken",
}


def crash(bug: str, state: Path, keys: Sequence[str] = ()) -> Program:
    """A program with this bug, when it has ended; its logs are in `state`."""
    command = sys.executable, "-c", RUN.format(bug=textwrap.dedent(bug))
    program = Program(command=command, XDG_STATE_HOME=str(state))
    for key in keys:
        program.wait_for("quit")
        program.send(key)
    assert program.finish() == 70
    return program


def check(program: Program, state: Path) -> None:
    """One line, and one log that has the traceback."""
    [log] = (state / "backprop-tui").iterdir()
    assert program.last_words.strip("\r\n").split("\r\n") == [
        f"backprop-tui: ZeroDivisionError: this is a bug of ours; the traceback is in {log}"
    ]
    text = log.read_text()
    assert "ZeroDivisionError: a bug" in text
    assert "in broken" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("bug", ON_START.values(), ids=ON_START)
def test_a_bug_while_it_starts(bug: str, tmp_path: Path) -> None:
    keys = ["l"] if "_messages" in bug else []
    check(crash(bug, tmp_path, keys), tmp_path)


@pytest.mark.parametrize("bug", ON_A_KEY.values(), ids=ON_A_KEY)
def test_a_bug_behind_a_key(bug: str, tmp_path: Path) -> None:
    check(crash(bug, tmp_path, [RIGHT]), tmp_path)


@pytest.mark.parametrize("bug", ON_LEAVING.values(), ids=ON_LEAVING)
def test_a_bug_on_the_way_out(bug: str, tmp_path: Path) -> None:
    check(crash(bug, tmp_path, ["q"]), tmp_path)


def test_no_log_can_be_written(tmp_path: Path) -> None:
    state = tmp_path / "a file"
    state.write_text("")
    words = crash("Session.step = broken", state, ["l"]).last_words.strip("\r\n")
    assert "\n" not in words
    assert "ZeroDivisionError: this is a bug of ours; the traceback could not be written: " in words


def test_logs_do_not_pile_up(tmp_path: Path) -> None:
    directory = tmp_path / "backprop-tui"
    directory.mkdir()
    for number in range(30):
        (directory / f"crash-20200101-0000{number:02}-000000.log").write_text("")
    crash("Session.step = broken", tmp_path, ["l"])
    logs = sorted(path.name for path in directory.iterdir())
    assert len(logs) == 20
    assert "crash-20200101-000029-000000.log" in logs
    assert logs[-1] > "crash-2025"
