"""The program as a debugger shows it: inputs, statements, and which of them is at work."""

from __future__ import annotations

from bisect import bisect_left

from backprop_tui.engine.events import Accumulate, Input, Seed
from backprop_tui.engine.timeline import Phase
from backprop_tui.graph import Kind
from backprop_tui.naming import name_of
from backprop_tui.tui.lines import Ink, Line, Page, Span, fit, light, width
from backprop_tui.tui.panels.numbers import brief
from backprop_tui.tui.session import Session

CURRENT, DONE = "▶", "✓"


class Program:
    """The program of one run; which line belongs to which event is worked out once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        graph = session.timeline.graph
        plan = session.timeline.plan
        self._inputs = [node for node in graph if node.kind is Kind.INPUT]
        self._first = len(self._inputs)
        """The line of the page on which the program begins."""
        self._text = session.scenario.program
        output = name_of(graph.nodes[graph.output])
        self._backward = f"{output}.backward({'seed' if graph.nodes[graph.output].shape else ''})"
        self.width = max(width((Span(line),)) for line in (*self._text, self._backward)) + 2
        """The columns that the longest line of the program takes."""
        self._computed = [0] * len(self._text)
        """For each line of the program, the position at which its values are there; 0 if it has none."""
        self._sent = [0] * len(self._text)
        """For each line, the position at which its gradients have been passed on; 0 if that never happens."""
        for node in graph:
            if node.line is not None:
                done = plan.computed_at[node.index] + 1
                self._computed[node.line] = max(self._computed[node.line], done)
        position = plan.seed_event + 1
        for consumer, edges in plan.senders:
            position += edges
            line = graph.nodes[consumer].line
            if line is not None:
                self._sent[line] = position

    def page(self, cells: int) -> Page:
        """The inputs, the program, and the call that starts the backward pass."""
        session = self._session
        current = self._current()
        selected = None if session.selected is None else self._row_of(session.selected)
        count = self._first + len(self._text) + 2

        def line(index: int) -> Line:
            row = self._line(index, current, cells)
            return light(fit(row, cells)) if index == selected else row

        return Page(count, line, follow=selected if session.focus == session.selected is not None else current)

    def _row_of(self, node: int) -> int | None:
        """The line of the page that gives a node its value."""
        graph = self._session.timeline.graph
        if graph.nodes[node].kind is Kind.INPUT:
            return bisect_left(self._inputs, node, key=lambda one: one.index)
        line = graph.nodes[node].line
        return None if line is None else self._first + line

    def _current(self) -> int | None:
        """The line of the page that the current event belongs to."""
        event = self._session.event
        nodes = self._session.timeline.graph.nodes
        match event:
            case None:
                return None
            case Input():
                return self._row_of(event.node)
            case Seed():
                return self._first + len(self._text) + 1
            case Accumulate():
                line = nodes[event.consumer].line
            case _:
                line = nodes[event.node].line
        return None if line is None else self._first + line

    def _line(self, index: int, current: int | None, cells: int) -> Line:
        session = self._session
        backward = session.phase is Phase.BACKWARD
        is_current = index == current
        number = index - self._first
        if number < 0:
            node = self._inputs[index]
            assert node.value is not None
            text = f"{node.name} = {brief(node.value, cells - len(node.name) - 5)}"
            reached = index < session.position
            done = reached and not backward
        elif number < len(self._text):
            text = self._text[number]
            computed = self._computed[number]
            reached = not computed or computed <= session.position or is_current
            finished = self._sent[number] if backward else computed
            done = 0 < finished <= session.position
        elif number == len(self._text):
            return ()
        else:
            text = self._backward
            reached = done = session.position > session.timeline.seed_event
        return self._marked(text, is_current=is_current, done=done, reached=reached)

    def _marked(self, text: str, *, is_current: bool, done: bool, reached: bool) -> Line:
        backward = self._session.phase is Phase.BACKWARD
        if is_current:
            ink = Ink.NEW_BACKWARD if backward else Ink.NEW_FORWARD
            return (Span(f"{CURRENT} {text}", ink),)
        code, comment = _split_comment(text)
        mark = Span(f"{DONE} ", Ink.BACKWARD if backward else Ink.FORWARD) if done else Span("  ")
        return (mark, Span(code, Ink.TEXT if reached else Ink.FAINT), Span(comment, Ink.FAINT))


def _split_comment(text: str) -> tuple[str, str]:
    code, hash_sign, comment = text.partition("#")
    return code, hash_sign + comment
