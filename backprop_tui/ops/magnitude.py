"""Reductions that measure: how far elements are from their mean, and from 0."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf
from typing import Any

import numpy as np

from backprop_tui.graph import Attributes, Shape, Value
from backprop_tui.ops.elementary import sign
from backprop_tui.ops.kinks import Kink
from backprop_tui.ops.operation import AXIS, KEEPDIMS, Operation, Parameter, ParameterKind, plain
from backprop_tui.ops.reduction import Axis, averaged, spread, tied, ties, weighted
from backprop_tui.ops.shapes import reduction

DDOF = Parameter(name="ddof", kind=ParameterKind.NUMBER, default=0, aliases=("correction",), positional=False)
ORD = Parameter(name="ord", kind=ParameterKind.ORDER, default=2, aliases=("p",))


def _freedom(x: Value, y: Value, ddof: float) -> float:
    """What a variance divides by; never below 0 (PyTorch)."""
    return max(0.0, x.size // max(1, y.size) - ddof)


def variance(x: Value, axis: Axis, ddof: float, keepdims: bool) -> Value:
    """The mean squared distance from the mean, of which `ddof` numbers are not counted."""
    distance = x - np.mean(x, axis=axis, keepdims=True)
    total = np.sum(distance * distance, axis=axis, keepdims=keepdims)
    return plain(np.asarray(total / np.float64(_freedom(x, total, ddof))))


def _variance_weights(y: Value, x: Value, axis: Axis, ddof: float) -> Value:
    distance, freedom = x - np.mean(x, axis=axis, keepdims=True), _freedom(x, y, ddof)
    if axis is None and freedom == 0:  # infinite whichever way it points (PyTorch)
        return plain(np.where(x == np.mean(x), np.nan, np.inf))
    return plain(2.0 / np.float64(freedom) * distance)


def _deviation_weights(y: Value, x: Value, axis: Axis, ddof: float) -> Value:
    deviation = spread(y, x, axis)
    weights = _variance_weights(y, x, axis, ddof) / (2.0 * deviation)
    return plain(np.where(deviation == 0, 0.0, weights))  # 0 where all elements are equal (PyTorch)


def _through_deviation(g: Value, y: Value, x: Value, *, axis: Axis, ddof: float, keepdims: bool) -> Value:
    """The gradient times the weights, and 0 where all elements are equal, even if it is infinite (PyTorch)."""
    weights = _deviation_weights(y, x, axis, ddof)
    return plain(np.where(spread(y, x, axis) == 0, 0.0, spread(g, x, axis) * weights))


def norm(x: Value, ord: float | str, axis: Axis, keepdims: bool) -> Value:  # noqa: A002  (as NumPy and PyTorch call it)
    """The length of a vector: Σ|x|, √Σx², max|x|, or in general the root of order `ord` of Σ|x|**ord."""
    size, order = np.abs(x), float(ord)
    if order == 1:
        return plain(np.sum(size, axis=axis, keepdims=keepdims))
    if order == inf:
        return plain(np.max(size, axis=axis, keepdims=keepdims))
    if order == 2:
        return plain(np.sqrt(np.sum(size * size, axis=axis, keepdims=keepdims)))
    return plain(np.sum(size**order, axis=axis, keepdims=keepdims) ** (1 / order))


def _norm_weights(y: Value, x: Value, axis: Axis, ord: float | str) -> Value:  # noqa: A002
    order = float(ord)
    if order == 1:
        return sign(x)
    if order == inf:  # nothing is as large as a length of NaN: 0 (PyTorch)
        return sign(x) * plain(np.nan_to_num(ties(y, np.abs(x), axis), nan=0.0))
    length = spread(y, x, axis)
    weights = x / length if order == 2 else sign(x) * (np.abs(x) / length) ** (order - 1)
    return plain(np.where((length if order > 1 else x) == 0, 0.0, weights))  # 0 for the vector 0 (PyTorch)


def _norm_formula(_shapes: Sequence[Shape], attributes: Attributes) -> str:
    ord: Any = attributes["ord"]  # noqa: A001
    if ord == "inf":
        return "{g} * sign({x}) * (abs({x}) == {y}) / ties"
    if ord == 2:
        return "{g} * {x} / {y}"
    return "{g} * sign({x})" + ("" if ord == 1 else f" * (abs({{x}}) / {{y}}) ** {ord - 1:g}")


def _mean(axis: object) -> str:
    return "mean({x})" if axis is None else f"mean({{x}}, axis={axis})"


def _variance_formula(shapes: Sequence[Shape], attributes: Attributes) -> str:
    return f"{{g}} * 2 / {_divisor(shapes[0], attributes)} * ({{x}} - {_mean(attributes['axis'])})"


def _deviation_formula(shapes: Sequence[Shape], attributes: Attributes) -> str:
    return f"{{g}} * ({{x}} - {_mean(attributes['axis'])}) / ({_divisor(shapes[0], attributes)} * {{y}})"


def _divisor(shape: Shape, attributes: Attributes) -> str:
    ddof: Any = attributes["ddof"]
    return f"{max(0, averaged(shape, attributes) - ddof):g}"


_NO_FREEDOM = Kink(
    where=lambda y, x, axis, ddof, keepdims: _freedom(x, y, ddof) == 0,
    met="nothing is left to divide by after ddof",
    taken="the derivative is not finite either, as in PyTorch",
)


def _torch_norm(shapes: Sequence[Shape], attributes: Attributes) -> str:
    order = "float('inf')" if attributes["ord"] == "inf" else attributes["ord"]
    return f"torch.linalg.vector_norm({{x}}, ord={order}, dim={attributes['axis']}, keepdim={attributes['keepdims']})"


def _spread_of(name: str) -> Callable[[Sequence[Shape], Attributes], str]:
    def spelling(_shapes: Sequence[Shape], attributes: Attributes) -> str:
        return "{{x}}.{}(dim={axis}, correction={ddof}, keepdim={keepdims})".format(name, **attributes)

    return spelling


OPERATIONS = (
    Operation(
        name="var",
        operands=("x",),
        forward=variance,
        shape=reduction,
        parameters=(AXIS, DDOF, KEEPDIMS),
        words="{y} is the variance of the elements of {x}: their mean squared distance from their mean.",
        torch=_spread_of("var"),
        derivatives=(
            weighted(
                _variance_weights,
                formula=_variance_formula,
                rule="twice the distance from the mean",
                words="An element changes the variance in proportion to its distance from the mean. The mean moves, "
                "too, but that cancels out.",
            ),
        ),
        kinks=(_NO_FREEDOM,),
    ),
    Operation(
        name="std",
        operands=("x",),
        forward=lambda x, axis, ddof, keepdims: np.sqrt(variance(x, axis, ddof, keepdims)),
        shape=reduction,
        parameters=(AXIS, DDOF, KEEPDIMS),
        words="{y} is the standard deviation of the elements of {x}: the root of their variance.",
        torch=_spread_of("std"),
        derivatives=(
            replace(
                weighted(
                    _deviation_weights,
                    formula=_deviation_formula,
                    rule="distance from the mean over deviation",
                    words="An element changes the standard deviation in proportion to its distance from the mean.",
                ),
                vjp=_through_deviation,
            ),
        ),
        kinks=(
            Kink(
                where=lambda y, x, axis, ddof, keepdims: y == 0,
                side=lambda y, x, axis, ddof, keepdims: y == 0,
                met="all elements of {x} are equal, the kink of std",
                taken="the derivative is taken as 0, as in PyTorch",
                noun="results",
            ),
            _NO_FREEDOM,
        ),
    ),
    Operation(
        name="norm",
        operands=("x",),
        forward=norm,
        shape=reduction,
        parameters=(ORD, AXIS, KEEPDIMS),
        words="{y} is the length of {x}, taken as a vector.",
        torch=_torch_norm,
        torch_node="LinalgVectorNorm",
        derivatives=(
            weighted(
                _norm_weights,
                formula=_norm_formula,
                rule="direction of the vector",
                words="The gradient points where the length grows fastest: for ord=2 straight outwards, for ord=1 "
                "along all the signs, for ord=inf along the largest element alone.",
            ),
        ),
        kinks=(
            Kink(
                where=lambda y, x, ord, axis, keepdims: (y == 0) & (1 < float(ord) < inf),  # noqa: A006
                side=lambda y, x, ord, axis, keepdims: (y == 0) & (1 < float(ord) < inf),  # noqa: A006
                met="{x} is a vector of zeros, the kink of its length",
                taken="the derivative is taken as 0, as in PyTorch",
                noun="results",
            ),
            Kink(
                where=lambda y, x, ord, axis, keepdims: (x == 0) & (float(ord) <= 1),  # noqa: A006
                side=lambda y, x, ord, axis, keepdims: np.sign(x) * (float(ord) <= 1),  # noqa: A006
                met="{x} is exactly 0, the kink of the |{x}| that a norm of order 1 or less adds up",
                taken="the derivative is taken as 0, as in PyTorch",
            ),
            Kink(
                where=lambda y, x, ord, axis, keepdims: (ord == "inf") & tied(y, np.abs(x), axis),  # noqa: A006
                side=lambda y, x, ord, axis, keepdims: (ord == "inf") & (np.abs(x) == spread(y, x, axis)),  # noqa: A006
                met="{count} of {x} tie for the largest size",
                taken="they share the gradient evenly, as in PyTorch",
            ),
        ),
    ),
)
