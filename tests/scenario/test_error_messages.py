"""What a user reads: the rendered errors of a few typical mistakes, as golden files.

To accept a new wording, run with `UPDATE_GOLDEN=1` and read the diff.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from backprop_tui.scenario import ScenarioError, loads

ERRORS = Path(__file__).parent.parent / "data" / "errors"
FILES = sorted(ERRORS.glob("*.toml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_rendered_errors(path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(path.read_text(encoding="utf-8"), path.name)
    rendered = f"{caught.value}\n"
    golden = path.with_suffix(".txt")
    if "UPDATE_GOLDEN" in os.environ:
        golden.write_text(rendered, encoding="utf-8", newline="\n")
    assert rendered == golden.read_text(encoding="utf-8")


def test_every_golden_file_has_its_scenario() -> None:
    assert {path.stem for path in ERRORS.glob("*.txt")} == {path.stem for path in FILES}
