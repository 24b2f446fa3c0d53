"""What a name is: Latin and Greek letters, digits and `_`. Two names must not look alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

from backprop_tui.scenario import limits
from backprop_tui.scenario.text import describe, is_hidden, quote

RESERVED = frozenset({"true", "false", "True", "False", "None", "none"})
"""Literals of the program language, never names."""

NAME_RULE = "a name is Latin or Greek letters, digits and `_`, and does not begin with a digit"
_LOOKS_LATIN = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονϲϳɑɡı", "ABEZHIKMNOPTYXovcjagi")
_CYRILLIC = dict(zip("АВЕЅІЈКМНОРСТХаеоѕіјрсух", "ABESIJKMHOPCTXaeosijpcyx", strict=True))
"""Letters that are refused, and what was most likely meant."""
_JOINTS = re.compile(r"[ .-]+")
_CANDIDATES = 500
_LIST_CHARACTERS = 60
"""Names that take so many characters are listed, where none is close to the one that was written."""


def normal(name: str) -> str:
    """The one spelling of a name: an é is an é, composed or not (NFC)."""
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def fault(name: str) -> tuple[int, str, str] | None:
    """What keeps a normal name from being one: (index of the character at fault, message, hint), or None."""
    if name.isascii() and name.isidentifier() and len(name) <= limits.NAME_CHARACTERS and name not in RESERVED:
        return None
    if not name:
        return 0, "a name cannot be empty", NAME_RULE
    if len(name) > limits.NAME_CHARACTERS:
        return 0, f"a name has at most {limits.NAME_CHARACTERS} characters, this one {len(name)}", ""
    for index, char in enumerate(name):
        if not is_name_character(char):
            message, hint = _character_fault(char)
            return index, message, _repaired(name) or hint
    if name[0].isdigit():
        return 0, "a name does not begin with a digit", NAME_RULE
    if name in RESERVED:
        return 0, f"'{name}' is a word of the program language, not a name", "it can only be the value of a parameter"
    return None


def is_name_character(char: str) -> bool:
    """Whether the character may stand in a name."""
    if char.isascii():
        return char.isalnum() or char == "_"
    if not char.isalpha() or unicodedata.normalize("NFKC", char) != char:
        return False
    return unicodedata.name(char, "").startswith(("LATIN ", "GREEK "))


def skeleton(name: str) -> str:
    """The name as the eye sees it: names with the same skeleton cannot be told apart."""
    return name if name.isascii() else name.translate(_LOOKS_LATIN)


def nearest(name: str, candidates: Iterable[str]) -> str:
    """The candidate that was probably meant, or ''."""
    near = list(islice((one for one in candidates if abs(len(one) - len(name)) <= 2), _CANDIDATES))
    look = skeleton(name).casefold()
    same = [one for one in near if skeleton(one).casefold() == look]
    matches = same or get_close_matches(name, near, n=1, cutoff=0.6)
    return matches[0] if matches else ""


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """The help text for a misspelt name, or ''."""
    match = nearest(name, candidates)
    return f"did you mean '{match}'?" if match else ""


def did_you_mean_one_of(name: str, candidates: Iterable[str]) -> str:
    """The help text for a name that is not defined: the nearest, or all of them if they are few."""
    known = list(candidates)
    listed = ", ".join(known[:_LIST_CHARACTERS])
    return did_you_mean(name, known) or (f"the names are {listed}" if 0 < len(listed) <= _LIST_CHARACTERS else "")


def _repaired(name: str) -> str:
    """What to write for a name with `-` or `²` in it, or '' if that is no name either."""
    plain = _JOINTS.sub("_", unicodedata.normalize("NFKC", name))
    return f"write '{plain}'" if plain != name and fault(plain) is None else ""


def _character_fault(char: str) -> tuple[str, str]:
    if is_hidden(char):
        return f"{describe(char)} is hidden in this name", "delete it"
    plain = unicodedata.normalize("NFKC", char)
    if plain != char and all(map(is_name_character, plain)):
        return f"{quote(char)} ({describe(char)}) is not a letter of a name", f"write '{plain}'"
    if char.isascii():
        return f"{quote(char)} cannot be part of a name", NAME_RULE
    hint = f"write the Latin letter '{_CYRILLIC[char]}'" if char in _CYRILLIC else NAME_RULE
    return f"{quote(char)} ({describe(char)}) cannot be part of a name", hint
