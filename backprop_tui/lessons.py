"""The lessons that ship: scenarios with a `[lesson]` table. Knows nothing of numpy: listing them is instant."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


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


@cache
def lessons() -> tuple[Lesson, ...]:
    """All lessons, in order. Empty if the installation lacks them."""
    return tuple(sorted(map(_lesson, directory().glob("*.toml")), key=lambda lesson: lesson.order))


def directory() -> Path:
    """Where the lessons are: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "scenarios"
    # Beside an installed package stand the directories of strangers.
    is_checkout = not inside.is_dir() and (package.parent / "pyproject.toml").is_file()
    return package.parent / "scenarios" if is_checkout else inside


def _lesson(path: Path) -> Lesson:
    scenario: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return Lesson(path, **scenario["lesson"], title=scenario["title"], description=scenario["description"])
