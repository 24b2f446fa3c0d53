"""Arrays made of nothing but numbers: what they hold, and what is refused before it is made."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_tui.graph import Kind
from tests.scenario.texts import codes_and_places, error_in, scenario, scenario_text

VALUES = {
    "zeros((2, 3))": np.zeros((2, 3)),
    "zeros(3)": np.zeros(3),
    "zeros(2, 3)": np.zeros((2, 3)),
    "ones(shape=(2,))": np.ones(2),
    "full((2, 2), -0.5)": np.full((2, 2), -0.5),
    "eye(3)": np.eye(3),
    "arange(4)": np.array([0.0, 1.0, 2.0, 3.0]),
    "arange(1, 4)": np.array([1.0, 2.0, 3.0]),
    "arange(1, 2, 0.25)": np.array([1.0, 1.25, 1.5, 1.75]),
    "arange(3, 0, -1)": np.array([3.0, 2.0, 1.0]),
    "one_hot(1, 3)": np.array([0.0, 1.0, 0.0]),
    "one_hot((2, 0), 3)": np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]),
    "one_hot((1,), num_classes=2)": np.array([[0.0, 1.0]]),
}


@pytest.mark.parametrize("call", VALUES)
def test_what_it_holds(call: str) -> None:
    graph = scenario(f"c = a * {call}\nd = sum(c)").graph
    (node,) = (node for node in graph if node.kind is Kind.CONSTANT)
    np.testing.assert_array_equal(node.value, VALUES[call])
    assert node.shape == VALUES[call].shape
    assert node.label == node.name == call
    assert node.value is not None
    assert node.value.dtype == np.float64
    assert not node.requires_grad


def test_many_classes_take_no_more_than_their_own_room() -> None:
    graph = scenario("c = a * sum(one_hot(999999, 1000000))").graph
    (node,) = (node for node in graph if node.kind is Kind.CONSTANT)
    assert node.shape == (1_000_000,)
    assert node.value is not None
    assert np.flatnonzero(node.value).tolist() == [999_999]


def test_one_that_is_written_twice_is_one_node() -> None:
    graph = scenario("c = sum(a * eye(2) + b * eye(2))").graph
    assert [node.name for node in graph if node.kind is Kind.CONSTANT] == ["eye(2)"]


def test_long_ones_have_names_of_their_own() -> None:
    first, second = ", ".join(["0"] * 40), ", ".join([*["0"] * 20, "1", *["0"] * 19])
    graph = scenario(f"c = sum(a * one_hot(({first}), 2) + b * one_hot(({second}), 2))").graph
    constants = [node for node in graph if node.kind is Kind.CONSTANT]
    assert len({node.name for node in constants}) == 2
    assert len({node.label for node in constants}) == 1


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("zeros()", "P012 2:9"),
        ("zeros((0, 2))", "H001 2:15"),
        ("zeros((2000, 2000))", "H003 2:9"),
        ("eye(1001)", "H003 2:9"),
        ("eye(100000000000000000)", "H003 2:9"),
        ("full(3, 1e999)", "P017 2:17"),
        ("arange(0)", "H001 2:16"),
        ("arange(0, 1, 0)", "H001 2:16"),
        ("arange(0, 1, 1e-300)", "H003 2:9"),
        ("arange(0, 1e300, 1e-300)", "H001 2:16"),
        ("arange(-1e308, 1e308)", "H001 2:16"),
        ("one_hot(3, 3)", "H001 2:17"),
        ("one_hot(-1, 3)", "H001 2:17"),
        ("ones(a)", "P014 2:14"),
    ],
)
def test_what_is_refused(call: str, found: str) -> None:
    assert codes_and_places(error_in(scenario_text(f"c = a * {call}"))) == [found]


def test_all_together_are_held_to_the_limit_of_a_run() -> None:
    lines = [f"z{number} = full((1000, 1000), {number}) * a" for number in range(9)]
    assert codes_and_places(error_in(scenario_text("\n".join(lines))))[0].startswith("H004")
