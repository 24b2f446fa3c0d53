"""Trigonometric and hyperbolic functions, and their inverses, element by element."""

from __future__ import annotations

import numpy as np

from backprop_tui.ops.elementary import elementwise
from backprop_tui.ops.kinks import Kink

ENDS = (
    Kink(
        where=lambda y, x: abs(x) == 1,
        met="{x} is at an end of -1 … 1, where the curve stands upright",
        taken="the derivative is infinite",
    ),
    Kink(
        where=lambda y, x: abs(x) > 1,
        met="{x} is outside -1 … 1, where there is no such angle",
        taken="the derivative is not a number",
    ),
)

OPERATIONS = (
    elementwise(
        "sin",
        np.sin,
        lambda y, x: np.cos(x),
        formula="cos({x})",
        rule="cosine of the operand",
        words="{y} is the sine of {x}.",
        because="The slope of the sine is the cosine: steepest where sin crosses 0, flat at its peaks.",
    ),
    elementwise(
        "cos",
        np.cos,
        lambda y, x: -np.sin(x),
        formula="-sin({x})",
        rule="minus sine of the operand",
        words="{y} is the cosine of {x}.",
        because="The slope of the cosine is minus the sine: flat at its peaks, falling in between.",
    ),
    elementwise(
        "tan",
        np.tan,
        lambda y, x: 1.0 + y * y,
        formula="1 + {y}²",
        rule="one plus output squared",
        words="{y} is the tangent of {x}.",
        because="The slope of the tangent is never below 1, and grows with its size: 1 + {y}².",
    ),
    elementwise(
        "arcsin",
        np.arcsin,
        lambda y, x: 1.0 / np.sqrt(1.0 - x * x),
        formula="1 / √(1 - {x}²)",
        rule="one over the cosine of the output",
        words="{y} is the angle whose sine is {x}, from -π/2 to π/2.",
        because="Where the sine is flat, its inverse is steep: the slope is 1 / cos({y}).",
        kinks=ENDS,
        torch="torch.asin({x})",
        torch_node="Asin",
    ),
    elementwise(
        "arccos",
        np.arccos,
        lambda y, x: -1.0 / np.sqrt(1.0 - x * x),
        formula="-1 / √(1 - {x}²)",
        rule="minus one over the sine of the output",
        words="{y} is the angle whose cosine is {x}, from 0 to π.",
        because="Where the cosine is flat, its inverse is steep: the slope is -1 / sin({y}).",
        kinks=ENDS,
        torch="torch.acos({x})",
        torch_node="Acos",
    ),
    elementwise(
        "arctan",
        np.arctan,
        lambda y, x: 1.0 / (x * x + 1.0),
        formula="1 / (1 + {x}²)",
        rule="one over one plus operand squared",
        words="{y} is the angle whose tangent is {x}, from -π/2 to π/2.",
        because="The slope is 1 at 0, where it is steepest; far out {y} hardly moves any more.",
        torch="torch.atan({x})",
        torch_node="Atan",
    ),
    elementwise(
        "sinh",
        np.sinh,
        lambda y, x: np.cosh(x),
        formula="cosh({x})",
        rule="hyperbolic cosine of the operand",
        words="{y} is the hyperbolic sine of {x}.",
        because="sinh and cosh are each other's slope: both are made of e**{x} and e**(-{x}).",
    ),
    elementwise(
        "cosh",
        np.cosh,
        lambda y, x: np.sinh(x),
        formula="sinh({x})",
        rule="hyperbolic sine of the operand",
        words="{y} is the hyperbolic cosine of {x}.",
        because="cosh and sinh are each other's slope, with no change of sign: flat only at 0.",
    ),
)
