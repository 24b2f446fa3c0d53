"""The runs that are exported here, and names that mean harm."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from backprop_tui.engine.run import run
from backprop_tui.export.formats import exporter
from backprop_tui.export.snapshot import Snapshot, position_of
from backprop_tui.graph import Graph
from backprop_tui.scenario import load
from tests.graphs import Builder

ROOT = Path(__file__).parents[2]
TREE = ROOT / "scenarios" / "tree.toml"

HOSTILE = (
    '"',
    "\\",
    'a\\"',
    "\\N\\G\\L\\l",
    "</text><script>x</script>",
    "]]><svg onload=x>",
    "&lt;&#65;&amp;",
    "<!-- --><?x?>",
    "#quot;#35;",
    '"] --> evil["',
    '"]; evil [label="x',
    "`**b**` _i_ __u__",
    "- item",
    "%%{init: {}}%%",
    "{x} |y| @{z}",
    ":::a;b",
    "end",
    "style n0 fill",
    "x_1",
    "σ שלום 中文 👩",
)
"""Names that no program can have, but a graph from elsewhere may. None is longer than what a box shows."""


def at(word: str = "end") -> Snapshot:
    """The expression tree at a position."""
    scenario = load(TREE)
    timeline = run(scenario.graph)
    return Snapshot(scenario.title, timeline, position_of(word, timeline))


def of(graph: Graph, title: str = "a title", position: int | None = None) -> Snapshot:
    """A run of a graph; at its end, unless a position is given."""
    timeline = run(graph)
    return Snapshot(title, timeline, len(timeline) if position is None else position)


def named(*names: str) -> Graph:
    """A sum of inputs with these names."""
    build = Builder()
    first, *others = [build.input(name, 1.0) for name in names]
    node = first
    for number, other in enumerate(others):
        node = build.op("add", node, other, name=f"s{number}")
    return build.graph(node)


def lines(to: str, snapshot: Snapshot, **options: object) -> list[str]:
    """What is written in a format."""
    exported: Iterator[str] = exporter(to)(snapshot, **options)
    return list(exported)
