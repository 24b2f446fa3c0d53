"""What there is to say about an operation: one page of the reference, as text or as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from typing import NamedTuple

import numpy as np

from backprop_tui.formatting import number, typeset
from backprop_tui.graph import Attributes, Shape, Value
from backprop_tui.ops.operation import Derivative, Operation, ParameterKind, ShapeError, fill
from backprop_tui.ops.registry import FAMILIES, OPERATIONS

_SIGNATURE = 42
_HALF = 0.5
"""The operand of a function of one: all of them have a value and a slope there."""
_NUMBERS = [2.0, 3.0, 5.0]
_INDEX = (0, (1, None, None))
_SHAPES: tuple[Shape, ...] = ((2, 2), (2,), (4,), ())


def find(name: str) -> list[Operation]:
    """The operations of that name, alias or symbol. `-` has two."""
    return [
        operation for operation in OPERATIONS.values() if name in (operation.name, operation.symbol, *operation.aliases)
    ]


def overview() -> Iterator[str]:
    """The operations by family, a line for each."""
    for position, (family, operations) in enumerate(FAMILIES.items()):
        yield from [""] * (position > 0)
        yield family
        for operation in operations:
            yield f"  {operation.signature:<{_SIGNATURE}} {_value(operation)}"


def page(operation: Operation) -> Iterator[str]:
    """Everything about an operation, as lines of text."""
    yield operation.signature
    yield f"    {_value(operation)}"
    for operand, derivative in _derivatives(operation):
        yield ""
        yield f"    {_formula(operation, operand, derivative)}"
        yield f"    {_words(operation, derivative)}"
    if example := _example(operation):
        yield ""
        yield f"    {example}"
    yield ""
    yield f"    PyTorch: {_torch(operation)}{f', {operation.grad_fn}' if operation.grad_fn else ''}"
    if others := _others(operation):
        yield f"    also {others}"


def markdown() -> Iterator[str]:
    """The whole reference, as lines of Markdown."""
    for family, operations in FAMILIES.items():
        yield f"## {family}"
        yield ""
        for operation in operations:
            yield from _section(operation)


def _section(operation: Operation) -> Iterator[str]:
    others = _others(operation)
    yield f"### {operation.name}"
    yield ""
    yield f"`{operation.signature}`{f', also {others}' if others else ''}. {_escaped(_value(operation))}"
    yield ""
    for operand, derivative in _derivatives(operation):
        yield f"- `{_formula(operation, operand, derivative)}`: {_escaped(_words(operation, derivative))}"
    if operation.derivatives:
        yield ""
    if example := _example(operation):
        yield f"{example}  "
    yield f"PyTorch: `{_torch(operation)}`{f', `{operation.grad_fn}`' if operation.grad_fn else ''}"
    yield ""


def _escaped(text: str) -> str:
    return text.replace("*", "\\*")


class _Sample(NamedTuple):
    """Operands and attributes for which an operation can be shown."""

    operands: tuple[Value, ...]
    attributes: Attributes

    @property
    def shapes(self) -> list[Shape]:
        return [operand.shape for operand in self.operands]


@cache
def _sample(name: str) -> _Sample:
    """Numbers where every derivative is written down; else the largest of a few arrays that fit."""
    operation = OPERATIONS[name]
    arity = 2 if operation.variadic else len(operation.operands)
    is_elementwise = not operation.variadic and all(derivative.local for derivative in operation.derivatives)
    for shape, to, whole in product([()] if is_elementwise else _SHAPES, _SHAPES, (0, 3)):
        samples: dict[object, object] = {ParameterKind.SHAPE: to, ParameterKind.INDEX: _INDEX}
        given = {one.name: samples.get(one.kind, whole) for one in operation.parameters if one.required}
        attributes = operation.complete(given)
        try:
            operation.shape([shape] * arity, attributes)
        except ShapeError:
            continue
        numbers = [_HALF] if arity == 1 else _NUMBERS[:arity]
        if operation.mask is not None:
            numbers[operation.mask] = 1.0
        return _Sample(tuple(np.full(shape, one)[()] for one in numbers), attributes)
    raise AssertionError(f"{name} fits nothing")


def _slots(operation: Operation) -> Sequence[str]:
    return operation.slots(len(_sample(operation.name).operands))


def _derivatives(operation: Operation) -> Iterator[tuple[str, Derivative]]:
    """The derivative by each operand but a mask."""
    for position, slot in enumerate(_slots(operation)):
        if operation.derivatives and position != operation.mask:
            yield slot, operation.derivatives[position]


def _names(operation: Operation) -> dict[str, str]:
    names = {slot: slot for slot in _slots(operation)}
    call = fill(operation.notation(_slots(operation), _sample(operation.name).attributes), names)
    return {**names, "y": "y", "g": "∂out/∂y", "statement": f"y = {call}"}


def _value(operation: Operation) -> str:
    return fill(operation.words, _names(operation))


def _formula(operation: Operation, operand: str, derivative: Derivative) -> str:
    """`∂y/∂a = b`; for a rule what arrives, `∂out/∂a = ∂out/∂y @ bᵀ`."""
    sample = _sample(operation.name)
    formula = typeset(fill(derivative.formula_for(sample.shapes, sample.attributes), _names(operation)))
    return f"∂{'y' if derivative.local else 'out'}/∂{operand} = {formula}"


def _words(operation: Operation, derivative: Derivative) -> str:
    sample = _sample(operation.name)
    y = operation.forward(*sample.operands, **sample.attributes)
    return fill(derivative.words_for(y, sample.operands), _names(operation))


def _example(operation: Operation) -> str:
    """`At a = 2, b = 3: y = 6, ∂y/∂a = 3, ∂y/∂b = 2`: computed, for what is taken element by element."""
    operands, attributes = _sample(operation.name)
    if not operation.derivatives or any(operand.ndim for operand in operands):
        return ""
    y = operation.forward(*operands, **attributes)
    given = [f"{name} = {number(float(value))}" for name, value in zip(_slots(operation), operands, strict=True)]
    found = [f"y = {number(float(y))}"]
    for name, derivative in _derivatives(operation):
        if derivative.local:
            found.append(f"∂y/∂{name} = {number(float(derivative.local(y, *operands, **attributes)))}")
    return f"At {', '.join(given)}: {', '.join(found)}."


def _torch(operation: Operation) -> str:
    sample = _sample(operation.name)
    return operation.torch_spelling(_slots(operation), sample.shapes, sample.attributes)


def _others(operation: Operation) -> str:
    return ", ".join(f"`{alias}`" for alias in operation.aliases)
