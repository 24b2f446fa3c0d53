"""Activations and the elementwise choice between two values: tanh, sigmoid, relu, softplus, maximum, minimum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from backprop_tui.graph import Value
from backprop_tui.ops.elementary import elementwise
from backprop_tui.ops.operation import ONE, Derivative, Operation, plain
from backprop_tui.ops.shapes import broadcast

ZERO = np.float64(0.0)
SOFTPLUS_THRESHOLD = 20.0
"""Above it softplus is the identity, in PyTorch and so here."""
_SATURATED = 0.01


def sigmoid(x: Value) -> Value:
    """1 / (1 + e⁻ˣ). For x far below 0, e⁻ˣ overflows to ∞ and the quotient is the right limit, 0."""
    return ONE / (ONE + np.exp(-x))


def relu(x: Value) -> Value:
    """max(x, 0), and NaN for NaN."""
    if isinstance(x, np.float64):
        return ZERO if x <= ZERO else x
    return plain(np.where(x <= ZERO, 0.0, x))


def relu_slope(y: Value, x: Value) -> Value:
    """1 where x > 0, 0 where x ≤ 0; 1 for NaN (PyTorch)."""
    if isinstance(x, np.float64):
        return ZERO if x <= ZERO else ONE
    return plain(np.where(x <= ZERO, 0.0, 1.0))


def relu_gate(g: Value, y: Value, x: Value) -> Value:
    """The gradient where x > 0 or NaN, and 0 elsewhere, even if the gradient is infinite (PyTorch)."""
    if isinstance(x, np.float64):
        return ZERO if x <= ZERO else g
    return np.where(x <= ZERO, 0.0, g)


def softplus(x: Value) -> Value:
    """ln(1 + eˣ), and x itself above `SOFTPLUS_THRESHOLD` (PyTorch)."""
    return plain(np.where(x > SOFTPLUS_THRESHOLD, x, np.log1p(np.exp(x))))


def softplus_slope(y: Value, x: Value) -> Value:
    """sigmoid(x), and 1 above `SOFTPLUS_THRESHOLD` (PyTorch)."""
    return plain(np.where(x > SOFTPLUS_THRESHOLD, 1.0, sigmoid(x)))


def _relu_words(_y: Value, x: Value) -> str:
    if x.ndim:
        open_gates = int(np.count_nonzero(x > 0))
        return (
            f"relu passes the gradient where {{x}} is positive and stops it elsewhere: "
            f"{open_gates} of {x.size} elements pass."
        )
    if x == 0:
        return "{x} is exactly 0, the kink of relu: the derivative is taken as 0, as in PyTorch. Nothing passes."
    if x < 0:
        return "{x} is negative, so relu is flat here and stops the gradient: nothing passes through."
    return "{x} is positive, so relu is open: the gradient passes unchanged."


def _squashing_words(slope: str, name: str) -> Callable[[Value, Value], str]:
    def words(y: Value, x: Value) -> str:
        steepness = 1.0 - y * y if name == "tanh" else y * (1.0 - y)
        text = f"The slope of {name} follows from its own output: {slope}."
        if np.all(steepness < _SATURATED):
            return text + " It is saturated here, so almost nothing gets through."
        return text

    return words


def _chosen(kind: str, name: str, other: str) -> Callable[[Value, Value, Value], str]:
    def words(y: Value, a: Value, b: Value) -> str:
        if y.ndim:
            return (
                f"Where {{{name}}} is the {kind} of the two it gets all of the gradient, in a tie half, else nothing."
            )
        if a == b:
            return "A tie: both operands get half of the gradient, as in PyTorch."
        if (a if name == "a" else b) == y:
            return f"{{{name}}} is the {kind} of the two, so it alone decided {{y}}: it gets the whole gradient."
        return f"{{{other}}} is the {kind} of the two: {{{name}}} had no say in {{y}}, so it gets nothing."

    return words


def _choice(
    name: str, forward: Callable[[Value, Value], Value], loses: Callable[[Any, Any], Any], kind: str
) -> Operation:
    """`maximum` or `minimum`. `loses(a, b)`: where a is not the one chosen. NaN loses nowhere (PyTorch)."""

    def slope(a: Value, b: Value) -> Value:
        return plain(np.where(a == b, 0.5, np.where(loses(a, b), 0.0, 1.0)))

    def gate(g: Value, a: Value, b: Value) -> Value:
        return plain(np.where(a == b, 0.5 * g, np.where(loses(a, b), 0.0, g)))

    return Operation(
        name=name,
        operands=("a", "b"),
        forward=forward,
        shape=broadcast,
        words=f"{{y}} is the {kind} of {{a}} and {{b}}.",
        torch=f"torch.{name}({{a}}, {{b}})",
        derivatives=(
            Derivative(
                local=lambda y, a, b: slope(a, b),
                vjp=lambda g, y, a, b: gate(g, a, b),
                formula=f"1 if {{a}} is the {kind}, else 0",
                rule=f"routed to the {kind}",
                words=_chosen(kind, "a", "b"),
            ),
            Derivative(
                local=lambda y, a, b: slope(b, a),
                vjp=lambda g, y, a, b: gate(g, b, a),
                formula=f"1 if {{b}} is the {kind}, else 0",
                rule=f"routed to the {kind}",
                words=_chosen(kind, "b", "a"),
            ),
        ),
    )


OPERATIONS = (
    elementwise(
        "tanh",
        np.tanh,
        lambda y, x: 1.0 - y * y,
        formula="1 - {y}²",
        rule="one minus output squared",
        words="{y} is {x} squashed into -1 … 1.",
        because=_squashing_words("1 - {y}², at most 1", "tanh"),
    ),
    elementwise(
        "sigmoid",
        sigmoid,
        lambda y, x: y * (1.0 - y),
        formula="{y} · (1 - {y})",
        rule="output times one minus output",
        words="{y} is {x} squashed into 0 … 1.",
        because=_squashing_words("{y} · (1 - {y}), never more than 0.25", "sigmoid"),
    ),
    elementwise(
        "relu",
        relu,
        relu_slope,
        vjp=relu_gate,
        formula="1 if {x} > 0, else 0",
        rule="gate",
        words="{y} is {x} where that is positive, and 0 elsewhere.",
        because=_relu_words,
    ),
    elementwise(
        "softplus",
        softplus,
        softplus_slope,
        formula="sigmoid({x})",
        rule="sigmoid of the operand",
        words="{y} is ln(1 + e**{x}), a relu with a rounded corner.",
        because="softplus is a smooth relu, and its slope a smooth step: sigmoid({x}).",
        torch="torch.nn.functional.softplus({x})",
    ),
    _choice("maximum", np.maximum, lambda a, b: a < b, "larger"),
    _choice("minimum", np.minimum, lambda a, b: a > b, "smaller"),
)
