"""What a run of large tensors keeps in memory, and what a step costs, forwards and back again.

Each scenario is loaded, run, and stepped through in a process of its own. Memory is the peak of what is resident, above
that of a process that has run the first lesson. The checksums of every event's arrays, on the way there and back, must
be those of a run without a budget. Works on Linux only.

    python -m benchmarks.memory [PART OF A NAME]...
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from backprop_tui.engine.cursor import Cursor
from backprop_tui.engine.events import Event
from backprop_tui.engine.plan import DEFAULT_BUDGET, plan
from backprop_tui.engine.run import run
from backprop_tui.scenario import load, loads
from benchmarks.scenarios import broad, deep, matmuls

TREE = Path(__file__).parent.parent / "scenarios" / "tree.toml"
MEGABYTE = 1024 * 1024
BUDGET: Final = DEFAULT_BUDGET // MEGABYTE
UNBOUNDED: Final = 1 << 40

SCENARIOS: Final[Mapping[str, tuple[Callable[[], str], int]]] = {
    "ten 512×512 matmuls": (matmuls, BUDGET),
    "ten 512×512 matmuls, replayed": (matmuls, 1),
    "15 tensors of 1,000,000 in a row": (lambda: deep(15), BUDGET),
    "1,000,000 elements used 150 times": (lambda: broad(150), BUDGET),
    "1,000,000 elements used 150 times, replayed": (lambda: broad(150), 1),
}
"""Name -> the scenario, and its budget in megabytes. 1 is too little even for the values: nothing is recorded."""


def main(parts: Sequence[str] = ()) -> int:
    """Print the costs, and return whether one of them is too much, or a number differs."""
    print(f"  {'':<46}{'events':>7}{'load':>8}{'run':>8}{'step, most':>16}{'back, most':>16}{'MB':>6}{'budget':>8}")
    failed = False
    for name, (_, budget) in SCENARIOS.items():
        if not parts or any(part in name for part in parts):
            cost, free = _measured(name, budget), _measured(name, UNBOUNDED)
            is_exact = cost["checksums"] == free["checksums"]
            is_missed = cost["megabytes"] > BUDGET
            failed |= is_missed or not is_exact
            print(
                f"  {name:<46}{cost['events']:>7}{cost['load']:>6.2f} s{cost['run']:>6.2f} s"
                f"{_times(cost['steps'])}{_times(cost['backs'])}{cost['megabytes']:>6.0f}{BUDGET:>8}"
                f"{'' if is_exact else '  DIFFERENT NUMBERS'}{'  MISSED' if is_missed else ''}"
            )
    return failed


def _times(seconds: Sequence[float]) -> str:
    return f"{statistics.median(seconds) * 1e3:>8.1f}{max(seconds) * 1e3:>5.0f} ms"


def _measured(name: str, budget: int) -> dict[str, object]:
    command = [sys.executable, "-m", "benchmarks.memory", "--measure", name, str(budget)]
    found: dict[str, object] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return found


def _measure(name: str, megabytes: int) -> None:
    run(load(TREE).graph)
    text = SCENARIOS[name][0]()
    memory, start = _peak(), time.perf_counter()
    graph = loads(text).graph
    loaded = time.perf_counter()
    timeline = run(plan(graph, budget=megabytes * MEGABYTE))
    done = time.perf_counter()
    cursor = timeline.cursor()
    checksums: list[int] = []
    steps = _walk(cursor, cursor.step, checksums)
    backs = _walk(cursor, cursor.back, checksums)
    found = {
        "events": len(timeline),
        "load": loaded - start,
        "run": done - loaded,
        "steps": steps,
        "backs": backs,
        "megabytes": _peak() - memory,
        "checksums": checksums,
    }
    print(json.dumps(found))


def _walk(cursor: Cursor, move: Callable[[], Event | None], checksums: list[int]) -> list[float]:
    """Seconds of every step: to move, to make the event, and to look up the gradient that it changed."""
    nodes = cursor.timeline.graph.nodes
    seconds = []
    while True:
        start = time.process_time()
        event = move()
        if event is None:
            return seconds
        shown = [*event, cursor.grad(nodes[event.node].name)]
        seconds.append(time.process_time() - start)
        checksums += [-1 if one is None else zlib.crc32(np.ascontiguousarray(one)) for one in shown]


def _peak() -> float:
    """The most memory this process has had, in megabytes."""
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert found is not None
    return int(found[1]) / 1024


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        _measure(sys.argv[2], int(sys.argv[3]))
    else:
        sys.exit(main(sys.argv[1:]))
