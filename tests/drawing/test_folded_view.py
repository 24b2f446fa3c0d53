"""What the drawing of a scene says at every position of a run."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import backprop_tui as bp
from backprop_tui.drawing.folded_view import FoldedView, RunTallies, SceneTexts
from backprop_tui.drawing.graph_view import GraphView, RunTexts, difference
from backprop_tui.drawing.levels import LEVELS, Levels
from backprop_tui.drawing.render import Picture
from backprop_tui.drawing.state import EdgeState, Flow, NodeState, Role
from backprop_tui.engine.events import Accumulate, Seed
from backprop_tui.engine.run import run
from backprop_tui.engine.timeline import Timeline
from backprop_tui.folding.focus import focused
from backprop_tui.folding.groups import Group
from backprop_tui.folding.scene import Scene, Stage
from backprop_tui.graph import Graph, Kind, is_finite
from tests.folding.graphs import perceptron, program
from tests.strategies import graphs


class Show:
    """A run of a graph with all its groups folded, but those named."""

    def __init__(self, graph: Graph, *opened: str) -> None:
        stage = Stage(graph)
        self.timeline = run(graph)
        self.scene = stage.folded({group.id for group in stage.groups.groups if group.name in opened})
        self.texts = SceneTexts(RunTexts(self.timeline), RunTallies(self.timeline), self.scene)

    def at(self, position: int, selected: int | None = None) -> FoldedView:
        return FoldedView(self.texts, position, selected)

    def box(self, title: str) -> int:
        return [self.scene.title(box) for box in range(len(self.scene.graph))].index(title)

    def node(self, title: str, position: int) -> NodeState:
        return self.at(position).node(self.box(title))


# Events: a w h_1 h_2 y seed; h_2→y y→w …
CHAIN = "h_1 = a * w\nh_2 = h_1 * w\nh_3 = h_2 * w\ny = h_3 * w"


def test_a_group_shows_how_much_of_it_is_done() -> None:
    show = Show(program(CHAIN, "a w"))
    assert show.node("h", 0) == NodeState(Role.WAITING, "·", "·")
    assert show.node("h", 3) == NodeState(Role.RECEIVER, "1/3", "·")
    assert show.node("h", 6) == NodeState(Role.SENDER, "3/3", "·")
    assert [show.node("h", position).gradient for position in range(7, 16)] == [
        *("·", "1/3", "1/3", "2/3", "2/3", "3/3", "3/3", "3/3", "3/3")
    ]
    assert show.node("y", len(show.timeline)).gradient == "1"


def test_a_gradient_counts_when_nothing_is_added_to_it_any_more() -> None:
    show = Show(program("y = v_1 * v_2 + v_1", "v_1 v_2"))
    assert (
        [show.node("v", position).gradient for position in range(len(show.timeline) + 1)]
        == [
            *["·"] * 7,  # the seed, then v_1 gets its first contribution
            *("·", "1/2", "2/2"),
        ][: len(show.timeline) + 1]
    )


def test_nodes_that_get_no_gradient_are_not_counted() -> None:
    tail = "v_1 = {value=1.0, requires_grad=false}\nv_2 = 1.0\nt_1 = {value=1.0, requires_grad=false}\n"
    tail += "t_2 = {value=1.0, requires_grad=false}\n"
    show = Show(program("y = v_1 * v_2 * t_1 * t_2", tail=tail))
    end = len(show.timeline)
    assert (show.node("v", end).value, show.node("v", end).gradient) == ("2/2", "1/1")
    assert show.node("t", end).gradient == "—"


def test_the_receiver_and_the_senders_are_the_boxes_they_are_in() -> None:
    show = Show(program(CHAIN, "a w"))
    forward, backward = show.at(6), show.at(8)
    assert (forward.flow, forward.receiver, forward.senders) == (Flow.FORWARD, show.box("y"), {show.box("h"), 1})
    assert (backward.flow, backward.receiver, backward.senders) == (Flow.BACKWARD, show.box("h"), {show.box("y")})
    assert [show.scene.behind(edge) != [] for edge in backward.lit] == [True]
    inside = show.at(4)  # h_2 = h_1 * w: one of its operands is in the same box
    assert {edge.operand for edge in inside.lit} == {show.box("w")}


def test_a_folded_statement_shows_the_numbers_of_the_node_it_names() -> None:
    graph = program("y = tanh(a * a) * 3", "a")
    show = Show(graph)
    whole = GraphView(RunTexts(show.timeline), len(show.timeline))
    assert show.node("y", len(show.timeline))[1:] == whole.node(graph["y"].index)[1:]
    assert [show.node("y", position).role for position in (1, 2, 4, 6)] == [
        *(Role.READY, Role.RECEIVER, Role.RECEIVER, Role.RECEIVER)
    ]


def test_a_line_into_a_group_shows_no_derivative_and_one_from_a_group_does() -> None:
    show = Show(program("h_1 = a * 3\nh_2 = h_1 * 5\ny = h_2 * b", "a b"))
    into, out = [next(edge for edge in show.scene.graph.edges if edge.operand == show.box(one)) for one in "ah"]
    assert show.at(0).edge(into) == EdgeState(passed=False, local="")
    assert show.at(3).edge(into) == EdgeState(passed=True, local="")
    assert show.at(5).edge(out) == EdgeState(passed=True, local="1")
    assert show.texts.fields.symbol[out.consumer][out.position] == "∂y/∂h_2="
    assert show.texts.fields.local[into.consumer][into.position] == 0


def test_a_group_is_marked_from_where_something_in_it_is_not_finite() -> None:
    text = "h_1 = log(a)\nh_2 = h_1 * b\ny = h_2 * b + g_1 * g_2"
    graph = bp.loads(f'program = """\n{text}\n"""\n[inputs]\na = 0.0\nb = 1.0\ng_1 = 1.0\ng_2 = inf\n').graph
    show = Show(graph)
    timeline = show.timeline
    for position in range(len(timeline) + 1):
        for name in ("h", "g"):
            nodes = [graph[f"{name}_{number}"].index for number in (1, 2)]
            values = [timeline.value_at(node, position) for node in nodes]
            grads = [timeline.grad_at(node, position) for node in nodes]
            state = show.node(name, position)
            assert state.bad_value == any(one is not None and not is_finite(one) for one in values)
            assert state.bad_gradient == any(one is not None and not is_finite(one) for one in grads)


def test_fields_have_room_for_what_ever_stands_in_them() -> None:
    show = Show(perceptron(2, 8, 1), "h0", "b")
    fields = show.texts.fields
    for position in range(0, len(show.timeline) + 1, 5):
        view = show.at(position)
        for box in range(len(show.scene.graph)):
            state = view.node(box)
            assert len(state.value) <= max(fields.value[box], 1)
            assert len(state.gradient) <= fields.gradient[box]


def test_a_selected_node_is_marked_at_the_box_it_is_in() -> None:
    graph = program(CHAIN, "a w")
    show = Show(graph)
    before, after = show.at(5, graph["h_1"].index), show.at(5, graph["y"].index)
    assert (before.selected, after.selected) == (show.box("h"), show.box("y"))
    assert difference(before, after) == ({show.box("h"), show.box("y")}, set())
    assert difference(before, show.at(5, graph["h_2"].index)) == (set(), set())
    assert difference(before, show.at(9, graph["h_1"].index)) is None


def test_what_is_out_of_focus_receives_nothing() -> None:
    graph = program(CHAIN, "a w")
    timeline = run(graph)
    near = focused(Stage(graph).whole, graph["a"].index, hops=1, most=2)
    texts = SceneTexts(RunTexts(timeline), RunTallies(timeline), near)
    assert [near.title(box) for box in range(2)] == ["a", "h_1"]
    receivers = [FoldedView(texts, position).receiver for position in range(7)]
    assert receivers == [None, 0, None, 1, None, None, None]


# Laws


@st.composite
def runs(draw: st.DrawFn) -> tuple[Timeline, Scene]:
    """A run of any graph, in which names make groups, with some of them open."""
    graph = draw(graphs(size=6, shapes=((),)))
    stem = st.sampled_from(("h", "z", "layer1.w"))
    nodes = [
        node if node.kind is not Kind.OPERATION else replace(node, name=f"{draw(stem)}_{node.index}") for node in graph
    ]
    stage = Stage(Graph(tuple(nodes), graph.output, graph.seed))
    opened = {group.id for group in stage.groups.groups if draw(st.booleans())}
    return run(stage.graph), stage.folded(opened)


@given(runs())
@settings(max_examples=20)
def test_counts_are_what_counting_gives(drawn: tuple[Timeline, Scene]) -> None:
    timeline, scene = drawn
    texts = SceneTexts(RunTexts(timeline), RunTallies(timeline), scene)
    groups = [(box, group) for box in range(len(scene.graph)) if isinstance(group := scene.contents[box], Group)]
    still = {event.node for event in timeline if isinstance(event, Seed | Accumulate)}
    for position in range(len(timeline) + 1):
        later = {event.node for event in list(timeline)[position:] if isinstance(event, Seed | Accumulate)}
        for box, group in groups:
            nodes = group.nodes.tolist()
            known = sum(timeline.value_at(node, position) is not None for node in nodes)
            complete, most = len((still - later).intersection(nodes)), len(still.intersection(nodes))
            state = FoldedView(texts, position).node(box)
            assert state.value == (f"{known}/{len(nodes)}" if known else "·")
            assert state.gradient == (f"{complete}/{most}" if complete else "·" if most else "—")
            assert state.is_known == (known > 0)


@given(runs())
@settings(max_examples=20)
def test_a_group_is_done_when_all_its_nodes_are_and_ready_when_one_is(drawn: tuple[Timeline, Scene]) -> None:
    timeline, scene = drawn
    texts = SceneTexts(RunTexts(timeline), RunTallies(timeline), scene)
    groups = [(box, group) for box in range(len(scene.graph)) if isinstance(group := scene.contents[box], Group)]
    for position in range(len(timeline) + 1):
        view, whole = FoldedView(texts, position), GraphView(texts.run, position)
        for box, group in groups:
            roles = {whole.role(node) for node in group.nodes.tolist()}
            if Role.RECEIVER in roles:
                expected = Role.RECEIVER
            elif Role.SENDER in roles:
                expected = Role.SENDER
            else:
                expected = Role.DONE if roles == {Role.DONE} else Role.READY if Role.READY in roles else Role.WAITING
            assert view.role(box) is expected


def test_a_group_may_be_next_on_the_way_back_until_all_its_nodes_have_sent() -> None:
    show = Show(program(CHAIN, "a w"))
    roles = [show.node("h", position).role for position in (2, 5, 7, 8, 9, 10, 11)]
    assert roles == [*(Role.READY, Role.RECEIVER, Role.WAITING, Role.RECEIVER, Role.READY, Role.RECEIVER, Role.SENDER)]


def test_a_line_has_the_weight_of_the_largest_contribution_along_it() -> None:
    show = Show(program("h_1 = a * v_1\nh_2 = h_1 * v_2\ny = h_2 * 3", "a v_1", tail="v_2 = 1e-5\n"))
    end, whole = show.at(len(show.timeline)), GraphView(show.texts.run, len(show.timeline))
    (edge,) = [edge for edge in show.scene.graph.edges if edge.operand == show.box("v")]
    assert {whole.weight(behind) for behind in show.scene.behind(edge)} == {0, 2}
    assert end.weight(edge) == 2
    assert show.at(0).weight(edge) is None
    assert end.heat(show.box("v")) == 0
    assert end.scale == whole.scale


@given(runs())
@settings(max_examples=12)
def test_whatever_changes_in_a_step_is_in_a_region_that_is_refreshed(drawn: tuple[Timeline, Scene]) -> None:
    timeline, scene = drawn
    texts = SceneTexts(RunTexts(timeline), RunTallies(timeline), scene)
    drawing = Levels(scene.graph, texts.fields).draw(LEVELS[1])
    views = [FoldedView(texts, position) for position in range(len(timeline) + 1)]
    pictures = [Picture(drawing, view) for view in views]
    rows = [cells(picture) for picture in pictures]
    for before in range(len(timeline)):
        changed = {point for point, cell in rows[before].items() if cell != rows[before + 1][point]}
        for one, other in ((before, before + 1), (before + 1, before)):
            changes = difference(views[one], views[other])
            if changes is None:  # everything: a phase begins
                assert views[one].flow is not views[other].flow
                continue
            parts = [*pictures[one].regions(*changes), *pictures[other].regions(*changes)]
            refreshed = {
                (x, y)
                for part in parts
                for x in range(part.x, part.x + part.width)
                for y in range(part.y, part.y + part.height)
            }
            assert changed <= refreshed


@pytest.mark.parametrize("position", [0, 5, 9, 14])
def test_where_all_is_open_everything_is_as_without_folding(position: int) -> None:
    graph = program(CHAIN, "a w")
    show = Show(graph, "h")
    assert show.scene.is_whole
    whole, view = GraphView(show.texts.run, position, 2), show.at(position, 2)
    assert [view.node(node) for node in range(len(graph))] == [whole.node(node) for node in range(len(graph))]
    assert [view.edge(edge) for edge in graph.edges] == [whole.edge(edge) for edge in graph.edges]
    assert (view.lit, view.receiver, view.senders) == (whole.lit, whole.receiver, whole.senders)
    assert show.texts.fields is show.texts.run.fields


def cells(picture: Picture) -> dict[tuple[int, int], object]:
    drawing = picture.drawing
    result: dict[tuple[int, int], object] = {}
    for y in range(drawing.height):
        row = [(char, style) for text, style in picture.row(y, 0, drawing.width) for char in text]
        result.update({(x, y): cell for x, cell in enumerate(row)})
    return result
