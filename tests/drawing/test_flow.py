"""What flows is seen: lit along its whole route, either way, with its direction; weights and heat on request."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_tui.drawing.drawing import Arrangement, Drawing
from backprop_tui.drawing.levels import LEVELS
from backprop_tui.drawing.orientation import Orientation
from backprop_tui.drawing.pieces import DOWN, LEFT, OPPOSITE, RIGHT, UP, Point
from backprop_tui.drawing.render import HEAT_STYLES, MARK_STYLES, Picture, Style
from backprop_tui.drawing.state import Emphasis, Flow, Role
from backprop_tui.graph import Edge, Graph
from tests.drawing.examples import Still, fields_of, graph_of, graphs, route_of

TOP_DOWN, LEFT_TO_RIGHT = Orientation
SIDES = {"UP": UP, "DOWN": DOWN, "LEFT": LEFT, "RIGHT": RIGHT, "VERTICAL": UP | DOWN, "HORIZONTAL": LEFT | RIGHT}
ARROWS = {UP: "▲", DOWN: "▼", LEFT: "◀", RIGHT: "▶"}
COLOUR = {Flow.FORWARD: Style.FORWARD, Flow.BACKWARD: Style.BACKWARD}
FAR = graph_of(*[()] * 12, range(12), (0, 12))
"""Twelve inputs of one node, and the first of them used again further down."""


def draw(graph: Graph, level: int, orientation: Orientation = TOP_DOWN) -> Drawing:
    return Arrangement(graph).draw(LEVELS[level], fields_of(graph), orientation)


def cells(picture: Picture) -> dict[Point, tuple[str, Style]]:
    drawing = picture.drawing
    rows = [picture.row(y, 0, drawing.width) for y in range(drawing.height)]
    flat = [[(character, style) for text, style in row for character in text] for row in rows]
    return {(x, y): cell for y, row in enumerate(flat) for x, cell in enumerate(row)}


def heavy_sides(character: str) -> int:
    """The sides on which a heavy line leaves a cell, by the character's Unicode name."""
    sides, name = 0, unicodedata.name(character, "").removeprefix("BOX DRAWINGS ")
    all_heavy = name.startswith("HEAVY ")
    for part in name.split(" AND "):
        words = part.split()
        if all_heavy or "HEAVY" in words:
            for word in words:
                sides |= SIDES.get(word, 0)
    return sides


@st.composite
def lit_edges(draws: st.DrawFn) -> tuple[Drawing, Edge, Flow]:
    drawing = draw(draws(graphs()), draws(st.integers(0, len(LEVELS) - 1)), draws(st.sampled_from(Orientation)))
    edges = list(drawing.ports)
    return drawing, draws(st.sampled_from(edges or [Edge(0, 0, 0)])), draws(st.sampled_from(Flow))


@given(lit_edges())
@settings(deadline=None, max_examples=30)
def test_an_edge_is_lit_from_box_to_box_and_nothing_else_is(drawn: tuple[Drawing, Edge, Flow]) -> None:
    drawing, edge, flow = drawn
    if edge not in drawing.ports:
        return
    shown = cells(Picture(drawing, Still(flow=flow, lit=[edge], local="")))
    (*line, (head, _)) = route_of(drawing, edge)
    x, y = drawing.ports[edge].text
    label = {(column, y) for column in range(x - 1, x + drawing.ports[edge].label + 1)}
    ends = [point for point, _ in line[1:]] + [head]
    for ((x, y), sides), (x1, y1) in zip(line[1:], ends[1:], strict=True):
        character, style = shown[x, y]
        if (x, y) in label:
            continue
        assert style is COLOUR[flow]
        if character in ARROWS.values():  # a long straight piece
            way = DOWN if y < y1 else UP if y > y1 else RIGHT if x < x1 else LEFT
            assert character == ARROWS[way if flow is Flow.FORWARD else OPPOSITE[way]]
        else:
            assert heavy_sides(character) == sides
    way = DOWN if drawing.orientation is TOP_DOWN else RIGHT
    assert shown[head] == (ARROWS[way if flow is Flow.FORWARD else OPPOSITE[way]], COLOUR[flow])
    if drawing.detail.box.is_boxed:
        assert heavy_sides(shown[line[0][0]][0])
    route = {head, *(point for point, _ in line)}
    assert not [point for point, (character, _) in shown.items() if heavy_sides(character) and point not in route]


@pytest.mark.parametrize("orientation", Orientation)
@pytest.mark.parametrize("flow", Flow)
def test_all_operands_of_an_evaluation_are_lit_and_the_way_is_told_midway(orientation: Orientation, flow: Flow) -> None:
    drawing = draw(FAR, 0, orientation)
    edges = [Edge(12, position, position) for position in range(12)]
    picture = Picture(drawing, Still(flow=flow, lit=edges, local=""))
    shown = cells(picture)
    midway: set[str] = set()
    for edge in edges:
        (*line, _) = route_of(drawing, edge)
        assert all(shown[point][1] is COLOUR[flow] for point, _ in line[1:])
        way = RIGHT if line[0][0][0] < drawing.ports[edge].x else LEFT
        if orientation is LEFT_TO_RIGHT:
            way = DOWN if line[0][0][1] < drawing.ports[edge].y else UP
        arrows = {shown[point][0] for point, _ in line[1:]} & set(ARROWS.values())
        assert arrows <= {ARROWS[way if flow is Flow.FORWARD else OPPOSITE[way]]}
        midway |= arrows
    assert len(midway) == 2  # some come from either side


@pytest.mark.parametrize("flow", Flow)
def test_a_line_grows_from_who_sends(flow: Flow) -> None:
    drawing = draw(FAR, 0)
    edge = Edge(12, 0, 0)
    points = [point for point, _ in route_of(drawing, edge)][1:-1]
    if flow is Flow.BACKWARD:
        points.reverse()
    counts = []
    for share in (0.25, 0.5, 0.75, 1.0):
        shown = cells(Picture(drawing, Still(flow=flow, lit=[edge], local=""), flowed=share))
        lit = [shown[point][1] is COLOUR[flow] for point in points]
        assert lit == sorted(lit, reverse=True)
        counts.append(sum(lit))
    assert counts == sorted(set(counts))
    assert counts[-1] == len(points)


def test_weights_are_dashed_light_or_heavy_and_what_is_not_computed_is_faint() -> None:
    graph = graph_of((), (), (), (), (0, 1, 2, 3))
    drawing = draw(graph, 3)
    edges = [Edge(4, position, position) for position in range(4)]
    state = Still(weights={edges[0]: 0, edges[1]: 1, edges[2]: 2})
    shown = cells(Picture(drawing, state, Emphasis.WEIGHTS))
    lines = [[shown[point] for point, _ in list(route_of(drawing, edge))[1:-1]] for edge in edges]
    assert {character for character, _ in lines[0]} & {"╌", "┊"}
    assert not any(heavy_sides(character) for character, _ in lines[1])
    assert all(heavy_sides(character) for character, _ in lines[2])
    assert [{style for _, style in line} for line in lines] == [{Style.LINE}] * 3 + [{Style.UNTOUCHED}]
    plain = cells(Picture(drawing, state))
    assert not any(heavy_sides(character) or character in "╌┊" for character, _ in plain.values())


@pytest.mark.parametrize("orientation", Orientation)
def test_weights_change_nothing_but_lines(orientation: Orientation) -> None:
    drawing = draw(FAR, 0, orientation)
    state = Still(weights=dict.fromkeys(drawing.ports, 2))
    plain, weighed = cells(Picture(drawing, state)), cells(Picture(drawing, state, Emphasis.WEIGHTS))
    assert {plain[place][1] for place in plain if plain[place] != weighed[place]} == {Style.LINE}


@pytest.mark.parametrize("level", range(len(LEVELS)))
def test_heat_is_a_mark_at_every_level_and_a_ground_where_there_are_numbers(level: int) -> None:
    drawing = draw(graph_of((), (0,)), level)
    shown = cells(Picture(drawing, Still(heats={0: 1, 1: 4}), Emphasis.HEAT))
    assert [character for character, style in shown.values() if style in MARK_STYLES] == ["░", "█"]
    grounds = {style for _, style in shown.values() if style in HEAT_STYLES}
    assert grounds == (set() if level == len(LEVELS) - 1 else {Style.HEAT_1, Style.HEAT_4})


@pytest.mark.parametrize("level", range(len(LEVELS)))
def test_a_gradient_that_is_not_finite_has_a_mark_of_its_own_and_no_size(level: int) -> None:
    drawing = draw(graph_of((), (0,)), level)
    shown = cells(Picture(drawing, Still(heats={0: 4, 1: 4}, bad={1}), Emphasis.HEAT))
    assert [cell for cell in shown.values() if cell[0] in "░▒▓█!"] == [("█", Style.MARK_4), ("!", Style.TROUBLE)]
    assert not any(character == "!" for character, _ in cells(Picture(drawing, Still(bad={1}))).values())


def test_what_has_just_changed_is_lit_even_in_heat() -> None:
    drawing = draw(graph_of((), (0,)), 2)
    shown = cells(Picture(drawing, Still(heats={0: 3}, roles={0: Role.RECEIVER}), Emphasis.HEAT))
    assert ("2", Style.NEW_BACKWARD) in shown.values()
