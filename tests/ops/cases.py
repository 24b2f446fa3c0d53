"""Every operation on every kind of shape: one table, read by the PyTorch and the finite difference tests."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from backprop_tui.graph import Graph, Shape
from backprop_tui.ops.registry import OPERATIONS
from tests.graphs import single, value_of

POSITIVE = {"log", "sqrt", "pow"}
"""Operations that are taken on positive numbers only; their edges are in the table of kinks."""

ELEMENTWISE = ("neg", "exp", "log", "sqrt", "abs", "sin", "cos", "tanh", "sigmoid", "relu", "softplus")
BINARY = ("add", "sub", "mul", "div", "pow", "maximum", "minimum")
COMPARISONS = ("lt", "le", "gt", "ge", "eq", "ne")
REDUCTIONS = ("sum", "mean", "max", "min", "logsumexp")
ALONG_AXIS = ("softmax", "log_softmax")

SHAPES: tuple[Shape, ...] = ((), (1,), (3,), (2, 3), (2, 3, 4))
BROADCASTS: tuple[tuple[Shape, Shape], ...] = (
    ((), ()),
    ((), (3,)),
    ((3,), ()),
    ((3,), (3,)),
    ((1,), (3,)),
    ((2, 3), (3,)),
    ((3,), (2, 3)),
    ((2, 1), (1, 3)),
    ((2, 1), (3,)),
    ((1, 1), (2, 3)),
    ((2, 3, 4), (3, 1)),
    ((4,), (2, 3, 4)),
    ((2, 1, 4), (1, 3, 1)),
    ((), (2, 3, 4)),
)
PRODUCTS: tuple[tuple[Shape, Shape], ...] = (
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((3,), (3, 2)),
    ((2, 3), (3, 4)),
    ((1, 3), (3, 1)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((5, 2, 3), (5, 3, 4)),
    ((5, 1, 2, 3), (4, 3, 2)),
    ((5, 2, 3), (3,)),
    ((3,), (5, 3, 4)),
)
AXES: tuple[tuple[Shape, object], ...] = (
    ((), None),
    ((3,), None),
    ((3,), 0),
    ((3,), -1),
    ((2, 3), None),
    ((2, 3), 0),
    ((2, 3), 1),
    ((2, 3), -2),
    ((2, 3), (0, 1)),
    ((2, 3, 4), 1),
    ((2, 3, 4), -1),
    ((2, 3, 4), (0, 2)),
    ((2, 3, 4), (-1, 0)),
    ((2, 3, 4), (1,)),
)
ORDERS: tuple[tuple[Shape, object], ...] = (
    ((), None),
    ((3,), None),
    ((2, 3), None),
    ((2, 3), (1, 0)),
    ((2, 3), (0, 1)),
    ((2, 3, 4), None),
    ((2, 3, 4), (1, 2, 0)),
    ((2, 3, 4), (2, 0, 1)),
    ((2, 3, 4), (-1, 0, -2)),
)
RESHAPES: tuple[tuple[Shape, object], ...] = (
    ((), (1, 1)),
    ((1,), ()),
    ((6,), (2, 3)),
    ((2, 3), 6),
    ((2, 3), -1),
    ((2, 3, 4), (4, -1)),
    ((2, 3, 4), (2, 1, 12)),
)


@dataclass(frozen=True)
class Case:
    """An operation, the shapes of its operands, and its attributes."""

    op: str
    shapes: tuple[Shape, ...]
    attributes: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        given = [f"{name}={value}" for name, value in self.attributes.items()]
        return f"{self.op}({', '.join([*map(str, self.shapes), *given])})".replace(" ", "")

    @cached_property
    def graph(self) -> Graph:
        """The operation on distinct numbers away from kinks, with a seed of distinct numbers."""
        random = np.random.default_rng(zlib.crc32(str(self).encode()))
        operands = [value_of(self._numbers(random, shape)) for shape in self.shapes]
        operation = OPERATIONS[self.op]
        shape = operation.shape(self.shapes, operation.complete(self.attributes))
        return single(self.op, operands, self.attributes, seed=random.uniform(0.5, 2.0, shape))

    def _numbers(self, random: np.random.Generator, shape: Shape) -> object:
        sizes = random.uniform(0.25, 2.0, shape)
        return sizes if self.op in POSITIVE else sizes * random.choice([-1.0, 1.0], shape)


def _cases() -> Iterator[Case]:
    for op in ELEMENTWISE:
        for shape in SHAPES:
            yield Case(op, (shape,))
    for op in (*BINARY, *COMPARISONS):
        for shapes in BROADCASTS:
            yield Case(op, shapes)
    for shapes in PRODUCTS:
        yield Case("matmul", shapes)
    for op in REDUCTIONS:
        for shape, axis in AXES:
            for keepdims in (False, True):
                yield Case(op, (shape,), {"axis": axis, "keepdims": keepdims})
    for op in ALONG_AXIS:
        yield Case(op, ((),))
        for shape, axis in AXES[1:]:
            yield Case(op, (shape,), {"axis": axis})
    for shape, axes in ORDERS:
        yield Case("transpose", (shape,), {"axes": axes})
    for shape, to in RESHAPES:
        yield Case("reshape", (shape,), {"shape": to})


CASES = tuple(_cases())
