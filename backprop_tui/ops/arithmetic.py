"""`+ - * / **` and unary minus: the gates that every graph is made of."""

from __future__ import annotations

import operator

import numpy as np

from backprop_tui.graph import Value
from backprop_tui.ops.operation import ONE, Derivative, Operation, first, pass_on, plain, second
from backprop_tui.ops.shapes import broadcast, same

MINUS_ONE = np.float64(-1.0)


def power_by_base(y: Value, x: Value, n: Value) -> Value:
    """∂(xⁿ)/∂x = n·xⁿ⁻¹, and 0 where n = 0 (PyTorch), where the formula would give 0·∞ at x = 0."""
    return plain(np.where(n == 0, 0.0, n * x ** (n - 1)))


def through_base(g: Value, y: Value, x: Value, n: Value) -> Value:
    """The gradient times n·xⁿ⁻¹, and 0 where n = 0, even if the gradient is infinite (PyTorch)."""
    return plain(np.where(n == 0, 0.0, g * power_by_base(y, x, n)))


def power_by_exponent(y: Value, x: Value, n: Value) -> Value:
    """∂(xⁿ)/∂n = xⁿ·ln x, and 0 where x = 0 and n ≥ 0 (PyTorch), where the formula would give 0·(-∞)."""
    return plain(np.where((x == 0) & (n >= 0), 0.0, y * np.log(x)))


ADD = Operation(
    name="add",
    symbol="+",
    operands=("a", "b"),
    forward=operator.add,
    shape=broadcast,
    words="{y} is the sum of {a} and {b}.",
    torch="{a} + {b}",
    derivatives=(
        Derivative(
            local=pass_on,
            formula="1",
            rule="passed on",
            words="{statement} passes its gradient on unchanged: when {a} grows by a little, {y} grows by as much.",
        ),
        Derivative(
            local=pass_on,
            formula="1",
            rule="passed on",
            words="{statement} passes its gradient on unchanged: when {b} grows by a little, {y} grows by as much.",
        ),
    ),
)

SUB = Operation(
    name="sub",
    symbol="-",
    operands=("a", "b"),
    forward=operator.sub,
    shape=broadcast,
    words="{y} is {a} less {b}.",
    torch="{a} - {b}",
    derivatives=(
        Derivative(
            local=pass_on,
            formula="1",
            rule="passed on",
            words="{statement} passes its gradient on to its first operand unchanged: {y} grows as {a} does.",
        ),
        Derivative(
            local=lambda y, a, b: MINUS_ONE,
            formula="-1",
            rule="sign flipped",
            words="{b} is subtracted, so {y} falls as {b} grows: its gradient arrives with the sign flipped.",
        ),
    ),
)

MUL = Operation(
    name="mul",
    symbol="*",
    operands=("a", "b"),
    forward=operator.mul,
    shape=broadcast,
    words="{y} is the product of {a} and {b}.",
    torch="{a} * {b}",
    derivatives=(
        Derivative(
            local=second,
            formula="{b}",
            rule="other operand",
            words="A product swaps its factors: {a} gets the gradient of {y} times the other factor, {b}.",
        ),
        Derivative(
            local=first,
            formula="{a}",
            rule="other operand",
            words="A product swaps its factors: {b} gets the gradient of {y} times the other factor, {a}.",
        ),
    ),
)

DIV = Operation(
    name="div",
    symbol="/",
    operands=("a", "b"),
    forward=operator.truediv,
    shape=broadcast,
    words="{y} is {a} divided by {b}.",
    torch="{a} / {b}",
    derivatives=(
        Derivative(
            local=lambda y, a, b: ONE / b,
            vjp=lambda g, y, a, b: g / b,  # where 1 / b overflows, this need not
            formula="1 / {b}",
            rule="one over the divisor",
            words="Dividing by {b} scales the gradient of {y} in the same way: by 1 / {b}.",
        ),
        Derivative(
            local=lambda y, a, b: -y / b,
            formula="-{a} / {b}²",
            rule="minus quotient over divisor",
            words="A larger divisor makes {y} smaller (for positive values), the more so the smaller {b} is: "
            "-{a} / {b}², which is -{y} / {b}.",
        ),
    ),
)

POW = Operation(
    name="pow",
    symbol="**",
    operands=("x", "n"),
    forward=operator.pow,
    shape=broadcast,
    words="{y} is {x} to the power of {n}.",
    torch="{x} ** {n}",
    derivatives=(
        Derivative(
            local=power_by_base,
            vjp=through_base,
            formula="{n} · {x}**({n} - 1)",
            rule="power rule",
            words="The power rule: the exponent {n} comes down as a factor, and the power drops by one.",
        ),
        Derivative(
            local=power_by_exponent,
            formula="{y} · ln {x}",
            rule="power times log of base",
            words="As its exponent grows, {y} grows in proportion to itself, by the factor ln {x}.",
        ),
    ),
)

NEG = Operation(
    name="neg",
    symbol="-",
    operands=("x",),
    forward=operator.neg,
    shape=same,
    words="{y} is {x} with the sign flipped.",
    torch="-{x}",
    derivatives=(
        Derivative(
            local=lambda y, x: MINUS_ONE,
            formula="-1",
            rule="sign flipped",
            words="{y} moves against {x}, so the gradient goes back with the sign flipped.",
        ),
    ),
)

HYPOT = Operation(
    name="hypot",
    operands=("a", "b"),
    forward=np.hypot,
    shape=broadcast,
    words="{y} is √({a}² + {b}²), the length of the arrow ({a}, {b}), computed without overflow.",
    torch="torch.hypot({a}, {b})",
    derivatives=(
        Derivative(
            local=lambda y, a, b: a / y,
            formula="{a} / {y}",
            rule="operand over length",
            words="The length grows by as much of {a}'s change as points along the arrow: {a} / {y}.",
        ),
        Derivative(
            local=lambda y, a, b: b / y,
            formula="{b} / {y}",
            rule="operand over length",
            words="The length grows by as much of {b}'s change as points along the arrow: {b} / {y}.",
        ),
    ),
)

OPERATIONS = (ADD, SUB, MUL, DIV, POW, NEG, HYPOT)
