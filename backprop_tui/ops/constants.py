"""Arrays that a program makes out of nothing but the numbers in it. No gradient passes through them."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, isfinite
from typing import Any

import numpy as np

from backprop_tui.graph import Attributes, Shape
from backprop_tui.ops.operation import Operation, Parameter, ParameterKind, Sample, ShapeError, plain
from backprop_tui.ops.shapes import lengths_of, show

SHAPE = Parameter(name="shape", kind=ParameterKind.SHAPE, required=True, aliases=("size",))


def _number(name: str, **options: Any) -> Parameter:
    return Parameter(name=name, kind=ParameterKind.NUMBER, **options)


def _whole(name: str, **options: Any) -> Parameter:
    return Parameter(name=name, kind=ParameterKind.ONE_AXIS, **options)


def _given_shape(attributes: Attributes) -> Shape:
    shape = lengths_of(attributes["shape"])
    if min(shape, default=1) < 1:
        raise ShapeError(f"{show(shape)} is no shape: lengths are 1 or more", parameter="shape")
    return shape


def _square(attributes: Attributes) -> Shape:
    n: Any = attributes["n"]
    if n < 1:
        raise ShapeError(f"a matrix of {n} rows does not exist", parameter="n")
    return (n, n)


def _bounds(attributes: Attributes) -> tuple[float, float, float]:
    start, stop, step = (attributes[name] for name in ("start", "stop", "step"))
    return (0, start, step) if stop is None else (start, stop, step)  # type: ignore[return-value]


def _range(attributes: Attributes) -> Shape:
    start, stop, step = _bounds(attributes)
    if step == 0:
        raise ShapeError("a step of 0 goes nowhere", parameter="step")
    steps = (stop - start) / step
    if not isfinite(steps):
        raise ShapeError(f"from {start} to {stop} there are too many steps of {step}", parameter="step")
    length = ceil(steps)
    if length < 1:
        raise ShapeError(f"there is nothing from {start} to {stop} in steps of {step}", parameter="stop")
    return (length,)


def _arange(**attributes: Any) -> Any:
    start, _, step = _bounds(attributes)
    return start + step * np.arange(*_range(attributes), dtype=np.float64)


def _encoded(attributes: Attributes) -> Shape:
    targets: Any = attributes["targets"]
    classes: Any = attributes["num_classes"]
    for index in lengths_of(targets):
        if not 0 <= index < classes:
            raise ShapeError(f"{index} is none of the classes 0 to {classes - 1}", parameter="targets")
    return (len(targets), classes) if isinstance(targets, tuple) else (classes,)


def _eye(n: int) -> Any:
    return np.eye(n)


def _one_hot(targets: Any, num_classes: int) -> Any:
    encoded = np.zeros(_encoded({"targets": targets, "num_classes": num_classes}))
    np.put_along_axis(encoded, np.expand_dims(np.array(targets, dtype=int), -1), 1.0, axis=-1)
    return encoded


def _constant(
    name: str,
    parameters: tuple[Parameter, ...],
    shape: Callable[[Attributes], Shape],
    value: Callable[..., Any],
    *,
    words: str,
    torch: Callable[[Attributes], str],
    sample: Attributes,
) -> Operation:
    return Operation(
        name=name,
        operands=(),
        forward=lambda **attributes: plain(np.asarray(value(**attributes), dtype=np.float64)),
        derivatives=(),
        shape=lambda _, attributes: shape(attributes),
        parameters=parameters,
        words=words,
        torch=lambda _, attributes: torch(attributes),
        sample=Sample((), sample),
    )


def _spelled(name: str) -> Callable[[Attributes], str]:
    return lambda attributes: f"torch.{name}({', '.join(map(repr, attributes.values()))}, dtype=torch.float64)"


def _one_hot_in_torch(attributes: Attributes) -> str:
    targets = f"torch.tensor({attributes['targets']!r})"
    return f"torch.nn.functional.one_hot({targets}, {attributes['num_classes']}).double()"


OPERATIONS = (
    _constant(
        "zeros",
        (SHAPE,),
        _given_shape,
        np.zeros,
        words="{y} is an array of zeros.",
        torch=_spelled("zeros"),
        sample={"shape": (2, 2)},
    ),
    _constant(
        "ones",
        (SHAPE,),
        _given_shape,
        np.ones,
        words="{y} is an array of ones.",
        torch=_spelled("ones"),
        sample={"shape": (2, 2)},
    ),
    _constant(
        "full",
        (SHAPE, _number("fill_value", required=True)),
        _given_shape,
        np.full,
        words="{y} is an array of one number.",
        torch=_spelled("full"),
        sample={"shape": (2, 2), "fill_value": 7},
    ),
    _constant(
        "eye",
        (_whole("n", required=True),),
        _square,
        _eye,
        words="{y} is the unit matrix: 1 along the diagonal, 0 elsewhere.",
        torch=_spelled("eye"),
        sample={"n": 2},
    ),
    _constant(
        "arange",
        (_number("start", required=True), Parameter(name="stop", kind=ParameterKind.BOUND), _number("step", default=1)),
        _range,
        _arange,
        words="{y} counts from start up to, but not including, stop; from 0 if only one number is given.",
        torch=lambda attributes: "torch.arange({}, {}, {}, dtype=torch.float64)".format(*_bounds(attributes)),
        sample={"start": 0, "stop": 3},
    ),
    _constant(
        "one_hot",
        (
            Parameter(name="targets", kind=ParameterKind.SHAPE, required=True),
            _whole("num_classes", required=True, aliases=("classes",)),
        ),
        _encoded,
        _one_hot,
        words="{y} has a 1 at the index of each class, and 0 elsewhere.",
        torch=_one_hot_in_torch,
        sample={"targets": (2, 0), "num_classes": 3},
    ),
)
