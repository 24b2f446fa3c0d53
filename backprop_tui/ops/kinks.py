"""Where an operation has no derivative, an infinite one or none left, and what is taken for it there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Kink:
    """A place where the derivative needs a word: a kink, a jump, a tie, a pole, the end of a domain, saturation.

    Its texts are templates like those of the operation. They are clauses: no capital, no full stop, true of one
    element as of many.
    """

    where: Callable[..., Any]
    """`where(y, *operands, **attributes)`: a mask of the elements at which it is met, or one truth value."""
    met: str
    """What is so there: `{x} is exactly 0, the kink of relu`. Where it counts for itself, `{count}` is how many
    elements: `3 of 12 elements`."""
    taken: str | tuple[str, ...] = ""
    """What the derivative is there, by each operand if they differ. Empty: nothing worth saying."""
    noun: str = "elements"
    """What the mask is over: the elements, or the `results` of a reduction."""
    forward: bool = True
    """Whether the value meets it, too. If not, it is told only on the way back."""
    side: Callable[..., Any] | None = None
    """`side(y, *operands, **attributes)`: labels that change, element by element, where one moves over it. None: there
    is nothing to move over."""
    unsettled: bool = False
    """Whether PyTorch takes now one derivative, now another there, so that it cannot be compared. Ours is NaN."""

    def taken_by(self, operand: int) -> str:
        """What the derivative by an operand is there."""
        return self.taken if isinstance(self.taken, str) else self.taken[operand]
