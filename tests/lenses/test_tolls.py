"""What it costs until every ∂output/∂input is known, either way."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

import backprop_tui as bp
from backprop_tui.engine.run import run
from backprop_tui.graph import Graph
from backprop_tui.lenses.forward_mode import Sweep
from backprop_tui.lenses.places import Places
from backprop_tui.lenses.tolls import Toll, forward_toll, reverse_toll
from backprop_tui.lessons import directory
from backprop_tui.progress import Cancelled, Progress
from tests.graphs import diamond, tree
from tests.strategies import graphs


def _lesson(name: str) -> Graph:
    return bp.load(directory() / f"{name}.toml").graph


def test_the_tree_takes_a_sweep_for_each_input_and_its_shared_edge_twice() -> None:
    assert forward_toll(tree()) == Toll(sweeps=2, edges=6)
    assert reverse_toll(run(tree())) == Toll(sweeps=1, edges=5)


@pytest.mark.parametrize(
    ("lesson", "forward", "reverse"),
    [("two-embeddings", Toll(12, 88), Toll(1, 25)), ("spiral", Toll(1, 12), Toll(3, 36))],
)
def test_the_lessons_say_what_is_true(lesson: str, forward: Toll, reverse: Toll) -> None:
    assert forward_toll(_lesson(lesson)) == forward
    assert reverse_toll(run(_lesson(lesson))) == reverse


def test_an_array_takes_a_sweep_for_each_element() -> None:
    text = 'seed = [1.0, 1.0]\nprogram = "y = W @ x"\n[inputs]\nW = [[1.0, 2.0], [3.0, 4.0]]\nx = [1.0, 1.0]'
    graph = bp.loads(text).graph
    assert forward_toll(graph) == Toll(sweeps=6, edges=6)
    assert reverse_toll(run(graph)) == Toll(sweeps=2, edges=4)


@settings(max_examples=40)
@given(graphs(shapes=((), (3,))))
def test_what_is_counted_is_what_all_sweeps_walk(graph: Graph) -> None:
    timeline = run(graph)
    walked = [len(Sweep(timeline, place).edges) for place in Places(graph)]
    assert forward_toll(graph) == Toll(len(walked), sum(walked))


def test_inputs_are_counted_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = _lesson("two-layer-softmax")
    whole = forward_toll(graph)
    monkeypatch.setattr("backprop_tui.lenses.tolls._INPUTS_AT_ONCE", 2)
    assert forward_toll(graph) == whole


def test_paths_are_not_walked_one_by_one() -> None:
    assert forward_toll(diamond(100)) == Toll(1, 400)


def test_it_can_be_stopped() -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        forward_toll(tree(), progress)
