"""Windows of any size, and changes of it at any moment: in the end it looks as if it had been started like that."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.terminal.program import ESCAPE, TREE, Program

STORM = 200
CALM = 100, 30


@pytest.fixture(scope="module")
def programs() -> Iterator[tuple[Program, Program]]:
    """Two that are at the same step, one of them in a window that stays as it is."""
    with Program(TREE) as stormy, Program(TREE, size=CALM) as calm:
        for program in (stormy, calm):
            program.send("lll")
            program.wait_for(" 3/11", "quit")
        yield stormy, calm
        for program in (stormy, calm):
            program.send("\x03")
            assert program.finish() == 0


@pytest.mark.parametrize("size", [(1, 1), (500, 200)])
def test_any_size(size: tuple[int, int]) -> None:
    with Program(TREE, size=size) as program:
        program.wait_until(lambda screen: "1049" in screen.modes, "the alternate screen")
        program.send("llg7\r?" + ESCAPE + "q")
        assert program.finish() == 0
        assert b"Traceback" not in program.output


@pytest.mark.parametrize(
    ("key", "texts"),
    [
        ("?", ("Help", "Undo the last event")),
        ("g", ("Go to event", "3 = 2 + 1")),
        ("\x10", ("Search for commands", "Stop slow work")),
    ],
    ids=["an overlay", "a prompt", "the palette"],
)
def test_a_storm_of_sizes(programs: tuple[Program, Program], key: str, texts: tuple[str, ...]) -> None:
    sizes = random.Random(7)
    stormy, calm = programs
    for program in programs:
        program.send(key)
        program.wait_for(*texts)
    for _ in range(STORM):
        stormy.resize(sizes.randint(1, 500), sizes.randint(1, 200))
    stormy.resize(*CALM)
    calm.wait_until_quiet()
    expected = calm.screen.lines
    stormy.wait_until(lambda screen: screen.lines == expected, calm.screen.text)
    for program in programs:
        program.send(ESCAPE)
        program.wait_for("quit")


def test_the_window_counts_and_not_the_environment() -> None:
    with Program(TREE, COLUMNS="50", LINES="10") as program:
        program.wait_for("quit", "Values and gradients")
        program.send("q")
        assert program.finish() == 0
        assert b"At least" not in program.output
