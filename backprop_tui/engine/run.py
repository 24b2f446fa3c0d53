"""The engine itself: a forward pass, and a backward pass that a person can say aloud."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from backprop_tui.engine.plan import Plan, plan
from backprop_tui.engine.timeline import Record, Timeline
from backprop_tui.graph import Graph, Value
from backprop_tui.ops.broadcasting import unbroadcast
from backprop_tui.ops.operation import ONE


def run(graph: Graph | Plan, inputs: Mapping[str, Value] | None = None) -> Timeline:
    """Run a graph forward and backward, and record it.

    `inputs` replaces the values of some inputs, by name; the shapes must be the graph's. A graph that is run more
    than once can be planned once: `run(plan(graph))`.
    """
    planned = graph if isinstance(graph, Plan) else plan(graph)
    # inf and nan flow as in IEEE 754 and PyTorch; the timeline names the event that made the first one.
    with np.errstate(all="ignore"):
        values = forward(planned, inputs)
        grads, records = backward(planned, values)
    return Timeline(planned, values, grads, records)


def forward(plan: Plan, inputs: Mapping[str, Value] | None = None) -> list[Value]:
    """The value of every node. Call it under `np.errstate(all="ignore")`."""
    graph = plan.graph
    values: list[Any] = [node.value for node in graph.nodes]
    for name, value in (inputs or {}).items():
        values[graph[name].index] = value
    for node, function, operands in plan.evaluations:
        if len(operands) == 2:  # nearly all operations of a large graph have two, and the general call is slower
            values[node] = function(values[operands[0]], values[operands[1]])
        else:
            values[node] = function(*[values[operand] for operand in operands])
    return values


def backward(plan: Plan, values: Sequence[Value]) -> tuple[list[Value | None], list[Record]]:
    """The gradient of every node, and a record of the accumulations. Call it under `np.errstate(all="ignore")`."""
    grads: list[Any] = [None] * len(values)
    grads[plan.graph.output] = plan.graph.seed
    records: list[Record] = []
    record = records.append
    record_all = plan.stride == 1
    for node, operands, steps in plan.backsteps:
        # In reverse topological order every consumer of the node is done: its gradient is complete.
        upstream, y = grads[node], values[node]
        xs: Sequence[Value]
        if len(operands) == 2:
            xs = (values[operands[0]], values[operands[1]])
        else:
            xs = [values[operand] for operand in operands]
        for operand, _, derivative, is_vjp, shape in steps:
            local: Value | None = None
            if derivative is None:
                local, contribution = ONE, upstream
            elif is_vjp:
                contribution = derivative(upstream, y, *xs)
            else:
                local = derivative(y, *xs)
                contribution = upstream * local
            if shape is not None:
                contribution = unbroadcast(contribution, shape)
            before = grads[operand]
            grads[operand] = after = contribution if before is None else before + contribution
            if shape is None:
                record((local, contribution, after))
            else:
                record((None, None, after if record_all or plan.is_recorded(len(records)) else None))
    return grads, records
