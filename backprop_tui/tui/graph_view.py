"""(timeline, position, selection) -> what the drawing of the graph shows. No widget, no terminal."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from backprop_tui.drawing.boxes import Fields
from backprop_tui.drawing.layers import items
from backprop_tui.drawing.state import EdgeState, Flow, NodeState, Role
from backprop_tui.engine.events import Accumulate, Event, Seed
from backprop_tui.engine.timeline import Timeline
from backprop_tui.formatting import NO_GRADIENT, NOT_COMPUTED, NUMBER_WIDTH, array
from backprop_tui.graph import Edge, Graph, Kind, Value, is_finite
from backprop_tui.narration import local_symbol
from backprop_tui.tui import flow

_ARRAY_WIDTH = 16
_LOCAL_ARRAY_WIDTH = 10
_SYMBOL_WIDTH = 9
"""A longer `∂c/∂a=` is left out: the number alone says as much as a clipped name."""
_EXACT_UP_TO = 5_000
"""Events; in a longer run a field is as wide as any number, instead of as wide as its widest one."""
MOST_DRAWN = 3_000
"""Nodes. In a drawing of more nobody could find a way about."""
_MOST_ITEMS = 20_000
"""Nodes, and places where lines pass them."""


class RunTexts:
    """The texts of one run that no position changes: values, local derivatives, and the widths of fields."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self._values: dict[int, tuple[str, bool]] = {}
        self._locals: dict[Edge, tuple[str, bool]] = {}

    @cached_property
    def items(self) -> int:
        """How much there is to be drawn: nodes, and places where lines pass them."""
        return items(self.timeline.graph)

    @property
    def is_drawn(self) -> bool:
        """Whether the graph is small enough to be drawn, and not too tangled."""
        return len(self.timeline.graph) <= MOST_DRAWN and self.items <= _MOST_ITEMS

    def value(self, node: int) -> tuple[str, bool]:
        """The text of a node's value, and whether it is bad: not finite."""
        if node not in self._values:
            value = self.timeline.value_at(node, len(self.timeline))
            assert value is not None  # every node is computed at the end
            self._values[node] = array(value, _ARRAY_WIDTH), not is_finite(value)
        return self._values[node]

    def local(self, edge: Edge) -> tuple[str, bool]:
        """The text of the local derivative along an edge, empty where none is written down; whether it is bad."""
        if edge not in self._locals:
            value = self.timeline.local_at(edge, len(self.timeline))
            text = "" if value is None else array(value, _LOCAL_ARRAY_WIDTH)
            self._locals[edge] = text, value is not None and not is_finite(value)
        return self._locals[edge]

    @cached_property
    def fields(self) -> Fields:
        """What the layout has to leave room for."""
        nodes = self.timeline.graph.nodes
        return Fields(
            value=[len(self.value(node.index)[0]) if node.kind is not Kind.CONSTANT else 0 for node in nodes],
            gradient=self._gradient_widths(),
            symbol=[[self._symbol(edge) for edge in flow.edges_of(node)] for node in nodes],
            local=[[len(self.local(edge)[0]) for edge in flow.edges_of(node)] for node in nodes],
        )

    def _gradient_widths(self) -> list[int]:
        timeline = self.timeline
        graph = timeline.graph
        widths = [1] * len(graph)
        is_exact = len(timeline) <= _EXACT_UP_TO and timeline.plan.stride == 1
        for node, contributes in enumerate(graph.contributing):
            if contributes and is_exact:
                widths[node] = max(map(len, self._gradients(node)))
            elif contributes:
                widths[node] = _ARRAY_WIDTH if graph.nodes[node].shape else NUMBER_WIDTH
        return widths

    def _gradients(self, node: int) -> Iterator[str]:
        """Every text of a node's gradient in the run: from what is recorded, nothing is computed again."""
        before = None
        for event in self.timeline.plan.accumulations_of(node):
            after = self.timeline.grad_at(node, event + 1)
            assert after is not None  # something has just arrived
            yield _gradient(before, after)
            before = after
        final = self.timeline.grad_at(node, len(self.timeline))
        yield NOT_COMPUTED if final is None else array(final, _ARRAY_WIDTH)

    def _symbol(self, edge: Edge) -> str:
        if not self.local(edge)[0]:
            return ""
        symbol = local_symbol(self.timeline, edge) + "="
        return symbol if len(symbol) <= _SYMBOL_WIDTH else ""


class GraphView:
    """What the drawing shows at one position. Texts are made when somebody looks at them."""

    def __init__(self, texts: RunTexts, position: int, selected: int | None = None) -> None:
        self.position = position
        self.selected = selected
        self._texts = texts
        self._timeline = texts.timeline
        self.event: Event | None = self._timeline[position - 1] if position else None
        """The event that has just been done."""
        self._nodes: dict[int, NodeState] = {}

    @property
    def graph(self) -> Graph:
        """The graph that is drawn."""
        return self._timeline.graph

    @cached_property
    def flow(self) -> Flow:
        """The direction of the current event."""
        return Flow.BACKWARD if isinstance(self.event, Seed | Accumulate) else Flow.FORWARD

    @cached_property
    def lit(self) -> frozenset[Edge]:
        """The edges along which something flows in the current event."""
        return flow.lit(self.graph, self.event)

    @cached_property
    def receiver(self) -> int | None:
        """The node whose value or gradient the current event has changed."""
        return self.event.node if self.event else None

    @cached_property
    def senders(self) -> frozenset[int]:
        """The nodes from which something flows in the current event."""
        return flow.senders(self.graph, self.event)

    def node(self, node: int) -> NodeState:
        """The state of a node."""
        if node not in self._nodes:
            self._nodes[node] = self._state(node)
        return self._nodes[node]

    def edge(self, edge: Edge) -> EdgeState:
        """The state of an edge."""
        passed = self.node(edge.consumer).role is not Role.UNTOUCHED
        local, bad = self._texts.local(edge)
        return EdgeState(passed, local if passed or not local else NOT_COMPUTED, bad)

    def _state(self, node: int) -> NodeState:
        timeline, position = self._timeline, self.position
        contributes = self.graph.contributing[node]
        gradient = NOT_COMPUTED if contributes else NO_GRADIENT
        if timeline.value_at(node, position) is None:
            return NodeState(gradient=gradient)
        role = Role.SENDER if node in self.senders else Role.DONE
        grad = timeline.grad_at(node, position)
        if grad is not None:
            gradient = array(grad, _ARRAY_WIDTH)
        if node == self.receiver:
            role = Role.RECEIVER
            if isinstance(self.event, Accumulate):
                gradient = _gradient(self.event.before, self.event.after)
        value, bad = self._texts.value(node)
        return NodeState(role, value, gradient, bad, grad is not None and not is_finite(grad))


def difference(before: GraphView, after: GraphView) -> tuple[set[int], set[Edge]] | None:
    """The nodes and edges that look different at two positions next to each other; None if they are not."""
    if abs(after.position - before.position) > 1:
        return None
    nodes = {before.selected, after.selected} if before.selected != after.selected else set()
    edges: set[Edge] = set()
    if after.position != before.position:
        for view in (before, after):
            nodes |= {view.receiver, *view.senders}
            edges |= view.lit
        graph = after.graph
        newly = max(before, after, key=lambda view: view.position).event
        if newly and not isinstance(newly, Seed | Accumulate):  # its value has reached its line, or has left it
            edges.update(graph.consumers[newly.node])
    return {node for node in nodes if node is not None}, edges


def _gradient(before: Value | None, after: Value) -> str:
    """The gradient as it stands in the receiver's box: `3→5`, where that is what happened."""
    text = array(after, _ARRAY_WIDTH)
    return text if before is None or after.ndim else f"{array(before, NUMBER_WIDTH)}→{text}"
