"""Values in narrow places: an array gives way in steps, a number is never cut."""

from __future__ import annotations

import numpy as np

from backprop_tui.formatting import CLIPPED, array, number, shape
from backprop_tui.graph import Value


def brief(value: Value, cells: int) -> str:
    """A number; an array whole, or its shape and mean, or its shape alone, whatever fits first."""
    return _fitting(value, cells) or shape(value.shape)


def brief_change(value: Value, cells: int) -> str:
    """The same where the shape is known and the numbers matter: at last the mean alone."""
    mean = f"μ={number(float(np.mean(value)))}" if value.ndim else ""
    return _fitting(value, cells) or (mean if len(mean) <= cells else shape(value.shape))


def _fitting(value: Value, cells: int) -> str:
    if not value.ndim:
        return array(value)
    text = array(value, max(1, cells))
    return "" if text.endswith(CLIPPED) else text
