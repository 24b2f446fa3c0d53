"""What the commands on a scenario do, and their exit status. stdout is data, stderr narration."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from backprop_tui import check as checking
from backprop_tui import reference
from backprop_tui.engine.run import run
from backprop_tui.explaining.options import FORMATS as WRITINGS
from backprop_tui.explaining.options import Level, writer
from backprop_tui.explaining.solution import solution, solution_for
from backprop_tui.export import trace as tracing
from backprop_tui.export.formats import FORMATS, CannotExport, exporter
from backprop_tui.export.snapshot import Snapshot, position_of
from backprop_tui.ops.registry import FUNCTIONS, INFIX
from backprop_tui.output import flush, narrate, write
from backprop_tui.saving import save
from backprop_tui.scenario import Diagnostic, Scenario, ScenarioError, load, render
from backprop_tui.scenario.names import did_you_mean, did_you_mean_one_of
from backprop_tui.scenario.program.mistakes import OTHER_SPELLINGS
from backprop_tui.scenario.text import clean_path, quote

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


def check(paths: Sequence[str], *, verbose: bool, pytorch: bool) -> int:
    """Check scenarios; the worst of them decides the status. A PyTorch that cannot be used is mentioned once."""
    status, remarks = OK, set[str]()
    for path in paths:
        try:
            report = checking.check(_load(path), pytorch=pytorch)
        except ScenarioError as error:
            status = max(status, _refuse(error))
            continue
        if (remark := checking.about_pytorch(report)) and remark not in remarks:
            narrate(f"backprop-tui: {remark}")
            remarks.add(remark)
        write(checking.lines(report, verbose=verbose))
        _narrate(report.diagnostics)
        status = max(status, OK if report.ok else FAILED)
    return status


def explain(path: str, to: str, *, node: str | None, level: Level, file: str | None) -> int:
    """Write the worked solution of a run, or of one node in it: to a file, or to stdout."""
    try:
        scenario = _load(path)
    except ScenarioError as error:
        return _refuse(error)
    graph = scenario.graph
    if node is not None and node not in graph:
        hint = did_you_mean_one_of(node, [one.name for one in graph if one.is_named])
        return _unusable(f"--node {quote(node)}: there is no such node{f'; {hint}' if hint else ''}")
    timeline = run(graph)
    if node is None:
        blocks = solution(scenario, timeline, level)
    else:
        blocks = solution_for(scenario, timeline, graph[node], level)
    lines = writer(to)(blocks, graph)
    if file is not None:
        return _save(file, lines, path)
    write(lines, encoding=WRITINGS[to].encoding)
    return OK


def export(path: str, to: str, *, at: str, file: str | None, options: Mapping[str, object]) -> int:
    """Write a run at one position in another format: to a file, or to stdout."""
    try:
        scenario = _load(path)
    except ScenarioError as error:
        return _refuse(error)
    timeline = run(scenario.graph)
    try:
        snapshot = Snapshot(scenario.title, timeline, position_of(at, timeline), scenario.groups, scenario.program)
    except ValueError as error:
        return _unusable(f"--at {quote(at)}: {error}")
    lines = exporter(to)(snapshot, **options)
    try:
        if file is None:
            write(lines, encoding=FORMATS[to].encoding)
            return OK
        return _save(file, lines, path)
    except CannotExport as reason:
        return _unusable(str(reason))


def ops(name: str | None) -> int:
    """List the operations, or explain those of one name."""
    if name is None:
        write(reference.overview())
        return OK
    found = reference.find(name)
    if not found:
        hint = OTHER_SPELLINGS.get(name) or did_you_mean(name, [*FUNCTIONS, *INFIX])
        narrate(f"backprop-tui: error: there is no operation {quote(name)}{f'; {hint}' if hint else ''}")
        return UNUSABLE
    write(line for number, operation in enumerate(found) for line in [*[""] * (number > 0), *reference.page(operation)])
    return OK


def _save(file: str, lines: Iterable[str], scenario: str) -> int:
    with suppress(OSError):
        if os.path.samefile(file, scenario):
            return _unusable(f"'{clean_path(file)}' is the scenario itself")
    try:
        save(file, lines)
    except OSError as error:
        return _unusable(f"cannot write '{clean_path(file)}': {error.strerror}")
    return OK


def _unusable(message: str) -> int:
    narrate(f"backprop-tui: error: {message}")
    return UNUSABLE


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
