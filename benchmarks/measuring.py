"""Interleaved measurements, medians, and a table with ratio and bound."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One measurement against another, and how large their ratio may be."""

    what: str
    ours: float
    peer: float
    bound: float

    @property
    def ratio(self) -> float:
        """Ours over the peer's."""
        return self.ours / self.peer


def medians(tasks: Mapping[str, Callable[[], object]], rounds: int, repeat: int = 1) -> dict[str, float]:
    """The median CPU seconds of each task. The tasks take turns, so that a slow moment of the machine hits all.

    A turn runs the task `repeat` times and keeps the results. The garbage collector is off meanwhile; clearing away
    what was made counts for nobody, because what is in circles (as in micrograd) goes only when the collector runs.
    """
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            gc.collect()
            gc.disable()
            start = time.process_time()
            results = [task() for _ in range(repeat)]
            times[name].append((time.process_time() - start) / repeat)
            gc.enable()
            del results
    return {name: statistics.median(measured) for name, measured in times.items()}


def table(title: str, lines: list[Line], unit: str = "ms", factor: float = 1e3) -> bool:
    """Print the lines, and return whether all keep their bound."""
    print(f"{title}\n")
    print(f"  {'':<44}{'ours':>10}{'peer':>10}{'ratio':>8}{'bound':>8}")
    for line in lines:
        verdict = "" if line.ratio <= line.bound else "  MISSED"
        ours, peer = (f"{number * factor:.2f} {unit}" for number in (line.ours, line.peer))
        print(f"  {line.what:<44}{ours:>10}{peer:>10}{line.ratio:>8.2f}{line.bound:>8.2f}{verdict}")
    print()
    return all(line.ratio <= line.bound for line in lines)
