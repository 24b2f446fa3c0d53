"""Programs as graphs: which nodes there are, in which order, under which names, and how large they may be."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_tui.graph import Graph, Kind
from backprop_tui.scenario import limits
from tests.scenario.evaluate import values_of
from tests.scenario.texts import error_in, mistakes, scenario, scenario_text


def nodes(graph: Graph) -> list[tuple[str, str, list[str]]]:
    """(name, label, names of the operands) of every node."""
    return [(node.name, node.label, [graph.nodes[index].name for index in node.operands]) for node in graph]


def test_the_nodes_of_the_tree() -> None:
    loaded = scenario("c = a + b      # comment\nd = b + 1\n\ne = c * d")
    assert nodes(loaded.graph) == [
        ("a", "a", []),
        ("b", "b", []),
        ("c", "a + b", ["a", "b"]),
        ("1", "1", []),
        ("d", "b + 1", ["b", "1"]),
        ("e", "c * d", ["c", "d"]),
    ]
    assert [node.line for node in loaded.graph] == [None, None, 0, 1, 1, 3]
    assert [node.kind for node in loaded.graph][:4] == [Kind.INPUT, Kind.INPUT, Kind.OPERATION, Kind.CONSTANT]
    assert loaded.program == ("c = a + b      # comment", "d = b + 1", "", "e = c * d")
    assert loaded.graph.output == 5
    assert values_of(loaded.graph)["e"] == 6.0


def test_inner_expressions_are_numbered_in_order_of_evaluation() -> None:
    graph = scenario("f = (a + b) * sum(a ** 2) + exp(-a)\ng = f * (b + b)").graph
    assert nodes(graph)[2:] == [
        ("%1", "a + b", ["a", "b"]),
        ("2", "2", []),
        ("%2", "a ** 2", ["a", "2"]),
        ("%3", "sum(a ** 2)", ["%2"]),
        ("%4", "(a + b) * sum(a ** 2)", ["%1", "%3"]),
        ("%5", "-a", ["a"]),
        ("%6", "exp(-a)", ["%5"]),
        ("f", "(a + b) * sum(a ** 2) + exp(-a)", ["%4", "%6"]),
        ("%7", "b + b", ["b", "b"]),
        ("g", "f * (b + b)", ["f", "%7"]),
    ]


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("a+b", "a + b"),
        ("c0+(a  +1)", "c0 + (a + 1)"),
        ("sum( a**2 )", "sum(a ** 2)"),
        ("- ( a+b )", "-(a + b)"),
        ("a . sum( axis = None , keepdims=false )", "a.sum(axis=None, keepdims=false)"),
        ("c0.T", "c0.T"),
        ("c0.reshape( (1,-1) )", "c0.reshape((1, -1))"),
        ("-2*a", "-2 * a"),
        ("a < b", "a < b"),
        (" + ".join("a" * 100), "a + a + a + a + a + a + a + a… a + a + a + a + a + a + a + a"),
    ],
)
def test_labels_are_the_source_with_even_spacing(written: str, label: str) -> None:
    graph = scenario(f"c0 = a + b\nc = {written}\ne = c0 + sum(c)").graph
    assert graph["c"].label == label
    assert len(graph["c"].label) <= 60


def test_a_number_is_one_constant_however_it_is_written() -> None:
    graph = scenario("c = a + 1e-3\nd = c * .001 + 1.0\ne = d + 1 - 0.001").graph
    constants = [node for node in graph if node.kind is Kind.CONSTANT]
    assert [(node.name, node.label, node.value) for node in constants] == [("0.001", "0.001", 0.001), ("1", "1", 1.0)]
    assert not any(node.requires_grad for node in constants)


def test_a_negative_number_is_a_constant_but_a_negated_power_is_not() -> None:
    assert nodes(scenario("c = exp(-2 * a)").graph)[2:] == [
        ("-2", "-2", []),
        ("%1", "-2 * a", ["-2", "a"]),
        ("c", "exp(-2 * a)", ["%1"]),
    ]
    graph = scenario("c = -2 ** 2 * a").graph
    assert [node.op for node in graph if node.kind is Kind.OPERATION] == ["pow", "neg", "mul"]


def test_a_second_name_stands_for_the_same_node_with_a_warning() -> None:
    loaded = scenario("c = a + b\nd = c\nrate = 0.5\ne = d * rate", head='output = "e"\n')
    assert nodes(loaded.graph)[2:] == [("c", "a + b", ["a", "b"]), ("0.5", "0.5", []), ("e", "d * rate", ["c", "0.5"])]
    assert [(one.code, one.line) for one in loaded.warnings] == [("P101", 4)]


def test_the_output_may_be_a_second_name() -> None:
    loaded = scenario("c = a + b\ne = c", tail="[expect]\nvalue = 3.0\n[expect.grads]\ne = 1.0")
    assert loaded.graph.nodes[loaded.graph.output].name == "c"
    assert dict(loaded.expect.grads) == {"c": 1.0}


def test_gradients_are_required_where_an_input_asks_for_them() -> None:
    graph = scenario(
        "c = a * x\nd = x + 1\nm = a < b\ne = c + d * m",
        "a = 2.0\nb = 1.0\nx = { value = 3.0, requires_grad = false }",
    ).graph
    assert {node.name: node.requires_grad for node in graph} == {
        "a": True,
        "b": True,
        "x": False,
        "c": True,
        "1": False,
        "d": False,
        "m": False,
        "%1": False,
        "e": True,
    }


def test_values_are_scalars_or_read_only_arrays() -> None:
    graph = scenario("e = sum(x * a)", "a = 2\nx = [[1, 2], [3, 4.5]]").graph
    assert type(graph["a"].value) is np.float64
    x = graph["x"].value
    assert isinstance(x, np.ndarray)
    assert x.dtype == np.float64
    assert x.shape == (2, 2)
    assert x.flags.c_contiguous
    assert not x.flags.writeable


def test_infinity_and_nan_are_numbers_too() -> None:
    graph = scenario("c = a + b", "a = inf\nb = [nan, -inf]", head="seed = [1.0, 1.0]\n").graph
    assert graph["a"].value == np.inf


@pytest.mark.parametrize(
    ("program", "inputs", "said", "notes"),
    [
        ("e = sum(a + b)", "a = [1, 2]\nb = [1, 2, 3]", "H001 1:11", ("a (line 5) is (2,)", "b (line 6) is (3,)")),
        (
            "c = a @ b\ne = sum(c)",
            "a = [[1, 2]]\nb = 3.0",
            "H001 1:7",
            ("a (line 6) is (1, 2)", "b (line 7) is a scalar"),
        ),
        ("e = sum(a, axis=1)", "a = [1, 2]", "H001 1:17", ("a (line 5) is (2,)",)),
        ("e = a.sum(dim=2)", "a = [1, 2]", "H001 1:15", ("a (line 5) is (2,)",)),
        ("e = sum((a * 2).reshape(3, 1))", "a = [1, 2]", "H001 1:25", ("(a * 2) is (2,)",)),
    ],
)
def test_shapes_that_do_not_fit_are_said_with_their_places(
    program: str, inputs: str, said: str, notes: tuple[str, ...]
) -> None:
    (error,) = error_in(scenario_text(program, inputs)).diagnostics
    assert f"{error.code} {error.line - 1}:{error.column}" == said
    assert error.notes == notes


def vector(size: int) -> str:
    return f"[{', '.join(['1.0'] * size)}]"


@pytest.mark.parametrize(
    ("program", "inputs", "said"),
    [
        ("\n".join(f"c{i} = a" + " + a" * 1_000 for i in range(101)), "a = 1.0", "H006 101:10"),
        ("b = a\nc = a + b.reshape(" + "1, " * 8 + "1)", "a = 1.0", "H002 2:11"),
        ("c = a * b", f"a = {vector(1001)}\nb = [{', '.join(['[1.0]'] * 1001)}]", "H003 1:7"),
        (
            "\n".join(f"c{i} = a * b" for i in range(17)),
            f"a = {vector(1000)}\nb = [{', '.join(['[1.0]'] * 1000)}]",
            "H004 16:9",
        ),
        ("c = a * b\nd = c @ c\nf = d @ c", f"a = {vector(1000)}\nb = [{', '.join(['[1.0]'] * 1000)}]", None),
        (
            "c = a * b\n" + "\n".join(f"d{i} = sum(c @ c)" for i in range(11)),
            f"a = {vector(1000)}\nb = [{', '.join(['[1.0]'] * 1000)}]",
            "H005 11:12",
        ),
        (
            "c = (a * b).reshape(500, 1, 2000)\nd = c * c\ne = (a * b).reshape(500, 2000, 1) @ c",
            f"a = {vector(1000)}\nb = [{', '.join(['[1.0]'] * 1000)}]",
            "H003 3:35",
        ),
    ],
    ids=["operations", "axes", "elements", "elements of a run", "within limits", "work of a run", "batch"],
)
def test_limits_hold_before_anything_is_computed(program: str, inputs: str, said: str | None) -> None:
    if said is None:
        assert scenario(program + "\ne = sum(f)", inputs).graph["e"].shape == ()
    else:
        assert mistakes(program, inputs)[0].startswith(said)


def test_the_work_of_one_operation_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = f"a = {vector(1000)}\nb = [{', '.join(['[1.0]'] * 1000)}]"
    program = "c = a * b\ne = sum(c @ c)"
    assert scenario(program, inputs).graph["e"].shape == ()  # 10⁹ multiply-adds: just allowed
    monkeypatch.setattr(limits, "OPERATION_WORK", 10**9 - 1)
    assert mistakes(program, inputs) == [
        "H005 2:11 this takes 1,000,000,000 multiply-adds; at most 999,999,999 are allowed"
    ]


def test_a_long_chain_loads_without_recursion_and_in_linear_time() -> None:
    program = "c0 = a * b\n" + "\n".join(f"c{i} = c{i - 1} + b" for i in range(1, 20_000))
    graph = scenario(program).graph
    assert len(graph) == 20_002
    assert graph["c19999"].line == 19_999
