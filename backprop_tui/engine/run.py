"""The engine itself: a forward pass, and a backward pass that a person can say aloud."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from backprop_tui.engine.chain_rule import chain_rule
from backprop_tui.engine.plan import Plan, plan
from backprop_tui.engine.timeline import Record, Timeline
from backprop_tui.graph import Graph, Kind, Shape, Value
from backprop_tui.ops.broadcasting import unbroadcast
from backprop_tui.ops.operation import ONE
from backprop_tui.progress import Progress


def run(
    graph: Graph | Plan, inputs: Mapping[str, ArrayLike] | None = None, *, progress: Progress | None = None
) -> Timeline:
    """Run a graph forward and backward, and record it.

    `inputs` replaces the values of some inputs, by name. A graph that is run more than once can be planned once:
    `run(plan(graph))`. `progress` is told of every step, and may stop the run.

    Raises:
        Cancelled: The run was stopped.
        KeyError: There is no input of that name.
        ValueError: A value has not the shape of its input.

    """
    planned = graph if isinstance(graph, Plan) else plan(graph)
    given = {name: _fitting(planned.graph, name, value) for name, value in (inputs or {}).items()}
    # inf and nan flow as in IEEE 754 and PyTorch; the timeline names the event that made the first one.
    with np.errstate(all="ignore"):
        values = forward(planned, given, progress)
        grads, records, summed = backward(planned, values, progress)
    return Timeline(planned, values, grads, records, summed)


def _fitting(graph: Graph, name: str, given: ArrayLike) -> Value:
    """A value for an input as the engine wants it."""
    node = graph[name]
    if node.kind is not Kind.INPUT:
        raise KeyError(name)
    value = np.array(given, dtype=np.float64)  # a copy: the timeline shares what it is given
    if value.shape != node.shape:
        raise ValueError(f"{name!r} has shape {node.shape}, the value given {value.shape}")
    return value[()]


def forward(plan: Plan, inputs: Mapping[str, Value] | None = None, progress: Progress | None = None) -> list[Value]:
    """The value of every node. Call it under `np.errstate(all="ignore")`."""
    graph = plan.graph
    values: list[Any] = [node.value for node in graph.nodes]
    for name, value in (inputs or {}).items():
        values[graph[name].index] = value
    evaluations = progress.over(plan.evaluations, "running forward") if progress else plan.evaluations
    for node, function, operands in evaluations:
        if len(operands) == 2:  # nearly all operations of a large graph have two, and the general call is slower
            values[node] = function(values[operands[0]], values[operands[1]])
        else:
            values[node] = function(*[values[operand] for operand in operands])
    return values


def backward(
    plan: Plan, values: Sequence[Value], progress: Progress | None = None
) -> tuple[list[Value | None], list[Record], dict[int, Shape]]:
    """The gradient of every node, a record of the accumulations, and which were summed down from a larger shape.

    Call it under `np.errstate(all="ignore")`.
    """
    grads: list[Any] = [None] * len(values)
    grads[plan.graph.output] = plan.graph.seed
    records: list[Record] = []
    record = records.append
    summed: dict[int, Shape] = {}
    strides = plan.strides
    accumulations = progress.over(plan.accumulations, "running backward") if progress else plan.accumulations
    for event, operand, consumer, position, factor, rule in accumulations:
        # In reverse topological order every consumer of a node is done before it: its gradient is complete.
        upstream = grads[consumer]
        local: Value | None
        if rule is None:  # nearly all edges of a large graph: their own short way
            local = ONE if factor is None else values[factor]
            contribution = upstream if factor is None else upstream * local
            shape = None
        else:
            derivative, vjp, operands, shape = rule
            if shape is None:
                y, xs = values[consumer], [values[x] for x in operands]
                local = derivative(y, *xs) if derivative else None
                contribution = vjp(upstream, y, *xs) if vjp else upstream * local
            else:
                raw = chain_rule(upstream, values, consumer, factor, rule)
                contribution = unbroadcast(raw, shape)
                if contribution is not raw:
                    summed[len(records)] = raw.shape
        before = grads[operand]
        grads[operand] = after = contribution if before is None else before + contribution
        if shape is None:
            record((event, operand, consumer, position, upstream, local, contribution, before, after))
        else:
            kept = operand not in strides or plan.is_recorded(len(records))
            record((event, operand, consumer, position, upstream, None, None, None, after if kept else None))
    return grads, records, summed
