"""Every operation on every kind of shape: one table, read by the PyTorch and the finite difference tests."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import permutations, product

import numpy as np
import pytest

from backprop_tui.graph import Graph, Shape
from backprop_tui.ops.registry import OPERATIONS
from tests.graphs import Builder, value_of

POSITIVE = {"log", "log2", "log10", "log1p", "sqrt", "pow"}
"""Operations that are taken on positive numbers only; their edges are in the table of kinks."""
WITHIN_ONE = {"arcsin", "arccos", "tan"}
"""Operations that are taken on numbers between -1 and 1."""

ELEMENTWISE = (
    *("neg", "square", "sqrt", "reciprocal", "abs", "sign", "floor"),
    *("exp", "exp2", "expm1", "log", "log2", "log10", "log1p"),
    *("sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh"),
    *("tanh", "sigmoid", "log_sigmoid", "softplus", "silu", "gelu", "elu", "erf", "relu", "leaky_relu"),
)
WITH_PARAMETERS: tuple[tuple[str, Mapping[str, object]], ...] = (
    ("gelu", {"approximate": "tanh"}),
    ("elu", {"alpha": 0.5}),
    ("leaky_relu", {"negative_slope": 0.2}),
    ("clip", {"min": -0.7, "max": 0.9}),
    ("clip", {"min": 0.1}),
    ("clip", {"max": 1}),
    ("clip", {}),
)
BINARY = ("add", "sub", "mul", "div", "pow", "hypot", "maximum", "minimum")
CHOICES: tuple[tuple[Shape, Shape, Shape], ...] = (
    ((), (), ()),
    ((3,), (3,), (3,)),
    ((3,), (), (1,)),
    ((2, 1), (3,), (2, 3)),
    ((), (2, 3), (3,)),
    ((4,), (2, 3, 1), (1, 3, 4)),
)
COMPARISONS = ("lt", "le", "gt", "ge", "eq", "ne")
REDUCTIONS: tuple[tuple[str, Mapping[str, object]], ...] = (
    *((op, {}) for op in ("sum", "mean", "prod", "max", "min", "logsumexp", "var", "std", "norm")),
    ("var", {"ddof": 1}),
    ("std", {"ddof": 1}),
    ("var", {"ddof": 0.5}),
    ("norm", {"ord": 1}),
    ("norm", {"ord": "inf"}),
    ("norm", {"ord": 3}),
    ("norm", {"ord": 1.5}),
    ("norm", {"ord": 0.5}),
)
SPREAD = {"var", "std"}
"""Of a single number there is none; see the table of kinks."""
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
    ((1, 2, 3), (5, 3, 4)),
    ((2, 1, 2, 3), (1, 4, 3, 2)),
    ((2, 4, 2, 3), (3,)),
    ((3,), (2, 4, 3, 2)),
)
PATTERNS: tuple[Shape, ...] = tuple(
    shape for rank in range(4) for shape in product(*((1, length) for length in (2, 3, 4)[3 - rank :]))
)
"""Every shape that broadcasts to (2, 3, 4): each of its axes is whole, 1 or missing."""
AXES: tuple[tuple[Shape, object], ...] = (
    ((), None),
    *(((3,), axis) for axis in (None, 0, -1, (0,))),
    *(((2, 3), axis) for axis in (None, 0, 1, -1, -2, (0, 1), (-1, 0))),
    *(((2, 3, 4), axis) for axis in (None, 0, 1, 2, -1, -2, -3, (0, 2), (-1, 0), (1,), (2, 1), (0, 1, 2))),
)
ORDERS: tuple[tuple[Shape, object], ...] = (
    ((), None),
    ((3,), None),
    ((3,), (0,)),
    ((2, 3), None),
    ((2, 3, 4), None),
    *(((2, 3), axes) for axes in permutations(range(2))),
    *(((2, 3, 4), axes) for axes in permutations(range(3))),
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


INDICES: tuple[tuple[Shape, object], ...] = (
    ((3,), (0,)),
    ((3,), (-1,)),
    ((3,), ((1, None, None),)),
    ((3,), ((None, None, None),)),
    ((2, 3), (1,)),
    ((2, 3), (1, 2)),
    ((2, 3), (0, (1, 3, None))),
    ((2, 3), ((None, None, None), -1)),
    ((5, 4), ((None, None, 2), (-3, -1, None))),
    ((2, 3, 4), (1, (0, 2, None))),
    ((2, 3, 4), ((None, 1, None), 0, (None, None, 3))),
    ((), (None,)),
    ((), ("...",)),
    ((3,), ("...", None)),
    ((2, 3), ((None, None, None), None)),
    ((2, 3), (None, 1, None, "...")),
    ((2, 3), (0, "...", 1)),
    ((2, 3, 4), ("...", -1)),
    ((2, 3, 4), (1, "...", None, (1, 3, None))),
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
        steered = operation.mask
        if steered is not None:
            operands[steered] = value_of(np.asarray(operands[steered]) > 0)
        elif self.op == "cross_entropy" and self.shapes[0] != self.shapes[1]:
            steered = 1
            operands[steered] = value_of(
                random.integers(0, 3, self.shapes[1])
            )  # of three classes, the fewest there are
        shape = operation.shape(self.shapes, operation.complete(self.attributes))
        build = Builder()
        inputs = [
            build.input(name, operand, requires_grad=position != steered)
            for position, (name, operand) in enumerate(zip(operation.slots(len(operands)), operands, strict=True))
        ]
        return build.graph(build.op(self.op, *inputs, name="y", **self.attributes), random.uniform(0.5, 2.0, shape))

    def _numbers(self, random: np.random.Generator, shape: Shape) -> object:
        sizes = random.uniform(0.25, 0.9 if self.op in WITHIN_ONE else 2.0, shape)
        return sizes if self.op in POSITIVE else sizes * random.choice([-1.0, 1.0], shape)


def _cases() -> Iterator[Case]:
    for op in ELEMENTWISE:
        for shape in SHAPES:
            yield Case(op, (shape,))
    for op in (*BINARY, *COMPARISONS):
        for shapes in BROADCASTS:
            yield Case(op, shapes)
    for op, attributes in WITH_PARAMETERS:
        for shape in SHAPES:
            yield Case(op, (shape,), attributes)
    for shapes in CHOICES:
        yield Case("where", shapes)
    for shapes in PRODUCTS:
        yield Case("matmul", shapes)
    for op, attributes in REDUCTIONS:
        for shape, axis in AXES:
            for keepdims in (False, True):
                if shape or op not in SPREAD:
                    yield Case(op, (shape,), {**attributes, "axis": axis, "keepdims": keepdims})
    for shape, axis in AXES:
        if isinstance(axis, int):
            yield Case("cumsum", (shape,), {"axis": axis})
    for op in ALONG_AXIS:
        yield Case(op, ((),))
        for shape, axis in AXES[1:]:
            yield Case(op, (shape,), {"axis": axis})
    for reduction in ("mean", "sum", "none"):
        for op in ("mse_loss", "binary_cross_entropy_with_logits"):
            for shape in SHAPES:
                yield Case(op, (shape, shape), {"reduction": reduction})
        for logits in ((3,), (2, 3), (2, 3, 4)):
            yield Case("cross_entropy", (logits, logits), {"reduction": reduction})
            yield Case(
                "cross_entropy", (logits, logits[:1] + logits[2:] if len(logits) > 1 else ()), {"reduction": reduction}
            )
    for op in ("dot", "outer"):
        yield Case(op, ((3,), (3,)))
        yield Case(op, ((1,), (1,)))
    yield Case("outer", ((2,), (4,)))
    for shape, a, b in (
        ((3,), 0, -1),
        *(((2, 3), *axes) for axes in product(range(-2, 2), repeat=2)),
        *(((2, 3, 4), axis, other) for axis, other in zip(range(-3, 3), (0, 2, 1, -1, -3, -2), strict=True)),
    ):
        yield Case("swapaxes", (shape,), {"axis1": a, "axis2": b})
    for shape, axis in (
        ((), None),
        ((1,), None),
        ((2, 3), None),
        ((1, 3, 1), None),
        ((1, 3, 1), 0),
        ((1, 3, 1), -1),
        ((1, 3, 1), (0, -1)),
    ):
        yield Case("squeeze", (shape,), {"axis": axis})
    for shape in ((), (3,), (2, 3), (2, 3, 4)):
        for axis in range(-len(shape) - 1, len(shape) + 1):
            yield Case("unsqueeze", (shape,), {"axis": axis})
    for shape in SHAPES:
        axes = range(max(1, len(shape)))
        for start, end in product(axes, axes):
            if start <= end:
                yield Case("flatten", (shape,), {"start_dim": start, "end_dim": end - len(axes)})
                yield Case("flatten", (shape,), {"start_dim": start - len(axes), "end_dim": end})
        yield Case("flatten", (shape,))
    for shape, to in (
        ((), (3,)),
        ((3,), (2, 3)),
        ((2, 1), (2, 3)),
        ((2, 1), (4, -1, 3)),
        ((1, 3), (1, 3)),
        ((2, 1, 4), (2, 3, -1)),
    ):
        yield Case("expand", (shape,), {"shape": to})
    for shape, index in INDICES:
        yield Case("index", (shape,), {"index": index})
    for op in ("concat", "stack"):
        for shapes in (((3,),), ((3,), (3,)), ((2, 3),) * 3, ((2, 3, 4), (2, 3, 4))):
            for axis in range(-len(shapes[0]) - (op == "stack"), len(shapes[0]) + (op == "stack")):
                yield Case(op, shapes, {"axis": axis})
    yield Case("stack", ((), (), ()), {"axis": 0})
    yield Case("concat", ((2, 3), (1, 3), (4, 3)), {"axis": 0})
    yield Case("concat", ((2, 3), (2, 1)), {"axis": -1})
    for shape, axes in ORDERS:
        yield Case("transpose", (shape,), {"axes": axes})
    for shape, to in RESHAPES:
        yield Case("reshape", (shape,), {"shape": to})


CASES = tuple(_cases())


def each(cases: Iterable[Case]) -> Callable[[Callable[[Case], None]], Callable[[str], None]]:
    """A test of every case, as one test for each operation: thousands of them would take longer to call than to run."""
    of: dict[str, list[Case]] = {}
    for case in cases:
        of.setdefault(case.op, []).append(case)

    def decorate(check: Callable[[Case], None]) -> Callable[[str], None]:
        @pytest.mark.parametrize("op", of)
        def test(op: str) -> None:
            for case in of[op]:
                try:
                    check(case)
                except Exception as error:
                    error.add_note(f"The case is {case}.")
                    raise

        test.__name__, test.__doc__ = check.__name__, check.__doc__
        return test

    return decorate
