"""How far something slow has come, and the way to stop it."""

from __future__ import annotations

import pytest

from backprop_tui.progress import Cancelled, Progress


def test_every_step_is_counted() -> None:
    progress = Progress()
    seen = [(item, progress.stage, progress.share) for item in progress.over("abcd", "spelling")]
    assert seen == [("a", "spelling", 0), ("b", "spelling", 0.25), ("c", "spelling", 0.5), ("d", "spelling", 0.75)]
    assert progress.share == 1


def test_of_a_stage_without_steps_nobody_knows_how_far_it_is() -> None:
    progress = Progress()
    list(progress.over("ab", "spelling"))
    progress.enter("thinking")
    assert (progress.stage, progress.share) == ("thinking", None)


def test_what_is_cancelled_ends_before_its_next_step() -> None:
    progress = Progress()
    letters = progress.over("abcd", "spelling")
    assert next(letters) + next(letters) == "ab"
    progress.cancel()
    with pytest.raises(Cancelled):
        next(letters)
    with pytest.raises(Cancelled):
        progress.enter("thinking")


def test_who_wants_to_know_is_told_of_it() -> None:
    told: list[str] = []
    progress = Progress()
    progress.when_cancelled(lambda: told.append("cancelled"))
    assert told == []
    progress.cancel()
    assert told == ["cancelled"]
