"""What is written to a terminal that takes its time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from threading import Event

import pytest

from backprop_tui.tui import terminal
from backprop_tui.tui.terminal import Terminal

pty = pytest.importorskip("pty", reason="pseudo-terminals are for POSIX systems")


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The other side of a terminal that takes the place of the process's own."""
    outside, inside = pty.openpty()
    monkeypatch.setattr(terminal, "INPUT", inside)
    monkeypatch.setattr(terminal, "OUTPUT", inside)
    yield outside
    os.close(outside)
    os.close(inside)


def read_until(outside: int, text: bytes) -> bytes:
    seen = b""
    while text not in seen:
        seen += os.read(outside, 65_536)
    return seen


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
    assert is_to_be_drawn.wait(10)
    assert len(seen) < 500_000
    ours.leave()
    assert read_until(outside, b"\x1b[?25h")


def test_leaving_does_not_wait_for_ever_and_breaks_no_sequence(outside: int) -> None:
    ours = Terminal(lambda: None)
    ours.enter()
    for _ in range(1_000):
        ours.write("\x1b[38;5;188mabc" * 100)
    ours.leave()
    ours.write("never")
    assert read_until(outside, b"\x1b[?25h").endswith(b"\x1b[?1049l\x1b[?25h")


def test_what_was_taken_over_twice_is_given_back_once(outside: int) -> None:
    ours = Terminal(lambda: None)
    ours.enter()
    ours.enter()
    ours.leave()
    ours.leave()
    seen = read_until(outside, b"\x1b[?25h")
    assert seen.count(b"\x1b[>25u") == seen.count(b"\x1b[<u") == 1
