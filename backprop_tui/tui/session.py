"""The one state of the stepper: where the user is in a run. Keys change it, and everything on screen reads it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import accumulate

from backprop_tui.engine.events import Event
from backprop_tui.engine.timeline import Phase, Timeline
from backprop_tui.formatting import abbreviate
from backprop_tui.graph import Kind
from backprop_tui.narration import name_of, symbol_of
from backprop_tui.scenario import Scenario
from backprop_tui.tui import flow

MAX_REPEAT = 999_999
START = "start"
_GRAD = ".grad"


class Session:
    """A run, a position in it, and what the user has selected."""

    def __init__(self, scenario: Scenario, timeline: Timeline) -> None:
        self.scenario = scenario
        self.timeline = timeline
        self.position = 0
        """How many events are done."""
        self.event: Event | None = None
        """The event that leads to the position; None at the start."""
        self.selected: int | None = None
        """The node that the user has selected; None: the current one counts."""
        self.focus: int | None = None
        """The node that the user looks at: the one selected or changed last. Panels keep it in view."""
        self.repeat = 0
        """The count typed so far for the next key; 0: none."""

    @property
    def phase(self) -> Phase:
        """The phase of that event."""
        return self.timeline.phase(self.position)

    @property
    def node(self) -> int:
        """The node that commands are about: the selected one, else the current one."""
        if self.selected is not None:
            return self.selected
        return self.event.node if self.event else self.rows[0]

    @cached_property
    def rows(self) -> tuple[int, ...]:
        """The nodes that have a row in the table: all but the constants. Never empty."""
        graph = self.timeline.graph
        rows = tuple(node.index for node in graph if node.kind is not Kind.CONSTANT)
        return rows or (graph.output,)

    @cached_property
    def stops(self) -> tuple[int, ...]:
        """The positions at which one node is done and the next one begins, ascending, both ends included."""
        plan = self.timeline.plan
        first = plan.seed_event + 1
        backward = accumulate((edges for _, edges in plan.senders), initial=first)
        return (*range(first), *sorted({*backward, len(self.timeline)}))

    def go(self, position: int) -> None:
        """Go to a position, or to the nearer end of the run. A count typed for another key is dropped."""
        self.repeat = 0
        self.position = max(0, min(position, len(self.timeline)))
        self.event = self.timeline.event(self.position - 1) if self.position else None
        self.focus = self.event.node if self.event else None

    def step(self, events: int) -> None:
        """Go that many events on; back, if negative."""
        self.go(self.position + events)

    def next_node(self, count: int = 1) -> None:
        """Go on until that many more nodes are done."""
        index = bisect_right(self.stops, self.position) + count - 1
        self.go(self.stops[min(index, len(self.stops) - 1)])

    def previous_node(self, count: int = 1) -> None:
        """Go back to where that many nodes are not done."""
        self.go(self.stops[max(0, bisect_left(self.stops, self.position) - count)])

    def end_of_phase(self) -> None:
        """Go to the end of the forward pass; from there, to the end of the backward pass."""
        forward_end = self.timeline.seed_event
        self.go(forward_end if self.position < forward_end else len(self.timeline))

    def start_of_phase(self) -> None:
        """Go back to where the phase begins."""
        forward_end = self.timeline.seed_event
        self.go(forward_end if self.position > forward_end else 0)

    def select(self, node: int | None) -> None:
        """Select a node; the selected one again, or None, selects nothing."""
        self.selected = self.focus = None if node == self.selected else node

    def select_row(self, rows: int) -> None:
        """Select the node that many rows below the selected or current one; above, if negative."""
        row = bisect_left(self.rows, self.node) + rows
        self.selected = self.focus = self.rows[max(0, min(row, len(self.rows) - 1))]

    def type_digit(self, digit: int) -> None:
        """Add a digit to the count for the next key."""
        self.repeat = min(self.repeat * 10 + digit, MAX_REPEAT)

    def take_repeat(self) -> int:
        """The count typed, 1 if none, which is used up by that."""
        count, self.repeat = max(1, self.repeat), 0
        return count

    def touched(self, width: int) -> str:
        """What the current event changes, `c` or `b.grad`, in exactly that many columns."""
        if self.event is None:
            return START.ljust(width)
        node = self.timeline.graph.nodes[self.event.node]
        if self.phase is Phase.BACKWARD:
            return (abbreviate(symbol_of(node), width - len(_GRAD)) + _GRAD).ljust(width)
        return abbreviate(name_of(node), width).ljust(width)

    @cached_property
    def touched_width(self) -> int:
        """The columns that `touched` needs, so that it never clips."""
        nodes = self.timeline.graph.nodes
        names = max(len(symbol_of(nodes[node])) for node in self.rows)
        return max(names + len(_GRAD), len(START))

    def senders(self) -> frozenset[int]:
        """The nodes that something flows out of in the current event."""
        return flow.senders(self.timeline.graph, self.event)
