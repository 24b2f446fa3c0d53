"""What PyTorch prints, without it. That it prints just that is seen in tests/torch."""

from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest

from backprop_tui.lenses.tensor_text import tensor_text
from tests.graphs import Number, value_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2.0, "tensor(2.)"),
        (0.22, "tensor(0.2200)"),
        ([1.0, -2.0], "tensor([ 1., -2.])"),
        ([0.5, 10.0], "tensor([ 0.5000, 10.0000])"),
        ([1.0, 2e9], "tensor([1.0000e+00, 2.0000e+09])"),
        ([1e-5], "tensor([1.0000e-05])"),
        ([nan, inf, 1.0], "tensor([nan, inf, 1.])"),
        ([0.0, -0.0], "tensor([0., -0.])"),
        ([[1.0, 2.0], [3.0, 4.0]], "tensor([[1., 2.],\n        [3., 4.]])"),
        ([[[1.0]], [[2.0]]], "tensor([[[1.]],\n\n        [[2.]]])"),
    ],
)
def test_numbers_are_printed_alike(value: Number, text: str) -> None:
    assert tensor_text(value_of(value)) == text


def test_large_tensors_have_only_their_edges() -> None:
    text = "tensor([   0.,    1.,    2.,  ...,  998.,  999., 1000.])"
    assert tensor_text(np.arange(1001.0)) == text
    text = tensor_text(np.ones((40, 40)))
    assert text.split("\n")[2:5] == [
        "        [1., 1., 1.,  ..., 1., 1., 1.],",
        "        ...,",
        "        [1., 1., 1.,  ..., 1., 1., 1.],",
    ]


def test_what_is_said_about_a_tensor_goes_on_in_the_next_line_where_there_is_no_room() -> None:
    assert tensor_text(np.float64(3), "grad_fn=<AddBackward0>") == "tensor(3., grad_fn=<AddBackward0>)"
    assert (
        tensor_text(np.float64(3), "grad_fn=<AddBackward0>", width=20) == "tensor(3.,\n       grad_fn=<AddBackward0>)"
    )
