"""Exponentials and logarithms, element by element, to the bases that have names."""

from __future__ import annotations

from math import log

import numpy as np

from backprop_tui.ops.elementary import elementwise
from backprop_tui.ops.kinks import Kink

LN_2, LN_10 = log(2.0), log(10.0)

UNDERFLOW = Kink(
    where=lambda y, x: (y == 0) & np.isfinite(x),
    met="{x} is so far below 0 that {y} is 0 in float64",
    taken="so is the derivative",
)
SATURATED_BELOW = Kink(
    where=lambda y, x: y == -1,
    met="{x} is so far below 0 that {y} is saturated",
    taken="the derivative comes out as 0 in float64",
)


def _edge_of_the_logarithm(name: str, edge: float, slope: str) -> tuple[Kink, ...]:
    """The pole of a logarithm, and what is below it, where PyTorch takes the formula of its slope all the same."""
    return (
        Kink(
            where=lambda y, x: x == edge,
            met=f"{{x}} is {edge:g}, the pole of {name}",
            taken="the derivative is infinite",
        ),
        Kink(
            where=lambda y, x: x < edge,
            met=f"{{x}} is below {edge:g}, where there is no real logarithm",
            taken=f"the derivative is taken as {slope} all the same, as in PyTorch",
        ),
    )


OPERATIONS = (
    elementwise(
        "exp",
        np.exp,
        lambda y, x: y,
        formula="{y}",
        rule="own output",
        words="{y} is e to the power of {x}.",
        because="exp is its own derivative: what it computed on the way forward, {y}, is the factor on the way back.",
        kinks=(UNDERFLOW,),
    ),
    elementwise(
        "exp2",
        np.exp2,
        lambda y, x: y * LN_2,
        formula="{y} · ln 2",
        rule="own output times ln 2",
        words="{y} is 2 to the power of {x}.",
        because="An exponential grows in proportion to itself; to the base 2 by the factor ln 2, about 0.69.",
        kinks=(UNDERFLOW,),
    ),
    elementwise(
        "expm1",
        np.expm1,
        lambda y, x: y + 1.0,
        formula="{y} + 1",
        rule="own output plus one",
        words="{y} is e to the power of {x}, less 1, exact also for a tiny {x}.",
        because="Taking 1 away changes no slope: it is that of exp, which is {y} + 1.",
        kinks=(SATURATED_BELOW,),
    ),
    elementwise(
        "log",
        np.log,
        lambda y, x: 1.0 / x,
        vjp=lambda g, y, x: g / x,  # where 1 / x overflows, this need not
        formula="1 / {x}",
        rule="one over the operand",
        words="{y} is the natural logarithm of {x}.",
        because="The logarithm is steep near 0 and flattens out: its slope is 1 / {x}.",
        kinks=_edge_of_the_logarithm("log", 0, "1 / {x}"),
    ),
    elementwise(
        "log2",
        np.log2,
        lambda y, x: 1.0 / (x * LN_2),
        vjp=lambda g, y, x: g / (x * LN_2),
        formula="1 / ({x} · ln 2)",
        rule="one over the operand, over ln 2",
        words="{y} is the logarithm of {x} to the base 2.",
        because="It is the natural logarithm divided by ln 2, and so is its slope.",
        kinks=_edge_of_the_logarithm("log2", 0, "1 / ({x} · ln 2)"),
    ),
    elementwise(
        "log10",
        np.log10,
        lambda y, x: 1.0 / (x * LN_10),
        vjp=lambda g, y, x: g / (x * LN_10),
        formula="1 / ({x} · ln 10)",
        rule="one over the operand, over ln 10",
        words="{y} is the logarithm of {x} to the base 10.",
        because="It is the natural logarithm divided by ln 10, and so is its slope.",
        kinks=_edge_of_the_logarithm("log10", 0, "1 / ({x} · ln 10)"),
    ),
    elementwise(
        "log1p",
        np.log1p,
        lambda y, x: 1.0 / (x + 1.0),
        vjp=lambda g, y, x: g / (x + 1.0),
        formula="1 / (1 + {x})",
        rule="one over one plus the operand",
        words="{y} is the natural logarithm of 1 + {x}, exact also for a tiny {x}.",
        because="The slope is that of the logarithm, taken at 1 + {x}.",
        kinks=_edge_of_the_logarithm("log1p", -1, "1 / (1 + {x})"),
    ),
)
