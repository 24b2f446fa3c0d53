"""The lens on PyTorch: the run as a script, line by line, and what PyTorch would answer at this position."""

from __future__ import annotations

import gc
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod

from backprop_tui.engine.events import Accumulate
from backprop_tui.export.script import Part, Script, Statement, script
from backprop_tui.graph import Shape, Value
from backprop_tui.lenses.autograd import Autograd, compare_with_pytorch
from backprop_tui.lenses.grad_fn import grad_fn_of
from backprop_tui.lenses.pytorch_state import state_of
from backprop_tui.naming import name_of
from backprop_tui.progress import Progress
from backprop_tui.tui.lenses.lens import Lens
from backprop_tui.tui.lines import Line, Page, fit, light
from backprop_tui.tui.panels import torch_script, torch_state
from backprop_tui.tui.session import Session

_TORCH = "torch"
_AIRY = 24
"""Rows from which on there is room for empty lines."""


@dataclass(frozen=True)
class Study:
    """The script, and what PyTorch makes of it."""

    script: Script
    shown: Mapping[tuple[bool, bool], Sequence[int]]
    """The statements in the panel: with `retain_grad()` or without, with empty lines or without."""
    stops: Sequence[int]
    """The positions at which one line has run and the next begins, ascending, both ends included."""
    tallest: int
    """Rows that the largest tensor takes when it is printed."""
    autograd: Autograd | None = None
    """None: PyTorch has not answered yet."""


class PyTorch(Lens[Study]):
    """The same run in PyTorch."""

    is_completed = True

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._retains = True
        self._shown: Sequence[int] = ()
        """The statements of the page that was made last."""

    @property
    def subject(self) -> None:
        """The run, whatever is selected."""
        return

    def study(self, subject: None, progress: Progress) -> Study:
        """Write the script."""
        timeline, scenario = self.session.timeline, self.session.scenario
        written = script(timeline, "", scenario.program, write=torch_script.abbreviated)
        progress.check()
        statements = written.statements
        shown = {
            (retains, is_airy): [
                index
                for index, one in enumerate(statements)
                if (one.text or is_airy)
                and (one.part is not Part.RETAIN or retains)
                and (one.code or one.part is not Part.SETUP)
            ]
            for retains, is_airy in product((False, True), repeat=2)
        }
        done = {one.done for one in statements if one.code and one.part not in (Part.RETAIN, Part.BACKWARD)}
        stops = sorted(done | {0, timeline.seed_event + 1, len(timeline)})
        _ = timeline.plan.edges, timeline.plan.arrivals  # kept once somebody has asked: that must not be who draws
        tallest = max((_rows(node.shape) for node in timeline.graph), default=1)
        return Study(written, shown, stops, tallest)

    def complete(self, study: Study, progress: Progress) -> Study:
        """Run the same in PyTorch, which takes a second or two to load."""
        was_loaded = _TORCH in sys.modules
        autograd = compare_with_pytorch(self.session.timeline)
        if _TORCH in sys.modules and not was_loaded:  # once: what is frozen is never freed, nor would be old runs
            gc.freeze()  # or each search for garbage would go through all that PyTorch consists of
        return replace(study, autograd=autograd)

    def page(self, study: Study, width: int, height: int) -> Page:
        """What PyTorch answers about the selected or current node, above the script."""
        session, written = self.session, study.script
        graph, node = session.timeline.graph, session.node
        state = state_of(session.timeline, node, session.position, retains=self._retains)
        question = torch_state.Question(graph, graph.nodes[node], written.variables[node], state, study.autograd)
        head = torch_state.lines(question, torch_state.rows_for(study.tallest, height), width)
        self._shown = shown = study.shown[self._retains, height >= _AIRY]
        current = written.place_of(session.event)
        selected = None if session.selected is None else written.places[session.selected]
        followed = selected if session.focus == session.selected is not None else current
        notes = self._notes(written)

        def line(index: int) -> Line:
            place = shown[index]
            made = torch_script.line(
                written.statements[place],
                self._value_in(written.statements[place]),
                session.position,
                width,
                current=place == current,
                note=notes.get(place, ""),
            )
            return light(fit(made, width)) if place == selected else made

        follow = bisect_left(shown, followed) if followed is not None else None if session.event else 0
        title = "" if self._retains else "PyTorch, without retain_grad()"
        return Page(len(shown), line, head, follow=follow, title=title)

    def choose(self, study: Study, steps: int) -> None:
        """Run on to the next line of the script, or back to the one before."""
        stops, position = study.stops, self.session.position
        place = bisect_right(stops, position) - 1 + steps if steps > 0 else bisect_left(stops, position) + steps
        self.session.go(stops[max(0, min(place, len(stops) - 1))])

    def turn(self, study: Study, steps: int) -> None:
        """With `retain_grad()`, or without."""
        self._retains ^= bool(steps % 2)

    def point(self, study: Study, line: int) -> None:
        """Go to the event of the line."""
        if 0 <= line < len(self._shown):
            statement = study.script.statements[self._shown[line]]
            if statement.part is Part.BACKWARD:
                self.session.go(self.session.timeline.seed_event + 1)
            elif statement.code:
                self.session.go(statement.done)

    def resumed(self, session: Session) -> PyTorch:
        """With `retain_grad()`, or without, as before."""
        lens = PyTorch(session)
        lens._retains = self._retains
        return lens

    def _value_in(self, statement: Statement) -> Value | None:
        """The array that a statement spells out, if it does."""
        if statement.node is None:
            return None
        timeline = self.session.timeline
        if statement.part is Part.BACKWARD:
            return timeline.graph.seed
        node = timeline.graph.nodes[statement.node]
        return None if node.op else timeline.values[node.name]

    def _notes(self, written: Script) -> dict[int, str]:
        """For the statements that have to do with the current event, whose function runs backwards in it."""
        event = self.session.event
        if not isinstance(event, Accumulate):
            return {}
        graph = self.session.timeline.graph
        consumer = graph.nodes[event.consumer]
        grad_fn = grad_fn_of(graph, consumer)
        place = written.places[consumer.index]
        found = {written.backward: f"{grad_fn} of {name_of(consumer)}"}
        return found if place is None else found | {place: grad_fn}


def _rows(shape: Shape) -> int:
    """Rows that a tensor of a shape takes when it is printed, at least."""
    return prod(shape[:-1])
