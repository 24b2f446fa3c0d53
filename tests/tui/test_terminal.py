"""The app in a real pseudo-terminal: floods of keys, signals, bugs."""

from __future__ import annotations

import os
import signal
import sys
import textwrap
import time
from pathlib import Path

import pytest

pexpect = pytest.importorskip("pexpect")

RUN = """
import sys
import backprop_tui as bp
from backprop_tui.lessons import directory
from backprop_tui.tui.app import BackpropApp, run_app
{extra}
sys.exit(run_app(bp.load(directory() / "tree.toml")))
"""
LEAVE_ALTERNATE_SCREEN = b"\x1b[?1049l"


def start(tmp_path: Path, extra: str = "") -> pexpect.spawn:
    child = pexpect.spawn(
        sys.executable,
        ["-c", RUN.format(extra=textwrap.dedent(extra))],
        dimensions=(40, 120),
        env=os.environ | {"TERM": "xterm-256color", "XDG_STATE_HOME": str(tmp_path)},
        cwd=Path(__file__).parents[2],
        timeout=20,
    )
    child.expect("quit")  # the end of the footer: the first frame is there
    return child


def exit_status(child: pexpect.spawn) -> int:
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus is not None
    return int(child.exitstatus)


def test_q_is_heard_within_a_second_under_a_flood_of_keys(tmp_path: Path) -> None:
    child = start(tmp_path)
    began = time.monotonic()
    child.send("\x1b[C" * 1000 + "q")
    assert exit_status(child) == 0
    assert time.monotonic() - began < 1


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
    assert after.count(b"\n") == 1
    assert b"ZeroDivisionError: this is a bug of ours" in after
    [log] = (tmp_path / "backprop-tui").iterdir()
    assert "ZeroDivisionError: a bug" in log.read_text()


def test_an_unknown_theme_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    from backprop_tui.tui.app import run_app  # noqa: PLC0415

    assert run_app(theme="nope") == 2
    assert "no theme 'nope'" in capsys.readouterr().err
