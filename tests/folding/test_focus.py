"""The neighbourhood of a node, as a scene."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_tui.folding.focus import focused
from backprop_tui.folding.lines import HIDDEN
from backprop_tui.folding.scene import Cut, Scene, Stage
from backprop_tui.graph import Graph, Kind
from tests.folding.graphs import any_graphs, named, perceptron, program


def titles(scene: Scene) -> list[str]:
    return [scene.title(box) for box in range(len(scene.graph))]


def around(graph: Graph, name: str, *, hops: int = 3, most: int = 60) -> Scene:
    return focused(Stage(graph).whole, graph[name].index, hops=hops, most=most)


CHAIN = named(("a", ()), *((name, (index,)) for index, name in enumerate("bcdefghi")))


def test_a_few_hops_up_and_down() -> None:
    scene = around(CHAIN, "e", hops=2)
    assert titles(scene) == ["c", "d", "e", "f", "g"]
    assert scene.cuts == {0: Cut(above=1, below=0), 4: Cut(above=0, below=1)}


def test_nothing_is_cut_where_the_graph_ends() -> None:
    assert titles(around(CHAIN, "b", hops=2)) == ["a", "b", "c", "d"]
    assert around(CHAIN, "e", hops=9).cuts == {}


def test_both_directions_get_as_much_room_and_the_nearest_come_first() -> None:
    assert titles(around(CHAIN, "e", most=5)) == ["c", "d", "e", "f", "g"]
    assert titles(around(CHAIN, "h", most=5)) == ["e", "f", "g", "h", "i"]


def test_where_there_is_room_a_consumer_comes_with_its_other_operands() -> None:
    graph = program("c = a * b\nd = c * e\nf = b * e", "a b e")
    assert titles(around(graph, "a", hops=1)) == ["a", "b", "c"]
    assert titles(around(graph, "a", hops=1, most=2)) == ["a", "c"]
    assert titles(around(graph, "a")) == ["a", "b", "e", "c", "d"]


def test_a_hub_shows_some_of_its_consumers_and_says_how_many_more_there_are() -> None:
    graph = named(("w", ()), *((f"y{index}", (0,)) for index in range(500)))
    scene = around(graph, "w", most=10)
    assert titles(scene) == ["w", *(f"y{index}" for index in range(9))]
    assert scene.cuts == {0: Cut(above=0, below=491)}


def test_a_constant_is_not_in_the_picture_and_not_cut_from_it() -> None:
    scene = around(program("c = a + 2", "a"), "c")
    assert titles(scene) == ["a", "c"]
    assert scene.cuts == {}


def test_nodes_outside_are_hidden_and_so_are_their_edges() -> None:
    scene = around(CHAIN, "e", hops=1)
    assert [scene.box_of[node] for node in range(len(CHAIN))] == [*[HIDDEN] * 3, 0, 1, 2, *[HIDDEN] * 3]
    drawn = [scene.drawn(edge) for edge in CHAIN.edges]
    assert [edge for edge in drawn if edge] == list(scene.graph.edges)
    assert scene.graph.output == 2


def test_folded_groups_can_be_neighbours() -> None:
    stage = Stage(perceptron(2, 16, 16, 1))
    scene = stage.first()
    layer = focused(scene, scene.box_of[stage.graph["h0_0_3"].index], hops=1)
    assert titles(layer) == ["w0", "w1", "b0", "b1", "x0_0", "x0_1", "h0_0", "h0_1"]
    last = titles(layer).index("h0_1")
    assert layer.cuts == {last: Cut(above=0, below=1)}
    assert layer.box_of[stage.graph["h0_1_7"].index] == last


@given(any_graphs(), st.data())
@settings(max_examples=30)
def test_the_picture_is_as_large_as_told_and_says_all_that_it_leaves_out(graph: Graph, data: st.DataObject) -> None:
    stage = Stage(graph)
    nodes = [node.index for node in graph if node.kind is not Kind.CONSTANT]
    node, hops, most = data.draw(st.sampled_from(nodes)), data.draw(st.integers(0, 3)), data.draw(st.integers(1, 8))
    scene = focused(stage.whole, node, hops=hops, most=most)
    assert scene.box_of[node] != HIDDEN
    assert len(scene.graph) <= most
    for box, content in enumerate(scene.contents):
        assert isinstance(content, int)
        operands = [one for one in graph.nodes[content].operands if graph.nodes[one].kind is not Kind.CONSTANT]
        cut = scene.cuts.get(box, Cut(0, 0))
        assert cut.above == sum(scene.box_of[one] == HIDDEN for one in operands)
        assert cut.below == sum(scene.box_of[edge.consumer] == HIDDEN for edge in graph.consumers[content])
