"""From the command to the first painted frame, against a bare Textual app that imports numpy: CPU, in turns."""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.measuring import Line, table
from benchmarks.terminal import Program

ROUNDS = 15
TREE = Path(__file__).parent.parent / "scenarios" / "tree.toml"
PEER = """
import numpy
from textual.app import App
from textual.widgets import Footer, Static
class Bare(App):
    def compose(self):
        yield Static("ready")
        yield Footer()
Bare().run()
"""


def main() -> int:
    """Print the ratio."""
    ours: list[float] = []
    peer: list[float] = []
    with tempfile.TemporaryDirectory() as cache:
        for _ in range(1 + ROUNDS):
            ours.append(_cpu([sys.executable, "-m", "backprop_tui", str(TREE)], b"quit", cache))
            peer.append(_cpu([sys.executable, "-c", PEER], b"ready", cache))
    medians = (statistics.median(times[1:]) for times in (ours, peer))  # the first round compiles
    line = Line("backprop-tui scenarios/tree.toml", *medians, bound=1.3)
    return 0 if table("To the first frame, against a bare Textual app with numpy (CPU, medians)", [line]) else 1


def _cpu(command: list[str], marker: bytes, cache: str) -> float:
    """CPU seconds until the marker is on the screen; compiled modules come from the cache, as in an installation."""
    with Program(command, PYTHONDONTWRITEBYTECODE="", PYTHONPYCACHEPREFIX=cache) as program:
        program.read_until(marker)
        return program.cpu


if __name__ == "__main__":
    sys.exit(main())
