"""What a comparison with finite differences says, and runs whose gradients are wrong on purpose."""

from __future__ import annotations

from collections import Counter

from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Value
from backprop_tui.lenses.finite_differences import Difference, Verdict, finite_differences


def of_inputs(timeline: Timeline) -> tuple[Difference, ...]:
    inputs = {node.index for node in timeline.graph.inputs}
    return tuple(row for row in finite_differences(timeline).rows if row.node in inputs)


def verdicts(timeline: Timeline) -> Counter[Verdict]:
    """Of the elements of the inputs."""
    return Counter(row.verdict for row in of_inputs(timeline))


def with_wrong_gradient(timeline: Timeline, name: str, factor: Value | float) -> Timeline:
    """The same run, except that the final gradient of one node is off."""
    grads = list(timeline.grads.values())
    index = timeline.graph[name].index
    grads[index] = grads[index] * factor  # type: ignore[operator]
    return Timeline(timeline.plan, list(timeline.values.values()), grads, [])
