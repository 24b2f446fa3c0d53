"""Columns of large graphs, and of those that blocks would push far apart."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings

from backprop_tui.drawing.boxes import shapes
from backprop_tui.drawing.coordinates import columns
from backprop_tui.drawing.drawing import Arrangement
from backprop_tui.drawing.levels import LEVELS
from backprop_tui.drawing.orientation import Orientation
from backprop_tui.drawing.packing import _pooled, packed
from backprop_tui.drawing.pulls import Pulls, Spacing
from backprop_tui.graph import Graph
from tests.drawing.examples import fields_of, graph_of, graphs, random_layers

SPACING = Spacing(boxes=2, lines=1)


def pulls_of(graph: Graph) -> Pulls:
    arrangement = Arrangement(graph)
    geometry = shapes(graph, arrangement.layers, LEVELS[-1], fields_of(graph), Orientation.TOP_DOWN)
    return Pulls.of(arrangement.layers, arrangement.rows, geometry, SPACING)


@settings(deadline=None, max_examples=50)
@given(graphs())
def test_items_keep_their_order_and_their_distance(graph: Graph) -> None:
    pulls = pulls_of(graph)
    if pulls.rows:
        left = packed(pulls)
        for row in pulls.rows:
            assert all(left[other] - left[one] >= pulls.pitch[one] for one, other in pairwise(row))


@settings(deadline=None, max_examples=50)
@given(graphs())
def test_nothing_is_much_wider_than_the_widest_row(graph: Graph) -> None:
    pulls = pulls_of(graph)
    if pulls.rows:
        assert pulls.width(packed(pulls)) <= 1.5 * max(map(pulls.length, pulls.rows))


def test_a_chain_and_the_bus_beside_it_are_straight() -> None:
    pulls = pulls_of(graph_of((), (0,), (1,), (2,), (3,), (0, 4)))
    left = packed(pulls)
    bus = [item for row in pulls.rows for item in row if pulls.layers.is_dummy(item)]
    assert len(bus) == 4
    assert len({left[item] for item in bus}) == 1
    assert len({left[item] for item in (1, 2, 3, 4)}) == 1


def test_items_that_want_the_same_room_stand_where_the_heaviest_line_is_straight() -> None:
    assert _pooled([(10, 8), (0, 2), (0, 2)]) == [10, 10, 10]
    assert _pooled([(10, 2), (0, 8), (20, 2)]) == [0, 0, 20]


def test_a_pool_too_large_to_keep_every_wish_is_placed_all_the_same() -> None:
    pulls = pulls_of(graph_of((), *[(0,) for _ in range(200)]))
    left = packed(pulls)
    assert left[0] in range(left[1], left[200])
    assert all(left[other] - left[one] == pulls.pitch[one] for one, other in pairwise(pulls.rows[1]))


def test_a_drawing_that_blocks_would_push_apart_is_packed() -> None:
    graph = random_layers(20, 12, seed=2)
    arrangement = Arrangement(graph)
    geometry = shapes(graph, arrangement.layers, LEVELS[-1], fields_of(graph), Orientation.TOP_DOWN)
    pulls = Pulls.of(arrangement.layers, arrangement.rows, geometry, SPACING)
    left = columns(arrangement.layers, arrangement.rows, geometry, SPACING)
    assert pulls.width(left) <= 2 * max(map(pulls.length, pulls.rows))
