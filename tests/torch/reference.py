"""A graph as a PyTorch script, spelled by the operations themselves, and what autograd makes of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Graph, Kind, Value
from backprop_tui.ops.registry import OPERATIONS
from tests.graphs import value_of

torch: Any = pytest.importorskip("torch", reason="PyTorch is the optional reference: pip install '.[torch]'")


def script(graph: Graph) -> str:
    """The operations of the graph, one PyTorch assignment a line, node i being the variable vi."""
    lines = []
    for node in graph:
        if node.kind is Kind.OPERATION:
            operands = [f"v{operand}" for operand in node.operands]
            shapes = [graph.nodes[operand].shape for operand in node.operands]
            spelling = OPERATIONS[node.op].torch_spelling(operands, shapes, node.attributes)
            lines.append(f"v{node.index} = {spelling}")
    return "\n".join(lines)


def tensors(graph: Graph) -> list[Any]:
    """The value of every node as a tensor of PyTorch in float64, ready to be differentiated."""
    variables: dict[str, Any] = {"torch": torch}
    for node in graph:
        if node.kind is not Kind.OPERATION:
            tensor = torch.tensor(np.asarray(node.value), dtype=torch.float64)
            variables[f"v{node.index}"] = tensor.requires_grad_(node.requires_grad)
    exec(script(graph), variables)
    return [variables[f"v{node.index}"] for node in graph]


def autograd(graph: Graph) -> tuple[dict[str, Value], dict[str, Value | None]]:
    """The value and the gradient of every node by PyTorch in float64; None where none arrives.

    Gradients only of what requires one.
    """
    every = tensors(graph)
    for tensor in every:
        if tensor.requires_grad:
            tensor.retain_grad()
    output = every[graph.output]
    if output.requires_grad:
        output.backward(torch.tensor(np.asarray(graph.seed), dtype=torch.float64))
    values = {node.name: value_of(every[node.index].detach().numpy()) for node in graph}
    grads = {
        node.name: None if tensor.grad is None else value_of(tensor.grad.numpy())
        for node, tensor in zip(graph, every, strict=True)
        if tensor.requires_grad
    }
    return values, grads


def assert_agrees(timeline: Timeline) -> None:
    """Every value and every gradient of the run is PyTorch's: equal shapes, equal to 1e-10, inf and NaN alike."""
    values, grads = autograd(timeline.graph)
    for name, value in values.items():
        _assert_close(timeline.values[name], value, f"value of {name}")
    for name, grad in grads.items():
        ours = timeline.grads[name]
        assert (ours is None) == (grad is None), f"gradient of {name}"
        if ours is not None and grad is not None:
            _assert_close(ours, grad, f"gradient of {name}")


def _assert_close(ours: Value, theirs: Value, what: str) -> None:
    assert ours.shape == theirs.shape, what
    np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-14, equal_nan=True, err_msg=what)
