"""A slice of the fuzzing, the same in every run: `python -m tests.fuzz` goes on from here."""

from __future__ import annotations

import sys
from random import Random

import pytest

from tests.fuzz.__main__ import smaller
from tests.fuzz.examination import examine
from tests.fuzz.inputs import corpus, make

PARTS = 4
INPUTS = 60
"""In each part."""


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_a_file_holds_it_is_shown_or_refused(part: int) -> None:
    random, files = Random(part), corpus()
    for _ in range(INPUTS):
        examine(make(random, files))


def test_the_inputs_reach_every_stage() -> None:
    random, files = Random(0), corpus()
    reached = {examine(make(random, files)) for _ in range(INPUTS)}
    assert {"F", "T", "S", "P", "H", "runs"} <= {one if one == "runs" else one[0] for one in reached}


@pytest.mark.skipif(sys.platform == "win32", reason="no timers there")
def test_an_input_is_made_small_while_there_is_time() -> None:
    """A hang takes long each time, and this is the time of CI."""
    nowhere = ""  # where inputs fail with which nothing is wrong
    assert smaller(b"a = 1\nb = 2", nowhere, seconds=600) == b""
    assert smaller(b"a = 1\nb = 2", nowhere, seconds=0) == b"a = 1\nb = 2"
