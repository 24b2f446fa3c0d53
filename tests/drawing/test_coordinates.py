"""Columns: what should stand straight does."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_tui.drawing.drawing import Arrangement, Drawing
from backprop_tui.drawing.levels import LEVELS
from backprop_tui.graph import Edge, Graph
from tests.drawing.examples import fields_of, graph_of


def draw(graph: Graph, level: int = 0) -> Drawing:
    return Arrangement(graph).draw(LEVELS[level], fields_of(graph))


def is_straight(drawing: Drawing, edge: Edge) -> bool:
    return len({x for x, _ in drawing.line_of(edge)}) == 1


def residual(blocks: int) -> Graph:
    """`h + tanh(w · h)`, again and again."""
    operands: list[Sequence[int]] = [()]
    stream = 0
    for _ in range(blocks):
        weight = len(operands)
        operands += [(), (weight, stream), (weight + 1,), (stream, weight + 2)]
        stream = weight + 3
    return graph_of(*operands)


def test_a_chain_is_straight() -> None:
    drawing = draw(graph_of((), (0,), (1,), (2,)))
    assert all(is_straight(drawing, edge) for edge in drawing.ports)


def test_a_parameter_does_not_bend_the_trunk() -> None:
    drawing = draw(graph_of((), (0,), (), (2, 1), (), (4, 3), (), (5, 6)))
    assert is_straight(drawing, Edge(3, 1, 1))
    assert is_straight(drawing, Edge(5, 1, 3))
    assert is_straight(drawing, Edge(7, 0, 5))


def test_the_trunk_of_a_residual_chain_is_straight_and_does_not_drift() -> None:
    widths = [draw(residual(blocks)).width for blocks in (4, 8, 16)]
    assert widths[1] == widths[2]
    drawing = draw(residual(8))
    trunk = [edge for edge in drawing.ports if edge.operand and len(drawing.graph.consumers[edge.operand]) == 1]
    computed = [edge for edge in trunk if drawing.graph.nodes[edge.operand].operands]
    assert computed
    assert all(is_straight(drawing, edge) for edge in computed)


def test_a_line_leaves_right_above_a_port_that_is_near() -> None:
    graph = graph_of((), (), (0, 1))
    drawing = Arrangement(graph).draw(LEVELS[0], fields_of(graph, local=6, number=1))
    assert [drawing.boxes[node].exit for node in (0, 1)] != [drawing.boxes[node].width // 2 for node in (0, 1)]
    assert all(is_straight(drawing, edge) for edge in drawing.ports)
