"""What the commands on a scenario do, and their exit status. stdout is data, stderr narration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from backprop_tui import check as checking
from backprop_tui import reference
from backprop_tui.engine.run import run
from backprop_tui.export import trace as tracing
from backprop_tui.ops.registry import FUNCTIONS, INFIX
from backprop_tui.output import flush, narrate, write
from backprop_tui.scenario import Diagnostic, Scenario, ScenarioError, load, render
from backprop_tui.scenario.names import did_you_mean
from backprop_tui.scenario.text import quote

OK, FAILED, UNUSABLE = 0, 1, 2


def trace(path: str, *, as_json: bool) -> int:
    """Print every event of a run."""
    try:
        scenario = _load(path)
    except ScenarioError as error:
        return _refuse(error)
    lines = tracing.json_lines if as_json else tracing.text_lines
    write(lines(scenario.title, run(scenario.graph)))
    return OK


def check(paths: Sequence[str]) -> int:
    """Check scenarios; the worst of them decides the status."""
    return max(map(_check, paths))


def ops(name: str | None) -> int:
    """List the operations, or explain those of one name."""
    if name is None:
        write(reference.overview())
        return OK
    found = reference.find(name)
    if not found:
        hint = did_you_mean(name, [*FUNCTIONS, *INFIX])
        narrate(f"backprop-tui: error: there is no operation {quote(name)}{f'; {hint}' if hint else ''}")
        return UNUSABLE
    write(line for number, operation in enumerate(found) for line in [*[""] * (number > 0), *reference.page(operation)])
    return OK


def _check(path: str) -> int:
    try:
        report = checking.check(_load(path))
    except ScenarioError as error:
        return _refuse(error)
    write(checking.lines(report))
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
    flush()  # what came before is read before
    for diagnostic in diagnostics:
        narrate(render(diagnostic))
