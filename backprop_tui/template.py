"""Templates of operations, taken apart: what is filled in, and what stands between."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple


class Slot(NamedTuple):
    """A place for an operand, with what touches it."""

    opening: str
    """What opens before it: `softmax(`, `-`."""
    name: str
    closing: str
    """What closes after it: `)`, `ᵀ`, `[0, 1:3]`."""
    more: str
    """A comma, and what else the call around it is given: `, axis=0)`."""


@lru_cache(4096)
def pieces(template: str) -> tuple[Slot | str, ...]:
    """The slots of a template and the operators around them, in order.

    >>> pieces("{g} @ sum({x}, axis=0)")
    (Slot(opening='', name='g', closing='', more=''), '@', Slot(opening='sum(', name='x', closing='', more=', axis=0)'))
    """
    found: list[Slot | str] = []
    end = 0
    for match in _SLOT.finditer(template):
        found += [template[end : match.start()].strip(), Slot(*match.groups())]
        end = match.end()
    return tuple(piece for piece in (*found, template[end:].strip()) if piece)


_SLOT = re.compile(
    r"(-?(?:[\w√]*\(\[?|\w+\*\*)*-?)"  # -sum(  concat([  e**(-
    r"\{(\w+)\}"
    r"((?:[])ᵀ²]|\[[^]]*\]|\*\*(?:\d[\d.e]*|\(-[\d.e-]+\)))*)"  # )  ]  ᵀ  [0, 1:3]  **2
    r"((?:, [^{}]*\)|,)?)"  # the literals of the call, or the comma before its next operand
)
