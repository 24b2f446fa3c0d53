"""Every operation, by its own PyTorch spelling, gives PyTorch's value and gradients in float64."""

from __future__ import annotations

import pytest

from backprop_tui.engine.run import run
from tests.ops.cases import CASES, Case
from tests.torch.reference import assert_agrees


@pytest.mark.parametrize("case", CASES, ids=str)
def test_value_and_gradients_are_those_of_pytorch(case: Case) -> None:
    assert_agrees(run(case.graph))
