"""Checking a scenario: what its file expects, and every node against finite differences and against PyTorch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice
from math import isfinite
from operator import attrgetter

import numpy as np

from backprop_tui.engine.run import run
from backprop_tui.engine.timeline import Timeline
from backprop_tui.formatting import NO_GRADIENT, NOT_COMPUTED, exact, number, shape
from backprop_tui.graph import Graph, Kind, Node, Value
from backprop_tui.lenses.autograd import Autograd, Found, compare_with_pytorch
from backprop_tui.lenses.finite_differences import Difference, FiniteDifferences, Verdict, finite_differences
from backprop_tui.naming import name_of, symbol_of
from backprop_tui.ops.shapes import count
from backprop_tui.scenario import Diagnostic, Scenario
from backprop_tui.scenario.text import cells, clean, plural

ELEMENTS_SHOWN = 10
"""At most so many elements of one array are listed, of those that the file wants otherwise."""

_INDENT = "      "
_SAMPLE = 200
"""Columns are as wide as the first so many rows need; what comes later may push them."""


@dataclass(frozen=True)
class Mismatch:
    """One number that is not what it should be."""

    node: int
    what: str
    """`c` for a value, `c.grad` for a gradient."""
    element: tuple[int, ...]
    """Index of the element; empty for a scalar, and where shapes differ."""
    computed: Found
    wanted: Found
    by: str
    """Who wants it: the file, or PyTorch, or the finite differences and how exact they are."""


@dataclass(frozen=True)
class Report:
    """What a check found."""

    name: str
    """The file as the user named it."""
    graph: Graph
    expectations: int
    differences: FiniteDifferences
    autograd: Autograd | None
    """None if PyTorch was left out."""
    mismatches: tuple[Mismatch, ...]
    """Of a large array not all of them."""
    wrong: int
    """How many mismatches there are altogether."""
    diagnostics: tuple[Diagnostic, ...]
    """The expectations that do not hold, with their place in the file."""

    @property
    def ok(self) -> bool:
        """Whether everything is as it should be."""
        return not self.wrong


def check(scenario: Scenario, timeline: Timeline | None = None, *, pytorch: bool = True) -> Report:
    """Compare a run of a scenario, by default a new one, with its expectations, finite differences and PyTorch.

    Without `pytorch` the last one is left out: to import it takes seconds.
    """
    timeline = timeline or run(scenario.graph)
    differences = finite_differences(timeline)
    autograd = compare_with_pytorch(timeline) if pytorch else None
    failed = [expectation for expectation in _expectations(scenario, timeline) if expectation.wrong]
    contradictions = [*_misshapen(timeline), *_by_finite_differences(scenario, differences)]
    return Report(
        name=scenario.name,
        graph=scenario.graph,
        expectations=len(scenario.expect.spans),
        differences=differences,
        autograd=autograd,
        mismatches=(
            *chain.from_iterable(expectation.mismatches() for expectation in failed),
            *contradictions,
            *(_by_pytorch(timeline, autograd) if autograd else ()),
        ),
        wrong=sum(expectation.wrong for expectation in failed)
        + len(contradictions)
        + (autograd.wrong if autograd else 0),
        diagnostics=tuple(expectation.diagnostic() for expectation in failed),
    )


def lines(report: Report, *, verbose: bool = False) -> Iterator[str]:
    """The report as text: one line, and a table of what differs if anything does; `verbose`, also one of all nodes."""
    yield f"{'ok  ' if report.ok else 'FAIL'}  {clean(report.name)}  {', '.join(_summary(report))}"
    if report.mismatches:
        yield from _table(_MISMATCH, map(_mismatch_row, report.mismatches))
    if report.wrong > len(report.mismatches):
        yield f"{_INDENT}and {report.wrong - len(report.mismatches)} more"
    if verbose:
        yield from [""] * bool(report.mismatches)
        yield from _table(_NODE, _node_rows(report))


def about_pytorch(report: Report) -> str:
    """Why there is no PyTorch to compare anything with, if it was asked for and there is none; else nothing."""
    autograd = report.autograd
    return f"PyTorch {clean(autograd.remark)}" if autograd and not autograd.version else ""


def _summary(report: Report) -> Iterator[str]:
    differences, autograd = report.differences, report.autograd
    yield plural(report.expectations, "expectation")
    compared, rows = len({row.node for row in differences.rows}), len(differences.rows)
    reached = len(differences.nodes)
    nodes = plural(reached, "node")
    if compared < reached:
        nodes = f"{compared} of {nodes}"
    if rows < differences.elements and differences.elements > reached:
        nodes += f" ({rows} of {differences.elements} elements)"
    yield f"{nodes} against finite differences"
    if autograd and autograd.version:
        if autograd.remark:
            yield f"not against PyTorch, which {clean(autograd.remark)}"
        else:
            yield f"{len(autograd.distances)} against PyTorch {clean(autograd.version)}"
    for verdict, remark in ((Verdict.KINK, "at a kink"), (Verdict.UNDECIDED, "undecided")):
        if times := sum(row.verdict is verdict for row in differences.rows):
            yield f"{times} {remark}"
    if not report.ok:
        yield plural(report.wrong, "disagreement")


@dataclass(frozen=True)
class _Expectation:
    """One expectation of the file."""

    scenario: Scenario
    key: tuple[str, ...]
    node: Node
    wanted: Value
    computed: Value

    @property
    def wrong(self) -> int:
        """How many elements differ."""
        return int(np.count_nonzero(self.scenario.expect.contradicts(self.computed, self.wanted)))

    def mismatches(self) -> Iterator[Mismatch]:
        """The elements that differ, the first `ELEMENTS_SHOWN` of them."""
        computed, wanted = np.asarray(self.computed), np.asarray(self.wanted)
        wrong = np.flatnonzero(self.scenario.expect.contradicts(self.computed, self.wanted))
        for flat in wrong[:ELEMENTS_SHOWN]:
            at = tuple(map(int, np.unravel_index(flat, wanted.shape)))
            what = _what(self.node, is_gradient=self.key[0] == "grads")
            yield Mismatch(self.node.index, what, at, float(computed[at]), float(wanted[at]), "the file")

    def diagnostic(self) -> Diagnostic:
        worst = next(self.mismatches())
        at = f" at {list(worst.element)}" if worst.element else ""
        message = f"{worst.what} is {_text(worst.computed)}{at}, expected {_text(worst.wanted)}"
        return self.scenario.expect.failure(message, *self.key)


def _expectations(scenario: Scenario, timeline: Timeline) -> Iterator[_Expectation]:
    expect, graph = scenario.expect, scenario.graph
    if expect.value is not None:
        output = graph.nodes[graph.output]
        yield _Expectation(scenario, ("value",), output, expect.value, timeline.values[output.name])
    for name, wanted in expect.values.items():
        yield _Expectation(scenario, ("values", name), graph[name], wanted, timeline.values[name])
    for name, wanted in expect.grads.items():
        grad = timeline.grads[name]
        assert grad is not None  # the loader refuses to expect a gradient where none arrives
        yield _Expectation(scenario, ("grads", name), graph[name], wanted, grad)


def _misshapen(timeline: Timeline) -> Iterator[Mismatch]:
    """Values and gradients that are not shaped like their nodes."""
    for node in timeline.graph:
        for is_gradient, numbers in ((False, timeline.values[node.name]), (True, timeline.grads[node.name])):
            if numbers is not None and numbers.shape != node.shape:
                what = _what(node, is_gradient=is_gradient)
                yield Mismatch(node.index, what, (), numbers.shape, node.shape, "the shape of its node")


def _by_finite_differences(scenario: Scenario, differences: FiniteDifferences) -> Iterator[Mismatch]:
    for row in differences.differing:
        node = scenario.graph.nodes[row.node]
        if not isfinite(row.gradient) and node.name in scenario.expect.grads:
            continue  # The file has the say: where a mask hides an infinity, the chain rule gives NaN, and rightly so.
        what = _what(node, is_gradient=True)
        by = f"finite differences, ±{number(row.tolerance)}"
        yield Mismatch(row.node, what, row.element, row.gradient, row.estimate, by)


def _by_pytorch(timeline: Timeline, autograd: Autograd) -> Iterator[Mismatch]:
    for one in autograd.disagreements:
        what = _what(timeline.graph.nodes[one.node], is_gradient=one.is_gradient)
        yield Mismatch(one.node, what, one.element, one.ours, one.theirs, f"PyTorch {clean(autograd.version)}")


def _what(node: Node, *, is_gradient: bool) -> str:
    return f"{symbol_of(node)}.grad" if is_gradient else name_of(node)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    rows = iter(rows)
    sample = [head, *islice(rows, _SAMPLE)]
    widths = [max(map(cells, column)) for column in zip(*sample, strict=True)]
    for row in chain(sample, rows):
        padded = (cell + " " * (width - cells(cell)) for cell, width in zip(row, widths, strict=True))
        yield (_INDENT + "  ".join(padded)).rstrip()


_MISMATCH = ("what", "element", "computed", "wanted", "difference", "by")


def _mismatch_row(mismatch: Mismatch) -> Sequence[str]:
    computed, wanted = mismatch.computed, mismatch.wanted
    difference = number(computed - wanted) if isinstance(computed, float) and isinstance(wanted, float) else ""
    element = str(list(mismatch.element)) if mismatch.element else ""
    return mismatch.what, element, _text(computed), _text(wanted), difference, mismatch.by


def _text(found: Found) -> str:
    match found:
        case None:
            return NO_GRADIENT
        case tuple():
            return shape(found)
        case _:
            return exact(found)


_NODE = ("node", "shape", "elements", "finite differences", "PyTorch", "verdict")


def _node_rows(report: Report) -> Iterator[Sequence[str]]:
    """Of each node, how many elements were nudged, and how far the gradient is from what others make of it."""
    nudged: Mapping[int, Sequence[Difference]] = {
        node: list(rows) for node, rows in groupby(report.differences.rows, attrgetter("node"))
    }
    distances = report.autograd.distances if report.autograd else {}
    reached = report.differences.nodes
    wrong = {mismatch.node for mismatch in report.mismatches}
    for node in report.graph:
        rows = nudged.get(node.index, ())
        distance = distances.get(node.index)
        yield (
            name_of(node),
            shape(node.shape),
            f"{len(rows)} of {count(node.shape)}" if node.index in reached else NO_GRADIENT,
            _farthest(rows) if node.index in reached else NO_GRADIENT,
            NOT_COMPUTED if distance is None else number(distance),
            "DIFFERS" if node.index in wrong else _verdict(report.graph, node, rows, is_compared=distance is not None),
        )


def _farthest(rows: Sequence[Difference]) -> str:
    """The largest difference, and how large it may be."""
    with np.errstate(all="ignore"):
        known = [(abs(row.gradient - row.estimate), row.tolerance) for row in rows if isfinite(row.estimate)]
    return f"{number(max(known)[0])} ±{number(max(known)[1])}" if known else NOT_COMPUTED


def _verdict(graph: Graph, node: Node, rows: Sequence[Difference], *, is_compared: bool) -> str:
    verdicts = {row.verdict: row for row in rows}
    kink = verdicts[Verdict.KINK].kink if Verdict.KINK in verdicts else None
    if kink is not None:
        return f"kink at {name_of(graph.nodes[kink])}"
    if Verdict.UNDECIDED in verdicts:
        return "undecided"
    if rows or is_compared:
        return "ok"
    return "not compared" if node.kind is Kind.OPERATION or node.requires_grad else "given"
