"""Graphs to fold: networks as programs, and any DAG with any names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

import backprop_tui as bp
from backprop_tui.folding.groups import Group, Groups
from backprop_tui.graph import Graph, Kind, Node
from benchmarks.scenarios import Network, mlp


def program(text: str, *inputs: str, tail: str = "") -> Graph:
    """The graph of a program on inputs that are all 1."""
    return bp.loads(scenario(text, *inputs, tail=tail)).graph


def scenario(text: str, *inputs: str, tail: str = "") -> str:
    """A program on inputs that are all 1, as a file."""
    given = "".join(f"{name} = 1.0\n" for one in inputs for name in one.split())
    return f'program = """\n{text}\n"""\n[inputs]\n{given}{tail}'


def perceptron(*sizes: int, samples: int = 1) -> Graph:
    """A network of these layer sizes, in scalar operations."""
    return bp.loads(mlp(Network.random(sizes), [[0.5] * sizes[0]] * samples)).graph


def recurrent(steps: int) -> Graph:
    """A recurrent network: every gate needs the state before it, every state its gate."""
    lines = [f"z_{t} = w * h_{t - 1} + u * x_{t}\nh_{t} = tanh(z_{t})" for t in range(1, steps + 1)]
    return program("\n".join(lines), "h_0 w u", *(f"x_{t}" for t in range(1, steps + 1)))


def named(*nodes: tuple[str, Sequence[int]], lines: Sequence[int | None] = ()) -> Graph:
    """A graph from the name and the operands of each node; those called `2` and so on are constants."""
    made = []
    for index, (name, operands) in enumerate(nodes):
        kind = Kind.CONSTANT if name.isdigit() else Kind.OPERATION if operands else Kind.INPUT
        line = lines[index] if lines else None
        op = "op" if operands else ""
        made.append(Node(index, name, kind, op=op, operands=tuple(operands), label=f"({name})", line=line))
    return Graph(tuple(made), len(made) - 1, np.float64(1.0))


def outline(groups: Groups, graph: Graph) -> list[str]:
    """Every group and every node in order, each indented by how many groups it is in."""
    lines: list[str] = []
    told: set[int] = set()
    for node in groups.order.tolist():
        around = groups.around(node)
        for depth, group in enumerate(around):
            if group not in told:
                told.add(group)
                lines.append("  " * depth + f"[{groups[group].name}]")
        lines.append("  " * len(around) + graph.nodes[node].name)
    return lines


def shown(groups: Groups, graph: Graph, opened: frozenset[int] = frozenset()) -> list[str]:
    """What the boxes are called if these groups are open: `[group]`, `node`."""
    boxes = groups.contents(opened)
    return [f"[{one.name}]" if isinstance(one, Group) else graph.nodes[one].name for one in boxes]


@st.composite
def any_graphs(draw: st.DrawFn, *, size: int = 16) -> Graph:
    """Any DAG, with names that say much, little or nothing, and with statements of several nodes."""
    names: list[tuple[str, Sequence[int]]] = []
    lines: list[int | None] = []
    stem = st.sampled_from(("h_", "z_", "w0_", "w1_", "layer1.w", "layer2.w", "y"))
    for index in range(draw(st.integers(1, size))):
        operands = draw(st.lists(st.integers(0, index - 1), max_size=3)) if index else []
        match draw(st.integers(0, 5)):
            case 0 if not operands and index:
                name = str(index)
            case 1 if operands:
                name = f"%{index}"
            case 2:
                name = f"loose{'abc'[index % 3]}{chr(97 + index)}"
            case _:
                name = f"{draw(stem)}{index // 2}{'' if index % 2 else '_0'}"
        names.append((name, operands))
        lines.append(draw(st.integers(0, 5)) if operands else None)
    return named(*names, lines=lines)


@st.composite
def tables(draw: st.DrawFn, graph: Graph) -> dict[str, list[int]]:
    """A table of groups that says anything about the named nodes."""
    table: dict[str, list[int]] = {}
    for node in graph:
        group = draw(st.sampled_from(("", "", "one", "two", "h")))
        if group and node.is_named:
            table.setdefault(group, []).append(node.index)
    return table
