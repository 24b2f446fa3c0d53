"""Undoing a broadcast: the gradient of a copied element is the sum over its copies."""

from __future__ import annotations

import numpy as np

from backprop_tui.graph import Shape, Value
from backprop_tui.ops.operation import plain


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
    summed = np.sum(gradient, axis=broadcast_axes(shape, gradient.shape), keepdims=True)
    return plain(np.reshape(summed, shape))
