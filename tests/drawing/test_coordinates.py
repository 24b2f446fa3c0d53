"""Columns: what should stand straight does."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

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
    boxes = [drawing.boxes[node] for node in (0, 1)]
    assert any(box.exit and box.exit[0] - box.x != box.width // 2 for box in boxes)
    assert all(is_straight(drawing, edge) for edge in drawing.ports)


def test_a_line_past_many_layers_has_corners_only_where_it_turns() -> None:
    graph = graph_of((), *[(node,) for node in range(300)], (0, 300))
    corners = draw(graph).line_of(Edge(301, 0, 0))
    assert len(corners) <= 6
    assert all((x0 == x1) != (y0 == y1) for (x0, y0), (x1, y1) in pairwise(corners))


def test_a_bus_is_straight_from_its_first_layer_to_its_last() -> None:
    drawing = draw(graph_of((), (0,), (1,), (0, 2), (0, 3), (0, 4)))
    ends = [drawing.line_of(edge) for edge in drawing.graph.consumers[0] if edge.consumer > 2]
    assert len({x for line in ends for x, y in line[2:3]}) == 1
