"""Whatever ends or stops the program, and whenever: the terminal is as it was before."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import pytest

from tests.terminal.program import ANSWER, COMMAND, RIGHT, STOPPED_ONCE, TREE, Program, patched

IGNORING = "sh", "-c", 'trap "" HUP INT QUIT; exec "$@"', "sh"
"""What a shell does for `&`, and nohup does."""
WAITING = "import backprop_tui.scenario; backprop_tui.scenario.load = lambda _: (print('READING'), signal.pause())"
WRITING = """
import io, os, signal, sys
from backprop_tui import output, signals

def terminate():
    os.kill(os.getpid(), signal.SIGTERM)

class Interrupted(io.FileIO):
    def write(self, data):
        terminate()

def lines():
    yield "one"
    yield "two"
    {then}
    yield "three"

signals.end_on_signals()
output.write(lines())
output.flush()
"""


def ends_while_it_writes(then: str, stdout: IO[bytes] | int) -> bool:
    command = [sys.executable, "-c", WRITING.format(then=then)]
    buffered = os.environ | {"PYTHONUNBUFFERED": ""}
    done = subprocess.run(command, stdout=stdout, env=buffered, timeout=ANSWER, check=False)
    return done.returncode == 128 + signal.SIGTERM


def check_end(program: Program, *numbers: int) -> None:
    """It was one of these signals, and nothing is said about it."""
    assert program.finish() in [128 + number for number in numbers]
    assert b"Traceback" not in program.output
    assert b"core" not in program.output


def test_a_signal_before_the_first_frame() -> None:
    with Program(TREE) as program:
        program.wait_until(lambda screen: "1049" in screen.modes, "the alternate screen")
        program.kill(signal.SIGTERM)
        check_end(program, signal.SIGTERM)


def test_a_signal_while_the_file_is_read() -> None:
    with Program(TREE, command=patched(WAITING)) as program:
        program.wait_for("READING")
        program.kill(signal.SIGQUIT)
        check_end(program, signal.SIGQUIT)
        assert program.output.strip() == b"READING"  # the shell would say that a signal killed it


def test_a_signal_while_a_lesson_is_opened() -> None:
    with Program() as program:
        program.wait_for("quit")
        program.send("\r")
        program.kill(signal.SIGINT)
        check_end(program, signal.SIGINT)


def test_a_signal_under_an_overlay() -> None:
    with Program(TREE) as program:
        program.wait_for("quit")
        program.send("?")
        program.wait_for("Help")
        program.kill(signal.SIGHUP)
        check_end(program, signal.SIGHUP)


def test_two_signals_in_the_middle_of_a_flood() -> None:
    with Program(TREE) as program:
        program.wait_for("quit")
        program.send(RIGHT * 2000)
        program.kill(signal.SIGQUIT)
        with contextlib.suppress(ProcessLookupError):  # the first was faster
            program.kill(signal.SIGTERM)
        check_end(program, signal.SIGQUIT, signal.SIGTERM)


def test_a_signal_to_a_program_that_cannot_write() -> None:
    with Program(TREE) as program:
        program.wait_for("quit")
        program.send_unheard("lh" * 400, times=200)
        program.kill(signal.SIGTERM)
        check_end(program, signal.SIGTERM)


@pytest.mark.parametrize("by", ["a key", "a signal"])
def test_it_can_be_stopped_and_continued(by: str) -> None:
    with Program(TREE, script=STOPPED_ONCE) as program:
        program.wait_for("quit")
        program.send("lll")
        program.wait_for(" 3/11", "▶ c = a + b", "c ◀", "3 = 2 + 1", "╔════", "quit")
        program.wait_until_quiet()
        before = program.screen.lines
        if by == "a key":
            program.send("\x1a")
        else:
            program.kill(signal.SIGTSTP)
        program.wait_until_stopped()
        program.send("word\n")
        program.wait_until(lambda screen: screen.lines == before, before)
        assert program.screen.keyboards == 1
        assert {"1049", "1000", "1006", "2004"} <= program.screen.modes
        program.send("l")
        program.wait_for(" 4/11")
        program.send("q")
        assert program.finish() == 0
        assert b"GOT word" in program.output


def test_it_comes_back_at_the_size_of_then() -> None:
    with Program(TREE, script=STOPPED_ONCE) as program, Program(TREE, size=(90, 30)) as fresh:
        program.wait_for("quit")
        program.send("\x1a")
        program.wait_until_stopped()
        program.resize(90, 30)
        fresh.wait_for("quit")
        program.send("word\n")
        program.wait_until(lambda screen: screen.lines == fresh.screen.lines, fresh.screen.text)
        program.send("q")
        assert program.finish() == 0


def test_continued_by_somebody_else_it_draws_everything_again() -> None:
    with Program(TREE) as program:
        program.wait_for("quit")
        before = program.screen.lines
        program.kill(signal.SIGSTOP)
        program.screen.resize(120, 40)  # whatever was on the screen is gone
        program.kill(signal.SIGCONT)
        program.wait_until(lambda screen: screen.lines == before, before)
        assert program.screen.keyboards == 1
        program.send("q")
        assert program.finish() == 0


def test_what_is_ignored_when_it_starts_stays_so() -> None:
    with Program(TREE, command=[*IGNORING, *patched(WAITING)]) as program:
        program.wait_for("READING")
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
            program.kill(number)
        check_end(program, signal.SIGTERM)


def test_what_was_said_to_a_file_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "output"
    with path.open("wb") as file:
        assert ends_while_it_writes("terminate()", file)
    assert path.read_text() == "one\ntwo\n"


def test_a_signal_in_the_middle_of_writing_to_a_file(tmp_path: Path) -> None:
    write = "sys.stdout = io.TextIOWrapper(io.BufferedWriter(Interrupted(1, 'w'))); print('half', flush=True)"
    with (tmp_path / "output").open("wb") as file:
        assert ends_while_it_writes(write, file)


def test_a_pipe_that_nobody_reads_from_keeps_nobody_waiting() -> None:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writer, b"x")  # to the last byte
    os.set_blocking(writer, True)
    assert ends_while_it_writes("terminate()", writer)
    os.close(reader)
    os.close(writer)


HANG_UPS = {"with SIGHUP": (), "without": ("setsid", "--wait"), "with SIGHUP ignored": IGNORING}


@pytest.mark.parametrize("wrapper", HANG_UPS.values(), ids=HANG_UPS)
def test_a_terminal_that_hangs_up_ends_it(wrapper: tuple[str, ...]) -> None:
    program = Program(TREE, command=[*wrapper, *COMMAND])
    program.wait_for("quit")
    children = f"/proc/{program.pid}/task/{program.pid}/children"
    pids = [program.pid]
    with contextlib.suppress(OSError), open(children) as file:
        pids += map(int, file.read().split())
    program.hang_up()
    deadline = time.monotonic() + ANSWER
    try:
        for pid in pids:
            while is_alive(pid):
                assert time.monotonic() < deadline, "it lives on without a terminal"
    finally:
        for pid in filter(is_alive, pids):
            os.kill(pid, signal.SIGKILL)


def is_alive(pid: int) -> bool:
    """Whether there is such a process, and it is no zombie."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
