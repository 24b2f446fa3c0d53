"""Elementary functions of one operand, taken element by element: powers, roots, and what is flat between steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from backprop_tui.graph import Attributes, Shape, Value
from backprop_tui.ops.kinks import Kink
from backprop_tui.ops.operation import Derivative, Operation, Parameter, Sample, plain
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
    kinks: tuple[Kink, ...] = (),
    sample: Sample | None = None,
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
        kinks=kinks,
        sample=sample,
    )


def sign(x: Value) -> Value:
    """-1, 0 or 1; 0 for NaN, too (PyTorch)."""
    return 1.0 * (x > 0) - 1.0 * (x < 0)


def flat(y: Value, x: Value) -> Value:
    """The derivative 0."""
    return plain(np.zeros(x.shape))


def stopped(g: Value, y: Value, x: Value) -> Value:
    """0, even if the gradient is infinite (PyTorch)."""
    return plain(np.zeros(x.shape))


def _abs_words(_y: Value, x: Value) -> str:
    if x.ndim:
        return "Where {x} is positive the gradient passes unchanged; where it is negative its sign flips."
    if x < 0:
        return "{x} is negative, so {y} falls as {x} grows: the gradient goes back with the sign flipped."
    return "{x} is positive, so {y} moves with it: the gradient passes unchanged."


BOTH_SIGNS = Sample(([-2.0, 3.0],))


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
        sample=Sample((3.0,)),
    ),
    elementwise(
        "sqrt",
        np.sqrt,
        lambda y, x: 0.5 / y,
        formula="1 / (2 · {y})",
        rule="one over twice the root",
        words="{y} is the square root of {x}.",
        sample=Sample((4.0,)),
        because="The root is steep near 0 and flattens out: its slope is 1 / (2 · {y}).",
        kinks=(
            Kink(
                where=lambda y, x: x == 0,
                met="{x} is 0, where the root starts out straight upwards",
                taken="the derivative is infinite",
            ),
            Kink(
                where=lambda y, x: x < 0,
                met="{x} is negative and has no real root",
                taken="the derivative is not a number",
            ),
        ),
    ),
    elementwise(
        "reciprocal",
        np.reciprocal,
        lambda y, x: -y * y,
        formula="-{y}²",
        rule="minus output squared",
        words="{y} is 1 / {x}.",
        sample=Sample((2.0,)),
        because="{y} falls as {x} grows, the faster the larger {y} is: its slope is -1 / {x}², which is -{y}².",
        kinks=(
            Kink(
                where=lambda y, x: x == 0,
                side=lambda y, x: np.sign(x),
                met="{x} is 0, the pole of 1 / {x}",
                taken="the derivative is infinite",
            ),
        ),
    ),
    elementwise(
        "abs",
        np.abs,
        lambda y, x: sign(x),
        formula="sign({x})",
        rule="sign of the operand",
        words="{y} is {x} without its sign.",
        because=_abs_words,
        kinks=(
            Kink(
                where=lambda y, x: x == 0,
                side=lambda y, x: np.sign(x),
                met="{x} is exactly 0, the kink of |{x}|",
                taken="the derivative is taken as 0, as in PyTorch",
            ),
            Kink(
                where=lambda y, x: np.isnan(x),
                met="{x} is not a number",
                taken="the derivative is taken as 0, as in PyTorch",
                forward=False,
            ),
        ),
        sample=BOTH_SIGNS,
    ),
    elementwise(
        "sign",
        sign,
        flat,
        vjp=stopped,
        formula="0",
        rule="flat",
        words="{y} is -1, 0 or 1: the sign of {x}.",
        because="sign is flat on both sides of its step: however {x} moves, {y} does not, and nothing passes.",
        kinks=(
            Kink(
                where=lambda y, x: x == 0,
                side=lambda y, x: y,
                met="{x} is exactly 0, where sign jumps",
                taken="the derivative is taken as 0, as in PyTorch",
            ),
            Kink(
                where=lambda y, x: np.isnan(x),
                met="{x} is not a number, where sign is taken as 0, as in PyTorch",
                taken="the derivative is taken as 0, too",
            ),
        ),
        sample=BOTH_SIGNS,
    ),
    elementwise(
        "floor",
        np.floor,
        flat,
        vjp=stopped,
        formula="0",
        rule="flat",
        words="{y} is the largest whole number that is not above {x}.",
        sample=Sample((2.5,)),
        because="floor is flat between its steps: a small move of {x} does not change {y}, and nothing passes.",
        kinks=(
            Kink(
                where=lambda y, x: np.isfinite(x) & (y == x),
                side=lambda y, x: y,
                met="{x} is a whole number, where floor jumps",
                taken="the derivative is taken as 0, as in PyTorch",
            ),
        ),
    ),
)
