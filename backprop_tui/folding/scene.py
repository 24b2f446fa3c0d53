"""What of a graph is drawn: a smaller graph of boxes, each a node or a folded group, and the way from one to the other.

A scene's graph is a real `Graph` in topological order, so that whatever draws graphs draws scenes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from backprop_tui.folding.finding import NO_TABLE, find_groups
from backprop_tui.folding.groups import RANGE, Content, Group, GroupKind, Groups
from backprop_tui.folding.lines import HIDDEN, Ends, Lines, draw_lines
from backprop_tui.graph import Edge, Graph, Kind, Node

_LISTED = 3
"""Names of what flows in or out; how many more there are is told."""


class Cut(NamedTuple):
    """How many edges of a box lead to boxes that a focused scene leaves out."""

    above: int
    """To operands."""
    below: int
    """To consumers."""


NO_CUTS: Mapping[int, Cut] = MappingProxyType({})


class Summary(NamedTuple):
    """What is in a folded group, and what flows in and out."""

    nodes: int
    operations: int
    inputs: int
    parameters: int
    """Inputs that require a gradient."""
    incoming: Sequence[str]
    """What to call the boxes whose values flow in."""
    outgoing: Sequence[str]
    """What to call the nodes inside whose values flow out, or are the output."""

    @property
    def text(self) -> str:
        """`48 nodes  in: x, w1  out: h`."""
        flows = (("in", self.incoming), ("out", self.outgoing))
        size = "1 node" if self.nodes == 1 else f"{self.nodes} nodes"
        return "  ".join([size, *(f"{way}: {_listed(names)}" for way, names in flows if names)])


class Stage:
    """All scenes of a graph. Finds its groups when they are first needed."""

    def __init__(self, graph: Graph, table: Mapping[str, Sequence[int]] = NO_TABLE) -> None:
        """`table` names groups of the user's, with the nodes in each."""
        self.graph = graph
        self._table = table

    @cached_property
    def groups(self) -> Groups:
        """The groups of the graph."""
        return find_groups(self.graph, self._table)

    @cached_property
    def whole(self) -> Scene:
        """The whole graph: boxes are nodes."""
        nodes = range(len(self.graph))
        return Scene(self, self.graph, nodes, nodes)

    def first(self) -> Scene:
        """What is drawn at first: the whole of a small graph, the groups of a large one."""
        return self.folded(self.groups.first_open())

    def folded(self, opened: Set[int]) -> Scene:
        """The graph with all groups folded but these."""
        if len(opened) == len(self.groups):
            return self.whole
        return self.scene(list(self.groups.contents(opened)))

    def scene(self, contents: Sequence[Content], cuts: Mapping[int, Cut] = NO_CUTS) -> Scene:
        """A scene with these boxes, which are in topological order and have no node in common."""
        box_of = self._box_of(contents)
        folded = np.array([isinstance(content, Group) for content in contents], bool)
        lines = draw_lines(self._ends, box_of, folded)
        operands: list[list[int]] = [[] for _ in contents]
        for edge in lines.drawn:
            operands[edge.consumer].append(edge.operand)
        nodes = [
            self._folded(box, content, tuple(operands[box]))
            if isinstance(content, Group)
            else _drawn(self.graph.nodes[content], box, tuple(operands[box]))
            for box, content in enumerate(contents)
        ]
        places: list[int] = box_of.tolist()
        output = places[self.graph.output]
        graph = Graph(tuple(nodes), len(nodes) - 1 if output == HIDDEN else output, self.graph.seed)
        return Scene(self, graph, contents, places, cuts, lines)

    @cached_property
    def edges(self) -> Sequence[Edge]:
        """Every edge of the graph; its number is its place here."""
        return list(self.graph.edges)

    @cached_property
    def first_edge(self) -> Sequence[int]:
        """Node -> the number of the edge from its first operand."""
        return _first_edges(self.graph)

    @cached_property
    def _ends(self) -> Ends:
        return Ends.of(self.graph)

    @cached_property
    def _requires_grad(self) -> NDArray[np.bool_]:
        return np.array([node.requires_grad for node in self.graph.nodes], bool)

    def title(self, content: Content) -> str:
        """What to call a node or a group. Where a range begins or ends at a node without a name, its expression."""
        if not isinstance(content, Group):
            return self.graph.nodes[content].title
        if not content.is_range:
            return content.name
        ends = content.name.split(RANGE)
        return RANGE.join(self.graph[end].title if end in self.graph else end for end in ends)

    def _box_of(self, contents: Sequence[Content]) -> NDArray[np.intp]:
        box_of = np.full(len(self.graph), HIDDEN, np.intp)
        single = [(content, box) for box, content in enumerate(contents) if not isinstance(content, Group)]
        if single:
            nodes, boxes = zip(*single, strict=True)
            box_of[list(nodes)] = boxes
        for box, content in enumerate(contents):
            if isinstance(content, Group):
                box_of[content.nodes] = box
        return box_of

    def _folded(self, box: int, group: Group, operands: tuple[int, ...]) -> Node:
        """A folded group as a node. A statement is called what the node that it names is called."""
        kind = Kind.INPUT if group.kind is GroupKind.INPUTS else Kind.OPERATION
        requires_grad = bool(self._requires_grad[group.nodes].any())
        if group.leader is not None:
            leader = self.graph.nodes[group.leader]
            return Node(
                box,
                leader.name,
                kind,
                leader.shape,
                requires_grad,
                leader.op,
                operands,
                label=leader.label,
                line=leader.line,
            )
        # No name of a program has a % in it, and no inner expression a bracket.
        label = f"{self.title(group)} ({len(group)})"
        return Node(box, f"%({group.id})", kind, (), requires_grad, operands=operands, label=label)


@dataclass(frozen=True, eq=False)
class Scene:
    """What is drawn. Boxes are the nodes of `graph`, by index; nodes and edges of the whole graph are called so."""

    stage: Stage
    graph: Graph
    """The boxes and the lines between them. Its output is the box of the output, or the last if that is hidden."""
    contents: Sequence[Content]
    """Box -> what it stands for."""
    box_of: Sequence[int]
    """Node -> its box, or HIDDEN."""
    cuts: Mapping[int, Cut] = field(default_factory=lambda: NO_CUTS)
    """Of the boxes of a focused scene that have edges to what is left out."""
    _lines: Lines | None = None
    """None: nothing is folded or left out."""

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole graph."""
        return self._lines is None

    def group(self, box: int) -> Group | None:
        """The group that is folded into a box; None if the box is a node."""
        content = self.contents[box]
        return content if isinstance(content, Group) else None

    def nodes(self, box: int) -> list[int]:
        """The nodes in a box, in topological order."""
        content = self.contents[box]
        return content.nodes.tolist() if isinstance(content, Group) else [content]

    def drawn(self, edge: Edge) -> Edge | None:
        """The drawn edge that stands for an edge of the whole graph; None if it is inside a box, or hidden."""
        if self._lines is None:
            return edge
        return self._lines.standing_for(self.stage.first_edge[edge.consumer] + edge.position)

    def behind(self, drawn: Edge) -> list[Edge]:
        """The edges of the whole graph that a drawn edge stands for, in order."""
        if self._lines is None:
            return [drawn]
        numbers = self._lines.behind(self._first_line[drawn.consumer] + drawn.position)
        return [self.stage.edges[number] for number in numbers]

    def summary(self, box: int) -> Summary:
        """What is in a box, and what flows in and out. Takes time linear in its nodes and their edges."""
        whole = self.stage.graph
        inside = [whole.nodes[node] for node in self.nodes(box)]
        inputs = [node for node in inside if node.kind is Kind.INPUT]
        outgoing = [
            node.title
            for node in inside
            if node.index == whole.output
            or any(self.box_of[edge.consumer] != box for edge in whole.consumers[node.index])
        ]
        incoming = dict.fromkeys(self.title(operand) for operand in self.graph.nodes[box].operands)
        parameters = sum(node.requires_grad for node in inputs)
        return Summary(len(inside), len(inside) - len(inputs), len(inputs), parameters, list(incoming), outgoing)

    def title(self, box: int) -> str:
        """What to call a box: by the name of its node or group."""
        content = self.contents[box]
        return self.stage.title(content)

    @cached_property
    def _first_line(self) -> Sequence[int]:
        return _first_edges(self.graph)


def _drawn(node: Node, box: int, operands: tuple[int, ...]) -> Node:
    return Node(
        box,
        node.name,
        node.kind,
        node.shape,
        node.requires_grad,
        node.op,
        operands,
        node.attributes,
        node.value,
        node.label,
        node.line,
    )


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + f", … {more} more" if more > 1 else ", ".join(names)


def _first_edges(graph: Graph) -> list[int]:
    """Node -> how many edges lead to nodes before it."""
    return [0, *accumulate([len(node.operands) for node in graph.nodes])]
