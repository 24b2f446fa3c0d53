"""What PyTorch shows of each node, event by event. That it does is seen with its own hooks in tests/torch."""

from __future__ import annotations

import pytest

import backprop_tui as bp
from backprop_tui.engine.run import run
from backprop_tui.engine.timeline import Timeline
from backprop_tui.lenses.grad_fn import grad_fn_of
from backprop_tui.lenses.pytorch_state import TensorState, filled_at, state_of
from tests.graphs import single, tree


def states(name: str, *, retains: bool = True, timeline: Timeline | None = None) -> list[TensorState]:
    """A node of the tree at each position."""
    timeline = timeline or run(tree())
    node = timeline.graph[name].index
    return [state_of(timeline, node, position, retains=retains) for position in range(len(timeline) + 1)]


def test_a_tensor_is_defined_once_its_line_has_run() -> None:
    assert [state.value for state in states("c")] == [None] * 3 + [3.0] * 9


def test_a_leaf_has_no_gradient_until_all_of_it_is_there() -> None:
    assert [state.grad for state in states("b")] == [None] * 11 + [5.0]


def test_meanwhile_the_sum_is_in_a_buffer() -> None:
    assert [state.arrived for state in states("b")] == [None] * 9 + [3.0, 3.0, 5.0]
    assert [state.is_complete for state in states("b")] == [False] * 11 + [True]


def test_a_retained_gradient_is_there_once_the_function_behind_it_runs() -> None:
    assert [state.grad for state in states("e")] == [None] * 7 + [1.0] * 5
    assert [state.grad for state in states("d")] == [None] * 9 + [3.0] * 3
    assert [state.grad for state in states("c")] == [None] * 10 + [2.0] * 2


def test_without_retain_grad_only_leaves_have_one() -> None:
    assert [state.grad for state in states("c", retains=False)] == [None] * 12
    assert states("c", retains=False)[-1].arrived == 2.0
    assert not states("c", retains=False)[-1].is_kept
    assert states("b", retains=False)[-1].grad == 5.0


def test_a_leaf_waits_for_all_of_the_function_that_completes_it() -> None:
    timeline = run(bp.loads('program = "y = x * z"\n[inputs]\nx = 2.0\nz = 3.0\n').graph)
    x = timeline.graph["x"].index
    assert timeline.grad_at(x, len(timeline) - 1) == 3.0
    assert filled_at(timeline, x) == len(timeline)


def test_what_is_a_leaf() -> None:
    timeline = run(
        bp.loads(
            'program = "m = t > 1\\ny = x * m"\n[inputs]\nx = 1.0\nt = {value = 2.0, requires_grad = false}\n'
        ).graph
    )
    found = {name: states(name, timeline=timeline)[-1] for name in ("x", "t", "m", "y")}
    assert [name for name, state in found.items() if state.is_leaf] == ["x", "t", "m"]
    assert [name for name, state in found.items() if state.requires_grad] == ["x", "y"]
    assert found["t"].grad is None


def test_an_output_that_is_an_input_has_its_gradient_at_once() -> None:
    timeline = run(bp.loads('program = "y = x * 2"\noutput = "x"\n[inputs]\nx = 2.0\n').graph)
    assert filled_at(timeline, timeline.graph["x"].index) == timeline.seed_event + 1


def test_what_the_output_does_not_depend_on_never_has_one() -> None:
    timeline = run(bp.loads('program = "y = x * 2\\naside = x + z"\noutput = "y"\n[inputs]\nx = 2.0\nz = 1.0\n').graph)
    assert filled_at(timeline, timeline.graph["z"].index) is None
    assert states("aside", timeline=timeline)[-1].grad is None


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        ("x + 1", "AddBackward0"),
        ("1 - x", "RsubBackward1"),
        ("x - 1", "SubBackward0"),
        ("1 / x", "MulBackward0"),
        ("x / 2", "DivBackward0"),
        ("x ** 2", "PowBackward0"),
        ("2 ** x", "PowBackward2"),
        ("x ** x", "PowBackward1"),
        ("sum(x)", "SumBackward0"),
        ("sum(x, axis=0)", "SumBackward1"),
        ("prod(x, keepdims=true)", "ProdBackward1"),
        ("x[0]", "SelectBackward0"),
        ("x[:1]", "SliceBackward0"),
        ("x[:]", "AliasBackward0"),
        ("x[None]", "UnsqueezeBackward0"),
        ("x @ x", "DotBackward0"),
        ("outer(x, x) @ x", "MvBackward0"),
        ("outer(x, x) @ outer(x, x)", "MmBackward0"),
        ("softmax(x)", "SoftmaxBackward0"),
        ("softmax(x, axis=None)", "ViewBackward0"),
        ("squeeze(x[None], axis=0)", "SqueezeBackward1"),
        ("clip(x, 0, 1)", "ClampBackward1"),
    ],
)
def test_the_function_behind_a_tensor(expression: str, name: str) -> None:
    graph = bp.loads(f'program = "y = {expression}\\nz = sum(y)"\n[inputs]\nx = [1.0, 2.0]\n').graph
    assert grad_fn_of(graph, graph["y"]) == name


def test_leaves_have_no_function_behind_them() -> None:
    graph = single("gt", [1.0, 2.0])
    assert [grad_fn_of(graph, node) for node in graph] == ["", "", ""]
