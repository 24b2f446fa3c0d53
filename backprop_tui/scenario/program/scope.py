"""Which node a name stands for, and what is wrong when there is none."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from functools import cached_property

from backprop_tui.ops.registry import FUNCTIONS
from backprop_tui.scenario import limits
from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.diagnostics import Report
from backprop_tui.scenario.names import did_you_mean_one_of, skeleton
from backprop_tui.scenario.program.lexer import checked_name
from backprop_tui.scenario.program.mistakes import NUMBERS, is_python_word, not_a_library, python_word
from backprop_tui.scenario.program.parser import parse
from backprop_tui.scenario.program.steps import Mistake, Name, Statement
from backprop_tui.scenario.text import plural
from backprop_tui.scenario.toml_map import Span
from backprop_tui.scenario.toml_tokens import Decoded

BROKEN = -1
"""Stands for a node that could not be built; what uses it is not built either, and not complained about."""

_LONG_CYCLE = 6
"""A cycle of more names is not shown whole."""
_SEARCHED = 10_000
"""A cycle among more names is not looked for: it is enough that one of them is used too early."""
_NO_NUMBERS = {"inf": "make it an input: inf", "nan": "make it an input: nan"}


class Enough(Exception):  # noqa: N818 (what was found is in the report)
    """The rest of the program is not looked at."""


class Scope:
    """The names of a program: inputs, and one more with each statement."""

    def __init__(self, inputs: Mapping[str, Span], program: Decoded, report: Report) -> None:
        """Begin with the inputs; `inputs` says where each stands in the file."""
        self.indices: dict[str, int] = {}
        """The node of each name that is defined so far, or BROKEN."""
        self._inputs = inputs
        self._program = program
        self._report = report
        self._errors = 0
        self._defined: dict[str, int] = {}
        """Where in the program each name is assigned first."""
        self._cyclic: set[str] = set()
        """Names that a cycle was reported for."""
        self._missed: set[str] = set()
        """Names that were reported once: all their uses have one cause."""
        self._looks = {skeleton(name): name for name in inputs}

    @property
    def has_errors(self) -> bool:
        """Whether a mistake was found."""
        return self._errors > 0

    def mistake(self, mistake: Mistake) -> None:
        """Take note of a mistake. Raises Enough after as many as are ever shown, and if the program is too long."""
        self._errors += 1
        start = self._program.source_offset(mistake.start)
        end = self._program.source_offset(max(mistake.start, mistake.end - 1)) + 1
        self._report.error(mistake.code, mistake.message, start, end, hint=mistake.hint, notes=mistake.notes)
        if self._errors >= limits.DIAGNOSTICS or mistake.code is Code.PROGRAM_TOO_LONG:
            raise Enough

    def number(self, name: str) -> float | None:
        """The number that is called so, if no input and no statement is."""
        number = NUMBERS.get(name)
        return None if number is None or name in self.indices or name in self._statements else number

    def find(self, use: Name, statement: Statement) -> int:
        """The node of a name that `indices` does not have as it is written; BROKEN if there is none, and say why."""
        try:
            name = checked_name(use.name, use.start)
        except Mistake as mistake:
            self.mistake(mistake)
            return BROKEN
        if name in self.indices:
            return self.indices[name]
        if name in self._missed:
            return BROKEN
        self._missed.add(name)
        later = self._statements.get(name)
        if later is None:
            self.mistake(self._undefined(use))
        elif statement.name not in self._cyclic:  # the whole cycle was reported at its first line
            self.mistake(self._too_early(use, later, statement))
        return BROKEN

    def define(self, statement: Statement, index: int) -> None:
        """Let the name of a statement stand for a node from here on."""
        name = statement.name
        if statement.steps is None:
            self.indices.setdefault(name, BROKEN)
            self._defined.setdefault(name, statement.start)
        elif name in self.indices:
            is_input = name in self._inputs
            code = Code.ASSIGNED_INPUT if is_input else Code.ASSIGNED_TWICE
            message = f"'{name}' is {'an input' if is_input else 'assigned twice'} (line {self.line_of(name)})"
            hint = "each name is assigned once: give the result a new name"
            self.mistake(Mistake(code, message, statement.start, statement.end, hint=hint))
        else:
            alike = self._looks.setdefault(skeleton(name), name)
            if alike != name:
                message = f"'{name}' looks like '{alike}' (line {self.line_of(alike)})"
                hint = "give it a name of its own"
                self.mistake(Mistake(Code.LOOK_ALIKE_NAMES, message, statement.start, statement.end, hint=hint))
            self.indices[name] = index
            self._defined[name] = statement.start

    def second_name(self, statement: Statement, first: str) -> None:
        """Warn that a statement computes nothing: it gives a node another name."""
        start, end = (self._program.source_offset(offset) for offset in (statement.start, statement.end))
        message = f"'{statement.name}' is only another name for '{first}': nothing is computed"
        self._report.warn(Code.SECOND_NAME, message, start, end)

    def line_of(self, name: str) -> int:
        """The line of the file that defines a name."""
        if name in self._inputs:
            return self._report.source.line_of(self._inputs[name].start)
        return self._report.source.line_of(self._program.source_offset(self._defined[name]))

    def describe(self, text: str) -> str:
        """A name with the line that defines it, or an expression as it is."""
        return f"{text} (line {self.line_of(text)})" if text in self.indices else text

    @cached_property
    def _statements(self) -> dict[str, Statement]:
        """The statement that defines each name, also those still to come: looked up only if a name is missing."""
        statements: dict[str, Statement] = {}
        for statement in parse(self._program.value, lambda _: None):
            statements.setdefault(statement.name, statement)
        return statements

    def _undefined(self, use: Name) -> Mistake:
        name = use.name
        if is_python_word(name):
            return python_word(name, use.start)
        if library := not_a_library(self._program.value, name, use.start):
            return library
        if name in FUNCTIONS:
            hint = f"'{name}' is a function: {name}(…)"
        elif not self._inputs:
            hint = f"there are no inputs; give it a value:\n[inputs]\n{name} = 1.0"
        else:
            hint = _NO_NUMBERS.get(name) or did_you_mean_one_of(name, self.indices)
        return Mistake(Code.UNDEFINED_NAME, f"undefined name '{name}'", use.start, use.end, hint=hint)

    def _too_early(self, use: Name, later: Statement, statement: Statement) -> Mistake:
        if cycle := self._cycle(later, statement):
            self._cyclic.update(one.name for one in cycle)
            long = len(cycle) > _LONG_CYCLE
            shown = cycle[:_LONG_CYCLE]
            names = [*(one.name for one in shown), *(["…"] if long else []), cycle[0].name]
            chain = " -> ".join(names)
            lines = ", ".join([*(str(self._line(one)) for one in shown), *(["…"] if long else [])])
            return Mistake(
                Code.CYCLE,
                f"'{statement.name}' depends on itself: {chain} ({'line' if len(cycle) == 1 else 'lines'} {lines})",
                use.start,
                use.end,
                hint="a graph has no cycles: "
                + ("give the result a new name" if len(cycle) == 1 else "one of these must not use the other"),
            )
        return Mistake(
            Code.USED_BEFORE_DEFINED,
            f"'{use.name}' is used before it is defined (line {self._line(later)})",
            use.start,
            use.end,
            hint=f"move that line above this one ({plural(later.line - statement.line, 'line')} up)",
        )

    def _cycle(self, start: Statement, goal: Statement) -> list[Statement]:
        """The shortest chain of statements from `goal` through `start` back to `goal`, or none."""
        came_from: dict[str, Statement | None] = {start.name: None}
        queue = deque([start])
        while queue and len(came_from) < _SEARCHED:
            statement = queue.popleft()
            if statement.name == goal.name:
                chain = []
                step: Statement | None = came_from[goal.name]
                while step is not None:
                    chain.append(step)
                    step = came_from[step.name]
                return [goal, *reversed(chain)]
            for step_ in statement.steps or ():
                if isinstance(step_, Name) and step_.name not in came_from and step_.name in self._statements:
                    came_from[step_.name] = statement
                    queue.append(self._statements[step_.name])
        return []

    def _line(self, statement: Statement) -> int:
        return self._report.source.line_of(self._program.source_offset(statement.start))
