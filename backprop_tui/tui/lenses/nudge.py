"""Nudge: change an input by h and see the change travel, and what Δe/h says about the gradient."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from backprop_tui.drawing.highlight import NUMBERS_WIDTH, Highlight
from backprop_tui.drawing.state import Flow
from backprop_tui.engine.timeline import Timeline
from backprop_tui.formatting import NO_GRADIENT, NOT_COMPUTED, abbreviate, number
from backprop_tui.graph import Value
from backprop_tui.lenses.forward_mode import Sweep
from backprop_tui.lenses.nudge import Nudging, change, has_moved, study
from backprop_tui.lenses.nudge_words import Speeds, about, gradient_name
from backprop_tui.lenses.places import Place, place_name
from backprop_tui.lenses.steps import SIZES
from backprop_tui.naming import name_of, symbol_of
from backprop_tui.progress import Progress
from backprop_tui.tui.lenses.chosen_place import ChosenPlace
from backprop_tui.tui.lenses.lens import Lens
from backprop_tui.tui.lenses.registry import entry
from backprop_tui.tui.lines import Ink, Line, Page, Span, wrap
from backprop_tui.tui.panels.nudge import Moves, first_step, moved_by, opening, quotient, steps
from backprop_tui.tui.session import Session

_MARK = "Δ"
_FIRST = SIZES.index(0.01)
_LOW, _HIGH = 16, 22
"""Rows below which no blank ones are left, and only a few."""
_FEWEST = 3
"""Steps that are shown however low the panel is."""
_FEW, _MANY = 2, 4
"""Nodes that are named on the way to the output, in a low panel and in a high one."""
_NAMED = 10_000
_MOVES = 6
"""Rows of what has moved that are kept free, if there are so many."""


@dataclass(frozen=True, eq=False)
class Study:
    """One step, and what steps of all sizes from the same element tell."""

    nudging: Nudging
    h: float
    nodes: Sequence[int]
    """Those that the step reaches, in topological order: from the input on."""
    values: Mapping[int, Value]
    """Theirs, after the step."""
    longest: int
    """How wide the longest name is, of the first `_NAMED`."""
    has_arrays: bool
    highlight: Highlight
    said: str
    """What the step is good for."""
    speeds: Speeds


@dataclass(frozen=True, eq=False)
class _Changes(Mapping[int, str]):
    """How far each node has moved, written when its box is drawn for the first time."""

    timeline: Timeline
    nodes: Sequence[int]
    after: Mapping[int, Value]
    written: dict[int, str] = field(default_factory=dict)

    def __getitem__(self, node: int) -> str:
        if node not in self.written:
            before = self.timeline.values[self.timeline.graph.nodes[node].name]
            self.written[node] = moved_by(change(before, self.after[node]), NUMBERS_WIDTH)
        return self.written[node]

    def __iter__(self) -> Iterator[int]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)


class Nudge(Lens[Study]):
    """One element of one input moves: `.` and `,` make h smaller and larger; `>` and `<` turn it round, or go on."""

    shows_numbers = True

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._chosen = ChosenPlace(session)
        """The place that moves."""
        self._size = _FIRST
        """Which of `SIZES` it moves by."""
        self._sign = 1.0
        self._known: tuple[int, Nudging, Speeds] | None = None
        """What was last studied, whatever h was."""
        self._shown = 0, 0, 0
        """Of the page that was drawn last: its first line with a step, that step, and how many there are."""

    def follow(self) -> None:
        """Let the first place of an input move that was selected since."""
        self._chosen.follow()

    @property
    def subject(self) -> Hashable:
        """The place that moves, and by how much."""
        return self._chosen.number, SIZES[self._size] * self._sign

    def study(self, subject: Hashable, progress: Progress) -> Study:
        """The step, and those of all other sizes, unless they are known from the last one. Raises Cancelled."""
        assert isinstance(subject, tuple)
        which, h = subject
        timeline, place = self.session.timeline, self._chosen.every[which]
        if not self._known or self._known[0] != which or h not in self._known[1].steps:
            speeds = Speeds(timeline, Sweep(timeline, place, progress))
            self._known = which, study(timeline, place, h, progress), speeds
        _, nudging, moving = self._known
        progress.enter("nudging")
        values = nudging.values(h)
        nodes = [place.node, *nudging.nudge.downstream]
        return Study(
            nudging,
            h,
            nodes,
            values,
            longest=max(len(name_of(timeline.graph.nodes[node])) for node in nodes[:_NAMED]),
            has_arrays=any(value.ndim for value in values.values()),
            highlight=self._lit(nodes, values),
            said=about(timeline, nudging, nudging.steps[h]),
            speeds=moving,
        )

    def _lit(self, nodes: Sequence[int], values: Mapping[int, Value]) -> Highlight:
        """The edges that the change has gone along, and how large it is at every node."""
        timeline = self.session.timeline
        edges = frozenset(
            edge
            for node in nodes
            if has_moved(timeline.values[timeline.graph.nodes[node].name], values[node])
            for edge in timeline.graph.consumers[node]
            if edge.consumer in values
        )
        return Highlight(edges, Flow.FORWARD, _MARK, _Changes(timeline, nodes, values))

    def highlight(self, study: Study) -> Highlight | None:
        """The edges that the change goes along, with how far it moves each node."""
        return study.highlight

    def page(self, study: Study, width: int, height: int) -> Page:
        """The step and Δe/h beside the gradient, the series of steps, speeds in words, and what has moved."""
        timeline, place, h = self.session.timeline, study.nudging.place, study.h
        gap: list[Line] = [()] if height >= _LOW else []
        wide_gap: list[Line] = [()] if height >= _HIGH else []
        head = opening(place_name(timeline, place), study.nudging.nudge.x, h, width)
        top = [*wide_gap, *self._comparison(study, width), *wrap([Span(study.said)], width), *wide_gap]
        moves = Moves(study.longest, width, arrays=study.has_arrays)
        below = [*gap, *wrap([Span(study.speeds.words(_FEW if height < _HIGH else _MANY))], width), *gap, moves.head]
        free = height - 2 - len(top) - len(below) - min(len(study.nodes), _MOVES)
        count = max(_FEWEST, min(free, len(SIZES)))
        name, gradient = self._quotient, self._gradient(place)
        lines = [*top, *steps(study.nudging, h, name, gradient, count=count, cells=width), *below]
        self._shown = len(top) + 1, first_step(h, count), count

        def line(index: int) -> Line:
            if index < len(lines):
                return lines[index]
            node = timeline.graph.nodes[study.nodes[index - len(lines)]]
            return moves.line(name_of(node), timeline.values[node.name], study.values[node.index], h)

        title = self._chosen.heading(entry(self.id).title, width)
        return Page(len(lines) + len(study.nodes), line, (head,), title=title)

    def choose(self, study: Study, steps: int) -> None:
        """Make h smaller; larger, if negative."""
        self._size = max(0, min(self._size + steps, len(SIZES) - 1))

    def turn(self, study: Study, steps: int) -> None:
        """Turn h round; when it is turned already, go on to the next element or input."""
        turned = (2 * self._chosen.number + (self._sign < 0) + steps) % (2 * len(self._chosen.every))
        self._sign = -1.0 if turned % 2 else 1.0
        self._chosen.choose(turned // 2)

    def point(self, study: Study, line: int) -> None:
        """Take the step of that line."""
        first, size, count = self._shown
        if first <= line < first + count:
            self._size = size + line - first

    def resumed(self, session: Session) -> Nudge:
        """The same step of the same place in another run, if that still has it."""
        lens = Nudge(session)
        if lens._chosen.resume(self._chosen):
            lens._size, lens._sign = self._size, self._sign
        return lens

    @property
    def _quotient(self) -> str:
        graph = self.session.timeline.graph
        return f"Δ{symbol_of(graph.nodes[graph.output])}/h"

    def _gradient(self, place: Place) -> float | None:
        """The gradient of the element, once all of it has arrived; None before."""
        timeline, position = self.session.timeline, self.session.position
        grad = timeline.grad_at(place.node, position)
        return None if grad is None or position < self._complete_at(place) else float(np.asarray(grad)[place.element])

    def _complete_at(self, place: Place) -> int:
        """The position from which on nothing more arrives at the input."""
        timeline = self.session.timeline
        return max(timeline.plan.accumulations_of(place.node), default=timeline.seed_event) + 1

    def _comparison(self, study: Study, width: int) -> list[Line]:
        """Δe/h over the gradient, as far as the run has come."""
        timeline, nudging = self.session.timeline, study.nudging
        gradient, name = self._gradient(nudging.place), gradient_name(timeline, nudging.place)
        label = min(max(len(self._quotient), len(name)) + 2, width // 2)
        shown: Line
        if gradient is not None:
            shown = (Span(number(gradient), Ink.BACKWARD),)
        elif nudging.gradient is None:
            shown = (Span(NO_GRADIENT, Ink.FAINT),)
        else:
            at = self._complete_at(nudging.place)
            shown = (Span(NOT_COMPUTED, Ink.FAINT), Span(f"  complete after event {at:,}", Ink.FAINT))
        return [
            quotient(abbreviate(self._quotient, label - 2), nudging.steps[study.h].quotient, gradient, label, width),
            (Span(abbreviate(name, label - 2).ljust(label), Ink.BACKWARD), *shown),
        ]
