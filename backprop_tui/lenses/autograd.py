"""The same graph by PyTorch, in float64: every value and every gradient, of inputs and of what is computed from them.

The operations are spelled by themselves (`Operation.torch_spelling`). PyTorch is imported when somebody asks for the
comparison, not before, and need not be installed.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from math import inf, isfinite, isnan
from typing import Any, TypeAlias

import numpy as np

from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Kind, Shape, Value
from backprop_tui.lenses.nudging import cost
from backprop_tui.lenses.scales import scales_of_gradients, scales_of_values
from backprop_tui.lenses.spelling import Expression, read
from backprop_tui.ops.operation import plain
from backprop_tui.ops.registry import OPERATIONS

RELATIVE = 1e-10
"""How far two numbers may be apart, as a part of PyTorch's."""
FLOOR = 1e-13
"""How far beyond that, as a part of the largest number that they come from."""
LISTED = 10
"""At most so many elements of one array are listed."""
BUDGET = 5_000_000_000
"""What computing the graph again may cost, in nanoseconds of an ordinary machine, about."""
_PER_NODE, _PASSES = 30_000, 4
"""What a node costs beyond its arithmetic; and how often the arithmetic is done, forwards and backwards."""

_TINY = float(np.finfo(np.float64).tiny)
"""Below this the numbers of float64 are far apart."""
_ZERO, _INFINITE = np.float64(0.0), np.float64(inf)

Found: TypeAlias = float | Shape | None
"""An element; a shape, where the two differ in that; None where there is no gradient."""


@dataclass(frozen=True)
class Disagreement:
    """One element of which PyTorch says otherwise."""

    node: int
    is_gradient: bool
    """Of the node's gradient; otherwise of its value."""
    element: tuple[int, ...]
    """Index of the element; empty for a scalar."""
    ours: Found
    theirs: Found


@dataclass(frozen=True)
class Autograd:
    """What PyTorch says of a run."""

    version: str = ""
    """Its version; empty if it could not be loaded."""
    remark: str = ""
    """Why nothing was compared: `is not installed`. Empty if it was. May hold a stranger's words."""
    distances: Mapping[int, float] = field(default_factory=dict)
    """For each node that was compared, the largest difference in its value and gradient."""
    disagreements: tuple[Disagreement, ...] = ()
    """The first `LISTED` of each array."""
    wrong: int = 0
    """How many elements differ altogether."""
    values: Sequence[Value | None] = ()
    """PyTorch's own, of each node."""
    grads: Sequence[Value | None] = ()


def compare_with_pytorch(timeline: Timeline) -> Autograd:
    """Compute the graph of a run again by PyTorch, and compare every value and every gradient.

    A PyTorch that is missing, cannot be loaded or gives up is a remark, and so is a graph that would cost more than
    `BUDGET`.
    """
    graph = timeline.graph
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            torch = import_module("torch")
            version = str(torch.__version__).partition("+")[0]  # a folder left over passes for a module without one
        except Exception as error:  # a library that is half installed may raise anything
            is_missing = isinstance(error, ModuleNotFoundError) and error.name == "torch"
            return Autograd(remark="is not installed" if is_missing else f"cannot be loaded: {_about(error)}")
        if sum(_PER_NODE + _PASSES * cost(graph, node) for node in graph) > BUDGET:
            return Autograd(version, "would take too long")
        try:
            tensors = tensors_of(torch, timeline)
            output = tensors[graph.output]
            if output.requires_grad:
                output.backward(torch.tensor(graph.seed, dtype=torch.float64))
            values = [_value_of(tensor.detach()) for tensor in tensors]
            grads = [_value_of(tensor.grad) if tensor.requires_grad else None for tensor in tensors]
        except Exception as error:  # an older version may lack an operation; memory may run out
            return Autograd(version, f"gives up: {_about(error)}")
    return _compare(timeline, version, values, grads)


def tensors_of(torch: Any, timeline: Timeline) -> list[Any]:
    """Every node as a tensor of PyTorch in float64; of those that require it, the gradient will be kept."""
    graph = timeline.graph
    expressions: dict[str, Expression] = {}
    tensors: list[Any] = []
    for node in graph:
        if node.kind is Kind.OPERATION:
            operands = [tensors[operand] for operand in node.operands]
            names = [f"v{position}" for position in range(len(operands))]
            shapes = [graph.nodes[operand].shape for operand in node.operands]
            text = OPERATIONS[node.op].torch_spelling(names, shapes, node.attributes)
            if text not in expressions:  # what is spelled alike is read once
                expressions[text] = read(text, torch)
            tensor = expressions[text](operands)
            if any(tensor is operand for operand in operands):  # `prod` of a scalar: one tensor, but two nodes
                tensor = tensor.view_as(tensor)
        else:
            tensor = torch.tensor(timeline.values[node.name], dtype=torch.float64)
            tensor.requires_grad_(node.requires_grad)
        if tensor.requires_grad:
            tensor.retain_grad()
        tensors.append(tensor)
    return tensors


def _value_of(tensor: Any) -> Value | None:
    """A tensor as the engine has its values; a gradient that never came is None."""
    if tensor is None:
        return None
    if tensor.ndim == 0:
        return np.float64(tensor.item())
    array: Value = tensor.numpy()
    return array


def _about(error: Exception) -> str:
    words = str(error).strip().partition("\n")[0].rstrip(" .")  # a clause of a longer line
    return f"{type(error).__name__}{': ' if words else ''}{words}"


def _compare(
    timeline: Timeline, version: str, values: Sequence[Value | None], grads: Sequence[Value | None]
) -> Autograd:
    distances: dict[int, float] = {}
    disagreements: list[Disagreement] = []
    wrong = 0
    unsettled = _unsettled(timeline)
    with np.errstate(all="ignore"):
        for is_gradient, all_ours, all_theirs, measure in (
            (False, timeline.values, values, scales_of_values),
            (True, timeline.grads, grads, scales_of_gradients),
        ):
            scales: Sequence[float] = ()
            for node in timeline.graph:
                ours, theirs = all_ours[node.name], all_theirs[node.index]
                if is_gradient and not node.requires_grad:
                    ours = None  # an output that is no function of anything is seeded all the same
                if not is_gradient and node.kind is not Kind.OPERATION:
                    continue  # both were given it
                if ours is None and theirs is None:
                    continue
                if ours is None or theirs is None or ours.shape != theirs.shape:
                    found = ours if ours is None else ours.shape, theirs if theirs is None else theirs.shape
                    disagreements.append(Disagreement(node.index, is_gradient, (), *found))
                    distances[node.index] = inf
                    wrong += 1
                    continue
                if is_gradient and node.index in unsettled:
                    theirs = plain(np.where(np.isnan(ours), ours, theirs))
                distance = _distance(ours, theirs)
                largest = float(distance if isinstance(distance, np.float64) else np.max(distance))
                distances[node.index] = max(distances.get(node.index, 0.0), largest)
                if largest and np.any(_is_beyond(distance, RELATIVE * np.abs(theirs))):
                    scales = scales or measure(timeline)
                    beyond = _is_beyond(distance, RELATIVE * np.abs(theirs) + FLOOR * scales[node.index] + _TINY)
                    wrong += int(np.count_nonzero(beyond))
                    for flat in np.flatnonzero(beyond)[:LISTED]:
                        element = tuple(map(int, np.unravel_index(flat, ours.shape)))
                        numbers = float(np.asarray(ours)[element]), float(np.asarray(theirs)[element])
                        disagreements.append(Disagreement(node.index, is_gradient, element, *numbers))
    return Autograd(version, "", distances, tuple(disagreements), wrong, values, grads)


def _unsettled(timeline: Timeline) -> set[int]:
    """The nodes to whose gradient comes NaN of which PyTorch takes now one number, now another (`Kink.unsettled`)."""
    found: set[int] = set()
    for node in reversed(timeline.graph.nodes):
        kinks = [kink for kink in OPERATIONS[node.op].kinks if kink.unsettled] if node.op else []
        arrays = [timeline.values[timeline.graph.nodes[operand].name] for operand in node.operands if kinks]
        met = any(np.any(kink.where(timeline.values[node.name], *arrays, **node.attributes)) for kink in kinks)
        if met or node.index in found:
            found.update(node.operands)
    return found


def _distance(ours: Value, theirs: Value) -> Value:
    """How far apart they are, element by element: 0 where both are NaN, inf where only one is, or an infinity."""
    distance: Any = abs(ours - theirs)
    if isinstance(distance, np.float64):  # nearly all nodes of a large graph
        if ours == theirs or (isnan(ours) and isnan(theirs)):
            return _ZERO
        return distance if isfinite(distance) else _INFINITE
    same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    return np.where(same, 0.0, np.where(np.isfinite(distance), distance, inf))


def _is_beyond(distance: Value, bound: Value) -> Any:
    return (distance > 0) & ~(distance < bound)  # so that neither an infinite bound nor NaN excuses anything
