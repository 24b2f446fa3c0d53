"""Operations that move elements and change none: the gradient moves back the same way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from backprop_tui.graph import Attributes, Shape
from backprop_tui.ops.operation import AXIS, Derivative, Operation, Parameter, ParameterKind, Sample, ShapeRule, plain
from backprop_tui.ops.shapes import count, expand, flatten, lengths_of, reshape, squeeze, swapaxes, transpose, unsqueeze

SHAPE = Parameter(name="shape", kind=ParameterKind.SHAPE, required=True)
AXIS_1, AXIS_2 = (
    Parameter(name=f"axis{one}", kind=ParameterKind.ONE_AXIS, required=True, aliases=(f"dim{one - 1}",))
    for one in (1, 2)
)
START = Parameter(name="start_dim", kind=ParameterKind.ONE_AXIS, default=0)
END = Parameter(name="end_dim", kind=ParameterKind.ONE_AXIS, default=-1)
AXES = Parameter(name="axes", kind=ParameterKind.AXES, aliases=("dims",))


def inverse(axes: Shape | None, rank: int) -> Shape | None:
    """The order of axes that undoes `axes`."""
    return None if axes is None else tuple(int(axis) for axis in np.argsort([axis % rank for axis in axes]))


def moved(
    name: str,
    forward: Callable[..., Any],
    back: Callable[..., Any],
    shape: ShapeRule,
    parameters: tuple[Parameter, ...],
    *,
    words: str,
    formula: str | Callable[[Sequence[Shape], Attributes], str],
    rule: str,
    torch: str | Callable[[Sequence[Shape], Attributes], str],
    aliases: tuple[str, ...] = (),
    torch_node: str = "",
    sample: Sample | None = None,
) -> Operation:
    """An operation that moves elements; `back` moves their gradients back."""
    return Operation(
        name=name,
        operands=("x",),
        forward=lambda x, **attributes: plain(forward(x, **attributes)),
        shape=shape,
        parameters=parameters,
        words=words,
        torch=torch,
        aliases=aliases,
        torch_node=torch_node,
        sample=sample,
        derivatives=(
            Derivative(
                vjp=lambda g, y, x, **attributes: plain(back(g, y, x, **attributes)),
                linear=True,
                formula=formula,
                rule=rule,
                words="Nothing is computed here, elements only move: their gradients move back where they came from.",
            ),
        ),
    )


def _transposed_back(shapes: Sequence[Shape], attributes: Attributes) -> str:
    axes: Any = attributes["axes"]
    if axes is None or len(axes) == 2:
        return "{g}ᵀ" if axes is None or axes[0] % 2 else "{g}"
    return f"transpose({{g}}, axes={inverse(axes, len(shapes[0]))})"


def _reshaped_back(shapes: Sequence[Shape], _attributes: Attributes) -> str:
    return f"reshape({{g}}, {shapes[0]})"


def _flattened(shapes: Sequence[Shape], attributes: Attributes) -> str:
    # x.flatten() of a vector is x itself to PyTorch, with one gradient for both
    shape = flatten(shapes, attributes)
    return f"{{x}}.reshape({shape if len(shape) > 1 else -1})"


OPERATIONS = (
    moved(
        "transpose",
        np.transpose,
        lambda g, y, x, axes: np.transpose(g, inverse(axes, x.ndim)),
        transpose,
        (AXES,),
        sample=Sample(([[1.0, 2.0], [3.0, 4.0]],)),
        words="{y} is {x} with its axes in another order.",
        formula=_transposed_back,
        rule="transposed back",
        torch=lambda shapes, attributes: f"{{x}}.permute({attributes['axes'] or tuple(range(len(shapes[0])))[::-1]})",
        aliases=("permute",),
        torch_node="Permute",
    ),
    moved(
        "reshape",
        lambda x, shape: x.reshape(shape),
        lambda g, y, x, shape: np.reshape(g, x.shape),
        reshape,
        (SHAPE,),
        sample=Sample(([1.0, 2.0, 3.0, 4.0],), {"shape": (2, 2)}),
        words="{y} holds the elements of {x} in another shape.",
        formula=_reshaped_back,
        rule="reshaped back",
        torch=lambda _, attributes: f"{{x}}.reshape({lengths_of(attributes['shape'])})",
        aliases=("view",),
        torch_node="View",
    ),
    moved(
        "swapaxes",
        lambda x, axis1, axis2: x.swapaxes(axis1, axis2),
        lambda g, y, x, axis1, axis2: g.swapaxes(axis1, axis2),
        swapaxes,
        (AXIS_1, AXIS_2),
        sample=Sample(([[1.0, 2.0, 3.0]],), {"axis1": 0, "axis2": 1}),
        words="{y} is {x} with two axes exchanged.",
        formula=lambda _, attributes: f"swapaxes({{g}}, {attributes['axis1']}, {attributes['axis2']})",
        rule="exchanged back",
        torch=lambda _, attributes: f"{{x}}.swapaxes({attributes['axis1']}, {attributes['axis2']})",
        torch_node="Transpose",
    ),
    moved(
        "squeeze",
        lambda x, axis: np.reshape(x, squeeze([x.shape], {"axis": axis})),
        lambda g, y, x, axis: np.reshape(g, x.shape),
        squeeze,
        (AXIS,),
        sample=Sample(([[1.0, 2.0, 3.0]],)),
        words="{y} is {x} without axes of length 1.",
        formula=_reshaped_back,
        rule="reshaped back",
        torch=lambda _, attributes: f"{{x}}.squeeze({'' if attributes['axis'] is None else attributes['axis']})",
    ),
    moved(
        "unsqueeze",
        np.expand_dims,
        lambda g, y, x, axis: np.reshape(g, x.shape),
        unsqueeze,
        (replace(AXIS, kind=ParameterKind.ONE_AXIS, required=True),),
        words="{y} is {x} with a new axis of length 1.",
        formula=_reshaped_back,
        rule="reshaped back",
        torch=lambda _, attributes: f"{{x}}.unsqueeze({attributes['axis']})",
        aliases=("expand_dims",),
    ),
    moved(
        "flatten",
        lambda x, **axes: np.reshape(x, flatten([x.shape], axes)),
        lambda g, y, x, **axes: np.reshape(g, x.shape),
        flatten,
        (START, END),
        sample=Sample(([[1.0, 2.0], [3.0, 4.0]],)),
        words="{y} holds the elements of {x} in a row. Only the axes from start_dim to end_dim become one.",
        formula=_reshaped_back,
        rule="reshaped back",
        torch=_flattened,
        aliases=("ravel",),
        torch_node="View",
    ),
    Operation(
        name="expand",
        operands=("x",),
        forward=lambda x, shape: np.broadcast_to(x, expand([x.shape], {"shape": shape})),
        shape=expand,
        work=lambda shapes, attributes: count(expand(shapes, attributes)),
        parameters=(SHAPE,),
        sample=Sample(([1.0, 2.0],), {"shape": (2, 2)}),
        words="{y} repeats {x} along its axes of length 1 and along new ones.",
        torch=lambda _, attributes: f"{{x}}.expand({lengths_of(attributes['shape'])})",
        aliases=("broadcast_to",),
        derivatives=(
            Derivative(
                vjp=lambda g, y, x, shape: g,  # un-broadcast, as for any operand
                linear=True,
                formula="{g} summed over the copies",
                rule="summed over the copies",
                words="Every element of {x} was copied: what comes back from its copies adds up.",
            ),
        ),
    ),
)
