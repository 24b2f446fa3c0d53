"""Laws of differentiation that need no reference, on random whole programs of every operation."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

import backprop_tui as bp
from backprop_tui.engine.events import Accumulate
from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Graph, Kind, Node, Value
from backprop_tui.ops.registry import FUNCTIONS, OPERATIONS
from tests.graphs import same_bits, value_of
from tests.programs import programs, write_program

SEEDS = st.integers(0, 2**32)


def graph_of(text: str) -> Graph:
    note(text)
    return bp.loads(text).graph


def size_of(timeline: Timeline) -> float:
    """The largest number in a backward pass: what rounding is measured by."""
    return max(float(np.max(np.abs(grad))) for grad in timeline.grads.values() if grad is not None)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_is_written_in_every_spelling(name: str) -> None:
    """And where it is differentiable, a gradient goes through it."""
    operation = OPERATIONS[name]
    texts = [write_program(seed, size=0, first=name).text for seed in range(16)]
    graphs = [bp.loads(text).graph for text in texts]
    if operation.operands:
        assert sum(any(node.op == name for node in graph) for graph in graphs) >= 12
    if operation.differentiable:
        assert any(any(node.op == name and graph.contributing[node.index] for node in graph) for graph in graphs)
    called = "|".join(spelling for spelling, known in FUNCTIONS.items() if known is operation)
    if called:
        assert any(re.search(rf"(?<![\w.])({called})\(", text) for text in texts)
    if called and operation.operands:
        assert any(re.search(rf"\.({called})\(", text) for text in texts)
    if operation.symbol:
        assert any(re.search(rf"= .*{re.escape(operation.symbol)}", text) for text in texts)


@settings(max_examples=100)
@given(programs(kinks=False), SEEDS)
def test_the_gradients_say_how_the_output_moves(text: str, seed: int) -> None:
    """Along a random direction of all inputs at once, by central differences at two steps, extrapolated."""
    graph = graph_of(text)
    random = np.random.default_rng(seed)
    inputs = [node for node in graph.inputs if node.requires_grad]
    directions = {node.name: random.choice((-1.0, 1.0), node.shape) for node in inputs}
    timeline = bp.run(graph)

    def output(step: float) -> float:
        moved = {node.name: node.value + step * directions[node.name] for node in inputs}
        return float(np.sum(graph.seed * bp.run(graph, moved).values[graph.nodes[graph.output].name]))

    def slope(step: float) -> float:
        return (output(step) - output(-step)) / (2.0 * step)

    products = [
        np.asarray(timeline.grads[name]) * directions[name] for name in directions if name in received(timeline)
    ]
    expected = float(sum(np.sum(product) for product in products))
    size = float(sum(np.sum(np.abs(product)) for product in products))
    assert (4.0 * slope(1e-5) - slope(2e-5)) / 3.0 == pytest.approx(expected, rel=1e-6, abs=1e-7 * (1.0 + size))


def received(timeline: Timeline) -> set[str]:
    """The names of the nodes that a gradient reached."""
    return {name for name, grad in timeline.grads.items() if grad is not None}


@settings(max_examples=100)
@given(programs(), SEEDS)
def test_forward_mode_and_the_backward_pass_see_the_same_derivative(text: str, seed: int) -> None:
    """Every JVP is the transpose of its VJP, at kinks and ties too; and so are all of them together."""
    graph = graph_of(text)
    random = np.random.default_rng(seed)
    timeline = bp.run(graph)
    values = [timeline.values[node.name] for node in graph]
    size = size_of(timeline)
    tangents = [
        random.choice((-1.0, 1.0), node.shape)
        if node.kind is Kind.INPUT and node.requires_grad
        else np.zeros(node.shape)
        for node in graph
    ]
    for event in reversed(list(timeline)):  # from the first consumer to the last
        if isinstance(event, Accumulate):
            node, tangent = graph.nodes[event.consumer], value_of(tangents[event.node])
            operands = [values[operand] for operand in node.operands]
            with np.errstate(all="ignore"):
                moved = OPERATIONS[node.op].jvp(event.operand, tangent, values[node.index], operands, node.attributes)
            forth, back = event.upstream * moved, event.contribution * tangent
            scale = float(np.sum(np.abs(forth)) + np.sum(np.abs(back))) + size
            assert float(np.sum(forth)) == pytest.approx(float(np.sum(back)), rel=1e-10, abs=1e-12 * scale)
            tangents[node.index] = tangents[node.index] + moved
    forwards = float(np.sum(graph.seed * tangents[graph.output]))
    backwards = [
        timeline.grads[node.name] * tangents[node.index] for node in graph.inputs if node.name in received(timeline)
    ]
    assert forwards == pytest.approx(sum(map(np.sum, backwards)), rel=1e-9, abs=1e-12 * size * len(graph))


@settings(max_examples=60)
@given(programs(), SEEDS)
def test_the_gradients_are_linear_in_the_seed(text: str, seed: int) -> None:
    graph = graph_of(text)
    random = np.random.default_rng(seed)
    one, other = (random.uniform(-2.0, 2.0, graph.seed.shape)[()] for _ in range(2))
    first, second, both = (bp.run(replace(graph, seed=s)) for s in (one, other, 2.0 * one - 3.0 * other))
    assert received(first) == received(second) == received(both)
    atol = 1e-13 * (size_of(first) + size_of(second) + size_of(both))
    for name in received(both):
        np.testing.assert_allclose(
            both.grads[name], 2.0 * first.grads[name] - 3.0 * second.grads[name], rtol=1e-10, atol=atol, err_msg=name
        )


def with_a_copy(graph: Graph, node: int, edge: tuple[int, int]) -> Graph:
    """The graph in which one use of a node goes through a copy of it: (consumer, position) uses `reshape(node)`."""

    def index(old: int) -> int:
        return old if old <= node else old + 1

    shape = graph.nodes[node].shape
    copy = Node(
        *(node + 1, "copy", Kind.OPERATION, shape, True),
        op="reshape",
        operands=(node,),
        attributes={"shape": shape},
    )
    nodes = [
        replace(
            one,
            index=index(one.index),
            operands=tuple(
                node + 1 if (one.index, position) == edge else index(operand)
                for position, operand in enumerate(one.operands)
            ),
        )
        for one in graph.nodes
    ]
    nodes.insert(node + 1, copy)
    return Graph(tuple(nodes), index(graph.output), graph.seed)


@settings(max_examples=80)
@given(programs(), SEEDS)
def test_a_gradient_is_the_sum_of_what_comes_back_from_each_use(text: str, seed: int) -> None:
    graph = graph_of(text)
    timeline = bp.run(graph)
    arrivals = [event for event in timeline if isinstance(event, Accumulate)]
    shared = [event for event in arrivals if sum(one.node == event.node for one in arrivals) > 1]
    for event in shared[:3]:
        changed = bp.run(with_a_copy(graph, event.node, (event.consumer, event.operand)))
        assert same_bits(changed.grads["copy"], event.contribution)
        atol = 1e-13 * size_of(timeline)
        for name in received(timeline):
            np.testing.assert_allclose(changed.grads[name], timeline.grads[name], rtol=1e-10, atol=atol, err_msg=name)


@settings(max_examples=30)
@given(programs())
def test_back_undoes_every_step(text: str) -> None:
    graph = graph_of(text)
    cursor = bp.run(graph).cursor()
    names = [node.name for node in graph]

    def here() -> list[tuple[Value | None, Value | None]]:
        return [(cursor.value(name), cursor.grad(name)) for name in names]

    seen = [here()]
    while cursor.step():
        seen.append(here())
    for before in reversed(seen[:-1]):
        cursor.back()
        assert all(same_bits(a, c) and same_bits(b, d) for (a, b), (c, d) in zip(here(), before, strict=True))
