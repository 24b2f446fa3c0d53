"""Which event of one run is which of another, when the graph has been edited in between."""

from __future__ import annotations

from collections import Counter

from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Edge, Graph


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
        self._accumulations = {edge: new.seed_event + 1 + number for number, edge in enumerate(new.plan.edges)}

    def node(self, node: int) -> int | None:
        """The index of the same node in the other run; None if it is gone."""
        return self._nodes[node]

    def position(self, position: int) -> int:
        """The position after the same event; if it is gone, after the last one before it that is still there."""
        same = (self._event(event) for event in range(position - 1, -1, -1))
        return next((event + 1 for event in same if event is not None), 0)

    def _event(self, event: int) -> int | None:
        """The index of the same event in the other run; None if it is gone. Looks at the plans alone."""
        old, new = self._old, self._new
        if event < old.seed_event:
            node = self._nodes[old.plan.order[event]]
            return None if node is None else new.plan.computed_at[node]
        if event == old.seed_event:
            return new.seed_event if self._nodes[old.graph.output] == new.graph.output else None
        consumer, position, operand = old.plan.edges[event - old.seed_event - 1]
        ends = self._nodes[consumer], self._nodes[operand]
        if ends[0] is None or ends[1] is None:
            return None
        return self._accumulations.get(Edge(ends[0], position, ends[1]))


def _keys(graph: Graph) -> list[tuple[str, int]]:
    seen: Counter[str] = Counter()
    keys = []
    for node in graph:
        text = node.name if node.is_named else f"%{node.label}"
        keys.append((text, seen[text]))
        seen[text] += 1
    return keys
