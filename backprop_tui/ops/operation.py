"""What an operation is: its value, its derivatives, and the words and spellings that explain both.

An operation reads like a line of a derivative table. Everything the product knows about it stands in ONE
object; the engine, the program language, the narration and the PyTorch spelling all read it from there.

Texts are templates over the operand names (`{a}`, `{b}`, `{x}`), `{y}` (the node itself), `{g}` (the
upstream gradient ∂output/∂node) and `{statement}` (`c = a + b`).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from math import isfinite
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from backprop_tui.graph import NO_ATTRIBUTES, Attributes, Shape, Value
from backprop_tui.ops.kinks import Kink

ShapeRule: TypeAlias = Callable[[Sequence[Shape], Attributes], Shape]
"""(operand shapes, attributes) -> shape of the result. Raises ShapeError. Allocates nothing."""


ONE = np.float64(1.0)
_SLOT = re.compile(r"\{(\w+)\}")


def pass_on(y: Value, *operands: Value) -> Value:
    """The local derivative 1. The engine knows it by identity and passes the upstream gradient on as it is."""
    return ONE


def plain(x: Any) -> Value:
    """An array as it is, and a 0-d array as the np.float64 in it."""
    value: Value = x[()]
    return value


def first(y: Value, a: Value, b: Value) -> Value:
    """The local derivative that is the first operand. The engine knows it by identity, too."""
    return a


def second(y: Value, a: Value, b: Value) -> Value:
    """The local derivative that is the second operand. The engine knows it by identity, too."""
    return b


class ShapeError(ValueError):
    """The operands' shapes or the attributes do not fit the operation.

    `operand` is the position of the operand at fault and `parameter` the attribute at fault, where one is.
    """

    def __init__(
        self, message: str, *, hint: str = "", operand: int | None = None, parameter: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.operand = operand
        self.parameter = parameter


class ParameterKind(Enum):
    """What may be written for a static argument. The value is how to say it to a person."""

    AXIS = "a whole number, a tuple of them, or None"
    ONE_AXIS = "a whole number"
    FLAG = "true or false"
    SHAPE = "a whole number or a tuple of them"
    AXES = "a tuple of axes or None"
    NUMBER = "a number"
    BOUND = "a number or None"
    INDEX = "whole numbers, slices, ... and None"
    ORDER = 'a number above 0 or "inf"'

    def accepts(self, value: object) -> bool:
        """Whether a literal of a program is one."""
        is_whole = type(value) is int  # True is an int to Python, and none to a reader
        match self:
            case ParameterKind.AXIS:
                return value is None or is_whole or isinstance(value, tuple)
            case ParameterKind.ONE_AXIS:
                return is_whole
            case ParameterKind.FLAG:
                return isinstance(value, bool)
            case ParameterKind.SHAPE:
                return is_whole or isinstance(value, tuple)
            case ParameterKind.AXES:
                return value is None or isinstance(value, tuple)
            case ParameterKind.INDEX:
                return isinstance(value, tuple)
            case ParameterKind.NUMBER:
                return is_whole or (isinstance(value, float) and isfinite(value))
            case ParameterKind.BOUND:
                return value is None or ParameterKind.NUMBER.accepts(value)
            case ParameterKind.ORDER:
                return value == "inf" or (
                    isinstance(value, (int, float)) and ParameterKind.NUMBER.accepts(value) and value > 0
                )


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A static argument of an operation, written `name=literal` in a program."""

    name: str
    kind: ParameterKind | tuple[int | str, ...]
    """A tuple lists the numbers and words that are possible."""
    default: object = None
    required: bool = False
    aliases: tuple[str, ...] = ()
    """Other spellings accepted, such as PyTorch's `dim`."""
    positional: bool = True
    """Whether it may be given without its name, after the operands."""

    def accepts(self, value: object) -> bool:
        """Whether a literal of a program may be its value."""
        if isinstance(self.kind, tuple):
            return value in self.kind and not isinstance(value, bool)
        return self.kind.accepts(value)

    @property
    def possible(self) -> str:
        """What its value may be, as one says it to a person."""
        if isinstance(self.kind, tuple):
            return " or ".join(f'"{one}"' if isinstance(one, str) else str(one) for one in self.kind)
        return self.kind.value


AXIS = Parameter(name="axis", kind=ParameterKind.AXIS, aliases=("dim",))
KEEPDIMS = Parameter(name="keepdims", kind=ParameterKind.FLAG, default=False, aliases=("keepdim",), positional=False)


@dataclass(frozen=True, kw_only=True)
class Derivative:
    """∂node/∂operand for one operand: a local derivative, or a vector-Jacobian product.

    - `local(y, *operands, **attributes)` is the elementwise derivative, of a shape that broadcasts to the
      node's. The contribution is `upstream * local`, summed over the axes along which the operand was
      broadcast.
    - `vjp(upstream, y, *operands, **attributes)` is the contribution itself, for operations whose Jacobian is
      not worth writing down: upstream · J. Its shape is the operand's, or one that un-broadcasts to it.
    - `jvp(tangent, y, *operands, **attributes)` goes the other way, for a rule: how the node moves when this operand
      moves along `tangent`, shaped like it: J · tangent. A `linear` rule needs none.

    With local derivative and VJP, the VJP is the contribution and the local derivative explains it: a closed gate
    stops even an infinite gradient, of which the product would make NaN, and g / x may be finite where 1 / x is not.
    """

    formula: str | Callable[[Sequence[Shape], Attributes], str]
    """With `local`, the local derivative in symbols (`{b}`); with `vjp`, the contribution (`{g} @ {b}ᵀ`).
    A callable chooses by the operands' shapes and the attributes."""
    rule: str
    """The same in two or three plain words, for traces: "other operand"."""
    words: str | Callable[..., str]
    """One or two sentences: why it is so. A callable `(y, *operands)` chooses by the values."""
    local: Callable[..., Value] | None = None
    vjp: Callable[..., Value] | None = None
    jvp: Callable[..., Value] | None = None
    linear: bool = False
    """Whether the node is linear in this operand while the others stand still: then it moves as the operand does."""

    def __post_init__(self) -> None:
        if self.local is None and self.vjp is None:
            raise ValueError("a derivative is local or a VJP")
        if self.local is None and self.jvp is None and not self.linear:
            raise ValueError("a rule has a JVP, too, unless it is linear")

    def formula_for(self, shapes: Sequence[Shape], attributes: Attributes) -> str:
        """The template of the formula for operands of these shapes."""
        return self.formula(shapes, attributes) if callable(self.formula) else self.formula

    def words_for(self, y: Value, operands: Iterable[Value]) -> str:
        """The template of the words for these values, which are looked at only if it depends on them."""
        return self.words(y, *operands) if callable(self.words) else self.words


class PerOperand(Sequence[Derivative]):
    """The derivatives of an operation with any number of operands, each made when it is asked for."""

    def __init__(
        self,
        make: Callable[[int], Derivative],
        vjps: Callable[[Sequence[Shape], Attributes], Sequence[Callable[[Value, Value], Value]]],
    ) -> None:
        """`vjps(shapes, attributes)` are those of all operands at once, as functions of upstream gradient and node.

        They look at no operand: to collect n of them for each of n contributions would take n² steps.
        """
        self._make = cache(make)
        self.vjps = vjps

    def __getitem__(self, position: Any) -> Any:
        """The derivative by the operand at a position."""
        return self._make(position)

    def __len__(self) -> int:
        """More than anybody has operands."""
        return sys.maxsize


def elements(shapes: Sequence[Shape], _attributes: Attributes) -> int:
    """Multiply-adds of an operation that touches every element once."""
    largest = 0
    for shape in shapes:
        size = 1
        for length in shape:
            size *= length
        largest = max(largest, size)
    return largest


class Sample(NamedTuple):
    """Operands, as nested lists, and attributes with which an operation shows what it does."""

    operands: tuple[object, ...]
    attributes: Attributes = NO_ATTRIBUTES


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One entry of the registry."""

    name: str
    """The name in the registry, in traces and, unless it is an operator, in programs."""
    operands: tuple[str, ...]
    """The names of the operands in templates and messages."""
    forward: Callable[..., Value]
    """`forward(*operands, **attributes)`. Scalars come and go as np.float64, never as 0-d arrays."""
    derivatives: Sequence[Derivative]
    """One for each operand; empty if no gradient passes (comparisons)."""
    shape: ShapeRule
    words: str | Callable[[Attributes], str]
    """One sentence: what the operation computes. A callable chooses by the attributes."""
    torch: str | Callable[[Sequence[Shape], Attributes], str]
    """How PyTorch spells it, with its attributes filled in."""
    torch_node: str = ""
    """What PyTorch calls it in a `grad_fn`, if not by its name: `Mm` of `MmBackward0`, or all of `ClampBackward1`."""
    symbol: str = ""
    """The operator in programs (`+`, `@`), if it is one."""
    spelling: Callable[[Attributes], str] | None = None
    """The template of how it is written in programs, if it is neither an operator nor a call: `{x}[0, 1:3]`."""
    parameters: tuple[Parameter, ...] = ()
    work: Callable[[Sequence[Shape], Attributes], int] = elements
    """Multiply-adds of the forward evaluation, known before anything is computed."""
    aliases: tuple[str, ...] = ()
    """Other names of the same function in programs."""
    mask: int | None = None
    """The position of the operand that only says where: it must not require a gradient."""
    variadic: bool = False
    """Whether it takes any number of operands, from one on, in a list: `concat([a, b, c])`."""

    kinks: tuple[Kink, ...] = ()
    """Where its derivative needs a word, and which choice is taken there."""
    sample: Sample | None = None
    """What the reference shows it with, where a few small numbers do not do."""

    def __post_init__(self) -> None:
        if self.derivatives and not self.variadic and len(self.derivatives) != len(self.operands):
            raise ValueError(f"{self.name}: one derivative for each operand, or none at all")

    def words_for(self, attributes: Attributes) -> str:
        """The template of the words for these attributes."""
        return self.words(attributes) if callable(self.words) else self.words

    def slots(self, count: int) -> Sequence[str]:
        """What the templates call that many operands: `a`, `b`; `x0`, `x1`, … if there may be any number."""
        return [f"{self.operands[0]}{number}" for number in range(count)] if self.variadic else self.operands

    def slots_in(self, template: str) -> Mapping[str, int]:
        """The operands that a template names: the position of each by its slot."""
        named = _SLOT.findall(template)
        if not self.variadic:
            return {name: self.operands.index(name) for name in named if name in self.operands}
        letters = self.operands[0]
        places = {name: name.removeprefix(letters) for name in named if name.startswith(letters)}
        return {name: int(place) for name, place in places.items() if place.isdecimal()}

    @property
    def signature(self) -> str:
        """How it is written in a program: `a + b`, `sum(x, axis=None, keepdims=False)`."""
        if self.spelling:
            return f"{self.operands[0]}[0, 1:3]"
        if self.symbol:
            return fill(self.notation(self.operands, {}), {operand: operand for operand in self.operands})
        parameters = [
            f"{parameter.name}=…" if parameter.required else f"{parameter.name}={parameter.default!r}"
            for parameter in self.parameters
        ]
        operands = [f"[{self.operands[0]}, …]"] if self.variadic else self.operands
        return f"{self.name}({', '.join([*operands, *parameters])})"

    @property
    def grad_fn(self) -> str:
        """The name of PyTorch's `grad_fn` on a result: `MulBackward0`. Empty if no gradient passes."""
        node = self.torch_node or self.name.title().replace("_", "")
        if not self.differentiable:
            return ""
        return node if "Backward" in node else f"{node}Backward0"

    @property
    def differentiable(self) -> bool:
        """Whether gradients pass through it."""
        return bool(self.derivatives)

    def jvp(
        self, position: int, tangent: Value, y: Value, operands: Sequence[Value], attributes: Attributes = NO_ATTRIBUTES
    ) -> Value:
        """∂node/∂operand · tangent: how the node moves, shaped like it, when one operand moves along `tangent`.

        The tangent is shaped like the operand. Call it under `np.errstate(all="ignore")`.
        """
        derivative = self.derivatives[position]
        if derivative.linear:
            moved = self.forward(*operands[:position], tangent, *operands[position + 1 :], **attributes)
        elif derivative.jvp:
            moved = derivative.jvp(tangent, y, *operands, **attributes)
        elif derivative.vjp:  # element by element the Jacobian is diagonal, and so its own transpose
            moved = derivative.vjp(plain(np.broadcast_to(tangent, y.shape)), y, *operands, **attributes)
        else:
            assert derivative.local is not None  # what has neither is not made
            moved = tangent * derivative.local(y, *operands, **attributes)
        return plain(moved if moved.shape == y.shape else np.broadcast_to(moved, y.shape))

    def notation(self, names: Sequence[str], attributes: Attributes) -> str:
        """The template of a call in the program's own notation: `{a} + {b}`, `sum({x}, axis=0)`; `names` as `slots`."""
        if self.spelling:
            return self.spelling(attributes)
        slots = [f"{{{name}}}" for name in names]
        if self.symbol:
            return f"{slots[0]} {self.symbol} {slots[1]}" if len(slots) == 2 else f"{self.symbol}{slots[0]}"
        if self.variadic:
            slots = [f"[{', '.join(slots)}]"]
        given = [
            f"{parameter.name}={attributes[parameter.name]!r}"
            for parameter in self.parameters
            if attributes[parameter.name] != parameter.default
        ]
        return f"{self.name}({', '.join(slots + given)})"

    def torch_spelling(self, operands: Sequence[str], shapes: Sequence[Shape], attributes: Attributes) -> str:
        """The PyTorch expression for operands of these names and shapes."""
        template = self.torch(shapes, attributes) if callable(self.torch) else self.torch
        return fill(template, dict(zip(self.slots(len(operands)), operands, strict=True)))

    def complete(self, given: Mapping[str, Any]) -> Attributes:
        """The attributes with defaults filled in, in the order of the parameters."""
        return {parameter.name: given.get(parameter.name, parameter.default) for parameter in self.parameters}


def fill(template: str, names: Mapping[str, str]) -> str:
    """Replace `{key}` by `names[key]`, once: a name that itself contains braces is left alone."""
    parts = template.split("{")
    filled = [parts[0]]
    for part in parts[1:]:
        key, closing, rest = part.partition("}")
        filled.append(names[key] + rest if closing and key in names else "{" + part)
    return "".join(filled)
