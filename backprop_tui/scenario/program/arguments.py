"""The arguments of a call, sorted into operands and parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from backprop_tui.graph import Attributes
from backprop_tui.ops.operation import Operation, Parameter, ParameterKind
from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.names import did_you_mean
from backprop_tui.scenario.program.literals import too_large_for
from backprop_tui.scenario.program.steps import Apply, Mistake, Static
from backprop_tui.scenario.text import plural, quote

_TUPLES = (ParameterKind.SHAPE, ParameterKind.AXES)
_EXTREMES = {"max": "maximum", "min": "minimum"}


Given: TypeAlias = tuple[Static | None, int, int]
"""An argument after the operands: the literal, or None if it is none, and where it stands."""


def attributes_of(call: Apply, extra: Sequence[Given]) -> Attributes:
    """The static arguments of a call, checked and complete with defaults; `extra` are given by position.

    Raises:
        Mistake: an argument is unknown, given twice, missing, or of the wrong kind.

    """
    operation = call.operation
    given = _by_position(call, extra)
    for keyword in call.keywords:
        parameter = _parameter(operation, keyword.name, keyword.start, keyword.end)
        if parameter.name in given:
            raise Mistake(
                Code.UNKNOWN_PARAMETER, f"'{parameter.name}' is given twice", keyword.start, keyword.value.end
            )
        given[parameter.name] = _checked(parameter, keyword.value, keyword.value.start, keyword.value.end)
    for parameter in operation.parameters:
        if parameter.required and parameter.name not in given:
            raise Mistake(
                Code.ARGUMENT_COUNT,
                f"{call.symbol} needs {parameter.name}=…",
                call.start,
                call.end,
                hint=f"it is called as {operation.signature}",
            )
    return operation.complete(given)


def wrong_count(call: Apply) -> Mistake:
    """A call with too few or too many arguments."""
    operation = call.operation
    other = _EXTREMES.get(operation.name)
    if other and call.takes == len(operation.operands) + 1:
        return Mistake(
            Code.AMBIGUOUS_CALL,
            f"{operation.name} of two arguments is ambiguous: libraries disagree on what the second is",
            call.start,
            call.end,
            hint=f"{operation.name}(x, axis=0) reduces along an axis; {other}(x, 0) compares element by element",
        )
    takes = plural(len(operation.operands or operation.parameters), "argument")
    return Mistake(
        Code.ARGUMENT_COUNT,
        f"{call.symbol} takes {takes}, got {call.takes or 'none'}",
        call.start,
        call.end,
        hint=f"it is called as {operation.signature}",
    )


def _two_axes(call: Apply, one: object, other: object) -> Mistake:
    """`x.transpose(0, 1)`: of a matrix it is the transpose to PyTorch, and the matrix itself to NumPy."""
    return Mistake(
        Code.AMBIGUOUS_CALL,
        "transpose of two axes is ambiguous: PyTorch exchanges them, NumPy takes them for the new order of all",
        call.start,
        call.end,
        hint=f"swapaxes(x, {one}, {other}) exchanges them; transpose(x, axes=({one}, {other})) is the order",
    )


def _by_position(call: Apply, extra: Sequence[Given]) -> dict[str, object]:
    takers = [parameter for parameter in call.operation.parameters if parameter.positional]
    lengths = [literal.value for literal, _, _ in extra if literal and type(literal.value) is int]
    if len(takers) == 1 < len(extra) == len(lengths) and takers[0].kind in _TUPLES:
        if call.symbol == "transpose" and len(lengths) == 2:
            raise _two_axes(call, *lengths)
        return {takers[0].name: tuple(lengths)}  # x.reshape(2, 3)
    if len(extra) > len(takers):
        raise wrong_count(call)
    return {
        parameter.name: _checked(parameter, literal, start, end)
        for parameter, (literal, start, end) in zip(takers, extra, strict=False)
    }


def _parameter(operation: Operation, name: str, start: int, end: int) -> Parameter:
    spellings: Mapping[str, Parameter] = {
        spelling: parameter for parameter in operation.parameters for spelling in (parameter.name, *parameter.aliases)
    }
    if name not in spellings:
        message = f"{operation.name} has no parameter {quote(name)}"
        hint = did_you_mean(name, spellings) or f"it is called as {operation.signature}"
        raise Mistake(Code.UNKNOWN_PARAMETER, message, start, end, hint=hint)
    return spellings[name]


def _checked(parameter: Parameter, literal: Static | None, start: int, end: int) -> object:
    if literal is not None and (mistake := too_large_for(parameter, literal, start, end)):
        raise mistake
    if literal is None or not parameter.accepts(literal.value):
        got = "an expression" if literal is None else quote(literal.text.strip("\"'"))
        message = f"{parameter.name} must be {parameter.possible}, not {got}"
        raise Mistake(Code.BAD_ARGUMENT, message, start, end)
    return literal.value
