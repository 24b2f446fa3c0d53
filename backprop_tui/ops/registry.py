"""The one table of operations. A family module lists its own; this module only joins them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from backprop_tui.ops import (
    activation,
    arithmetic,
    comparison,
    constants,
    elementary,
    exponential,
    gates,
    indexing,
    joining,
    linear,
    losses,
    magnitude,
    reduction,
    reshaping,
    softmax,
    trigonometric,
)
from backprop_tui.ops.operation import Operation

FAMILIES: Mapping[str, Sequence[Operation]] = MappingProxyType(
    {
        "Arithmetic": arithmetic.OPERATIONS,
        "Comparisons": comparison.OPERATIONS,
        "Powers, roots and steps": elementary.OPERATIONS,
        "Exponentials and logarithms": exponential.OPERATIONS,
        "Trigonometric and hyperbolic functions": trigonometric.OPERATIONS,
        "Smooth activations": activation.OPERATIONS,
        "Gates": gates.OPERATIONS,
        "Reductions": (*reduction.OPERATIONS, *magnitude.OPERATIONS),
        "The softmax family": softmax.OPERATIONS,
        "Products of vectors and matrices": linear.OPERATIONS,
        "Losses": losses.OPERATIONS,
        "Other shapes": reshaping.OPERATIONS,
        "Taking out": indexing.OPERATIONS,
        "Putting together": joining.OPERATIONS,
        "Constants": constants.OPERATIONS,
    }
)
"""The operations as the reference lists them."""

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {operation.name: operation for family in FAMILIES.values() for operation in family}
)
"""Every operation by its name."""

FUNCTIONS: Mapping[str, Operation] = MappingProxyType(
    {
        name: operation
        for operation in OPERATIONS.values()
        if not operation.spelling
        for name in (operation.name, *operation.aliases)
    }
)
"""What a program may call, as `f(x)` and as `x.f()`: every operation by its name and its aliases."""

INFIX: Mapping[str, Operation] = MappingProxyType(
    {
        operation.symbol: operation
        for operation in OPERATIONS.values()
        if len(operation.operands) == 2 and operation.symbol
    }
)
"""Binary operators by symbol."""

NEGATE: Operation = OPERATIONS["neg"]
"""Unary minus."""
