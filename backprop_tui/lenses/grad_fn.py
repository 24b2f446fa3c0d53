"""What PyTorch calls the function that takes a gradient back through a node: `grad_fn=<MulBackward0>`.

That is the last one that the expression of the node calls, and depends on more than the operation: on what is a number
and no tensor (`1 - x` is an `rsub`), on shapes, and on which of PyTorch's overloads the arguments choose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from backprop_tui.graph import Attributes, Graph, Kind, Node
from backprop_tui.ops.registry import OPERATIONS
from backprop_tui.ops.shapes import axes_of

_Exception: TypeAlias = Callable[[Sequence[Node], Attributes], str]
"""(operands, attributes) -> the name; empty if it is the operation's usual one."""


def grad_fn_of(graph: Graph, node: Node) -> str:
    """The name; empty if the node has none: it is a leaf, or requires no gradient."""
    if not node.op or not node.requires_grad:
        return ""
    exception = _EXCEPTIONS.get(node.op)
    special = exception([graph.nodes[operand] for operand in node.operands], node.attributes) if exception else ""
    return special or OPERATIONS[node.op].grad_fn


def _is_number(node: Node) -> bool:
    return node.kind is Kind.CONSTANT and not node.shape


def _sub(operands: Sequence[Node], _: Attributes) -> str:
    return "RsubBackward1" if _is_number(operands[0]) else ""


def _div(operands: Sequence[Node], _: Attributes) -> str:
    return "MulBackward0" if _is_number(operands[0]) else ""  # the reciprocal, times the number


def _pow(operands: Sequence[Node], _: Attributes) -> str:
    return "PowBackward2" if _is_number(operands[0]) else "PowBackward0" if _is_number(operands[1]) else "PowBackward1"


def _reduced(name: str) -> _Exception:
    return lambda _, given: "" if given["axis"] is None and not given["keepdims"] else f"{name}Backward1"


def _prod(operands: Sequence[Node], given: Attributes) -> str:
    name = _reduced("Prod")(operands, given)
    return name if operands[0].shape or not name else "CloneBackward0"  # over no axis at all


def _matmul(operands: Sequence[Node], _: Attributes) -> str:
    match [len(operand.shape) for operand in operands]:
        case [1, 1]:
            return "DotBackward0"
        case [2, 1]:
            return "MvBackward0"
        case [2, 2]:
            return "MmBackward0"
        case [1, 2]:
            return "SqueezeBackward4"
        case [2, _]:
            return "CloneBackward0"
    return "UnsafeViewBackward0"


_WHOLE = ((None, None, None), (None, None, 1))
"""Slices that take all there is, and that PyTorch passes over."""


def _index(_: Sequence[Node], given: Attributes) -> str:
    index: Any = given["index"]
    name = "AliasBackward0"
    for one in index:
        if one is None:
            name = "UnsqueezeBackward0"
        elif isinstance(one, int):
            name = "SelectBackward0"
        elif one != "..." and one not in _WHOLE:
            name = "SliceBackward0"
    return name


def _shares(otherwise: str) -> _Exception:
    def name(operands: Sequence[Node], given: Attributes) -> str:
        shape, axis = operands[0].shape, given["axis"]
        if isinstance(axis, int) and shape:
            return ""
        return "ViewBackward0" if not shape or len(axes_of(shape, axis)) == len(shape) else otherwise

    return name


def _cross_entropy(operands: Sequence[Node], given: Attributes) -> str:
    logits, targets = operands
    if logits.shape != targets.shape:
        return ""
    return "DivBackward1" if given["reduction"] == "mean" else "NegBackward0"


def _squeeze(_: Sequence[Node], given: Attributes) -> str:
    axis = given["axis"]
    return "" if axis is None else "SqueezeBackward1" if isinstance(axis, int) else "SqueezeBackward2"


_EXCEPTIONS: Mapping[str, _Exception] = {
    "cross_entropy": _cross_entropy,
    "div": _div,
    "index": _index,
    "log_softmax": _shares("LogBackward0"),
    "matmul": _matmul,
    "mean": _reduced("Mean"),
    "pow": _pow,
    "prod": _prod,
    "softmax": _shares("ExpBackward0"),
    "squeeze": _squeeze,
    "sub": _sub,
    "sum": _reduced("Sum"),
}
