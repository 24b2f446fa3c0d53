"""The lab: the same run beside an engine that is broken on purpose, stopped where the two part."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass

from backprop_tui.drawing.highlight import NUMBERS_WIDTH, Highlight
from backprop_tui.drawing.state import Flow
from backprop_tui.engine.events import Accumulate
from backprop_tui.engine.flow import lit
from backprop_tui.engine.timeline import Phase
from backprop_tui.formatting import NOT_COMPUTED
from backprop_tui.graph import is_finite
from backprop_tui.lab.comparison import Comparison, compare
from backprop_tui.lab.engine import Engine
from backprop_tui.lab.fault import Fault
from backprop_tui.lab.faults.table import FAULTS
from backprop_tui.lab.noticing import Noticed, noticed
from backprop_tui.lessons import lessons
from backprop_tui.progress import Progress
from backprop_tui.tui.lenses.lens import Lens
from backprop_tui.tui.lines import Ink, Page, Span, wrap
from backprop_tui.tui.panels import lab
from backprop_tui.tui.session import Session

_MARK = "∇"
_ROOMY = 24
"""Rows from which on there is room for empty lines."""
_SPACIOUS = 32
"""Rows from which on code is put into words, too."""
_TABLE = 4
"""Which part of a page the table is."""
_TOO_LARGE = "This run is too large for the lab, which keeps all numbers of a second one."


@dataclass(frozen=True, eq=False)
class Study:
    """A fault, and what it does to the run."""

    number: int
    """Of the fault."""
    comparison: Comparison | None
    """None: there is no room for it."""
    noticed: Noticed | None = None
    gradients: lab.Gradients | None = None
    """None: the fault does not show."""

    @property
    def fault(self) -> type[Fault]:
        """What is broken."""
        return FAULTS[self.number]


class Lab(Lens[Study]):
    """One fault at a time: `.` and `,` choose it; `>` and `<` go where the two differ, and to the end."""

    shows_numbers = True

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._chosen: int | None = None
        """None: the first one that shows."""
        self._is_settled = False
        """Whether the user is where they want to be: then nothing takes them elsewhere."""
        self._table_at = 0
        """The line of the page with the first node."""

    @property
    def subject(self) -> Hashable:
        """The fault."""
        return self._chosen

    def study(self, subject: Hashable, progress: Progress) -> Study:
        """Run the broken engine, and compare. Raises Cancelled."""
        assert isinstance(subject, int | None)
        timeline = self.session.timeline
        if not Engine.has_room(timeline.plan):
            return Study(subject or 0, None)
        possible = [number for number, fault in enumerate(FAULTS) if fault.is_possible(timeline.plan)]
        silent: Study | None = None
        for number in (possible or [0]) if subject is None else [subject]:
            comparison = compare(timeline, FAULTS[number], progress)
            if comparison.shows:
                progress.enter("nudging")
                return Study(number, comparison, noticed(comparison), lab.Gradients(comparison, self.session.rows))
            silent = silent or Study(number, comparison)
        assert silent is not None  # at least one is tried
        return silent

    def arrive(self, study: Study) -> None:
        """Go to the event where the two part."""
        if not self._is_settled and study.comparison and study.comparison.shows:
            self.session.go(study.comparison.places[0])
        self._is_settled = False

    def page(self, study: Study, width: int, height: int) -> Page:
        """The mistake in code, what both engines do here, what is wrong with it, and all gradients."""
        fault, comparison = study.fault, study.comparison
        head = [*wrap([Span(fault.title, Ink.STRONG)], width), *lab.code(fault, width, height)]
        if comparison is None:
            parts = [head, wrap([Span(_TOO_LARGE)], width)]
        elif study.gradients is None:
            lesson = next(lesson.title for lesson in lessons() if lesson.path.stem == fault.lesson)
            parts = [head, lab.silent(fault, self.session.timeline, lesson, width)]
        else:
            position = self.session.position
            at = comparison.at(position)
            parts = [
                [*head, *(wrap([Span(fault.what)], width) if height >= _SPACIOUS else [])],
                lab.status(comparison, at, position, width),
                lab.event(comparison, at, position, width, height),
                lab.explanation(comparison, at, width),
                study.gradients.lines(position, width, self.session.selected),
                lab.outcome(comparison, study.noticed, width) if position == len(self.session.timeline) else [],
                lab.life(fault, width),
            ]
        lines = parts[0]
        for number, part in enumerate(parts[1:], 1):
            lines += [(), *part] if part and height >= _ROOMY else part
            if number == _TABLE:
                self._table_at = len(lines) - len(part) + 1
        return Page.of(lines, title=f"Lab: fault {study.number + 1} of {len(FAULTS)}")

    def highlight(self, study: Study) -> Highlight | None:
        """What the broken engine does, with its gradients."""
        comparison, session = study.comparison, self.session
        if comparison is None or not comparison.shows:
            return None
        at = comparison.at(session.position)
        shown = (at.broken or at.right) if at else session.event
        flow = Flow.FORWARD if session.phase is Phase.FORWARD else Flow.BACKWARD
        node = shown.node if isinstance(shown, Accumulate) and at else None
        edges = lit(session.timeline.graph, shown)
        return Highlight(edges, flow, _MARK, _Boxes(comparison, session.position), node)

    def choose(self, study: Study, steps: int) -> None:
        """Break it in another way."""
        self._chosen = (study.number + steps) % len(FAULTS)

    def turn(self, study: Study, steps: int) -> None:
        """Go to another event in which the two differ, or to the end."""
        if study.comparison is None or not study.comparison.shows:
            return
        places, position = [*study.comparison.places, len(self.session.timeline)], self.session.position
        at = bisect_right(places, position) - 1 + steps if steps > 0 else bisect_left(places, position) + steps
        self.session.go(places[max(0, min(at, len(places) - 1))])

    def point(self, study: Study, line: int) -> None:
        """Select the node on that line."""
        row = line - self._table_at
        if study.gradients and 0 <= row < len(study.gradients.nodes):
            self.session.select(study.gradients.nodes[row])

    def resumed(self, session: Session) -> Lab:
        """The same fault in another run, at the event where the user is."""
        lens = Lab(session)
        lens._chosen, lens._is_settled = self._chosen, True
        return lens


class _Boxes(Mapping[int, str]):
    """What boxes show: the broken engine's gradients, each with a mark if it is wrong. Made when it is looked at."""

    def __init__(self, comparison: Comparison, position: int) -> None:
        self._comparison, self._position = comparison, position

    def __getitem__(self, node: int) -> str:
        comparison, position = self._comparison, self._position
        if not comparison.timeline.graph.contributing[node]:
            raise KeyError(node)
        grad = comparison.broken_grad(node, position)
        mark = lab.WRONG if comparison.differs(node, position) else ""
        if grad is None:
            return NOT_COMPUTED + mark
        text = lab.in_box(grad, comparison.timeline.graph.nodes[node].shape, NUMBERS_WIDTH - 1)
        return text + mark if is_finite(grad) else text

    def __iter__(self) -> Iterator[int]:
        contributing = self._comparison.timeline.graph.contributing
        return (node for node, is_reached in enumerate(contributing) if is_reached)

    def __len__(self) -> int:
        return sum(self._comparison.timeline.graph.contributing)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Boxes):
            return NotImplemented
        return self._comparison is other._comparison and self._position == other._position

    __hash__ = None  # type: ignore[assignment]
