"""Which level of detail fits which window."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_tui.drawing.boxes import BoxStyle, Detail, LabelStyle
from backprop_tui.drawing.drawing import Drawing
from backprop_tui.drawing.levels import LEVELS, Levels
from backprop_tui.drawing.orientation import Orientation
from backprop_tui.graph import Graph
from tests.drawing.examples import fields_of, graph_of, graphs, random_layers

LINE, DOTS = LEVELS[4], LEVELS[6]


def levels(graph: Graph) -> Levels:
    return Levels(graph, fields_of(graph))


def fits(drawing: Drawing, width: int, height: int) -> bool:
    return drawing.width <= width and drawing.height <= height


@settings(deadline=None, max_examples=40)
@given(graphs(), st.integers(10, 160), st.integers(3, 60), st.sampled_from([None, *Orientation]))
def test_the_richest_drawing_that_fits_is_chosen(
    graph: Graph, width: int, height: int, orientation: Orientation | None
) -> None:
    every = levels(graph)
    ways = [orientation] if orientation else list(Orientation)
    wanted = [every.draw(detail, way) for detail in LEVELS for way in ways]
    fitting = [drawing for drawing in wanted if fits(drawing, width, height)]
    assert every.fitting(width, height, orientation=orientation) is (fitting[0] if fitting else None)
    chosen = every.richest(width, height, orientation=orientation)
    if fitting and fitting[0].detail is not DOTS:
        assert chosen is fitting[0]
    else:
        assert chosen.orientation in ways


@pytest.mark.parametrize(
    ("columns", "rows", "detail"),
    [
        (1.0, 1.0, LINE),
        (0.8, 1.0, LINE),  # numbers are worth a few columns
        (1.0, 0.9, LINE),  # as tall as dots: these do not fit either
        (0.5, 1.0, DOTS),
    ],
)
def test_where_nothing_with_numbers_fits_lines_that_show_nearly_all_are_better_than_dots(
    columns: float, rows: float, detail: Detail
) -> None:
    every = levels(random_layers(6, 3))
    lines = every.draw(LINE)
    assert every.richest(round(columns * lines.width), round(rows * lines.height)).detail == detail


def test_dots_need_not_fit() -> None:
    every = levels(random_layers(6, 3))
    dots = every.draw(DOTS)
    assert every.richest(dots.width, dots.height * 3 // 5).detail is DOTS
    assert every.richest(dots.width, dots.height * 2 // 5).detail is not DOTS


def test_close_by_numbers_count_for_more_than_a_view_of_everything() -> None:
    every = levels(random_layers(6, 3))
    dots = every.draw(DOTS)
    assert every.richest(dots.width, dots.height - 1, close=True).detail is LEVELS[0]
    assert every.richest(dots.width, dots.height, close=True).detail is DOTS


def test_a_long_chain_stands_in_boxes_though_dots_would_show_more_of_it() -> None:
    chain = levels(graph_of((), *((node,) for node in range(60))))
    assert chain.richest(50, 40).detail is LEVELS[2]


def test_what_only_lines_show_in_full_width_stands_in_lines() -> None:
    ladder = levels(graph_of((), (), *((node, node + 1) for node in range(60))))
    boxes, brief = ladder.draw(LEVELS[2]), ladder.draw(LEVELS[5])
    assert ladder.richest(boxes.width, 40) is boxes
    assert ladder.richest(boxes.width - 1, 40) is brief
    assert ladder.richest(brief.width - 1, 40) is boxes


@settings(deadline=None, max_examples=20)
@given(graphs(), st.integers(10, 160), st.integers(3, 60))
def test_without_labels_there_are_none(graph: Graph, width: int, height: int) -> None:
    assert levels(graph).richest(width, height, labels=False).detail.label is LabelStyle.NONE


def test_the_shape_of_the_window_decides_which_way_it_runs() -> None:
    chain = levels(graph_of((), (0,), (1,), (2,)))
    assert chain.richest(20, 60).orientation is Orientation.TOP_DOWN
    assert chain.richest(200, 8).orientation is Orientation.LEFT_TO_RIGHT
    assert chain.richest(200, 60).orientation is Orientation.TOP_DOWN


@settings(deadline=None, max_examples=40)
@given(graphs(), st.sampled_from(Orientation))
def test_the_least_size_is_not_more_than_the_size(graph: Graph, orientation: Orientation) -> None:
    every = levels(graph)
    for detail in LEVELS:
        width, height = every.arrange().least(detail, orientation)
        drawing = every.draw(detail, orientation)
        assert width <= drawing.width
        assert height <= drawing.height


@pytest.mark.parametrize(
    ("graph", "style"), [(graph_of((), (0, 0)), BoxStyle.FULL), (random_layers(8, 5), BoxStyle.COMPACT)]
)
def test_where_nothing_fits_a_small_graph_keeps_its_large_boxes(graph: Graph, style: BoxStyle) -> None:
    assert levels(graph).richest(3, 1).detail.box is style


def test_a_drawing_is_made_once() -> None:
    every = levels(graph_of((), (0,)))
    assert every.richest(80, 24) is every.richest(81, 25)
