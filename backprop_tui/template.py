"""Templates of operations, taken apart: what is filled in, and what stands between."""

from __future__ import annotations

import re
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


def pieces(template: str) -> list[Slot | str]:
    """The slots of a template and the operators around them, in order.

    >>> pieces("{g} @ sum({x}, axis=0)")
    [Slot(opening='', name='g', closing='', more=''), '@', Slot(opening='sum(', name='x', closing='', more=', axis=0)')]
    """
    found: list[Slot | str] = []
    end = 0
    for match in _SLOT.finditer(template):
        found += [template[end : match.start()].strip(), Slot(*match.groups())]
        end = match.end()
    return [piece for piece in (*found, template[end:].strip()) if piece]


_SLOT = re.compile(
    r"((?:[\w√]*\(\[?)*-?)"  # sum(  concat([  -
    r"\{(\w+)\}"
    r"((?:[])ᵀ²]|\[[^]]*\])*)"  # )  ]  ᵀ  [0, 1:3]
    r"((?:, [^{}]*\)|,)?)"  # the literals of the call, or the comma before its next operand
)
