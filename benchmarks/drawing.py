"""Laying out and routing a drawing: CPU, memory and crossings, against Graphviz `dot` where that is installed.

Each graph is measured in a process of its own. Constants are drawn by neither side. `dot` draws the same boxes, once
with nothing at its edges, as we draw dots, and once with the labels that our edges have, too. Its CPU time is that of
the whole command with `-Tplain`, reading included.

Crossings are counted alike in both. Between two neighbouring layers, every line leads from one place to another, ports
ignored: for `dot` the places are the middles of the boxes, and where the splines pass the middle of a layer. Two lines
of different sources and different targets cross if they change their order. A line counts once wherever it is drawn
once. We draw one line past a layer for all uses of a value, `dot` draws one for each edge; so a second count of ours
takes every line for as many as there are edges along it, as if we, too, had drawn them one by one.

    python -m benchmarks.drawing [PART OF A NAME]...
"""

from __future__ import annotations

import gc
import json
import resource
import shutil
import subprocess
import sys
import tracemalloc
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

import backprop_tui as bp
from backprop_tui.drawing.boxes import Fields
from backprop_tui.drawing.drawing import Arrangement
from backprop_tui.drawing.levels import LEVELS
from backprop_tui.drawing.orientation import Orientation
from backprop_tui.graph import Graph, Kind
from benchmarks.measuring import medians
from benchmarks.scenarios import Network, layered, mlp, residual

MEGABYTE = 1024 * 1024
MOST_MEGABYTES = 200
MOST_OF_DOT = 0.2
"""CPU for about 1,000 nodes, ours over that of `dot` with labels."""
NUMBER = 6
"""Columns of a value or a gradient."""

Line: TypeAlias = tuple[float, float, int, int]
"""Place in the upper layer, place in the lower layer, source, target."""
Gaps: TypeAlias = Mapping[int, Sequence[Line]]
"""Number of an upper layer -> the lines from there to the next."""


@dataclass(frozen=True)
class Task:
    """A graph to draw."""

    scenario: Callable[[], str]
    seconds: float
    """CPU that layout and routing may take."""
    compared: bool = False
    """Whether `dot` draws it, too: it takes minutes for the large ones."""


def perceptron(*sizes: int) -> str:
    """A multi-layer perceptron for one sample."""
    return mlp(Network.random(sizes), [[0.1 * number for number in range(1, sizes[0] + 1)]])


TASKS: Final[Mapping[str, Task]] = {
    "mlp 300": Task(lambda: perceptron(2, 8, 8, 1), 0.05, compared=True),
    "mlp 979": Task(lambda: perceptron(2, 16, 16, 1), 1.0, compared=True),
    "mlp 10,000": Task(lambda: perceptron(4, 54, 54, 1), 1.0),
    "mlp 50,000": Task(lambda: perceptron(4, 125, 125, 1), 6.0),
    "residual 1,000": Task(lambda: residual(250), 1.0, compared=True),
    "residual 10,000": Task(lambda: residual(2_500), 1.0),
    "layered 1,000": Task(lambda: layered(1_000, 20), 1.0, compared=True),
    "layered 10,000": Task(lambda: layered(10_000, 40), 1.0),
    "layered 50,000": Task(lambda: layered(50_000, 80), 6.0),
}


def main(parts: Sequence[str] = ()) -> int:
    """Print the costs, and return whether one of them is too much."""
    has_dot = shutil.which("dot") is not None
    if not has_dot:
        print("`dot` is not installed: nothing to compare with.\n")
    print(
        f"  {'':<16}{'nodes':>7}{'top-down':>10}{'bound':>7}{'sideways':>10}{'memory':>9}"
        f"{'dot':>9}{'ratio':>7}{'labels':>9}{'ratio':>7}{'crossings':>11}{'by edge':>9}{'dot':>7}"
    )
    failed = False
    for name, task in TASKS.items():
        if parts and not any(part in name for part in parts):
            continue
        ours = _measured(name)
        missed = ours["top-down"] > task.seconds or ours["megabytes"] > MOST_MEGABYTES
        line = (
            f"  {name:<16}{ours['nodes']:>7.0f}{ours['top-down']:>8.3f} s{task.seconds:>5.2f} s"
            f"{ours['left-to-right']:>8.3f} s{ours['megabytes']:>6.0f} MB"
        )
        if task.compared and has_dot:
            graph = bp.loads(task.scenario()).graph
            bare, plain = _dot(graph, labels=False)
            labelled, _ = _dot(graph, labels=True)
            theirs = crossings(gaps_of_dot(plain))
            missed |= ours["crossings"] > theirs
            missed |= len(graph) > 900 and ours["top-down"] > MOST_OF_DOT * labelled
            line += (
                f"{bare:>7.2f} s{ours['top-down'] / bare:>7.2f}{labelled:>7.2f} s{ours['top-down'] / labelled:>7.2f}"
            )
            line += f"{ours['crossings']:>11.0f}{ours['by edge']:>9.0f}{theirs:>7}"
        else:
            line += f"{'':>32}{ours['crossings']:>11.0f}"
        print(line + ("  MISSED" if missed else ""), flush=True)
        failed |= missed
    return failed


def crossings(gaps: Gaps) -> int:
    """How often lines of different sources and targets change their order from one layer to the next."""
    total = 0
    for lines in gaps.values():
        upper, lower, source, target = np.array(lines, dtype=float).T[:, :, None]
        crossed = (upper < upper.T) & (lower > lower.T) & (source != source.T) & (target != target.T)
        total += int(crossed.sum())
    return total


def gaps_of(arrangement: Arrangement, *, by_edge: bool) -> Gaps:
    """The lines that we draw; or, `by_edge`, every one as often as there are edges along it."""
    layers = arrangement.layers
    place = {item: place for row in arrangement.rows for place, item in enumerate(row)}
    gaps: defaultdict[int, list[Line]] = defaultdict(list)
    for node in range(layers.nodes if by_edge else len(layers.level)):
        for feeder in layers.above[node]:
            upper, lower = feeder, node
            while True:
                gaps[layers.level[upper]].append((place[upper], place[lower], layers.owner[upper], node))
                if not (by_edge and layers.is_dummy(upper)):
                    break
                upper, lower = layers.above[upper][0], upper
    return gaps


def gaps_of_dot(plain: str) -> Gaps:
    """The lines that `dot` draws, read from its output in the plain format."""
    middle: dict[int, tuple[float, float]] = {}
    splines: list[tuple[int, int, list[float]]] = []
    for line in plain.splitlines():
        match line.split():
            case ["node", name, x, y, *_]:
                middle[int(name)] = float(x), round(float(y), 3)
            case ["edge", source, target, count, *rest]:
                splines.append((int(source), int(target), [float(number) for number in rest[: 2 * int(count)]]))
    heights = sorted({y for _, y in middle.values()}, reverse=True)
    level = {y: number for number, y in enumerate(heights)}
    gaps: defaultdict[int, list[Line]] = defaultdict(list)
    for source, target, numbers in splines:
        first, last = level[middle[source][1]], level[middle[target][1]]
        x, y = _points(np.array(numbers).reshape(-1, 2)).T
        passing = np.interp([-height for height in heights[first + 1 : last]], -y, x)  # from the top
        places = [middle[source][0], *passing.tolist(), middle[target][0]]
        for number in range(first, last):
            gaps[number].append((places[number - first], places[number - first + 1], source, target))
    return gaps


def _points(controls: np.ndarray) -> np.ndarray:
    """Points on a chain of Bézier curves."""
    t = np.linspace(0, 1, 33)[:, None]
    pieces = [
        (1 - t) ** 3 * a + 3 * t * (1 - t) ** 2 * b + 3 * t**2 * (1 - t) * c + t**3 * d
        for a, b, c, d in (controls[start : start + 4] for start in range(0, len(controls) - 1, 3))
    ]
    return np.concatenate(pieces)


def _dot(graph: Graph, *, labels: bool) -> tuple[float, str]:
    """CPU seconds of `dot`, and what it prints."""
    drawn = {node.index for node in graph if node.kind is not Kind.CONSTANT}
    numbers, derivative = "0" * NUMBER, ' [label="∂a/∂b=12345"]' if labels else ""
    boxes = (
        f'{node.index} [label="{node.label[:28]}\\n{numbers}  ∇ {numbers}"]' if labels else f'{node.index} [label=""]'
        for node in graph
        if node.index in drawn
    )
    edges = (f"{edge.operand} -> {edge.consumer}{derivative}" for edge in graph.edges if edge.operand in drawn)
    text = "\n".join(["digraph {", "node [shape=box]", *boxes, *edges, "}"])
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = subprocess.run(["dot", "-Tplain"], input=text, capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, found.stdout


def _measured(name: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.drawing", "--measure", name]
    found: dict[str, float] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return found


def _measure(name: str) -> None:
    graph = bp.loads(TASKS[name].scenario()).graph
    operands = [node.operands for node in graph]
    fields = Fields(
        value=[NUMBER] * len(graph),
        gradient=[NUMBER] * len(graph),
        symbol=[["∂a/∂b="] * len(own) for own in operands],
        local=[[NUMBER - 1] * len(own) for own in operands],
    )
    tasks = {
        way.value: lambda way=way: Arrangement(graph).draw(LEVELS[0], fields, way)  # type: ignore[misc]
        for way in Orientation
    }
    found = medians(tasks, rounds=9 if len(graph) < 2_000 else 1)
    gc.collect()
    tracemalloc.start()
    drawing = tasks["top-down"]()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del drawing
    arrangement = Arrangement(graph)
    found |= {
        "nodes": len(graph),
        "megabytes": peak / MEGABYTE,
        "crossings": crossings(gaps_of(arrangement, by_edge=False)),
        "by edge": crossings(gaps_of(arrangement, by_edge=True)) if len(graph) < 2_000 else 0,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        _measure(sys.argv[2])
    else:
        sys.exit(main(sys.argv[1:]))
