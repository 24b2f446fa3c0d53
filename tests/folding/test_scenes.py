"""Scenes: what of a graph is drawn when some of its groups are open."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_tui.folding.groups import Group
from backprop_tui.folding.lines import HIDDEN
from backprop_tui.folding.scene import Scene, Stage
from backprop_tui.graph import Edge, Graph, Kind
from tests.folding.graphs import any_graphs, named, perceptron, program, recurrent, tables


def titles(scene: Scene) -> list[str]:
    """What the boxes are called."""
    return [scene.title(box) for box in range(len(scene.graph))]


def lines(scene: Scene) -> list[str]:
    """`w → h` for each line."""
    return [f"{scene.title(edge.operand)} → {scene.title(edge.consumer)}" for edge in scene.graph.edges]


def scene_of(graph: Graph, *opened: str) -> Scene:
    """A scene with the groups of these names open."""
    stage = Stage(graph)
    return stage.folded({group.id for group in stage.groups.groups if group.name in opened})


def test_a_small_graph_is_its_own_scene() -> None:
    graph = perceptron(2, 2, 1)
    scene = Stage(graph).first()
    assert scene.is_whole
    assert scene.graph is graph
    assert list(scene.box_of) == list(range(len(graph)))
    edge = next(graph.edges)
    assert (scene.drawn(edge), scene.behind(edge)) == (edge, [edge])


def test_a_large_graph_is_drawn_as_its_layers() -> None:
    scene = Stage(perceptron(2, 16, 16, 1)).first()
    assert lines(scene) == [
        *("w0 → h0_0", "x0_0 → h0_0", "b0 → h0_0", "x0_1 → h0_0"),
        *("w1 → h0_1", "h0_0 → h0_1", "b1 → h0_1"),
        *("w2_0 → h0_2_0", "h0_1 → h0_2_0", "b2_0 → h0_2_0"),
        "h0_2_0 → y",
    ]


def test_a_range_of_nodes_without_names_is_called_after_its_expressions() -> None:
    graph = program("y = " + " + ".join(f"sin(x * {i})" for i in range(1, 90)), "x")
    stage = Stage(graph)
    scene = stage.folded({group.id for group in stage.groups.groups if not group.is_range})
    assert titles(scene)[1].startswith("x * 1 … ")
    assert not any("%" in title for title in titles(scene))


def test_a_recurrent_network_is_drawn_as_its_steps() -> None:
    scene = scene_of(recurrent(3), "h, z", "x")
    assert [line for line in lines(scene) if "_" in line.split(" → ")[0]] == [
        *("h_0 → z_1, h_1", "x_1 → z_1, h_1"),
        *("z_1, h_1 → z_2, h_2", "x_2 → z_2, h_2"),
        *("z_2, h_2 → z_3, h_3", "x_3 → z_3, h_3"),
    ]


def test_boxes_are_nodes_that_whatever_draws_graphs_can_draw() -> None:
    graph = perceptron(2, 2, 1)
    scene = scene_of(graph, "h0", "h0_0", "b")
    by_title = dict(zip(titles(scene), scene.graph, strict=True))
    weights, layer, statement = by_title["w"], by_title["b0"], by_title["h0_0_1"]
    assert (weights.kind, weights.title, weights.op) == (Kind.INPUT, "w (6)", "")
    assert (layer.kind, layer.requires_grad) == (Kind.INPUT, True)
    assert (statement.kind, statement.name) == (Kind.OPERATION, "h0_0_1")
    assert (statement.label, statement.op) == (graph["h0_0_1"].label, "relu")
    assert by_title["y"].label == graph["y"].label
    assert scene.graph.output == by_title["y"].index


def test_a_line_stands_for_all_edges_between_two_boxes() -> None:
    graph = perceptron(2, 2, 1)
    scene = scene_of(graph)
    line = Edge(scene.box_of[graph["h0_0_0"].index], 0, scene.box_of[graph["w0_0_0"].index])
    assert [graph.nodes[edge.operand].name for edge in scene.behind(line)] == [
        *("w0_0_0", "w0_0_1", "w0_1_0", "w0_1_1", "w1_0_0", "w1_0_1")
    ]
    assert {scene.drawn(edge) for edge in scene.behind(line)} == {line}


def test_between_two_nodes_every_edge_has_a_line_of_its_own() -> None:
    graph = program("h_1 = a * 2\nh_2 = a * h_1\ny = b * b", "a b")
    scene = scene_of(graph)
    assert titles(scene) == ["a", "b", "h", "y"]
    assert lines(scene) == ["a → h", "b → y", "b → y"]
    y, b = graph["y"].index, graph["b"].index
    assert [scene.drawn(Edge(y, position, b)) for position in (0, 1)] == [Edge(3, 0, 1), Edge(3, 1, 1)]


def test_lines_into_a_node_keep_the_order_of_its_operands() -> None:
    graph = named(("h_1", ()), ("h_2", ()), ("a", ()), ("y", (2, 1, 0)))
    assert titles(scene_of(graph)) == ["h", "a", "y"]
    assert lines(scene_of(graph)) == ["a → y", "h → y"]


def test_edges_inside_a_box_and_those_of_constants_are_not_drawn() -> None:
    graph = program("h_1 = a * 2\nh_2 = a * h_1\ny = h_2 + 2", "a")
    scene = scene_of(graph)
    two, first, second = graph["2"].index, graph["h_1"].index, graph["h_2"].index
    assert scene.box_of[two] == HIDDEN
    assert scene.drawn(Edge(second, 1, first)) is None
    assert scene.drawn(Edge(first, 1, two)) is None


def test_a_summary_says_what_is_inside_and_what_flows_in_and_out() -> None:
    graph = program(
        "h_1 = tanh(a * w)\nh_2 = tanh(b * w)\ny = h_1 * h_2", "a w", tail="b = {value=1.0, requires_grad=false}"
    )
    scene = scene_of(graph)
    hidden = scene.summary(titles(scene).index("h"))
    assert (hidden.nodes, hidden.operations, hidden.inputs, hidden.parameters) == (4, 4, 0, 0)
    assert hidden.text == "4 nodes  in: a, w, b  out: h_1, h_2"
    network = scene_of(perceptron(2, 8, 1))
    assert network.summary(0).text == "24 nodes  out: w0_0_0, w0_0_1, w0_1_0, … 21 more"
    assert network.summary(0).parameters == 24
    four = scene_of(named(*((f"h_{i}", ()) for i in range(4)), ("y", (0, 1, 2, 3))))
    assert four.summary(0).text == "4 nodes  out: h_0, h_1, h_2, h_3"


def test_a_summary_of_a_node_that_is_not_a_group() -> None:
    scene = scene_of(program("h_1 = a * 2\nh_2 = a * h_1\ny = h_2 + 2", "a"))
    assert scene.summary(2).text == "1 node  in: h  out: y"


# Laws


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    graph = draw(any_graphs())
    stage = Stage(graph, draw(tables(graph)))
    ids = range(len(stage.groups))
    return stage.folded(frozenset(group for group in ids if draw(st.booleans())))


@given(scenes())
@settings(max_examples=60)
def test_every_node_is_in_one_box_and_every_edge_in_one_box_or_behind_one_line(scene: Scene) -> None:
    whole = scene.stage.graph  # that a scene has no cycle is checked by Graph: operands come first
    for box in range(len(scene.graph)):
        assert {scene.box_of[node] for node in scene.nodes(box)} == {box}
    drawn = [node.index for node in whole if node.kind is not Kind.CONSTANT or scene.is_whole]
    assert sorted(node for box in range(len(scene.graph)) for node in scene.nodes(box)) == drawn
    behind: dict[Edge, list[Edge]] = {line: [] for line in scene.graph.edges}
    for edge in whole.edges:
        line = scene.drawn(edge)
        ends = scene.box_of[edge.operand], scene.box_of[edge.consumer]
        assert (line is None) == (ends[0] == ends[1] or HIDDEN in ends)
        if line:
            assert (line.operand, line.consumer) == ends
            behind[line].append(edge)
    assert all(edges == scene.behind(line) for line, edges in behind.items())
    for line, edges in behind.items():
        between_nodes = scene.group(line.operand) is None and scene.group(line.consumer) is None
        assert len(edges) == 1 if between_nodes else edges


@given(any_graphs(), st.data())
@settings(max_examples=15)
def test_the_same_graph_makes_the_same_scene(graph: Graph, data: st.DataObject) -> None:
    table = data.draw(tables(graph))
    one, other = (Stage(graph, table).folded(frozenset({1, 2})).graph for _ in range(2))
    assert [(node.title, node.operands) for node in one] == [(node.title, node.operands) for node in other]


@given(any_graphs(), st.data())
@settings(max_examples=15)
def test_what_is_revealed_has_a_box_of_its_own_and_what_is_closed_has_not(graph: Graph, data: st.DataObject) -> None:
    stage = Stage(graph)
    node = data.draw(st.sampled_from(stage.groups.order.tolist()))
    opened = stage.groups.reveal(node, frozenset())
    assert stage.folded(opened).group(stage.folded(opened).box_of[node]) is None
    closed = stage.groups.close(node, opened)
    if opened:
        scene = stage.folded(closed)
        assert isinstance(scene.group(scene.box_of[node]), Group)
