"""Smooth activations, and the error function behind one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from math import erf as erf_of_float
from math import pi, sqrt
from typing import Any

import numpy as np

from backprop_tui.graph import Attributes, Shape, Value
from backprop_tui.ops.elementary import BOTH_SIGNS, elementwise
from backprop_tui.ops.kinks import Kink
from backprop_tui.ops.operation import ONE, Parameter, ParameterKind, plain

SOFTPLUS_THRESHOLD = 20.0
"""Above it softplus is the identity, in PyTorch and so here."""
_ALMOST_FLAT = 0.01
_NEAR = 5.0
"""No activation saturates as close to 0 as that."""
_CUBIC = 0.044715
"""Of the approximation of gelu by tanh, as published."""

APPROXIMATE = Parameter(name="approximate", kind=("none", "tanh"), default="none", positional=False)
ALPHA = Parameter(name="alpha", kind=ParameterKind.NUMBER, default=1.0)


def sigmoid(x: Value) -> Value:
    """1 / (1 + e⁻ˣ). Below -709.8, e⁻ˣ overflows to ∞ and the quotient is the limit, 0 (PyTorch)."""
    return ONE / (ONE + np.exp(-x))


def softplus(x: Value) -> Value:
    """ln(1 + eˣ), and x itself above `SOFTPLUS_THRESHOLD` (PyTorch)."""
    return plain(np.where(x > SOFTPLUS_THRESHOLD, x, np.log1p(np.exp(x))))


def sigmoid_far_out(x: Value) -> Value:
    """The sigmoid as e⁻ˡ / (1 + e⁻|ˣ|) with l = max(-x, 0), which is right down to -745."""
    return np.exp(np.minimum(x, 0.0)) / (ONE + np.exp(-np.abs(x)))


def softplus_slope(y: Value, x: Value) -> Value:
    """sigmoid(x), and 1 above `SOFTPLUS_THRESHOLD` (PyTorch)."""
    return plain(np.where(x > SOFTPLUS_THRESHOLD, 1.0, sigmoid_far_out(x)))


def log_sigmoid(x: Value) -> Value:
    """ln(sigmoid(x)), which neither overflows nor rounds to 0: min(x, 0) - ln(1 + e⁻|x|)."""
    return np.minimum(x, 0.0) - np.log1p(np.exp(-np.abs(x)))


def erf(x: Value) -> Value:
    """The error function 2/√π · ∫₀ˣ e⁻ᵗ² dt."""
    # NumPy has none; the C library's is exact to the last digit.
    each = np.fromiter(map(erf_of_float, np.ravel(x).tolist()), np.float64, x.size)
    return plain(np.reshape(each, x.shape))


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
    if attributes["approximate"] == "none":
        return "Φ({x}) + {x} * φ({x})"
    inner = "√(2/π) * ({x} + 0.044715 * {x}³)"
    return f"(1 + t) / 2 + {{x}} * (1 - t²) * (1 + 0.134145 * {{x}}²) / √(2π) where t = tanh({inner})"


def elu(x: Value, alpha: float) -> Value:
    """x where it is positive or NaN, alpha · (eˣ - 1) elsewhere."""
    return plain(np.where(x <= 0, alpha * np.expm1(x), x))


def elu_slope(y: Value, x: Value, alpha: float) -> Value:
    """1 where x > 0, alpha · eˣ elsewhere; alpha at 0 (PyTorch); NaN for NaN."""
    return plain(np.where(x > 0, 1.0, alpha * np.exp(x)))


def _elu_formula(_shapes: Sequence[Shape], attributes: Attributes) -> str:
    return "1 if {x} > 0, else " + ("e**{x}" if attributes["alpha"] == 1 else f"{attributes['alpha']} · e**{{x}}")


def _vanishes(slope: Callable[..., Value], y: Value, x: Value, **attributes: Any) -> Any:
    """Where nothing of the slope is left. It is computed far out alone: no other one is so flat."""
    mask = np.asarray(np.abs(x) > _NEAR)
    mask[mask] = slope(np.asarray(y)[mask], np.asarray(x)[mask], **attributes) == 0
    return mask


def saturated(slope: Callable[..., Value]) -> Kink:
    """Where nothing of the slope is left in float64."""
    return Kink(
        where=partial(_vanishes, slope),
        met="{x} is so far out that {y} is saturated",
        taken="the derivative comes out as 0 in float64",
    )


def squashing(slope: Callable[[Value, Value], Value]) -> tuple[Kink, ...]:
    """Where little of the slope of an S-curve is left, or nothing."""
    return (
        saturated(slope),
        Kink(
            where=lambda y, x: (slope(y, x) > 0) & (slope(y, x) < _ALMOST_FLAT),
            met="{x} is far out and {y} almost saturated",
            taken=f"the derivative is below {_ALMOST_FLAT}",
            forward=False,
        ),
    )


def tanh_slope(y: Value, x: Value) -> Value:
    """1 - tanh²."""
    return 1.0 - y * y


def sigmoid_slope(y: Value, x: Value) -> Value:
    """sigmoid · (1 - sigmoid)."""
    return y * (1.0 - y)


def log_sigmoid_slope(y: Value, x: Value) -> Value:
    """sigmoid(-x)."""
    return sigmoid_far_out(-x)


def silu_slope(y: Value, x: Value) -> Value:
    """The product rule on x · sigmoid(x)."""
    gate = sigmoid(x)
    return gate * (1.0 + x * (1.0 - gate))


def erf_slope(y: Value, x: Value) -> Value:
    """2/√π · e⁻ˣ²."""
    return 2.0 / sqrt(pi) * np.exp(-x * x)


OPERATIONS = (
    elementwise(
        "tanh",
        np.tanh,
        tanh_slope,
        formula="1 - {y}²",
        rule="one minus output squared",
        words="{y} is {x} squashed into -1 … 1.",
        because="The slope of tanh follows from its own output: 1 - {y}², at most 1.",
        kinks=squashing(tanh_slope),
    ),
    elementwise(
        "sigmoid",
        sigmoid,
        sigmoid_slope,
        formula="{y} · (1 - {y})",
        rule="output times one minus output",
        words="{y} is {x} squashed into 0 … 1.",
        because="The slope of sigmoid follows from its own output: {y} · (1 - {y}), never more than 0.25.",
        kinks=squashing(sigmoid_slope),
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
        kinks=(
            Kink(
                where=lambda y, x: x > SOFTPLUS_THRESHOLD,
                met=f"{{x}} is above {SOFTPLUS_THRESHOLD:g}, where softplus is taken as {{x}} itself",
                taken="the derivative is taken as 1, as in PyTorch",
            ),
            saturated(softplus_slope),
        ),
    ),
    elementwise(
        "log_sigmoid",
        log_sigmoid,
        log_sigmoid_slope,
        formula="sigmoid(-{x})",
        rule="sigmoid of minus the operand",
        words="{y} is the logarithm of sigmoid({x}), computed so that it never becomes log(0).",
        because="Its slope, sigmoid(-{x}), is 1 far below 0, where {y} is almost {x} itself, and 0 far above.",
        torch="torch.nn.functional.logsigmoid({x})",
        kinks=(saturated(log_sigmoid_slope),),
    ),
    elementwise(
        "silu",
        lambda x: x * sigmoid(x),
        silu_slope,
        formula="sigmoid({x}) · (1 + {x} · (1 - sigmoid({x})))",
        rule="product rule on x times sigmoid",
        words="{y} is {x} · sigmoid({x}): {x} decides how much of itself passes.",
        because="{x} acts twice, as the value and as its own gate; the product rule adds up both.",
        torch="torch.nn.functional.silu({x})",
        kinks=(saturated(silu_slope),),
    ),
    elementwise(
        "gelu",
        gelu,
        gelu_slope,
        formula=_gelu_formula,
        rule="product rule on x times its rank",
        words="{y} is {x} · Φ({x}): Φ is the share of a standard normal distribution, of density φ, that is below.",
        because="{x} acts twice, as the value and as its own gate; the product rule adds up both.",
        parameters=(APPROXIMATE,),
        kinks=(saturated(gelu_slope),),
        torch=lambda _, attributes: f"torch.nn.functional.gelu({{x}}, approximate={attributes['approximate']!r})",
    ),
    elementwise(
        "elu",
        elu,
        elu_slope,
        formula=_elu_formula,
        rule="gate that closes slowly",
        words="{y} is {x} where that is positive, and alpha · (e**{x} - 1) elsewhere: it bends towards a floor.",
        because="Above 0 the gradient passes unchanged; below it less and less gets through.",
        parameters=(ALPHA,),
        kinks=(
            Kink(
                where=lambda y, x, alpha: (x == 0) & (alpha != 1),
                side=lambda y, x, alpha: np.sign(x) * (alpha != 1),
                met="{x} is exactly 0, a kink of elu unless alpha is 1",
                taken="the derivative is taken as alpha, as in PyTorch",
            ),
            Kink(
                where=lambda y, x, alpha: np.isnan(x),
                met="{x} is not a number",
                taken="the derivative is not a number either; PyTorch makes it NaN or 1, by its place in the array",
                forward=False,
                unsettled=True,
            ),
            Kink(
                where=lambda y, x, alpha: (alpha != 0) & _vanishes(elu_slope, y, x, alpha=alpha),
                met="{x} is so far out that {y} is saturated",
                taken="the derivative comes out as 0 in float64",
            ),
        ),
        sample=BOTH_SIGNS,
        torch=lambda _, attributes: f"torch.nn.functional.elu({{x}}, alpha={attributes['alpha']})",
    ),
    elementwise(
        "erf",
        erf,
        erf_slope,
        formula="2/√π · e**(-{x}²)",
        rule="bell curve",
        words="{y} is the error function of {x}: an S-curve from -1 to 1.",
        because="Its slope is a bell curve: steepest at 0, almost flat beyond ±2.",
        kinks=(saturated(erf_slope),),
    ),
)
