"""Elementary functions of one operand, taken element by element: powers, roots, and what is flat between steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from backprop_tui.graph import Attributes, Shape, Value
from backprop_tui.ops.operation import Derivative, Operation, Parameter
from backprop_tui.ops.shapes import same


def elementwise(
    name: str,
    forward: Callable[..., Value],
    local: Callable[..., Value],
    *,
    formula: str | Callable[[Sequence[Shape], Attributes], str],
    rule: str,
    words: str,
    because: str | Callable[[Value, Value], str],
    torch: str | Callable[[Sequence[Shape], Attributes], str] = "",
    vjp: Callable[..., Value] | None = None,
    parameters: tuple[Parameter, ...] = (),
    torch_node: str = "",
) -> Operation:
    """An operation of one operand with an elementwise derivative; `because` explains the derivative."""
    return Operation(
        name=name,
        operands=("x",),
        forward=forward,
        shape=same,
        parameters=parameters,
        torch_node=torch_node,
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
        "square",
        np.square,
        lambda y, x: 2.0 * x,
        formula="2 · {x}",
        rule="twice the operand",
        words="{y} is {x} times itself.",
        because="{x} is a factor twice, and each time the other factor is {x}: together 2 · {x}.",
        torch_node="Pow",
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
        "reciprocal",
        np.reciprocal,
        lambda y, x: -y * y,
        formula="-{y}²",
        rule="minus output squared",
        words="{y} is 1 / {x}.",
        because="{y} falls as {x} grows, the more so the larger it is itself: its slope is -1 / {x}², which is -{y}².",
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
        "sign",
        np.sign,
        lambda y, x: 0.0 * np.isnan(x),
        formula="0",
        rule="flat",
        words="{y} is -1, 0 or 1: the sign of {x}.",
        because="sign is flat on both sides of its step: nothing passes. At 0, too, its derivative is taken as 0, as "
        "in PyTorch.",
    ),
    elementwise(
        "floor",
        np.floor,
        lambda y, x: 0.0 * np.isnan(x),
        formula="0",
        rule="flat",
        words="{y} is the largest whole number that is not above {x}.",
        because="floor is flat between its steps: nothing passes. At a step, too, the derivative is taken as 0, as in "
        "PyTorch.",
    ),
)
