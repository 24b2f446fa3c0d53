"""A value as PyTorch prints it: `tensor([0.2200, 0.2600], requires_grad=True)`. By its rules, without it.

Four digits after the point; whole numbers as `3.`; powers of ten for all elements, if they differ too much in size; of
more than 1000 elements the first and last three along each axis.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from backprop_tui.graph import Value

WIDTH = 80
"""PyTorch's own width of a line."""
_MOST = 1000
"""Elements that are all printed."""
_AT_EDGES = 3
_WIDEST, _LARGEST, _SMALLEST = 1000.0, 1e8, 1e-4
"""The ratio of two elements, and the sizes of one, from which on there are powers of ten."""
_OPENING = "tensor("


def tensor_text(value: Value, *suffixes: str, width: int = WIDTH) -> str:
    """What `print` shows of a tensor in lines of about that many characters."""
    array = np.asarray(value)
    is_long = array.size > _MOST
    text = _nested(array, len(_OPENING), _form_of(_edges(array) if is_long else array), width, is_long=is_long)
    parts = [f"{_OPENING}{text}"]
    reach = len(parts[0]) - parts[0].rfind("\n") + 1
    for suffix in suffixes:
        if reach + len(suffix) + 2 > width:
            parts.append(f",\n{' ' * len(_OPENING)}{suffix}")
            reach = len(_OPENING) + len(suffix)
        else:
            parts.append(f", {suffix}")
            reach += len(suffix) + 2
    return "".join(parts) + ")"


class _Form(NamedTuple):
    """How all elements of an array are printed."""

    code: str
    is_whole: bool = False
    width: int = 1

    def text(self, x: float) -> str:
        point = "." if self.is_whole and isfinite(x) else ""
        return f"{x:{self.code}}{point}".rjust(self.width)


def _form_of(array: NDArray[np.float64]) -> _Form:
    numbers = array[np.isfinite(array) & (array != 0)]
    if not numbers.size:
        return _Form(".0f", is_whole=True)
    sizes = np.abs(numbers)
    largest, smallest = float(sizes.max()), float(sizes.min())
    is_whole = bool(np.all(numbers == np.ceil(numbers)))
    if largest / smallest > _WIDEST or largest > _LARGEST or smallest < _SMALLEST:
        form = _Form(".4e")
    else:
        form = _Form(".0f" if is_whole else ".4f", is_whole)
    return form._replace(width=max(len(form.text(x)) for x in numbers.tolist()))


def _edges(array: NDArray[np.float64]) -> NDArray[np.float64]:
    """What is printed of a large array."""
    for axis, length in enumerate(array.shape):
        if length > 2 * _AT_EDGES:
            array = np.take(array, [*range(_AT_EDGES), *range(length - _AT_EDGES, length)], axis)
    return array


def _nested(array: NDArray[np.float64], indent: int, form: _Form, width: int, *, is_long: bool) -> str:
    """Recursive over the axes, of which there are 8 at most."""
    if not array.ndim:
        return form.text(float(array))
    is_cut = is_long and len(array) > 2 * _AT_EDGES
    shown = [*array[:_AT_EDGES], *array[-_AT_EDGES:]] if is_cut else list(array)
    if array.ndim == 1:
        texts = [form.text(float(x)) for x in shown]
        texts[_AT_EDGES:_AT_EDGES] = [" ..."] * is_cut
        return _row(texts, indent, max(1, (width - indent) // (form.width + 2)))
    texts = [_nested(part, indent + 1, form, width, is_long=is_long) for part in shown]
    texts[_AT_EDGES:_AT_EDGES] = ["..."] * is_cut
    return f"[{_joined(texts, indent, array.ndim - 1)}]"


def _row(texts: Sequence[str], indent: int, in_a_line: int) -> str:
    lines = [", ".join(texts[start : start + in_a_line]) for start in range(0, len(texts), in_a_line)]
    return f"[{_joined(lines, indent, 1)}]"


def _joined(texts: Sequence[str], indent: int, breaks: int) -> str:
    return ("," + "\n" * breaks + " " * (indent + 1)).join(texts)
