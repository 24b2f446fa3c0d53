"""Box-drawing characters as lines: the right ones, and joined."""

from __future__ import annotations

import re
from itertools import product

import pytest

from backprop_tui.drawing.glyphs import DOUBLE, HEAVY, JOINED, LIGHT
from backprop_tui.drawing.pieces import DOWN, LEFT, RIGHT, UP
from backprop_tui.export.strokes import Strokes, Weight, glyph

SIDES = (UP, RIGHT, DOWN, LEFT)


def drawn(*rows: str) -> list[tuple[int, str]]:
    """The width and the data of every path."""
    strokes = Strokes()
    for y, row in enumerate(rows):
        for x, character in enumerate(row):
            strokes.add(x, y, character, "ink")
    return [(stroke.width, stroke.data) for stroke in strokes.joined()]


def test_every_joint_of_the_drawing_has_the_arms_that_were_joined() -> None:
    for light, heavy in product(range(1, 16), range(16)):
        expected = {side: Weight.HEAVY if heavy & side else Weight.LIGHT for side in SIDES if (light | heavy) & side}
        found = glyph(JOINED[light][heavy])
        assert found is not None
        assert found.arms == expected
        assert found.is_arc == (JOINED[light][heavy] in "╭╮╰╯")


@pytest.mark.parametrize("border", [LIGHT, HEAVY, DOUBLE])
def test_every_piece_of_a_border_is_lines(border: tuple[str, ...]) -> None:
    assert all(map(glyph, border))


def test_a_light_line_leaves_a_double_one() -> None:
    below, left = glyph("╤"), glyph("╢")
    assert below is not None
    assert left is not None
    assert below.arms == {LEFT: Weight.DOUBLE, RIGHT: Weight.DOUBLE, DOWN: Weight.LIGHT}
    assert left.arms == {UP: Weight.DOUBLE, DOWN: Weight.DOUBLE, LEFT: Weight.LIGHT}


@pytest.mark.parametrize("character", [" ", "a", "▼", "╳", "\0"])
def test_anything_else_has_no_lines(character: str) -> None:
    assert glyph(character) is None


def test_cells_of_one_line_make_one_line() -> None:
    assert drawn("───") == [(1, "M0 9.5H27")]
    assert drawn("┃", "┃", "┃") == [(3, "M4.5 0V57")]


def test_a_gap_stays_a_gap() -> None:
    assert drawn("── ─") == [(1, "M0 9.5H18M27 9.5H36")]


def test_a_round_corner_meets_the_middle_of_both_edges() -> None:
    assert drawn("╭") == [(1, "M4.5 19V14Q4.5 9.5 9 9.5")]
    assert drawn("╯") == [(1, "M4.5 0V5Q4.5 9.5 0 9.5")]


def test_a_heavy_line_crosses_a_light_one() -> None:
    assert drawn("╂") == [(1, "M0 9.5H9"), (3, "M4.5 0V19")]


def test_a_double_corner_has_an_outer_and_an_inner_line() -> None:
    assert drawn("╔") == [(1, "M2.5 7.5H9M6.5 11.5H9M2.5 7.5V19M6.5 11.5V19")]


def test_a_heavy_line_leaves_a_double_border_without_breaking_it() -> None:
    assert drawn("═┳═", " ┃ ") == [(1, "M0 7.5H27M0 11.5H27"), (3, "M13.5 11.5V38")]


def test_dashes_are_alike_along_all_sides_and_apart() -> None:
    assert drawn("╌╌") == [(1, "M1.2 9.5H3.2M5.8 9.5H7.8M10.2 9.5H12.2M14.8 9.5H16.8")]
    (_, data), *_ = drawn("┊")
    ends = re.findall(r" ([\d.]+)V([\d.]+)", data)
    assert [float(end) - float(start) for start, end in ends] == pytest.approx([2.0] * 4)


def test_a_closed_border_has_no_loose_ends() -> None:
    (_, data), *_ = drawn("╔═══╗", "║   ║", "╚═╤═╝", "  │  ")
    ends = re.findall(r"M([\d.]+) ([\d.]+)([HV])([\d.]+)", data)
    points = [(x, y) for x, y, _, _ in ends] + [(at, y) if way == "H" else (x, at) for x, y, way, at in ends]
    assert sorted(point for point in points if points.count(point) == 1) == [("22.5", "49.5"), ("22.5", "76")]


def test_the_order_of_the_cells_does_not_matter() -> None:
    rows = "┏━┯━┓", "┃ │ ┃", "╰─┴─╯"
    strokes = Strokes()
    for (y, row), x in product(reversed(list(enumerate(rows))), range(4, -1, -1)):
        strokes.add(x, y, row[x], "ink")
    assert [(stroke.width, stroke.data) for stroke in strokes.joined()] == drawn(*rows)
