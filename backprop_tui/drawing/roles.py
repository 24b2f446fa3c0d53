"""Where a node is in the current phase, apart from what it does in the current event. Cheap: no sums over the run."""

from __future__ import annotations

from backprop_tui.drawing.state import Role
from backprop_tui.engine.events import Accumulate, Event, Seed
from backprop_tui.engine.plan import Plan


def role_at(plan: Plan, position: int, event: Event | None, node: int) -> Role:
    """The role of a node at a position, to which `event` leads, if it takes no part in that."""
    if not isinstance(event, Seed | Accumulate):
        return _forward(plan, position, node)
    arrivals = plan.arrivals[node]
    if arrivals and position <= plan.seed_event + 1 + arrivals[-1]:
        return Role.WAITING
    sent_down_to = event.consumer if isinstance(event, Accumulate) else len(plan.graph)  # in reverse order of the nodes
    return Role.READY if node < sent_down_to and _sends(plan, node) else Role.DONE


def _forward(plan: Plan, position: int, node: int) -> Role:
    computed_at = plan.computed_at
    if computed_at[node] < position:
        return Role.DONE
    operands = plan.graph.nodes[node].operands
    return Role.READY if all(computed_at[operand] < position for operand in operands) else Role.WAITING


def _sends(plan: Plan, node: int) -> bool:
    contributing = plan.graph.contributing
    return contributing[node] and any(contributing[operand] for operand in plan.graph.nodes[node].operands)
