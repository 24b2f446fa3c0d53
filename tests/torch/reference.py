"""The comparison with PyTorch that the package itself makes, as an assertion."""

from __future__ import annotations

from typing import Any

import pytest

from backprop_tui.engine.run import run
from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Graph, Kind
from backprop_tui.lenses.autograd import compare_with_pytorch, tensors_of

torch: Any = pytest.importorskip("torch", reason="PyTorch is the optional reference: pip install '.[torch]'")


def tensors(graph: Graph) -> list[Any]:
    """The value of every node as a tensor of PyTorch in float64, ready to be differentiated."""
    return tensors_of(torch, run(graph))


def assert_agrees(timeline: Timeline) -> None:
    """Every value and every gradient of the run is PyTorch's: equal shapes, equal to 1e-10, inf and NaN alike."""
    autograd = compare_with_pytorch(timeline)
    assert not autograd.remark
    names = [node.name for node in timeline.graph]
    assert [(names[one.node], one) for one in autograd.disagreements] == []
    computed = {node.index for node in timeline.graph if node.kind is Kind.OPERATION}
    reached = {node.index for node in timeline.graph if node.requires_grad and timeline.grads[node.name] is not None}
    assert set(autograd.distances) == computed | reached
