"""Undoing a broadcast: the gradient of a copied element is the sum over its copies."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from backprop_tui.graph import Shape, Value
from backprop_tui.ops.operation import plain


@lru_cache
def broadcast_axes(shape: Shape, broadcast: Shape) -> tuple[int, ...]:
    """The axes of `broadcast` along which something of `shape` was repeated, counted from 0."""
    added = len(broadcast) - len(shape)
    return tuple(
        axis for axis, length in enumerate(broadcast) if axis < added or (shape[axis - added] == 1 and length != 1)
    )


def unbroadcast(gradient: Value, shape: Shape) -> Value:
    """The gradient summed down to `shape`, which it was broadcast from. No-op if it has that shape."""
    if gradient.shape == shape:
        return gradient
    # What np.sum and np.reshape come to; their own way there takes longer than to add up a hundred numbers.
    summed = np.add.reduce(gradient, axis=broadcast_axes(shape, gradient.shape), keepdims=True)
    return plain(summed.reshape(shape))


def repeated(x: Value, shape: Shape) -> Value:
    """An array of that shape, every element of which is one of `x`. A view: nothing is copied."""
    if isinstance(x, np.float64) and shape:
        return np.ndarray(shape, np.float64, x, strides=(0,) * len(shape))  # np.broadcast_to takes four times as long
    return plain(np.broadcast_to(x, shape))
