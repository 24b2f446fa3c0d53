"""The engine of the lab, unbroken: the same events as those of the engine proper, bit for bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

import backprop_tui as bp
from backprop_tui.engine.plan import plan
from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Graph
from backprop_tui.lab.engine import Engine
from backprop_tui.lessons import lessons
from backprop_tui.progress import Cancelled, Progress
from tests.graphs import Builder, same_bits, tree
from tests.strategies import graphs


def assert_same_events(timeline: Timeline) -> None:
    engine = Engine(timeline.plan)
    engine.run()
    assert len(engine.events) == len(timeline)
    for mine, right in zip(engine.events, timeline, strict=True):
        assert type(mine) is type(right)
        for one, other in zip(mine, right, strict=True):
            assert one == other if isinstance(one, int) else same_bits(one, other)  # type: ignore[arg-type]


@pytest.mark.parametrize("path", [lesson.path for lesson in lessons()], ids=lambda path: path.stem)
def test_has_the_events_of_every_lesson(path: Path) -> None:
    assert_same_events(bp.run(bp.load(path).graph))


@settings(max_examples=60)
@given(graphs())
def test_has_the_events_of_any_graph(graph: Graph) -> None:
    assert_same_events(bp.run(graph))


def test_knows_the_gradients_at_every_position() -> None:
    timeline = bp.run(tree())
    engine = Engine(timeline.plan)
    engine.run()
    for position in range(len(timeline) + 1):
        for node in range(len(timeline.graph)):
            assert engine.grad_at(node, position) == timeline.grad_at(node, position)


def test_can_be_stopped() -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        Engine(bp.run(tree()).plan).run(progress)


def test_says_whether_there_is_room_for_a_second_run() -> None:
    for size, has_room in ((10, True), (1_000_000, False)):
        build = Builder()
        node = build.input("x", np.zeros(size))
        for _ in range(9):
            node = build.op("sin", node)
        assert Engine.has_room(plan(build.graph())) is has_room
