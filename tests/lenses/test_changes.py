"""What another value of an input changes: which nodes, from what to what, and along which edges."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

import backprop_tui as bp
from backprop_tui.engine.correspondence import Correspondence
from backprop_tui.engine.timeline import Timeline
from backprop_tui.lenses.changes import Change, Changes, Flowed, changes
from backprop_tui.progress import Cancelled, Progress
from tests.scenario.texts import scenario_text

TREE = scenario_text("c = a + b\nd = b + 1\ne = c * d")


def run(text: str) -> Timeline:
    return bp.run(bp.loads(text).graph)


def between(old: str, new: str, progress: Progress | None = None) -> tuple[Changes, Timeline]:
    before, after = run(old), run(new)
    return changes(before, after, Correspondence(before, after), progress), after


def numbers(found: tuple[Changes, Timeline]) -> tuple[dict[str, object], dict[str, object]]:
    """`{"c": (3, 4)}` for values, and for gradients."""

    def pairs(these: object) -> dict[str, object]:
        assert isinstance(these, list)
        return {found[1].graph.nodes[one.node].name: (one.before, one.after) for one in these}

    return pairs(found[0].values), pairs(found[0].gradients)


def edges(timeline: Timeline, found: Sequence[Flowed]) -> list[str]:
    names = [node.name for node in timeline.graph]
    return [f"{names[edge.operand]}-{names[edge.consumer]} {at}" for at, edge in found]


def test_values_and_gradients_before_and_after() -> None:
    values, gradients = numbers(between(TREE, TREE.replace("a = 2.0", "a = 3.0")))
    assert values == {"a": (2, 3), "c": (3, 4), "e": (6, 8)}
    assert gradients == {"d": (3, 4), "b": (5, 6)}


def test_the_edges_along_which_the_change_went() -> None:
    found, timeline = between(TREE, TREE.replace("a = 2.0", "a = 3.0"))
    assert edges(timeline, found.forward) == ["a-c 3", "c-e 5"]
    assert edges(timeline, found.backward) == ["d-e 8", "b-d 9"]  # c brings b what it brought before


def test_changes_stand_in_the_order_of_the_run() -> None:
    found, timeline = between(TREE, TREE.replace("b = 1.0", "b = 2.0"))
    assert [timeline.graph.nodes[one.node].name for one in found.values] == list("bcde")
    assert [timeline.graph.nodes[one.node].name for one in found.gradients] == list("cdab")
    for one in found.gradients:
        assert timeline.grad_at(one.node, one.done_at) == one.after
        assert timeline.grad_at(one.node, one.done_at - 1) != one.after


def test_bits_count() -> None:
    text = scenario_text("e = a * b", "a = 0.0\nb = nan")
    assert numbers(between(text, text)) == ({}, {})
    values, _ = numbers(between(text, text.replace("a = 0.0", "a = -0.0")))
    assert list(values) == ["a"]  # the product is the same nan


def test_other_shapes_and_large_arrays() -> None:
    text = scenario_text("y = x * b\ne = sum(y)", "x = [1.0, 2.0]\nb = 3.0")
    found, timeline = between(text, text.replace("[1.0, 2.0]", "[1.0, 2.0, 5.0]"))
    x = found.values[0]
    assert (x.shape_before, x.largest) == ((2,), None)
    assert np.array_equal(x.before, [1, 2])
    many = text.replace("[1.0, 2.0]", str([1.0] * 100))
    (large, *_) = between(many, many.replace("[1.0, ", "[1.5, ", 1))[0].values
    assert (large.before, large.shape_before, large.largest) == (None, (100,), 0.5)
    assert timeline.graph.nodes[x.node].shape == (3,)


def test_a_gradient_that_is_no_more() -> None:
    text = scenario_text("e = a * b", "a = { value = 2.0, requires_grad = true }\nb = 1.0")
    found, timeline = between(text, text.replace("true", "false"))
    assert found.gradients == [Change(0, len(timeline), np.float64(1.0), (), None, None)]


def test_a_node_that_is_new_has_no_value_before() -> None:
    found, timeline = between(TREE, TREE.replace("e = c", "z = a * b\ne = z"))
    assert {timeline.graph.nodes[one.node].name: one.shape_before for one in found.values} == {"z": None, "e": ()}


def test_it_can_be_stopped() -> None:
    told = Progress()
    told.cancel()
    with pytest.raises(Cancelled):
        between(TREE, TREE, told)
