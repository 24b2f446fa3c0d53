"""Products of vectors and matrices: each swaps its factors, as any product does."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from backprop_tui.graph import Array, Attributes, Shape, Value
from backprop_tui.ops.operation import Derivative, Operation, Sample
from backprop_tui.ops.shapes import count, dot, matmul, matmul_work, outer


def _matrices(g: Any, a: Any, b: Any) -> tuple[Array, Array, Array]:
    """The three as matrices: a vector on the left is a row, on the right a column (NumPy's promotion)."""
    row, column = a.ndim == 1, b.ndim == 1
    if row:
        a, g = a[np.newaxis, :], np.expand_dims(g, -1 if column else -2)
    if column:
        b, g = b[:, np.newaxis], np.expand_dims(g, -1)
    return g, a, b


def by_left(g: Value, y: Value, a: Value, b: Value) -> Value:
    """upstream @ bᵀ, shaped like `a`, before batch axes are summed."""
    upstream, _, matrix = _matrices(g, a, b)
    result: Array = upstream @ matrix.swapaxes(-1, -2)
    return result[..., 0, :] if a.ndim == 1 else result


def by_right(g: Value, y: Value, a: Value, b: Value) -> Value:
    """aᵀ @ upstream, shaped like `b`, before batch axes are summed."""
    upstream, matrix, _ = _matrices(g, a, b)
    result: Array = matrix.swapaxes(-1, -2) @ upstream
    return result[..., 0] if b.ndim == 1 else result


def _left_formula(shapes: Sequence[Shape], _attributes: Attributes) -> str:
    a, b = map(len, shapes)
    if b == 1:
        return "{g} * {b}" if a == 1 else "outer({g}, {b})"
    return "{g} @ {b}ᵀ"


def _right_formula(shapes: Sequence[Shape], _attributes: Attributes) -> str:
    a, b = map(len, shapes)
    if a == 1:
        return "{g} * {a}" if b == 1 else "outer({a}, {g})"
    return "{a}ᵀ @ {g}"


OPERATIONS = (
    Operation(
        name="matmul",
        symbol="@",
        operands=("a", "b"),
        forward=operator.matmul,
        shape=matmul,
        sample=Sample(([[1.0, 2.0], [3.0, 4.0]], [[0.0, 1.0], [1.0, 1.0]])),
        work=matmul_work,
        words="{y} is the matrix product of {a} and {b}: every row of {a} against every column of {b}.",
        torch="{a} @ {b}",
        torch_node="Mm",
        derivatives=(
            Derivative(
                vjp=by_left,
                linear=True,
                formula=_left_formula,
                rule="upstream @ right transposed",
                words="A matrix product swaps its factors and transposes, so that the shapes fit: {a} gets the "
                "gradient of {y} times {b}.",
            ),
            Derivative(
                vjp=by_right,
                linear=True,
                formula=_right_formula,
                rule="left transposed @ upstream",
                words="A matrix product swaps its factors and transposes, so that the shapes fit: {b} gets {a} times "
                "the gradient of {y}.",
            ),
        ),
    ),
    Operation(
        name="dot",
        operands=("a", "b"),
        forward=np.dot,
        shape=dot,
        words="{y} is the dot product of {a} and {b}: the sum of their products, element by element.",
        torch="torch.dot({a}, {b})",
        derivatives=(
            Derivative(
                vjp=lambda g, y, a, b: g * b,
                linear=True,
                formula="{g} * {b}",
                rule="upstream times the other vector",
                words="Each element was multiplied by its partner in {b}, and that is its factor on the way back.",
            ),
            Derivative(
                vjp=lambda g, y, a, b: g * a,
                linear=True,
                formula="{g} * {a}",
                rule="upstream times the other vector",
                words="Each element was multiplied by its partner in {a}, and that is its factor on the way back.",
            ),
        ),
    ),
    Operation(
        name="outer",
        operands=("a", "b"),
        forward=np.multiply.outer,
        shape=outer,
        work=lambda shapes, _: count(shapes[0]) * count(shapes[1]),
        words="{y} holds every product of an element of {a} and one of {b}.",
        torch="torch.outer({a}, {b})",
        torch_node="Mul",
        derivatives=(
            Derivative(
                vjp=lambda g, y, a, b: g @ b,
                linear=True,
                formula="{g} @ {b}",
                rule="upstream @ the other vector",
                words="An element of {a} went into a whole row of {y}: what comes back, weighted by {b}, adds up.",
            ),
            Derivative(
                vjp=lambda g, y, a, b: a @ g,
                linear=True,
                formula="{a} @ {g}",
                rule="the other vector @ upstream",
                words="An element of {b} went into a whole column of {y}: what comes back, weighted by {a}, adds up.",
            ),
        ),
    ),
)
