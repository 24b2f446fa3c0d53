"""Positions as users name them, and the caption of one."""

from __future__ import annotations

import pytest

from backprop_tui.engine.run import run
from backprop_tui.export.snapshot import position_of
from tests.export.runs import at
from tests.graphs import tree


@pytest.mark.parametrize(
    ("word", "position"), [("start", 0), ("0", 0), ("1", 1), ("007", 7), ("forward", 5), ("11", 11), ("end", 11)]
)
def test_a_position_is_a_number_of_events_or_a_word(word: str, position: int) -> None:
    assert position_of(word, run(tree())) == position


@pytest.mark.parametrize("word", ["12", "-1", "-0012", "999999999"])
def test_a_number_out_of_range_names_the_range(word: str) -> None:
    with pytest.raises(ValueError, match="the run has events 1 to 11; 0 is before the first"):
        position_of(word, run(tree()))


@pytest.mark.parametrize("word", ["", "middle", "END", "1.5", "1_0", " 1", "+1", "１", "1" * 5_000])  # noqa: RUF100
def test_anything_else_names_what_there_is(word: str) -> None:
    with pytest.raises(ValueError, match="it is a number, start, forward or end"):
        position_of(word, run(tree()))


def test_the_caption_says_which_event_it_is_and_what_it_did() -> None:
    assert at("start").caption_line == "event 0/11, before the first"
    assert at("3").caption_line == "event 3/11   c = a + b   3 = 2 + 1"
    assert at("11").caption_line == "event 11/11   ∂e/∂b += ∂e/∂c · ∂c/∂b   = 2 · 1 = 2   b.grad  3 → 5"
