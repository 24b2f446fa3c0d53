"""Names that Python takes, for nodes that may be called anything."""

from __future__ import annotations

import builtins
import keyword
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import chain, count

_TAKEN = frozenset({*keyword.kwlist, *dir(builtins), "torch"})
"""What a variable must not be called: what Python reserves, and what it would hide."""
_LONGEST = 24
"""Characters of a name that had to be changed."""


class Identifiers:
    """Gives every node a variable: its own name where Python takes that, otherwise the nearest one that is free.

    Python reads identifiers in their normal form (NFKC), in which two names may be one.
    """

    def __init__(self, names: Iterable[str]) -> None:
        """`names` are all that there are: those that Python takes as they are stand for nothing else."""
        self._used = set(filter(is_plain, names))
        self._untried: dict[str, Iterator[str]] = {}
        """For each name that was asked for, the variables near it that were not tried yet."""

    def of(self, name: str) -> str:
        """The variable for a name. A name that is not plain gets another one each time."""
        return name if is_plain(name) else self.free(_near(name))

    def free(self, near: str) -> str:
        """A variable that nothing else is called, as near to that one as possible; it is taken from now on."""
        if near not in self._untried:
            self._untried[near] = chain((near, f"{near}_"), (f"{near}_{number}" for number in count(2)))
        found = next(one for one in self._untried[near] if is_plain(one) and one not in self._used)
        self._used.add(found)
        return found


def is_plain(name: str) -> bool:
    """Whether a name is a variable of Python as it stands, which hides nothing and means nothing special."""
    return (
        name.isidentifier()
        and name not in _TAKEN
        and not name.startswith("__")
        and all(map(_is_visible, name))
        and (name.isascii() or unicodedata.normalize("NFKC", name) == name)
    )


def _near(name: str) -> str:
    """A name made of letters, digits and `_` alone. It may still be reserved."""
    letters = [one if one.isascii() and _is_visible(one) else "_" for one in unicodedata.normalize("NFKC", name)]
    words = [word for word in "".join(letters).split("_") if word]
    near = "_".join(words)[:_LONGEST].rstrip("_")
    return near if near.isidentifier() else f"v{near}"


def _is_visible(character: str) -> bool:
    return character == "_" or character.isalnum()
