"""Reductions over axes, and the running sum along one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from backprop_tui.graph import Attributes, Shape, Value
from backprop_tui.ops.broadcasting import repeated
from backprop_tui.ops.kinks import Kink
from backprop_tui.ops.operation import AXIS, KEEPDIMS, Derivative, Operation, ParameterKind, Sample, plain
from backprop_tui.ops.shapes import along_axis, axes_of, count, reduction

Axis = int | tuple[int, ...] | None

# max(x, 0) is an axis to NumPy and a second operand to a reader: ask for the name.
NAMED_AXIS = replace(AXIS, positional=False)


def spread(reduced: Value, x: Value, axis: Axis) -> Value:
    """A reduced value, with or without its axes kept, as something that broadcasts against `x`."""
    if isinstance(reduced, np.float64):
        return reduced
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


def ties(y: Value, x: Value, axis: Axis) -> Value:
    """1 / (number of elements that share the extreme) where x is the extreme, else 0. NaN: 0/0 (PyTorch)."""
    mask = np.asarray(x == spread(y, x, axis), dtype=np.float64)
    return plain(mask / np.sum(mask, axis=axis, keepdims=True))


def tied(y: Value, x: Value, axis: Axis) -> Any:
    """The mask of the elements that share an extreme."""
    share = ties(y, x, axis)
    return (share > 0) & (share < 1)


def _tie_for(kind: str) -> Kink:
    return Kink(
        where=lambda y, x, axis, keepdims: tied(y, x, axis),
        side=lambda y, x, axis, keepdims: x == spread(y, x, axis),
        met=f"{{count}} of {{x}} tie for the {kind}",
        taken="they share the gradient evenly, as in PyTorch",
    )


def averaged(shape: Shape, attributes: Attributes) -> int:
    """How many elements each mean is taken over."""
    return count(shape) // count(reduction([shape], attributes))


def _extreme(name: str, forward: Callable[..., Value], kind: str, torch: str) -> Operation:
    def words(y: Value, x: Value) -> str:
        if x.ndim == 0:
            return f"{{x}} is a single number and so the {kind}: it gets the whole gradient."
        return f"{name} routes: only the {kind} element decided {{y}}, so it gets the gradient and the others nothing."

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
                ties,
                formula="{g} * ({x} == {y}) / ties",
                rule=f"routed to the {kind}",
                words=words,
            ),
        ),
        kinks=(_tie_for(kind),),
        sample=Sample(([1.0, 3.0, 2.0],)),
    )


def _others(y: Value, x: Value, axis: Axis) -> Value:
    """The product of all other elements, which is y / x wherever that has a value (PyTorch takes it there)."""
    axes = axes_of(x.shape, axis)
    has_zero = np.any(x == 0, axis=axes, keepdims=True)
    quotient = spread(y, x, axis) / x
    if not np.any(has_zero):
        return plain(quotient)
    rest = tuple(i for i in range(x.ndim) if i not in axes)
    order = (*rest, *axes)
    rows = np.reshape(np.transpose(x, order), (*(x.shape[i] for i in rest), -1))
    ones = np.ones((*rows.shape[:-1], 1))
    before = np.cumprod(np.concatenate([ones, rows[..., :-1]], axis=-1), axis=-1)
    after = np.cumprod(np.concatenate([ones, rows[..., :0:-1]], axis=-1), axis=-1)[..., ::-1]
    others = np.reshape(before * after, [x.shape[i] for i in order])
    return plain(np.where(has_zero, np.transpose(others, np.argsort(order)), quotient))


def _through_product(g: Value, y: Value, x: Value, *, axis: Axis, keepdims: bool) -> Value:
    """The gradient times the others; of a whole array with two zeros 0, even if it is infinite (PyTorch)."""
    if axis is None and not keepdims and np.count_nonzero(x == 0) > 1:
        return plain(np.zeros(x.shape))
    return plain(spread(g, x, axis) * _others(y, x, axis))


def _torch_prod(shapes: Sequence[Shape], attributes: Attributes) -> str:
    """PyTorch multiplies along one axis at a time."""
    if attributes["axis"] is None and not attributes["keepdims"]:
        return "{x}.prod()"
    axes = sorted(axes_of(shapes[0], attributes["axis"]), reverse=True)
    return "{x}" + "".join(f".prod(dim={axis}, keepdim={attributes['keepdims']})" for axis in axes)


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
                vjp=lambda g, y, x, axis, keepdims: repeated(spread(g, x, axis), x.shape),
                linear=True,
                formula="broadcast({g})",
                rule="copied to every element",
                words="A sum broadcasts on the way back: every element went in with weight 1 and gets a copy of the "
                "gradient of {y}.",
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
                vjp=lambda g, y, x, axis, keepdims: repeated(spread(g, x, axis) / (x.size // y.size), x.shape),
                linear=True,
                formula=lambda shapes, attributes: f"broadcast({{g}} / {averaged(shapes[0], attributes)})",
                rule="shared out evenly",
                words="Every element went into the mean with the same weight, so each gets an even share of the "
                "gradient.",
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
            replace(
                weighted(
                    _others,
                    formula="{g} * product of the others",
                    rule="product of the others",
                    words="Each element was multiplied by all the others, and that is its factor on the way back.",
                ),
                vjp=_through_product,
            ),
        ),
        kinks=(
            Kink(
                where=lambda y, x, axis, keepdims: x == 0,
                met="{x} is 0, which makes its whole product 0",
                taken="everything it is multiplied with gets no gradient",
            ),
        ),
    ),
    Operation(
        name="cumsum",
        operands=("x",),
        forward=lambda x, axis: np.cumsum(x, axis=axis),
        shape=along_axis,
        parameters=(replace(AXIS, kind=ParameterKind.ONE_AXIS, required=True),),
        words="{y} is the running sum of {x} along an axis: each element with all before it.",
        torch=lambda _, attributes: f"torch.cumsum({{x}}, dim={attributes['axis']})",
        derivatives=(
            Derivative(
                vjp=lambda g, y, x, axis: _backwards(g, axis),
                linear=True,
                formula="flip(cumsum(flip({g})))",
                rule="running sum from the end",
                words="An element is part of its own running sum and of all later ones, and gets all their gradients.",
            ),
        ),
    ),
)
