"""Edit: other values for the inputs, and what the last one has changed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Mapping, Sequence
from functools import cached_property
from operator import attrgetter

from backprop_tui.drawing.highlight import Highlight
from backprop_tui.drawing.state import Flow
from backprop_tui.engine.timeline import Phase
from backprop_tui.graph import Kind, Node
from backprop_tui.lenses.changes import Change
from backprop_tui.progress import Progress
from backprop_tui.scenario.editing import Edits
from backprop_tui.tui.lenses.lens import Lens, MoveEdits, TypeValue, Wish
from backprop_tui.tui.lines import Line, Page, fit, light
from backprop_tui.tui.panels import edits
from backprop_tui.tui.panels.edits import Row, Tables, row_of
from backprop_tui.tui.session import Session

_MOST_LIT = 2_000
"""Edges; where a change goes along more, the current event is lit as ever."""


class Edit(Lens[Sequence[Row]]):
    """The inputs, then what is not as it was before the last edit."""

    def __init__(self, session: Session, chosen: int | None = None) -> None:
        """`chosen` is the input to begin with, if no other one is selected."""
        super().__init__(session)
        self._inputs = [node.index for node in session.timeline.graph.inputs]
        self._chosen = self._inputs[0] if chosen is None else chosen
        self._began_at = session.position
        self._measured: tuple[Sequence[Row], int, Tables] | None = None
        self.follow()

    def follow(self) -> None:
        """Choose the selected or current node, if it is an input."""
        if self.session.timeline.graph.nodes[self.session.node].kind is Kind.INPUT:
            self._chosen = self.session.node

    @property
    def input(self) -> Node:
        """The input that can be given another value: the selected or current node, else the last one that was."""
        return self.session.timeline.graph.nodes[self._chosen]

    @property
    def subject(self) -> Hashable:
        """All values that were typed."""
        return self.session.edits

    def study(self, subject: Hashable, progress: Progress) -> Sequence[Row]:
        """A row for each input."""
        assert isinstance(subject, Edits)
        nodes = self.session.timeline.graph.nodes
        return [row_of(subject, nodes[index]) for index in progress.over(self._inputs, "reading")]

    def page(self, study: Sequence[Row], width: int, height: int) -> Page:
        """The inputs, and what the last edit has changed as far as the run has come."""
        session, tables, chosen, changed = self.session, self._tables(study, width), self.input, self._changed
        about = edits.about(session, chosen, tables, width)
        below = 1 + len(study) + len(about)

        def line(index: int) -> Line:
            if index == 0:
                return tables.head
            if index <= len(study):
                row = tables.input(study[index - 1])
                return light(fit(row, width)) if study[index - 1].node == chosen.index else row
            if index < below:
                return about[index - 1 - len(study)]
            return tables.change(*changed[index - below], session)

        follow = 1 + self._inputs.index(chosen.index)
        if session.event and session.position != self._began_at:  # else the edit itself is to be seen
            at = self._places.get((session.phase, session.event.node))
            follow = follow if at is None else below + at
        return Page(below + len(changed), line, follow=follow)

    def _tables(self, study: Sequence[Row], width: int) -> Tables:
        """Both tables for a width. Those of the last one are kept."""
        if self._measured is None or self._measured[0] is not study or self._measured[1] != width:
            self._measured = study, width, Tables(self.session.timeline.graph, study, self._changed, width)
        return self._measured[2]

    @cached_property
    def _changed(self) -> Sequence[tuple[Phase, Change]]:
        """What the last edit has changed, in the order of the run."""
        changes = self.session.changes
        if changes is None:
            return ()
        forward = ((Phase.FORWARD, change) for change in changes.values)
        return (*forward, *((Phase.BACKWARD, change) for change in changes.gradients))

    @cached_property
    def _places(self) -> Mapping[tuple[Phase, int], int]:
        """Where what happened to a node in a phase stands in it."""
        return {(phase, change.node): at for at, (phase, change) in enumerate(self._changed)}

    def highlight(self, study: Sequence[Row]) -> Highlight | None:
        """The edges along which the change has gone so far in this phase."""
        session, changes = self.session, self.session.changes
        if changes is None or max(len(changes.forward), len(changes.backward)) > _MOST_LIT:
            return None
        is_forward = session.phase is Phase.FORWARD
        flowed = changes.forward if is_forward else changes.backward
        so_far = flowed[: bisect_right(flowed, session.position, key=attrgetter("done_at"))]
        return Highlight(frozenset(one.edge for one in so_far), Flow.FORWARD if is_forward else Flow.BACKWARD)

    def opened(self) -> Wish:
        """Ask for a value at once, if it is clear of which input."""
        is_clear = self.session.node == self._chosen
        return self.pressed_again() if is_clear else None

    def pressed_again(self) -> TypeValue:
        """Ask for another value of the input."""
        return TypeValue(self.input.name)

    def choose(self, study: Sequence[Row], steps: int) -> MoveEdits:
        """Do edits again, or undo them."""
        return MoveEdits(steps)

    def turn(self, study: Sequence[Row], steps: int) -> None:
        """Select another input."""
        at = self._inputs.index(self.input.index) + steps
        self.session.look_at(self._inputs[at % len(self._inputs)])

    def point(self, study: Sequence[Row], line: int) -> None:
        """Select the input on that line."""
        if 0 < line <= len(study):
            self.session.look_at(study[line - 1].node)

    def resumed(self, session: Session) -> Edit:
        """On another run: with the same input, if it is still there."""
        name = self.input.name
        same = [node.index for node in session.timeline.graph.inputs if node.name == name]
        return Edit(session, same[0] if same else None)
