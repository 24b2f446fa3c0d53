"""A run as a script for PyTorch: its inputs, its program line by line, the backward pass, and what comes of it.

Nothing of a scenario's text gets into it but identifiers that were checked, numbers, and comments of one line without
control characters. An inner expression stays within its statement, unless that would nest too deeply or say it twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from backprop_tui.engine.events import Evaluate, Event, Input
from backprop_tui.engine.timeline import Timeline
from backprop_tui.export.expressions import Expression, Template, template
from backprop_tui.export.identifiers import Identifiers
from backprop_tui.export.literals import array, constant, number
from backprop_tui.graph import Kind, Node, Value
from backprop_tui.ops.registry import OPERATIONS

_DEEPEST = 30
"""So many expressions may stand within each other; Python's parser takes some 90."""
_LONGEST = 100
"""Characters of a line in which variables are listed, about."""
_INDENT = "    "
_ITSELF = "{0}"
"""Spells nothing at all. One tensor that stood for two nodes would have one gradient for both."""


class Part(Enum):
    """What a statement is there for."""

    SETUP = "setup"
    INPUT = "input"
    PROGRAM = "program"
    RETAIN = "retain_grad"
    BACKWARD = "backward"
    PRINT = "print"


class Statement(NamedTuple):
    """A statement, or a line with nothing but a comment, or an empty one."""

    part: Part
    code: str = ""
    """Has several lines if it spells out a large array."""
    comment: str = ""
    node: int | None = None
    """The node that it is about."""
    done: int = 0
    """The position from which on it has been executed."""

    @property
    def text(self) -> str:
        """The statement with its comment."""
        comment = f"# {self.comment}" if self.comment else ""
        return f"{self.code}  {comment}" if self.code and comment else self.code or comment


@dataclass(frozen=True)
class Script:
    """A script, and what its statements have to do with the run."""

    statements: Sequence[Statement]
    variables: Sequence[str]
    """The variable of each node; empty for those that have none."""
    places: Sequence[int | None]
    """For each node, the statement that computes it; None for a number that stands within others."""
    backward: int
    """The statement of the backward pass; only a comment if there is nothing to differentiate."""

    def place_of(self, event: Event | None) -> int | None:
        """The statement that an event belongs to."""
        if event is None:
            return None
        return self.places[event.node] if isinstance(event, Input | Evaluate) else self.backward


def script(
    timeline: Timeline, title: str, program: Sequence[str] = (), *, write: Callable[[Value, int], str] = array
) -> Script:
    """The script of a run. `program` has the lines that the nodes count, for the comments in them.

    `write` spells an array whose further lines begin at a column.
    """
    return _Writer(timeline, program, write).script(title)


class _Writer:
    def __init__(self, timeline: Timeline, program: Sequence[str], write: Callable[[Value, int], str]) -> None:
        graph = timeline.graph
        self._timeline = timeline
        self._graph = graph
        self._program = program
        self._write = write
        self._identifiers = Identifiers(node.name for node in graph)
        self._tensor = self._identifiers.free("tensor")
        """The variable of loops."""
        self._statements: list[Statement] = []
        self._line = 0
        """Of the program: what stands before it is written."""
        self._done = 0
        self._expressions: list[Expression | None] = [None] * len(graph)
        """Of the nodes so far; None for numbers."""
        self._variables = [""] * len(graph)
        self._places: list[int | None] = [None] * len(graph)

    def script(self, title: str) -> Script:
        graph = self._graph
        for code in ("import torch", "", "torch.set_default_dtype(torch.float64)", ""):
            self._add(Part.SETUP, code)  # a title in the first line might name an encoding
        self._add(Part.SETUP, comment=title)
        for node in graph.inputs:
            self._input(node)
        self._add(Part.PROGRAM)
        for node in graph:
            if node.kind is Kind.OPERATION:
                self._operation(node)
            elif node.kind is Kind.CONSTANT and (node.shape or node.index == graph.output):
                self._constant(node)
        self._comments_before(len(self._program))
        self._place_inner()
        shown = [
            node for node in graph if self._variables[node.index] and (node.is_named or node.index == graph.output)
        ]
        self._retain(shown)
        backward = self._backward()
        self._print(shown)
        return Script(self._statements, self._variables, self._places, backward)

    def _input(self, node: Node) -> None:
        opening = f"{self._variable(node)} = torch.tensor("
        value = self._write(self._timeline.values[node.name], len(opening))
        self._define(node, Part.INPUT, f"{opening}{value}{', requires_grad=True' * node.requires_grad})")

    def _constant(self, node: Node) -> None:
        assert node.value is not None
        self._comments_before(node.line)
        opening = f"{self._variable(node)} = "
        self._define(node, Part.PROGRAM, opening + constant(node.value, len(opening), self._write))

    def _operation(self, node: Node) -> None:
        operation, nodes = OPERATIONS[node.op], self._graph.nodes
        slots = [f"{{{position}}}" for position in range(len(node.operands))]
        text = operation.torch_spelling(slots, [nodes[operand].shape for operand in node.operands], node.attributes)
        spelling = template("{0}.clone()" if text == _ITSELF else text)
        operands = self._operands(node, spelling, is_operator=bool(operation.symbol) and len(slots) == 2)
        expression = spelling.fill(operands)
        self._expressions[node.index] = expression
        if node.is_named or node.index == self._graph.output or len(self._graph.consumers[node.index]) != 1:
            self._assign(node, expression)

    def _operands(self, node: Node, spelling: Template, *, is_operator: bool) -> list[Expression]:
        """The expressions of the operands. A number is made a tensor, unless an operator has one on its other side."""
        known = [self._expressions[operand] for operand in node.operands]
        is_beside_one = is_operator and any(known)
        expressions: list[Expression] = []
        for position, (operand, expression) in enumerate(zip(node.operands, known, strict=True)):
            one = self._graph.nodes[operand]
            if expression is None:
                assert one.value is not None
                is_bare = is_beside_one or (is_operator and position > 0)
                expressions.append(number(one.value) if is_bare else Expression(constant(one.value, 0, self._write)))
            elif not self._variables[operand] and (expression.depth >= _DEEPEST or position in spelling.repeated):
                expressions.append(self._assign(one, expression))
            else:
                expressions.append(expression)
        return expressions

    def _assign(self, node: Node, expression: Expression) -> Expression:
        """Give an expression a variable, which stands for it from now on."""
        self._comments_before(node.line)
        variable = self._variable(node)
        self._define(node, Part.PROGRAM, f"{variable} = {expression.text}")
        return Expression(variable)

    def _variable(self, node: Node) -> str:
        variable = self._identifiers.of(node.name)
        self._variables[node.index] = variable
        self._expressions[node.index] = Expression(variable)
        return variable

    def _define(self, node: Node, part: Part, code: str) -> None:
        """Add the statement that gives a node its value, with the comment in its line, and its name if that differs."""
        is_renamed = node.is_named and node.name != self._variables[node.index]
        comments = [node.name] if is_renamed else []
        if node.is_named and node.line is not None and node.line < len(self._program):
            comments.append(self._program[node.line].partition("#")[2].strip())
            self._line = node.line + 1
        self._done = max(self._done, self._timeline.plan.computed_at[node.index] + 1)
        self._places[node.index] = len(self._statements)
        self._add(part, code, comment="; ".join(filter(None, comments)), node=node.index)

    def _comments_before(self, line: int | None) -> None:
        """Add the comments and empty lines of the program that stand before a line."""
        while line is not None and self._line < min(line, len(self._program)):
            text = self._program[self._line].strip()
            if not text or text.startswith("#"):
                self._add(Part.PROGRAM, comment=text.lstrip("#"))
            self._line += 1

    def _place_inner(self) -> None:
        """An inner expression is computed where its only consumer is."""
        for node in reversed(self._graph.nodes):
            if node.op and self._places[node.index] is None:
                self._places[node.index] = self._places[self._graph.consumers[node.index][0].consumer]

    def _retain(self, shown: Sequence[Node]) -> None:
        """All the nodes that are no leaves and have a variable."""
        self._done = self._timeline.seed_event + 1
        names = [self._variables[node.index] for node in shown if node.op and node.requires_grad]
        self._add(Part.RETAIN)
        if names:
            opening = f"for {self._tensor} in ("
            self._add(Part.RETAIN, f"{opening}{_listed(names, len(opening))}{',' * (len(names) == 1)}):")
            self._add(Part.RETAIN, f"{_INDENT}{self._tensor}.retain_grad()")

    def _backward(self) -> int:
        self._add(Part.BACKWARD)
        self._done = len(self._timeline)
        output, seed = self._graph.nodes[self._graph.output], self._graph.seed
        variable = self._variables[output.index]
        is_plain = not output.shape and float(seed) == 1
        opening = f"{variable}.backward("
        given = "" if is_plain else constant(seed, len(opening), self._write)
        if output.requires_grad:
            self._add(Part.BACKWARD, f"{opening}{given})", node=output.index)
        else:
            self._add(Part.BACKWARD, comment=f"{variable} depends on nothing that requires a gradient")
        return len(self._statements) - 1

    def _print(self, shown: Sequence[Node]) -> None:
        name, grad = self._identifiers.free("name"), f"{self._tensor}.grad"
        opening = f"for {name}, {self._tensor} in {{"
        pairs = [f'"{variable}": {variable}' for variable in (self._variables[node.index] for node in shown)]
        self._add(Part.PRINT)
        self._add(Part.PRINT, f"{opening}{_listed(pairs, len(opening))}}}.items():")
        self._add(Part.PRINT, f"{_INDENT}print({name}, {self._tensor}.tolist())")
        self._add(Part.PRINT, f'{_INDENT}print({name} + ".grad", {grad} if {grad} is None else {grad}.tolist())')

    def _add(self, part: Part, code: str = "", *, comment: str = "", node: int | None = None) -> None:
        """Add a statement. Two empty lines on end become one."""
        comment = "".join([one if one.isprintable() else " " for one in comment]).strip()
        if code or comment or (self._statements and self._statements[-1].text):
            self._statements.append(Statement(part, code, comment, node, self._done))


def _listed(words: Sequence[str], column: int) -> str:
    """Words with commas between them, in lines that begin at a column."""
    lines = [""]
    for word in words:
        if lines[-1] and column + len(lines[-1]) + len(word) > _LONGEST:
            lines.append("")
        lines[-1] += f"{', ' * bool(lines[-1])}{word}"
    return (",\n" + " " * column).join(lines)
