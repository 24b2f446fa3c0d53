"""Elementary functions of one operand, taken element by element: exp, log, sqrt, abs, sin, cos."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from backprop_tui.graph import Value
from backprop_tui.ops.operation import Derivative, Operation
from backprop_tui.ops.shapes import same


def elementwise(
    name: str,
    forward: Callable[[Value], Value],
    local: Callable[[Value, Value], Value],
    *,
    formula: str,
    rule: str,
    words: str,
    because: str | Callable[[Value, Value], str],
    torch: str = "",
    vjp: Callable[..., Value] | None = None,
) -> Operation:
    """An operation of one operand with an elementwise derivative; `because` explains the derivative."""
    return Operation(
        name=name,
        operands=("x",),
        forward=forward,
        shape=same,
        words=words,
        torch=torch or f"torch.{name}({{x}})",
        derivatives=(Derivative(local=local, vjp=vjp, formula=formula, rule=rule, words=because),),
    )


def _abs_words(_y: Value, x: Value) -> str:
    if x.ndim:
        return "Where {x} is negative the sign of the gradient flips; at 0 the slope is taken as 0."
    if x == 0:
        return "|x| has a kink at 0: there is no single slope. The derivative is taken as 0, as in PyTorch."
    if x < 0:
        return "{x} is negative, so {y} falls as {x} grows: the gradient goes back with the sign flipped."
    return "{x} is positive, so {y} moves with it: the gradient passes unchanged."


OPERATIONS = (
    elementwise(
        "exp",
        np.exp,
        lambda y, x: y,
        formula="{y}",
        rule="own output",
        words="{y} is e to the power of {x}.",
        because="exp is its own derivative: what it computed on the way forward, {y}, is the factor on the way back.",
    ),
    elementwise(
        "log",
        np.log,
        lambda y, x: 1.0 / x,
        vjp=lambda g, y, x: g / x,  # where 1 / x overflows, this need not
        formula="1 / {x}",
        rule="one over the operand",
        words="{y} is the natural logarithm of {x}.",
        because="The logarithm is steep near 0 and flattens out: its slope is 1 / {x}.",
    ),
    elementwise(
        "sqrt",
        np.sqrt,
        lambda y, x: 0.5 / y,
        formula="1 / (2 · {y})",
        rule="one over twice the root",
        words="{y} is the square root of {x}.",
        because="The root is steep near 0 (the slope is infinite at 0) and flattens out: 1 / (2 · {y}).",
    ),
    elementwise(
        "abs",
        np.abs,
        lambda y, x: 1.0 * (x > 0) - 1.0 * (x < 0),  # 0 for NaN, too (PyTorch)
        formula="sign({x})",
        rule="sign of the operand",
        words="{y} is {x} without its sign.",
        because=_abs_words,
    ),
    elementwise(
        "sin",
        np.sin,
        lambda y, x: np.cos(x),
        formula="cos({x})",
        rule="cosine of the operand",
        words="{y} is the sine of {x}.",
        because="The slope of the sine is the cosine: steepest where sin crosses 0, flat at its peaks.",
    ),
    elementwise(
        "cos",
        np.cos,
        lambda y, x: -np.sin(x),
        formula="-sin({x})",
        rule="minus sine of the operand",
        words="{y} is the cosine of {x}.",
        because="The slope of the cosine is minus the sine: flat at its peaks, falling in between.",
    ),
)
