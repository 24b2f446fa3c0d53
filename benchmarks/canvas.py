"""The graph of 10,000 nodes and more on the screen, in a real terminal of 120×40: opening, stepping, scrolling, focus.

CPU is that of the whole process, its threads included; seconds are those of a clock on the wall. A press of a key
while a large drawing is made in the background counts until the first byte of what it changes.

    python -m benchmarks.canvas
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.scenarios import Network, mlp
from benchmarks.terminal import Program

STEPS = 60
FORWARD, BACK = "l", "h"
UP, DOWN, LEFT, RIGHT = (f"\x1b[1;2{letter}" for letter in "ABDC")
"""Shift and an arrow."""
PANNING = (DOWN * 4, RIGHT * 4, UP * 4, LEFT * 4)
MOST_BYTES = 6_000


def main() -> int:
    """Print the figures, and return whether one of them is too much."""
    print("The graph of a large network at 120×40\n")
    missed = False
    with tempfile.TemporaryDirectory() as directory:
        for size, opening in ((54, 1.5), (125, 5.0)):
            path = Path(directory) / f"{size}.toml"
            text = mlp(Network.random((4, size, size, 1)), [[0.1, 0.2, 0.3, 0.4]])
            path.write_text(text, encoding="utf-8")
            operations = text.count("*") + text.count("+") + text.count("relu")
            missed |= _measure(path, f"{operations:,} operations", opening)
    return missed


def _measure(path: Path, name: str, opening: float) -> bool:
    missed = False

    def line(what: str, figure: float, unit: str, bound: float | None = None) -> None:
        nonlocal missed
        verdict = "" if bound is None or figure <= bound else "  MISSED"
        missed |= bool(verdict)
        limit = "" if bound is None else f"{bound:>10g} {unit}"
        print(f"  {name + ', ' + what:<64}{figure:>9.2f} {unit:<3}{limit}{verdict}", flush=True)

    began = time.monotonic()
    with Program([sys.executable, "-m", "backprop_tui", str(path)]) as program:
        program.read_until(b"Graph")
        line("until there is something to see", time.monotonic() - began, "s", opening)
        program.read_frame()
        program.press("f")
        program.read_frame()

        def each(what: str, keys: Sequence[str], most: float, high: float | None = None) -> None:
            times, sizes = [], []
            for key in keys:
                before = program.cpu
                program.press(key)
                sizes.append(len(program.read_frame()))
                times.append((program.cpu - before) * 1e3)
            line(f"{what}: CPU", statistics.median(times), "ms", most)
            line(f"{what}: CPU, 95 %", sorted(times)[len(times) * 95 // 100], "ms", high)
            line(f"{what}: bytes", statistics.median(sizes) / 1e3, "KB", MOST_BYTES / 1e3)

        walk = [FORWARD] * STEPS + [BACK] * STEPS
        each("a step, folded", walk, 8)
        program.press("z")
        program.read_frame()
        each("a step in focus", walk, 20)
        program.press("z")
        program.read_frame()
        began = time.monotonic()
        program.press("x")
        waits = []
        while time.monotonic() - began < 0.5:
            asked = time.monotonic()
            program.press(FORWARD)
            program.read_until(b"event", b"/")
            waits.append((time.monotonic() - asked) * 1e3)
        program.read_until(b"nodes\x1b")
        line("all of it laid out", time.monotonic() - began, "s")
        program.read_frame()
        each("a step, all of it", walk, 8)
        each("scrolling, all of it", [key for key in PANNING for _ in range(STEPS // 4)], 12, 25)
    print()
    return missed


if __name__ == "__main__":
    sys.exit(main())
