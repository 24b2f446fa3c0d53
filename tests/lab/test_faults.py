"""Every fault is caught at the event where it does its harm, with numbers worked out by hand, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings

import backprop_tui as bp
from backprop_tui.engine.events import Accumulate
from backprop_tui.graph import Graph
from backprop_tui.lab.comparison import compare
from backprop_tui.lab.fault import Fault
from backprop_tui.lab.faults.table import FAULTS
from backprop_tui.lab.parting import Kind
from backprop_tui.lab.showing import words
from backprop_tui.lessons import lessons
from tests.lab.runs import IDS, broken, timeline_of
from tests.strategies import graphs

CLOSED = 'program = """\nh = relu(x)\ny = 3 * h\n"""\n[inputs]\nx = -2.0\n'
ROWS = [[1.5, 1.0], [3.5, 3.0], [4.5, 5.0]]
"""Of the bias lesson, y and its gradient."""


class Caught(NamedTuple):
    """What a fault does to a run."""

    fault: str
    scenario: str
    event: int
    """Where the two part."""
    kind: Kind
    node: str
    """What the broken engine sends to there; empty if it sends nothing."""
    number: object
    """What its gradient then is."""
    wrong: Mapping[str, Any]
    """The gradients that are wrong in the end."""


CAUGHT = [
    # 2 arrives through c after the 3 through d.
    Caught("overwrite", "tree", 11, Kind.SUM, "b", 2.0, {"b": 2.0}),
    # Of the two edges of e · e only one brings e / 3.
    Caught("once", "squared-error", 9, Kind.MISSING, "", None, {"p": [0, -1 / 3, 4 / 3], "e": [0, -1 / 3, 4 / 3]}),
    # xx = x · x at x = 3, with upstream 4: 12 along each of two edges.
    Caught("once", "geron-x2y", 14, Kind.MISSING, "", None, {"x": 12.0}),
    # b has 5 from the pass before, and gets 3.
    Caught("unzeroed", "tree", 9, Kind.STALE, "b", 8.0, {"a": 4.0, "b": 10.0}),
    # x has 7 and sends 7 · 3 at once, and 13 · 3 when y has reported.
    Caught("recursion", "reused-node", 7, Kind.ORDER, "a", 21.0, {"a": 60.0}),
    # x and y are equally near: x sends 7 · 3, then y reports to it.
    Caught("too-early", "reused-node", 8, Kind.ORDER, "a", 21.0, {"a": 21.0}),
    # e = c · d at 3 · 2: c gets 3, d gets 2.
    Caught("no-swap", "tree", 7, Kind.CONTRIBUTION, "c", 3.0, {"a": 3.0, "c": 3.0, "d": 2.0}),
    # b gets half of 3 and half of 2, a half of 2.
    Caught("split-sum", "tree", 9, Kind.CONTRIBUTION, "b", 1.5, {"a": 1.0, "b": 2.5}),
    Caught("open-relu", CLOSED, 6, Kind.CONTRIBUTION, "x", 3.0, {"x": 3.0}),
    Caught("unsummed", "bias-batch", 15, Kind.SHAPE, "b", ROWS, {"b": ROWS}),
    # q = W @ x = [0.22, 0.26] and its gradient 2q; W @ 2q, where Wᵀ @ 2q is [-0.112, 0.636].
    Caught("no-transpose", "cs231n-wx-norm", 10, Kind.CONTRIBUTION, "x", [0.304, 0.284], {"x": [0.304, 0.284]}),
    # c *= d leaves 6 where c was 3, and that is what d is sent; b gets 6 + 2.
    Caught("in-place", "tree", 8, Kind.CONTRIBUTION, "d", 6.0, {"b": 8.0, "d": 6.0}),
]


@pytest.mark.parametrize("case", CAUGHT, ids=lambda case: f"{case.fault}-{case.event}")
def test_a_fault_is_caught_where_it_does_its_harm(case: Caught) -> None:
    comparison = broken(case.scenario, case.fault)
    nodes, first = comparison.timeline.graph.nodes, comparison.first
    assert first is not None
    assert (first.position, first.kind) == (case.event, case.kind)
    if case.node:
        assert isinstance(first.broken, Accumulate)
        assert nodes[first.broken.node].name == case.node
        np.testing.assert_allclose(first.broken.after, case.number)  # type: ignore[arg-type]
    else:
        assert first.broken is None
    assert {nodes[one].name for one in comparison.wrong} == set(case.wrong)
    for one in comparison.wrong:
        np.testing.assert_allclose(comparison.engine.grads[one], case.wrong[nodes[one].name])  # type: ignore[arg-type]


def test_softmax_element_by_element_is_caught_after_the_cross_entropy() -> None:
    """The scores of the lesson: p = [0.4291, 0.2215, 0.3495], and the third class is right."""
    first = broken("two-layer-softmax", "elementwise-softmax").first
    assert first is not None
    assert (first.position, first.kind) == (20, Kind.CONTRIBUTION)
    assert isinstance(first.right, Accumulate)
    assert isinstance(first.broken, Accumulate)
    np.testing.assert_allclose(first.right.after, [[0.4291, 0.2215, -0.6505]], atol=5e-5)
    np.testing.assert_allclose(first.broken.after, [[0, 0, -0.6505]], atol=5e-5)


def test_an_open_relu_is_caught_at_the_element_that_is_cut() -> None:
    first = broken("two-layer-softmax", "open-relu").first
    assert first is not None
    assert first.position == 25
    assert isinstance(first.broken, Accumulate)
    np.testing.assert_allclose(first.broken.after, [[-0.005683, -0.03682]], rtol=1e-3)


@pytest.mark.parametrize(
    ("program", "writes"),
    [
        ("a = 2 * x\nb = sin(a)\nc = sin(b)", {"a": "c", "b": "c", "c": "c"}),
        ("a = 2 * x\nb = sin(a)\nc = a * b", {"a": "c", "b": "b", "c": "c"}),
        ("a = 2 * x\nb = sin(a)\nc = b * a", {"a": "a", "b": "c", "c": "c"}),
        ("a = 2 * x\nb = exp(x)\nc = a * b", {"a": "c", "b": "b", "c": "c"}),
    ],
)
def test_a_result_is_written_over_what_is_not_needed_later_going_forward(program: str, writes: dict[str, str]) -> None:
    """Whatever lies in the same memory then holds what was written last; inputs are never written over."""
    comparison = broken(f'program = """\n{program}\n"""\n[inputs]\nx = 0.3\n', "in-place")
    graph, values = comparison.timeline.graph, comparison.timeline.values
    assert {name: comparison.engine.values[graph[name].index] for name in "xabc"} == {
        "x": values["x"],
        **{name: values[last] for name, last in writes.items()},
    }


@pytest.mark.parametrize("fault", FAULTS, ids=IDS)
def test_a_fault_shows_on_its_lesson(fault: type[Fault]) -> None:
    timeline = timeline_of(fault.lesson)
    assert fault.is_possible(timeline.plan)
    comparison = compare(timeline, fault)
    assert comparison.shows
    for place in comparison.places:
        at = comparison.at(place)
        assert at is not None
        assert words(comparison, at).endswith(".")


SILENT = {
    "overwrite": "cs231n-xyz",
    "once": "tree",
    "unzeroed": "dead-relu",
    "recursion": "tree",
    "too-early": "path-explosion",
    "no-swap": "squared-error",
    "split-sum": "cs231n-wx-norm",
    "open-relu": "tree",
    "unsummed": "squared-error",
    "no-transpose": "bias-batch",
    "elementwise-softmax": "tree",
    "in-place": "path-explosion",
}


def test_every_fault_has_a_lesson_on_which_it_is_silent() -> None:
    assert set(SILENT) == set(IDS)


@pytest.mark.parametrize("fault", SILENT)
def test_a_fault_is_silent_where_it_cannot_show(fault: str) -> None:
    """Their factors are equal, their order happens to be right, their gradients are 0, or they do not have it."""
    comparison = broken(SILENT[fault], fault)
    assert not comparison.shows
    assert comparison.places == []
    assert comparison.first is None
    assert not comparison.wrong


@pytest.mark.parametrize("fault", FAULTS, ids=IDS)
def test_no_lesson_shows_a_fault_for_which_it_has_no_place(fault: type[Fault]) -> None:
    for lesson in lessons():
        if lesson.events > 60:
            continue
        timeline = timeline_of(lesson.path.stem)
        if not fault.is_possible(timeline.plan):
            assert not compare(timeline, fault).marks, lesson.path.stem


@settings(max_examples=25)
@given(graphs())
def test_on_any_graph_a_fault_shows_or_leaves_all_gradients_right(graph: Graph) -> None:
    timeline = bp.run(graph)
    for fault in FAULTS:
        comparison = compare(timeline, fault)
        if comparison.shows:
            assert fault.is_possible(timeline.plan)
            at = comparison.first
            assert at is not None
            assert words(comparison, at)
        else:
            assert not comparison.wrong


def test_every_fault_is_told_apart() -> None:
    assert len(FAULTS) == 12
    assert len(set(IDS)) == len({fault.title for fault in FAULTS}) == len(FAULTS)
    for fault in FAULTS:
        assert fault.right != fault.broken
        assert all(text.endswith(".") for text in (fault.what, fault.life))


@pytest.mark.parametrize(
    ("fault", "scenario", "said"),
    [
        (
            "overwrite",
            "tree",
            "b.grad held 3. The 2 that comes back through c takes its place, and what was there is lost. b has more "
            "than one use, and its gradient is the sum over all.",
        ),
        (
            "recursion",
            "reused-node",
            "x.grad is 7 so far: y still owes its share. The recursion sends it to a at once. When the rest has come, "
            "it sends the whole sum, and the 7 counts twice.",
        ),
        (
            "unsummed",
            "bias-batch",
            "b has shape (2,) and was repeated to (3,2): each element of b was used 3 times, and what comes back along "
            "its uses adds up. Without that sum the gradient has shape (3,2). NumPy says nothing: b - lr * b.grad has "
            "that shape, too, and from then on there are 3 of b.",
        ),
        (
            "no-swap",
            'program = """\ny = 3 * x\n"""\n[inputs]\nx = 2.0\n',
            "In y = 3 · x the factor for x is the other one, 3: nudge x, and y moves 3 times as much. The broken "
            "engine takes x itself, 2.",
        ),
        (  # of the two operands that were written over, the rule for a needs b
            "in-place",
            'program = """\na = 2 * x\nb = 4 * x\nc = a * b\nd = b + 1\ny = c + d\n"""\n[inputs]\nx = 1.0\n',
            "b was 4. Its memory has been used again for what was computed from it, and holds 5 now. Going forward "
            "nobody needed b any more. Going back, the rule of c = a · b does.",
        ),
        (
            "open-relu",
            CLOSED,
            "x = -2 is not above 0, and relu is flat there: nudge x, and h stands still. So nothing may pass. The "
            "broken engine sends 3 through the closed gate.",
        ),
    ],
)
def test_says_what_went_wrong_with_the_numbers_of_the_event(fault: str, scenario: str, said: str) -> None:
    comparison = broken(scenario, fault)
    assert comparison.first
    assert words(comparison, comparison.first) == said
