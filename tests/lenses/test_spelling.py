"""The expressions of the registry are evaluated; whatever else a text says, nothing of it is executed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from backprop_tui.lenses.spelling import read
from backprop_tui.ops.registry import OPERATIONS
from backprop_tui.scenario import loads
from tests.hostile import EVERYTHING, scenario

X = np.arange(6.0).reshape(2, 3)
LIBRARY = SimpleNamespace(add=np.add, nn=SimpleNamespace(echo=lambda *given, **named: (given, named)))


def value_of(text: str, *operands: Any) -> Any:
    return read(text, LIBRARY)(operands)


def test_an_operand_is_itself() -> None:
    assert value_of("v1", 1, 2) == 2


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("v0 + v1", 13),
        ("v0 - v1", 7),
        ("v0 * v1", 30),
        ("v0 / v1", 10 / 3),
        ("v0 ** v1", 1000),
        ("-v0", -10),
        ("v0 < v1", False),
        ("v0 >= v1", True),
        ("v0 == v1", False),
        ("v0 != 0", True),
        ("(v0 - v1)", 7),
        ("v0 - (v1 - v0)", 17),
        ("[v0, v1]", [10, 3]),
        ("[v0]", [10]),
        ("(v0,)", (10,)),
        ("()", ()),
        ("(-1, 2)", (-1, 2)),
        ("1e-05", 1e-5),
        ("-0.5", -0.5),
        ("'mean'", "mean"),
        ("None", None),
        ("float('inf')", float("inf")),
    ],
)
def test_operators_and_literals(text: str, value: object) -> None:
    assert value_of(text, 10, 3) == value


def test_calls_with_and_without_names() -> None:
    assert value_of("torch.add(v0, v0)", 2) == 4
    assert value_of("torch.nn.echo(v0, (1,), dim=(0, -1), keepdim=True)", 5) == (
        (5, (1,)),
        {"dim": (0, -1), "keepdim": True},
    )


def test_methods_chain() -> None:
    assert value_of("v0.sum(axis=0).reshape(v0.shape[1:]).max()", X) == 7


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("v0[1]", X[1]),
        ("v0[-1, 0]", X[-1, 0]),
        ("v0[:, 1:]", X[:, 1:]),
        ("v0[::-1]", X[::-1]),
        ("v0[0, :2]", X[0, :2]),
        ("v0[..., 0]", X[..., 0]),
        ("v0[:, None]", X[:, None]),
    ],
)
def test_subscripts(text: str, value: Any) -> None:
    np.testing.assert_array_equal(value_of(text, X), value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "v0 v0",
        "v0 + v0 + v0",
        "v0; v0",
        "v0 = v0",
        "v0[1 2]",
        "v0[",
        "v0.sum(",
        "(v0",
        "[v0 v0]",
        "v0.__class__",
        "v0._private",
        "__import__('os')",
        "open('x')",
        "eval('v0')",
        "print",
        "lambda: v0",
        "v0 if v0 else v0",
        "f'{v0}'",
        "'a",
        "'\\x41'",
        "v0 and v0",
        "{v0}",
        "v0\nv0",
        "# v0",
        "v٣",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no spelling"):
        read(text, LIBRARY)


def test_nothing_that_a_stranger_wrote_gets_into_a_spelling() -> None:
    """Neither title, description, names nor labels: operands are v0, v1, … and the rest is the registry's."""
    texts = set()
    for node in (graph := loads(scenario(EVERYTHING)).graph):
        if node.op:
            names = [f"v{position}" for position in range(len(node.operands))]
            shapes = [graph.nodes[operand].shape for operand in node.operands]
            texts.add(OPERATIONS[node.op].torch_spelling(names, shapes, node.attributes))
    assert texts == {"v0 * v1", "torch.sin(v0)", "v0 + v1"}
