"""The operands of an operation while it is compiled: where they stand, and how the whole is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from backprop_tui.formatting import abbreviate
from backprop_tui.scenario import limits
from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.program.steps import Apply, Form, Group, Mistake, Static
from backprop_tui.scenario.text import quote

LITERAL = -2
"""Stands for the node of a number that has none yet, or of a parameter, which never has one."""

Given: TypeAlias = tuple[tuple[str, str], ...]
"""Static arguments: the name, or '' for one by position, and how the value is written."""


@dataclass(slots=True)
class Operand:
    """An entry of the stack."""

    node: int
    """Its index; or BROKEN or LITERAL."""
    text: str
    """The expression as written, with even spacing, clipped."""
    start: int
    end: int
    literal: Static | None = None


def place_of(parameter: str, step: Apply, arguments: list[Operand]) -> tuple[int, int]:
    """Where the value of a parameter stands, or the function's name if it was left to its default."""
    spellings = next({one.name, *one.aliases} for one in step.operation.parameters if one.name == parameter)
    for keyword in step.keywords:
        if keyword.name in spellings:
            return keyword.value.start, keyword.value.end
    extra = arguments[arity_of(step, arguments) :]
    return (extra[0].start, extra[-1].end) if extra else (step.start, step.end)


def arity_of(step: Apply, arguments: list[Operand]) -> int:
    """How many of the arguments are operands."""
    if step.operation.variadic:
        return step.listed or max(1, len(arguments))
    return len(step.operation.operands)


def given_in(step: Apply, extra: list[Operand]) -> Given:
    """The static arguments of a call as they are written."""
    return (
        *[("", one.literal.text if one.literal else "") for one in extra],
        *[(one.name, one.value.text) for one in step.keywords],
    )


def no_mask(step: Apply, operand: Operand) -> Mistake:
    """The mistake of an operand that requires a gradient where one only says where."""
    return Mistake(
        Code.NO_MASK,
        f"{step.operation.name} needs a mask here, and {quote(operand.text)} requires a gradient",
        operand.start,
        operand.end,
        hint=f"compare it with something: {operand.text} > 0",
    )


def written(step: Apply, arguments: list[Operand]) -> tuple[str, int, int]:
    """The text of an operation with even spacing, clipped, and the stretch of the program it stands on."""
    form = step.form
    first = arguments[0] if arguments else None
    if first is None:
        given = [f"{one.name}={one.value.text}" for one in step.keywords]
        return clipped(f"{step.symbol}({', '.join(given)})"), step.start, step.close
    if form is Form.INFIX:
        second = arguments[1]
        return clipped(f"{first.text} {step.symbol} {second.text}"), first.start, second.end
    if form is Form.PREFIX:
        return clipped(f"{step.symbol}{first.text}"), step.start, first.end
    if form is Form.PROPERTY:
        return clipped(f"{first.text}.{step.symbol}"), first.start, step.end
    if form is Form.INDEX:
        return clipped(f"{first.text}[{step.symbol}]"), first.start, step.close
    texts = [one.text for one in arguments]
    if step.listed:
        texts[: step.listed] = [f"[{', '.join(texts[: step.listed])}]"]
    given = [*texts, *(f"{one.name}={one.value.text}" for one in step.keywords)]
    if form is Form.METHOD:
        return clipped(f"{first.text}.{step.symbol}({', '.join(given[1:])})"), first.start, step.close
    return clipped(f"{step.symbol}({', '.join(given)})"), step.start, step.close


def grouped(operand: Operand, group: Group) -> Operand:
    """The operand in brackets."""
    return Operand(operand.node, clipped(f"({operand.text})"), group.start, group.end, operand.literal)


def negated(step: Apply, literal: Static, operand: Operand) -> Operand:
    """A number with a minus before it: a number, and no operation."""
    text = clipped(f"-{operand.text}")
    value = -literal.value  # type: ignore[operator]
    return Operand(LITERAL, text, step.start, operand.end, Static(value, text, step.start, operand.end))


def clipped(text: str) -> str:
    """What is clipped stays clipped when it becomes part of a larger text, so no text ever grows long."""
    return abbreviate(text, limits.LABEL_CHARACTERS)
