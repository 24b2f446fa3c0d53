"""What an array is like as a whole: where its numbers lie, and how many of them are special."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backprop_tui.formatting import NO_GRADIENT, NOT_COMPUTED, NUMBER_WIDTH, is_cancelled, number
from backprop_tui.graph import Array, Value
from backprop_tui.tui.lines import Ink, Line, Page, Span

_HUGE, _TINY = 1e150, 1e-150
"""Beyond these squares are not what they should be."""
_DWARFED = 1_000
_NEAR_0 = 1e-9
"""Nothing is dwarfed whose size is rounding error in most of the elements."""


@dataclass(frozen=True)
class Statistics:
    """Of the numbers of an array that is not empty."""

    mean: float
    std: float
    """Of the elements themselves: divided by their count."""
    norm: float
    """√Σx²."""
    least: float
    """NaN does not count, here and below, unless there is nothing else."""
    least_at: tuple[int, ...]
    most: float
    most_at: tuple[int, ...]
    largest: float
    """The largest |x| that is finite; 0 if there is none."""
    usual: float
    """The largest |x| that does not dwarf the others, as the -1e9 of a mask does."""
    zeros: int
    infinite: int
    nans: int

    @classmethod
    def of(cls, value: Value) -> Statistics | None:
        """The statistics of an array, in a few passes over it; None if it has no elements."""
        x = np.asarray(value)
        if not x.size:
            return None
        with np.errstate(all="ignore"):
            nans = np.isnan(x)
            count = int(np.count_nonzero(nans))
            least = int(np.argmin(np.where(nans, np.inf, x) if count else x))
            most = int(np.argmax(np.where(nans, -np.inf, x) if count else x))
            if count == x.size:
                least = most = 0
            finite = np.isfinite(x)
            size = np.abs(x)
            largest = float(np.max(size, where=finite, initial=0.0))
            usual = _usual(size[finite & (size > 0)], largest)
            scale = largest if not _TINY < largest < _HUGE and largest else 1.0
            scaled = x / scale if scale != 1.0 else x
            places = [tuple(int(one) for one in np.unravel_index(at, x.shape)) for at in (least, most)]
            return cls(
                mean=float(np.mean(scaled)) * scale,
                std=float(np.std(scaled)) * scale,
                norm=float(np.linalg.norm(scaled)) * scale,
                least=float(x.flat[least]),
                least_at=places[0],
                most=float(x.flat[most]),
                most_at=places[1],
                largest=largest,
                usual=usual,
                zeros=x.size - int(np.count_nonzero(x)),
                infinite=x.size - int(np.count_nonzero(finite)) - count,
                nans=count,
            )


def _usual(sizes: Array, largest: float) -> float:
    """The largest of some sizes that are not 0, without those that are a thousand times as large as their median."""
    middle = (sizes.size - 1) // 2
    median = float(np.partition(sizes, middle)[middle]) if sizes.size else 0.0
    if median < _NEAR_0 or largest <= _DWARFED * median:
        return largest
    return float(np.max(sizes, where=sizes <= _DWARFED * median, initial=0.0))


_HEADS = "mean", "std", "min", "max", "norm", "zeros", "inf", "nan"
_MEAN = _HEADS.index("mean")
_COUNTS = _HEADS.index("zeros")
"""From here on they are counts."""
_LABELS, _INKS = ("value", "gradient"), (Ink.FORWARD, Ink.BACKWARD)
_LABEL = 10
_GAP = "  "


def page(value: Statistics | None, gradient: Statistics | None, missing: tuple[str, str], cells: int) -> Page:
    """A row each for value and gradient; where that is too wide, a column each. `missing` stands for what is not."""
    both = value, gradient
    rows = [_texts(one, text) for one, text in zip(both, missing, strict=True)]
    inks = [
        [_ink(one, text, place, ink) for place, text in enumerate(row)]
        for one, row, ink in zip(both, rows, _INKS, strict=True)
    ]
    least = [max(map(len, column)) for column in zip(_HEADS, *rows, strict=True)]
    steady = [max(size, NUMBER_WIDTH if place < _COUNTS else 0) for place, size in enumerate(least)]
    for widths in (steady, least):
        if _LABEL + sum(widths) + len(_GAP) * (len(widths) - 1) > cells:
            continue
        table = [_row("", _HEADS, widths, [Ink.HEADING] * len(_HEADS))]
        table += [_row(label, row, widths, its_inks) for label, row, its_inks in zip(_LABELS, rows, inks, strict=True)]
        return Page.of(table)  # as a rule of the width that any numbers have, so that steps move nothing
    widths = [max(map(len, (label, *row))) for label, row in zip(_LABELS, rows, strict=True)]
    table = [_row("", _LABELS, widths, [Ink.HEADING] * 2)]
    table += [
        _row(head, texts, widths, [its_inks[place] for its_inks in inks])
        for place, (head, *texts) in enumerate(zip(_HEADS, *rows, strict=True))
    ]
    return Page.of(table)


def _row(label: str, texts: Sequence[str], widths: Sequence[int], inks: Sequence[Ink]) -> Line:
    cells = [Span(_GAP + text.rjust(size), ink) for text, size, ink in zip(texts, widths, inks, strict=True)]
    return (Span(label.ljust(_LABEL - len(_GAP)), Ink.FAINT), *cells)


def _texts(statistics: Statistics | None, missing: str) -> list[str]:
    if statistics is None:
        return [missing] * len(_HEADS)
    s = statistics
    numbers = [number(s.mean), number(s.std), _placed(s.least, s.least_at), _placed(s.most, s.most_at), number(s.norm)]
    return [*numbers, str(s.zeros), str(s.infinite), str(s.nans)]


def _placed(x: float, element: tuple[int, ...]) -> str:
    return f"{number(x)} [{','.join(map(str, element))}]" if element else number(x)


def _ink(statistics: Statistics | None, text: str, place: int, ink: Ink) -> Ink:
    if place > _COUNTS:
        return Ink.TROUBLE if text.isdecimal() and text != "0" else Ink.FAINT
    if text in ("0", NOT_COMPUTED, NO_GRADIENT):
        return Ink.FAINT
    if statistics and place == _MEAN and is_cancelled(statistics.mean, statistics.largest):
        return Ink.FAINT  # what rounding has left of it stands there as it is, but it says nothing
    return Ink.TROUBLE if text.startswith(("nan", "inf", "-inf")) else ink
