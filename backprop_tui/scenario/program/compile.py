"""Statements -> nodes. Names, shapes and limits are checked before anything is computed from an input.

Only what depends on constants alone is evaluated here, to refuse an overflow where it is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf
from typing import NamedTuple

import numpy as np

from backprop_tui.formatting import CLIPPED, clip, exact
from backprop_tui.graph import NO_ATTRIBUTES, Attributes, Kind, Node, Shape, Value, is_finite
from backprop_tui.ops.operation import ShapeError
from backprop_tui.ops.registry import NEGATE
from backprop_tui.ops.shapes import count, show
from backprop_tui.scenario import limits
from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.program.arguments import attributes_of, wrong_count
from backprop_tui.scenario.program.literals import number
from backprop_tui.scenario.program.mistakes import NUMBERS, too_large
from backprop_tui.scenario.program.operands import (
    LITERAL,
    Given,
    Operand,
    arity_of,
    clipped,
    given_in,
    grouped,
    negated,
    no_mask,
    place_of,
    written,
)
from backprop_tui.scenario.program.scope import BROKEN, Enough, Scope
from backprop_tui.scenario.program.steps import Apply, Form, Mistake, Name, Number, Statement, Static
from backprop_tui.scenario.text import quote

_MESSAGE_CHARACTERS = 200
_BEYOND_COUNTING = 10**15
"""Elements: of a result of so many, it is not said how many there are."""


class Compiled(NamedTuple):
    """A program as far as it could be compiled."""

    nodes: list[Node]
    """The inputs, then one for each constant and operation, in order of evaluation."""
    last: Statement | None
    """The last statement; None if there is none, or compiling stopped before it."""


class _Result(NamedTuple):
    """What is known of an operation's result before it is computed."""

    shape: Shape
    size: int
    work: int


def compile_program(inputs: Iterable[Node], statements: Iterable[Statement], scope: Scope) -> Compiled:
    """Build the nodes of a graph. Mistakes go to the scope; with any, the nodes are not to be used."""
    compiler = _Compiler(inputs, scope)
    last: Statement | None = None
    try:
        for number, last in enumerate(statements):
            if number == limits.OPERATIONS:
                message = f"a program has at most {limits.OPERATIONS:,} statements"
                compiler.stop(Mistake(Code.TOO_MANY_OPERATIONS, message, last.start, last.end))
            compiler.statement(last)
    except Enough:
        last = None
    return Compiled(compiler.nodes, last)


class _Compiler:
    def __init__(self, inputs: Iterable[Node], scope: Scope) -> None:
        self.nodes = list(inputs)
        self.shapes = [node.shape for node in self.nodes]
        self.requires_grad = [node.requires_grad for node in self.nodes]
        self.scope = scope
        self.constants: dict[str, int] = {}
        """The nodes of numbers, by how they are shown."""
        self.arrays: dict[tuple[str, Given], int] = {}
        """The nodes of arrays made of numbers, by how they are written."""
        self.known: dict[int, Value] = {}
        """Values of the nodes that depend on constants alone."""
        self.attributes: dict[tuple[str, Given], Attributes] = {}
        """By operation and static arguments as written."""
        self.results: dict[tuple[str, Given, tuple[Shape, ...]], _Result] = {}
        """By operation, static arguments as written, and operand shapes."""
        self.operations = 0
        self.inner = 0
        self.elements = sum(map(count, self.shapes))
        self.work = 0
        self.line = 0

    def statement(self, statement: Statement) -> None:
        if statement.steps is None:
            self.scope.define(statement, BROKEN)
            return
        first = len(self.nodes)
        self.line = statement.line
        stack: list[Operand] = []
        push = stack.append
        indices = self.scope.indices
        for step in statement.steps:
            if isinstance(step, Name):
                index = indices.get(step.name)
                if index is None and (known := self.scope.number(step.name)) is not None:
                    literal = Static(known, step.name, step.start, step.end)
                    push(Operand(LITERAL, step.name, step.start, step.end, literal))
                    continue
                if index is None:
                    index = self.scope.find(step, statement)
                push(Operand(index, step.name, step.start, step.end))
            elif isinstance(step, Apply):
                bottom = len(stack) - step.takes
                arguments = stack[bottom:]
                del stack[bottom:]
                push(self.apply(step, arguments))
            elif isinstance(step, Number):
                push(self.number(step))
            elif isinstance(step, Static):
                push(Operand(LITERAL, step.text, step.start, step.end, step))
            else:
                push(grouped(stack.pop(), step))
        self.scope.define(statement, self.named(statement, stack[-1], first))

    def named(self, statement: Statement, result: Operand, first: int) -> int:
        """The node that the name of a statement stands for; those from `first` on are the statement's own."""
        if result.node >= first:
            node = self.nodes[result.node]
            self.inner -= node.kind is Kind.OPERATION  # an array of numbers took none of the numbers of %1, %2, …
            node.name = statement.name
        elif result.node == LITERAL:
            return self.node_of(result)
        elif result.node != BROKEN:
            self.scope.second_name(statement, self.nodes[result.node].name)
        return result.node

    def number(self, step: Number) -> Operand:
        value = number(step.text)
        if value == inf:
            self.scope.mistake(too_large(step.start, step.end))
            return Operand(BROKEN, step.text, step.start, step.end)
        text = clipped(step.text)
        return Operand(LITERAL, text, step.start, step.end, Static(value, step.text, step.start, step.end))

    def apply(self, step: Apply, arguments: list[Operand]) -> Operand:
        """The result of an operation; broken if something about it is wrong, which is then reported."""
        literal = arguments[0].literal if arguments else None
        if step.operation is NEGATE and step.form is Form.PREFIX and literal is not None:
            return negated(step, literal, arguments[0])
        try:
            return self.operation(step, arguments)
        except Mistake as mistake:
            self.scope.mistake(mistake)
            return Operand(BROKEN, "", step.start, step.close or step.end)

    def operation(self, step: Apply, arguments: list[Operand]) -> Operand:
        operation = step.operation
        arity = arity_of(step, arguments)
        attributes, operands = NO_ATTRIBUTES, arguments
        given: Given = ()
        if len(arguments) != arity or operation.parameters or step.keywords:
            if step.form is Form.METHOD and arguments[0].node == BROKEN:
                return arguments[0]
            if len(arguments) < arity:
                raise wrong_count(step)
            operands, extra = arguments[:arity], arguments[arity:]
            if any(one.node == BROKEN for one in extra):
                return Operand(BROKEN, "", step.start, step.close)
            given = given_in(step, extra)
            known = self.attributes.get((operation.name, given))
            if known is None:
                known = attributes_of(step, [(one.literal, one.start, one.end) for one in extra])
                self.attributes[operation.name, given] = known
            attributes = known
        if not operation.operands:
            return self.constant(step, arguments, given, attributes)
        text, start, end = written(step, arguments)
        indices = tuple([operand.node if operand.node >= 0 else self.node_of(operand) for operand in operands])
        if BROKEN in indices:
            return Operand(BROKEN, text, start, end)
        if operation.mask is not None and self.requires_grad[indices[operation.mask]]:
            raise no_mask(step, operands[operation.mask])
        nodes = self.nodes
        shapes = tuple(map(self.shapes.__getitem__, indices))
        result = self.results.get((operation.name, given, shapes))
        if result is None:
            result = self.result(step, arguments, shapes, attributes)
            self.results[operation.name, given, shapes] = result
        self.count(step, result)
        index = len(nodes)
        if self.known and all(map(self.known.__contains__, indices)):
            self.evaluate(step, index, indices, attributes, text)
        self.inner += 1
        requires_grad = operation.differentiable and any(map(self.requires_grad.__getitem__, indices))
        self.shapes.append(result.shape)
        self.requires_grad.append(requires_grad)
        nodes.append(
            Node(
                index,
                f"%{self.inner}",
                Kind.OPERATION,
                result.shape,
                requires_grad,
                operation.name,
                indices,
                attributes,
                None,
                text,
                self.line,
            )
        )
        return Operand(index, text, start, end)

    def constant(self, step: Apply, arguments: list[Operand], given: Given, attributes: Attributes) -> Operand:
        """The node of an array that is made of nothing but numbers; there is one for each way to write it."""
        key, (text, start, end) = (step.operation.name, given), written(step, arguments)
        index = self.arrays.get(key)
        if index is None:
            result = self.result(step, arguments, (), attributes)
            self.count(step, result)
            index = self.arrays[key] = len(self.nodes)
            name = f"{text}#{index}" if CLIPPED in text else text
            value = step.operation.forward(**attributes)
            self.nodes.append(Node(index, name, Kind.CONSTANT, result.shape, value=value, label=text, line=self.line))
            self.shapes.append(result.shape)
            self.requires_grad.append(False)
        return Operand(index, text, start, end)

    def result(self, step: Apply, arguments: list[Operand], shapes: Sequence[Shape], attributes: Attributes) -> _Result:
        """The shape and cost of an operation, known before anything is computed. Raises Mistake."""
        try:
            shape = step.operation.shape(shapes, attributes)
        except ShapeError as error:
            raise self.misfit(error, step, arguments, shapes) from None
        size, work = count(shape), step.operation.work(shapes, attributes)
        code = message = None
        if len(shape) > limits.RANK:
            code = Code.TOO_MANY_AXES
            message = f"the result has {len(shape)} axes; at most {limits.RANK} are allowed"
        elif size > limits.TENSOR_ELEMENTS:
            code = Code.TENSOR_TOO_LARGE
            large = f"{show(shape)} has {size:,}" if size < _BEYOND_COUNTING else f"has more than {_BEYOND_COUNTING:,}"
            message = f"the result {large} elements; at most {limits.TENSOR_ELEMENTS:,} are allowed"
        elif work > limits.OPERATION_WORK:
            code = Code.TOO_MUCH_WORK
            message = f"this takes {work:,} multiply-adds; at most {limits.OPERATION_WORK:,} are allowed"
        if code and message:
            raise Mistake(code, message, step.start, step.end)
        return _Result(shape, size, work)

    def count(self, step: Apply, result: _Result) -> None:
        """Add an operation to the totals of the run. Raises Enough if one is too large."""
        self.operations += 1
        self.elements += result.size
        self.work += result.work
        code = message = None
        if self.operations > limits.OPERATIONS:
            code, message = Code.TOO_MANY_OPERATIONS, f"a program has at most {limits.OPERATIONS:,} operations"
        elif self.elements > limits.RUN_ELEMENTS:
            code = Code.RUN_TOO_LARGE
            message = f"all values together have more than {limits.RUN_ELEMENTS:,} elements"
        elif self.work > limits.RUN_WORK:
            code = Code.TOO_MUCH_WORK
            message = f"all operations together take more than {limits.RUN_WORK:,} multiply-adds"
        if code and message:
            self.stop(Mistake(code, message, step.start, step.end))

    def node_of(self, operand: Operand) -> int:
        """The node of an operand: for a number, the one constant of that value."""
        if operand.literal is None:
            return BROKEN
        value = operand.literal.value
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            message = f"{quote(operand.literal.text)} is a parameter, not a value"
            raise Mistake(Code.BAD_ARGUMENT, message, operand.start, operand.end)
        name = exact(value)
        index = self.constants.get(name)
        if index is None:
            index = self.constants[name] = len(self.nodes)
            constant = np.float64(value)
            spelled = operand.literal.text.lstrip("-")
            label = operand.literal.text if spelled in NUMBERS else name
            self.nodes.append(Node(index, name, Kind.CONSTANT, value=constant, label=label, line=self.line))
            self.shapes.append(())
            self.requires_grad.append(False)
            self.known[index] = constant
            self.elements += 1
        return index

    def stop(self, mistake: Mistake) -> None:
        self.scope.mistake(mistake)
        raise Enough

    def evaluate(self, step: Apply, index: int, indices: tuple[int, ...], attributes: Attributes, text: str) -> None:
        """Keep the value of a node that depends on constants alone; it must be finite."""
        with np.errstate(all="ignore"):
            value = step.operation.forward(*(self.known[operand] for operand in indices), **attributes)
        if not is_finite(value):
            raise Mistake(
                Code.CONSTANT_OVERFLOW,
                f"{quote(text)} is {value}, whatever the inputs are",
                step.start,
                step.end,
                hint="float64 holds numbers up to 1.797e308",
            )
        self.known[index] = value

    def misfit(self, error: ShapeError, step: Apply, arguments: list[Operand], shapes: Sequence[Shape]) -> Mistake:
        """The mistake behind a ShapeError: at the operator, or at the argument of a call that is at fault."""
        start, end = step.start, step.end
        if step.form in (Form.CALL, Form.METHOD, Form.INDEX):
            if error.operand is not None:
                start, end = arguments[error.operand].start, arguments[error.operand].end
            elif error.parameter is not None:
                start, end = place_of(error.parameter, step, arguments)
        notes = [
            f"{self.scope.describe(operand.text)} is {show(shape) if shape else 'a scalar'}"
            for operand, shape in zip(arguments, shapes, strict=False)
        ]
        return Mistake(
            Code.SHAPE_MISMATCH,
            clip(error.message, _MESSAGE_CHARACTERS),
            start,
            end,
            hint=error.hint,
            notes=tuple(dict.fromkeys(notes)),
        )
