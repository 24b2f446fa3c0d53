"""What PyTorch would say of a node at a position of the run.

A position of ours may lie within a single call of PyTorch's, `e.backward()`. There a gradient that is still arriving is
seen by nobody: its sum is in a buffer. `.grad` of a leaf is filled when all of it has arrived (`AccumulateGrad`), and
`.grad` of another node, if `retain_grad()` was called, when its own `grad_fn` starts.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import NamedTuple

from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Value
from backprop_tui.lenses.grad_fn import grad_fn_of


class TensorState(NamedTuple):
    """A tensor of PyTorch at a position."""

    value: Value | None
    """None: it is not defined yet."""
    requires_grad: bool
    grad_fn: str
    """`MulBackward0`; empty for a leaf."""
    arrived: Value | None
    """The sum of what has arrived of its gradient. None: nothing has."""
    is_complete: bool
    """Whether that is all of it, and PyTorch has gone on with it."""
    is_kept: bool
    """Whether PyTorch keeps its gradient: that of a leaf, and that of others after `retain_grad()`."""

    @property
    def is_leaf(self) -> bool:
        """What `.is_leaf` says: no function has made it, or none that gradients go through."""
        return not self.grad_fn

    @property
    def grad(self) -> Value | None:
        """What `.grad` is; None is Python's `None`."""
        return self.arrived if self.is_complete and self.is_kept else None


def state_of(timeline: Timeline, node: int, position: int, *, retains: bool) -> TensorState:
    """The state of a node's tensor; `retains` says whether `retain_grad()` was called for all that have a name."""
    one = timeline.graph.nodes[node]
    grad_fn = grad_fn_of(timeline.graph, one)
    filled = filled_at(timeline, node)
    return TensorState(
        value=timeline.value_at(node, position),
        requires_grad=one.requires_grad,
        grad_fn=grad_fn,
        arrived=None if filled is None else timeline.grad_at(node, position),
        is_complete=filled is not None and position >= filled,
        is_kept=not grad_fn or (retains and (one.is_named or node == timeline.graph.output)),
    )


def filled_at(timeline: Timeline, node: int) -> int | None:
    """The position from which on PyTorch has all of a node's gradient, and shows it if it keeps it. None: never."""
    plan, first = timeline.plan, timeline.seed_event + 1
    graph = plan.graph
    if not graph.contributing[node]:
        return None
    if grad_fn_of(graph, graph.nodes[node]):
        sends = bisect_left(plan.edges, -node, key=lambda edge: -edge.consumer)
        return first + sends + 1
    if node == graph.output:
        return first
    last = plan.edges[plan.arrivals[node][-1]].consumer
    return first + bisect_right(plan.edges, -last, key=lambda edge: -edge.consumer)
