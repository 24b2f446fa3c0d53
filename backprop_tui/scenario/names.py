"""What a name is: Latin and Greek letters, digits and `_`. Two names must not look alike."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

from backprop_tui.scenario import limits
from backprop_tui.scenario.text import describe, is_hidden, quote

RESERVED = frozenset({"true", "false", "True", "False", "None", "none"})
"""Literals of the program language, never names."""

NAME_RULE = "a name is Latin or Greek letters, digits and `_`, and does not begin with a digit"
_LOOKS_LATIN = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονϲϳ", "ABEZHIKMNOPTYXovcj")
_CANDIDATES = 2_000


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
            return index, *_character_fault(char)
    if name[0].isdigit():
        return 0, "a name does not begin with a digit", NAME_RULE
    if name in RESERVED:
        return 0, f"'{name}' is a word of the program language, not a name", ""
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
    near = (one for one in candidates if abs(len(one) - len(name)) <= 2)
    matches = get_close_matches(name, list(islice(near, _CANDIDATES)), n=1, cutoff=0.6)
    return matches[0] if matches else ""


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """The help text for a misspelt name, or ''."""
    match = nearest(name, candidates)
    return f"did you mean '{match}'?" if match else ""


def _character_fault(char: str) -> tuple[str, str]:
    if is_hidden(char):
        return f"{describe(char)} is hidden in this name", "delete it"
    plain = unicodedata.normalize("NFKC", char)
    if plain != char and all(map(is_name_character, plain)):
        return f"{quote(char)} ({describe(char)}) is not a letter of a name", f"write '{plain}'"
    if char.isascii():
        return f"{quote(char)} cannot be part of a name", NAME_RULE
    return f"{quote(char)} ({describe(char)}) cannot be part of a name", NAME_RULE
