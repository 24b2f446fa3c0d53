"""The one table of operations. A family module lists its own; this module only joins them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from backprop_tui.ops import activation, arithmetic, comparison, elementary, linear, reduction, reshaping
from backprop_tui.ops.operation import Operation

_FAMILIES = (arithmetic, comparison, elementary, activation, reduction, linear, reshaping)

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {operation.name: operation for family in _FAMILIES for operation in family.OPERATIONS}
)
"""Every operation by its name."""

FUNCTIONS: Mapping[str, Operation] = MappingProxyType(
    {name: operation for operation in OPERATIONS.values() for name in (operation.name, *operation.aliases)}
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
