"""Finding nodes: by name, operation, expression or shape, and by what a run made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from math import isinf, isnan
from typing import NamedTuple

import numpy as np

from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Kind, Node, Value

STATES: Mapping[str, str] = {
    "nan": "value or gradient is not a number at the end of the run",
    "inf": "value or gradient is infinite at the end of the run",
    "zero-grad": "the whole gradient is 0 at the end of the run",
    "no-grad": "no gradient ever arrives",
    "shared": "used more than once, so that its gradient adds up",
    "input": "given, not computed",
}
"""What may stand after `is:`, and what it finds."""

OF_THE_END = frozenset({"nan", "inf", "zero-grad"})
"""Those that only the end of the run can tell."""

OF_OPERATION, OF_STATE = "op:", "is:"
"""What a word of a query begins with that is about the operation, or the state, alone."""


class _Query(NamedTuple):
    """A query as words, in lower case."""

    words: tuple[str, ...]
    operations: tuple[str, ...]
    states: tuple[str, ...]

    def narrows(self, other: _Query) -> bool:
        """Whether all that this one finds is found by the other one, too."""
        return (
            _narrow(self.words, other.words)
            and _narrow(self.operations, other.operations)
            and self.states[: len(other.states)] == other.states
        )


def _narrow(words: Sequence[str], others: Sequence[str]) -> bool:
    return len(words) >= len(others) and all(map(str.startswith, words, others))


def _parse(query: str) -> _Query:
    words, operations, states = [], [], []
    for word in query.lower().replace("·", "*").split():
        if word.startswith(OF_OPERATION):
            operations.append(word.removeprefix(OF_OPERATION))
        elif word.startswith(OF_STATE):
            states.append(word.removeprefix(OF_STATE))
        else:
            words.append(word)
    return _Query(tuple(words), tuple(operations), tuple(states))


def asks_for_the_end(query: str) -> bool:
    """Whether what a query finds tells how the run ends."""
    return not OF_THE_END.isdisjoint(_parse(query).states)


class Index:
    """What can be found in a run. Keys that are typed one after the other search only what was found before."""

    def __init__(self, timeline: Timeline) -> None:
        """An index of all nodes but the constants."""
        self._timeline = timeline
        nodes = timeline.graph.nodes
        self._rows = [node.index for node in nodes if node.kind is not Kind.CONSTANT]
        self._names = [node.name.lower() if node.is_named else "" for node in nodes]
        self._operations = [node.op for node in nodes]
        self._texts = list(map(_text, nodes))
        self._states: dict[str, Sequence[int]] = {}
        self._last: tuple[_Query, list[int]] | None = None

    def find(self, query: str) -> Sequence[int]:
        """The nodes in which every word of a query is found, the best first; none for an empty query.

        First the name itself, names that begin with it, names that contain it; then operations, expressions, and
        what has all words somewhere; each in the order of the graph. What is found by its state alone stands in the
        order in which the run made it so.
        """
        asked = _parse(query)
        if not any(asked):
            return ()
        hits = self._rows
        if self._last and asked.narrows(self._last[0]):
            hits = self._last[1]
        texts, operations = self._texts, self._operations
        for word in asked.words:
            hits = [node for node in hits if word in texts[node]]
        for operation in asked.operations:
            hits = [node for node in hits if operations[node] and operation in operations[node]]
        for state in asked.states:
            among = frozenset(self._in_state(state))
            hits = [node for node in hits if node in among]
        self._last = asked, hits
        if asked.words or asked.operations:
            return self._ranked(hits, "".join(asked.words or asked.operations), query.strip())
        found = frozenset(hits)
        return [node for node in self._in_state(asked.states[0]) if node in found]

    def _ranked(self, hits: Sequence[int], text: str, typed: str) -> Sequence[int]:
        names, operations, texts = self._names, self._operations, self._texts
        same: list[int] = []
        begin: list[int] = []
        contain: list[int] = []
        of_operation: list[int] = []
        begin_operation: list[int] = []
        spelled: list[int] = []
        rest: list[int] = []
        for node in hits:
            name = names[node]
            if text in name:
                if name.startswith(text):
                    (same if name == text else begin).append(node)
                else:
                    contain.append(node)
            elif operations[node].startswith(text):
                (of_operation if operations[node] == text else begin_operation).append(node)
            elif text in texts[node]:
                spelled.append(node)
            else:
                rest.append(node)
        nodes = self._timeline.graph.nodes
        same.sort(key=lambda node: nodes[node].name != typed)  # x and X are two names
        return same + begin + contain + of_operation + begin_operation + spelled + rest

    def _in_state(self, state: str) -> Sequence[int]:
        if state not in self._states:
            self._states[state] = _FINDERS[state](self._timeline, self._rows) if state in _FINDERS else ()
        return self._states[state]


def _text(node: Node) -> str:
    """What a node is found by, a line each, without blanks and capitals: `c=a+b`, its operation, its shape."""
    spelled = f"{node.name}={node.label}" if node.op and node.is_named else node.label
    return f"{spelled}\n{node.op}\n{node.shape or ''}".replace(" ", "").lower()


def _made(timeline: Timeline, rows: Sequence[int], is_so: Callable[[Value], bool]) -> Sequence[int]:
    """The nodes of such a value, as the run computes them; then those of such a gradient, as it comes back."""
    values, gradients = list(timeline.values.values()), list(timeline.grads.values())
    found = [node for node in rows if is_so(values[node])]
    there = frozenset(found)
    for node in reversed(rows):
        gradient = gradients[node]
        if gradient is not None and node not in there and is_so(gradient):
            found.append(node)
    return found


def _is_nan(value: Value) -> bool:
    return isnan(value) if isinstance(value, np.float64) else bool(np.isnan(value).any())


def _is_infinite(value: Value) -> bool:
    return isinf(value) if isinstance(value, np.float64) else bool(np.isinf(value).any())


def _is_zero(value: Value) -> bool:
    return not value if isinstance(value, np.float64) else not value.any()


def _not_finite(timeline: Timeline, rows: Sequence[int], is_so: Callable[[Value], bool]) -> Sequence[int]:
    return () if timeline.first_nonfinite is None else _made(timeline, rows, is_so)


def _zero_gradients(timeline: Timeline, rows: Sequence[int]) -> Sequence[int]:
    gradients = list(timeline.grads.values())
    return [node for node in rows if (gradient := gradients[node]) is not None and _is_zero(gradient)]


def _shared(timeline: Timeline, rows: Sequence[int]) -> Sequence[int]:
    uses = Counter(operand for node in timeline.graph for operand in node.operands)
    return [node for node in rows if uses[node] > 1]


_FINDERS: Mapping[str, Callable[[Timeline, Sequence[int]], Sequence[int]]] = {
    "nan": lambda timeline, rows: _not_finite(timeline, rows, _is_nan),
    "inf": lambda timeline, rows: _not_finite(timeline, rows, _is_infinite),
    "zero-grad": _zero_gradients,
    "no-grad": lambda timeline, rows: [node for node in rows if not timeline.graph.contributing[node]],
    "shared": _shared,
    "input": lambda timeline, rows: [node for node in rows if timeline.graph.nodes[node].kind is Kind.INPUT],
}
