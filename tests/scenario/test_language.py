"""The program language: precedence, calls and methods, and what each mistake is called."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backprop_tui.graph import Kind
from backprop_tui.scenario import ScenarioError
from tests.scenario.evaluate import values_of
from tests.scenario.texts import mistakes, scenario

INPUTS = {"a": 1.5, "b": -0.5, "c": 3.0}


INPUT_TEXT = "\n".join(f"{name} = {value}" for name, value in INPUTS.items())


@st.composite
def expressions(draw: st.DrawFn, depth: int = 4) -> str:
    """Text that is an expression both here and in Python."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(["a", "b", "c", "2", "0.5", "1e1"]))
    inner = expressions(depth - 1)
    match draw(st.integers(0, 7)):
        case 0:
            return f"({draw(inner)})"
        case 1:
            return f"-{draw(inner)}"
        case 2:
            return f"+ {draw(inner)}"
        case 3:
            return f"{draw(st.sampled_from(['a', 'b', 'c', '2']))}**{draw(st.sampled_from(['2', '-1', '-c', '2**2']))}"
        case _:
            symbol = draw(st.sampled_from(["+", "-", "*", " / ", "*", " - "]))
            return f"{draw(inner)}{symbol}{draw(inner)}"


@given(expressions())
def test_expressions_mean_what_they_mean_in_python(text: str) -> None:
    floats = {name: np.float64(value) for name, value in INPUTS.items()}
    numbers = re.sub(r"\b(2|1e1)\b", r"np.float64(\1)", text)
    with np.errstate(all="ignore"):
        wanted = eval(numbers, {"np": np, **floats})  # the oracle is Python itself, on text that this test wrote
    try:
        graph = scenario(f"x = {text}\ny = x * a", INPUT_TEXT).graph
    except ScenarioError as error:
        assume("P020" not in str(error))  # of numbers alone, as in 1 / (2 - 2)
        raise
    result = values_of(graph)["y"]
    assert result == wanted * floats["a"] or (math.isnan(result) and math.isnan(wanted * floats["a"]))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-a ** 2", -4.0),
        ("(-a) ** 2", 4.0),
        ("2 ** -a", 0.25),
        ("a ** b ** a", 2.0),
        ("-2 ** 2 + a", -2.0),
        ("a - b - a", -1.0),
        ("a / b / a", 1.0),
        ("a + b < b + a * 2", 1.0),
        ("a == b", 0.0),
        ("a.exp().log()", 2.0),
        ("-a.exp()", -math.exp(2)),
        ("a ** b.neg()", 0.5),
        ("(a + b).relu()", 3.0),
        ("maximum(a, 5) - minimum(a, b)", 4.0),
        ("a.maximum(b)", 2.0),
        ("+a + +b", 3.0),
        ("sum( a )", 2.0),
        ("a*-b", -2.0),
    ],
)
def test_precedence_calls_and_methods(text: str, value: float) -> None:
    graph = scenario(f"y = {text}\ne = y * a").graph
    assert values_of(graph)["y"] == pytest.approx(value)


X = "x = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]"


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("sum(x)", ()),
        ("sum(x, axis=0)", (3,)),
        ("sum(x, 0)", (3,)),
        ("sum(x, -1, keepdims=true)", (2, 1)),
        ("x.sum(dim=1, keepdim=True)", (2, 1)),
        ("x.sum((0, 1))", ()),
        ("x.sum(axis=(0,))", (3,)),
        ("x.sum(axis=None)", ()),
        ("x.sum(none, keepdims=false)", ()),
        ("x.T", (3, 2)),
        ("x.T.T", (2, 3)),
        ("x @ x.T", (2, 2)),
        ("transpose(x, (1, 0))", (3, 2)),
        ("x.reshape(3, 2)", (3, 2)),
        ("x.reshape((3, -1))", (3, 2)),
        ("reshape(x, 6)", (6,)),
        ("reshape(x, shape=(6,))", (6,)),
        ("max(x, axis=1)", (2,)),
        ("softmax(x)", (2, 3)),
        ("x.reshape((6))", (6,)),
        ("x.flatten(1)", (2, 3)),
        ("x[None].flatten(start_dim=1)", (1, 6)),
        ("x[None].ravel(0, 1)", (2, 3)),
        ("norm(x, p=3, axis=0)", (3,)),
        ("sum(x, axis=0,)", (3,)),
        ("concat([x, x,], axis=0)", (4, 3)),
        ("concat([x, x],)", (4, 3)),
        ("x[..., 0]", (2,)),
        ("x[:, None]", (2, 1, 3)),
        ("x[0, ..., none , 1:]", (1, 2)),
        ("x[0, ]", (3,)),
    ],
)
def test_parameters_by_position_by_name_and_by_torchs_names(text: str, shape: tuple[int, ...]) -> None:
    graph = scenario(f"y = {text}\ne = sum(y)", X).graph
    assert graph["y"].shape == shape
    assert np.shape(values_of(graph)["y"]) == shape


@pytest.mark.parametrize("name", ["pi", "π"])
def test_pi_is_a_number_until_the_scenario_gives_the_name_to_something_else(name: str) -> None:
    graph = scenario(f"y = -{name} * a + clip(a, 0, {name})").graph
    assert values_of(graph)["y"] == math.pi * -2 + 2
    (constant,) = (node for node in graph if node.kind is Kind.CONSTANT)
    assert (constant.name, constant.title) == ("-3.141592653589793", f"-{name}")
    assert values_of(scenario(f"{name} = a + 1\ny = {name} * a").graph)["y"] == 6.0
    assert values_of(scenario(f"y = {name} * 2", f'"{name}" = 3.0').graph)["y"] == 6.0


def test_equal_numbers_are_one_node_with_a_short_name() -> None:
    graph = scenario("y = a + 1e-5 + 0.00001 - a * 1000000000 + -1e9 + pi - 3.141592653589793").graph
    assert [node.name for node in graph if node.kind is Kind.CONSTANT] == ["1e-5", "1e9", "-1e9", "3.141592653589793"]


def test_comments_blank_lines_and_indentation_are_fine() -> None:
    loaded = scenario("\n  # a comment\n\tc = a + b  # and another\n\n  e = c * 2#\n")
    assert [node.name for node in loaded.graph if node.kind is Kind.OPERATION] == ["c", "e"]


def test_names_may_be_greek_and_python_keywords() -> None:
    graph = scenario("lambda = σ * a\nf = lambda + print", '"σ" = 1.0\na = 1.0\nprint = 2.0').graph
    assert values_of(graph)["f"] == 3.0


def test_a_name_is_the_same_composed_or_not() -> None:
    graph = scenario("e\u0301 = a + b\nf = \u00e9 * 2").graph
    assert graph["f"].operands[0] == graph["\u00e9"].index


def test_depth_is_limited_and_length_is_not() -> None:
    assert scenario(f"c = {'(' * 150}a + b{')' * 150}").graph["c"].label == "a + b"
    assert mistakes(f"c = {'(' * 201}a{')' * 201}")[0].startswith("H007 1:205")
    assert mistakes(f"c = {'a ** ' * 201}a")[0].startswith("H007")
    assert len(scenario(f"c = {' + '.join('a' * 5_000)}", "a = 1.0").graph) == 5_000


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("a + x @ y", 13.0),
        ("x @ y - a", 9.0),
        ("a * x @ y", 22.0),
        ("x @ y / a", 5.5),
        ("x @ y ** 2", 41.0),
        ("-x @ y", -11.0),
        ("(x @ y < 12) * a", 2.0),
        ("a - a - a", -2.0),
        ("a / a / a", 0.5),
        ("a - a * a", -2.0),
        ("2 ** a ** 3", 256.0),
        ("-a ** 2", -4.0),
        ("2 ** -a", 0.25),
    ],
)
def test_how_tightly_operators_bind(expression: str, value: float) -> None:
    graph = scenario(f"c = {expression}", "x = [1.0, 2.0]\ny = [3.0, 4.0]\na = 2.0").graph
    assert values_of(graph)["c"] == value
