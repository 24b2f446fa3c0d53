"""Running a graph: plans, replaced inputs, shapes that are shared, sizes that recursion would not survive."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_tui.engine.cursor import Cursor
from backprop_tui.engine.plan import plan
from backprop_tui.engine.run import run
from backprop_tui.engine.timeline import Timeline
from backprop_tui.progress import Cancelled, Progress
from tests.graphs import Builder, chain, diamond, tree


def test_the_values_and_gradients_of_the_tree() -> None:
    timeline = run(tree())
    assert dict(timeline.values) == {"a": 2.0, "b": 1.0, "c": 3.0, "%1": 1.0, "d": 2.0, "e": 6.0}
    assert dict(timeline.grads) == {"a": 2.0, "b": 5.0, "c": 2.0, "%1": None, "d": 3.0, "e": 1.0}


def test_a_plan_can_be_run_with_other_inputs() -> None:
    planned = plan(tree())
    assert run(planned, {"b": 3}).values["e"] == 20.0
    assert type(run(planned, {"b": 3}).values["b"]) is np.float64
    assert run(planned).values["e"] == 6.0


@pytest.mark.parametrize("name", ["z", "c"])
def test_only_inputs_can_be_replaced(name: str) -> None:
    with pytest.raises(KeyError, match=name):
        run(tree(), {name: 1.0})


def test_an_input_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'b' has shape \(\), the value given \(2,\)"):
        run(tree(), {"b": [1.0, 2.0]})


def test_the_run_does_not_see_what_happens_to_an_array_it_was_given() -> None:
    build = Builder()
    graph = build.graph(build.op("exp", build.input("x", [1.0, 2.0])))
    mine = np.array([0.0, 0.0])
    timeline = run(graph, {"x": mine})
    mine[:] = 7.0
    assert list(timeline.values["x"]) == [0.0, 0.0]


def test_scalars_are_numpy_floats_throughout() -> None:
    timeline = run(diamond(3))
    assert {type(value) for value in timeline.values.values()} == {np.float64}
    assert {type(grad) for grad in timeline.grads.values() if grad is not None} == {np.float64}


def test_a_diamond_of_a_hundred_layers_has_one_event_an_edge_not_one_a_path() -> None:
    timeline = run(diamond(100))
    assert timeline.grads["x"] == 1.0
    assert len(timeline) == 1 + 300 + 1 + 400


def test_a_value_used_a_thousand_times_collects_a_thousand_contributions() -> None:
    build = Builder()
    x = build.input("x", 1.0)
    total = build.op("neg", x)
    for _ in range(999):
        total = build.op("sub", total, x)
    timeline = run(build.graph(total))
    assert timeline.grads["x"] == -1000.0
    assert len(timeline.plan.accumulations_of(x)) == 1000
    assert timeline.grad_at(x, len(timeline) - 1) == -999.0


def test_a_chain_of_a_hundred_thousand_operations_runs_and_steps_to_the_end_and_back() -> None:
    timeline = run(chain(100_000))
    assert len(timeline) == 200_002
    cursor = timeline.cursor()
    steps = 0
    while cursor.step():
        steps += 1
    assert steps == len(timeline)
    assert cursor.grad("x") == timeline.grads["x"]
    while cursor.back():
        steps -= 1
    assert steps == 0
    assert cursor.value("x") is None


def test_a_cursor_refuses_a_position_outside_the_timeline() -> None:
    timeline = run(tree())
    for position in (-1, 12):
        with pytest.raises(IndexError, match=f"position {position} is outside 0 … 11"):
            Cursor(timeline, position)


def test_a_cursor_says_which_event_it_stands_behind() -> None:
    timeline = run(tree())
    assert Cursor(timeline).event is None
    assert Cursor(timeline, 11).event == timeline[-1]


def test_a_cursor_does_not_know_a_name_that_is_not_in_the_graph() -> None:
    cursor = Cursor(run(tree()))
    with pytest.raises(KeyError):
        cursor.grad("z")
    with pytest.raises(KeyError):
        cursor.value("z")


def test_recording_within_the_budget_keeps_every_gradient_and_beyond_it_only_some() -> None:
    build = Builder()
    x = build.input("x", np.ones(1000))
    total = build.op("neg", x)
    for _ in range(9):
        total = build.op("sub", total, x)
    graph = build.graph(total)
    always = 2 * 11 * 8000  # the value and the final gradient of eleven nodes
    everything = 9 * 8000  # x gets ten gradients; the last one is final and takes no room of its own
    assert plan(graph, budget=always + 2 * everything).strides == {}
    assert plan(graph, budget=always + 2 * everything - 2).strides == {x: 2}
    assert plan(graph, budget=always + 2 * 8000).strides == {x: 9}
    assert plan(graph, budget=always).strides == {x: 10}


def test_a_wide_fan_out_beyond_the_budget_is_still_stepped_in_linear_time(monkeypatch: pytest.MonkeyPatch) -> None:
    build = Builder()
    x = build.input("x", np.ones(100))
    total = build.op("neg", x)
    for _ in range(200):
        total = build.op("sub", total, x)
    timeline = run(plan(build.graph(total), budget=1000))
    derived: list[int] = []
    derive = Timeline._derive
    monkeypatch.setattr(Timeline, "_derive", lambda self, number: derived.append(number) or derive(self, number))
    assert len(list(timeline)) == timeline.plan.length
    assert len(derived) <= 3 * len(timeline.plan.accumulations)


def test_progress_is_told_of_every_step_and_changes_nothing() -> None:
    seen: list[tuple[str, float | None]] = []

    class Recorded(Progress):
        def check(self) -> None:
            seen.append((self.stage, self.share))

    timeline = run(tree(), progress=Recorded())
    assert list(map(str, timeline)) == list(map(str, run(tree())))
    forward = [("running forward", None), *(("running forward", step / 3) for step in range(3))]
    backward = [("running backward", None), *(("running backward", step / 5) for step in range(5))]
    assert seen == forward + backward


@pytest.mark.parametrize("stage", ["running forward", "running backward"])
def test_a_run_can_be_stopped_between_two_steps(stage: str) -> None:
    class Impatient(Progress):
        def check(self) -> None:
            if self.stage == stage and self.share == 0:
                self.cancel()
            super().check()

    with pytest.raises(Cancelled):
        run(tree(), progress=Impatient())


def test_the_gradients_of_many_operands_are_cut_out_without_looking_at_the_others() -> None:
    """n operands that are collected for each of n contributions would be n² steps."""
    build = Builder()
    x = build.input("x", [1.0, 2.0])
    parts = [build.op("neg", x) for _ in range(3)]
    timeline = run(build.graph(build.op("concat", *parts, name="y"), seed=[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]))
    rules = [rule for *_, consumer, _, _, rule in timeline.plan.accumulations if consumer == timeline.graph["y"].index]
    assert [rule[2] for rule in rules if rule] == [(), (), ()]
    assert timeline.grads["x"].tolist() == [-9.0, -12.0]  # type: ignore[union-attr]
