"""What each command does, once its arguments are read, and the exit status. stdout is data, stderr narration."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from backprop_tui import check as checking
from backprop_tui.engine.run import run
from backprop_tui.export import trace as tracing
from backprop_tui.lessons import lessons as all_lessons
from backprop_tui.scenario import Diagnostic, Scenario, ScenarioError, load, render

OK, FAILED, UNUSABLE = 0, 1, 2


def trace(path: str, *, as_json: bool) -> int:
    """Print every event of a run."""
    try:
        scenario = _load(path)
    except ScenarioError as error:
        return _refuse(error)
    lines = tracing.json_lines if as_json else tracing.text_lines
    _print(lines(scenario.title, run(scenario.graph)))
    return OK


def check(paths: Sequence[str]) -> int:
    """Check scenarios; the worst of them decides the status."""
    return max(map(_check, paths))


def lessons() -> int:
    """List the lessons, a line each: file, group, what it is about."""
    rows = [(str(lesson.path), lesson.group, lesson.summary) for lesson in all_lessons()]
    file, group = (max((len(row[column]) for row in rows), default=0) for column in (0, 1))
    _print(f"{row[0]:<{file}}  {row[1]:<{group}}  {row[2]}" for row in rows)
    return OK


def _check(path: str) -> int:
    try:
        report = checking.check(_load(path))
    except ScenarioError as error:
        return _refuse(error)
    _print(checking.lines(report))
    _narrate(report.diagnostics)
    return OK if report.ok else FAILED


def _load(path: str) -> Scenario:
    scenario = load(path)
    _narrate(scenario.warnings)
    return scenario


def _refuse(error: ScenarioError) -> int:
    _narrate(error.diagnostics)
    return UNUSABLE


def _narrate(diagnostics: Iterable[Diagnostic]) -> None:
    sys.stdout.flush()  # what came before is read before
    for diagnostic in diagnostics:
        print(render(diagnostic), file=sys.stderr)


def _print(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
