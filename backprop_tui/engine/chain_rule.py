"""What flows back along one edge between arrays: the chain rule, for the run and for whoever computes it again."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_tui.engine.plan import Rule
from backprop_tui.graph import Value


def chain_rule(
    upstream: Value,
    values: Sequence[Value],
    consumer: int,
    factor: int | None,
    rule: Rule,
    *,
    known: Value | None = None,
) -> Value:
    """The contribution of an edge of the plan, before it is summed down to the shape of its operand.

    `known` is its local derivative, if that is computed already. The same numbers give the same bits, whenever it is
    called. Call it under `np.errstate(all="ignore")`.
    """
    local, vjp, operands, _ = rule
    if vjp:
        return vjp(upstream, values[consumer], *[values[operand] for operand in operands])
    if local:
        if known is None:
            known = local(values[consumer], *[values[operand] for operand in operands])
        return upstream * known
    return upstream if factor is None else upstream * values[factor]
