"""Whether a gradient check would notice: what the broken engine says, beside a finite difference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backprop_tui.graph import Kind
from backprop_tui.lab.comparison import Comparison
from backprop_tui.lenses.finite_differences import Verdict, compare
from backprop_tui.lenses.nudging import Ground

_LIMIT = 20_000_000
"""What evaluating the nodes downstream once may cost, in nanoseconds of an ordinary machine, about."""


@dataclass(frozen=True)
class Noticed:
    """One element of one node, where the finite difference agrees with the right gradient."""

    node: int
    element: tuple[int, ...]
    estimate: float
    """By finite differences."""
    broken: float
    """By the broken engine."""


@np.errstate(all="ignore")
def noticed(comparison: Comparison) -> Noticed | None:
    """Nudge the element that is furthest off: of an input, if one is wrong. None if that would prove nothing."""
    timeline, nodes = comparison.timeline, comparison.timeline.graph.nodes
    wrong = sorted(comparison.wrong, key=lambda node: (nodes[node].kind is not Kind.INPUT, node))
    for node in wrong:
        right, broken = timeline.grads[nodes[node].name], comparison.engine.grads[node]
        if right is None or broken is None or right.shape != broken.shape:
            continue
        off = np.nan_to_num(np.abs(np.asarray(right - broken)), nan=np.inf)
        element = tuple(map(int, np.unravel_index(int(np.argmax(off)), right.shape))) if right.shape else ()
        nudge = Ground(timeline).nudge(node, element, _LIMIT)
        if nudge is None:
            return None
        row, _ = compare(nudge, float(np.asarray(right)[element]), 0.0)
        found = Noticed(node, element, row.estimate, float(np.asarray(broken)[element]))
        return found if row.verdict is Verdict.AGREES else None
    return None
