"""The one state of the inspector: which node of a session, which of its elements, and how they are shown."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import chain

import numpy as np

from backprop_tui.engine.events import Accumulate, Event
from backprop_tui.engine.timeline import Timeline
from backprop_tui.formatting import NO_GRADIENT, NOT_COMPUTED, NUMBER_WIDTH, number
from backprop_tui.graph import Array, Node, Shape, Value
from backprop_tui.ops.shapes import count
from backprop_tui.tui.panels import grid
from backprop_tui.tui.panels.event_arrays import last_event, touching
from backprop_tui.tui.panels.fields import Field, measure
from backprop_tui.tui.panels.plane import Window, folded, window
from backprop_tui.tui.panels.statistics import Statistics
from backprop_tui.tui.session import Session

_MEASURED = 4_000
"""Numbers that are looked at to find where decimal points stand; of more, only the extremes."""


class Inspection:
    """A node of a session, looked at closely."""

    def __init__(self, session: Session, node: int) -> None:
        self.session = session
        self.is_map = False
        """Whether marks are shown in place of numbers."""
        self.turn = 0
        """How often the user has asked for what there is no room for."""
        self._room = 80, 10
        """Cells and rows of the grid when it was drawn last."""
        self._elements: dict[int, tuple[int, ...]] = {}
        self._event: tuple[tuple[int, int], Event | None] | None = None
        self._folded: dict[bool, tuple[Value, object, Array]] = {}
        self._statistics: dict[bool, tuple[Value, Statistics | None]] = {}
        self.look_at(node)

    def look_at(self, node: int) -> None:
        """Look at another node, at the element where the user was in it last."""
        self.node = node
        self.origin = (0, 0)
        self.element = self._elements.get(node, (0,) * len(self.shape))
        self._statistics.clear()
        self._folded.clear()
        self._fields = _fields(self.session.timeline, node)
        self.view(*self._room)  # a key may come before it is drawn

    # What there is to see

    @property
    def graph_node(self) -> Node:
        """The node."""
        return self.session.timeline.graph.nodes[self.node]

    @property
    def shape(self) -> Shape:
        """The shape of the node."""
        return self.graph_node.shape

    @property
    def value(self) -> Value | None:
        """Its value at the position of the session; None: not computed yet."""
        return self.session.timeline.value_at(self.node, self.session.position)

    @property
    def gradient(self) -> Value | None:
        """Its gradient at the position of the session; None: none has arrived."""
        return self.session.timeline.grad_at(self.node, self.session.position)

    @property
    def missing_gradient(self) -> str:
        """What stands for a gradient that is not there."""
        return NOT_COMPUTED if self.session.timeline.graph.contributing[self.node] else NO_GRADIENT

    @property
    def event(self) -> Event | None:
        """The last event before the position that changed the node."""
        key = self.node, self.session.position
        if self._event is None or self._event[0] != key:
            self._event = key, last_event(self.session.timeline, *key)
        return self._event[1]

    @property
    def accumulation(self) -> Accumulate | None:
        """The same, if it is a contribution to the gradient."""
        event = self.event
        return event if isinstance(event, Accumulate) else None

    def statistics(self, *, of_gradient: bool) -> Statistics | None:
        """The statistics of the value or of the gradient, worked out once for each array."""
        array = self.gradient if of_gradient else self.value
        if array is None:
            return None
        known = self._statistics.get(of_gradient)
        if known is None or known[0] is not array:
            known = self._statistics[of_gradient] = array, Statistics.of(array)
        return known[1]

    def field(self, *, of_gradient: bool) -> Field:
        """Room for the numbers of the value, or of the gradient at any position."""
        return self._fields[of_gradient]

    def rows(self, cells: int) -> int:
        """The rows that a grid box would like to have in a window of that many cells, at most."""
        shape = self.shape
        if len(shape) >= 2:
            return shape[-2] + grid.AROUND
        width = 1 if self.is_map else max(field.width for field in self._fields) + 2
        return 1 + count(shape) * width * 2 // max(1, cells) + grid.AROUND

    def folded(self, view: Window, *, of_gradient: bool) -> Array | None:
        """The numbers of the marks of a map that is folded, worked out once for each array; None if it is not."""
        array = self.gradient if of_gradient else self.value
        if array is None or not view.is_folded:
            return None
        key = view, self.element[:-2]
        known = self._folded.get(of_gradient)
        if known is None or known[0] is not array or known[1] != key:
            known = self._folded[of_gradient] = array, key, folded(array, view, self.element[:-2])
        return known[2]

    # Moving

    def view(self, cells: int, rows: int) -> Window:
        """The part of the grid that is in view in that many cells and rows, and from now on the one to move."""
        width = None if self.is_map else max(field.width for field in self._fields)
        shown = window(self.shape, self.element, self.origin, (cells, rows), width)
        self.origin = shown.top, shown.left
        self.shown = shown
        self._room = cells, rows
        return shown

    def move(self, rows: int, columns: int) -> None:
        """Go that many rows down and columns to the right, marks if they are folded, as far as there are any."""
        row, column = self.shown.plane.place(self.element)
        self.move_to(row + rows * self.shown.fold[0], column + columns * self.shown.fold[1])

    def move_to(self, row: int, column: int) -> None:
        """Go to a row and a column of the grid, or to the nearest ones that there are."""
        plane = self.shown.plane
        if not count(self.shape):
            return
        row, column = max(0, min(row, plane.rows - 1)), max(0, min(column, plane.columns - 1))
        element = plane.element(row, column, self.element[:-2])
        if element is None:  # beyond the end of a vector's last row
            element = (self.shape[0] - 1,)
        self.element = self._elements[self.node] = element

    def move_slice(self, slices: int) -> None:
        """Go that many slices on, in the order of the leading axes, as far as there are any."""
        leading = self.shape[:-2]
        if not leading or not count(self.shape):
            return
        at = int(np.ravel_multi_index(self.element[:-2], leading)) + slices
        at = max(0, min(at, count(leading) - 1))
        indices = tuple(int(index) for index in np.unravel_index(at, leading))
        self.element = self._elements[self.node] = (*indices, *self.element[-2:])

    @property
    def slice_words(self) -> tuple[str, ...]:
        """`[1, :, :], slice 2 of 4`, then shorter; an empty one if the array is whole on the screen."""
        leading = self.shape[:-2]
        if not leading or not count(self.shape):
            return ("",)
        at = int(np.ravel_multi_index(self.element[:-2], leading))
        indices = ", ".join(map(str, self.element[:-2]))
        place = f"{at + 1} of {count(leading)}"
        return f"[{indices}, :, :], slice {place}", f"[{indices}, :, :], {place}", f"[{indices}, :, :]"

    def move_node(self, nodes: int) -> None:
        """Look at the node that many rows further down in the table."""
        rows = self.session.rows
        at = bisect_left(rows, self.node) + nodes
        node = rows[max(0, min(at, len(rows) - 1))]
        if node != self.node:
            self.look_at(node)

    def go_to_change(self, changes: int) -> None:
        """Go on to where the node changes next; back to where it changed before, if negative."""
        positions = self._changes()
        position = self.session.position
        if changes > 0:
            at = bisect_right(positions, position) + changes - 1
            if at < len(positions):
                self.session.go(positions[at])
        else:
            at = bisect_left(positions, position) + changes
            if at >= 0:
                self.session.go(positions[at])

    def _changes(self) -> Sequence[int]:
        return touching(self.session.timeline, self.node)


def _fields(timeline: Timeline, node: int) -> tuple[Field, Field]:
    """Room for the value, and for the gradient after each event of the run."""
    end = len(timeline)
    positions = [event + 1 for event in timeline.plan.accumulations_of(node)]
    if count(timeline.graph.nodes[node].shape) * len(positions) > _MEASURED:
        positions = [end]
    return _field([timeline.value_at(node, end)]), _field([timeline.grad_at(node, at) for at in (*positions, end)])


def _field(arrays: Sequence[Value | None]) -> Field:
    """Room for the numbers of arrays, decimal points below each other; for many and large ones, of any length."""
    known = [np.ravel(array) for array in arrays if array is not None]
    if sum(array.size for array in known) <= _MEASURED:
        return measure(map(np.float64, chain.from_iterable(array.tolist() for array in known))).aligned
    with np.errstate(all="ignore"):
        extremes = [x for array in known for x in (np.fmin.reduce(array), np.fmax.reduce(array))]
    whole = max(len(number(x).partition(".")[0].partition("e")[0]) for x in extremes)
    return Field(min(max(whole, 2), NUMBER_WIDTH - 2), NUMBER_WIDTH - 2)
