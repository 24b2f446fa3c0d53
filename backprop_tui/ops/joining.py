"""Operations on any number of operands: they are put side by side, and so are their gradients taken apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import accumulate, pairwise

import numpy as np

from backprop_tui.graph import Attributes, Shape, Value
from backprop_tui.ops.operation import (
    AXIS,
    Derivative,
    Operation,
    Parameter,
    ParameterKind,
    PerOperand,
    Sample,
    ShapeError,
    plain,
)
from backprop_tui.ops.shapes import count, normal_axis, show

JOINED_AXIS = Parameter(name="axis", kind=ParameterKind.ONE_AXIS, default=0, aliases=AXIS.aliases)


def concat_shape(shapes: Sequence[Shape], attributes: Attributes) -> Shape:
    """The lengths along `axis` added up; all others must be equal."""
    first = shapes[0]
    axis = normal_axis(first, attributes["axis"], "axis")
    for position, shape in enumerate(shapes):
        if len(shape) != len(first) or shape[:axis] + shape[axis + 1 :] != first[:axis] + first[axis + 1 :]:
            raise ShapeError(
                f"{show(first)} and {show(shape)} cannot be joined along axis {axis}",
                hint="all other axes must have equal lengths",
                operand=position,
            )
    return (*first[:axis], sum(shape[axis] for shape in shapes), *first[axis + 1 :])


def stack_shape(shapes: Sequence[Shape], attributes: Attributes) -> Shape:
    """A new axis, as long as there are operands; they must have one shape."""
    first = shapes[0]
    for position, shape in enumerate(shapes):
        if shape != first:
            raise ShapeError(f"{show(first)} and {show(shape)} cannot be stacked: they differ", operand=position)
    axis = normal_axis((*first, 1), attributes["axis"], "axis")
    return (*first[:axis], len(shapes), *first[axis:])


def _alone(tangent: Value, position: int, xs: Sequence[Value]) -> list[Value]:
    """The tangent in the place of one operand, and zeros in those of the others: they stand still."""
    return [tangent if number == position else np.zeros(x.shape) for number, x in enumerate(xs)]


def _cuts(shapes: Sequence[Shape], attributes: Attributes) -> list[Callable[[Value, Value], Value]]:
    axis = normal_axis(shapes[0], attributes["axis"], "axis")
    ends = [0, *accumulate(shape[axis] for shape in shapes)]
    before = (slice(None),) * axis
    return [partial(_part, (*before, slice(start, end))) for start, end in pairwise(ends)]


def _layers(shapes: Sequence[Shape], attributes: Attributes) -> list[Callable[[Value, Value], Value]]:
    before = (slice(None),) * normal_axis((*shapes[0], 1), attributes["axis"], "axis")
    return [partial(_part, (*before, position)) for position in range(len(shapes))]


def _part(index: tuple[slice | int, ...], g: Value, y: Value) -> Value:
    return plain(np.asarray(g)[index])


def _cut_out(position: int) -> Derivative:
    return Derivative(
        vjp=lambda g, y, *xs, axis: _cuts([x.shape for x in xs], {"axis": axis})[position](g, y),
        jvp=lambda t, y, *xs, axis: np.concatenate(_alone(t, position, xs), axis=axis),
        formula=f"part {position} of {{g}}",
        rule="cut out again",
        words="Nothing is computed here, elements are only put side by side: each operand gets its part of the "
        "gradient back.",
    )


def _layer(position: int) -> Derivative:
    return Derivative(
        vjp=lambda g, y, *xs, axis: _layers([x.shape for x in xs], {"axis": axis})[position](g, y),
        jvp=lambda t, y, *xs, axis: np.stack(_alone(t, position, xs), axis=axis),
        formula=f"layer {position} of {{g}}",
        rule="taken off again",
        words="Nothing is computed here, the operands are only laid on each other: each gets its own layer of the "
        "gradient back.",
    )


def _torch(name: str) -> Callable[[Sequence[Shape], Attributes], str]:
    def spelling(shapes: Sequence[Shape], attributes: Attributes) -> str:
        slots = ", ".join(f"{{x{number}}}" for number in range(len(shapes)))
        return f"torch.{name}([{slots}], dim={attributes['axis']})"

    return spelling


OPERATIONS = (
    Operation(
        name="concat",
        operands=("x",),
        variadic=True,
        forward=lambda *xs, axis: np.concatenate(xs, axis=axis),
        shape=concat_shape,
        sample=Sample(([1.0, 2.0], [3.0])),
        work=lambda shapes, attributes: count(concat_shape(shapes, attributes)),
        parameters=(JOINED_AXIS,),
        words="{y} joins its operands along an axis, one after the other.",
        torch=_torch("cat"),
        torch_node="Cat",
        aliases=("cat", "concatenate"),
        derivatives=PerOperand(_cut_out, _cuts),
    ),
    Operation(
        name="stack",
        operands=("x",),
        variadic=True,
        forward=lambda *xs, axis: np.stack(xs, axis=axis),
        shape=stack_shape,
        sample=Sample(([1.0, 2.0], [3.0, 4.0])),
        work=lambda shapes, attributes: count(stack_shape(shapes, attributes)),
        parameters=(JOINED_AXIS,),
        words="{y} lays its operands on each other along a new axis.",
        torch=_torch("stack"),
        derivatives=PerOperand(_layer, _layers),
    ),
)
