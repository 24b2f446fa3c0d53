"""Every event of a run, one line each: as text for people, as JSON for programs (docs/trace.md).

Both are made line by line, so that a run of any length can be piped into `head`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from math import isfinite, isnan
from typing import Any, NamedTuple

from backprop_tui.engine.events import Accumulate, Evaluate, Event, Input, Seed
from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Graph, Node, Value, is_finite
from backprop_tui.narration import narrate
from backprop_tui.ops.registry import OPERATIONS
from backprop_tui.remarks import remarks_on

_SAMPLE = 200
"""Columns are as wide as the first so many events of a phase need; what comes later may push them."""


def text_lines(title: str, timeline: Timeline) -> Iterator[str]:
    """The events in symbols and in numbers, one a line, in aligned columns."""
    output = timeline.graph.nodes[timeline.graph.output].name
    yield f"{title}: {len(timeline)} events, forward to {output} and back"
    yield ""
    for start, end in ((0, timeline.seed_event), (timeline.seed_event, len(timeline))):
        sample = list(islice(_rows(timeline, start, end), _SAMPLE))
        widths = [max(map(len, column)) for column in zip(*sample, strict=True)]
        widths[0] = len(str(len(timeline)))
        for row in _rows(timeline, start, end):
            yield (
                f"{row.number:>{widths[0]}}  {row.event:<10}  {row.symbols:<{widths[2]}}  "
                f"{row.numbers:<{widths[3]}}  {row.change:<{widths[4]}}  {row.remark}"
            ).rstrip()


def json_lines(title: str, timeline: Timeline) -> Iterator[str]:
    """The graph, the events and the result as strict JSON, one object a line."""
    graph = timeline.graph
    nodes = [_node(graph, node) for node in graph]
    yield _dump({"type": "graph", "title": title, "output": graph.nodes[graph.output].name, "nodes": nodes})
    for event in timeline:
        line = _event(graph, event)
        if isinstance(event, Evaluate | Accumulate) and (note := remarks_on(timeline, event).note):
            line["note"] = note
        yield _dump(line)
    values = {name: _plain(value) for name, value in timeline.values.items()}
    grads = {name: _plain(grad) for name, grad in timeline.grads.items()}
    yield _dump({"type": "result", "values": values, "grads": grads})


class _Row(NamedTuple):
    number: str
    event: str
    symbols: str
    numbers: str
    change: str
    remark: str


def _rows(timeline: Timeline, start: int, end: int) -> Iterator[_Row]:
    for index in range(start, end):
        narration = narrate(timeline, index + 1)
        assert narration is not None
        kind = type(timeline[index]).__name__.lower()
        remark = f"<- {narration.remark}" if narration.remark else ""
        yield _Row(str(index + 1), kind, narration.symbols, narration.numbers, narration.change, remark)


def _node(graph: Graph, node: Node) -> dict[str, Any]:
    return {
        "name": node.name,
        "op": node.op or None,
        "operands": [graph.nodes[operand].name for operand in node.operands],
        "shape": list(node.shape),
        "requires_grad": node.requires_grad,
        "label": node.label,
        "kind": node.kind.value,
    }


def _event(graph: Graph, event: Event) -> dict[str, Any]:
    node = graph.nodes[event.node]
    match event:
        case Input():
            return {"type": "input", "index": event.index, "node": node.name, "value": _plain(event.value)}
        case Evaluate():
            return {
                "type": "evaluate",
                "index": event.index,
                "node": node.name,
                "op": node.op,
                "operands": [graph.nodes[operand].name for operand in node.operands],
                "value": _plain(event.value),
            }
        case Seed():
            return {"type": "seed", "index": event.index, "node": node.name, "grad": _plain(event.grad)}
        case Accumulate():
            consumer = graph.nodes[event.consumer]
            return {
                "type": "accumulate",
                "index": event.index,
                "node": node.name,
                "consumer": consumer.name,
                "operand": event.operand,
                "upstream": _plain(event.upstream),
                "local": _plain(event.local),
                "rule": OPERATIONS[consumer.op].derivatives[event.operand].rule,
                "contribution": _plain(event.contribution),
                "before": _plain(event.before),
                "after": _plain(event.after),
            }


def _plain(value: Value | None) -> Any:
    """A value as JSON has it: nested lists, and words for the numbers that JSON lacks."""
    if value is None:
        return None
    numbers = value.tolist()
    return numbers if is_finite(value) else _spelled(numbers)


def _spelled(numbers: Any) -> Any:
    if isinstance(numbers, list):
        return [_spelled(part) for part in numbers]
    if isfinite(numbers):
        return numbers
    return "NaN" if isnan(numbers) else "Infinity" if numbers > 0 else "-Infinity"


def _dump(line: dict[str, Any]) -> str:
    return json.dumps(line, separators=(",", ":"), allow_nan=False)
