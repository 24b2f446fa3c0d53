"""The one state of the stepper: where the user is in a run. Keys change it, and everything on screen reads it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from backprop_tui.engine import flow
from backprop_tui.engine.events import Event
from backprop_tui.engine.timeline import Phase, Timeline
from backprop_tui.formatting import abbreviate
from backprop_tui.graph import Kind
from backprop_tui.naming import name_of, symbol_of
from backprop_tui.scenario import Scenario
from backprop_tui.scenario.editing import Edits
from backprop_tui.search import Index
from backprop_tui.tui.walks import Found, Neighbours, Role, neighbours

if TYPE_CHECKING:
    from backprop_tui.lenses.changes import Changes
    from backprop_tui.predicting.prediction import Prediction
    from backprop_tui.tui.lenses.lens import Lens

MAX_REPEAT = 999_999
START = "start"
_GRAD = ".grad"
_PARENTHESES = len("()")


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
        self.found: Found | None = None
        """What the last search found, until the user ends it."""
        self.neighbours: Neighbours | None = None
        """The operands or uses that the user goes through, until another key."""
        self.edits = Edits(scenario)
        """What was typed for the inputs since their file was read; the scenario has those values."""
        self.changes: Changes | None = None
        """What the last edit has changed; None if nothing has been edited since the file was read."""
        self.lens: Lens[Any] | None = None
        """What stands beside the graph, if anything does."""
        self.prediction: Prediction | None = None
        """What the user predicts of the run, and how well; None if the run is only watched."""
        self.is_held = False
        """Whether the last key would have led further than the user may see before an answer."""
        self.remark = ""
        """Why the last key has changed nothing."""

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
    def names(self) -> tuple[str, ...]:
        """What the nodes that have a row are called."""
        nodes = self.timeline.graph.nodes
        return tuple(name_of(nodes[node]) for node in self.rows)

    @cached_property
    def stops(self) -> tuple[int, ...]:
        """The positions at which one node is done and the next one begins, ascending, both ends included."""
        plan = self.timeline.plan
        first = plan.seed_event + 1
        backward = accumulate((edges for _, edges in plan.senders), initial=first)
        return (*range(first), *sorted({*backward, len(self.timeline)}))

    @property
    def hides(self) -> bool:
        """Whether something is still to be predicted: nothing may give it away."""
        return self.prediction is not None and not self.prediction.is_over

    @property
    def trouble(self) -> int | None:
        """Index of the first event that made an inf or a NaN, if there is one that the user may know of."""
        bad = self.timeline.first_nonfinite
        return None if bad is None or (self.hides and bad >= self.position) else bad

    def go(self, position: int) -> None:
        """Go to a position, or to the nearer end of the run, and not beyond what is to be predicted.

        A count typed for another key is dropped.
        """
        self.repeat = 0
        self._let_go()
        wanted = max(0, min(position, len(self.timeline)))
        self.position = min(wanted, self.prediction.limit) if self.prediction else wanted
        self.is_held = self.position < wanted
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
        self.look_at(None if node == self.selected else node)

    def look_at(self, node: int | None) -> None:
        """Select a node, even if it is selected already."""
        self._let_go()
        self.selected = self.focus = node

    def look_at_event(self) -> None:
        """Look at what the current event has changed, whatever is selected."""
        self.repeat = 0
        self._let_go()
        self.focus = self.event.node if self.event else None

    def _let_go(self) -> None:
        """Another key: what the last one has shown is over."""
        self.neighbours, self.remark = None, ""

    def select_row(self, rows: int) -> None:
        """Select the node that many rows below the selected or current one; above, if negative."""
        row = bisect_left(self.rows, self.node) + rows
        self.look_at(self.rows[max(0, min(row, len(self.rows) - 1))])

    @cached_property
    def index(self) -> Index:
        """What a search looks into. For a long run it takes a while to make."""
        return Index(self.timeline)

    def search_again(self, query: str) -> None:
        """Search as in another run. The user is at the selected node, if it is found."""
        nodes = self.index.find(query)
        at = nodes.index(self.selected) if self.selected in nodes else 0
        self.found = Found(nodes, at, query) if nodes else None

    def next_found(self, count: int = 1) -> None:
        """Select what stands so many places further on among what was found."""
        if self.found:
            self.found = self.found.moved(count)
            self.look_at(self.found.node)

    def go_along(self, role: Role) -> None:
        """Select the first operand or use of the node."""
        node = self.node
        found = neighbours(self.timeline.graph, node, role)
        self._let_go()
        if found:
            self.look_at(found.node)
            self.neighbours = found
        else:
            self.remark = f"{name_of(self.timeline.graph.nodes[node])} has no {role.value}s"

    def next_neighbour(self, role: Role, count: int = 1) -> None:
        """Select the next operand or use of the node that the last one belongs to; the first, if there was none."""
        found = self.neighbours
        if found and found.role is role:
            found = found.moved(count)
            self.look_at(found.node)
            self.neighbours = found
        else:
            self.go_along(role)

    def go_to_value(self) -> None:
        """Go to the event that computes the node."""
        self.go(self.timeline.plan.computed_at[self.node] + 1)

    def go_to_gradient(self) -> None:
        """Go to the event that adds the last contribution to the node's gradient."""
        node, timeline = self.node, self.timeline
        if not timeline.graph.contributing[node]:
            self.repeat = 0
            self._let_go()
            self.remark = f"{name_of(timeline.graph.nodes[node])} gets no gradient, now or ever"
        elif node == timeline.graph.output:
            self.go(timeline.seed_event + 1)
        else:
            self.go(timeline.plan.accumulations_of(node)[-1] + 1)

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
        nodes, widest = self.timeline.graph.nodes, 0
        for node, name in zip(self.rows, self.names, strict=True):
            if len(name) + _PARENTHESES > widest:  # most need not be looked at
                widest = max(widest, len(symbol_of(nodes[node])))
        return max(widest + len(_GRAD), len(START))

    def senders(self) -> frozenset[int]:
        """The nodes that something flows out of in the current event."""
        return flow.senders(self.timeline.graph, self.event)
