"""What the panel says of PyTorch, asked of PyTorch: how it prints, what it calls functions, when it fills gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import backprop_tui as bp
from backprop_tui.engine.run import run
from backprop_tui.export.script import Part, script
from backprop_tui.graph import Graph, Node
from backprop_tui.lenses.grad_fn import grad_fn_of
from backprop_tui.lenses.pytorch_state import state_of
from backprop_tui.lenses.tensor_text import tensor_text
from backprop_tui.lessons import lessons
from backprop_tui.scenario import load
from tests.graphs import tree, value_of
from tests.programs import write_program
from tests.torch.reference import torch

LESSONS = [lesson.path for lesson in lessons()]


def variables(graph: Graph) -> list[tuple[Node, Any]]:
    """The nodes that have a name, with the tensors that the script makes of them."""
    written = script(run(graph), "")
    code = "\n".join(one.code for one in written.statements if one.part in (Part.SETUP, Part.INPUT, Part.PROGRAM))
    scope: dict[str, Any] = {}
    before = torch.get_default_dtype()
    try:
        exec(code, scope)
    finally:
        torch.set_default_dtype(before)
    return [(node, scope[written.variables[node.index]]) for node in graph if node.is_named]


@pytest.fixture
def double() -> Any:
    """Float64 is what needs no saying."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)
    torch.set_printoptions(profile="default")


@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3), (40,), (2, 2, 3), (30, 40), (3, 400), (1001,), (2, 1, 3, 2)])
@pytest.mark.parametrize("width", [80, 40, 24])
@pytest.mark.usefixtures("double")
def test_tensors_are_printed_to_the_letter(shape: tuple[int, ...], width: int) -> None:
    random = np.random.default_rng(0)
    torch.set_printoptions(linewidth=width)
    for array in (
        random.normal(size=shape),
        random.integers(-5, 5, shape),
        random.normal(size=shape) * 1e-7,
        np.zeros(shape),
        random.choice([np.nan, np.inf, -np.inf, 1.0, 0.5, -0.0, 1e9], shape),
        10.0 ** random.integers(-6, 9, shape),
    ):
        value = value_of(array)
        leaf = torch.tensor(value, dtype=torch.float64, requires_grad=True)
        assert tensor_text(value, width=width) == str(leaf.detach())
        assert tensor_text(value, "requires_grad=True", width=width) == str(leaf)
        assert tensor_text(value, "grad_fn=<CloneBackward0>", width=width) == str(leaf.clone())


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_functions_are_called_what_pytorch_calls_them(path: str) -> None:
    graph = load(path).graph
    for node, tensor in variables(graph):
        assert grad_fn_of(graph, node) == (tensor.grad_fn.name() if tensor.grad_fn else ""), node.name
        assert node.requires_grad == tensor.requires_grad


def test_functions_of_random_programs_nearly_always() -> None:
    """Which view a reshape makes depends on strides, and some overloads on more than that."""
    named = wrong = 0
    for seed in range(60):
        graph = bp.loads(write_program(seed).text).graph
        for node, tensor in variables(graph):
            named += 1
            wrong += grad_fn_of(graph, node) != (tensor.grad_fn.name() if tensor.grad_fn else "")
    assert wrong <= named / 200


@pytest.mark.parametrize("name", ["tree", "attention", "two-layer-softmax", "karpathy-tanh-neuron", "rnn-20-steps"])
def test_gradients_are_filled_when_we_say(name: str) -> None:
    graph = load(next(path for path in LESSONS if path.stem == name)).graph
    assert_filled_as_we_say(graph)


def test_gradients_of_the_tree_are_filled_when_we_say() -> None:
    assert assert_filled_as_we_say(tree()) == 3


def assert_filled_as_we_say(graph: Graph) -> int:
    """Just before the function of a node runs backwards, PyTorch shows what we show at that position. How often."""
    timeline, tensors = run(graph), variables(graph)
    plan, first = timeline.plan, timeline.seed_event + 1
    senders = [edge.consumer for edge in plan.edges]
    met = []

    def compare(node: Node) -> None:
        position = first + senders.index(node.index)
        for other, tensor in tensors:
            if other is not node:
                ours = state_of(timeline, other.index, position, retains=True).grad
                assert (ours is None) == (tensor.grad is None), (node.name, other.name)
                if ours is not None:
                    np.testing.assert_allclose(tensor.grad.numpy(), ours, rtol=1e-10, atol=1e-13)
        met.append(node)

    for node, tensor in tensors:
        if tensor.grad_fn:
            tensor.retain_grad()
            if node.index in senders:
                tensor.grad_fn.register_prehook(lambda _, node=node: compare(node))
    output = next(tensor for node, tensor in tensors if node.index == graph.output)
    output.backward(torch.tensor(graph.seed, dtype=torch.float64))
    return len(met)
