"""Where the app cannot draw, it says so at once, names what can be done instead, and draws nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terminal.program import TREE, Program


@pytest.mark.parametrize(
    ("redirect", "lack"),
    [
        ("</dev/null", "stdin is not a terminal"),
        ("<&-", "stdin is not a terminal"),
        (">/dev/null", "stdout is not a terminal"),
        (">&-", "stdout is not a terminal"),
        ("| cat", "stdout is not a terminal"),
        ("<&- >&- ", "stdin is not a terminal"),
    ],
)
def test_input_and_output_must_be_a_terminal(redirect: str, lack: str) -> None:
    with Program(TREE, redirect=redirect) as program:
        status = program.finish()
        assert status == (0 if "|" in redirect else 2)  # that of cat
        assert b"\x1b" not in program.output
        assert lack in program.output.decode()
        assert b"backprop-tui trace SCENARIO" in program.output


@pytest.mark.parametrize("kind", ["dumb", "", "unknown"])
def test_the_terminal_must_be_able_to_move_its_cursor(kind: str) -> None:
    with Program(TREE, TERM=kind) as program:
        assert program.finish() == 2
        assert b"\x1b" not in program.output
        assert b"TERM" in program.output
        assert b"backprop-tui trace SCENARIO" in program.output


@pytest.mark.parametrize("stderr", ["file", "closed"])
def test_stderr_may_be_anything_and_is_not_drawn_on(stderr: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with Program(TREE, redirect=f"2>{log}" if stderr == "file" else "2>&-") as program:
        program.wait_for("quit")
        program.send("lq")
        assert program.finish() == 0
    assert stderr == "closed" or log.read_text() == ""
