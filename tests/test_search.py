"""What a query finds, and in which order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import backprop_tui as bp
from backprop_tui.engine.run import run
from backprop_tui.graph import Graph, Kind, Node
from backprop_tui.search import Index

NETWORK = """
program = '''
h1 = tanh(x @ w)
H1 = h1 * 2 + b
sh1ft = sum(h1 * 0)
matmul_out = sum(H1 * H1) + sh1ft
h_log = log(b)
'''
output = "matmul_out"
[inputs]
x = { value = [[1.0, 2.0, 3.0]], requires_grad = false }
w = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
b = [-1.0, 0.0]
"""
NETWORK_RUN = bp.run(bp.loads(NETWORK).graph)
POISONED = """
program = '''
root = sqrt(x - 1)
big = exp(y)
fine = x * 2
mixed = root * big + fine
loss = mixed * 0 + z
'''
[inputs]
x = 0.0
y = 1000.0
z = 1.0
"""


def found(query: str, timeline: bp.Timeline = NETWORK_RUN) -> list[str]:
    return titles(Index(timeline).find(query), timeline)


def titles(nodes: Sequence[int], timeline: bp.Timeline) -> list[str]:
    return [timeline.graph.nodes[node].title for node in nodes]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("h1", ["h1", "H1", "sh1ft"]),
        ("H1", ["H1", "h1", "sh1ft"]),
        ("h", ["h1", "H1", "h_log", "sh1ft"]),
        ("mat", ["matmul_out", "x @ w"]),
        ("mul", ["matmul_out", "h1 * 2", "h1 * 0", "H1 * H1", "x @ w"]),
        ("matmul", ["matmul_out", "x @ w"]),
        ("out", ["matmul_out"]),
        ("x @ w", ["x @ w", "h1"]),
        ("x@W", ["x @ w", "h1"]),
        ("h1 * 2", ["h1 * 2", "H1"]),
        ("h1 · 2", ["h1 * 2", "H1"]),
    ],
)
def test_the_name_counts_most_then_its_beginning_then_operations_then_expressions(query: str, first: list[str]) -> None:
    assert found(query)[: len(first)] == first


def test_operations_can_be_asked_for_alone() -> None:
    assert found("op:matmul") == ["x @ w"]
    assert found("OP:Tanh") == ["h1"]
    assert found("op:sum") == ["sh1ft", "sum(H1 * H1)"]
    assert "x" not in found("op:")


@pytest.mark.parametrize("query", ["(3,2)", "(3, 2)", "(3,", "w (3,2)"])
def test_shapes_are_found_with_and_without_blanks(query: str) -> None:
    assert found(query) == ["w"]


def test_every_word_has_to_be_found() -> None:
    assert found("tanh x w") == found("w tanh x") == ["h1"]
    assert found("tanh zz") == []


def test_constants_are_not_found() -> None:
    assert "h1 * 2" in found("2")
    assert "2" not in found("2")


@pytest.mark.parametrize("query", ["", "  ", "\t\n", "\x00", "is:", "is:naan", "[/]", "\x1b[31m", "(" * 99, "·" * 99])
def test_nonsense_finds_nothing(query: str) -> None:
    assert found(query) == []


def test_not_a_number_is_found_in_the_order_in_which_it_spread() -> None:
    timeline = bp.run(bp.loads(POISONED).graph)
    assert found("is:nan", timeline) == ["root", "root * big", "mixed", "mixed * 0", "loss", "big", "x - 1", "y", "x"]
    assert found("is:inf", timeline)[0] == "big"
    assert found("is:nan op:mul", timeline) == ["root * big", "mixed * 0"]


def test_one_bad_element_of_an_array_is_enough() -> None:
    assert found("is:nan") == found("is:inf") == ["h_log"]
    assert found("is:nan op:tanh") == []


def test_states_of_gradients() -> None:
    assert found("is:no-grad") == ["x", "h_log"]
    assert found("is:zero-grad") == ["w", "x @ w"]  # tanh is saturated
    timeline = bp.run(bp.loads("program = 'y = relu(x) + z * 0'\n[inputs]\nx = -1.0\nz = 2.0").graph)
    assert found("is:zero-grad", timeline) == ["x", "z"]
    assert found("is:nan", timeline) == []


def test_inputs_and_what_is_used_more_than_once() -> None:
    assert found("is:input") == ["x", "w", "b"]
    assert found("is:shared") == ["b", "h1", "H1"]


@settings(max_examples=50)
@given(st.lists(st.text("xw1h @*()o:pisna,", max_size=8), min_size=1, max_size=6))
def test_what_was_searched_before_changes_nothing(queries: list[str]) -> None:
    index = Index(NETWORK_RUN)
    for query in queries:
        assert index.find(query) == Index(NETWORK_RUN).find(query)


@settings(max_examples=50)
@given(st.text("xwh1tanmulop:is @*", max_size=6), st.text("xwh1tanmul", max_size=3))
def test_typing_on_only_narrows(query: str, more: str) -> None:
    index = Index(NETWORK_RUN)
    if query and query[-1] not in "opis:":  # what op: and is: begin with are words at first
        assert set(index.find(query + more)) <= set(index.find(query))


def test_hostile_names_are_only_text() -> None:
    names = ["[/]", "(?P<x", ".*", "\x1b[31m", "%s{}", "a\nb"]
    nodes = tuple(
        Node(index, name, Kind.INPUT, value=np.float64(1), requires_grad=True, label=name)
        for index, name in enumerate(names)
    )
    index = Index(run(Graph(nodes, 0, np.float64(1))))
    assert [list(index.find(name)) for name in names[:-2]] == [[0], [1], [2], [3]]
    assert list(index.find("a.*b")) == []
