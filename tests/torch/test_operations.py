"""Every operation, by its own PyTorch spelling, gives PyTorch's value and gradients in float64."""

from __future__ import annotations

import pytest

from backprop_tui.engine.run import run
from backprop_tui.ops.registry import OPERATIONS
from tests.ops.cases import CASES, Case
from tests.torch.reference import assert_agrees, tensors, torch


@pytest.mark.parametrize("case", CASES, ids=str)
def test_value_and_gradients_are_those_of_pytorch(case: Case) -> None:
    assert_agrees(run(case.graph))


@pytest.mark.parametrize("name", [name for name, operation in OPERATIONS.items() if operation.differentiable])
def test_the_name_of_its_grad_fn_is_one_that_pytorch_gives(name: str) -> None:
    given = set()
    for case in CASES:
        if case.op == name:
            output = tensors(case.graph)[case.graph.output]
            given.add(output.grad_fn.name().rstrip("0123456789") if output.grad_fn else None)
    if name == "cross_entropy":  # of class indices
        logits = torch.ones(2, 3, requires_grad=True)
        given.add(torch.nn.functional.cross_entropy(logits, torch.tensor([0, 2])).grad_fn.name().rstrip("0"))
    assert OPERATIONS[name].grad_fn.rstrip("0123456789") in given
