"""Whole graphs against PyTorch: every node's value and gradient, of the lessons, of random programs, of kinks."""

from __future__ import annotations

from math import inf, nan

import pytest
from hypothesis import given, settings

from backprop_tui.engine.run import run
from backprop_tui.graph import Graph
from backprop_tui.lessons import lessons
from backprop_tui.scenario import load
from tests.graphs import Number, diamond, single
from tests.strategies import graphs
from tests.torch.reference import assert_agrees


@pytest.mark.parametrize("path", [lesson.path for lesson in lessons()], ids=lambda path: path.stem)
def test_every_node_of_every_lesson(path: str) -> None:
    assert_agrees(run(load(path).graph))


@settings(max_examples=300)
@given(graphs())
def test_random_graphs(graph: Graph) -> None:
    """Full of ties, zeros of relu and abs, broadcasting, shared and unused nodes."""
    assert_agrees(run(graph))


def test_many_paths() -> None:
    assert_agrees(run(diamond(60)))


EDGES: tuple[tuple[str, tuple[Number, ...]], ...] = (
    ("relu", ([0.0, -0.0, nan, inf, -inf],)),
    ("abs", ([0.0, -0.0, nan, inf, -inf],)),
    ("sign", ([0.0, nan, inf, -inf],)),
    ("maximum", ([1.0, nan, 1.0, 0.0, inf], [1.0, 1.0, nan, -0.0, inf])),
    ("minimum", ([1.0, nan, 1.0, 0.0, inf], [1.0, 1.0, nan, -0.0, inf])),
    ("max", ([1.0, 3.0, 3.0],)),
    ("max", ([1.0, nan, 3.0],)),
    ("min", ([1.0, 1.0, 3.0],)),
    ("sqrt", ([0.0, -0.0, -1.0, inf, nan],)),
    ("log", ([0.0, -1.0, inf, nan],)),
    ("div", ([0.0, 1.0, -1.0, inf, nan, 0.0], [0.0, 0.0, 0.0, inf, 1.0, inf])),
    ("pow", ([0.0, 0.0, 0.0, 0.0, -2.0, -2.0, 2.0, 0.0], [0.0, 2.0, 1.0, -1.0, 3.0, 0.5, inf, 0.5])),
    ("exp", ([1000.0, -1000.0, inf, -inf, nan],)),
    ("sigmoid", ([1000.0, -1000.0, inf, -inf, nan],)),
    ("tanh", ([1000.0, -1000.0, inf, -inf, nan],)),
    ("softplus", ([20.0, 20.1, 25.0, 1000.0, -1000.0, nan],)),
    ("logsumexp", ([-inf, -inf],)),
    ("logsumexp", ([inf, 0.0],)),
    ("logsumexp", ([1000.0, 0.0],)),
    ("softmax", ([1000.0, 0.0, -1000.0],)),
    ("log_softmax", ([1000.0, 0.0, -1000.0],)),
)


@pytest.mark.parametrize(("op", "operands"), EDGES, ids=str)
def test_kinks_poles_and_what_is_not_finite(op: str, operands: tuple[Number, ...]) -> None:
    assert_agrees(run(single(op, operands)))
