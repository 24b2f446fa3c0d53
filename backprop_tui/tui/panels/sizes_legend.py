"""What the weights of lines and the shades of gradients stand for, in the edge of the graph's frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, zip_longest

from backprop_tui.drawing.glyphs import DASHED, HEAVY, LIGHT, NOT_FINITE, SHADES
from backprop_tui.drawing.state import HEAT, WEIGHTS, Emphasis


def _scale(marks: Iterable[str], shares: Sequence[float]) -> str:
    """Marks, with the shares between them at which one turns into the next."""
    steps = zip_longest(marks, [f"{share:g}" for share in shares], fillvalue="")
    return " ".join(filter(None, chain.from_iterable(steps)))


_SCALES = {
    Emphasis.WEIGHTS: ("contribution", _scale((DASHED.across, LIGHT.across, HEAVY.across), WEIGHTS)),
    Emphasis.HEAT: ("gradient", _scale(SHADES, HEAT[1:])),
}


def legend(emphasis: Emphasis, cells: int, *, has_trouble: bool) -> str:
    """`contribution ╌ 0.001 ─ 0.1 ━ of the largest`, of all so far; with fewer words where there is no room for these.

    `has_trouble` is whether some gradient of the run is not finite.
    """
    if emphasis is Emphasis.NOTHING:
        return ""
    what, scale = _SCALES[emphasis]
    trouble = f"   {NOT_FINITE} not finite" if has_trouble and emphasis is Emphasis.HEAT else ""
    texts = f"{what} {scale} of the largest{trouble}", f"{what} {scale}{trouble}", f"{scale}{trouble}"
    return next((text for text in texts if len(text) <= cells), "")
