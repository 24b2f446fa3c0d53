"""What an operation is: its value, its derivatives, and the words and spellings that explain both.

An operation reads like a line of a derivative table. Everything the product knows about it stands in ONE
object; the engine, the program language, the narration and the PyTorch spelling all read it from there.

Texts are templates over the operand names (`{a}`, `{b}`, `{x}`), `{y}` (the node itself), `{g}` (the
upstream gradient ∂output/∂node) and `{statement}` (`c = a + b`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias

import numpy as np

from backprop_tui.graph import Attributes, Shape, Value

ShapeRule: TypeAlias = Callable[[Sequence[Shape], Attributes], Shape]
"""(operand shapes, attributes) -> shape of the result. Raises ShapeError. Allocates nothing."""


ONE = np.float64(1.0)


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
    FLAG = "true or false"
    SHAPE = "a whole number or a tuple of them"
    AXES = "a tuple of axes or None"


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A static argument of an operation, written `name=literal` in a program."""

    name: str
    kind: ParameterKind
    default: object = None
    required: bool = False
    aliases: tuple[str, ...] = ()
    """Other spellings accepted, such as PyTorch's `dim`."""
    positional: bool = True
    """Whether it may be given without its name, after the operands."""


AXIS = Parameter(name="axis", kind=ParameterKind.AXIS, aliases=("dim",))
KEEPDIMS = Parameter(name="keepdims", kind=ParameterKind.FLAG, default=False, aliases=("keepdim",), positional=False)


@dataclass(frozen=True, kw_only=True)
class Derivative:
    """∂node/∂operand for one operand: a local derivative, or a vector-Jacobian product.

    - `local(y, *operands, **attributes)` is the elementwise derivative, of a shape that broadcasts to the
      node's. The contribution is `upstream * local`, summed over the axes along which the operand was
      broadcast.
    - `vjp(upstream, y, *operands, **attributes)` is the contribution itself, for operations whose Jacobian is
      not worth writing down. Its shape is the operand's, or one that un-broadcasts to it.

    With both, the VJP is the contribution and the local derivative explains it: a closed gate stops even an infinite
    gradient, of which the product would make NaN, and g / x may be finite where 1 / x is not.
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

    def __post_init__(self) -> None:
        if self.local is None and self.vjp is None:
            raise ValueError("a derivative is local or a VJP")

    def formula_for(self, shapes: Sequence[Shape], attributes: Attributes) -> str:
        """The template of the formula for operands of these shapes."""
        return self.formula(shapes, attributes) if callable(self.formula) else self.formula

    def words_for(self, y: Value, operands: Sequence[Value]) -> str:
        """The template of the words for these values."""
        return self.words(y, *operands) if callable(self.words) else self.words


def elements(shapes: Sequence[Shape], _attributes: Attributes) -> int:
    """Multiply-adds of an operation that touches every element once."""
    largest = 0
    for shape in shapes:
        size = 1
        for length in shape:
            size *= length
        largest = max(largest, size)
    return largest


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One entry of the registry."""

    name: str
    """The name in the registry, in traces and, unless it is an operator, in programs."""
    operands: tuple[str, ...]
    """The names of the operands in templates and messages."""
    forward: Callable[..., Value]
    """`forward(*operands, **attributes)`. Scalars come and go as np.float64, never as 0-d arrays."""
    derivatives: tuple[Derivative, ...]
    """One for each operand; empty if no gradient passes (comparisons)."""
    shape: ShapeRule
    words: str
    """One sentence: what the operation computes."""
    torch: str | Callable[[Sequence[Shape], Attributes], str]
    """How PyTorch spells it, with its attributes filled in."""
    symbol: str = ""
    """The operator in programs (`+`, `@`), if it is one."""
    parameters: tuple[Parameter, ...] = ()
    work: Callable[[Sequence[Shape], Attributes], int] = elements
    """Multiply-adds of the forward evaluation, known before anything is computed."""
    aliases: tuple[str, ...] = ()
    """Other names of the same function in programs."""

    def __post_init__(self) -> None:
        if self.derivatives and len(self.derivatives) != len(self.operands):
            raise ValueError(f"{self.name}: one derivative for each operand, or none at all")

    @property
    def differentiable(self) -> bool:
        """Whether gradients pass through it."""
        return bool(self.derivatives)

    def notation(self, attributes: Attributes) -> str:
        """The template of a call in the program's own notation: `{a} + {b}`, `sum({x}, axis=0)`."""
        slots = [f"{{{operand}}}" for operand in self.operands]
        if self.symbol:
            return f"{slots[0]} {self.symbol} {slots[1]}" if len(slots) == 2 else f"{self.symbol}{slots[0]}"
        given = [
            f"{parameter.name}={attributes[parameter.name]}"
            for parameter in self.parameters
            if attributes[parameter.name] != parameter.default
        ]
        return f"{self.name}({', '.join(slots + given)})"

    def torch_spelling(self, operands: Sequence[str], shapes: Sequence[Shape], attributes: Attributes) -> str:
        """The PyTorch expression for operands of these names and shapes."""
        template = self.torch(shapes, attributes) if callable(self.torch) else self.torch
        return fill(template, dict(zip(self.operands, operands, strict=True)))

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
