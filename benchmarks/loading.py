"""What loading costs at worst: hostile files of up to 4 MiB, each in a process of its own, the slowest first.

A time is CPU seconds, a size the peak of the resident memory: both above those of a process that has loaded the
package and the first lesson. Works on Linux only.

    python -m benchmarks.loading [PART OF A NAME]...
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from backprop_tui.scenario import ScenarioError, load
from benchmarks.hostile import HOSTILE

TREE = Path(__file__).parent.parent / "scenarios" / "tree.toml"
SECONDS, MEGABYTES = 2.0, 300.0
LOADS = "loads"
_FAST = 0.5
"""Seconds. What is loaded faster is measured three times."""
_PATIENCE = 30.0
"""Seconds, after which a process is stopped."""


@dataclass(frozen=True)
class _Cost:
    seconds: float
    megabytes: float
    outcome: str
    """`LOADS`, or the code of the first error."""


def main(parts: Sequence[str] = ()) -> int:
    """Print the costs, and return whether one of them is too much."""
    costs: dict[str, _Cost] = {}
    peers: dict[str, float | None] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, make in HOSTILE.items():
            if not parts or any(part in name for part in parts):
                path = Path(folder, "hostile.toml")
                path.write_bytes(make().encode())
                costs[name] = _cost(path)
                peers[name] = _peer(path) if costs[name].outcome == LOADS else None
    print(f"  {'':<48}{'seconds':>8}{'MB':>8}{'tomllib':>9}  outcome")
    for name, cost in sorted(costs.items(), key=lambda item: -item[1].seconds):
        peer = peers[name]
        ratio = f"{cost.seconds / peer:.1f}" if peer else ""
        missed = "" if cost.seconds <= SECONDS and cost.megabytes <= MEGABYTES else "  MISSED"
        print(f"  {name:<48}{cost.seconds:>8.2f}{cost.megabytes:>8.0f}{ratio:>9}  {cost.outcome}{missed}")
    return any(cost.seconds > SECONDS or cost.megabytes > MEGABYTES for cost in costs.values())


def _cost(path: Path) -> _Cost:
    first = _run(path)
    if first.seconds > _FAST:
        return first
    runs = [first, _run(path), _run(path)]
    return _Cost(statistics.median(run.seconds for run in runs), max(run.megabytes for run in runs), first.outcome)


def _run(path: Path) -> _Cost:
    command = [sys.executable, "-m", "benchmarks.loading", "--measure", str(path)]
    try:
        output = subprocess.run(command, capture_output=True, text=True, check=True, timeout=_PATIENCE).stdout
    except subprocess.TimeoutExpired:
        return _Cost(_PATIENCE, 0.0, "stopped")
    return _Cost(**json.loads(output))


def _measure(path: str) -> None:
    load(TREE)
    memory, start = _peak(), time.process_time()
    try:
        load(path)
        outcome = LOADS
    except ScenarioError as error:
        outcome = error.diagnostics[0].code
    seconds = time.process_time() - start
    print(json.dumps({"seconds": seconds, "megabytes": _peak() - memory, "outcome": outcome}))


def _peak() -> float:
    """The most memory this process has had, in megabytes."""
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert found is not None
    return int(found[1]) / 1024


def _peer(path: Path) -> float:
    """CPU seconds that the standard parser takes for the same file."""
    text = path.read_text(encoding="utf-8")
    start = time.process_time()
    tomllib.loads(text)
    return time.process_time() - start


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        _measure(sys.argv[2])
    else:
        sys.exit(main(sys.argv[1:]))
