"""What must hold for the drawing of any graph, either way it runs, read from the text alone: as the eye would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice, pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_tui.drawing.boxes import BoxStyle, Detail, LabelStyle
from backprop_tui.drawing.drawing import Arrangement, Drawing
from backprop_tui.drawing.levels import LEVELS
from backprop_tui.drawing.orientation import Orientation
from backprop_tui.drawing.pieces import DOWN, LEFT, OPPOSITE, RIGHT, UP, Point, Port
from backprop_tui.drawing.render import Picture
from backprop_tui.drawing.state import Role
from backprop_tui.graph import Edge, Graph, Kind
from tests.drawing.examples import Still, fields_of, graph_of, graphs, random_layers, route_of, to_text

DETAILS = (*LEVELS, Detail(BoxStyle.COMPACT, LabelStyle.SYMBOL))
TOP_DOWN, LEFT_TO_RIGHT = Orientation
FIXED = {
    "one input": graph_of(()),
    "nothing but constants": graph_of((-1,), (-1,)),
    "a value used twice by one node": graph_of((), (0, 0)),
    "a value used by a node five times": graph_of((), (), (0, 1, 0, 0, 1, 0, 0)),
    "two inputs that swap": graph_of((), (), (1, 0), (1, 0), (3, 2)),
    "a cycle of three": graph_of((), (), (), (2, 0), (0, 1), (1, 2)),
    "a value used 500 times": graph_of((), *[(0,) for _ in range(500)]),
    "a node of 50 operands": graph_of(*[() for _ in range(50)], range(50)),
    "inputs that nothing uses": graph_of(*[() for _ in range(20)], (3, 4), (20, 20)),
    "three graphs": graph_of((), (), (0,), (1,), (), (2, 2), (4, 4), (3, 3)),
    "a long way round": graph_of((), *[(node,) for node in range(40)], (0, 40), (1, 41)),
    "many layers": random_layers(16, 6),
    "wide layers": random_layers(4, 16, fan_in=3, seed=1),
}

SIDES = {"│": UP | DOWN, "─": LEFT | RIGHT, "┼": UP | DOWN | LEFT | RIGHT}
SIDES |= {"╭": DOWN | RIGHT, "╮": DOWN | LEFT, "╰": UP | RIGHT, "╯": UP | LEFT}
SIDES |= {"├": UP | DOWN | RIGHT, "┤": UP | DOWN | LEFT, "┬": DOWN | LEFT | RIGHT, "┴": UP | LEFT | RIGHT}
STEP = {UP: (0, -1), DOWN: (0, 1), LEFT: (-1, 0), RIGHT: (1, 0)}
ONWARDS = {TOP_DOWN: DOWN, LEFT_TO_RIGHT: RIGHT}
EXIT = {TOP_DOWN: "┬", LEFT_TO_RIGHT: "├"}
ARROW = {TOP_DOWN: "▼", LEFT_TO_RIGHT: "▶"}


def draw(
    graph: Graph, detail: Detail, orientation: Orientation = TOP_DOWN, *, local: int = 2, number: int = 3
) -> Drawing:
    return Arrangement(graph).draw(detail, fields_of(graph, local=local, number=number), orientation)


@st.composite
def drawings(draws: st.DrawFn) -> Drawing:
    """Any graph at any level of detail, either way, with labels and numbers of any width."""
    detail, orientation = draws(st.sampled_from(DETAILS)), draws(st.sampled_from(Orientation))
    return draw(draws(graphs()), detail, orientation, local=draws(st.integers(0, 4)), number=draws(st.integers(1, 5)))


def any_drawing(law: Callable[[Drawing], None]) -> Callable[[], None]:
    """Asks a law of any drawing."""
    return settings(deadline=None, max_examples=40)(given(drawings())(law))


def rows_of(drawing: Drawing, state: Still) -> list[str]:
    return [line.ljust(drawing.width) for line in to_text(drawing, state).split("\n")]


def place_of_label(drawing: Drawing, port: Port) -> tuple[int, int, int]:
    """The row of a label, and the columns from its first to after its last."""
    if drawing.orientation is LEFT_TO_RIGHT:
        return port.y, port.x - 2 - port.label, port.x - 2
    return port.y - max(0, drawing.detail.label.value), port.x + 1, port.x + 1 + port.label


def lines_alone(drawing: Drawing) -> list[str]:
    """The text with the lines drawn through the labels that stand on them."""
    rows = rows_of(drawing, Still())
    if drawing.orientation is LEFT_TO_RIGHT:
        for port in drawing.ports.values():
            if port.label:
                y, first, end = place_of_label(drawing, port)
                rows[y] = rows[y][: first - 1] + "─" * (end - first + 2) + rows[y][end + 1 :]
    return rows


def arrows_after(rows: list[str], start: Point, drawing: Drawing) -> set[Point]:
    """The arrows that the line which leaves a cell leads to, followed through the text."""
    arrows: set[Point] = set()
    seen: set[tuple[Point, int]] = set()
    onwards = ONWARDS[drawing.orientation]
    pending = [(start, onwards)]
    while pending:
        (x, y), side = pending.pop()
        x, y = x + STEP[side][0], y + STEP[side][1]
        if ((x, y), side) in seen:
            continue
        seen.add(((x, y), side))
        character = rows[y][x]
        if character == ARROW[drawing.orientation]:
            assert side == onwards
            arrows.add((x, y))
            continue
        sides = SIDES[character]
        assert sides & OPPOSITE[side], f"a line ends at {x}, {y}"
        ways = side if character == "┼" else sides & ~OPPOSITE[side]
        pending += [((x, y), way) for way in STEP if ways & way]
    return arrows


def check_everything(drawing: Drawing) -> None:
    check_boxes(drawing)
    check_lines(drawing)
    check_routes(drawing)
    check_labels(drawing)


def check_boxes(drawing: Drawing) -> None:
    """They are inside the drawing, do not touch in a layer of a top-down drawing, and never overlap."""
    layers: dict[int, list[tuple[int, int]]] = {}
    ends: dict[int, int] = {}
    for box in drawing.boxes.values():
        assert min(box.x, box.y) >= 0
        assert box.x + box.width <= drawing.width
        assert box.y + box.height <= drawing.height
        across, along = ((box.x, box.width), (box.y, box.height))[:: 1 if drawing.orientation is TOP_DOWN else -1]
        layers.setdefault(along[0], []).append((across[0], sum(across)))
        ends[along[0]] = max(ends.get(along[0], 0), sum(along))
    for layer in layers.values():
        gap = 1 if drawing.orientation is TOP_DOWN else 0
        assert all(one[1] + gap <= other[0] for one, other in pairwise(sorted(layer)))
    assert all(ends[one] < other for one, other in pairwise(sorted(layers)))


def check_lines(drawing: Drawing) -> None:
    """From every box, its line leads to the operand ports that its value fills, and nowhere else."""
    rows = lines_alone(drawing)
    for node, box in drawing.boxes.items():
        wanted = {(port.x, port.y) for port in map(drawing.ports.__getitem__, drawn_uses(drawing, node))}
        found = arrows_after(rows, box.exit, drawing) if box.exit else set()
        assert found == wanted
        if box.exit and drawing.detail.box.is_boxed:
            assert rows[box.exit[1]][box.exit[0]] == EXIT[drawing.orientation]
    for edge, port in drawing.ports.items():
        assert port.edge == edge
        x, y = STEP[ONWARDS[drawing.orientation]]
        assert drawing.boxes[edge.consumer].covers(port.x + x, port.y + y)


def check_routes(drawing: Drawing) -> None:
    onwards = ONWARDS[drawing.orientation]
    every = max(1, len(drawing.ports) // 60)
    for edge, port in list(drawing.ports.items())[::every]:
        route = list(route_of(drawing, edge))
        assert route[0] == (drawing.boxes[edge.operand].exit, onwards)
        assert route[-1] == ((port.x, port.y), OPPOSITE[onwards])
        for ((x, y), sides), ((next_x, next_y), next_sides) in pairwise(route):
            (side,) = (way for way, step in STEP.items() if (x + step[0], y + step[1]) == (next_x, next_y))
            assert sides & side
            assert next_sides & OPPOSITE[side]


def check_labels(drawing: Drawing) -> None:
    """Every label has all the room it asked for, a blank after it, and nothing of it is overwritten."""
    rows = to_text(drawing, Still(local="9" * 99)).split("\n")
    for port in drawing.ports.values():
        y, first, end = place_of_label(drawing, port)
        shown = rows[y][first:end]
        assert len(shown) == port.label
        assert set(shown) <= set("d=9…")
        assert rows[port.y][port.x] == ARROW[drawing.orientation]
        if drawing.orientation is LEFT_TO_RIGHT and port.label:
            assert rows[y][first - 2] in "─├┤┼╰╭┬┴"
            assert (rows[y][first - 1], rows[y][end : port.x]) == (" ", " ─")
        elif port.label:
            assert rows[y][end:][:1] in ("", " ")


def drawn_uses(drawing: Drawing, node: int) -> Iterator[Edge]:
    return iter(drawing.graph.consumers[node])


def drawn_edges(graph: Graph) -> Iterator[Edge]:
    return (edge for edge in graph.edges if graph.nodes[edge.operand].kind is not Kind.CONSTANT)


@any_drawing
def test_every_drawing_is_sound(drawing: Drawing) -> None:
    check_everything(drawing)


@pytest.mark.parametrize("name", FIXED)
@pytest.mark.parametrize(
    ("detail", "orientation"),
    [(LEVELS[0], TOP_DOWN), (LEVELS[0], LEFT_TO_RIGHT), (LEVELS[-1], LEFT_TO_RIGHT)],
    ids=["full", "full sideways", "dots sideways"],
)
def test_graphs_that_are_hard_to_draw_are_sound(name: str, detail: Detail, orientation: Orientation) -> None:
    check_everything(draw(FIXED[name], detail, orientation, local=0, number=1))


@any_drawing
def test_constants_are_not_drawn_and_everything_else_is(drawing: Drawing) -> None:
    graph = drawing.graph
    constants = {node.index for node in graph if node.kind is Kind.CONSTANT}
    assert list(drawing.boxes) == [node.index for node in graph if node.index not in constants]
    assert list(drawing.ports) == list(drawn_edges(graph))
    assert len(drawing.boxes) == len(list(drawing.boxes))
    assert len(drawing.ports) == len(list(drawing.ports))
    for node in graph:
        assert (node.index in drawing.boxes) == (node.index not in constants)
    for edge in graph.edges:
        assert (edge in drawing.ports) == (edge.operand not in constants)


@any_drawing
def test_ports_stand_in_the_order_of_the_operands(drawing: Drawing) -> None:
    for one, other in pairwise(drawing.ports.values()):
        if one.edge.consumer == other.edge.consumer:
            assert (one.x, one.y) < (other.x, other.y)


@any_drawing
def test_the_same_graph_gives_the_same_text(drawing: Drawing) -> None:
    again = Arrangement(drawing.graph).draw(drawing.detail, drawing.fields, drawing.orientation)
    assert to_text(drawing, Still()) == to_text(again, Still())


@settings(deadline=None, max_examples=40)
@given(drawings(), st.data())
def test_a_part_of_a_row_is_that_part_of_the_whole_row(drawing: Drawing, data: st.DataObject) -> None:
    picture = Picture(drawing, Still(lit=list(drawn_edges(drawing.graph))[:1]))
    y = data.draw(st.integers(-1, drawing.height))
    x0, x1 = sorted(data.draw(st.integers(-3, drawing.width + 3)) for _ in range(2))
    whole = [(char, style) for text, style in picture.row(y, -3, drawing.width + 3) for char in text]
    part = [(char, style) for text, style in picture.row(y, x0, x1) for char in text]
    assert part == whole[x0 + 3 : x1 + 3]


@any_drawing
def test_a_lit_edge_is_heavy_along_its_whole_way_and_changes_nothing_else(drawing: Drawing) -> None:
    marks = {(box.x, box.y) for box in drawing.boxes.values() if not drawing.detail.box.is_boxed}
    labels = set()
    if drawing.orientation is LEFT_TO_RIGHT:
        for port in drawing.ports.values():
            y, first, end = place_of_label(drawing, port)
            labels |= set(product(range(first - 1, end + 1), [y])) if port.label else set()
    plain = rows_of(drawing, Still())
    for edge in islice(drawn_edges(drawing.graph), 8):
        lit = rows_of(drawing, Still(lit=[edge]))
        changed = {
            (x, y)
            for y, (before, after) in enumerate(zip(plain, lit, strict=True))
            for x, (one, other) in enumerate(zip(before, after, strict=True))
            if one != other
        }
        assert changed - labels == {point for point, _ in route_of(drawing, edge)} - marks - labels


@any_drawing
def test_whatever_an_edge_and_its_ends_change_is_in_their_regions(drawing: Drawing) -> None:
    quiet = rows_of(drawing, Still(local="·"))
    for edge in islice(drawn_edges(drawing.graph), 5):
        roles = {edge.operand: Role.RECEIVER, edge.consumer: Role.SENDER}
        state = Still(lit=[edge], roles=roles, local="·")
        loud = rows_of(drawing, state)
        regions = Picture(drawing, state).regions([edge.operand, edge.consumer], [edge])
        covered = {point for part in regions for point in product(span(part.x, part.width), span(part.y, part.height))}
        for y, (before, after) in enumerate(zip(quiet, loud, strict=True)):
            assert all((x, y) in covered for x in range(drawing.width) if before[x] != after[x])
        port = drawing.ports[edge]
        row, first, end = place_of_label(drawing, port)
        assert all((x, row) in covered for x in range(first, end))


def span(first: int, size: int) -> range:
    return range(first, first + size)


@any_drawing
def test_node_at_finds_every_cell_of_a_box_and_nothing_between(drawing: Drawing) -> None:
    expected = {
        (x, y): box.node
        for box in drawing.boxes.values()
        for x in range(box.x, box.x + box.width)
        for y in range(box.y, box.y + box.height)
    }
    assert len(expected) == sum(box.width * box.height for box in drawing.boxes.values())
    for y in range(-1, drawing.height + 1):
        for x in range(-1, drawing.width + 1):
            assert drawing.node_at(x, y) == expected.get((x, y))
