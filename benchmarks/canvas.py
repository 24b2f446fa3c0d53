"""The graph of 10,000 operations and more on the screen, in a real terminal of 120×40: opening, stepping, scrolling.

CPU is that of the whole process, its threads included. Seconds are those of a clock on the wall, until there is a
drawing to look at, or until a key is answered.

    python -m benchmarks.canvas
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.scenarios import Network, layered, mlp
from benchmarks.terminal import Program

FORWARD, BACK, FOCUS, WHOLE = "lhzx"
UP, DOWN, LEFT, RIGHT = (f"\x1b[1;2{letter}" for letter in "ABDC")
"""Shift and an arrow."""
WALK = [*(FORWARD * 40), *(BACK * 40)]
PAN = [*[UP] * 20, *[LEFT, RIGHT] * 10, *[DOWN] * 20]
START = 4_000
"""Events before the first step that is measured."""
_LAYING_OUT = 8.0
"""Seconds; all of the largest graph is laid out by then."""
MOST = {"step": (8.0, 6.0), "focus": (20.0, 6.0), "scrolling": (12.0, 6.0)}
"""Milliseconds of CPU and kilobytes of one frame, medians."""
MOST_SCROLLING = 25.0
"""Milliseconds of CPU of 95 % of the frames."""


def main() -> int:
    """Print the figures, and return whether one of them is too much."""
    scenarios = {
        "a network of 9,800 nodes": (mlp(Network.random((4, 54, 54, 1)), [[0.1, 0.2, 0.3, 0.4]]), 1.5),
        "random layers of 10,000 nodes": (layered(10_000, 40), 1.5),
        "a network of 49,000 nodes": (mlp(Network.random((4, 125, 125, 1)), [[0.1, 0.2, 0.3, 0.4]]), 5.0),
    }
    missed = False
    with tempfile.TemporaryDirectory() as directory:
        for name, (text, seconds) in scenarios.items():
            path = Path(directory) / "graph.toml"
            path.write_text(text, encoding="utf-8")
            missed |= _measured(name, path, seconds)
    return missed


def _measured(name: str, path: Path, seconds: float) -> bool:
    print(f"{name}\n")
    began = time.monotonic()
    with Program([sys.executable, "-m", "backprop_tui", str(path)], TEXTUAL_ANIMATIONS="none") as program:
        program.read_until(b"Graph")
        missed = _line("from the command to the drawing", time.monotonic() - began, "s", seconds)
        program.read_frame()
        program.press(f"{START}l")
        program.read_frame()
        missed |= _frames(program, "step", "a step, folded", WALK)
        program.press(FOCUS)
        program.read_frame()
        missed |= _frames(program, "focus", "a step in focus", WALK)
        program.press(FOCUS)
        program.read_frame()
        missed |= _line("longest wait for a key while all of it is laid out", _longest_wait(program) * 1e3, "ms", 250)
        missed |= _frames(program, "step", "a step, with all of it drawn", WALK)
        missed |= _frames(program, "scrolling", "scrolling, with all of it drawn", PAN)
    print()
    return missed


def _longest_wait(program: Program) -> float:
    """Between a key and the first byte of an answer, for so long as a drawing is being made, and a little longer."""
    program.press(WHOLE)
    longest = 0.0
    end = time.monotonic() + _LAYING_OUT
    while time.monotonic() < end:
        began = time.monotonic()
        program.press(FORWARD)
        program.read_some()
        longest = max(longest, time.monotonic() - began)
        program.read_rest()
    return longest


def _frames(program: Program, kind: str, what: str, keys: Sequence[str]) -> bool:
    times, sizes = [], []
    for key in keys:
        before = program.cpu
        program.press(key)
        sizes.append(len(program.read_frame()))
        times.append((program.cpu - before) * 1e3)
    most_time, most_size = MOST[kind]
    missed = _line(f"{what}: CPU", statistics.median(times), "ms", most_time)
    high = sorted(times)[len(times) * 95 // 100]
    missed |= _line(f"{what}: CPU, 95 %", high, "ms", MOST_SCROLLING if kind == "scrolling" else None)
    return missed | _line(f"{what}: written", statistics.median(sizes) / 1e3, "KB", most_size)


def _line(what: str, figure: float, unit: str, bound: float | None = None) -> bool:
    missed = bound is not None and figure > bound
    limit = "" if bound is None else f"{bound:>8g} {unit}"
    print(f"  {what:<54}{figure:>9.2f} {unit:<3}{limit}{'  MISSED' if missed else ''}", flush=True)
    return missed


if __name__ == "__main__":
    sys.exit(main())
