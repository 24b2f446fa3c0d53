"""What flows where in an event: along which edges, and out of which nodes."""

from __future__ import annotations

from backprop_tui.engine.events import Accumulate, Evaluate, Event
from backprop_tui.graph import Edge, Graph, Kind, Node


def edges_of(node: Node) -> list[Edge]:
    """The edges into a node, in operand order."""
    return [Edge(node.index, position, operand) for position, operand in enumerate(node.operands)]


def lit(graph: Graph, event: Event | None) -> frozenset[Edge]:
    """The edges along which something flows. Constants, which no panel shows, send nothing."""
    match event:
        case Evaluate(node=node):
            return frozenset(
                edge for edge in edges_of(graph.nodes[node]) if graph.nodes[edge.operand].kind is not Kind.CONSTANT
            )
        case Accumulate(node=node, consumer=consumer, operand=operand):
            return frozenset((Edge(consumer, operand, node),))
    return frozenset()


def senders(graph: Graph, event: Event | None) -> frozenset[int]:
    """The nodes out of which something flows."""
    if isinstance(event, Accumulate):
        return frozenset((event.consumer,))
    return frozenset(edge.operand for edge in lit(graph, event))
