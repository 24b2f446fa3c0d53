"""The events of a run, in the one order there is, and the state at every position."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_tui.engine.events import Accumulate, Evaluate, Event, Input, Seed
from backprop_tui.engine.run import run
from backprop_tui.engine.timeline import Phase
from backprop_tui.graph import Edge
from backprop_tui.ops import activation
from tests.graphs import Builder, single, tree


def said(event: Event) -> str:
    """An event of the tree in one word or two."""
    names = [node.name for node in tree()]
    match event:
        case Input() | Evaluate():
            return f"{names[event.node]} = {event.value:g}"
        case Seed():
            return f"seed {names[event.node]} = {event.grad:g}"
        case Accumulate():
            before = "·" if event.before is None else f"{event.before:g}"
            return f"{names[event.consumer]}→{names[event.node]}  {before} → {event.after:g}"


def test_the_tree_has_eleven_events_in_the_order_one_would_say_them() -> None:
    assert [said(event) for event in run(tree())] == [
        "a = 2",
        "b = 1",
        "c = 3",
        "d = 2",
        "e = 6",
        "seed e = 1",
        "e→c  · → 2",
        "e→d  · → 3",
        "d→b  · → 3",
        "c→a  · → 2",
        "c→b  3 → 5",
    ]


def test_the_last_event_of_the_tree_in_full() -> None:
    assert run(tree())[-1] == Accumulate(
        index=10, node=1, consumer=2, operand=1, upstream=2.0, local=1.0, contribution=2.0, before=3.0, after=5.0
    )


def test_an_event_outside_the_timeline_is_an_index_error() -> None:
    timeline = run(tree())
    assert timeline[-11] == timeline[0]
    for index in (11, -12):
        with pytest.raises(IndexError, match=f"event {index} of 11"):
            timeline[index]


def test_the_state_at_each_position_of_the_tree() -> None:
    timeline = run(tree())
    b, e = timeline.graph["b"].index, timeline.graph["e"].index
    assert [timeline.value_at(e, position) for position in (0, 4, 5, 11)] == [None, None, 6.0, 6.0]
    assert [timeline.grad_at(e, position) for position in (0, 5, 6, 11)] == [None, None, 1.0, 1.0]
    assert [timeline.grad_at(b, position) for position in (0, 8, 9, 10, 11)] == [None, None, 3.0, 3.0, 5.0]


def test_a_constant_has_its_value_before_the_first_event() -> None:
    timeline = run(tree())
    assert timeline.value_at(timeline.graph["%1"].index, 0) == 1.0


def test_the_local_derivative_of_an_edge_is_known_once_its_consumer_is_computed() -> None:
    timeline = run(tree())
    e_by_c = Edge(consumer=timeline.graph["e"].index, position=0, operand=timeline.graph["c"].index)
    assert timeline.local_at(e_by_c, 4) is None
    assert timeline.local_at(e_by_c, 5) == 2.0


def test_an_edge_to_a_constant_has_no_local_derivative_and_no_event() -> None:
    timeline = run(tree())
    one = timeline.graph["%1"].index
    to_constant = Edge(consumer=timeline.graph["d"].index, position=1, operand=one)
    assert timeline.local_at(to_constant, len(timeline)) is None
    assert not any(isinstance(event, Accumulate) and event.node == one for event in timeline)


def test_a_rule_has_no_local_derivative() -> None:
    timeline = run(single("sum", [[1.0, 2.0]]))
    event = timeline[-1]
    assert isinstance(event, Accumulate)
    assert event.local is None
    np.testing.assert_array_equal(event.contribution, [1.0, 1.0])


def test_the_phase_is_that_of_the_event_that_led_here() -> None:
    timeline = run(tree())
    phases = [timeline.phase(position) for position in range(len(timeline) + 1)]
    assert phases == [Phase.FORWARD] * 6 + [Phase.BACKWARD] * 6


def test_a_square_has_two_edges_and_both_count() -> None:
    build = Builder()
    a = build.input("a", 3.0)
    timeline = run(build.graph(build.op("mul", a, a, name="y")))
    arrivals = [event for event in timeline if isinstance(event, Accumulate)]
    assert [(event.operand, event.before, event.after) for event in arrivals] == [(0, None, 3.0), (1, 3.0, 6.0)]


def test_what_needs_no_gradient_gets_none() -> None:
    build = Builder()
    x = build.input("x", 2.0)
    t = build.input("t", 5.0, requires_grad=False)
    build.op("mul", t, t, name="from_t_alone")
    build.op("exp", x, name="off_the_path")
    timeline = run(build.graph(build.op("mul", x, t, name="y")))
    none = {name for name, grad in timeline.grads.items() if grad is None}
    assert none == {"t", "from_t_alone", "off_the_path"}
    assert timeline.grads["x"] == 5.0
    assert [said.node for said in timeline if isinstance(said, Accumulate)] == [x]


def test_an_output_in_the_middle_of_the_program_is_where_the_backward_pass_starts() -> None:
    build = Builder()
    x = build.input("x", 2.0)
    y = build.op("mul", x, x, name="y")
    build.op("exp", y, name="after")
    timeline = run(build.graph(y))
    assert timeline.values["after"] == np.exp(4.0)
    assert timeline.grads["after"] is None
    assert timeline.grads["x"] == 4.0


def test_a_seed_weighs_the_elements_of_the_output() -> None:
    build = Builder()
    x = build.input("x", [1.0, 2.0, 3.0])
    timeline = run(build.graph(build.op("mul", x, x, name="y"), seed=[1.0, 10.0, 100.0]))
    np.testing.assert_array_equal(timeline.grads["x"], [2.0, 40.0, 600.0])


def test_an_input_can_be_the_output() -> None:
    build = Builder()
    timeline = run(build.graph(build.input("x", 2.0)))
    assert [type(event) for event in timeline] == [Input, Seed]
    assert timeline.grads["x"] == 1.0


@pytest.mark.parametrize(
    ("op", "x", "index"),
    [("exp", 1000.0, 1), ("log", 0.0, 1), ("sqrt", 0.0, 3), ("sqrt", 4.0, None), ("abs", np.inf, 0)],
)
def test_the_first_event_that_made_an_infinity_or_a_nan_is_named(op: str, x: float, index: int | None) -> None:
    """sqrt(0) is 0, but infinitely steep: there it is the accumulation that makes the infinity."""
    assert run(single(op, [x])).first_nonfinite == index


def test_one_nan_in_an_array_is_enough() -> None:
    assert run(single("log", [[1.0, -1.0]])).first_nonfinite == 1


def test_looking_at_infinities_that_cancel_warns_nobody() -> None:
    build = Builder()
    x = build.input("x", [[2.0]])
    root = build.op("sqrt", build.op("sub", x, x))
    timeline = run(build.graph(build.op("sum", root, name="y")))
    assert np.isnan(timeline[-1].after).all()


def test_a_local_derivative_between_arrays_is_computed_once_for_all_that_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    build = Builder()
    x = build.input("x", [1.0, -2.0])
    y = build.op("gelu", x, name="y", approximate="none")
    timeline = run(build.graph(build.op("mul", y, x, name="z")))
    computed = []
    erf = activation.erf
    monkeypatch.setattr(activation, "erf", lambda x: computed.append(x) or erf(x))
    event = timeline[-1]
    assert isinstance(event, Accumulate)
    assert timeline.local_at(Edge(event.consumer, event.operand, event.node), len(timeline)) is event.local
    assert event.contribution.tolist() == (event.upstream * event.local).tolist()
    assert len(computed) == 1
