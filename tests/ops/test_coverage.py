"""The table of cases leaves nothing out: every rank, every axis, every value of every parameter of every operation."""

from __future__ import annotations

from itertools import permutations

import pytest

from backprop_tui.ops.operation import Parameter, ParameterKind
from backprop_tui.ops.registry import OPERATIONS
from tests.ops.cases import CASES, PATTERNS, Case

OF_OPERANDS = [operation for operation in OPERATIONS.values() if operation.operands]
PARAMETERS = [(operation.name, parameter) for operation in OF_OPERANDS for parameter in operation.parameters]
RANKS = {
    "dot": {1},
    "outer": {1},
    "matmul": {1, 2, 3, 4},
    **{op: {1, 2, 3} for op in ("index", "cumsum", "swapaxes", "concat", "cross_entropy", "var", "std")},
}
"""The ranks that there are, where they are not 0 to 3."""


def cases_of(op: str) -> list[Case]:
    return [case for case in CASES if case.op == op]


def values_of(op: str, parameter: Parameter, rank: int | None = None) -> list[object]:
    """What the cases give for a parameter, its default too, on first operands of a rank."""
    return [
        case.attributes.get(parameter.name, parameter.default)
        for case in cases_of(op)
        if rank is None or len(case.shapes[0]) == rank
    ]


@pytest.mark.parametrize("op", [operation.name for operation in OF_OPERANDS])
def test_every_rank(op: str) -> None:
    assert {len(shape) for case in cases_of(op) for shape in case.shapes} >= RANKS.get(op, {0, 1, 2, 3})


@pytest.mark.parametrize(("op", "parameter"), PARAMETERS, ids=lambda one: getattr(one, "name", one))
def test_every_value_of_every_parameter(op: str, parameter: Parameter) -> None:
    values = values_of(op, parameter)
    if isinstance(parameter.kind, tuple):
        assert set(values) == set(parameter.kind)
        return
    match parameter.kind:
        case ParameterKind.AXIS | ParameterKind.ONE_AXIS if op != "squeeze":
            for rank in (1, 2, 3):
                more = rank + (op in ("unsqueeze", "stack"))
                if parameter.name not in ("axis1", "axis2") or rank > 1:
                    assert set(values_of(op, parameter, rank)) >= set(range(-more, more)), f"rank {rank}"
                if parameter.kind is ParameterKind.AXIS:
                    tuples = [one for one in values_of(op, parameter, rank) if isinstance(one, tuple)]
                    assert {len(one) for one in tuples} >= set(range(1 if rank == 1 else 2, rank + 1)), f"rank {rank}"
                    assert rank == 1 or any(axis < 0 for one in tuples for axis in one)
                    assert None in values_of(op, parameter, rank)
        case ParameterKind.AXIS:
            assert any(isinstance(one, int) and one < 0 for one in values)
            assert any(isinstance(one, int) and one >= 0 for one in values)
            assert any(isinstance(one, tuple) for one in values)
            assert None in values
        case ParameterKind.FLAG:
            assert set(values) == {False, True}
        case ParameterKind.SHAPE:
            assert any(isinstance(one, tuple) and -1 in one for one in values)
            assert any(isinstance(one, tuple) and -1 not in one for one in values)
        case ParameterKind.AXES:
            for rank in (2, 3):
                assert set(values_of(op, parameter, rank)) >= {None, *permutations(range(rank))}
            assert any(isinstance(one, tuple) and min(one) < 0 for one in values)
        case ParameterKind.NUMBER:
            assert {parameter.default} < set(values)
        case ParameterKind.ORDER:
            orders = [one for one in values if isinstance(one, (int, float))]
            assert {1, 2, "inf"} < set(values)
            assert any(one < 1 for one in orders)
            assert any(1 < one < 2 for one in orders)
            assert any(one > 2 for one in orders)
        case ParameterKind.BOUND:
            assert None in values
            assert any(one is not None for one in values)
        case ParameterKind.INDEX:
            parts = [part for one in values if isinstance(one, tuple) for part in one]
            assert any(isinstance(part, int) and part >= 0 for part in parts)
            assert any(isinstance(part, int) and part < 0 for part in parts)
            assert None in parts
            assert "..." in parts
            for bound in range(3):
                given = [part[bound] for part in parts if isinstance(part, tuple)]
                assert None in given
                assert any(one is not None for one in given)
        case unknown:
            pytest.fail(f"what values has {unknown}?")


@pytest.mark.parametrize(
    "op", [one.name for one in OF_OPERANDS if {"axis", "keepdims"} <= {p.name for p in one.parameters}]
)
def test_axes_are_kept_and_dropped_alike(op: str) -> None:
    given = {(case.shapes, str(sorted(case.attributes.items()))) for case in cases_of(op)}
    for case in cases_of(op):
        other = {**case.attributes, "keepdims": not case.attributes["keepdims"]}
        assert (case.shapes, str(sorted(other.items()))) in given


def test_every_pattern_of_broadcasting() -> None:
    """Of up to three axes: 1 without axes, 2 with one, 4 with two, 8 with three."""
    assert len(set(PATTERNS)) == 1 + 2 + 4 + 8
