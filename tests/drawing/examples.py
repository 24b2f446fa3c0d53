"""Graphs and states to draw, with the widths of fields as plain numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from backprop_tui.drawing.boxes import Fields
from backprop_tui.drawing.drawing import Drawing
from backprop_tui.drawing.pieces import DOWN, LEFT, OPPOSITE, RIGHT, UP, Point
from backprop_tui.drawing.render import Picture
from backprop_tui.drawing.state import EdgeState, Flow, NodeState, Role, State
from backprop_tui.graph import Edge, Graph, Kind, Node

CONSTANT = -1
"""Stands for the operands of a constant in `graph_of`."""


def graph_of(*operands: Sequence[int]) -> Graph:
    """A graph from the operands of each node: none for an input, `(CONSTANT,)` for a constant."""
    nodes = []
    for index, own in enumerate(operands):
        constant = tuple(own) == (CONSTANT,)
        kind = Kind.CONSTANT if constant else Kind.OPERATION if own else Kind.INPUT
        used = () if constant else tuple(own)
        nodes.append(Node(index, f"n{index}", kind, op="op" if used else "", operands=used, label=f"n{index}"))
    return Graph(tuple(nodes), len(nodes) - 1, np.float64(1.0))


def fields_of(graph: Graph, *, number: int = 3, local: int = 2) -> Fields:
    """Fields of the same width everywhere; the labels are `d=` and a number."""
    operands = [node.operands for node in graph]
    return Fields(
        value=[number] * len(graph),
        gradient=[number] * len(graph),
        symbol=[["d="] * len(own) for own in operands],
        local=[[local] * len(own) for own in operands],
    )


@dataclass(frozen=True)
class Still:
    """A state in which every node is done, except as told."""

    flow: Flow = Flow.BACKWARD
    lit: Collection[Edge] = ()
    selected: int | None = None
    roles: Mapping[int, Role] = field(default_factory=dict)
    local: str = "99"
    weights: Mapping[Edge, int] = field(default_factory=dict)
    heats: Mapping[int, int] = field(default_factory=dict)
    bad: Collection[int] = ()
    """Nodes whose gradient is not finite."""

    @property
    def lit_flow(self) -> Flow:
        return self.flow

    def node(self, node: int) -> NodeState:
        return NodeState(self.roles.get(node, Role.DONE), "1", "2", bad_gradient=node in self.bad)

    def edge(self, edge: Edge) -> EdgeState:
        return EdgeState(self.roles.get(edge.consumer) not in (Role.WAITING, Role.READY), self.local)

    def weight(self, edge: Edge) -> int | None:
        return self.weights.get(edge)

    def heat(self, node: int) -> int:
        return self.heats.get(node, 0)


@st.composite
def graphs(draw: st.DrawFn, *, size: int = 16) -> Graph:
    """Any DAG: several components, nodes used many times or never, edges side by side, constants."""
    operands: list[Sequence[int]] = []
    for index in range(draw(st.integers(1, size))):
        if index and draw(st.integers(0, 3)):
            operands.append(draw(st.lists(st.integers(0, index - 1), min_size=1, max_size=3)))
        else:
            operands.append(draw(st.sampled_from([(), (), (CONSTANT,)])))
    return graph_of(*operands)


def random_layers(layers: int, width: int, *, fan_in: int = 2, seed: int = 0) -> Graph:
    """Layers of nodes, each on nodes of the layer before and now and then on one from far above."""
    random = np.random.default_rng(seed)
    operands: list[Sequence[int]] = [() for _ in range(width)]
    for _ in range(layers - 1):
        last = len(operands)
        for _ in range(width):
            near = [int(node) for node in random.integers(last - width, last, fan_in)]
            far = [int(random.integers(0, last))] if random.random() < 0.2 else []
            operands.append([*near, *far])
    return graph_of(*operands)


def to_text(drawing: Drawing, state: State) -> str:
    """The whole drawing as plain text, without trailing blanks."""
    picture = Picture(drawing, state)
    rows = [picture.row(y, 0, drawing.width) for y in range(drawing.height)]
    return "".join(["".join([text for text, _ in row]).rstrip() + "\n" for row in rows])


def route_of(drawing: Drawing, edge: Edge) -> Iterator[tuple[Point, int]]:
    """Every cell of an edge's line in order, with the sides on which the line enters and leaves it."""
    points = drawing.line_of(edge)
    side = 0
    for (x0, y0), (x1, y1) in pairwise(points):
        out = DOWN if y0 < y1 else UP if y0 > y1 else RIGHT if x0 < x1 else LEFT
        step = -1 if out in (LEFT, UP) else 1
        for x in range(x0, x1, step) or [x0]:
            for y in range(y0, y1, step) or [y0]:
                yield (x, y), side | out
                side = OPPOSITE[out]
    yield points[-1], side
