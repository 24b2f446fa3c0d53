"""The shape rules: what fits, and what is said where nothing does."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_tui.graph import Shape
from backprop_tui.ops import shapes
from backprop_tui.ops.operation import ShapeError
from backprop_tui.ops.registry import OPERATIONS

SHAPES = st.lists(st.integers(1, 4), max_size=4).map(tuple)


def refused(op: str, operands: list[Shape], attributes: Mapping[str, object] | None = None) -> ShapeError:
    """The error of an operation on operands of these shapes."""
    operation = OPERATIONS[op]
    with pytest.raises(ShapeError) as caught:
        operation.shape(operands, operation.complete(attributes or {}))
    return caught.value


@pytest.mark.parametrize(
    ("op", "operands", "attributes", "message", "hint"),
    [
        (
            "add",
            [(2, 3), (4, 3)],
            {},
            "shapes (2, 3) and (4, 3) do not broadcast: 2 against 4 at axis -2",
            "from the last axis on, lengths must be equal or 1",
        ),
        (
            "matmul",
            [(2, 3), ()],
            {},
            "@ needs vectors or matrices, and this operand is a scalar",
            "use * for a product with a scalar",
        ),
        (
            "matmul",
            [(2, 3), (2, 4)],
            {},
            "(2, 3) @ (2, 4) does not fit: 3 columns on the left, 2 rows on the right",
            "the last axis of the left operand must be as long as the last but one of the right",
        ),
        (
            "matmul",
            [(2, 3), (5, 4, 3)],
            {},
            "(2, 3) @ (5, 4, 3) does not fit: 3 columns on the left, 4 rows on the right",
            "the last axis of the left operand must be as long as the last but one of the right",
        ),
        ("transpose", [(2, 3)], {"axes": (0, 0)}, "axes (0, 0) is not an order of the 2 axes of (2, 3)", ""),
        ("transpose", [(2, 3)], {"axes": (0,)}, "axes (0,) is not an order of the 2 axes of (2, 3)", ""),
        (
            "transpose",
            [(2, 3)],
            {"axes": (0, 2)},
            "axis 2 does not exist: the operand has shape (2, 3)",
            "axes go from -2 to 1",
        ),
        ("reshape", [(6,)], {"shape": (-1, -1)}, "shape (-1, -1) is not possible", "one length at most may be -1"),
        ("reshape", [(6,)], {"shape": (2, -2)}, "shape (2, -2) is not possible", "one length at most may be -1"),
        ("reshape", [(6,)], {"shape": (4, -1)}, "(6,) has 6 elements: it cannot become (4, -1)", ""),
        ("reshape", [(6,)], {"shape": 5}, "(6,) has 6 elements: it cannot become (5,)", ""),
        ("reshape", [(6,)], {"shape": (0, -1)}, "(6,) has 6 elements: it cannot become (0, -1)", ""),
        ("sum", [(2, 3)], {"axis": 2}, "axis 2 does not exist: the operand has shape (2, 3)", "axes go from -2 to 1"),
        ("sum", [(2, 3)], {"axis": -3}, "axis -3 does not exist: the operand has shape (2, 3)", "axes go from -2 to 1"),
        ("sum", [()], {"axis": 0}, "axis 0 does not exist: the operand has shape ()", "a scalar has no axes"),
        ("sum", [(2, 3)], {"axis": (1, -1)}, "axis (1, -1) names an axis twice", ""),
        *(
            (
                op,
                [(2, 3)],
                {"axis": ()},
                "axis () names no axis",
                "NumPy would take none and PyTorch all of them; for all, leave axis out",
            )
            for op in ("sum", "max", "softmax", "squeeze")
        ),
        (
            "softmax",
            [(2, 3)],
            {"axis": 5},
            "axis 5 does not exist: the operand has shape (2, 3)",
            "axes go from -2 to 1",
        ),
    ],
)
def test_what_does_not_fit_is_said(
    op: str, operands: list[Shape], attributes: dict[str, object], message: str, hint: str
) -> None:
    error = refused(op, operands, attributes)
    assert (error.message, error.hint) == (message, hint)


def test_the_operand_or_the_parameter_at_fault_is_named() -> None:
    assert refused("matmul", [(3,), ()]).operand == 1
    assert refused("matmul", [(), (3,)]).operand == 0
    for op, attributes in (
        ("sum", {"axis": 3}),
        ("sum", {"axis": (0, 0)}),
        ("transpose", {"axes": (0, 0)}),
        ("transpose", {"axes": (0, 3)}),
        ("reshape", {"shape": 5}),
        ("reshape", {"shape": (-1, -1)}),
    ):
        assert refused(op, [(2, 3)], attributes).parameter == next(iter(attributes))


@given(st.lists(SHAPES, min_size=1, max_size=3))
def test_broadcasting_is_that_of_numpy(operands: list[Shape]) -> None:
    try:
        expected = np.broadcast_shapes(*operands)
    except ValueError:
        with pytest.raises(ShapeError):
            shapes.broadcast(operands)
    else:
        assert shapes.broadcast(operands) == expected


@given(SHAPES, SHAPES)
def test_matrix_products_are_those_of_numpy(a: Shape, b: Shape) -> None:
    result: Any
    try:
        result = np.ones(a) @ np.ones(b)
    except ValueError:
        with pytest.raises(ShapeError):
            shapes.matmul([a, b], {})
    else:
        assert shapes.matmul([a, b], {}) == result.shape
        assert shapes.matmul_work([a, b], {}) == math.prod(result.shape) * a[-1]


@given(SHAPES, st.lists(st.integers(-1, 6), max_size=3))
def test_reshaping_is_that_of_numpy(shape: Shape, wanted: list[int]) -> None:
    try:
        expected = np.ones(shape).reshape(wanted).shape
    except ValueError:
        with pytest.raises(ShapeError):
            shapes.reshape([shape], {"shape": tuple(wanted)})
    else:
        assert shapes.reshape([shape], {"shape": tuple(wanted)}) == expected


@given(SHAPES, st.lists(st.integers(-4, 4), max_size=4))
def test_orders_of_axes_are_those_of_numpy(shape: Shape, axes: list[int]) -> None:
    try:
        expected = np.ones(shape).transpose(axes).shape if axes or not shape else None
    except ValueError:
        expected = None
    if expected is None:
        with pytest.raises(ShapeError):
            shapes.transpose([shape], {"axes": tuple(axes)})
    else:
        assert shapes.transpose([shape], {"axes": tuple(axes)}) == expected
