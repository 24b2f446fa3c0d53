"""Operations that choose: where the value comes from, the gradient goes back; everything else gets nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from backprop_tui.graph import Attributes, Shape, Value
from backprop_tui.ops.elementary import BOTH_SIGNS, elementwise
from backprop_tui.ops.kinks import Kink
from backprop_tui.ops.operation import ONE, Derivative, Operation, Parameter, ParameterKind, Sample, plain
from backprop_tui.ops.shapes import broadcast

ZERO = np.float64(0.0)

SLOPE = Parameter(name="negative_slope", kind=ParameterKind.NUMBER, default=0.01)
LOWEST = Parameter(name="min", kind=ParameterKind.BOUND, aliases=("a_min",))
HIGHEST = Parameter(name="max", kind=ParameterKind.BOUND, aliases=("a_max",))


def relu(x: Value) -> Value:
    """max(x, 0), and NaN for NaN."""
    if isinstance(x, np.float64):
        return ZERO if x <= ZERO else x
    return plain(np.where(x <= ZERO, 0.0, x))


def relu_slope(y: Value, x: Value) -> Value:
    """1 where x > 0, 0 where x ≤ 0; 1 for NaN (PyTorch)."""
    if isinstance(x, np.float64):
        return ZERO if x <= ZERO else ONE
    return plain(np.where(x <= ZERO, 0.0, 1.0))


def relu_gate(g: Value, y: Value, x: Value) -> Value:
    """The gradient where x > 0 or NaN, and 0 elsewhere, even if the gradient is infinite (PyTorch)."""
    if isinstance(x, np.float64):
        return ZERO if x <= ZERO else g
    return np.where(x <= ZERO, 0.0, g)


def clip(x: Value, min: float | None, max: float | None) -> Value:  # noqa: A002  (as NumPy and PyTorch call them)
    """x, moved to the nearer bound if it is beyond one. The upper bound wins where they cross (PyTorch)."""
    low, high = -np.inf if min is None else min, np.inf if max is None else max
    return np.minimum(np.maximum(x, low), high)


def clip_slope(y: Value, x: Value, min: float | None, max: float | None) -> Value:  # noqa: A002
    """1 within the bounds and on them, 0 beyond, and for NaN (PyTorch)."""
    low, high = -np.inf if min is None else min, np.inf if max is None else max
    return plain(np.where((x >= low) & (x <= high), 1.0, 0.0))


def clip_region(x: Value, min: float | None, max: float | None) -> Value:  # noqa: A002
    """-2 below both bounds, 0 between them, 2 above; -1 and 1 on them."""
    low, high = -np.inf if min is None else min, np.inf if max is None else max
    return np.sign(x - low) + np.sign(x - high)


def _torch_clamp(min: object, max: object) -> str:  # noqa: A002
    if min is None and max is None:  # which PyTorch refuses
        return "torch.clamp({x}, min=-float('inf'))"
    return f"torch.clamp({{x}}, min={min}, max={max})"


def _clip_formula(_shapes: Sequence[Shape], attributes: Attributes) -> str:
    low, high = attributes["min"], attributes["max"]
    bounds = f"{{x}} ≤ {high}" if low is None else f"{low} ≤ {{x}}" + ("" if high is None else f" ≤ {high}")
    return "1" if low is None and high is None else f"1 if {bounds}, else 0"


def _relu_words(_y: Value, x: Value) -> str:
    if x.ndim:
        open_gates = int(np.count_nonzero(x > 0))
        return f"relu passes the gradient only where {{x}} is positive: at {open_gates} of {x.size} elements."
    if x < 0:
        return "{x} is negative, so relu is flat here and stops the gradient: nothing passes through."
    return "{x} is positive, so relu is open: the gradient passes unchanged."


def _chosen(which: str, kind: str, name: str, other: str) -> Callable[[Value, Value, Value], str]:
    def words(y: Value, a: Value, b: Value) -> str:
        if y.ndim:
            return f"{which} routes: {{{name}}} gets all of the gradient where it is the {kind}, nothing elsewhere."
        if (a if name == "a" else b) == y:
            return f"{{{name}}} is the {kind} of the two, so it alone decided {{y}}: it gets the whole gradient."
        return f"{{{other}}} is the {kind} of the two: {{{name}}} had no say in {{y}}, so it gets nothing."

    return words


def _choice(
    name: str, forward: Callable[[Value, Value], Value], loses: Callable[[Any, Any], Any], kind: str
) -> Operation:
    """`maximum` or `minimum`. `loses(a, b)`: where a is not the one chosen. NaN loses nowhere (PyTorch)."""

    def slope(a: Value, b: Value) -> Value:
        return plain(np.where(a == b, 0.5, np.where(loses(a, b), 0.0, 1.0)))

    def gate(g: Value, a: Value, b: Value) -> Value:
        return plain(np.where(a == b, 0.5 * g, np.where(loses(a, b), 0.0, g)))

    return Operation(
        name=name,
        operands=("a", "b"),
        forward=forward,
        shape=broadcast,
        words=f"{{y}} is the {kind} of {{a}} and {{b}}.",
        torch=f"torch.{name}({{a}}, {{b}})",
        derivatives=(
            Derivative(
                local=lambda y, a, b: slope(a, b),
                vjp=lambda g, y, a, b: gate(g, a, b),
                formula=f"1 if {{a}} is the {kind}, else 0",
                rule=f"routed to the {kind}",
                words=_chosen(f"A {name}", kind, "a", "b"),
            ),
            Derivative(
                local=lambda y, a, b: slope(b, a),
                vjp=lambda g, y, a, b: gate(g, b, a),
                formula=f"1 if {{b}} is the {kind}, else 0",
                rule=f"routed to the {kind}",
                words=_chosen(f"A {name}", kind, "b", "a"),
            ),
        ),
        kinks=(
            Kink(
                where=lambda y, a, b: a == b,
                side=lambda y, a, b: np.sign(a - b),
                met="{a} and {b} are equal, a tie",
                taken="each gets half of the gradient, as in PyTorch",
            ),
            Kink(
                where=lambda y, a, b: np.isnan(y),
                met="{a} or {b} is not a number",
                taken="both get the whole gradient, as in PyTorch",
                forward=False,
            ),
        ),
        sample=Sample(([1.0, 4.0], [3.0, 2.0])),
    )


OPERATIONS = (
    elementwise(
        "relu",
        relu,
        relu_slope,
        vjp=relu_gate,
        formula="1 if {x} > 0, else 0",
        rule="gate",
        words="{y} is {x} where that is positive, and 0 elsewhere.",
        because=_relu_words,
        kinks=(
            Kink(
                where=lambda y, x: x == 0,
                side=lambda y, x: np.sign(x),
                met="{x} is exactly 0, the kink of relu",
                taken="the derivative is taken as 0, as in PyTorch",
            ),
            Kink(
                where=lambda y, x: np.isnan(x),
                met="{x} is not a number",
                taken="the derivative is taken as 1, as in PyTorch",
                forward=False,
            ),
        ),
        sample=BOTH_SIGNS,
    ),
    elementwise(
        "leaky_relu",
        lambda x, negative_slope: plain(np.where(x > 0, x, negative_slope * x)),
        lambda y, x, negative_slope: plain(np.where(x > 0, 1.0, negative_slope)),
        formula=lambda _, attributes: f"1 if {{x}} > 0, else {attributes['negative_slope']}",
        rule="leaky gate",
        words="{y} is {x} where that is positive, and a small part of it elsewhere.",
        because="Where {x} is positive the gradient passes unchanged; elsewhere a little of it leaks through.",
        parameters=(SLOPE,),
        kinks=(
            Kink(
                where=lambda y, x, negative_slope: (x == 0) & (negative_slope != 1),
                side=lambda y, x, negative_slope: np.sign(x) * (negative_slope != 1),
                met="{x} is exactly 0, the kink of leaky_relu",
                taken="the derivative is taken as negative_slope, as in PyTorch",
            ),
        ),
        sample=BOTH_SIGNS,
        torch=lambda _, attributes: (
            f"torch.nn.functional.leaky_relu({{x}}, negative_slope={attributes['negative_slope']})"
        ),
    ),
    elementwise(
        "clip",
        clip,
        clip_slope,
        vjp=lambda g, y, x, min, max: plain(np.where(clip_slope(y, x, min, max) != 0, g, 0.0)),  # noqa: A006
        formula=_clip_formula,
        rule="gate between bounds",
        words="{y} is {x}, moved to the nearer bound if it is beyond one.",
        because="Within the bounds {y} moves with {x} and the gradient passes; beyond them {y} stands still.",
        parameters=(LOWEST, HIGHEST),
        kinks=(
            Kink(
                where=lambda y, x, min, max: ((x == min) | (x == max)) & (clip_slope(y, x, min, max) != 0),  # noqa: A006
                side=lambda y, x, min, max: clip_region(x, min, max),  # noqa: A006
                met="{x} is exactly on a bound, a kink of clip",
                taken="the derivative is taken as 1, as in PyTorch",
            ),
            Kink(
                where=lambda y, x, min, max: np.isnan(x),  # noqa: A006
                met="{x} is not a number",
                taken="the derivative is taken as 0, as in PyTorch",
                forward=False,
            ),
        ),
        sample=Sample(([-2.0, 0.5, 3.0],), {"min": 0, "max": 1}),
        torch=lambda _, attributes: _torch_clamp(**attributes),
        torch_node="ClampBackward1",
    ),
    _choice("maximum", np.maximum, lambda a, b: a < b, "larger"),
    _choice("minimum", np.minimum, lambda a, b: a > b, "smaller"),
    Operation(
        name="where",
        operands=("mask", "a", "b"),
        forward=lambda mask, a, b: plain(np.where(mask != 0, a, b)),
        shape=broadcast,
        words="{y} is {a} where {mask} is 1 (or anything but 0), and {b} where it is 0.",
        torch="torch.where({mask} != 0, {a}, {b})",
        mask=0,
        sample=Sample(([1.0, 0.0], [3.0, 4.0], [5.0, 6.0])),
        derivatives=(
            Derivative(
                local=lambda y, mask, a, b: ZERO,
                formula="0",
                rule="only says where",
                words="{mask} only says which of the two is taken: no gradient passes.",
            ),
            Derivative(
                local=lambda y, mask, a, b: plain(np.where(mask != 0, 1.0, 0.0)),
                vjp=lambda g, y, mask, a, b: plain(np.where(mask != 0, g, 0.0)),
                formula="1 where {mask} ≠ 0, else 0",
                rule="routed by the mask",
                words="The mask routes: {a} gets the gradient where it was chosen, and nothing elsewhere.",
            ),
            Derivative(
                local=lambda y, mask, a, b: plain(np.where(mask != 0, 0.0, 1.0)),
                vjp=lambda g, y, mask, a, b: plain(np.where(mask != 0, 0.0, g)),
                formula="0 where {mask} ≠ 0, else 1",
                rule="routed by the mask",
                words="The mask routes: {b} gets the gradient where it was chosen, and nothing elsewhere.",
            ),
        ),
    ),
)
