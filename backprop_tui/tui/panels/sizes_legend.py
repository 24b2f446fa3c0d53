"""What the weights of lines and the shades of gradients stand for, in the edge of the graph's frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, zip_longest

from backprop_tui.drawing.glyphs import DASHED, HEAVY, LIGHT, SHADES
from backprop_tui.drawing.state import HEAT, WEIGHTS, Emphasis


def _scale(marks: Iterable[str], shares: Sequence[float]) -> str:
    """Marks, with the shares between them at which one turns into the next."""
    steps = zip_longest(marks, [f"{share:g}" for share in shares], fillvalue="")
    return " ".join(filter(None, chain.from_iterable(steps))) + " of the largest"


SCALES = {
    Emphasis.NOTHING: "",
    Emphasis.WEIGHTS: f"contribution {_scale((DASHED.across, LIGHT.across, HEAVY.across), WEIGHTS)}",
    Emphasis.HEAT: f"gradient {_scale(SHADES, HEAT[1:])}",
}
"""`contribution ╌ 0.001 ─ 0.1 ━ of the largest`: of all so far."""
