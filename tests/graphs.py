"""Graphs built by hand, without a scenario: what the tests of the operations and the engine run on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from backprop_tui.formatting import clip
from backprop_tui.graph import Graph, Kind, Node, Value
from backprop_tui.ops.operation import fill
from backprop_tui.ops.registry import OPERATIONS
from backprop_tui.scenario.limits import LABEL_CHARACTERS

Number = float | Sequence[object] | Value


def value_of(number: Number) -> Value:
    """A scalar as np.float64, anything else as a float64 array: never a 0-d array."""
    return np.asarray(number, dtype=np.float64)[()]


class Builder:
    """Collects nodes in program order.

    ```python
    build = Builder()
    a = build.input("a", 2.0)
    graph = build.graph(build.op("mul", a, a, name="y"))
    ```
    """

    def __init__(self) -> None:
        self._nodes: list[Node] = []
        self._inner = 0

    def input(self, name: str, number: Number, *, requires_grad: bool = True) -> int:
        value = value_of(number)
        return self._add(name, Kind.INPUT, shape=value.shape, value=value, requires_grad=requires_grad)

    def constant(self, number: Number) -> int:
        value = value_of(number)
        return self._add(
            self._inner_name(),
            Kind.CONSTANT,
            shape=value.shape,
            value=value,
            label=str(value.tolist()).removesuffix(".0"),
        )

    def op(self, op: str, *operands: int, name: str = "", **given: object) -> int:
        operation = OPERATIONS[op]
        attributes = operation.complete(given)
        shapes = [self._nodes[operand].shape for operand in operands]
        slots = operation.slots(len(operands))
        titles = dict(zip(slots, (self._nodes[operand].title for operand in operands), strict=True))
        carries = operation.differentiable and any(self._nodes[operand].requires_grad for operand in operands)
        return self._add(
            name or self._inner_name(),
            Kind.OPERATION,
            shape=operation.shape(shapes, attributes),
            requires_grad=carries,
            op=op,
            operands=operands,
            attributes=attributes,
            label=clip(fill(operation.notation(slots, attributes), titles), LABEL_CHARACTERS),
        )

    def graph(self, output: int | None = None, seed: Number | None = None) -> Graph:
        """The graph of what was added; the last node is the output. An array needs a seed; default: ones."""
        output = len(self._nodes) - 1 if output is None else output
        ones = np.ones(self._nodes[output].shape)[()]
        return Graph(tuple(self._nodes), output, ones if seed is None else value_of(seed))

    def _add(self, name: str, kind: Kind, **fields: object) -> int:
        index = len(self._nodes)
        fields.setdefault("label", name)
        self._nodes.append(Node(index=index, name=name, kind=kind, **fields))  # type: ignore[arg-type]
        return index

    def _inner_name(self) -> str:
        self._inner += 1
        return f"%{self._inner}"


def tree() -> Graph:
    """The expression tree of the lesson: e = (a + b) · (b + 1) at a = 2, b = 1."""
    build = Builder()
    a, b = build.input("a", 2.0), build.input("b", 1.0)
    c = build.op("add", a, b, name="c")
    d = build.op("add", b, build.constant(1.0), name="d")
    return build.graph(build.op("mul", c, d, name="e"))


def single(
    op: str,
    operands: Sequence[Number],
    attributes: Mapping[str, object] | None = None,
    seed: Number | None = None,
) -> Graph:
    """One operation `y` on inputs named as its operands are."""
    build = Builder()
    operation = OPERATIONS[op]
    indices = [
        build.input(name, number, requires_grad=position != operation.mask)
        for position, (name, number) in enumerate(zip(operation.slots(len(operands)), operands, strict=True))
    ]
    return build.graph(build.op(op, *indices, name="y", **(attributes or {})), seed)


def chain(length: int) -> Graph:
    """`length` operations in a row: sin of sin of … x."""
    build = Builder()
    node = build.input("x", 1.0)
    for _ in range(length):
        node = build.op("sin", node)
    return build.graph()


def diamond(layers: int) -> Graph:
    """`layers` times x := x·½ + x·½. 2**layers paths lead from the input to the output; its gradient is 1."""
    build = Builder()
    half, node = build.constant(0.5), build.input("x", 3.0)
    for _ in range(layers):
        node = build.op("add", build.op("mul", node, half), build.op("mul", node, half))
    return build.graph()


def same_bits(a: Value | None, b: Value | None) -> bool:
    """Whether two values are equal bit for bit: -0.0 is not 0.0, and NaN is itself."""
    if a is None or b is None:
        return a is b
    return a.shape == b.shape and np.asarray(a).tobytes() == np.asarray(b).tobytes()
