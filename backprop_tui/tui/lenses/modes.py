"""Forward against reverse: forward mode from one input, event by event, beside reverse mode where the run is."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from backprop_tui.drawing.highlight import NUMBERS_WIDTH, Highlight
from backprop_tui.drawing.state import Flow
from backprop_tui.formatting import abbreviate, number
from backprop_tui.graph import Edge
from backprop_tui.lenses.forward_mode import Carry, Event, Meeting, Sweep, meet
from backprop_tui.lenses.places import place_name
from backprop_tui.lenses.tolls import Toll, forward_toll, reverse_toll
from backprop_tui.naming import symbol_of
from backprop_tui.progress import Progress
from backprop_tui.tui.lenses.chosen_place import ChosenPlace
from backprop_tui.tui.lenses.lens import Lens
from backprop_tui.tui.lenses.registry import entry
from backprop_tui.tui.lines import Ink, Line, Page, Span
from backprop_tui.tui.panels.numbers import brief_change
from backprop_tui.tui.panels.sweep_event import lines_of
from backprop_tui.tui.panels.two_modes import Rows, Way, tolls, tracks
from backprop_tui.tui.session import Session

_MARK = "∂"
_LOW, _HIGH = 16, 24
"""Rows below which there is room for the event and the table only, and from which on there is for arrays."""


@dataclass(frozen=True, eq=False)
class Study:
    """A sweep of forward mode, and what there is to compare it with."""

    sweep: Sweep
    rows: Rows
    x: str
    """What to call the one number that moves."""
    meeting: Meeting | None
    forward: Toll
    reverse: Toll


@dataclass(frozen=True)
class _Tangents(Mapping[int, str]):
    """The tangents known so far, written when a box is drawn."""

    sweep: Sweep
    at: int

    def __getitem__(self, node: int) -> str:
        tangent = self.sweep.tangent_at(node, self.at)
        if tangent is None:
            raise KeyError(node)
        return brief_change(tangent, NUMBERS_WIDTH)

    def __iter__(self) -> Iterator[int]:
        return (node for node in self.sweep.nodes if self.sweep.tangent_at(node, self.at) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Modes(Lens[Study]):
    """Both modes, each at its own position: `.` and `,` move forward mode, the stepper's keys move reverse mode."""

    shows_numbers = True

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._chosen = ChosenPlace(session)
        """The place that moves."""
        self._at: int | None = 0
        """How many events of forward mode are done; None: all."""
        self._moved_at: int | None = None
        """Where the run was when forward mode was last moved."""
        self._tolls: tuple[Toll, Toll] | None = None

    def follow(self) -> None:
        """Let the first place of an input move that was selected since."""
        if self._chosen.follow():
            self._depart_from(self._chosen.number)

    @property
    def subject(self) -> Hashable:
        """The place that moves."""
        return self._chosen.number

    def study(self, subject: Hashable, progress: Progress) -> Study:
        """A whole sweep, and what both modes cost. Raises Cancelled."""
        assert isinstance(subject, int)
        timeline = self.session.timeline
        place = self._chosen.every[subject]
        sweep = Sweep(timeline, place, progress)
        if self._tolls is None:  # they are the same for all places
            self._tolls = forward_toll(timeline.graph, progress), reverse_toll(timeline)
        progress.enter("comparing")
        x = place_name(timeline, place)
        return Study(sweep, Rows(self.session, sweep, x, self._output), x, meet(sweep, timeline), *self._tolls)

    def page(self, study: Study, width: int, height: int) -> Page:
        """How far both modes are, the event of forward mode, what either costs, and a table of all nodes."""
        at, rows, is_low = self._position(study), study.rows, height < _LOW
        event = self._event(study)
        formula = lines_of(self.session.timeline, event, study.x, width, _rows_for_event(height, rows.has_arrays))
        head: list[Line] = tracks(self._ways(study), width)
        if is_low:
            head += formula
        else:
            head += [self._ending(study, width), (), *formula, ()]
            head += [*tolls(study.forward, study.reverse, self._output, self._nouns, width), ()]
        head.append(rows.head(width))
        return Page(
            len(self.session.rows),
            lambda index: rows.line(index, at, event, width),
            head,
            rows.row_of(self.session.focus),
            self._chosen.heading(entry(self.id).title, width),
        )

    def highlight(self, study: Study) -> Highlight | None:
        """The event of forward mode and the tangents so far, unless the run has been moved since."""
        if not self._is_moving_forward:
            return None
        event = self._event(study)
        edges = frozenset((event.edge,)) if isinstance(event, Carry) else frozenset[Edge]()
        return Highlight(edges, Flow.FORWARD, _MARK, _Tangents(study.sweep, self._position(study)), self.session.focus)

    def choose(self, study: Study, steps: int) -> None:
        """Move forward mode."""
        at = max(0, min(self._position(study) + steps, len(study.sweep)))
        self._at = None if at == len(study.sweep) else at
        self._moved_at = self.session.position
        event = self._event(study)
        self.session.focus = event.node if event else study.sweep.place.node

    def turn(self, study: Study, steps: int) -> None:
        """Let another input move, or another element of it."""
        self._depart_from((self._chosen.number + steps) % len(self._chosen.every))

    def point(self, study: Study, line: int) -> None:
        """Let the input of that row move; go to where forward mode is done with any other node."""
        if not 0 <= line < len(self.session.rows):
            return
        node = self.session.rows[line]
        first, complete = self._chosen.every.first_of(node), study.sweep.complete_at(node)
        if first is not None:
            self._depart_from(first)
        elif complete is not None:
            self.choose(study, complete - self._position(study))

    def resumed(self, session: Session) -> Modes:
        """The same place at the same event in another run, if that still has it."""
        lens = Modes(session)
        if lens._chosen.resume(self._chosen):
            lens._at = self._at
        return lens

    def _depart_from(self, number: int) -> None:
        """Let another place move: from the start, or, if the last one was at its end, to its end."""
        self._chosen.choose(number)
        self._at = None if self._at is None else 0
        self._moved_at = self.session.position

    def _position(self, study: Study) -> int:
        return len(study.sweep) if self._at is None else min(self._at, len(study.sweep))

    def _event(self, study: Study) -> Event | None:
        """The event of forward mode that leads to its position; None at its start."""
        at = self._position(study)
        return study.sweep.event(at - 1) if at else None

    @property
    def _is_moving_forward(self) -> bool:
        """Whether the user has moved forward mode last, and not the run."""
        return self._moved_at == self.session.position

    @cached_property
    def _output(self) -> str:
        graph = self.session.timeline.graph
        return symbol_of(graph.nodes[graph.output])

    @cached_property
    def _nouns(self) -> tuple[str, str]:
        """What forward and reverse mode take one sweep for."""
        graph = self.session.timeline.graph
        has_arrays = any(node.shape for node in graph.inputs if node.requires_grad)
        of_output = graph.nodes[graph.output].shape
        return ("input element" if has_arrays else "input", "output element" if of_output else "output")

    def _sought(self, study: Study) -> str:
        """What both modes are after."""
        derivative = f"∂{self._output}/∂{study.x}"
        graph = self.session.timeline.graph
        return f"seed · {derivative}" if graph.nodes[graph.output].shape else derivative

    def _ways(self, study: Study) -> tuple[Way, Way]:
        meeting, timeline, position = study.meeting, self.session.timeline, self.session.position
        is_forward_done, is_reverse_done = self._done(study)
        return (
            Way(
                "forward",
                study.x,
                max(0, self._position(study) - 1),
                len(study.sweep.edges),
                meeting.forward if meeting and is_forward_done else None,
                Ink.FORWARD,
                self._is_moving_forward,
            ),
            Way(
                "reverse",
                self._output,
                max(0, position - timeline.seed_event - 1),
                len(timeline.plan.accumulations),
                meeting.reverse if meeting and is_reverse_done else None,
                Ink.BACKWARD,
                not self._is_moving_forward and position > timeline.seed_event,
            ),
        )

    def _done(self, study: Study) -> tuple[bool, bool]:
        """Whether forward mode is done with the output, and reverse mode with the input."""
        timeline, node = self.session.timeline, study.sweep.place.node
        complete = study.sweep.complete_at(timeline.graph.output)
        arrivals = timeline.plan.accumulations_of(node)
        return (
            complete is not None and self._position(study) >= complete,
            self.session.position > (arrivals[-1] if arrivals else timeline.seed_event),
        )

    def _ending(self, study: Study, cells: int) -> Line:
        """What both modes are after; once both have it, that it is one number."""
        meeting, sought = study.meeting, self._sought(study)
        if meeting is None:
            text, ink = f"{self._output} does not depend on {study.x}.", Ink.FAINT
        elif not all(self._done(study)):
            text, ink = f"Both are after {sought}.", Ink.FAINT
        elif meeting.agree:
            found = f"{sought} = {number(meeting.reverse)}"
            text, ink = f"The same both ways: {found}", Ink.STRONG
            if len(text) > cells:
                text = f"{found} both ways"
        else:
            text, ink = "They differ: one way has met 0 · inf.", Ink.TROUBLE
        return (Span(abbreviate(text, cells), ink),)


def _rows_for_event(height: int, has_arrays: bool) -> int:
    """As many as an event may need in a panel of that height: arrays stand under their shapes."""
    if height < _LOW:
        return 2
    if height < _HIGH:
        return 3 if has_arrays else 2
    return 5 if has_arrays else 3
