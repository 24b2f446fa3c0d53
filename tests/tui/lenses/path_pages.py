"""The lens on paths, opened on a node of a session, and its pages as text."""

from __future__ import annotations

from collections.abc import Sequence

import backprop_tui as bp
from backprop_tui.lessons import directory
from backprop_tui.progress import Progress
from backprop_tui.tui.lenses.paths import Paths, Study
from backprop_tui.tui.lines import Page, plain
from backprop_tui.tui.session import Session

SIZES = (40, 19), (56, 26), (80, 42), (56, 12)
DIAMONDS = "\n".join(f"a{i} = x{i} * 0.5\nb{i} = sin(x{i})\nx{i + 1} = a{i} + b{i}" for i in range(100))
ARRAYS = "\n".join(f"x{i + 1} = sin(x{i}) + cos(x{i})" for i in range(30))


class Open:
    """The lens on a node, opened in a session."""

    def __init__(self, session: Session, node: str, position: int | None = None) -> None:
        self.session = session
        session.go(len(session.timeline) if position is None else position)
        session.look_at(session.timeline.graph[node].index)
        self.lens = Paths(session)

    @property
    def study(self) -> Study:
        return self.lens.study(self.lens.subject, Progress())

    def page(self, size: tuple[int, int] = (56, 26)) -> Page:
        return self.lens.page(self.study, *size)

    def text(self, size: tuple[int, int] = (56, 26)) -> list[str]:
        page = self.page(size)
        return [plain(line).rstrip() for line in (*page.head, *map(page.line, range(page.length)))]

    @property
    def chosen(self) -> str:
        """The line of the chosen path."""
        return next(line for line in self.text() if line.startswith("▶"))

    @property
    def lit(self) -> set[tuple[str, str]]:
        """The edges that are lit in the graph, from operand to consumer."""
        nodes, highlight = self.session.timeline.graph.nodes, self.lens.highlight(self.study)
        assert highlight is not None
        return {(nodes[edge.operand].name, nodes[edge.consumer].name) for edge in highlight.edges}


def of(scenario: bp.Scenario) -> Session:
    return Session(scenario, bp.run(scenario.graph))


def lesson(name: str) -> Session:
    return of(bp.load(directory() / name))


def program(text: str, inputs: str, more: str = "") -> Session:
    return of(bp.loads(f"{more}program = '''\n{text}\n'''\n[inputs]\n{inputs}\n"))


def between(lines: Sequence[str], first: str, last: str = "") -> list[str]:
    """From the line that begins so to the next blank one."""
    start = next(place for place, line in enumerate(lines) if line.strip().startswith(first))
    return list(lines[start : [*lines, last].index(last, start)])
