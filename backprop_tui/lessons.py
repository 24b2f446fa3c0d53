"""The lessons that ship: scenarios with a `[lesson]` table. Knows nothing of numpy: listing them is instant."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from backprop_tui.scenario.text import clean

_ANSWERS = re.compile(r"^#+ *answers? *$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Lesson:
    """One shipped scenario file."""

    path: Path
    order: int
    """Its place among all lessons; ascending."""
    group: str
    summary: str
    title: str
    description: str
    """Markdown."""
    events: int = 0
    """How many steps it takes, as the file says; 0 if it does not."""


@cache
def lessons() -> tuple[Lesson, ...]:
    """All lessons, in order. Empty if the installation lacks them."""
    return tuple(sorted(map(read, directory().glob("*.toml")), key=lambda lesson: lesson.order))


def directory() -> Path:
    """Where the lessons are: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "scenarios"
    # Beside an installed package stand the directories of strangers.
    is_checkout = not inside.is_dir() and (package.parent / "pyproject.toml").is_file()
    return package.parent / "scenarios" if is_checkout else inside


def read(path: Path) -> Lesson:
    """The lesson of a file; its text is clean."""
    scenario: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    lesson = scenario["lesson"]
    return Lesson(
        path=path,
        order=lesson["order"],
        group=clean(lesson["group"]),
        summary=clean(lesson["summary"]),
        title=clean(scenario["title"]),
        description=clean(scenario["description"], multiline=True),
        events=lesson.get("events", 0),
    )


def questions(description: str) -> str:
    """What a lesson asks: its text up to the heading `Answers`; all of it, if there is none."""
    return _ANSWERS.split(description, maxsplit=1)[0].rstrip()


def answers(description: str) -> str:
    """What a lesson tells, below that heading; empty, if there is none."""
    return "".join(_ANSWERS.split(description, maxsplit=1)[1:]).strip()
