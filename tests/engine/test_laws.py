"""What holds for every graph, whatever the numbers: stepping, seeking, undoing, replaying, adding up."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_tui.engine.events import Accumulate
from backprop_tui.engine.plan import plan
from backprop_tui.engine.run import run
from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Graph, Value
from backprop_tui.ops.broadcasting import unbroadcast
from tests.graphs import Builder, same_bits
from tests.strategies import graphs, scalar_graphs

State = list[tuple[Value | None, Value | None]]


def state(timeline: Timeline, position: int) -> State:
    """Value and gradient of every node at a position."""
    nodes = range(len(timeline.graph))
    return [(timeline.value_at(node, position), timeline.grad_at(node, position)) for node in nodes]


def same_state(one: State, other: State) -> bool:
    return all(same_bits(a[0], b[0]) and same_bits(a[1], b[1]) for a, b in zip(one, other, strict=True))


@given(graphs())
def test_forward_and_back_restores_everything_bit_for_bit(graph: Graph) -> None:
    timeline = run(graph)
    cursor = timeline.cursor()
    names = [node.name for node in graph]
    seen: list[State] = []

    def here() -> State:
        return [(cursor.value(name), cursor.grad(name)) for name in names]

    while True:
        seen.append(here())
        if cursor.step() is None:
            break
    for before in reversed(seen[:-1]):
        assert cursor.back() is not None
        assert same_state(here(), before)
    assert cursor.back() is None


@given(graphs(), st.data())
def test_seeking_a_position_is_stepping_there(graph: Graph, data: st.DataObject) -> None:
    timeline = run(graph)
    position = data.draw(st.integers(0, len(timeline)))
    walked, jumped = timeline.cursor(), timeline.cursor()
    for _ in range(position):
        walked.step()
    jumped.seek(len(timeline))
    jumped.seek(position)
    assert walked.position == jumped.position
    assert all(same_bits(walked.value(node.name), jumped.value(node.name)) for node in graph)
    assert all(same_bits(walked.grad(node.name), jumped.grad(node.name)) for node in graph)


@given(graphs())
def test_an_event_changes_its_node_and_nothing_else(graph: Graph) -> None:
    timeline = run(graph)
    before = state(timeline, 0)
    for event in timeline:
        after = state(timeline, event.index + 1)
        changed = [node for node in range(len(graph)) if not same_state([before[node]], [after[node]])]
        assert set(changed) <= {event.node}
        before = after


@given(graphs())
def test_before_plus_contribution_is_after_and_the_last_after_is_the_gradient(graph: Graph) -> None:
    timeline = run(graph)
    last: dict[int, Value] = {}
    with np.errstate(all="ignore"):
        for event in timeline:
            if isinstance(event, Accumulate):
                assert same_bits(event.before, last.get(event.node))
                added = event.contribution if event.before is None else event.before + event.contribution
                assert same_bits(event.after, added)
                assert event.contribution.shape == graph.nodes[event.node].shape
                last[event.node] = event.after
    for node, after in last.items():
        assert same_bits(timeline.grads[graph.nodes[node].name], after)


@given(graphs())
def test_a_contribution_is_the_upstream_gradient_times_the_local_derivative(graph: Graph) -> None:
    timeline = run(graph)
    with np.errstate(all="ignore"):
        for event in timeline:
            if isinstance(event, Accumulate) and event.local is not None:
                product = unbroadcast(event.upstream * event.local, event.contribution.shape)
                np.testing.assert_allclose(event.contribution, product, rtol=1e-15)


@given(graphs())
def test_a_node_sends_only_once_its_own_gradient_is_complete(graph: Graph) -> None:
    timeline = run(graph)
    for event in timeline:
        if isinstance(event, Accumulate):
            final = timeline.grads[graph.nodes[event.consumer].name]
            assert same_bits(event.upstream, final)
            assert same_bits(timeline.grad_at(event.consumer, event.index), final)


@given(graphs(), st.integers(0, 4000))
def test_a_small_budget_replays_what_it_does_not_record_with_the_same_bits(graph: Graph, budget: int) -> None:
    recorded, replayed = run(graph), run(plan(graph, budget=budget))
    assert recorded.plan.strides == {}
    for position in range(len(recorded) + 1):
        assert same_state(state(recorded, position), state(replayed, position))
    for one, other in zip(recorded, replayed, strict=True):
        assert type(one) is type(other)
        for ours, theirs in zip(one, other, strict=True):
            assert ours == theirs if isinstance(ours, int) else same_bits(ours, theirs)  # type: ignore[arg-type]


@given(scalar_graphs, st.integers(-3, 3))
def test_the_gradient_is_linear_in_the_seed(graph: Graph, exponent: int) -> None:
    """Scaling by a power of two is exact in floating point, so the gradients scale exactly."""
    factor = np.float64(2.0**exponent)
    one, scaled = run(graph), run(Graph(graph.nodes, graph.output, graph.seed * factor))
    for name, grad in one.grads.items():
        if grad is not None and np.isfinite(grad):
            assert scaled.grads[name] == grad * factor


@given(graphs())
def test_a_run_is_repeatable_and_leaves_the_graph_alone(graph: Graph) -> None:
    planned = plan(graph)
    first, second = run(planned), run(planned)
    assert all(same_bits(first.grads[name], second.grads[name]) for name in first.grads)


@settings(max_examples=25)
@given(st.lists(st.sampled_from([0.1, 0.2, 0.3, 1e-17, 1e17, -1e17]), min_size=2, max_size=8))
def test_undoing_does_not_subtract(weights: list[float]) -> None:
    """With these weights (g + c) - c is often not g; the gradient after stepping back must still be g."""
    build = Builder()
    x = build.input("x", 1.0)
    total = build.op("mul", x, build.constant(weights[0]))
    for weight in weights[1:]:
        total = build.op("add", total, build.op("mul", x, build.constant(weight)))
    cursor = run(build.graph(total)).cursor()
    forward = []
    while cursor.step():
        forward.append(cursor.grad("x"))
    backward = [cursor.grad("x")]
    while cursor.back():
        backward.append(cursor.grad("x"))
    assert backward[:-1] == forward[::-1]
