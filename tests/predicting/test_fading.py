"""How much of a run is asked."""

from __future__ import annotations

import pytest

import backprop_tui as bp
from backprop_tui.lessons import directory
from backprop_tui.predicting.fading import Level, first_asked
from tests.scenario.texts import scenario


@pytest.mark.parametrize(
    ("level", "event"),
    [(Level.WATCH, 11), (Level.QUARTER, 9), (Level.HALF, 8), (Level.BACKWARD, 5), (Level.EVERYTHING, 2)],
)
def test_the_last_steps_are_asked_first_then_more(level: Level, event: int) -> None:
    """The tree has 11 events: a b, c d e, the seed, and 5 accumulations."""
    assert first_asked(level, bp.run(bp.load(directory() / "tree.toml").graph)) == event


def test_a_run_with_one_accumulation_has_it_asked_from_the_first_level_on() -> None:
    timeline = bp.run(scenario("y = 2 * x", "x = 3.0").graph)
    assert [first_asked(level, timeline) for level in Level] == [4, 3, 3, 2, 1]


def test_each_level_is_followed_by_one_that_asks_more_and_the_last_by_itself() -> None:
    assert [level.following for level in Level] == [1, 2, 3, 4, 4]
    assert len({level.words for level in Level}) == 5
