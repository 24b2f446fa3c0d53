"""Which level of detail fits which window."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_tui.drawing.boxes import BoxStyle, LabelStyle
from backprop_tui.drawing.levels import LEVELS, Levels
from backprop_tui.graph import Graph
from tests.drawing.examples import fields_of, graph_of, graphs, random_layers


def levels(graph: Graph) -> Levels:
    return Levels(graph, fields_of(graph))


@settings(deadline=None, max_examples=40)
@given(graphs(), st.integers(10, 120), st.integers(3, 60), st.booleans())
def test_the_richest_drawing_that_fits_is_chosen(graph: Graph, width: int, height: int, labels: bool) -> None:
    every = levels(graph)
    chosen = every.richest(width, height, labels=labels)
    if not labels:
        assert chosen.detail.label is LabelStyle.NONE
    elif chosen.width <= width and chosen.height <= height:
        for richer in LEVELS[: LEVELS.index(chosen.detail)]:
            drawing = every.draw(richer)
            assert drawing.width > width or drawing.height > height


@settings(deadline=None, max_examples=40)
@given(graphs())
def test_the_least_height_is_not_more_than_the_height(graph: Graph) -> None:
    every = levels(graph)
    for detail in LEVELS:
        assert every.arrange().least_height(detail) <= every.draw(detail).height


@pytest.mark.parametrize(
    ("graph", "style"), [(graph_of((), (0, 0)), BoxStyle.FULL), (random_layers(8, 5), BoxStyle.COMPACT)]
)
def test_where_nothing_fits_a_small_graph_keeps_its_large_boxes(graph: Graph, style: BoxStyle) -> None:
    assert levels(graph).richest(5, 2).detail.box is style


def test_a_drawing_is_made_once() -> None:
    every = levels(graph_of((), (0,)))
    assert every.richest(80, 24) is every.richest(81, 25)
