"""Smooth activations, and the error function behind one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import erf as erf_of_float
from math import pi, sqrt

import numpy as np

from backprop_tui.graph import Attributes, Shape, Value
from backprop_tui.ops.elementary import elementwise
from backprop_tui.ops.operation import ONE, Parameter, ParameterKind, plain

SOFTPLUS_THRESHOLD = 20.0
"""Above it softplus is the identity, in PyTorch and so here."""
_SATURATED = 0.01
_CUBIC = 0.044715
"""Of the approximation of gelu by tanh, as published."""

APPROXIMATE = Parameter(name="approximate", kind=("none", "tanh"), default="none", positional=False)
ALPHA = Parameter(name="alpha", kind=ParameterKind.NUMBER, default=1.0)


def sigmoid(x: Value) -> Value:
    """1 / (1 + e⁻ˣ). For x far below 0, e⁻ˣ overflows to ∞ and the quotient is the right limit, 0."""
    return ONE / (ONE + np.exp(-x))


def softplus(x: Value) -> Value:
    """ln(1 + eˣ), and x itself above `SOFTPLUS_THRESHOLD` (PyTorch)."""
    return plain(np.where(x > SOFTPLUS_THRESHOLD, x, np.log1p(np.exp(x))))


def softplus_slope(y: Value, x: Value) -> Value:
    """sigmoid(x), and 1 above `SOFTPLUS_THRESHOLD` (PyTorch)."""
    return plain(np.where(x > SOFTPLUS_THRESHOLD, 1.0, sigmoid(x)))


def log_sigmoid(x: Value) -> Value:
    """ln(sigmoid(x)), which neither overflows nor rounds to 0: min(x, 0) - ln(1 + e⁻|x|)."""
    return np.minimum(x, 0.0) - np.log1p(np.exp(-np.abs(x)))


_erf_of_array = np.frompyfunc(erf_of_float, 1, 1)  # NumPy has none; the C library's is exact to the last digit


def erf(x: Value) -> Value:
    """The error function 2/√π · ∫₀ˣ e⁻ᵗ² dt."""
    return plain(np.asarray(_erf_of_array(x), dtype=np.float64))


def _bell(x: Value) -> Value:
    """The density of the standard normal distribution."""
    return np.exp(-0.5 * x * x) / sqrt(2.0 * pi)


def _below(x: Value) -> Value:
    """The share of the standard normal distribution that is below x."""
    return 0.5 * (1.0 + erf(x / sqrt(2.0)))


def _gelu_tanh(x: Value) -> Value:
    """The tanh in the approximation of gelu."""
    return np.tanh(sqrt(2.0 / pi) * (x + _CUBIC * x**3))


def gelu(x: Value, approximate: str) -> Value:
    """x times the share of a standard normal distribution that is below x (Hendrycks and Gimpel, 2016)."""
    return 0.5 * x * (1.0 + _gelu_tanh(x)) if approximate == "tanh" else x * _below(x)


def gelu_slope(y: Value, x: Value, approximate: str) -> Value:
    """The slope of `gelu`."""
    if approximate == "tanh":
        t = _gelu_tanh(x)
        inner = sqrt(2.0 / pi) * (1.0 + 3.0 * _CUBIC * x * x)
        return 0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * inner
    return _below(x) + x * _bell(x)


def _gelu_formula(_shapes: Sequence[Shape], attributes: Attributes) -> str:
    return "Φ({x}) + {x} · φ({x})" if attributes["approximate"] == "none" else "slope of the tanh form at {x}"


def elu(x: Value, alpha: float) -> Value:
    """x where it is positive or NaN, alpha · (eˣ - 1) elsewhere."""
    return plain(np.where(x <= 0, alpha * np.expm1(x), x))


def elu_slope(y: Value, x: Value, alpha: float) -> Value:
    """1 where x > 0 or NaN, alpha · eˣ elsewhere; alpha at 0 (PyTorch)."""
    return plain(np.where(x <= 0, alpha * np.exp(x), 1.0))


def _squashing_words(slope: str, name: str) -> Callable[[Value, Value], str]:
    def words(y: Value, x: Value) -> str:
        steepness = 1.0 - y * y if name == "tanh" else y * (1.0 - y)
        text = f"The slope of {name} follows from its own output: {slope}."
        if np.all(steepness < _SATURATED):
            return text + " It is saturated here, so almost nothing gets through."
        return text

    return words


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
        "softplus",
        softplus,
        softplus_slope,
        formula="sigmoid({x})",
        rule="sigmoid of the operand",
        words="{y} is ln(1 + e**{x}), a relu with a rounded corner.",
        because="softplus is a smooth relu, and its slope a smooth step: sigmoid({x}).",
        torch="torch.nn.functional.softplus({x})",
    ),
    elementwise(
        "log_sigmoid",
        log_sigmoid,
        lambda y, x: sigmoid(-x),
        formula="sigmoid(-{x})",
        rule="sigmoid of minus the operand",
        words="{y} is the logarithm of sigmoid({x}), computed so that it never becomes log(0).",
        because="Far below 0 it falls like {x} itself, with slope 1; far above it is flat: sigmoid(-{x}).",
        torch="torch.nn.functional.logsigmoid({x})",
    ),
    elementwise(
        "silu",
        lambda x: x * sigmoid(x),
        lambda y, x: sigmoid(x) * (1.0 + x * (1.0 - sigmoid(x))),
        formula="sigmoid({x}) · (1 + {x} · (1 - sigmoid({x})))",
        rule="product rule on x times sigmoid",
        words="{y} is {x} · sigmoid({x}): {x} decides how much of itself passes.",
        because="{x} acts twice, as the value and as its own gate; the product rule adds up both.",
        torch="torch.nn.functional.silu({x})",
    ),
    elementwise(
        "gelu",
        gelu,
        gelu_slope,
        formula=_gelu_formula,
        rule="product rule on x times its rank",
        words="{y} is {x} times the share of a standard normal distribution that lies below {x}.",
        because="{x} acts twice, as the value and as its own gate; the product rule adds up both.",
        parameters=(APPROXIMATE,),
        torch=lambda _, attributes: f"torch.nn.functional.gelu({{x}}, approximate={attributes['approximate']!r})",
    ),
    elementwise(
        "elu",
        elu,
        elu_slope,
        formula=lambda _, attributes: f"1 if {{x}} > 0, else {attributes['alpha']} · e**{{x}}",
        rule="gate that closes slowly",
        words="{y} is {x} where that is positive, and bends towards a floor elsewhere.",
        because="Above 0 the gradient passes unchanged; below, less and less of it, but never quite nothing.",
        parameters=(ALPHA,),
        torch=lambda _, attributes: f"torch.nn.functional.elu({{x}}, alpha={attributes['alpha']})",
    ),
    elementwise(
        "erf",
        erf,
        lambda y, x: 2.0 / sqrt(pi) * np.exp(-x * x),
        formula="2/√π · e**(-{x}²)",
        rule="bell curve",
        words="{y} is the error function of {x}: an S-curve from -1 to 1.",
        because="Its slope is a bell curve: steepest at 0, almost flat beyond ±2.",
    ),
)
