"""All paths from a node to the output: how many there are, which bring most, and that they add up to the gradient."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, isfinite, isnan

import numpy as np
import pytest
from hypothesis import assume, given, settings

from backprop_tui import loads
from backprop_tui.engine.run import run
from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Edge, Graph, Value
from backprop_tui.lenses.path_products import MOST_LISTED, Order, PathProducts
from backprop_tui.lenses.paths import MOST, AllPaths, Path
from backprop_tui.lenses.ranked_paths import Contribution
from backprop_tui.progress import Cancelled, Progress
from tests.graphs import Builder, diamond, tree
from tests.strategies import graphs, scalar_graphs


def _run(program: str, inputs: str, *, more: str = "") -> Timeline:
    return run(loads(f'{more}program = """{program}"""\n[inputs]\n{inputs}\n').graph)


def _paths(timeline: Timeline, name: str) -> AllPaths:
    return AllPaths(timeline.plan, timeline.graph[name].index)


def _products(timeline: Timeline, name: str) -> PathProducts:
    return PathProducts(timeline, _paths(timeline, name))


def _largest(products: PathProducts) -> list[Contribution]:
    return [products.contribution(rank, Order.LARGEST) for rank in range(products.listed)]


def _names(timeline: Timeline, path: Path) -> str:
    nodes = timeline.graph.nodes
    return " ".join([nodes[edge.operand].name for edge in path] + [nodes[timeline.graph.output].name])


def _followed(graph: Graph, node: int) -> Iterator[Path]:
    """Every path, each followed by itself, in program order."""
    if node == graph.output:
        yield ()
    for edge in graph.consumers[node]:
        if graph.contributing[edge.consumer]:
            for rest in _followed(graph, edge.consumer):
                yield (edge, *rest)


def _every_node(graph: Graph) -> Iterator[tuple[int, list[Path]]]:
    for node in range(len(graph)):
        is_reached = graph.contributing[node] or node == graph.output
        yield node, list(_followed(graph, node)) if is_reached else []


def test_two_paths_lead_from_b_to_e() -> None:
    timeline = run(tree())
    products = _products(timeline, "b")
    assert [products.paths.path(rank) for rank in range(products.paths.count)] == [
        (Edge(2, 1, 1), Edge(5, 0, 2)),
        (Edge(4, 0, 1), Edge(5, 1, 4)),
    ]
    by_way = products.contribution(0, Order.PROGRAM)
    assert _names(timeline, by_way.path) == "b c e"
    assert [products.factor(edge) for edge in by_way.path] == [1.0, 2.0]
    assert [(_names(timeline, path), value) for path, value, _ in _largest(products)] == [
        ("b d e", 3.0),
        ("b c e", 2.0),
    ]
    assert timeline.grads["b"] == 5.0


def test_what_becomes_of_the_seed_along_a_path() -> None:
    products = _products(run(tree()), "b")
    assert products.along(products.paths.path(1)) == [1.0, 3.0, 3.0]


@settings(max_examples=20)
@given(graphs())
def test_paths_are_counted_and_numbered_as_if_each_was_followed(graph: Graph) -> None:
    timeline = run(graph)
    for node, followed in _every_node(graph):
        paths = AllPaths(timeline.plan, node)
        assert paths.count == len(followed)
        assert [paths.path(rank) for rank in range(paths.count)] == followed
        assert paths.steps == sum(map(len, followed))
        assert set(paths.edges) == {edge for path in followed for edge in path}
        assert all(paths.through(edge) == sum(edge in path for path in followed) for edge in paths.edges)
        assert all(paths.merged(one) == len(list(_followed(graph, one))) for one in paths.nodes)


@settings(max_examples=20)
@given(graphs())
def test_what_all_paths_bring_adds_up_to_the_gradient(graph: Graph) -> None:
    timeline = run(graph)
    for node, followed in _every_node(graph):
        assume(len(followed) <= 100)
        products = PathProducts(timeline, AllPaths(timeline.plan, node))
        terms = [products.contribution(rank, Order.PROGRAM).value for rank in range(len(followed))]
        gradient = timeline.grads[graph.nodes[node].name]
        if not terms:
            assert gradient is None
            continue
        assert gradient is not None
        assert {term.shape for term in terms} == {gradient.shape}
        bound = 1e-9 * sum(np.abs(term) for term in terms)
        assert np.all((np.abs(sum(terms) - gradient) <= bound) | ~np.isfinite(bound))


def _in_order(products: PathProducts, path: Path) -> tuple[float, ...]:
    """Size of the product and number of the edge, again and again along the path: what scalars are sorted by."""
    key: list[float] = []
    for edge, product in zip(path, reversed(products.along(path)), strict=False):
        key += [-abs(product) if isfinite(product) else -inf, products.paths.onward[edge.operand].index(edge)]
    return tuple(key)


@settings(max_examples=20)
@given(scalar_graphs)
def test_the_largest_products_come_first_as_if_all_were_sorted(graph: Graph) -> None:
    timeline = run(graph)
    for node, followed in _every_node(graph):
        products = PathProducts(timeline, AllPaths(timeline.plan, node))
        expected = sorted(followed, key=lambda path: _in_order(products, path))
        found = _largest(products)
        assert [one.path for one in found] == expected
        assert all(np.array_equal(one.value, products.along(one.path)[-1], equal_nan=True) for one in found)


@settings(max_examples=20)
@given(graphs(shapes=((3,), (2, 3))))
def test_paths_between_arrays_come_by_norm_and_then_in_program_order(graph: Graph) -> None:
    timeline = run(graph)
    for node in graph.inputs:
        products = PathProducts(timeline, AllPaths(timeline.plan, node.index))
        assert products.ranking is not None
        in_program_order = [products.contribution(rank, Order.PROGRAM) for rank in range(products.paths.count)]
        found = _largest(products)
        assert [one.path for one in found] == [one.path for one in sorted(in_program_order, key=lambda one: -one.size)]
        assert products.ranking.total == pytest.approx(sum(one.size for one in in_program_order))


def test_a_hundred_layers_of_diamonds_have_more_paths_than_anybody_can_follow() -> None:
    timeline = run(diamond(100))
    products = _products(timeline, "x")
    paths = products.paths
    assert paths.count == 2**100
    assert [paths.merged(edge.consumer) for edge in paths.onward[paths.node]] == [2**99, 2**99]
    assert len(paths.edges) == 400  # each of them reverse mode touches once
    assert paths.steps == 200 * 2**100
    assert products.ranking is not None
    assert products.ranking.total == pytest.approx(1.0)
    first = [products.contribution(rank, Order.LARGEST) for rank in range(20)]
    assert {float(one.value) for one in first} == {0.5**100}
    assert [one.path for one in first] == [paths.path(rank) for rank in range(20)]  # equal ones in program order
    assert {edge.position for edge in paths.path(2**100 - 1)[1::2]} == {1}  # the last one always turns right


def test_the_depth_of_a_graph_is_no_limit() -> None:
    timeline = run(diamond(1_000))
    products = _products(timeline, "x")
    assert products.paths.count == 2**1000
    assert len({products.contribution(rank, Order.LARGEST).path for rank in range(3)}) == 3


def test_counting_ends_somewhere() -> None:
    build = Builder()
    node = build.input("x", 0.0)
    for _ in range(13_290):
        node = build.op("add", node, node)
    paths = _paths(run(build.graph()), "x")
    assert paths.count == MOST
    assert paths.merged(node - 10) == 2**10
    assert len(paths.path(MOST - 1)) == 13_290


def test_a_product_with_itself_has_two_edges_and_two_paths() -> None:
    timeline = _run("y = a * a", "a = 3.0")
    products = _products(timeline, "a")
    assert [(path, value) for path, value, _ in _largest(products)] == [
        ((Edge(1, 0, 0),), 3.0),
        ((Edge(1, 1, 0),), 3.0),
    ]


def test_from_the_output_to_itself_there_is_one_path_without_an_edge() -> None:
    products = _products(_run("y = a * a", "a = 3.0", more="seed = 0.5\n"), "y")
    assert _largest(products) == [((), 0.5, 0.5)]


def test_every_product_has_the_seed_in_it() -> None:
    timeline = _run("y = a * b", "a = 3.0\nb = 5.0", more="seed = 0.5\n")
    assert [one.value for one in _largest(_products(timeline, "a"))] == [2.5]


@pytest.mark.parametrize("name", ["x", "w", "unused"])
def test_where_no_gradient_arrives_there_is_no_path(name: str) -> None:
    timeline = _run(
        "unused = a + 1\ny = a * x * w",
        "a = 2.0\nx = { value = 3.0, requires_grad = false }\nw = { value = 1.0, requires_grad = false }",
        more='output = "y"\n',
    )
    products = _products(timeline, name)
    assert (products.paths.count, products.listed, _largest(products)) == (0, 0, [])
    with pytest.raises(IndexError):
        products.paths.path(0)


def test_edges_beside_the_backward_pass_are_on_no_path() -> None:
    timeline = _run("m = a > 1\ny = a * m", "a = 2.0")
    assert [_names(timeline, one.path) for one in _largest(_products(timeline, "a"))] == ["a y"]


def test_what_is_not_finite_comes_first_and_zero_last() -> None:
    timeline = _run("z = sqrt(b)\ny = 0 * a + 2 * a - 5 * a + z * a", "a = 1.0\nb = 0.0")
    assert [float(one.value) for one in _largest(_products(timeline, "a"))] == [-5.0, 2.0, 0.0, 0.0]
    steep = _largest(_products(timeline, "b"))
    assert [(float(one.value), one.size) for one in steep] == [(inf, inf)]
    mixed = _run("z = sqrt(b)\ny = 7 * b + z * 0", "b = 0.0")
    first, second = _largest(_products(mixed, "b"))
    assert isnan(first.value)
    assert second.value == 7.0


def test_a_closed_gate_stops_an_infinite_product_as_in_the_engine() -> None:
    timeline = _run("h = relu(x)\ny = sqrt(h)", "x = -1.0")
    products = _products(timeline, "x")
    (only,) = _largest(products)
    assert [float(products.factor(edge)) for edge in only.path] == [0.0, inf]
    assert only.value == 0.0 == timeline.grads["x"]


def test_a_rule_between_scalars_has_a_factor_too() -> None:
    timeline = _run("y = sum(3 * x)", "x = 2.0")
    products = _products(timeline, "x")
    assert products.is_scalar
    assert [float(products.factor(edge)) for edge in products.paths.path(0)] == [3.0, 1.0]


def test_a_path_between_arrays_brings_an_array() -> None:
    timeline = _run("y = sum(W @ x + x)", "W = [[1.0, 2.0], [3.0, 4.0]]\nx = [1.0, 1.0]")
    products = _products(timeline, "x")
    assert not products.is_scalar
    assert [one.value.tolist() for one in _largest(products)] == [[4.0, 6.0], [1.0, 1.0]]
    assert [one.value.tolist() for one in (products.contribution(rank, Order.PROGRAM) for rank in (0, 1))] == [
        [4.0, 6.0],
        [1.0, 1.0],
    ]


def _array_diamond(layers: int, value: Value) -> Graph:
    build = Builder()
    node = build.input("x", value)
    for _ in range(layers):
        node = build.op("add", build.op("sin", node), build.op("cos", node))
    return build.graph(build.op("sum", node))


def test_too_many_paths_between_arrays_are_only_listed_in_program_order() -> None:
    products = _products(run(_array_diamond(30, np.ones(2))), "x")
    assert products.paths.count == 2**30
    assert products.ranking is None
    assert 20 <= products.listed <= MOST_LISTED
    with pytest.raises(ValueError, match="too many"):
        products.contribution(0, Order.LARGEST)
    assert products.contribution(7, Order.PROGRAM).path == products.paths.path(7)


def test_large_arrays_are_listed_as_far_as_there_is_time() -> None:
    products = _products(run(_array_diamond(30, np.ones(20_000))), "x")
    assert products.ranking is None
    assert 1 <= products.listed < 10


def test_following_paths_can_be_stopped() -> None:
    progress = Progress()
    progress.cancel()
    timeline = run(tree())
    with pytest.raises(Cancelled):
        AllPaths(timeline.plan, 1, progress)
    with pytest.raises(Cancelled):
        PathProducts(timeline, _paths(timeline, "b"), progress)
    arrays = run(_array_diamond(2, np.ones(2)))
    with pytest.raises(Cancelled):
        PathProducts(arrays, _paths(arrays, "x"), progress)
