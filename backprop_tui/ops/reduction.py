"""Reductions over axes, and the softmax family that couples the elements along one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from backprop_tui.graph import Attributes, Shape, Value
from backprop_tui.ops.operation import AXIS, KEEPDIMS, Derivative, Operation, plain
from backprop_tui.ops.shapes import along_axis, axes_of, count, reduction

Axis = int | tuple[int, ...] | None

LAST_AXIS = replace(AXIS, default=-1)
# max(x, 0) is an axis to NumPy and a second operand to a reader: ask for the name.
NAMED_AXIS = replace(AXIS, positional=False)


def spread(reduced: Value, x: Value, axis: Axis) -> Value:
    """A reduced value, with or without its axes kept, as something that broadcasts against `x`."""
    kept = tuple(1 if i in axes_of(x.shape, axis) else n for i, n in enumerate(x.shape))
    return plain(np.reshape(reduced, kept))


def over(name: str, flat: str = "") -> Callable[[Sequence[Shape], Attributes], str]:
    """The PyTorch spelling of a reduction; `flat` is how to spell it over all axes, if not `x.name()`."""

    def spelling(shapes: Sequence[Shape], attributes: Attributes) -> str:
        axis, keepdims = attributes["axis"], attributes["keepdims"]
        if axis is None and not keepdims:
            return flat or f"{{x}}.{name}()"
        if axis is None:
            axis = tuple(range(len(shapes[0]))) or 0
        return f"{{x}}.{name}(dim={axis}{', keepdim=True' if keepdims else ''})"

    return spelling


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


def _for(x: Value, axis: Axis) -> Axis:
    """The axis as NumPy takes it: a scalar has none, but softmax over it is well defined."""
    return axis if x.ndim else None


def _softmax_shape(shapes: Sequence[Shape], attributes: Attributes) -> Shape:
    return along_axis(shapes, attributes) if shapes[0] else ()


def _ties(y: Value, x: Value, axis: Axis) -> Value:
    """1 / (number of elements that share the extreme) where x is the extreme, else 0. NaN: 0/0 (PyTorch)."""
    mask = np.asarray(x == spread(y, x, axis), dtype=np.float64)
    return plain(mask / np.sum(mask, axis=axis, keepdims=True))


def _averaged(shape: Shape, attributes: Attributes) -> int:
    """How many elements each mean is taken over."""
    return count(shape) // count(reduction([shape], attributes))


def _extreme(name: str, forward: Callable[..., Value], kind: str, torch: str) -> Operation:
    def vjp(g: Value, y: Value, x: Value, axis: Axis, keepdims: bool) -> Value:
        return spread(g, x, axis) * _ties(y, x, axis)

    def words(y: Value, x: Value) -> str:
        if x.ndim == 0:
            return f"{{x}} is a single number and so the {kind}: it gets the whole gradient."
        return f"Only the {kind} element decided {{y}}: it gets the whole gradient, the others nothing. Ties share it."

    return Operation(
        name=name,
        operands=("x",),
        forward=forward,
        shape=reduction,
        parameters=(NAMED_AXIS, KEEPDIMS),
        words=f"{{y}} is the {kind} element of {{x}}.",
        torch=over(torch),
        derivatives=(
            Derivative(
                vjp=vjp,
                formula=f"{{g}} shared by the {kind} of {{x}}",
                rule=f"routed to the {kind}",
                words=words,
            ),
        ),
    )


OPERATIONS = (
    Operation(
        name="sum",
        operands=("x",),
        forward=np.sum,
        shape=reduction,
        parameters=(AXIS, KEEPDIMS),
        words="{y} adds up the elements of {x}.",
        torch=over("sum"),
        derivatives=(
            Derivative(
                vjp=lambda g, y, x, axis, keepdims: plain(np.broadcast_to(spread(g, x, axis), x.shape)),
                formula="broadcast({g})",
                rule="copied to every element",
                words="Every element went into the sum with weight 1, so each gets a copy of the gradient of {y}.",
            ),
        ),
    ),
    Operation(
        name="mean",
        operands=("x",),
        forward=np.mean,
        shape=reduction,
        parameters=(AXIS, KEEPDIMS),
        words="{y} is the mean of the elements of {x}.",
        torch=over("mean"),
        derivatives=(
            Derivative(
                vjp=lambda g, y, x, axis, keepdims: plain(
                    np.broadcast_to(spread(g, x, axis) / (x.size // y.size), x.shape)
                ),
                formula=lambda shapes, attributes: f"broadcast({{g}} / {_averaged(shapes[0], attributes)})",
                rule="shared out evenly",
                words="Every element went into the mean with the same weight, so each gets that share of the gradient.",
            ),
        ),
    ),
    _extreme("max", np.max, "largest", "amax"),
    _extreme("min", np.min, "smallest", "amin"),
    Operation(
        name="logsumexp",
        operands=("x",),
        forward=logsumexp,
        shape=reduction,
        parameters=(AXIS, KEEPDIMS),
        words="{y} is the logarithm of the sum of e**{x}: a smooth maximum.",
        torch=over("logsumexp", "torch.logsumexp({x}.flatten(), dim=0)"),
        derivatives=(
            Derivative(
                vjp=lambda g, y, x, axis, keepdims: spread(g, x, axis) * np.exp(x - spread(y, x, axis)),
                formula="{g} * softmax({x})",
                rule="shared by softmax",
                words="A smooth maximum shares its gradient by softmax: large elements get most of it.",
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
                vjp=lambda g, y, x, axis: y * (g - np.sum(g * y, axis=_for(x, axis), keepdims=True)),
                formula="{y} * ({g} - sum({g} * {y}))",
                rule="softmax couples its elements",
                words="The shares add up to 1, so raising one lowers the others: each gradient is taken against their "
                "weighted mean.",
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
                formula="{g} - softmax({x}) * sum({g})",
                rule="gradient minus softmax share",
                words="Each element gets its own gradient, less its softmax share of them all. With a one-hot target "
                "this is where p - y comes from.",
            ),
        ),
    ),
)
