"""Which level of detail fits which window."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_tui.drawing.boxes import BoxStyle, LabelStyle
from backprop_tui.drawing.drawing import Drawing
from backprop_tui.drawing.levels import LEVELS, Levels
from backprop_tui.drawing.orientation import Orientation
from backprop_tui.graph import Graph
from tests.drawing.examples import fields_of, graph_of, graphs, random_layers


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
    chosen = every.richest(width, height, orientation=orientation)
    ways = [orientation] if orientation else list(Orientation)
    assert chosen.orientation in ways
    wanted = [every.draw(detail, way) for detail in LEVELS for way in ways]
    fitting = [drawing for drawing in wanted if fits(drawing, width, height)]
    if fitting:
        assert chosen is fitting[0]
    else:
        assert chosen.orientation is ways[0]


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
    assert levels(graph).richest(5, 2).detail.box is style


def test_a_drawing_is_made_once() -> None:
    every = levels(graph_of((), (0,)))
    assert every.richest(80, 24) is every.richest(81, 25)
