"""Checking a scenario: what its file expects, and every gradient against finite differences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from backprop_tui.engine.run import run
from backprop_tui.engine.timeline import Timeline
from backprop_tui.formatting import exact, number
from backprop_tui.graph import Value
from backprop_tui.lenses.finite_differences import FiniteDifferences, Verdict, finite_differences
from backprop_tui.scenario import Diagnostic, Scenario
from backprop_tui.scenario.text import clean, plural

ELEMENTS_SHOWN = 10
"""At most so many elements of one array are listed."""

_HEAD = ("what", "element", "computed", "wanted", "difference", "by")


@dataclass(frozen=True)
class Mismatch:
    """One number that is not what it should be."""

    what: str
    """`c` for a value, `c.grad` for a gradient."""
    element: tuple[int, ...]
    """Index of the element; empty for a scalar."""
    computed: float
    wanted: float
    by: str
    """Who wants it: the file, or the finite differences and how exact they are."""


@dataclass(frozen=True)
class Report:
    """What a check found."""

    name: str
    """The file as the user named it."""
    expectations: int
    differences: FiniteDifferences
    mismatches: tuple[Mismatch, ...]
    diagnostics: tuple[Diagnostic, ...]
    """The expectations that do not hold, with their place in the file."""

    @property
    def ok(self) -> bool:
        """Whether everything is as it should be."""
        return not self.mismatches


def check(scenario: Scenario, timeline: Timeline | None = None) -> Report:
    """Compare a run of a scenario, by default a new one, with its expectations and with finite differences."""
    timeline = timeline or run(scenario.graph)
    differences = finite_differences(timeline)
    failed = [expectation for expectation in _expectations(scenario, timeline) if not expectation.holds]
    mismatches = [mismatch for expectation in failed for mismatch in expectation.mismatches()]
    return Report(
        name=scenario.name,
        expectations=len(scenario.expect.spans),
        differences=differences,
        mismatches=(*mismatches, *_contradictions(timeline, differences)),
        diagnostics=tuple(expectation.diagnostic() for expectation in failed),
    )


def lines(report: Report) -> Iterator[str]:
    """The report as text: one line, and a table of what differs if anything does."""
    rows = report.differences.rows
    inputs = len({row.node for row in rows})
    parts = [plural(report.expectations, "expectation"), f"{plural(inputs, 'input')} against finite differences"]
    if len(rows) < report.differences.elements:
        parts.append(f"{len(rows)} of {report.differences.elements} elements")
    for verdict, remark in ((Verdict.KINK, "at a kink"), (Verdict.UNDECIDED, "undecided")):
        if count := sum(row.verdict is verdict for row in rows):
            parts.append(f"{count} {remark}")
    if not report.ok:
        parts.append(f"{plural(len(report.mismatches), 'number')} wrong")
    yield f"{'ok  ' if report.ok else 'FAIL'}  {clean(report.name)}  {', '.join(parts)}"
    if not report.ok:
        yield from _table(report.mismatches)


@dataclass(frozen=True)
class _Expectation:
    """One expectation of the file."""

    scenario: Scenario
    key: tuple[str, ...]
    what: str
    wanted: Value
    computed: Value

    @property
    def holds(self) -> bool:
        return self.scenario.expect.agree(self.computed, self.wanted)

    def mismatches(self) -> Iterator[Mismatch]:
        """The elements that differ, the first `ELEMENTS_SHOWN` of them."""
        agree = self.scenario.expect.agree
        computed, wanted = np.asarray(self.computed), np.asarray(self.wanted)
        elements = (at for at in np.ndindex(wanted.shape) if not agree(computed[at], wanted[at]))
        for at in islice(elements, ELEMENTS_SHOWN):
            yield Mismatch(self.what, at, float(computed[at]), float(wanted[at]), "the file")

    def diagnostic(self) -> Diagnostic:
        worst = next(self.mismatches())
        at = f" at {list(worst.element)}" if worst.element else ""
        message = f"{self.what} is {exact(worst.computed)}{at}, expected {exact(worst.wanted)}"
        return self.scenario.expect.failure(message, *self.key)


def _expectations(scenario: Scenario, timeline: Timeline) -> Iterator[_Expectation]:
    expect, graph = scenario.expect, scenario.graph
    if expect.value is not None:
        output = graph.nodes[graph.output].name
        yield _Expectation(scenario, ("value",), output, expect.value, timeline.values[output])
    for name, wanted in expect.values.items():
        yield _Expectation(scenario, ("values", name), name, wanted, timeline.values[name])
    for name, wanted in expect.grads.items():
        grad = timeline.grads[name]
        assert grad is not None  # the loader refuses to expect a gradient where none arrives
        yield _Expectation(scenario, ("grads", name), f"{name}.grad", wanted, grad)


def _contradictions(timeline: Timeline, differences: FiniteDifferences) -> Iterator[Mismatch]:
    for row in differences.differing:
        what = f"{timeline.graph.nodes[row.node].name}.grad"
        by = f"finite differences, ±{number(row.tolerance)}"
        yield Mismatch(what, row.element, row.gradient, row.estimate, by)


def _table(mismatches: Sequence[Mismatch]) -> Iterator[str]:
    rows = [
        (
            mismatch.what,
            str(list(mismatch.element)) if mismatch.element else "",
            exact(mismatch.computed),
            exact(mismatch.wanted),
            number(mismatch.computed - mismatch.wanted),
            mismatch.by,
        )
        for mismatch in mismatches
    ]
    widths = [max(map(len, column)) for column in zip(_HEAD, *rows, strict=True)]
    for row in (_HEAD, *rows):
        yield "      " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
