"""Imports run one way: tui → {narration, lenses, drawing, export} → engine → ops → graph."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import backprop_tui

PACKAGE = Path(backprop_tui.__file__).parent

# What a part of the package imports of the others, when its modules are loaded or later: no more, and no less.
ARROWS: dict[str, set[str]] = {
    "graph": set(),
    "ops": {"graph"},
    "progress": set(),
    "engine": {"ops", "graph", "progress"},
    "formatting": {"graph"},
    "scenario": {"ops", "graph", "formatting"},
    "lenses": {"engine", "formatting", "formulas", "graph", "naming", "ops", "progress"},
    "lab": {"engine", "formatting", "formulas", "graph", "lenses", "naming", "narration", "ops", "progress"},
    "naming": {"ops", "graph", "formatting"},
    "remarks": {"engine", "ops", "graph", "naming"},
    "template": set(),
    "formulas": {"engine", "ops", "graph", "formatting", "naming"},
    "narration": {"engine", "ops", "graph", "formatting", "formulas", "naming", "remarks", "template"},
    "search": {"engine", "graph"},
    "predicting": {"engine", "formatting", "formulas", "graph", "lenses", "naming", "narration", "ops"},
    "folding": {"formatting", "graph"},
    "drawing": {"engine", "folding", "graph", "formatting", "formulas", "progress"},
    "export": {"drawing", "engine", "folding", "formatting", "graph", "narration", "ops", "palette", "remarks"},
    "explaining": {
        "engine",
        "formatting",
        "formulas",
        "graph",
        "lessons",
        "naming",
        "narration",
        "ops",
        "prose",
        "scenario",
    },
    "prose": set(),
    "check": {"engine", "graph", "formatting", "lenses", "naming", "ops", "scenario"},
    "reference": {"engine", "formatting", "graph", "naming", "narration", "ops"},
    "lessons": {"scenario"},
    "output": set(),
    "palette": set(),
    "saving": {"signals"},
    "crash": {"__init__", "output"},
    "signals": set(),
    "commands": {"check", "engine", "explaining", "export", "ops", "output", "reference", "saving", "scenario"},
    "cli": {
        "__init__",
        "commands",
        "crash",
        "explaining",
        "export",
        "lessons",
        "output",
        "palette",
        "scenario",
        "signals",
        "tui",
    },
    "__main__": {"cli"},
    "__init__": {"engine", "graph", "scenario"},
    "tui": {
        "crash",
        "drawing",
        "engine",
        "export",
        "folding",
        "formatting",
        "formulas",
        "graph",
        "lab",
        "lenses",
        "lessons",
        "naming",
        "narration",
        "ops",
        "output",
        "palette",
        "predicting",
        "progress",
        "prose",
        "saving",
        "scenario",
        "search",
        "signals",
        "template",
    },
}
TOOLKIT = {"textual", "rich"}

MODULES = sorted(PACKAGE.rglob("*.py"))


def part_of(path: Path) -> str:
    """The part of the package that a module belongs to: its directory, or its own name."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imports_of(path: Path) -> set[str]:
    """The full names of what a module imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            assert node.module is not None
            if node.module == "backprop_tui":
                names |= {f"backprop_tui.{alias.name}" for alias in node.names}
            else:
                names.add(node.module)
    return names


def parts_imported(path: Path) -> set[str]:
    """The parts of our own package that a module imports."""
    parts = {name.split(".")[1] for name in imports_of(path) if name.startswith("backprop_tui.")}
    return {"__init__" if part == "__version__" else part for part in parts}


@pytest.mark.parametrize("part", ARROWS)
def test_a_part_imports_what_the_table_says(part: str) -> None:
    modules = (path for path in MODULES if part_of(path) == part)
    assert set().union(*map(parts_imported, modules)) - {part} == ARROWS[part]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_tui_imports_the_toolkit(path: Path) -> None:
    roots = {name.split(".")[0] for name in imports_of(path)}
    assert part_of(path) == "tui" or not roots & TOOLKIT


def test_the_table_names_every_part_and_no_other() -> None:
    assert {part_of(path) for path in MODULES} == set(ARROWS)


def test_nothing_but_its_own_lens_reaches_a_broken_engine() -> None:
    reached = {path.relative_to(PACKAGE).as_posix() for path in MODULES if "lab" in parts_imported(path)}
    assert {path for path in reached if not path.startswith("lab/")} == {"tui/lenses/lab.py", "tui/panels/lab.py"}


def test_the_arrows_form_no_circle() -> None:
    below = ARROWS
    while free := {part for part, parts in below.items() if not parts}:
        below = {part: parts - free for part, parts in below.items() if part not in free}
    assert below == {}


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import backprop_tui", {"numpy", "textual", "rich", "torch"}),
        ("import backprop_tui.cli", {"numpy", "textual", "rich", "torch"}),
        ("import backprop_tui.lessons", {"numpy", "textual", "rich", "torch"}),
        ("from backprop_tui import load, run", {"textual", "torch"}),
        ("import backprop_tui.tui.app", {"torch"}),
    ],
)
def test_what_an_import_does_not_bring(statement: str, absent: set[str]) -> None:
    code = f"import sys\n{statement}\nprint(*sorted({absent} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"
