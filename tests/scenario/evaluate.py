"""A small evaluator: the values of a graph, by its operations' own `forward`. The engine has nothing to do with it."""

from __future__ import annotations

import numpy as np

from backprop_tui.graph import Graph, Value
from backprop_tui.ops.registry import OPERATIONS


def values_of(graph: Graph) -> dict[str, Value]:
    """The value of every node, by name."""
    values: list[Value] = []
    with np.errstate(all="ignore"):
        for node in graph:
            if node.value is not None:
                values.append(node.value)
            else:
                operands = [values[operand] for operand in node.operands]
                values.append(OPERATIONS[node.op].forward(*operands, **node.attributes))
    return dict(zip((node.name for node in graph), values, strict=True))
