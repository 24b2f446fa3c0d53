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


def dot(shapes: Sequence[Shape], _attributes: Attributes) -> Shape:
    """A scalar, from two vectors of one length."""
    vectors(shapes)
    (n,), (m,) = shapes
    if n != m:
        raise ShapeError(f"a vector of {n} and one of {m} elements have no product")
    return ()


def outer(shapes: Sequence[Shape], _attributes: Attributes) -> Shape:
    """The lengths of two vectors."""
    vectors(shapes)
    return shapes[0] + shapes[1]


def vectors(shapes: Sequence[Shape]) -> None:
    """Raise ShapeError unless all operands have one axis."""
    for position, shape in enumerate(shapes):
        if len(shape) != 1:
            raise ShapeError(f"this takes vectors, and the operand has shape {show(shape)}", operand=position)


def swapaxes(shapes: Sequence[Shape], attributes: Attributes) -> Shape:
    """Two axes exchanged."""
    lengths = list(shapes[0])
    a, b = (normal_axis(shapes[0], attributes[name], name) for name in ("axis1", "axis2"))
    lengths[a], lengths[b] = lengths[b], lengths[a]
    return tuple(lengths)


def expand(shapes: Sequence[Shape], attributes: Attributes) -> Shape:
    """The given shape, to which the operand must broadcast; -1 keeps an axis as it is (PyTorch)."""
    shape, wanted = shapes[0], lengths_of(attributes["shape"])
    offset = len(wanted) - len(shape)
    kept = tuple(
        shape[axis - offset] if length == -1 and axis >= offset else length for axis, length in enumerate(wanted)
    )
    if (
        offset < 0
        or min(kept, default=0) < 0
        or any(n not in (1, m) for n, m in zip(shape, kept[offset:], strict=True))
    ):
        raise ShapeError(
            f"{show(shape)} does not expand to {show(wanted)}",
            hint="only axes of length 1 can become longer; new axes come first",
            parameter="shape",
        )
    return kept


def squeeze(shapes: Sequence[Shape], attributes: Attributes) -> Shape:
    """Without the axes named, which must have length 1; without all such axes, if None."""
    shape, axis = shapes[0], attributes["axis"]
    if axis is None:
        return tuple(length for length in shape if length != 1)
    dropped = axes_of(shape, axis)
    for one in dropped:
        if shape[one] != 1:
            raise ShapeError(f"axis {one} of {show(shape)} has length {shape[one]}, not 1", parameter="axis")
    return tuple(length for one, length in enumerate(shape) if one not in dropped)


def unsqueeze(shapes: Sequence[Shape], attributes: Attributes) -> Shape:
    """With a new axis of length 1, which the result has at `axis`."""
    shape = shapes[0]
    axis = normal_axis((*shape, 1), attributes["axis"], "axis")
    return (*shape[:axis], 1, *shape[axis:])


def flatten(shapes: Sequence[Shape], attributes: Attributes) -> Shape:
    """The axes from `start_dim` to `end_dim` as one; of a scalar, an axis of length 1."""
    shape = shapes[0]
    start, end = (normal_axis(shape or (1,), attributes[name], name) for name in ("start_dim", "end_dim"))
    if start > end:
        raise ShapeError(
            f"axis {attributes['start_dim']} of {show(shape)} comes after axis {attributes['end_dim']}",
            parameter="start_dim",
        )
    return (*shape[:start], count(shape[start : end + 1]), *shape[end + 1 :])


def lengths_of(shape: object) -> Shape:
    """A shape as it may be written, `6` or `(2, 3)`."""
    return shape if isinstance(shape, tuple) else (shape,)


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
    wanted = lengths_of(attributes["shape"])
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

    Raises ShapeError for an axis that the shape does not have, one named twice, and an empty tuple.
    """
    if axis is None:
        return tuple(range(len(shape)))
    named = axis if isinstance(axis, tuple) else (axis,)
    if not named:
        raise ShapeError(
            "axis () names no axis",
            hint="NumPy would take none and PyTorch all of them; for all, leave axis out",
            parameter="axis",
        )
    axes = [normal_axis(shape, one, "axis") for one in named]
    if len(set(axes)) != len(axes):
        raise ShapeError(f"axis {axis} names an axis twice", parameter="axis")
    return tuple(sorted(axes))


def normal_axis(shape: Shape, axis: object, parameter: str) -> int:
    """The axis counted from 0. Raises ShapeError if the shape does not have it."""
    assert isinstance(axis, int)
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
