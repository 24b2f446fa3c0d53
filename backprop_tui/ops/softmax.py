"""The softmax family: what couples the elements along an axis through the sum of their exponentials."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from backprop_tui.graph import Attributes, Shape, Value
from backprop_tui.ops.kinks import Kink
from backprop_tui.ops.operation import AXIS, KEEPDIMS, Derivative, Operation, plain
from backprop_tui.ops.reduction import Axis, over, spread, weighted
from backprop_tui.ops.shapes import along_axis, axes_of, reduction

LAST_AXIS = replace(AXIS, default=-1)


def along(name: str) -> Callable[[Sequence[Shape], Attributes], str]:
    """The PyTorch spelling of an operation along one axis."""

    def spelling(shapes: Sequence[Shape], attributes: Attributes) -> str:
        axis = attributes["axis"]
        if isinstance(axis, int) and shapes[0]:
            return f"torch.{name}({{x}}, dim={axis})"
        if not shapes[0] or axis is None or len(axes_of(shapes[0], axis)) == len(shapes[0]):
            return f"torch.{name}({{x}}.flatten(), dim=0).reshape({{x}}.shape)"
        return f"torch.exp({{x}} - torch.logsumexp({{x}}, dim={axis}, keepdim=True))" + (
            ".log()" if name.startswith("log") else ""
        )

    return spelling


def logsumexp(x: Value, axis: Axis = None, keepdims: bool = False) -> Value:
    """ln Σ eˣ, with the largest element taken out first so that nothing overflows."""
    largest = np.max(x, axis=axis, keepdims=True)
    shift = np.where(np.isfinite(largest), largest, 0.0)
    result = np.log(np.sum(np.exp(x - shift), axis=axis, keepdims=True)) + shift
    return plain(np.reshape(result, reduction([x.shape], {"axis": axis, "keepdims": keepdims})))


def softmax(x: Value, axis: Axis = -1) -> Value:
    """eˣ / Σ eˣ along an axis."""
    e = np.exp(x - np.max(x, axis=_for(x, axis), keepdims=True))
    return plain(e / np.sum(e, axis=_for(x, axis), keepdims=True))


def log_softmax(x: Value, axis: Axis = -1) -> Value:
    """x - ln Σ eˣ along an axis."""
    shifted = x - np.max(x, axis=_for(x, axis), keepdims=True)
    return plain(shifted - np.log(np.sum(np.exp(shifted), axis=_for(x, axis), keepdims=True)))


def _coupled(g: Value, y: Value, x: Value, axis: Axis) -> Value:
    return y * (g - np.sum(g * y, axis=_for(x, axis), keepdims=True))


def _for(x: Value, axis: Axis) -> Axis:
    """The axis as NumPy takes it: a scalar has none, but softmax over it is well defined."""
    return axis if x.ndim else None


def _is_all(y: Value, x: Value, axis: Axis) -> Any:
    """The mask of the shares that are exactly 1, and not because there is no other."""
    shares = x.size // np.max(x, axis=_for(x, axis), keepdims=True).size
    return (y == 1) & (shares > 1)


def _softmax_shape(shapes: Sequence[Shape], attributes: Attributes) -> Shape:
    return along_axis(shapes, attributes) if shapes[0] else ()


OPERATIONS = (
    Operation(
        name="logsumexp",
        operands=("x",),
        forward=logsumexp,
        shape=reduction,
        parameters=(AXIS, KEEPDIMS),
        words="{y} is the logarithm of the sum of e**{x}: a smooth maximum.",
        torch=over("logsumexp", "torch.logsumexp({x}.flatten(), dim=0)"),
        derivatives=(
            weighted(
                lambda y, x, axis: np.exp(x - spread(y, x, axis)),
                formula="{g} * softmax({x})",
                rule="shared by softmax",
                words="A smooth maximum shares its gradient by softmax: large elements get most of it.",
            ),
        ),
        kinks=(
            Kink(
                where=lambda y, x, axis, keepdims: np.isinf(y),
                met="{y} is infinite",
                taken="the share of an infinite element is e**(∞ - ∞), not a number, as in PyTorch",
                noun="results",
                forward=False,
            ),
        ),
    ),
    Operation(
        name="softmax",
        operands=("x",),
        forward=softmax,
        shape=_softmax_shape,
        parameters=(LAST_AXIS,),
        words="{y} turns {x} into shares that add up to 1.",
        torch=along("softmax"),
        derivatives=(
            Derivative(
                vjp=_coupled,
                jvp=_coupled,  # its Jacobian is symmetric
                formula="{y} * ({g} - sum({g} * {y}))",
                rule="softmax couples its elements",
                words="Softmax couples its elements: raising one share lowers the others. A gradient counts by how far "
                "it is above their weighted mean.",
            ),
        ),
        kinks=(
            Kink(
                where=lambda y, x, axis: (y == 0) | _is_all(y, x, axis),
                met="{y} is exactly 0 or 1, where softmax is flat",
                taken="the derivative is about 0",
            ),
        ),
    ),
    Operation(
        name="log_softmax",
        operands=("x",),
        forward=log_softmax,
        shape=_softmax_shape,
        parameters=(LAST_AXIS,),
        words="{y} is the logarithm of softmax({x}), computed without overflow.",
        torch=along("log_softmax"),
        derivatives=(
            Derivative(
                vjp=lambda g, y, x, axis: g - np.exp(y) * np.sum(g, axis=_for(x, axis), keepdims=True),
                jvp=lambda t, y, x, axis: t - np.sum(t * np.exp(y), axis=_for(x, axis), keepdims=True),
                formula="{g} - softmax({x}) * sum({g})",
                rule="gradient minus softmax share",
                words="Each element gets its own gradient, less its softmax share of them all. With a one-hot target "
                "this is where prediction minus target comes from.",
            ),
        ),
    ),
)
