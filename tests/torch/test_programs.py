"""Random whole scenarios, loaded from their text and run: every node's value and gradient is PyTorch's."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

import backprop_tui as bp
from backprop_tui.ops.registry import OPERATIONS
from tests.programs import programs, write_program
from tests.torch.reference import assert_agrees


def assert_agrees_with_pytorch(text: str) -> None:
    assert_agrees(bp.run(bp.loads(text).graph))


@settings(max_examples=400)
@given(programs())
def test_programs_on_halves_with_their_kinks_and_ties(text: str) -> None:
    assert_agrees_with_pytorch(text)


@settings(max_examples=250)
@given(programs(kinks=False))
def test_programs_on_generic_numbers(text: str) -> None:
    assert_agrees_with_pytorch(text)


@pytest.mark.parametrize("name", OPERATIONS)
def test_programs_around_one_operation(name: str) -> None:
    for seed in range(4):
        assert_agrees_with_pytorch(write_program(seed, first=name, size=2).text)
