"""`+ - * / **` and unary minus: the gates that every graph is made of."""

from __future__ import annotations

import operator

import numpy as np

from backprop_tui.graph import Value
from backprop_tui.ops.kinks import Kink
from backprop_tui.ops.operation import ONE, Derivative, Operation, first, pass_on, plain, second
from backprop_tui.ops.shapes import broadcast, same

MINUS_ONE = np.float64(-1.0)


def power_by_base(y: Value, x: Value, n: Value) -> Value:
    """∂(xⁿ)/∂x = n·xⁿ⁻¹, and 0 where n = 0 (PyTorch), where the formula would give 0·∞ at x = 0."""
    return plain(np.where(n == 0, 0.0, n * x ** (n - 1)))


def through_base(g: Value, y: Value, x: Value, n: Value) -> Value:
    """The gradient times n·xⁿ⁻¹, and 0 where n = 0, even if the gradient is infinite (PyTorch)."""
    return plain(np.where(n == 0, 0.0, g * (n * x ** (n - 1))))


def power_by_exponent(y: Value, x: Value, n: Value) -> Value:
    """∂(xⁿ)/∂n = xⁿ·ln x, and 0 where x = 0 and n ≥ 0 (PyTorch), where the formula would give 0·(-∞)."""
    return plain(np.where((x == 0) & (n >= 0), 0.0, y * np.log(x)))


def through_length(g: Value, y: Value, x: Value) -> Value:
    """The gradient times x / y. An infinite one meets x first, so that a tiny x / y does not make it NaN (PyTorch)."""
    return plain(np.where(np.isinf(g), g * x / y, g * (x / y)))


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
            words="A sum distributes: {statement} passes its gradient on unchanged to each operand.",
        ),
        Derivative(
            local=pass_on,
            formula="1",
            rule="passed on",
            words="A sum distributes: {statement} passes its gradient on unchanged to each operand.",
        ),
    ),
    kinks=(Kink(where=lambda y, a, b: np.isinf(a) & (b == -a), met="{statement} is ∞ - ∞, not a number"),),
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
            words="{y} grows as {a} does: {statement} passes its gradient on to its first operand unchanged.",
        ),
        Derivative(
            local=lambda y, a, b: MINUS_ONE,
            formula="-1",
            rule="sign flipped",
            words="{b} is subtracted, so {y} falls as {b} grows: its gradient arrives with the sign flipped.",
        ),
    ),
    kinks=(Kink(where=lambda y, a, b: np.isinf(a) & (b == a), met="{statement} is ∞ - ∞, not a number"),),
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
    kinks=(
        Kink(
            where=lambda y, a, b: ((a == 0) & np.isinf(b)) | (np.isinf(a) & (b == 0)),
            met="{statement} is 0 · ∞, not a number",
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
            words="Whatever {a} moves by is divided by {b}, and so is the gradient on its way back.",
        ),
        Derivative(
            local=lambda y, a, b: -y / b,
            formula="-{a} / {b}²",
            rule="minus quotient over divisor",
            words="A larger divisor makes the quotient smaller, the more so the smaller {b} is: -{a} / {b}², "
            "which is -{y} / {b}.",
        ),
    ),
    kinks=(
        Kink(
            where=lambda y, a, b: (b == 0) & (a != 0),
            side=lambda y, a, b: np.sign(b),
            met="{b} is 0, a pole of the quotient",
            taken="the derivative is infinite",
        ),
        Kink(where=lambda y, a, b: np.isinf(a) & np.isinf(b), met="{statement} is ∞ / ∞, not a number"),
        Kink(
            where=lambda y, a, b: (b == 0) & (a == 0),
            met="{a} and {b} are both 0, and 0 / 0 is not a number",
            taken=("the derivative is infinite", "the derivative is not a number either"),
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
            words="An exponential grows in proportion to itself: as {n} grows, {y} does by the factor ln {x}.",
        ),
    ),
    kinks=(
        Kink(
            where=lambda y, x, n: (x == 0) & (n < 0),
            side=lambda y, x, n: np.sign(x) * (n < 0),
            met="{x} is 0 and its exponent negative, a pole",
            taken="the derivative is infinite",
        ),
        Kink(
            where=lambda y, x, n: (x == 0) & (n > 0) & (n < 1),
            met="{x} is 0, where its root starts out straight upwards",
            taken=("the derivative is infinite", ""),
        ),
        Kink(
            where=lambda y, x, n: (x == 0) & (n == 0),
            met="{x} and {n} are both 0, and 0 ** 0 is taken as 1",
            taken="the derivative is taken as 0, as in PyTorch",
        ),
        Kink(
            where=lambda y, x, n: (x == 0) & (n > 0),
            met="{x} is 0 and ln {x} infinite",
            taken=("", "the derivative is taken as 0, as in PyTorch"),
            forward=False,
        ),
        Kink(
            where=lambda y, x, n: (x < 0) & (n != np.floor(n)),
            met="{x} is negative and has no real power {n}",
            taken="the derivative is not a number",
        ),
        Kink(
            where=lambda y, x, n: (x < 0) & (n == np.floor(n)),
            met="{x} is negative and ln {x} not a number",
            taken=("", "the derivative is not a number either"),
            forward=False,
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
            vjp=lambda g, y, a, b: through_length(g, y, a),
            formula="{a} / {y}",
            rule="operand over length",
            words="A length grows by the part of a move that points along the arrow: for {a} that is {a} / {y}.",
        ),
        Derivative(
            local=lambda y, a, b: b / y,
            vjp=lambda g, y, a, b: through_length(g, y, b),
            formula="{b} / {y}",
            rule="operand over length",
            words="A length grows by the part of a move that points along the arrow: for {b} that is {b} / {y}.",
        ),
    ),
    kinks=(
        Kink(
            where=lambda y, a, b: y == 0,
            side=lambda y, a, b: y == 0,
            met="{a} and {b} are both 0, the kink of a length",
            taken="the derivative is 0 / 0, not a number, as in PyTorch",
        ),
    ),
)

OPERATIONS = (ADD, SUB, MUL, DIV, POW, NEG, HYPOT)
