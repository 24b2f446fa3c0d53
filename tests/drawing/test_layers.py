"""Layers and the order within them."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings

from backprop_tui.drawing.layers import layers
from backprop_tui.drawing.ordering import order
from backprop_tui.graph import Graph, Kind
from tests.drawing.examples import graph_of, graphs


@settings(deadline=None)
@given(graphs())
def test_every_line_leads_exactly_one_row_down(graph: Graph) -> None:
    layered = layers(graph)
    for item, feeders in enumerate(layered.above):
        assert all(layered.level[feeder] == layered.level[item] - 1 for feeder in feeders)


@settings(deadline=None)
@given(graphs())
def test_following_the_dummies_up_from_a_port_finds_its_operand(graph: Graph) -> None:
    layered = layers(graph)
    for node in graph:
        for position, item in zip(layered.operands[node.index], layered.above[node.index], strict=True):
            while layered.is_dummy(item):
                (item,) = layered.above[item]  # noqa: PLW2901
            assert item == node.operands[position]


def test_all_long_edges_of_a_value_share_one_chain() -> None:
    x, *chain = (), *[(node,) for node in range(5)]
    layered = layers(graph_of(x, *chain, (0, 5), (0, 6)))
    dummies = range(layered.nodes, len(layered.level))
    assert [layered.owner[dummy] for dummy in dummies] == [0] * 6
    assert len({layered.level[dummy] for dummy in dummies}) == 6


def test_an_input_stands_right_above_its_first_consumer() -> None:
    layered = layers(graph_of((), (0,), (1,), (), (2, 3)))
    assert layered.level == [0, 1, 2, 2, 3]


def test_nodes_stand_low_where_that_makes_fewer_dummies() -> None:
    """Of two values that wait for the end of the trunk, the one they are made of is led down, not each of them."""
    layered = layers(graph_of((), (0,), (1,), (2,), (3,), (0,), (0,), (4, 5, 6)))
    assert layered.level[5] == layered.level[6] == 4
    assert len(layered.level) - layered.nodes == 3


@settings(deadline=None)
@given(graphs())
def test_components_stand_side_by_side(graph: Graph) -> None:
    layered = layers(graph)
    component = components(graph)
    for row in order(layered):
        met = [component[layered.owner[item]] for item in row]
        assert [met[0], *[after for before, after in pairwise(met) if after != before]] == list(dict.fromkeys(met))


def test_two_pairs_are_untangled() -> None:
    rows = order(layers(graph_of((), (), (1,), (0,), (3, 2))))
    assert [rows[0].index(0) < rows[0].index(1)] == [rows[1].index(3) < rows[1].index(2)]


def components(graph: Graph) -> list[int]:
    """Node -> the first node that it is connected with by lines that are drawn."""
    component = list(range(len(graph)))
    for _ in graph:
        for edge in graph.edges:
            if graph.nodes[edge.operand].kind is not Kind.CONSTANT:
                least = min(component[edge.consumer], component[edge.operand])
                component[edge.consumer] = component[edge.operand] = least
    return component
