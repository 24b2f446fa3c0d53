"""What must hold for the drawing of any graph, read from the text alone: as the eye would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_tui.drawing.boxes import BoxStyle, Detail, LabelStyle
from backprop_tui.drawing.drawing import Arrangement, Drawing
from backprop_tui.drawing.levels import LEVELS
from backprop_tui.drawing.pieces import DOWN, LEFT, OPPOSITE, RIGHT, UP, Point
from backprop_tui.drawing.render import Picture, to_text
from backprop_tui.graph import Edge, Graph, Kind
from tests.drawing.examples import Still, fields_of, graph_of, graphs, random_layers

DETAILS = (*LEVELS, Detail(BoxStyle.COMPACT, LabelStyle.SYMBOL))
FIXED = {
    "one input": graph_of(()),
    "nothing but constants": graph_of((-1,), (-1,)),
    "a value used twice by one node": graph_of((), (0, 0)),
    "two inputs that swap": graph_of((), (), (1, 0), (1, 0), (3, 2)),
    "a cycle of three": graph_of((), (), (), (2, 0), (0, 1), (1, 2)),
    "a value used 500 times": graph_of((), *[(0,) for _ in range(500)]),
    "a node of 50 operands": graph_of(*[() for _ in range(50)], range(50)),
    "300 nodes": random_layers(30, 10),
    "300 nodes, wide": random_layers(6, 50, fan_in=3, seed=1),
}

every_fixed_graph = pytest.mark.parametrize("name", FIXED)
SIDES = {"│": UP | DOWN, "─": LEFT | RIGHT, "┼": UP | DOWN | LEFT | RIGHT}
SIDES |= {"╭": DOWN | RIGHT, "╮": DOWN | LEFT, "╰": UP | RIGHT, "╯": UP | LEFT}
SIDES |= {"├": UP | DOWN | RIGHT, "┤": UP | DOWN | LEFT, "┬": DOWN | LEFT | RIGHT, "┴": UP | LEFT | RIGHT}
STEP = {UP: (0, -1), DOWN: (0, 1), LEFT: (-1, 0), RIGHT: (1, 0)}


def anything(law: Callable[[Graph, Detail, int, int], None]) -> Callable[[], None]:
    """Asks a law of any graph at any level of detail, with labels and numbers of any width."""
    check = given(graphs(), st.sampled_from(DETAILS), st.integers(0, 4), st.integers(1, 5))(law)
    return settings(deadline=None, max_examples=60)(check)


def draw(graph: Graph, detail: Detail, local: int = 2, number: int = 3) -> Drawing:
    return Arrangement(graph).draw(detail, fields_of(graph, local=local, number=number))


def arrows_below(lines: list[str], start: Point) -> set[Point]:
    """The arrows that the line which leaves a cell downwards leads to, followed through the text."""
    arrows: set[Point] = set()
    seen: set[tuple[Point, int]] = set()
    pending = [(start, DOWN)]
    while pending:
        (x, y), side = pending.pop()
        x, y = x + STEP[side][0], y + STEP[side][1]
        if ((x, y), side) in seen:
            continue
        seen.add(((x, y), side))
        character = lines[y][x]
        if character == "▼":
            assert side == DOWN
            arrows.add((x, y))
            continue
        sides = SIDES[character]
        assert sides & OPPOSITE[side], f"a line ends at {x}, {y}"
        onwards = side if character == "┼" else sides & ~OPPOSITE[side]
        pending += [((x, y), way) for way in STEP if onwards & way]
    return arrows


def check_everything(drawing: Drawing) -> None:
    check_boxes(drawing)
    check_lines(drawing)
    check_routes(drawing)
    check_labels(drawing)


def check_boxes(drawing: Drawing) -> None:
    for box in drawing.boxes.values():
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= drawing.width
        assert box.y + box.height <= drawing.height
    rows: dict[int, list[tuple[int, int]]] = {}
    for box in drawing.boxes.values():
        rows.setdefault(box.y, []).append((box.x, box.x + box.width))
    for row in rows.values():
        assert all(left[1] < right[0] for left, right in pairwise(sorted(row)))
    tops = sorted(rows)
    assert all(lower - upper > drawing.detail.box.height for upper, lower in pairwise(tops))


def check_lines(drawing: Drawing) -> None:
    lines = [line.ljust(drawing.width) for line in to_text(drawing, Still()).split("\n")]
    for node, box in drawing.boxes.items():
        wanted = {drawing.ports[edge] for edge in drawing.graph.consumers[node]}
        found = set()
        if box.exit is not None:
            found = arrows_below(lines, (box.exit, box.y + box.height - 1))
        assert found == {(port.x, port.y) for port in wanted}
    for edge, port in drawing.ports.items():
        below = drawing.boxes[edge.consumer]
        assert (port.x, port.y + 1) in below


def check_routes(drawing: Drawing) -> None:
    every = max(1, len(drawing.ports) // 60)
    for edge, port in list(drawing.ports.items())[::every]:
        box = drawing.boxes[edge.operand]
        route = list(drawing.route_of(edge))
        assert route[0] == ((box.exit, box.y + box.height - 1), DOWN)
        assert route[-1] == ((port.x, port.y), UP)
        for ((x, y), sides), ((next_x, next_y), next_sides) in pairwise(route):
            (side,) = (way for way, step in STEP.items() if (x + step[0], y + step[1]) == (next_x, next_y))
            assert sides & side
            assert next_sides & OPPOSITE[side]


def check_labels(drawing: Drawing) -> None:
    lines = to_text(drawing, Still(local="9" * 99)).split("\n")
    for port in drawing.ports.values():
        row = port.y - max(0, drawing.detail.label.value)
        shown = lines[row][port.x + 1 : port.x + 1 + port.label]
        assert len(shown) == port.label
        assert set(shown) <= set("d=9…")
        assert lines[row][port.x + 1 + port.label :][:1] in ("", " ")


@anything
def test_every_drawing_is_sound(graph: Graph, detail: Detail, local: int, number: int) -> None:
    check_everything(draw(graph, detail, local, number))


@every_fixed_graph
@pytest.mark.parametrize("detail", [LEVELS[0], LEVELS[-1]], ids=["full", "dots"])
def test_graphs_that_are_hard_to_draw_are_sound(name: str, detail: Detail) -> None:
    check_everything(draw(FIXED[name], detail, local=0, number=1))


@anything
def test_constants_are_not_drawn_and_everything_else_is(graph: Graph, detail: Detail, local: int, number: int) -> None:
    drawing = draw(graph, detail, local, number)
    constants = {node.index for node in graph if node.kind is Kind.CONSTANT}
    assert drawing.boxes.keys() == {node.index for node in graph} - constants
    assert drawing.ports.keys() == {edge for edge in graph.edges if edge.operand not in constants}


@anything
def test_ports_stand_in_the_order_of_the_operands(graph: Graph, detail: Detail, local: int, number: int) -> None:
    drawing = draw(graph, detail, local, number)
    for one, other in combinations(drawing.ports.values(), 2):
        if one.edge.consumer == other.edge.consumer:
            assert (one.x < other.x) == (one.edge.position < other.edge.position)


@anything
def test_the_same_graph_gives_the_same_text(graph: Graph, detail: Detail, local: int, number: int) -> None:
    first, second = (draw(graph, detail, local, number) for _ in range(2))
    assert to_text(first, Still()) == to_text(second, Still())


@settings(deadline=None)
@given(graphs(), st.sampled_from(DETAILS), st.data())
def test_a_part_of_a_row_is_that_part_of_the_whole_row(graph: Graph, detail: Detail, data: st.DataObject) -> None:
    picture = Picture(draw(graph, detail), Still(lit=list(lit_edges(graph))[:1]))
    drawing = picture.drawing
    y = data.draw(st.integers(-1, drawing.height))
    x0, x1 = sorted(data.draw(st.integers(-3, drawing.width + 3)) for _ in range(2))
    whole = [(char, style) for text, style in picture.row(y, -3, drawing.width + 3) for char in text]
    part = [(char, style) for text, style in picture.row(y, x0, x1) for char in text]
    assert part == whole[x0 + 3 : x1 + 3]


@anything
def test_a_lit_edge_is_heavy_along_its_whole_way_and_changes_nothing_else(
    graph: Graph, detail: Detail, local: int, number: int
) -> None:
    drawing = draw(graph, detail, local, number)
    for edge in lit_edges(graph):
        plain = to_text(drawing, Still()).split("\n")
        lit = to_text(drawing, Still(lit=[edge])).split("\n")
        changed = {
            (x, y)
            for y, (before, after) in enumerate(zip(plain, lit, strict=True))
            for x, (one, other) in enumerate(zip(before, after, strict=True))
            if one != other
        }
        marks = {(box.exit, box.y) for box in drawing.boxes.values() if not detail.box.is_boxed}
        assert changed == {point for point, _ in drawing.route_of(edge)} - marks


@anything
def test_node_at_finds_every_cell_of_a_box_and_nothing_between(
    graph: Graph, detail: Detail, local: int, number: int
) -> None:
    drawing = draw(graph, detail, local, number)
    expected = {
        (x, y): box.node
        for box in drawing.boxes.values()
        for x in range(box.x, box.x + box.width)
        for y in range(box.y, box.y + box.height)
    }
    for y in range(-1, drawing.height + 1):
        for x in range(-1, drawing.width + 1):
            assert drawing.node_at(x, y) == expected.get((x, y))


def lit_edges(graph: Graph) -> Iterator[Edge]:
    return (edge for edge in graph.edges if graph.nodes[edge.operand].kind is not Kind.CONSTANT)
