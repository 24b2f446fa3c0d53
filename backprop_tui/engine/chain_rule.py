"""What flows back along one edge between arrays: the chain rule, for the run and for whoever computes it again."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_tui.engine.plan import Rule
from backprop_tui.graph import Value


def chain_rule(upstream: Value, values: Sequence[Value], consumer: int, factor: int | None, rule: Rule) -> Value:
    """The contribution of an edge of the plan, before it is summed down to the shape of its operand.

    The same numbers give the same bits, whenever it is called. Call it under `np.errstate(all="ignore")`.
    """
    local, vjp, operands, _ = rule
    if vjp:
        return vjp(upstream, values[consumer], *[values[operand] for operand in operands])
    if local:
        return upstream * local(values[consumer], *[values[operand] for operand in operands])
    return upstream if factor is None else upstream * values[factor]
