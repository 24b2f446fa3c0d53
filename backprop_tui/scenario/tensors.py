"""Numbers of a TOML file as values: `np.float64` for a number, float64 arrays for nested arrays of them."""

from __future__ import annotations

import datetime
import math
from itertools import chain
from typing import Any

import numpy as np

from backprop_tui.graph import Shape, Value
from backprop_tui.scenario import limits
from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.text import plural


class NotATensor(ValueError):  # noqa: N818 (what the value is, not what went wrong)
    """The value is no number and no rectangular array of numbers; `indices` lead to the element at fault."""

    def __init__(self, code: Code, message: str, indices: Shape = (), *, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.indices = indices
        self.hint = hint


def tensor(data: Any) -> Value:
    """The value of a number or of nested arrays of numbers. An array is read-only. Raises NotATensor."""
    if type(data) is float:
        return np.float64(data)
    shape, elements = _flatten(data)
    if not set(map(type, elements)) <= {int, float}:
        _refuse_types(shape, elements)
    try:
        flat = np.array(elements, dtype=np.float64)
    except OverflowError:
        at = next(index for index, element in enumerate(elements) if _overflows(element))
        raise _too_large(shape, at) from None
    if not shape:
        return np.float64(flat[0])
    value = flat.reshape(shape)
    value.flags.writeable = False
    return value


def infinite(value: Value) -> list[bool]:
    """Which elements are infinite, in row-major order: `inf` in the file, or a number too large that became one.

    Empty if none is.
    """
    found = np.isinf(value)
    return np.ravel(found).tolist() if found.any() else []


def inexact(data: Any) -> Shape | None:
    """Indices of the first whole number that float64 does not hold exactly, or None. `data` is a tensor."""
    if type(data) is float:
        return None
    shape, elements = _flatten(data)
    if int not in set(map(type, elements)):
        return None
    for index, element in enumerate(elements):
        if type(element) is int and int(float(element)) != element:
            return _indices(shape, index)
    return None


def name_type(value: object) -> str:
    """What to call the type of a TOML value in front of a person."""
    names: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "a flag"),
        (int, "an integer"),
        (float, "a number"),
        (str, "text"),
        (list, "an array"),
        (dict, "a table"),
        (datetime.datetime, "a date and time"),
        (datetime.date, "a date"),
        (datetime.time, "a time"),
    )
    return next((name for kind, name in names if isinstance(value, kind)), type(value).__name__)


def _flatten(data: Any) -> tuple[Shape, list[Any]]:
    """The shape, and all elements in row-major order. Raises NotATensor if a row does not fit its neighbours."""
    shape: Shape = ()
    level = [data]
    while isinstance(level[0], list):
        if len(shape) == limits.RANK:
            raise NotATensor(Code.TOO_MANY_AXES, f"an array has at most {limits.RANK} axes")
        length = len(level[0])
        for index, row in enumerate(level):
            if not isinstance(row, list):
                message = f"{name_type(row)} where the rows before it are arrays"
                raise NotATensor(Code.RAGGED_ARRAY, message, _indices(shape, index))
            if len(row) != length:
                raise _ragged(shape, index, len(row), length)
        shape = (*shape, length)
        if not length:
            raise NotATensor(Code.EMPTY_ARRAY, "an empty array has nothing to compute with", (0,) * (len(shape) - 1))
        level = list(chain.from_iterable(level))
    for index, element in enumerate(level if shape else ()):
        if type(element) is list:
            raise NotATensor(
                Code.RAGGED_ARRAY, "an array where the elements before it are numbers", _indices(shape, index)
            )
    if len(level) > limits.TENSOR_ELEMENTS:
        raise NotATensor(
            Code.TENSOR_TOO_LARGE,
            f"{len(level):,} elements; an array has at most {limits.TENSOR_ELEMENTS:,}",
        )
    return shape, level


def _ragged(shape: Shape, index: int, length: int, first: int) -> NotATensor:
    indices = _indices(shape, index)
    row = indices[-1] + 1
    where = " of the first block" if any(indices[:-1]) else ""
    return NotATensor(
        Code.RAGGED_ARRAY,
        f"ragged array: row {row} has {plural(length, 'entry')}, row 1{where} has {plural(first, 'entry')}",
        indices,
        hint="all rows must be equally long",
    )


def _refuse_types(shape: Shape, elements: list[Any]) -> None:
    at, element = next((index, element) for index, element in enumerate(elements) if type(element) not in (int, float))
    hint = ""
    if isinstance(element, bool):
        hint = f"write {float(element)}"
    elif isinstance(element, str) and _reads_as_number(element):
        hint = f"write {element.strip()} without the quotes"
    message = f"expected a number or an array of numbers, got {name_type(element)}"
    raise NotATensor(Code.WRONG_TYPE, message, _indices(shape, at), hint=hint)


def _reads_as_number(text: str) -> bool:
    try:
        return len(text) < 30 and text.isascii() and math.isfinite(float(text))
    except ValueError:
        return False


def _overflows(element: int | float) -> bool:
    try:
        return not math.isfinite(float(element)) and isinstance(element, int)
    except OverflowError:
        return True


def _too_large(shape: Shape, index: int) -> NotATensor:
    return NotATensor(
        Code.NUMBER_TOO_LARGE, "this number is too large for float64 (at most 1.797e308)", _indices(shape, index)
    )


def _indices(shape: Shape, index: int) -> Shape:
    return tuple(int(i) for i in np.unravel_index(index, shape)) if shape else ()
