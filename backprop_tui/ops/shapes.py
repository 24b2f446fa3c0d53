"""Shape rules: the shape of a result from the shapes of its operands, before anything is computed."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_tui.graph import Attributes, Shape
from backprop_tui.ops.operation import ShapeError


def same(shapes: Sequence[Shape], _attributes: Attributes) -> Shape:
    """The shape of the only operand."""
    return shapes[0]


def broadcast(shapes: Sequence[Shape], _attributes: Attributes = {}) -> Shape:  # noqa: B006 (never written)
    """The shape that all operands broadcast to, by NumPy's rule. Raises ShapeError if there is none."""
    result: list[int] = []
    for shape in shapes:
        result = [1] * (len(shape) - len(result)) + result
        for axis in range(-len(shape), 0):
            if result[axis] == 1:
                result[axis] = shape[axis]
            elif shape[axis] not in (1, result[axis]):
                raise ShapeError(
                    f"shapes {' and '.join(map(show, shapes))} do not broadcast: "
                    f"{result[axis]} against {shape[axis]} at axis {axis}",
                    hint="from the last axis on, lengths must be equal or 1",
                )
    return tuple(result)


def reduction(shapes: Sequence[Shape], attributes: Attributes) -> Shape:
    """Drop the axes named by `axis` (all, if None), or keep them with length 1 if `keepdims`."""
    shape = shapes[0]
    reduced = axes_of(shape, attributes["axis"])
    if attributes["keepdims"]:
        return tuple(1 if axis in reduced else length for axis, length in enumerate(shape))
    return tuple(length for axis, length in enumerate(shape) if axis not in reduced)


def along_axis(shapes: Sequence[Shape], attributes: Attributes) -> Shape:
    """The operand's own shape, once `axis` is seen to exist."""
    axes_of(shapes[0], attributes["axis"])
    return shapes[0]


def matmul(shapes: Sequence[Shape], _attributes: Attributes) -> Shape:
    """NumPy's rule for `@`: 1-D operands are promoted, leading axes broadcast."""
    a, b = shapes
    for position, shape in enumerate(shapes):
        if not shape:
            raise ShapeError(
                "@ needs vectors or matrices, and this operand is a scalar",
                hint="use * for a product with a scalar",
                operand=position,
            )
    inner = b[-2] if len(b) > 1 else b[0]
    if a[-1] != inner:
        raise ShapeError(
            f"{show(a)} @ {show(b)} does not fit: {a[-1]} columns on the left, {inner} rows on the right",
            hint="the last axis of the left operand must be as long as the last but one of the right",
        )
    batch = broadcast([a[:-2], b[:-2]])
    return batch + a[-2:-1] + (b[-1:] if len(b) > 1 else ())


def matmul_work(shapes: Sequence[Shape], attributes: Attributes) -> int:
    """Multiply-adds of a matrix product."""
    work = shapes[0][-1]
    for length in matmul(shapes, attributes):
        work *= length
    return work


def transpose(shapes: Sequence[Shape], attributes: Attributes) -> Shape:
    """The axes reversed, or in the order of `axes`."""
    shape, axes = shapes[0], attributes["axes"]
    if axes is None:
        return shape[::-1]
    assert isinstance(axes, tuple)
    if sorted(normal_axis(shape, axis, "axes") for axis in axes) != list(range(len(shape))):
        raise ShapeError(f"axes {axes} is not an order of the {len(shape)} axes of {show(shape)}", parameter="axes")
    return tuple(shape[axis] for axis in axes)


def reshape(shapes: Sequence[Shape], attributes: Attributes) -> Shape:
    """The given shape, where one length may be -1: whatever is left."""
    wanted = attributes["shape"]
    wanted = wanted if isinstance(wanted, tuple) else (wanted,)
    size = count(shapes[0])
    if any(length < -1 for length in wanted) or wanted.count(-1) > 1:
        raise ShapeError(
            f"shape {show(wanted)} is not possible", hint="one length at most may be -1", parameter="shape"
        )
    known = count(tuple(length for length in wanted if length != -1))
    if -1 in wanted and known and size % known == 0:
        return tuple(size // known if length == -1 else length for length in wanted)
    if -1 in wanted or known != size:
        raise ShapeError(f"{show(shapes[0])} has {size} elements: it cannot become {show(wanted)}", parameter="shape")
    return tuple(wanted)


def axes_of(shape: Shape, axis: object) -> tuple[int, ...]:
    """The axes that `axis` (an int, a tuple, or None for all) names, counted from 0, in order.

    Raises ShapeError for an axis that the shape does not have, or one named twice.
    """
    if axis is None:
        return tuple(range(len(shape)))
    named = axis if isinstance(axis, tuple) else (axis,)
    axes = [normal_axis(shape, one, "axis") for one in named]
    if len(set(axes)) != len(axes):
        raise ShapeError(f"axis {axis} names an axis twice", parameter="axis")
    return tuple(sorted(axes))


def normal_axis(shape: Shape, axis: int, parameter: str) -> int:
    """The axis counted from 0. Raises ShapeError if the shape does not have it."""
    rank = len(shape)
    if not -rank <= axis < rank:
        raise ShapeError(
            f"axis {axis} does not exist: the operand has shape {show(shape)}",
            hint=f"axes go from {-rank} to {rank - 1}" if rank else "a scalar has no axes",
            parameter=parameter,
        )
    return axis % rank


def count(shape: Shape) -> int:
    """Number of elements, in Python's unbounded integers."""
    size = 1
    for length in shape:
        size *= length
    return size


def show(shape: Sequence[int]) -> str:
    """A shape as NumPy prints it: `(3, 4)`, `(2,)`, `()`."""
    return str(tuple(shape))
