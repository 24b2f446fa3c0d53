"""What a run does not record is computed again: with the same bits, few times, and in a bounded room."""

from __future__ import annotations

from math import log2

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_tui.engine.events import Accumulate
from backprop_tui.engine.plan import plan
from backprop_tui.engine.replay import thinned
from backprop_tui.engine.run import run
from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Graph
from tests.graphs import Builder, same_bits

ARRIVALS = 40


def fan_out(arrivals: int = ARRIVALS) -> Graph:
    """A vector, a matrix and a scalar that take turns, used many times each: alone, broadcast, and in a product."""
    build = Builder()
    x, m = build.input("x", [0.1, -0.2, 0.3]), build.input("m", [[0.7, 0.1, -0.9], [1e-17, 1e17, 0.2]])
    s = build.input("s", 0.3)
    total = build.op("mul", m, x)
    for turn in range(arrivals):
        part = build.op("sin", x) if turn % 3 else build.op("mul", build.op("matmul", m, x), s)
        total = build.op("add", total, build.op("sum", build.op("mul", part, s)))
        total = build.op("sub", total, m)
    return build.graph(total)


GRAPH = fan_out()
RECORDED = run(GRAPH)
KEPT = 16 * sum(max(1, int(np.prod(node.shape))) for node in GRAPH)
"""Bytes of values and final gradients, roughly."""


@settings(max_examples=20)
@given(st.integers(0, 12_000), st.lists(st.integers(0, len(RECORDED) - 1), min_size=1, max_size=20))
def test_any_budget_and_any_walk_shows_what_an_unbounded_run_shows(more: int, walk: list[int]) -> None:
    replayed = run(plan(GRAPH, budget=KEPT - 4000 + more))
    for start in walk:
        for index in (start, start + 1, start, start - 1, start - 2):
            if 0 <= index < len(RECORDED):
                for one, other in zip(RECORDED[index], replayed[index], strict=True):
                    assert one == other if isinstance(one, int) else same_bits(one, other)  # type: ignore[arg-type]
                for node in range(len(GRAPH)):
                    assert same_bits(RECORDED.grad_at(node, index), replayed.grad_at(node, index))


def test_stepping_back_through_a_fan_out_computes_few_contributions_again(monkeypatch: pytest.MonkeyPatch) -> None:
    arrivals = 256
    build = Builder()
    x = build.input("x", np.ones(100))
    total = build.op("neg", x)
    for _ in range(arrivals - 1):
        total = build.op("sub", total, x)
    timeline = run(plan(build.graph(total), budget=0))
    derived: list[int] = []
    derive = Timeline._derive
    monkeypatch.setattr(Timeline, "_derive", lambda self, number: derived.append(number) or derive(self, number))
    for position in range(len(timeline), 0, -1):
        timeline.grad_at(x, position)
    assert arrivals <= len(derived) <= arrivals * (log2(arrivals) / 2 + 1)
    derived.clear()
    for position in range(len(timeline)):
        timeline.grad_at(x, position)
    assert len(derived) <= arrivals


def test_one_gradient_is_kept_in_each_doubling_of_the_distance() -> None:
    gradients = {at: np.ones(1) * at for at in range(20)}
    assert list(thinned(gradients, 16)) == [0, 1, 9, 13, 15, 16, 17]


def test_what_is_replayed_takes_no_more_room_than_it_may() -> None:
    build = Builder()
    xs = [build.input(f"x{i}", np.ones(100)) for i in range(8)]
    total = build.op("neg", xs[0])
    for _ in range(ARRIVALS):
        for x in xs:
            total = build.op("sub", total, x)
    graph = build.graph(total)
    always = 2 * 800 * len(graph)
    timeline = run(plan(graph, budget=always + 2 * 20 * 800))
    for position in range(len(timeline), 0, -1):
        for x in xs:
            timeline.grad_at(x, position)
        held = {id(array): array.nbytes for kept in timeline._replay._kept.values() for array in kept.values()}
        assert sum(held.values()) <= timeline.plan.replay_room == 20 * 800


def test_what_arrives_first_is_the_gradient_and_is_not_computed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    build = Builder()
    a, b = build.input("a", np.ones((2, 3))), build.input("b", np.ones((3, 2)))
    timeline = run(build.graph(build.op("matmul", a, b)))
    monkeypatch.setattr(Timeline, "_derive", lambda self, number: pytest.fail("computed again"))
    for event in timeline:
        if isinstance(event, Accumulate):
            assert event.before is None
            assert event.contribution is event.after


@pytest.mark.parametrize("room", [0, 2_000, 5_000, 20_000, 100_000])
def test_what_is_recorded_takes_no_more_room_than_it_may_and_what_is_small_is_recorded_first(room: int) -> None:
    build = Builder()
    xs = [build.input(f"x{size}", np.ones(size)) for size in (1, 10, 50, 60, 70)]
    total = build.op("sum", xs[0])
    for _ in range(ARRIVALS):
        for x in xs:
            total = build.op("add", total, build.op("sum", build.op("sin", x)))
    graph = build.graph(total)
    always = 16 * sum(int(np.prod(node.shape)) for node in graph)
    timeline = run(plan(graph, budget=always + 2 * room))
    between_arrays = [after for *_, contribution, _, after in timeline._record if contribution is None]
    final = {id(grad) for grad in timeline.grads.values()}
    recorded = {id(after): after.nbytes for after in between_arrays if after is not None and id(after) not in final}
    assert sum(recorded.values()) <= room
    assert (xs[0] in timeline.plan.strides) == (room < ARRIVALS * 8 * len(xs))
