"""Reductions over axes, and the running sum along one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from backprop_tui.graph import Attributes, Shape, Value
from backprop_tui.ops.operation import AXIS, KEEPDIMS, Derivative, Operation, Parameter, ParameterKind, plain
from backprop_tui.ops.shapes import along_axis, axes_of, count, reduction

Axis = int | tuple[int, ...] | None

# max(x, 0) is an axis to NumPy and a second operand to a reader: ask for the name.
NAMED_AXIS = replace(AXIS, positional=False)
DDOF = Parameter(name="ddof", kind=ParameterKind.NUMBER, default=0, aliases=("correction",), positional=False)
ORD = Parameter(name="ord", kind=(1, 2, "inf"), default=2, aliases=("p",))


def spread(reduced: Value, x: Value, axis: Axis) -> Value:
    """A reduced value, with or without its axes kept, as something that broadcasts against `x`."""
    kept = tuple(1 if i in axes_of(x.shape, axis) else n for i, n in enumerate(x.shape))
    return plain(np.reshape(reduced, kept))


def weighted(
    weights: Callable[..., Value],
    *,
    formula: str | Callable[[Sequence[Shape], Attributes], str],
    rule: str,
    words: str | Callable[..., str],
) -> Derivative:
    """The derivative of a reduction that moves as Σ weights · x does, with `weights(y, x, axis, …)` shaped like x."""

    def vjp(g: Value, y: Value, x: Value, *, axis: Axis, keepdims: bool, **others: object) -> Value:
        return plain(spread(g, x, axis) * weights(y, x, axis, **others))

    def jvp(t: Value, y: Value, x: Value, *, axis: Axis, keepdims: bool, **others: object) -> Value:
        return plain(np.sum(t * weights(y, x, axis, **others), axis=axis, keepdims=keepdims))

    return Derivative(vjp=vjp, jvp=jvp, formula=formula, rule=rule, words=words)


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


def _ties(y: Value, x: Value, axis: Axis) -> Value:
    """1 / (number of elements that share the extreme) where x is the extreme, else 0. NaN: 0/0 (PyTorch)."""
    mask = np.asarray(x == spread(y, x, axis), dtype=np.float64)
    return plain(mask / np.sum(mask, axis=axis, keepdims=True))


def _averaged(shape: Shape, attributes: Attributes) -> int:
    """How many elements each mean is taken over."""
    return count(shape) // count(reduction([shape], attributes))


def _extreme(name: str, forward: Callable[..., Value], kind: str, torch: str) -> Operation:
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
        torch_node=torch.title(),
        derivatives=(
            weighted(
                _ties,
                formula=f"{{g}} shared by the {kind} of {{x}}",
                rule=f"routed to the {kind}",
                words=words,
            ),
        ),
    )


def _others(y: Value, x: Value, axis: Axis) -> Value:
    """The product of all other elements, which is y / x wherever that has a value (PyTorch takes it there)."""
    axes = axes_of(x.shape, axis)
    rest = tuple(i for i in range(x.ndim) if i not in axes)
    order = (*rest, *axes)
    rows = np.reshape(np.transpose(x, order), (*(x.shape[i] for i in rest), -1))
    ones = np.ones((*rows.shape[:-1], 1))
    before = np.cumprod(np.concatenate([ones, rows[..., :-1]], axis=-1), axis=-1)
    after = np.cumprod(np.concatenate([ones, rows[..., :0:-1]], axis=-1), axis=-1)[..., ::-1]
    others = np.reshape(before * after, [x.shape[i] for i in order])
    has_zero = np.any(x == 0, axis=axes, keepdims=True)
    return plain(np.where(has_zero, np.transpose(others, np.argsort(order)), spread(y, x, axis) / x))


def _torch_prod(shapes: Sequence[Shape], attributes: Attributes) -> str:
    """PyTorch multiplies along one axis at a time."""
    if attributes["axis"] is None and not attributes["keepdims"]:
        return "{x}.prod()"
    axes = sorted(axes_of(shapes[0], attributes["axis"]), reverse=True)
    return "{x}" + "".join(f".prod(dim={axis}, keepdim={attributes['keepdims']})" for axis in axes)


def _freedom(x: Value, y: Value, ddof: float) -> float:
    """What a variance divides by; never below 0 (PyTorch)."""
    return max(0.0, x.size // max(1, y.size) - ddof)


def variance(x: Value, axis: Axis, ddof: float, keepdims: bool) -> Value:
    """The mean squared distance from the mean, of which `ddof` numbers are not counted."""
    distance = x - np.mean(x, axis=axis, keepdims=True)
    total = np.sum(distance * distance, axis=axis, keepdims=keepdims)
    return plain(np.asarray(total / np.float64(_freedom(x, total, ddof))))


def _variance_weights(y: Value, x: Value, axis: Axis, ddof: float) -> Value:
    distance = x - np.mean(x, axis=axis, keepdims=True)
    return plain(2.0 / np.float64(_freedom(x, y, ddof)) * distance)


def _deviation_weights(y: Value, x: Value, axis: Axis, ddof: float) -> Value:
    deviation = spread(y, x, axis)
    weights = _variance_weights(y, x, axis, ddof) / (2.0 * deviation)
    return plain(np.where(deviation == 0, 0.0, weights))  # 0 where all elements are equal (PyTorch)


def norm(x: Value, ord: int | str, axis: Axis, keepdims: bool) -> Value:  # noqa: A002  (as NumPy and PyTorch call it)
    """The length of a vector: Σ|x|, √Σx² or max|x|."""
    size = np.abs(x)
    if ord == 1:
        return plain(np.sum(size, axis=axis, keepdims=keepdims))
    if ord == "inf":
        return plain(np.max(size, axis=axis, keepdims=keepdims))
    return plain(np.sqrt(np.sum(size * size, axis=axis, keepdims=keepdims)))


def _norm_weights(y: Value, x: Value, axis: Axis, ord: int | str) -> Value:  # noqa: A002
    if ord == 1:
        return np.sign(x)
    if ord == "inf":
        return np.sign(x) * _ties(y, np.abs(x), axis)
    length = spread(y, x, axis)
    return plain(np.where(length == 0, 0.0, x / length))  # 0 for the vector 0 (PyTorch)


_NORM_FORMULAS = {1: "{g} * sign({x})", 2: "{g} * {x} / {y}", "inf": "{g} shared by the largest |{x}|, with its sign"}


def _torch_norm(shapes: Sequence[Shape], attributes: Attributes) -> str:
    order = "float('inf')" if attributes["ord"] == "inf" else attributes["ord"]
    return f"torch.linalg.vector_norm({{x}}, ord={order}, dim={attributes['axis']}, keepdim={attributes['keepdims']})"


def _spread_of(name: str) -> Callable[[Sequence[Shape], Attributes], str]:
    def spelling(_shapes: Sequence[Shape], attributes: Attributes) -> str:
        return "{{x}}.{}(dim={axis}, correction={ddof}, keepdim={keepdims})".format(name, **attributes)

    return spelling


def _backwards(x: Value, axis: int) -> Value:
    """The running sum from the end."""
    return np.flip(np.cumsum(np.flip(x, axis), axis=axis), axis)


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
                linear=True,
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
                linear=True,
                formula=lambda shapes, attributes: f"broadcast({{g}} / {_averaged(shapes[0], attributes)})",
                rule="shared out evenly",
                words="Every element went into the mean with the same weight, so each gets that share of the gradient.",
            ),
        ),
    ),
    _extreme("max", np.max, "largest", "amax"),
    _extreme("min", np.min, "smallest", "amin"),
    Operation(
        name="prod",
        operands=("x",),
        forward=np.prod,
        shape=reduction,
        parameters=(AXIS, KEEPDIMS),
        words="{y} multiplies the elements of {x}.",
        torch=_torch_prod,
        derivatives=(
            weighted(
                _others,
                formula="{g} * product of all other elements",
                rule="product of the others",
                words="Each element was multiplied by all the others, and that is its factor on the way back.",
            ),
        ),
    ),
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
                formula="{g} * 2 / n * ({x} - mean({x}))",
                rule="twice the distance from the mean",
                words="What lies far from the mean counts most, and is pulled outwards. The mean moves, too, but what "
                "that changes adds up to 0.",
            ),
        ),
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
            weighted(
                _deviation_weights,
                formula="{g} * ({x} - mean({x})) / (n · {y})",
                rule="distance from the mean over deviation",
                words="The root of a variance: the distances from the mean, measured in standard deviations.",
            ),
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
                formula=lambda _, attributes: _NORM_FORMULAS[attributes["ord"]],
                rule="direction of the vector",
                words="A length grows fastest straight outwards: the gradient points where {x} does.",
            ),
        ),
    ),
    Operation(
        name="cumsum",
        operands=("x",),
        forward=lambda x, axis: np.cumsum(x, axis=axis),
        shape=along_axis,
        parameters=(replace(AXIS, kind=ParameterKind.ONE_AXIS, required=True),),
        words="{y} is the running sum of {x} along an axis.",
        torch=lambda _, attributes: f"torch.cumsum({{x}}, dim={attributes['axis']})",
        derivatives=(
            Derivative(
                vjp=lambda g, y, x, axis: _backwards(g, axis),
                linear=True,
                formula="cumsum({g}) from the end",
                rule="running sum from the end",
                words="An element is part of its own running sum and of all later ones, and gets all their gradients.",
            ),
        ),
    ),
)
