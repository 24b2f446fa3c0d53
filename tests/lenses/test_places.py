"""Where a lens moves something: every element of every input that requires a gradient."""

from __future__ import annotations

import pytest

import backprop_tui as bp
from backprop_tui.engine.run import run
from backprop_tui.graph import Graph
from backprop_tui.lenses.places import Place, Places, place_name
from tests.graphs import Builder

TEXT = """
program = '''
z = sum(x * t)
L = z + y[0, 0]
'''
[inputs]
x = [1.0, 2.0]
t = { value = 3.0, requires_grad = false }
y = [[5.0]]
"""


@pytest.fixture
def graph() -> Graph:
    return bp.loads(TEXT).graph


def test_places_are_numbered_in_file_order(graph: Graph) -> None:
    x, y = graph["x"].index, graph["y"].index
    assert list(Places(graph)) == [Place(x, (0,)), Place(x, (1,)), Place(y, (0, 0))]
    assert [Places(graph).first_of(graph[name].index) for name in ("x", "t", "y", "L")] == [0, None, 2, None]


def test_a_place_is_called_by_its_index(graph: Graph) -> None:
    timeline = run(graph)
    assert [place_name(timeline, place) for place in Places(graph)] == ["x[0]", "x[1]", "y[0,0]"]
    assert place_name(timeline, Place(graph["t"].index)) == "t"


def test_there_are_none_where_nothing_requires_a_gradient() -> None:
    build = Builder()
    graph = build.graph(build.input("x", 3.0, requires_grad=False))
    assert len(Places(graph)) == 0
    with pytest.raises(IndexError):
        Places(graph)[0]


def test_a_place_is_found_again_in_another_graph(graph: Graph) -> None:
    other = bp.loads(
        TEXT.replace("x = [", "a = 1.0\nx = [").replace("z = ", "z = a * ").replace("[[5.0]]", "[[5.0, 1.0]]")
    )
    found = [Places(graph).counterpart(number, Places(other.graph)) for number in range(3)]
    assert found == [1, 2, None]  # y has another shape
