"""(timeline, position, selection) -> what the drawing of the graph shows. No widget, no terminal."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Protocol

from backprop_tui.drawing.boxes import Fields
from backprop_tui.drawing.layers import items
from backprop_tui.drawing.roles import role_at
from backprop_tui.drawing.state import HEAT, WEIGHTS, EdgeState, Flow, NodeState, Role, State
from backprop_tui.engine import flow
from backprop_tui.engine.events import Accumulate, Event, Seed
from backprop_tui.engine.sizes import Sizes
from backprop_tui.engine.timeline import Timeline
from backprop_tui.formatting import NO_GRADIENT, NOT_COMPUTED, NUMBER_WIDTH, array
from backprop_tui.formulas import local_symbol
from backprop_tui.graph import Edge, Graph, Kind, Value, is_finite

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

    def symbol(self, edge: Edge) -> str:
        """What stands before the local derivative along an edge, `∂c/∂a=`; empty where that would be too long."""
        if not self.local(edge)[0]:
            return ""
        symbol = local_symbol(self.timeline, edge) + "="
        return symbol if len(symbol) <= _SYMBOL_WIDTH else ""

    @cached_property
    def sizes(self) -> Sizes:
        """The sizes of contributions and gradients."""
        return Sizes(self.timeline)

    @cached_property
    def fields(self) -> Fields:
        """What the layout has to leave room for."""
        nodes = self.timeline.graph.nodes
        return Fields(
            value=[len(self.value(node.index)[0]) if node.kind is not Kind.CONSTANT else 0 for node in nodes],
            gradient=[self.gradient_width(node.index) for node in nodes],
            symbol=[[self.symbol(edge) for edge in flow.edges_of(node)] for node in nodes],
            local=[[len(self.local(edge)[0]) for edge in flow.edges_of(node)] for node in nodes],
        )

    def gradient_width(self, node: int) -> int:
        """The widest text of a node's gradient."""
        graph = self.timeline.graph
        if not graph.contributing[node]:
            return 1
        if self._is_exact:
            return max(map(len, self._gradients(node)))
        return _ARRAY_WIDTH if graph.nodes[node].shape else NUMBER_WIDTH

    @cached_property
    def _is_exact(self) -> bool:
        """Whether every gradient of the run is looked at for the width of its field."""
        return len(self.timeline) <= _EXACT_UP_TO and not self.timeline.plan.strides

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

    @property
    def lit_flow(self) -> Flow:
        """The same: nothing else is lit."""
        return self.flow

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

    def role(self, node: int) -> Role:
        """Where a node is in the current phase."""
        if node == self.receiver:
            return Role.RECEIVER
        return Role.SENDER if node in self.senders else self.resting_role(node)

    def resting_role(self, node: int) -> Role:
        """The same, whatever it does in the current event."""
        return role_at(self._timeline.plan, self.position, self.event, node)

    def weight(self, edge: Edge) -> int | None:
        """How many of `WEIGHTS` its contribution reaches. None: it is not computed."""
        share = self._texts.sizes.contribution(edge, self.position)
        return None if share is None else bisect_right(WEIGHTS, share)

    def heat(self, node: int) -> int:
        """How many of `HEAT` its gradient exceeds."""
        return bisect_left(HEAT, self._texts.sizes.gradient(node, self.position) or 0.0)

    @property
    def scale(self) -> tuple[float, float]:
        """What weights and heat are shares of."""
        return self._texts.sizes.scale(self.position)

    @cached_property
    def followers(self) -> frozenset[int]:
        """The nodes that the current event may have made ready, besides those that take part in it."""
        if self.receiver is None or self.flow is Flow.BACKWARD:
            return frozenset()
        return frozenset(edge.consumer for edge in self.graph.consumers[self.receiver])

    def edge(self, edge: Edge) -> EdgeState:
        """The state of an edge."""
        passed = self._timeline.value_at(edge.consumer, self.position) is not None
        local, bad = self._texts.local(edge)
        return EdgeState(passed, local if passed or not local else NOT_COMPUTED, bad)

    def _state(self, node: int) -> NodeState:
        timeline, position, role = self._timeline, self.position, self.role(node)
        gradient = NOT_COMPUTED if self.graph.contributing[node] else NO_GRADIENT
        if timeline.value_at(node, position) is None:
            return NodeState(role, gradient=gradient)
        grad = timeline.grad_at(node, position)
        if role is Role.RECEIVER and isinstance(self.event, Accumulate):
            gradient = _gradient(self.event.before, self.event.after)
        elif grad is not None:
            gradient = array(grad, _ARRAY_WIDTH)
        value, bad = self._texts.value(node)
        return NodeState(role, value, gradient, bad, grad is not None and not is_finite(grad))


class View(State, Protocol):
    """What a drawing shows at one position of a run. Nodes and edges are those of the graph that is drawn."""

    @property
    def position(self) -> int:
        """How many events are done."""

    @property
    def event(self) -> Event | None:
        """The event that has just been done."""

    @property
    def graph(self) -> Graph:
        """The graph that is drawn."""

    @property
    def receiver(self) -> int | None:
        """The node whose value or gradient the current event has changed."""

    @property
    def senders(self) -> Collection[int]:
        """The nodes from which something flows in the current event."""

    @property
    def scale(self) -> tuple[float, float]:
        """What weights and heat are shares of."""

    @property
    def followers(self) -> Collection[int]:
        """The nodes that the current event may have made ready, besides those that take part in it."""

    def role(self, node: int) -> Role:
        """Where a node is in the current phase."""


def difference(before: View, after: View) -> tuple[set[int], set[Edge]] | None:
    """The nodes and edges that look different at two positions next to each other; None if they are not.

    None, too, where a phase begins: nearly every node looks different then.
    """
    if abs(after.position - before.position) > 1 or after.flow is not before.flow:
        return None
    nodes = {before.selected, after.selected} if before.selected != after.selected else set()
    edges: set[Edge] = set()
    if after.position != before.position:
        for view in (before, after):
            nodes |= {view.receiver, *view.senders}
            edges.update(view.lit)
        newly = max(before, after, key=lambda view: view.position)
        if newly.receiver is not None and newly.flow is Flow.FORWARD:  # its value has reached its line, or has left it
            edges.update(after.graph.consumers[newly.receiver])
        nodes.update(node for node in newly.followers if before.role(node) is not after.role(node))
    return {node for node in nodes if node is not None}, edges


def _gradient(before: Value | None, after: Value) -> str:
    """The gradient as it stands in the receiver's box: `3→5`, where that is what happened."""
    text = array(after, _ARRAY_WIDTH)
    return text if before is None or after.ndim else f"{array(before, NUMBER_WIDTH)}→{text}"
