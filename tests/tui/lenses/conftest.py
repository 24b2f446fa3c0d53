from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.lenses.edits import TREE


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that can be edited and watched."""
    path = tmp_path / "tree.toml"
    path.write_text(TREE)
    return path
