"""What is written to a terminal that takes its time."""

from __future__ import annotations

import contextlib
import os
import select
from collections.abc import Callable, Iterator
from threading import Event, Thread

import pytest

from backprop_tui.tui import terminal
from backprop_tui.tui.terminal import Terminal

pty = pytest.importorskip("pty", reason="pseudo-terminals are for POSIX systems")
termios = pytest.importorskip("termios")
tty = pytest.importorskip("tty")

ENTERED, LEFT = b"\x1b[>25u", b"\x1b[?1049l\x1b[?25h"
"""The last of what is said on entering and on leaving."""
PATIENCE = 10
"""Seconds, for what takes a thousandth of one."""


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The other side of a terminal that takes the place of the process's own."""
    outside, inside = pty.openpty()
    monkeypatch.setattr(terminal, "INPUT", inside)
    monkeypatch.setattr(terminal, "OUTPUT", inside)
    monkeypatch.setattr(terminal, "_PATIENCE", 0.05)
    yield outside
    os.close(outside)
    os.close(inside)


def read_until(outside: int, text: bytes) -> bytes:
    seen = b""
    while text not in seen:
        assert select.select([outside], [], [], PATIENCE)[0], f"it does not say {text!r}"
        seen += os.read(outside, 65_536)
    return seen


def fill(output: int) -> None:
    """Write until no more goes in: whoever writes now has to wait."""
    os.set_blocking(output, False)
    for size in (1_000, 1):
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(output, b"." * size)
    os.set_blocking(output, True)


def check_that_it_returns(act: Callable[[], object]) -> None:
    thread = Thread(target=act, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    assert not thread.is_alive(), "it waits for the terminal"


def test_nobody_waits_for_it_and_when_it_has_caught_up_everything_is_drawn_anew(
    outside: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "_MOST_WAITING", 100_000)
    is_to_be_drawn = Event()
    ours = Terminal(is_to_be_drawn.set)
    ours.enter()
    for number in range(1_000):
        ours.write(f"\x1b[1;1Hframe {number}" + "x" * 1_000)
    assert not is_to_be_drawn.is_set()
    ours.write("\x1b[1;1Hlast")
    seen = read_until(outside, b"last")
    assert is_to_be_drawn.wait(PATIENCE)
    assert len(seen) < 500_000
    ours.leave()
    assert read_until(outside, LEFT)


def test_everything_is_drawn_anew_even_if_the_last_words_were_lost(
    outside: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "_MOST_WAITING", 100_000)
    is_to_be_drawn = Event()
    ours = Terminal(is_to_be_drawn.set)
    ours.enter()
    ours.write("x" * 200_000 + "first")
    seen = read_until(outside, b"x")  # it goes out
    ours.write("y" * 200_000)  # has to wait
    ours.write("z")  # is one too many, and so is what waits
    seen += read_until(outside, b"first")
    assert is_to_be_drawn.wait(PATIENCE)
    assert b"y" not in seen
    ours.leave()
    assert b"z" not in read_until(outside, LEFT)


def test_a_terminal_that_somebody_has_made_non_blocking_gets_everything(outside: int) -> None:
    os.set_blocking(terminal.OUTPUT, False)
    ours = Terminal(lambda: None)
    ours.enter()
    ours.write("x" * 100_000 + "end")
    assert read_until(outside, b"end").count(b"x") == 100_000
    ours.leave()
    assert read_until(outside, LEFT)


def test_leaving_drops_what_waits_and_breaks_no_sequence(outside: int) -> None:
    ours = Terminal(lambda: None)
    ours.enter()
    for _ in range(1_000):
        ours.write("\x1b[38;5;188mabc" * 100)
    check_that_it_returns(ours.leave)
    ours.write("never")
    seen = read_until(outside, LEFT)
    assert len(seen) < 100_000
    assert seen.endswith(LEFT)
    assert seen.count(b"\x18\x1b[?2026l") == 1


def test_nobody_waits_for_a_terminal_that_takes_nothing_from_the_start(outside: int) -> None:
    tty.setraw(terminal.INPUT)
    before = termios.tcgetattr(terminal.INPUT)
    fill(terminal.OUTPUT)
    ours = Terminal(lambda: None)
    check_that_it_returns(ours.enter)
    check_that_it_returns(ours.enter_again)
    os.write(outside, b"typed")
    assert select.select([terminal.INPUT], [], [], PATIENCE)[0]
    check_that_it_returns(ours.leave)
    assert termios.tcgetattr(terminal.INPUT) == before
    # There was room for the last words before anybody has read anything: only after them is input dropped.
    assert not select.select([terminal.INPUT], [], [], 0)[0]
    read_until(outside, LEFT)


def test_leaving_does_not_wait_for_ever_where_no_room_can_be_made(
    outside: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = termios.tcgetattr(terminal.INPUT)
    reader, writer = os.pipe()  # no terminal: what is in there cannot be dropped
    monkeypatch.setattr(terminal, "OUTPUT", writer)
    fill(writer)
    ours = Terminal(lambda: None)
    ours.enter()
    ours.write("never")
    check_that_it_returns(ours.leave)
    assert termios.tcgetattr(terminal.INPUT) == before
    assert b"never" not in read_until(reader, LEFT)
    os.close(reader)
    os.close(writer)


def test_what_is_taken_over_before_it_was_given_back_is_taken_over_once_more(
    outside: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = os.pipe()
    monkeypatch.setattr(terminal, "OUTPUT", writer)
    ours = Terminal(lambda: None)
    ours.enter()
    ours.write("x" * 200_000)
    seen = read_until(reader, b"x")
    fill(writer)  # in the middle of it
    ours.write("never")
    ours.leave()  # in vain
    ours.enter()
    ours.write("here")
    seen += read_until(reader, b"here")
    assert seen.count(b"\x1b[?1049h") == 2
    assert b"never" not in seen
    ours.leave()
    seen += read_until(reader, LEFT)
    assert seen.count(ENTERED) == seen.count(b"\x1b[<u")
    os.close(reader)
    os.close(writer)


def test_what_was_taken_over_twice_is_given_back_once(outside: int) -> None:
    ours = Terminal(lambda: None)
    ours.enter()
    ours.enter()
    seen = read_until(outside, ENTERED)
    ours.enter_again()
    seen += read_until(outside, b"\x1b[=25u")
    ours.leave()
    ours.leave()
    seen += read_until(outside, LEFT)
    assert seen.count(ENTERED) == seen.count(b"\x1b[<u") == 1
