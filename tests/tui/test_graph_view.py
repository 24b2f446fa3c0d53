"""What the drawing of the graph says at every position of a run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

import backprop_tui as bp
from backprop_tui.drawing.graph_view import GraphView, RunTexts, difference
from backprop_tui.drawing.levels import LEVELS, Levels
from backprop_tui.drawing.render import Picture
from backprop_tui.drawing.state import EdgeState, Flow, NodeState, Role
from backprop_tui.engine.events import Accumulate, Evaluate, Input
from backprop_tui.engine.run import run
from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Edge, Graph
from backprop_tui.tui.panels.values import Table
from backprop_tui.tui.session import Session
from tests.graphs import Builder, diamond, single, tree
from tests.strategies import graphs

A, B, ONE, C, D, E = 0, 1, 3, 2, 4, 5


def view(position: int, graph: Graph | None = None, selected: int | None = None) -> GraphView:
    return GraphView(RunTexts(run(graph or tree())), position, selected)


def test_before_the_first_event_nothing_is_touched() -> None:
    start = view(0)
    assert start.receiver is None
    assert not start.lit
    assert start.node(A) == NodeState(Role.READY, "·", "·")
    assert start.node(C) == NodeState(Role.WAITING, "·", "·")
    assert start.edge(Edge(C, 0, A)) == EdgeState(passed=False, local="·")


def test_an_input_receives_its_value() -> None:
    assert view(1).node(A) == NodeState(Role.RECEIVER, "2", "·")


def test_an_evaluation_lights_the_edges_of_all_operands_forward() -> None:
    evaluate = view(3)
    assert evaluate.flow is Flow.FORWARD
    assert evaluate.lit == {Edge(C, 0, A), Edge(C, 1, B)}
    assert evaluate.node(C) == NodeState(Role.RECEIVER, "3", "·")
    assert evaluate.node(A).role is Role.SENDER
    assert evaluate.edge(Edge(C, 0, A)) == EdgeState(passed=True, local="1")


def test_a_constant_sends_nothing_because_it_is_not_drawn() -> None:
    assert view(4).lit == {Edge(D, 0, B)}


def test_the_seed_is_received_by_the_output() -> None:
    seed = view(6)
    assert (seed.flow, seed.receiver, seed.lit) == (Flow.BACKWARD, E, frozenset())
    assert seed.node(E).gradient == "1"


def test_an_accumulation_lights_one_edge_backward_and_shows_old_and_new() -> None:
    last = view(11)
    assert last.flow is Flow.BACKWARD
    assert last.lit == {Edge(C, 1, B)}
    assert last.node(B) == NodeState(Role.RECEIVER, "1", "3→5")
    assert last.node(C).role is Role.SENDER
    assert last.node(D).role is Role.DONE


def test_the_first_contribution_has_no_old_gradient_to_show() -> None:
    assert view(9).node(B).gradient == "3"


def test_edges_side_by_side_are_lit_one_after_the_other() -> None:
    graph = single_square()
    assert [sorted(view(position, graph).lit) for position in (4, 5)] == [[Edge(1, 0, 0)], [Edge(1, 1, 0)]]


def test_a_node_without_a_gradient_shows_a_dash_and_its_edge_no_derivative() -> None:
    build = Builder()
    x, t = build.input("x", 1.0), build.input("t", 2.0, requires_grad=False)
    end = view(5, build.graph(build.op("mul", x, t, name="y")))
    assert end.node(t).gradient == "—"
    assert end.edge(Edge(2, 1, t)).local == ""


def test_values_that_are_not_finite_are_marked() -> None:
    state = view(2, single("log", [0.0])).node(1)
    assert (state.value, state.bad_value) == ("-inf", True)


def test_arrays_are_summed_up_in_the_width_of_their_field() -> None:
    texts = RunTexts(run(single("sin", [np.arange(12.0).reshape(3, 4)])))
    assert texts.value(0) == ("(3,4) μ=5.5", False)
    assert texts.fields.value[0] == len("(3,4) μ=5.5")


def test_fields_have_room_for_every_text_of_the_run() -> None:
    timeline = run(diamond(3))
    texts = RunTexts(timeline)
    for position in range(len(timeline) + 1):
        here = GraphView(texts, position)
        for node in timeline.graph:
            assert len(here.node(node.index).gradient) <= texts.fields.gradient[node.index]
            assert len(texts.value(node.index)[0]) <= max(texts.fields.value[node.index], 3)


@given(graphs(size=5))
@settings(max_examples=25, deadline=None)
def test_whatever_changes_in_a_step_is_in_a_region_that_is_refreshed(graph: Graph) -> None:
    timeline = run(graph)
    texts = RunTexts(timeline)
    drawing = Levels(graph, texts.fields).draw(LEVELS[0])
    pictures = [Picture(drawing, GraphView(texts, at)) for at in range(len(timeline) + 1)]
    rows = [cells(picture) for picture in pictures]
    for before in range(len(timeline)):
        changed = {point for point, cell in rows[before].items() if cell != rows[before + 1][point]}
        for one, other in ((before, before + 1), (before + 1, before)):
            assert changed <= refreshed(pictures[one], pictures[other])


def test_a_selection_changes_two_boxes_and_nothing_else() -> None:
    texts = RunTexts(run(tree()))
    assert difference(GraphView(texts, 5, A), GraphView(texts, 5, B)) == ({A, B}, set())
    assert difference(GraphView(texts, 5, A), GraphView(texts, 5, A)) == (set(), set())


@pytest.mark.parametrize("position", [0, 3, 7])
def test_a_jump_changes_anything(position: int) -> None:
    texts = RunTexts(run(tree()))
    assert difference(GraphView(texts, 5), GraphView(texts, position)) is None


def session_of(timeline: Timeline) -> Session:
    scenario = bp.loads("program = 'y = x * x'\n[inputs]\nx = 2.0\n")
    return Session(replace(scenario, graph=timeline.graph), timeline)


def single_square() -> Graph:
    """`y = x * x`."""
    build = Builder()
    x = build.input("x", 3.0)
    return build.graph(build.op("mul", x, x, name="y"))


def cells(picture: Picture) -> dict[tuple[int, int], object]:
    drawing = picture.drawing
    result: dict[tuple[int, int], object] = {}
    for y in range(drawing.height):
        row = [(char, style) for text, style in picture.row(y, 0, drawing.width) for char in text]
        result.update({(x, y): cell for x, cell in enumerate(row)})
    return result


def refreshed(before: Picture, after: Picture) -> set[tuple[int, int]]:
    assert isinstance(before.state, GraphView)
    assert isinstance(after.state, GraphView)
    changes = difference(before.state, after.state)
    if changes is None:  # everything: a phase begins
        assert before.state.flow is not after.state.flow
        return set(cells(after))
    return {
        (x, y)
        for part in after.regions(*changes)
        for x in range(part.x, part.x + part.width)
        for y in range(part.y, part.y + part.height)
    }


def test_every_position_of_the_tree_can_be_shown() -> None:
    timeline: Timeline = run(tree())
    roles = [[GraphView(RunTexts(timeline), at).node(node).role for node in (A, B, C, D, E)] for at in range(12)]
    assert all(row.count(Role.RECEIVER) == (1 if at else 0) for at, row in enumerate(roles))


@given(graphs(size=8))
@settings(max_examples=25, deadline=None)
def test_table_and_drawing_agree_on_who_sends(graph: Graph) -> None:
    timeline = run(graph)
    session = session_of(timeline)
    for position in range(len(timeline) + 1):
        session.go(position)
        assert session.senders() == GraphView(RunTexts(timeline), position).senders


def test_opening_a_run_computes_no_contribution_again(monkeypatch: pytest.MonkeyPatch) -> None:
    build = Builder()
    x, w = build.input("x", np.ones((2, 3))), build.input("w", np.ones((3, 3)))
    timeline = run(build.graph(build.op("sum", build.op("matmul", build.op("matmul", x, w), w))))
    again: list[int] = []
    derive = Timeline._derive

    def counted(timeline: Timeline, number: int) -> object:
        again.append(number)
        return derive(timeline, number)

    monkeypatch.setattr(Timeline, "_derive", counted)
    assert RunTexts(timeline).fields.gradient[w]
    Table(session_of(timeline))
    assert again == []


def roles(position: int, graph: Graph | None = None) -> list[str]:
    """The roles of all nodes but constants."""
    here = view(position, graph)
    return [here.role(node.index).value for node in here.graph if node.label != "1"]


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        (0, "ready ready waiting waiting waiting"),
        (1, "receiver ready waiting waiting waiting"),
        (2, "done receiver ready ready waiting"),
        (3, "sender sender receiver ready waiting"),
        (4, "done sender done receiver ready"),
        (5, "done done sender sender receiver"),
        (6, "waiting waiting waiting waiting receiver"),
        (7, "waiting waiting receiver waiting sender"),
        (8, "waiting waiting ready receiver sender"),
        (9, "waiting receiver ready sender done"),
        (10, "receiver waiting sender done done"),
        (11, "done receiver sender done done"),
    ],
)
def test_a_node_is_ready_once_all_it_needs_is_there(position: int, expected: str) -> None:
    assert roles(position) == expected.split()


def test_a_node_that_gets_no_gradient_is_done_in_the_backward_pass() -> None:
    build = Builder()
    x, t = build.input("x", 1.0), build.input("t", 2.0, requires_grad=False)
    graph = build.graph(build.op("mul", x, build.op("sin", t), name="y"))
    assert roles(5, graph) == ["waiting", "done", "done", "receiver"]


@given(graphs(size=8))
@settings(max_examples=25, deadline=None)
def test_the_next_event_is_always_of_a_node_that_is_ready_or_sends(graph: Graph) -> None:
    timeline = run(graph)
    texts = RunTexts(timeline)
    for position, event in enumerate(timeline):
        here = GraphView(texts, position)
        if isinstance(event, Input | Evaluate):
            assert here.role(event.node) is Role.READY
        elif isinstance(event, Accumulate):
            assert here.role(event.consumer) in (Role.READY, Role.SENDER, Role.RECEIVER)
            assert here.role(event.node) in (Role.WAITING, Role.RECEIVER)
    end = GraphView(texts, len(timeline))
    assert {end.role(node.index) for node in graph} <= {Role.DONE, Role.SENDER, Role.RECEIVER}


def test_weights_and_heat_are_steps_of_what_the_engine_computed() -> None:
    build = Builder()
    x, small = build.input("x", 1.0), build.input("small", 1e-4)
    timeline = run(build.graph(build.op("mul", x, small, name="y")))
    texts = RunTexts(timeline)
    before, after = GraphView(texts, 4), GraphView(texts, 6)
    edges = [Edge(2, 0, x), Edge(2, 1, small)]
    assert [before.weight(edge) for edge in edges] == [None, None]
    assert [after.weight(edge) for edge in edges] == [0, 2]  # 0.0001 and 1
    assert [before.heat(node) for node in (0, 1, 2)] == [0, 0, 4]
    assert [after.heat(node) for node in (0, 1, 2)] == [1, 4, 4]
