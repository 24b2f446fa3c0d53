"""Glyphs: every state is told apart without colour."""

from __future__ import annotations

import unicodedata
from functools import reduce
from itertools import product
from operator import or_

import numpy as np
import pytest

from backprop_tui.drawing.drawing import Arrangement
from backprop_tui.drawing.glyphs import JOINED
from backprop_tui.drawing.levels import LEVELS
from backprop_tui.drawing.orientation import Orientation
from backprop_tui.drawing.pieces import DOWN, LEFT, RIGHT, UP
from backprop_tui.drawing.render import Picture, Style
from backprop_tui.drawing.state import Flow, Role
from backprop_tui.graph import Edge, Graph, Kind, Node
from tests.drawing.examples import Still, fields_of, graph_of, random_layers, to_text

CHAIN = graph_of((), (0,))
EDGE = Edge(1, 0, 0)
WORDS = {"UP": UP, "DOWN": DOWN, "LEFT": LEFT, "RIGHT": RIGHT, "VERTICAL": UP | DOWN, "HORIZONTAL": LEFT | RIGHT}


def picture(state: Still, level: int = 2, way: Orientation = Orientation.TOP_DOWN) -> Picture:
    return Picture(Arrangement(CHAIN).draw(LEVELS[level], fields_of(CHAIN), way), state)


def text(state: Still, level: int = 2, way: Orientation = Orientation.TOP_DOWN) -> str:
    return to_text(picture(state, level, way).drawing, state)


either_way = pytest.mark.parametrize("way", Orientation, ids=lambda way: way.value)


def test_a_joint_has_the_character_that_unicode_names_so() -> None:
    for light, heavy in product(range(1, 16), range(16)):
        name = unicodedata.name(JOINED[light][heavy])
        joined = reduce(or_, [WORDS[word] for word in name.split() if word in WORDS])
        assert joined == light | heavy
        assert ("HEAVY" in name) == bool(heavy)
        assert ("LIGHT" in name) == bool(light & ~heavy)


@either_way
@pytest.mark.parametrize("level", range(len(LEVELS)))
def test_every_role_looks_different(level: int, way: Orientation) -> None:
    marks = {text(Still(roles={1: role}), level, way) for role in Role}
    assert len(marks) == len(Role)


@either_way
@pytest.mark.parametrize("level", range(len(LEVELS)))
def test_an_event_looks_different_from_rest_and_from_the_other_direction(level: int, way: Orientation) -> None:
    forward = Still(flow=Flow.FORWARD, lit=[EDGE], roles={0: Role.SENDER, 1: Role.RECEIVER})
    backward = Still(flow=Flow.BACKWARD, lit=[EDGE], roles={0: Role.RECEIVER, 1: Role.SENDER})
    rest, one, other = (text(state, level, way) for state in (Still(), forward, backward))
    assert rest != one != other != rest


@pytest.mark.parametrize(
    ("way", "arrows"), [(Orientation.TOP_DOWN, "▽▼▲"), (Orientation.LEFT_TO_RIGHT, "▷▶◀")], ids=str
)
def test_arrows_point_the_way_the_values_go_or_back(way: Orientation, arrows: str) -> None:
    states = Still(roles={1: Role.WAITING}), Still(), Still(lit=[EDGE])
    assert [{char for char in text(state, 0, way) if char in "▽▼▲▷▶◀"} for state in states] == [{one} for one in arrows]


@either_way
def test_the_selected_box_is_marked(way: Orientation) -> None:
    assert "▸n0" in text(Still(selected=0), way=way)


def test_from_left_to_right_a_label_stands_on_its_line() -> None:
    assert "├─ d=99 ─▶" in text(Still(), 0, Orientation.LEFT_TO_RIGHT)
    assert "├─ 9 ──▶" in text(Still(local="9"), 1, Orientation.LEFT_TO_RIGHT)
    assert "├──────▶" in text(Still(local=""), 1, Orientation.LEFT_TO_RIGHT)


def test_further_operands_of_a_mark_are_joined_to_it() -> None:
    graph = graph_of((), (0, 0, 0, 0))
    drawing = Arrangement(graph).draw(LEVELS[-1], fields_of(graph), Orientation.LEFT_TO_RIGHT)
    lines = to_text(drawing, Still()).splitlines()
    assert [line[line.index("▶") :] for line in lines] == ["▶╮", "▶● n1", "▶┤", "▶╯"]


def test_what_is_not_finite_is_in_trouble() -> None:
    class Broken(Still):
        def node(self, node: int):  # type: ignore[no-untyped-def]
            return super().node(node)._replace(value="nan", bad_value=True)

    state = Broken()
    runs = picture(state).row(1, 0, 20)
    assert ("nan", Style.TROUBLE) in runs


def test_rows_outside_the_drawing_are_blank() -> None:
    assert picture(Still()).row(-1, 0, 5) == [("     ", Style.BLANK)]
    assert picture(Still()).row(99, 0, 5) == [("     ", Style.BLANK)]
    assert picture(Still()).row(0, 4, 4) == []


@either_way
def test_a_window_shows_what_the_whole_drawing_shows_there(way: Orientation) -> None:
    """Lines may end left of it, and go on to its right."""
    graph = random_layers(3, 4)
    drawing = Arrangement(graph).draw(LEVELS[0], fields_of(graph), way)
    shown = Picture(drawing, Still())
    for y in range(drawing.height):
        whole = [(char, style) for text, style in shown.row(y, 0, drawing.width) for char in text]
        for x0 in range(drawing.width):
            for x1 in (x0 + 3, x0 + 20, drawing.width):
                part = [(char, style) for text, style in shown.row(y, x0, x1) for char in text]
                assert part[: drawing.width - x0] == whole[x0:x1]


def test_titles_that_are_cut_are_told_apart() -> None:
    names = [f"w1_{neuron}_5 · h0_0_5" for neuron in range(12)]
    nodes = tuple(Node(index, f"%{index}", Kind.INPUT, label=name) for index, name in enumerate(names))
    graph = Graph(nodes, 0, np.float64(1.0))
    drawing = Arrangement(graph).draw(LEVELS[5], fields_of(graph))
    assert len({drawing.boxes[node].title for node in range(12)}) == 12
