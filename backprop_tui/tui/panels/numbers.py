"""Values in narrow places: an array gives way in steps, a number is never cut."""

from __future__ import annotations

from backprop_tui.formatting import CLIPPED, array, shape, summary
from backprop_tui.graph import Value


def brief(value: Value, cells: int) -> str:
    """A number; an array whole, or its shape and summary, or its shape, or its rank, whatever fits first."""
    return _fitting(value, cells) or _shape(value, cells)


def brief_change(value: Value, cells: int) -> str:
    """The same where the shape is known and the numbers matter: at last the summary alone."""
    short = summary(value) if value.ndim else ""
    return _fitting(value, cells) or (short if len(short) <= cells else _shape(value, cells))


def _shape(value: Value, cells: int) -> str:
    text = shape(value.shape)
    return text if len(text) <= cells else f"{value.ndim}-d"


def _fitting(value: Value, cells: int) -> str:
    if not value.ndim:
        return array(value)
    text = array(value, max(1, cells))
    return "" if text.endswith(CLIPPED) or text == shape(value.shape) else text
