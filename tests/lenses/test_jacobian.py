"""Where one element of a contribution came from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from backprop_tui import loads
from backprop_tui.engine.events import Accumulate
from backprop_tui.engine.run import run
from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Edge
from backprop_tui.lenses.jacobian import Part, jacobian_row
from backprop_tui.ops.registry import OPERATIONS
from tests.ops.cases import CASES, Case, each


def _run(program: str, inputs: str) -> Timeline:
    return run(loads(f'program = """{program}"""\n[inputs]\n{inputs}\n').graph)


def _edge(timeline: Timeline, consumer: str, position: int = 0) -> Edge:
    node = timeline.graph[consumer]
    return Edge(node.index, position, node.operands[position])


def test_an_element_of_a_matrix_came_from_a_row_of_the_product() -> None:
    timeline = _run("Z = X @ W\nL = sum(Z * Z)", "X = [[1.0, 2.0]]\nW = [[1.0, 3.0], [2.0, 5.0]]")
    row = jacobian_row(timeline, _edge(timeline, "Z"), (0, 1))
    assert row.parts == (Part((0, 0), 10.0, 2.0, 20.0), Part((0, 1), 26.0, 5.0, 130.0))  # ∂L/∂Z = 2 Z, times W[1]
    assert row.total == 150.0


def test_the_largest_products_come_first() -> None:
    timeline = _run("Z = X @ W\nL = sum(Z * Z)", "X = [[1.0, 2.0]]\nW = [[1.0, 3.0], [2.0, 5.0]]")
    row = jacobian_row(timeline, _edge(timeline, "Z"), (0, 1))
    assert len(row) == 2
    assert [part.product for part in row.largest(10)] == [130.0, 20.0]
    assert [part.product for part in row.largest(1)] == [130.0]


def test_a_closed_gate_has_a_say_and_passes_nothing_not_even_infinity() -> None:
    timeline = _run("h = relu(x)\nL = sum(sqrt(h))", "x = [-1.0, 4.0]")
    assert jacobian_row(timeline, _edge(timeline, "h"), (0,)).parts == (Part((0,), np.inf, 0.0, 0.0),)


def test_a_rule_that_stops_an_infinite_gradient_has_no_part_that_is_not_a_number() -> None:
    timeline = _run("s = std(x)\nL = sqrt(s)", "x = [2.0, 2.0]")
    assert timeline.grads["x"].tolist() == [0.0, 0.0]
    assert jacobian_row(timeline, _edge(timeline, "s"), (0,)).parts == (Part((), np.inf, 0.0, 0.0),)


def test_the_value_of_the_run_is_not_computed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    timeline = _run("y = x * b\nL = sum(y)", "x = [1.0, 2.0]\nb = 3.0")
    again = replace(OPERATIONS["mul"], forward=lambda a, b: pytest.fail("computed again"))
    monkeypatch.setattr("backprop_tui.lenses.jacobian.OPERATIONS", {**OPERATIONS, "mul": again})
    assert jacobian_row(timeline, _edge(timeline, "y"), (1,)).parts == (Part((1,), 1.0, 3.0, 3.0),)


def test_a_clipped_element_has_a_say_though_it_stands_still() -> None:
    timeline = _run("L = sum(clip(x, min=2, max=3))", "x = [9.0, 2.5]")
    row = jacobian_row(timeline, _edge(timeline, "%1"), (0,))
    assert row.parts == (Part((0,), 1.0, 0.0, 0.0),)


def test_a_logit_has_a_say_in_the_loss_of_its_own_sample_only() -> None:
    inputs = "x = [[1.0, 2.0, 0.5], [0.0, 1.0, 2.0]]\nt = { value = [2.0, 1.0], requires_grad = false }"
    timeline = _run('l = cross_entropy(x, t, reduction="none")\nL = sum(l)', inputs)
    row = jacobian_row(timeline, _edge(timeline, "l"), (1, 0))
    assert [part.element for part in row.parts] == [(1,)]


def test_what_was_broadcast_collects_from_all_its_copies() -> None:
    timeline = _run("y = x + b\nL = sum(y * x)", "x = [1.0, 2.0, 3.0]\nb = 1.0")
    row = jacobian_row(timeline, _edge(timeline, "y", 1), ())
    assert [part.element for part in row.parts] == [(0,), (1,), (2,)]
    assert row.total == 6.0


@pytest.mark.parametrize(
    ("program", "wanted"),
    [("y = log(Z) * X", {(1, 0)}), ("y = X @ log(Z)", {(1, 0), (1, 1)}), ("y = max(X * log(Z), axis=1)", {(1,)})],
)
def test_nan_does_not_blur_who_had_a_say(program: str, wanted: set[tuple[int, ...]]) -> None:
    timeline = _run(f"{program}\nL = sum(y)", "X = [[1.0, 2.0], [3.0, 4.0]]\nZ = [[-1.0, -1.0], [-1.0, -1.0]]")
    y = timeline.graph["y"]
    position = next(at for at, one in enumerate(y.operands) if timeline.graph.nodes[one].name != "%1")
    parts = jacobian_row(timeline, _edge(timeline, "y", position), (1, 0)).parts
    assert {part.element for part in parts} == wanted
    assert all(np.isnan(part.product) for part in parts)


def test_softmax_couples_every_element_with_every_other() -> None:
    timeline = _run("p = softmax(x)\nL = p[1]", "x = [0.0, 0.0]")
    row = jacobian_row(timeline, _edge(timeline, "p"), (0,))
    assert [part.factor for part in row.parts] == [0.25, -0.25]


@each([case for case in CASES if OPERATIONS[case.op].differentiable][::3])
def test_the_products_add_up_to_the_contribution(case: Case) -> None:
    timeline = run(case.graph)
    for event in timeline:
        if isinstance(event, Accumulate):
            contribution = np.asarray(event.contribution)
            element = tuple(length // 2 for length in contribution.shape)
            row = jacobian_row(timeline, Edge(event.consumer, event.operand, event.node), element)
            assert row.total == pytest.approx(contribution[element], rel=1e-10, abs=1e-13)


def test_an_edge_that_carries_no_gradient_has_no_row() -> None:
    timeline = _run("y = a * b", "a = 2.0\nb = { value = 3.0, requires_grad = false }")
    with pytest.raises(ValueError, match="no gradient"):
        jacobian_row(timeline, _edge(timeline, "y", 1), ())
