"""Which event of one run is which of another, when the graph has been edited in between."""

from __future__ import annotations

from collections import Counter

from backprop_tui.engine.events import Accumulate, Event, Seed
from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Graph


class Correspondence:
    """From the nodes and events of a run to those of another one.

    Nodes are the same if they have the same name; sub-expressions without a name, if they read the same and are
    equally many of their kind from the start. Their values and operations do not matter.
    """

    def __init__(self, old: Timeline, new: Timeline) -> None:
        self._old = old
        self._new = new
        indices = {key: index for index, key in enumerate(_keys(new.graph))}
        self._nodes = [indices.get(key) for key in _keys(old.graph)]

    def node(self, node: int) -> int | None:
        """The index of the same node in the other run; None if it is gone."""
        return self._nodes[node]

    def position(self, position: int) -> int:
        """The position after the same event; if it is gone, after the last one before it that is still there."""
        for done in range(position, 0, -1):
            index = self._index(self._old[done - 1])
            if index is not None:
                return index + 1
        return 0

    def _index(self, event: Event) -> int | None:
        plan, node = self._new.plan, self._nodes[event.node]
        if node is None:
            return None
        match event:
            case Seed():
                return plan.seed_event if node == self._new.graph.output else None
            case Accumulate(consumer=consumer, operand=position):
                same = self._nodes[consumer], position, node
                return next((index for index in plan.accumulations_of(node) if self._edge(index) == same), None)
            case _:
                return plan.computed_at[node]

    def _edge(self, index: int) -> tuple[int, int, int]:
        return self._new.plan.edges[index - self._new.seed_event - 1]


def _keys(graph: Graph) -> list[tuple[str, int]]:
    seen: Counter[str] = Counter()
    keys = []
    for node in graph:
        text = node.name if node.is_named else f"%{node.label}"
        keys.append((text, seen[text]))
        seen[text] += 1
    return keys
