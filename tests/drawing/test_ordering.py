"""The order within the rows: few crossings, and nothing scattered."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_tui.drawing.crossings import Lines, heaviness, inversions
from backprop_tui.drawing.drawing import Arrangement
from backprop_tui.drawing.layers import Layers, layers
from backprop_tui.drawing.ordering import order
from backprop_tui.drawing.sifting import sift
from backprop_tui.graph import Graph
from backprop_tui.progress import Cancelled, Progress
from tests.drawing.examples import graph_of, graphs, random_layers


def crossings(layered: Layers, rows: Sequence[Sequence[int]]) -> int:
    """Every two lines looked at."""
    place = {item: place for row in rows for place, item in enumerate(row)}
    total = 0
    for row in rows:
        ends = [(place[item], place[other], port) for item in row for other, port in layered.below[item]]
        for one, other in combinations(ends, 2):
            total += (one[0] - other[0]) * ((one[1:] > other[1:]) - (one[1:] < other[1:])) < 0
    return total


@given(st.permutations(range(12)))
def test_inversions_are_counted(numbers: list[int]) -> None:
    assert inversions(np.array(numbers)) == sum(one > other for one, other in combinations(numbers, 2))


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 9])
def test_everything_is_inverted_in_a_reversed_row_of_any_size(size: int) -> None:
    assert inversions(np.arange(size)[::-1]) == size * (size - 1) // 2


@settings(deadline=None)
@given(graphs(size=12), st.randoms(use_true_random=False))
def test_crossings_are_counted(graph: Graph, random: np.random.Generator) -> None:
    layered = layers(graph)
    rows = [list(row) for row in layered.rows]
    for row in rows:
        random.shuffle(row)  # type: ignore[arg-type]
    assert Lines.of(layered).crossings(rows) == crossings(layered, rows)


@settings(deadline=None, max_examples=50)
@given(graphs(size=12))
def test_sifting_never_makes_more_of_what_it_counts(graph: Graph) -> None:
    layered = layers(graph)
    before = [list(row) for row in layered.rows]
    after = [list(row) for row in before]
    sift(layered, after, Progress())
    assert [sorted(row) for row in after] == [sorted(row) for row in before]
    assert weighed(layered, after) <= weighed(layered, before)


def weighed(layered: Layers, rows: Sequence[Sequence[int]]) -> int:
    place = {item: place for row in rows for place, item in enumerate(row)}
    total = 0
    for row in rows:
        ends = [(place[item], place[other], port, other) for item in row for other, port in layered.below[item]]
        for one, other in combinations(ends, 2):
            if (one[0] - other[0]) * ((one[1:3] > other[1:3]) - (one[1:3] < other[1:3])) < 0:
                total += heaviness(layered.edges[one[3]]) * heaviness(layered.edges[other[3]])
    return total


SMALL = {
    "two pairs that swap": graph_of((), (), (1, 0), (0, 1), (2, 3)),
    "every input used by every node": graph_of((), (), (), (0, 1, 2), (2, 1, 0), (1, 0, 2), (3, 4, 5)),
    "a ladder": graph_of((), (), (0, 1), (1, 0), (2, 3), (3, 2), (4, 5)),
    "skips": graph_of((), (), (0,), (2, 1), (0, 3), (2, 4), (1, 5)),
}


@pytest.mark.parametrize("name", SMALL)
def test_small_graphs_have_as_few_crossings_as_any_order_has(name: str) -> None:
    layered = layers(SMALL[name])
    every = product(*[[list(row) for row in permutations(row)] for row in layered.rows])
    assert crossings(layered, order(layered)) == min(crossings(layered, rows) for rows in every)


def test_lines_that_need_not_cross_do_not() -> None:
    """Ten neurons of three layers each, wired in a random order."""
    random = np.random.default_rng(5)
    inputs = [() for _ in range(20)]
    first = [(2 * int(node), 2 * int(node) + 1) for node in random.permutation(10)]
    graph = graph_of(*inputs, *first, *[(int(node),) for node in 20 + random.permutation(10)])
    layered = layers(graph)
    assert crossings(layered, order(layered)) == 0


def test_a_large_random_graph_has_far_fewer_crossings_than_in_the_order_of_the_file() -> None:
    layered = layers(random_layers(20, 15, seed=3))
    lines = Lines.of(layered)
    assert lines.crossings(order(layered)) < 0.38 * lines.crossings([sorted(row) for row in layered.rows])


def test_a_line_that_many_edges_share_is_heavier_but_lighter_than_all_of_them() -> None:
    weights = [heaviness(edges) for edges in range(1, 500)]
    assert weights == sorted(weights)
    assert all(weight < weights[0] * edges for edges, weight in enumerate(weights[1:], 2))
    layered = layers(graph_of((), (0,), (1,), (2,), (0, 3), (0, 4)))
    assert [layered.edges[item] for item in range(layered.nodes, len(layered.level))] == [2, 2, 2, 1]


def test_inputs_stand_in_the_order_of_the_file_where_that_costs_no_crossing() -> None:
    for one, other in ((0, 1), (1, 0)):
        graph = graph_of((), (), (one, other), (other, one), (2, 3))
        assert Arrangement(graph).rows[0] == [0, 1]


def test_inputs_that_nothing_uses_stand_in_a_pile_at_the_side() -> None:
    rows = Arrangement(graph_of(*[() for _ in range(9)], (0, 1), (9,), (10,))).rows
    assert rows == [[0, 1, 2, 6], [9, 3, 7], [10, 4, 8], [11, 5]]
    assert [len(row) for row in Arrangement(graph_of(*[() for _ in range(16)])).rows] == [4, 4, 4, 4]


def test_it_can_be_stopped() -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        order(layers(random_layers(3, 3)), progress)
