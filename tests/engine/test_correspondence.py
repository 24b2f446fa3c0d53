"""The same event in the run of an edited scenario."""

from __future__ import annotations

import pytest

import backprop_tui as bp
from backprop_tui.engine.correspondence import Correspondence
from backprop_tui.engine.timeline import Timeline
from tests.scenario.texts import scenario_text

TREE = "c = a + b\nd = b + 1\ne = c * d"


def timeline(program: str, inputs: str = "a = 2.0\nb = 1.0") -> Timeline:
    return bp.run(bp.loads(scenario_text(program, inputs)).graph)


def words(timeline: Timeline, position: int) -> str:
    """The event that leads to a position: its kind, and the names of its nodes."""
    if not position:
        return "start"
    event = timeline[position - 1]
    nodes = [getattr(event, "consumer", None), event.node]
    return " ".join([type(event).__name__, *(timeline.graph.nodes[node].title for node in nodes if node is not None)])


def moved(old: Timeline, new: Timeline) -> list[str]:
    """Where each position of the old run ends up."""
    same = Correspondence(old, new)
    return [words(new, same.position(position)) for position in range(len(old) + 1)]


def test_in_an_equal_run_every_position_is_the_same() -> None:
    old, new = timeline(TREE), timeline(TREE, "a = -7.0\nb = 0.5")
    same = Correspondence(old, new)
    assert [same.position(position) for position in range(len(old) + 1)] == list(range(12))
    assert [same.node(node.index) for node in old.graph] == [node.index for node in new.graph]


def test_events_that_are_still_there_keep_their_position_among_new_ones() -> None:
    old, new = timeline(TREE), timeline("z = a * b\nc = z + b\nd = b + 1\ne = c * d")
    assert moved(old, new) == [
        "start",
        "Input a",
        "Input b",
        "Evaluate c",
        "Evaluate d",
        "Evaluate e",
        "Seed e",
        "Accumulate e c",
        "Accumulate e d",
        "Accumulate d b",
        "Accumulate d b",  # c → a is gone: a goes into z now
        "Accumulate c b",
    ]


def test_what_is_gone_falls_back_to_the_last_event_before_it() -> None:
    old, new = timeline(TREE), timeline("d = b + 1\nf = d * 2", "b = 1.0")
    assert moved(old, new) == [
        "start",
        "start",
        "Input b",
        "Input b",
        "Evaluate d",
        "Evaluate d",
        "Evaluate d",
        "Evaluate d",
        "Evaluate d",
        "Accumulate d b",
        "Accumulate d b",
        "Accumulate d b",
    ]


def test_expressions_without_a_name_are_told_apart_by_how_they_read() -> None:
    old = timeline("e = (a * b) + sin(a) + (a * b)")
    new = timeline("y = exp(a)\ne = (a * b) + sin(a) + (a * b)")
    same = Correspondence(old, new)
    for node in old.graph:
        index = same.node(node.index)
        assert index is not None
        assert new.graph.nodes[index].title == node.title
    assert len({same.node(node.index) for node in old.graph}) == len(old.graph)


def test_the_same_operand_twice_is_two_edges() -> None:
    old, new = timeline("e = a * a", "a = 3.0"), timeline("y = a + 1\ne = a * a", "a = 3.0")
    same = Correspondence(old, new)
    assert [same.position(position) for position in range(len(old) + 1)] == [0, 1, 3, 4, 5, 6]


def test_another_output_has_another_seed() -> None:
    old, new = timeline(TREE), timeline(TREE + "\nf = e * 2")
    assert moved(old, new)[6] == "Evaluate e"


def test_only_the_plans_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between arrays an event takes computing, and thousands may have to be passed over."""
    old = timeline(
        "\n".join(f"a{i} = x * {i}" for i in range(50)) + "\ny = " + " + ".join(f"a{i}" for i in range(50)), "x = 2.0"
    )
    new = timeline(
        "\n".join(f"b{i} = x * {i}" for i in range(50)) + "\ny = " + " + ".join(f"b{i}" for i in range(50)), "x = 2.0"
    )
    monkeypatch.setattr(Timeline, "event", None)
    assert Correspondence(old, new).position(len(old)) == new.seed_event + 1
