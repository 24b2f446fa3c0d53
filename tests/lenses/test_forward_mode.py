"""Forward mode: the same derivatives the other way round, event by event."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

import backprop_tui as bp
from backprop_tui.engine.run import run
from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Graph, is_finite
from backprop_tui.lenses.forward_mode import Carry, Depart, Meeting, Sweep, meet
from backprop_tui.lenses.places import Place, Places
from backprop_tui.lenses.scales import scales_of_gradients
from backprop_tui.lessons import Lesson, lessons
from backprop_tui.ops.operation import Operation
from backprop_tui.ops.registry import OPERATIONS
from backprop_tui.progress import Cancelled, Progress
from tests.graphs import Builder, chain, diamond, same_bits, single, tree
from tests.strategies import graphs

_SAMPLED = 5


def _sweep(graph: Graph, place: int = 0) -> Sweep:
    return Sweep(run(graph), Places(graph)[place])


def _loaded(program: str, inputs: str, rest: str = "") -> Graph:
    return bp.loads(f'{rest}\nprogram = """{program}"""\n[inputs]\n{inputs}\n').graph


def _sampled(places: Places) -> list[Place]:
    """A few of them, the first and the last included; none if there are none."""
    numbers = np.linspace(0, len(places) - 1, min(_SAMPLED, len(places)), dtype=int)
    return [places[number] for number in numbers.tolist()]


def _assert_equal_to_reverse_mode(timeline: Timeline) -> None:
    graph, scales = timeline.graph, scales_of_gradients(timeline)
    for place in _sampled(Places(graph)):
        sweep, grad = Sweep(timeline, place), timeline.grads[graph.nodes[place.node].name]
        tangents = [sweep.tangent_at(node, len(sweep)) for node in range(len(graph))]
        if not all(one is None or is_finite(one) for one in (*tangents, *timeline.grads.values())):
            continue  # see TestNumbersThatAreNotFinite
        meeting = meet(sweep, timeline)
        assert (meeting is None) == (grad is None)
        if meeting is not None and grad is not None:
            reverse, rounding = float(np.asarray(grad)[place.element]), 1e-12 * scales[place.node]
            assert meeting.forward == pytest.approx(reverse, rel=1e-9, abs=rounding)
            assert meeting.agree


class TestTheTree:
    """∂·/∂b, one edge at a time: c and d move at 1, so e = c · d moves at 2 · 1 + 3 · 1."""

    def test_has_an_event_for_the_seed_and_for_each_edge_in_program_order(self) -> None:
        graph = tree()
        sweep = _sweep(graph, 1)
        names = [node.name for node in graph]
        events = [sweep.event(index) for index in range(len(sweep))]
        one, two, three, five = map(np.float64, (1.0, 2.0, 3.0, 5.0))
        e = graph["e"].index
        assert events[0] == Depart(0, graph["b"].index, one)
        assert [(names[edge.operand], names[edge.consumer]) for edge in sweep.edges] == [
            ("b", "c"),
            ("b", "d"),
            ("c", "e"),
            ("d", "e"),
        ]
        assert events[3] == Carry(3, e, sweep.edges[2], one, two, two, None, two)
        assert events[4] == Carry(4, e, sweep.edges[3], one, three, three, two, five)

    def test_says_what_every_node_has_at_every_position(self) -> None:
        graph = tree()
        sweep = _sweep(graph, 1)
        found = {
            name: [sweep.tangent_at(graph[name].index, position) for position in range(len(sweep) + 1)]
            for name in "abcde"
        }
        assert found == {
            "a": [None] * 6,
            "b": [None, 1.0, 1.0, 1.0, 1.0, 1.0],
            "c": [None, None, 1.0, 1.0, 1.0, 1.0],
            "d": [None, None, None, 1.0, 1.0, 1.0],
            "e": [None, None, None, None, 2.0, 5.0],
        }

    def test_says_from_where_on_a_tangent_is_complete(self) -> None:
        graph = tree()
        sweep = _sweep(graph, 1)
        assert [sweep.complete_at(graph[name].index) for name in "abcde"] == [None, 1, 2, 3, 5]

    def test_ends_in_the_gradient(self) -> None:
        timeline = run(tree())
        assert [meet(Sweep(timeline, place), timeline) for place in Places(tree())] == [
            Meeting(2.0, 2.0, True),
            Meeting(5.0, 5.0, True),
        ]


@settings(max_examples=100)
@given(graphs())
def test_forward_mode_equals_reverse_mode(graph: Graph) -> None:
    """Random graphs are full of ties and zeros of relu and abs: both ways take the same side of a kink."""
    _assert_equal_to_reverse_mode(run(graph))


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.path.stem)
def test_forward_mode_equals_reverse_mode_on_every_lesson(lesson: Lesson) -> None:
    _assert_equal_to_reverse_mode(run(bp.load(lesson.path).graph))


@settings(max_examples=40)
@given(graphs())
def test_every_event_goes_on_from_the_last_one(graph: Graph) -> None:
    """After each event stands before + contribution, and it is what a look at the position shows."""
    for place in _sampled(Places(graph)):
        sweep = Sweep(run(graph), place)
        for index in range(1, len(sweep)):
            event = sweep.event(index)
            assert isinstance(event, Carry)
            assert event.after.shape == graph.nodes[event.node].shape
            assert same_bits(event.before, sweep.tangent_at(event.node, index))
            assert same_bits(event.after, sweep.tangent_at(event.node, index + 1))
            assert same_bits(event.tangent, sweep.tangent_at(event.edge.operand, len(sweep)))
            with np.errstate(all="ignore"):
                total = event.contribution if event.before is None else event.before + event.contribution
            assert same_bits(event.after, total)


def test_an_element_moves_alone() -> None:
    graph = _loaded("y = x * x\nL = sum(y)", "x = [1.0, 2.0, 3.0]")
    sweep = _sweep(graph, 1)
    tangents = [sweep.tangent_at(graph[name].index, len(sweep)) for name in ("x", "y", "L")]
    assert [np.asarray(tangent).tolist() for tangent in tangents] == [[0.0, 1.0, 0.0], [0.0, 4.0, 0.0], 4.0]


def test_both_factors_of_a_square_carry_a_share() -> None:
    graph = _loaded("y = x * x", "x = 3.0")
    sweep = _sweep(graph)
    assert [sweep.tangent_at(graph["y"].index, position) for position in range(4)] == [None, None, 3.0, 6.0]


def test_no_tangent_flows_into_a_mask_or_from_data() -> None:
    graph = _loaded("m = x > t\ny = where(m, x, t)", "x = 3.0\nt = { value = 2.0, requires_grad = false }")
    sweep = _sweep(graph)
    assert len(sweep.edges) == 1
    assert sweep.tangent_at(graph["m"].index, len(sweep)) is None


def test_what_the_output_does_not_need_moves_too_and_its_end_is_no_gradient() -> None:
    timeline = run(_loaded("aside = 2 * x\ny = 3 * z", "x = 1.0\nz = 1.0"))
    sweep = Sweep(timeline, Place(timeline.graph["x"].index))
    assert sweep.tangent_at(timeline.graph["aside"].index, len(sweep)) == 2.0
    assert meet(sweep, timeline) is None


def test_an_array_output_meets_the_gradient_in_the_direction_of_the_seed() -> None:
    timeline = run(_loaded("y = stack([2 * t, t * t])", "t = 3.0", "seed = [10.0, 1.0]"))
    sweep = Sweep(timeline, Place(timeline.graph["t"].index))
    assert np.asarray(sweep.tangent_at(timeline.graph.output, len(sweep))).tolist() == [2.0, 6.0]
    assert meet(sweep, timeline) == Meeting(26.0, 26.0, True)


@pytest.mark.parametrize("name", [name for name, operation in OPERATIONS.items() if operation.variadic])
def test_what_joins_operands_joins_their_tangents(name: str) -> None:
    """All at once, for there may be very many. An operand that comes twice counts twice."""
    build = Builder()
    x, other = build.input("x", [2.0, 3.0]), build.input("other", [1.0, 1.0], requires_grad=False)
    graph = build.graph(build.op(name, build.op("square", x), other, x, x))
    sweep = _sweep(graph)
    events = [sweep.event(index) for index in range(2, len(sweep))]
    assert [event.contribution.ravel().tolist() for event in events if isinstance(event, Carry)] == [
        [4.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        [0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0],
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0],
    ]
    assert np.asarray(sweep.tangent_at(graph.output, len(sweep))).ravel().tolist() == [
        4.0,
        0.0,
        0.0,
        0.0,
        1.0,
        0.0,
        1.0,
        0.0,
    ]


def test_very_many_operands_are_not_joined_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each would make an array as long as all of them."""
    monkeypatch.setattr(Operation, "jvp", lambda *given: pytest.fail("one by one"))
    build = Builder()
    graph = build.graph(build.op("stack", *[build.input("x", 2.0)] * 50))
    assert np.asarray(_sweep(graph).tangent_at(graph.output, 51)).tolist() == [1.0] * 50


def test_looking_again_computes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = tree()
    sweep = _sweep(graph, 1)
    event = sweep.event(3)
    monkeypatch.setattr(Operation, "jvp", lambda *given: pytest.fail("computed again"))
    assert sweep.event(3) is event
    assert sweep.tangent_at(graph["e"].index, 4) == 2.0


@pytest.mark.parametrize(("op", "x"), [("relu", 0.0), ("abs", 0.0), ("max", [2.0, 2.0]), ("clip", 1.0)])
def test_a_kink_is_taken_on_the_same_side(op: str, x: float | list[float]) -> None:
    timeline = run(single(op, [x], OPERATIONS[op].complete({"max": 1.0} if op == "clip" else {})))
    meeting = meet(Sweep(timeline, Places(timeline.graph)[0]), timeline)
    assert meeting is not None
    assert meeting.forward == meeting.reverse


class TestNumbersThatAreNotFinite:
    """inf and NaN flow on, as they do in a run."""

    def test_meet_in_the_same_infinity(self) -> None:
        timeline = run(single("sqrt", [0.0]))
        assert meet(Sweep(timeline, Places(timeline.graph)[0]), timeline) == Meeting(np.inf, np.inf, True)

    def test_meet_where_neither_is_a_number(self) -> None:
        timeline = run(single("sqrt", [-1.0]))
        meeting = meet(Sweep(timeline, Places(timeline.graph)[0]), timeline)
        assert meeting is not None
        assert np.isnan([meeting.forward, meeting.reverse]).all()
        assert meeting.agree

    def test_do_not_meet_where_zero_times_infinity_is_on_one_way_only(self) -> None:
        """The seed of y[1] is 0, and 0 · ∞ is not a number; forward, ∞ is dropped before it meets the 0."""
        timeline = run(_loaded("y = sqrt(x)\nL = y[0]", "x = [1.0, 0.0]"))
        meeting = meet(Sweep(timeline, Places(timeline.graph)[1]), timeline)
        assert meeting is not None
        assert meeting.forward == 0.0
        assert np.isnan(meeting.reverse)
        assert not meeting.agree


def test_a_deep_and_a_wide_graph_need_no_recursion_and_no_paths() -> None:
    for graph, edges in ((chain(5_000), 5_000), (diamond(100), 400)):
        timeline = run(graph)
        sweep = Sweep(timeline, Places(graph)[0])
        meeting = meet(sweep, timeline)
        assert len(sweep.edges) == edges
        assert meeting is not None
        assert meeting.agree


def test_it_can_be_stopped() -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        Sweep(run(tree()), Place(0), progress)
