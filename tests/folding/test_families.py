"""What names say about structure."""

from __future__ import annotations

import pytest

from backprop_tui.folding.families import number, parent, paths
from tests.folding.graphs import named, program


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("h_3", "h"),
        ("y12", "y"),
        ("w0_1_2", "w0_1"),
        ("w0_1", "w0"),
        ("w0", "w"),
        ("layer1.w", "layer1"),
        ("layer1", "layer"),
        ("blocks.0.attention", "blocks.0"),
        ("blocks.0", "blocks"),
        ("w", ""),
        ("log_sum", ""),
        ("_1", ""),
        ("7", ""),
    ],
)
def test_a_name_is_one_of_what_is_left_without_its_last_part(name: str, family: str) -> None:
    assert parent(name) == family


@pytest.mark.parametrize(("name", "step"), [("h_3", "3"), ("h_03", "3"), ("h0", "0"), ("h_00", "0"), ("h", "")])
def test_the_number_of_a_name_is_that_at_its_end(name: str, step: str) -> None:
    assert number(name) == step


def test_families_go_from_the_widest_to_the_narrowest() -> None:
    (path,) = paths(named(("w0_1_2", ())), {})
    assert [family.name for family in path] == ["w", "w0", "w0_1"]


def test_what_a_statement_computes_on_the_way_is_in_the_family_of_its_name() -> None:
    graph = program("h_1 = tanh(a * b + 2)\ny = h_1 * a", "a b")
    found = {node.name: [family.name for family in path] for node, path in zip(graph, paths(graph, {}), strict=True)}
    assert found == {"a": [], "b": [], "2": [], "%1": ["h", "h_1"], "%2": ["h", "h_1"], "h_1": ["h", "h_1"], "y": []}


def test_the_users_table_comes_first() -> None:
    graph = program("h_1 = tanh(a * b)\ny = h_1 * a", "a b")
    path = paths(graph, {"hidden": [graph["h_1"].index]})[graph["%1"].index]
    assert [family.name for family in path] == ["hidden", "h", "h_1"]


def test_a_name_of_very_many_parts_says_nothing() -> None:
    assert [len(path) for path in paths(named(("a" + "_1" * 99, ()), ("a" + "_1" * 100_000, ())), {})] == [99, 0]
