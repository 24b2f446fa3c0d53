"""A drawing from far away."""

from __future__ import annotations

import pytest

from backprop_tui.drawing.drawing import Drawing
from backprop_tui.drawing.graph_view import RunTexts
from backprop_tui.drawing.levels import LEVELS, Levels
from backprop_tui.drawing.pieces import Rectangle
from backprop_tui.engine.run import run
from backprop_tui.graph import Graph
from backprop_tui.tui.lines import Ink, plain
from backprop_tui.tui.minimap import Minimap, corner_for
from tests.folding.graphs import perceptron
from tests.graphs import chain, tree


def drawing_of(graph: Graph, level: int = 0) -> Drawing:
    return Levels(graph, RunTexts(run(graph)).fields).draw(LEVELS[level])


def test_boxes_are_dots() -> None:
    assert Minimap(drawing_of(tree()), 10, 5).rows == [
        "⣿⣿⡇⠀⠀⠀⢸⣿⣿⡇",
        "⢀⣀⣀⣀⣀⣀⢀⣀⣀⣀",
        "⢸⣿⣿⣿⣿⣿⢸⣿⣿⣿",
        "⠀⠀⠀⢀⣀⣀⣀⣀⣀⠀",
        "⠀⠀⠀⠸⠿⠿⠿⠿⠿⠀",
    ]


def test_of_many_boxes_each_is_a_dot_at_least() -> None:
    chart = Minimap(drawing_of(chain(30), 6), 1, 8)
    assert all(row != "⠀" for row in chart.rows)


def test_it_shows_what_is_seen_and_where_the_event_is() -> None:
    drawing = drawing_of(perceptron(2, 4, 1), 2)
    chart = Minimap(drawing, 12, 4)
    seen = Rectangle(0, 0, drawing.width // 2, drawing.height // 2)
    here = Rectangle(drawing.width - 4, drawing.height - 4, 3, 3)
    lines = [chart.line(row, seen, here, Ink.NEW_FORWARD) for row in range(6)]
    assert plain(lines[0]) == "╭────────────╮"
    assert plain(lines[5]) == "╰────────────╯"
    lit = ["".join(span.text for span in line if span.lit) for line in lines]
    assert [len(text) for text in lit] == [0, 6, 6, 0, 0, 0]
    marked = [(y, span.text) for y, line in enumerate(lines) for span in line if span.ink is Ink.NEW_FORWARD]
    assert marked == [(4, "●")]
    assert all(len(plain(line)) == 14 for line in lines)


def test_a_cell_leads_to_the_place_it_stands_for() -> None:
    drawing = drawing_of(perceptron(2, 4, 1), 2)
    chart = Minimap(drawing, 12, 4)
    for column, row in ((0, 0), (5, 2), (11, 3)):
        x, y = chart.place(column, row)
        assert chart.cells(Rectangle(x, y, 1, 1)) == Rectangle(column, row, 1, 1)
    assert chart.place(-3, 99) == chart.place(0, 3)


def test_it_stays_in_its_corner_unless_something_happens_there() -> None:
    right = corner_for((10, 5), (40, 20), [], None)
    assert right == Rectangle(30, 15, 10, 5)
    top = corner_for((10, 5), (40, 20), [Rectangle(35, 16, 2, 2)], right)
    assert top == Rectangle(30, 0, 10, 5)
    assert corner_for((10, 5), (40, 20), [], top) == top


def test_it_makes_way_for_lines_too_if_it_can() -> None:
    size, window = (10, 5), (40, 20)
    along_the_bottom, down_the_right = Rectangle(0, 17, 40, 1), Rectangle(38, 0, 1, 20)
    assert corner_for(size, window, [], None, [along_the_bottom]) == Rectangle(30, 0, 10, 5)
    assert corner_for(size, window, [], None, [along_the_bottom, down_the_right]) == Rectangle(0, 0, 10, 5)
    box = Rectangle(0, 0, 5, 3)
    assert corner_for(size, window, [box], None, [along_the_bottom, down_the_right]) == Rectangle(30, 15, 10, 5)


@pytest.mark.parametrize(
    ("window", "has_room"), [((40, 10), True), ((40, 9), False), ((20, 10), True), ((19, 10), False), ((9, 40), False)]
)
def test_it_takes_a_quarter_of_the_window_or_half_of_its_rows_at_most(window: tuple[int, int], has_room: bool) -> None:
    assert (corner_for((10, 5), window, [], None) is not None) == has_room
