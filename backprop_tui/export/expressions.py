"""Expressions of Python, put together with as few parentheses as their meaning allows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple


class Binding(IntEnum):
    """How tightly an expression holds together."""

    COMPARISON = 1
    SUM = 2
    PRODUCT = 3
    SIGN = 4
    POWER = 5
    ATOM = 6


_BINDINGS = {
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), Binding.COMPARISON),
    **dict.fromkeys("+-", Binding.SUM),
    **dict.fromkeys("*/@", Binding.PRODUCT),
    "**": Binding.POWER,
}
_OPERATOR = r"\*\*|[<>=!]=|[-+*/@<>]"
_BEFORE = re.compile(rf"(?:^|(.))({_OPERATOR}) ?$")
"""An operator before a slot, and what stands before that: after a blank it is binary, else it is a sign."""
_AFTER = re.compile(rf" ({_OPERATOR}) |([.\[(])")
_BETWEEN = re.compile(rf" ({_OPERATOR}) ")
_INNERMOST = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


class Expression(NamedTuple):
    """An expression."""

    text: str
    binding: Binding = Binding.ATOM
    depth: int = 0
    """How many expressions stand within each other."""


class Slot(NamedTuple):
    """A place for an operand in a template."""

    operand: int
    least: Binding
    """What binds less is put in parentheses there."""


class Template(NamedTuple):
    """A template, taken apart. Texts and slots alternate: there is one text more."""

    texts: Sequence[str]
    slots: Sequence[Slot]
    binding: Binding

    @property
    def repeated(self) -> set[int]:
        """The operands that stand in it more than once."""
        return {operand for operand, times in Counter(slot.operand for slot in self.slots).items() if times > 1}

    def fill(self, operands: Sequence[Expression]) -> Expression:
        """The expression for these operands."""
        parts = [self.texts[0]]
        for slot, text in zip(self.slots, self.texts[1:], strict=True):
            operand = operands[slot.operand]
            parts += [operand.text if operand.binding >= slot.least else f"({operand.text})", text]
        depth = 1 + max((operand.depth for operand in operands), default=0)
        return Expression("".join(parts), self.binding, depth)


@lru_cache(maxsize=1000)
def template(text: str) -> Template:
    """The template of a text in which `{0}`, `{1}`, … are operands: `{0} * {1}`, `torch.sum({0}, dim=1)`."""
    texts = re.split(r"\{\d+\}", text)
    operands = map(int, re.findall(r"\{(\d+)\}", text))
    slots = [
        Slot(operand, max(_least_after(before), _least_before(after)))
        for operand, before, after in zip(operands, texts, texts[1:], strict=False)
    ]
    return Template(texts, slots, _binding(text))


def _least_after(text: str) -> Binding:
    """How tightly an expression must bind that follows this text."""
    match = _BEFORE.search(text)
    if not match:
        return Binding.COMPARISON
    operator = match[2]
    if operator == "-" and match[1] != " ":
        return Binding.POWER
    return Binding.SIGN if operator == "**" else Binding(_BINDINGS[operator] + 1)


def _least_before(text: str) -> Binding:
    """How tightly an expression must bind that this text follows."""
    match = _AFTER.match(text)
    if not match:
        return Binding.COMPARISON
    operator = match[1]
    if not operator or operator == "**":
        return Binding.ATOM
    binding = _BINDINGS[operator]
    return Binding.SUM if binding is Binding.COMPARISON else binding


def _binding(text: str) -> Binding:
    """How tightly a template holds together: as its loosest operator outside of all brackets."""
    while (shorter := _INNERMOST.sub("", text)) != text:
        text = shorter
    found = [_BINDINGS[operator] for operator in _BETWEEN.findall(text)]
    if text.startswith("-"):
        found.append(Binding.SIGN)
    return min(found, default=Binding.ATOM)
