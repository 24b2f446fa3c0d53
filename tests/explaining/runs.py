"""The solutions that are looked at here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from backprop_tui.engine.run import run
from backprop_tui.engine.timeline import Timeline
from backprop_tui.explaining.document import Block
from backprop_tui.explaining.options import Level, writer
from backprop_tui.explaining.solution import solution, solution_for
from backprop_tui.lessons import lessons
from backprop_tui.scenario import Scenario, load, loads

SCENARIOS = Path(__file__).parents[2] / "scenarios"
NAMES = [lesson.path.stem for lesson in lessons()]
TEXT = """
What *will* the gradient of `b` be? **Guess.**

- 2
- 3

## Answers

The sum.
"""


@cache
def lesson(name: str) -> tuple[Scenario, Timeline]:
    """A lesson with a text that nobody rewrites, and its run."""
    scenario = load(SCENARIOS / f"{name}.toml")
    return replace(scenario, description=TEXT, source="A book (1986)"), run(scenario.graph)


def of(program: str, inputs: str) -> tuple[Scenario, Timeline]:
    """A scenario of no more than a program, and its run."""
    scenario = loads(f"title = 'A title'\nprogram = '''\n{program}\n'''\n[inputs]\n{inputs}\n")
    return scenario, run(scenario.graph)


def blocks(made: tuple[Scenario, Timeline], level: Level = Level.NUMBERS, node: str | None = None) -> Iterator[Block]:
    """What is said of a run, or of one node in it."""
    scenario, timeline = made
    if node is None:
        return solution(scenario, timeline, level)
    return solution_for(scenario, timeline, scenario.graph[node], level)


def written(
    made: tuple[Scenario, Timeline], to: str = "text", level: Level = Level.NUMBERS, node: str | None = None
) -> list[str]:
    """The lines that are written of it."""
    return list(writer(to)(blocks(made, level, node), made[0].graph))
