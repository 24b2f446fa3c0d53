"""Taking elements out of an array: with whole numbers and slices that stand in the program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from backprop_tui.graph import Attributes, Shape, Value
from backprop_tui.ops.operation import Derivative, Operation, Parameter, ParameterKind, Sample, ShapeError, plain
from backprop_tui.ops.shapes import show

Slice: TypeAlias = tuple[int | None, int | None, int | None]
"""start, stop, step. A slice itself cannot be hashed."""
Index: TypeAlias = tuple[int | Slice, ...]

INDEX = Parameter(name="index", kind=ParameterKind.INDEX, required=True)


def index_shape(shapes: Sequence[Shape], attributes: Attributes) -> Shape:
    """A whole number drops its axis, a slice shortens it, and axes that are not named stay."""
    shape, index = shapes[0], _index(attributes)
    if len(index) > len(shape):
        raise ShapeError(
            f"{show(shape)} has {len(shape)} axes, and {len(index)} are named" if shape else "a scalar has no elements",
            parameter="index",
        )
    result = []
    for axis, (one, length) in enumerate(zip(index, shape, strict=False)):
        if isinstance(one, int):
            if not -length <= one < length:
                raise ShapeError(
                    f"index {one} is out of range: axis {axis} of {show(shape)} has {length} elements",
                    hint=f"they go from 0 to {length - 1}, or from -{length} to -1",
                    parameter="index",
                )
            continue
        left = len(range(*slice(*one).indices(length)))
        if not left:
            raise ShapeError(
                f"the slice {write((one,))} takes nothing of the {length} elements of axis {axis}", parameter="index"
            )
        result.append(left)
    return (*result, *shape[len(index) :])


def write(index: Index) -> str:
    """An index as it stands in a program: `0, 1:3`."""
    return ", ".join(str(one) if isinstance(one, int) else _write_slice(*one) for one in index)


def _write_slice(start: int | None, stop: int | None, step: int | None) -> str:
    text = f"{'' if start is None else start}:{'' if stop is None else stop}"
    return text if step is None else f"{text}:{step}"


def _index(attributes: Attributes) -> Index:
    index: Index = attributes["index"]  # type: ignore[assignment]
    return index


def _as_numpy(index: Index) -> tuple[int | slice, ...]:
    return tuple(one if isinstance(one, int) else slice(*one) for one in index)


def _put_back(g: Value, y: Value, x: Value, index: Index) -> Value:
    result = np.zeros(x.shape)
    result[_as_numpy(index)] = g
    return result


OPERATIONS = (
    Operation(
        name="index",
        operands=("x",),
        forward=lambda x, index: plain(np.asarray(x[_as_numpy(index)])),
        shape=index_shape,
        parameters=(INDEX,),
        sample=Sample(([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]],), {"index": (0, (1, 3, None))}),
        words="{y} is taken out of {x}: whole numbers pick one, slices a range.",
        torch=lambda _, attributes: f"{{x}}[{write(_index(attributes))}]",
        torch_node="Slice",
        spelling=lambda attributes: f"{{x}}[{write(_index(attributes))}]",
        derivatives=(
            Derivative(
                vjp=_put_back,
                linear=True,
                formula="{g} in its place, 0 elsewhere",
                rule="put back in place",
                words="Only what was taken out had a say in {y}: it gets the gradient, everything else in {x} nothing.",
            ),
        ),
    ),
)
