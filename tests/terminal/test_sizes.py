"""Windows of any size, and changes of it at any moment: in the end it looks as if it had been started like that."""

from __future__ import annotations

import random

import pytest

from tests.terminal.program import ESCAPE, TREE, Program

STORM = 200


def fresh_screen(columns: int, rows: int, keys: str, *texts: str) -> list[str]:
    """What a new program shows in a window of that size after these keys, when all of the texts are there."""
    with Program(TREE, size=(columns, rows)) as program:
        program.wait_for("quit")
        program.send(keys)
        program.wait_for(*texts)
        program.wait_until_quiet()
        return program.screen.lines


@pytest.mark.parametrize("size", [(1, 1), (500, 200)])
def test_any_size(size: tuple[int, int]) -> None:
    with Program(TREE, size=size) as program:
        program.wait_until(lambda screen: "1049" in screen.modes, "the alternate screen")
        program.send("llg7\r?" + ESCAPE + "q")
        assert program.finish() == 0
        assert b"Traceback" not in program.output


@pytest.mark.parametrize(
    ("keys", "texts"),
    [
        ("lll?", ("Help", "Undo the last event")),
        ("lllg", ("Go to event", "3 = 2 + 1")),
        ("lll\x10", ("Search for commands", "3 = 2 + 1")),
    ],
    ids=["an overlay", "a prompt", "the palette"],
)
def test_a_storm_of_sizes(keys: str, texts: tuple[str, ...]) -> None:
    sizes = random.Random(7)
    with Program(TREE) as program:
        program.wait_for("quit")
        program.send(keys)
        program.wait_for(*texts)
        for number in range(STORM):
            program.resize(sizes.randint(1, 500), sizes.randint(1, 200))
            if "?" not in keys and number % 10 == 0:
                program.send("\x1b[48;20;20;0;0t")  # a report of one, which may be wrong
        program.resize(100, 30)
        expected = fresh_screen(100, 30, keys, *texts)
        program.wait_until(lambda screen: screen.lines == expected, "\n".join(expected))
        program.send("\x03")
        assert program.finish() == 0


def test_the_window_counts_and_not_the_environment() -> None:
    with Program(TREE, COLUMNS="50", LINES="10") as program:
        program.wait_for("quit", "Values and gradients")
        program.send("q")
        assert program.finish() == 0
        assert b"At least" not in program.output
