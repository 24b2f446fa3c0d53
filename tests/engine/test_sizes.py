"""Sizes of contributions and gradients: at every position what the engine has computed up to there."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from backprop_tui.engine.events import Accumulate
from backprop_tui.engine.run import run
from backprop_tui.engine.sizes import Sizes, size
from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Edge, Graph
from tests.graphs import Builder, single, tree
from tests.strategies import graphs

A, B, C, D, E = 0, 1, 2, 4, 5


@pytest.fixture
def timeline() -> Timeline:
    """Events: a b c d e seed, c.grad = 2, d.grad = 3, b.grad = 3, a.grad = 2, b.grad = 5."""
    return run(tree())


def test_there_is_none_before_its_event(timeline: Timeline) -> None:
    sizes = Sizes(timeline)
    edge = Edge(C, 1, B)
    assert [sizes.contribution(edge, position) for position in (0, 6, 10)] == [None] * 3
    assert sizes.contribution(edge, 11) == pytest.approx(2 / 3)
    assert [sizes.gradient(B, position) for position in (0, 6, 8)] == [None] * 3


def test_they_are_shares_of_the_largest_so_far(timeline: Timeline) -> None:
    sizes = Sizes(timeline)
    assert [sizes.scale(position) for position in (0, 6, 7, 8, 10, 11)] == [
        *((0.0, 1.0), (0.0, 1.0), (2.0, 2.0), (3.0, 3.0), (3.0, 3.0), (3.0, 5.0))
    ]
    assert [sizes.contribution(Edge(E, 0, C), position) for position in (7, 8)] == [1.0, pytest.approx(2 / 3)]
    assert [sizes.gradient(E, position) for position in (6, 11)] == [1.0, pytest.approx(1 / 5)]


@given(graphs(size=6))
@settings(max_examples=20, deadline=None)
def test_it_makes_no_difference_how_one_has_come_to_a_position(graph: Graph) -> None:
    timeline = run(graph)
    walked, jumped = Sizes(timeline), Sizes(timeline)
    there = [walked.scale(position) for position in range(len(timeline) + 1)]
    assert [jumped.scale(position) for position in range(len(timeline), -1, -1)] == there[::-1]
    done = [event for event in timeline if isinstance(event, Accumulate) and np.isfinite(event.contribution).all()]
    assert there[-1][0] == max([size(event.contribution) for event in done], default=0.0)


def test_the_size_of_an_array_is_its_norm() -> None:
    assert size(np.array([[3.0, 0.0], [0.0, -4.0]])) == 5.0
    assert size(np.float64(-2.0)) == 2.0


def test_what_is_not_finite_is_no_scale_and_never_small() -> None:
    timeline = run(single("log", [0.0]))  # 1 / 0
    sizes = Sizes(timeline)
    assert sizes.scale(len(timeline)) == (0.0, 1.0)
    assert sizes.contribution(Edge(1, 0, 0), len(timeline)) == 1.0


def test_an_edge_without_gradient_never_has_one() -> None:
    build = Builder()
    x, t = build.input("x", 1.0), build.input("t", 2.0, requires_grad=False)
    timeline = run(build.graph(build.op("mul", x, t, name="y")))
    assert Sizes(timeline).contribution(Edge(2, 1, t), len(timeline)) is None


def test_a_run_of_many_numbers_is_not_quick() -> None:
    build = Builder()
    x = build.input("x", np.ones((400, 400)))
    y = build.op("sum", build.op("sin", x))
    assert not Sizes(run(build.graph(y))).are_quick
    assert Sizes(run(tree())).are_quick
