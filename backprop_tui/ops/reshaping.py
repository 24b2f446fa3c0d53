"""Operations that move elements and change none: the gradient moves back the same way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backprop_tui.graph import Attributes, Shape
from backprop_tui.ops.operation import Derivative, Operation, Parameter, ParameterKind, plain
from backprop_tui.ops.shapes import reshape, transpose

SHAPE = Parameter(name="shape", kind=ParameterKind.SHAPE, required=True)
AXES = Parameter(name="axes", kind=ParameterKind.AXES, aliases=("dims",))


def inverse(axes: Shape | None, rank: int) -> Shape | None:
    """The order of axes that undoes `axes`."""
    return None if axes is None else tuple(int(axis) for axis in np.argsort([axis % rank for axis in axes]))


def _torch_reshape(_shapes: Sequence[Shape], attributes: Attributes) -> str:
    shape = attributes["shape"]
    return f"{{x}}.reshape({shape if isinstance(shape, tuple) else (shape,)})"


OPERATIONS = (
    Operation(
        name="transpose",
        operands=("x",),
        forward=lambda x, axes: plain(np.transpose(x, axes)),
        shape=transpose,
        parameters=(AXES,),
        words="{y} is {x} with its axes turned round.",
        torch=lambda shapes, attributes: f"{{x}}.permute({attributes['axes'] or tuple(range(len(shapes[0])))[::-1]})",
        derivatives=(
            Derivative(
                vjp=lambda g, y, x, axes: plain(np.transpose(g, inverse(axes, x.ndim))),
                formula="{g}ᵀ",
                rule="transposed back",
                words="Nothing is computed here, elements only move: their gradients move back where they came from.",
            ),
        ),
    ),
    Operation(
        name="reshape",
        operands=("x",),
        forward=lambda x, shape: plain(np.reshape(x, shape)),
        shape=reshape,
        parameters=(SHAPE,),
        words="{y} holds the elements of {x} in another shape.",
        torch=_torch_reshape,
        derivatives=(
            Derivative(
                vjp=lambda g, y, x, shape: plain(np.reshape(g, x.shape)),
                formula="reshape({g})",
                rule="reshaped back",
                words="Nothing is computed here, elements are only read in another shape: the gradient is read back in "
                "the old one.",
            ),
        ),
    ),
)
