"""One step of the app at 120×40, in a real terminal: CPU of the whole process, and bytes written."""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.scenarios import Network, mlp
from benchmarks.terminal import Program

TREE = Path(__file__).parent.parent / "scenarios" / "tree.toml"
ROUND_TRIPS = 10
STEPS = 11


def main() -> int:
    """Print the medians for the smallest lesson and for a network."""
    print("One step of the app at 120×40 (medians)\n")
    print(f"  {'':<44}{'CPU':>10}{'95 %':>10}{'bytes':>10}")
    with tempfile.TemporaryDirectory() as directory:
        network = Path(directory) / "network.toml"
        text = mlp(Network.random((3, 8, 8, 1)), [(0.3, -0.7, 0.5)])
        network.write_text(text, encoding="utf-8")
        _measure("scenarios/tree.toml, 11 events", TREE, start=0)
        _measure("a network of 300 nodes, backward", network, start=320)
    return 0


def _measure(what: str, path: Path, start: int) -> None:
    times: list[float] = []
    sizes: list[int] = []
    with Program([sys.executable, "-m", "backprop_tui", str(path)]) as program:
        program.read_until(b"quit")
        program.read_frame()
        if start:
            program.press(f"{start}l")
            program.read_frame()
        for _ in range(ROUND_TRIPS):
            for key in "l" * STEPS + "h" * STEPS:
                before = program.cpu
                program.press(key)
                sizes.append(len(program.read_frame()))
                times.append(program.cpu - before)
    times.sort()
    high = times[len(times) * 95 // 100]
    middle, size = statistics.median(times), statistics.median(sizes)
    print(f"  {what:<44}{middle * 1e3:>7.2f} ms{high * 1e3:>7.2f} ms{size:>10.0f}")


if __name__ == "__main__":
    sys.exit(main())
