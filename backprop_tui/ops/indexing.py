"""Taking elements out of an array: with whole numbers and slices that stand in the program, as NumPy and PyTorch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import numpy as np

from backprop_tui.graph import Attributes, Shape, Value
from backprop_tui.ops.operation import Derivative, Operation, Parameter, ParameterKind, Sample, ShapeError, plain
from backprop_tui.ops.shapes import show

Slice: TypeAlias = tuple[int | None, int | None, int | None]
"""start, stop, step. A slice itself cannot be hashed."""
One: TypeAlias = int | Slice | str | None
"""A number, a slice, `REST`, or None for a new axis."""
Index: TypeAlias = tuple[One, ...]

REST: Final = "..."
"""All axes that are not named. At most once in an index."""

INDEX = Parameter(name="index", kind=ParameterKind.INDEX, required=True)


def index_shape(shapes: Sequence[Shape], attributes: Attributes) -> Shape:
    """A whole number drops its axis, a slice shortens it, None is a new one, and axes that are not named stay."""
    shape, index = shapes[0], _index(attributes)
    named = sum(isinstance(one, (int, tuple)) for one in index)
    if named > len(shape):
        raise ShapeError(
            f"{show(shape)} has {len(shape)} axes, and {named} are named" if shape else "a scalar has no elements",
            parameter="index",
        )
    result: list[int] = []
    axis = 0
    for one in (*index, *([] if REST in index else [REST])):
        if one is None:
            result.append(1)
            continue
        if isinstance(one, str):
            result += shape[axis : axis + len(shape) - named]
            axis += len(shape) - named
            continue
        length = shape[axis]
        if isinstance(one, int):
            if not -length <= one < length:
                raise ShapeError(
                    f"index {one} is out of range: axis {axis} of {show(shape)} has {length} elements",
                    hint=f"they go from 0 to {length - 1}, or from -{length} to -1",
                    parameter="index",
                )
            axis += 1
            continue
        left = len(range(*slice(*one).indices(length)))
        if not left:
            raise ShapeError(
                f"the slice {write((one,))} takes nothing of the {length} elements of axis {axis}", parameter="index"
            )
        result.append(left)
        axis += 1
    return tuple(result)


def write(index: Index) -> str:
    """An index as it stands in a program: `0, 1:3`."""
    return ", ".join(_write_slice(*one) if isinstance(one, tuple) else str(one) for one in index)


def _write_slice(start: int | None, stop: int | None, step: int | None) -> str:
    text = f"{'' if start is None else start}:{'' if stop is None else stop}"
    return text if step is None else f"{text}:{step}"


def _index(attributes: Attributes) -> Index:
    index: Index = attributes["index"]  # type: ignore[assignment]
    return index


def _as_numpy(index: Index) -> tuple[Any, ...]:
    return tuple(slice(*one) if isinstance(one, tuple) else ... if one == REST else one for one in index)


def _put_back(g: Value, y: Value, x: Value, index: Index) -> Value:
    result = np.zeros(x.shape)
    result[_as_numpy(index)] = g
    return plain(result)


OPERATIONS = (
    Operation(
        name="index",
        operands=("x",),
        forward=lambda x, index: plain(np.asarray(x[_as_numpy(index)])),
        shape=index_shape,
        parameters=(INDEX,),
        sample=Sample(([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]],), {"index": (0, (1, 3, None))}),
        words="{y} is taken out of {x}: whole numbers pick one, slices a range. None is a new axis, ... all others.",
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
