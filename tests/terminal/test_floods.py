"""More input than anybody can type: it is dealt with or dropped, nothing queues, and `q` is answered."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.program import ANSWER, ENTER, ESCAPE, RIGHT, TREE, Program

MEGABYTE = 1_000_000
NOISE = bytes(set(range(256)) - set(b"qTgi?/eS\r\n\x1a\x10\x11\x03"))  # what quits, stops, or asks for a text

FLOODS: dict[str, str | bytes] = {
    "1,000 keys": RIGHT * 1_000,
    "5,000 keys": RIGHT * 5_000,
    "mixed keys": "lhnNfFv\x1b[A\x1b[B5l" * 1_000,
    "overlays": f"{ENTER}{ESCAPE}l?{ESCAPE}i{ESCAPE}" * 500,
    "2,000 moves": "".join(f"\x1b[<35;{place % 120};{place % 40}M" for place in range(1, 2_001)),
    "2,000 moves with a button": "\x1b[<0;60;39M" + "".join(f"\x1b[<32;{x % 120};39M" for x in range(1, 2_001)),
    "1,000 turns of the wheel": "\x1b[<65;100;10M" * 1_000,
    "a pasted megabyte": "\x1b[200~" + "quit l 12\n" * (MEGABYTE // 10) + "\x1b[201~",
    "a typed megabyte": "lorem ipsum \n" * (MEGABYTE // 13),
    "beginnings": b"\x1b[" * (MEGABYTE // 2),
    "answers that do not end": b"\x1b]52;c;aaaa" * (MEGABYTE // 11),
    "focus reports": b"\x1b[I\x1b[O" * 10_000,
    "no UTF-8": b"\xff\xfe\xc3\x28" * (MEGABYTE // 4),
    "noise": bytes(random.Random(1).choices(NOISE, k=MEGABYTE)),
    "numbers of no character": "\x1b[1114112u\x1b[99999999;3u\x1b[97;;55296u\x1b[97;;1114112:3u\x1b[;;u" * 100,
    "places outside": "\x1b[<0;99999;99999M\x1b[<35;99999;1M\x1b[<99;1;1M\x1b[<0;0;0M\x1b[<0;1;1m" * 100,
    "answers to what nobody asked": "\x1b[48;50;160;0;0t" * 200,
}


@pytest.fixture(scope="module")
def program() -> Iterator[Program]:
    """One for all floods: each begins with what the one before has left, which is nothing."""
    with Program(TREE) as program:
        program.wait_for("quit")
        yield program
        program.send("q")
        assert program.finish() == 0


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
def test_the_next_key_is_answered_at_once(program: Program, flood: str | bytes) -> None:
    program.send(flood)
    began = time.monotonic()
    program.send(ESCAPE * 3 + "7")  # out of whatever the flood has opened, and a key that shows
    program.wait_for("7 times")
    assert time.monotonic() - began < ANSWER
    program.send(ESCAPE)
    program.wait_for("quit")


def test_q_is_answered_at_once() -> None:
    with Program(TREE) as program:
        program.wait_for("quit")
        program.send(RIGHT * 50_000)
        began = time.monotonic()
        program.send("q")
        assert program.finish() == 0
        assert time.monotonic() - began < ANSWER


def test_a_hundred_keys_are_a_hundred_steps(tmp_path: Path) -> None:
    chain = tmp_path / "chain.toml"
    lines = "\n".join(f"x{number + 1} = x{number} + 1" for number in range(120))
    chain.write_text(f'program = """\n{lines}\n"""\n[inputs]\nx0 = 1.0\n')
    with Program(str(chain)) as program:
        program.wait_for("quit")
        program.send("l" * 100)
        program.wait_for(" 100/")
        program.send("q")
        assert program.finish() == 0


def test_a_paste_is_no_keys() -> None:
    with Program(TREE) as program:
        program.wait_for("quit")
        program.send("\x1b[200~lllq?\x03\x1b[201~")
        program.send("l")
        program.wait_for(" 1/11")
        program.send("g")
        program.wait_for("Go to event")
        program.send("\x1b[200~q1l\x1b[201~")
        program.send("7")
        program.send(ENTER)
        program.wait_for(" 7/11")
        program.send("q")
        assert program.finish() == 0


def test_a_paste_of_several_lines_is_one_text() -> None:
    with Program(TREE) as program:
        program.wait_for("quit")
        program.send("e")
        program.wait_for("Enter apply")
        program.send("\x1b[200~[1,\t2,\r\n 3]\r4\x1b[201~")
        program.wait_for("a = [1, 2,  3] 4")
        program.send(ESCAPE)
        program.wait_for("types another value")
        program.send("q")
        assert program.finish() == 0


def test_memory_stays(program: Program) -> None:
    before = memory(program.pid)
    program.send("x" * MEGABYTE)
    program.send("7")
    program.wait_for("7 times")
    assert memory(program.pid) - before < 3 * MEGABYTE  # a key that waits takes fifty bytes and more
    program.send(ESCAPE)
    program.wait_for("quit")


def memory(pid: int) -> int:
    """Bytes of a process that are in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
