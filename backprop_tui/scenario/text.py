"""The one boundary between a stranger's text and a terminal: what is invisible becomes visible, and harmless.

Every string of a scenario passes `clean` once, at load. What it returns holds no control, bidirectional,
zero-width or tag character, no lone surrogate, and no more than a few combining marks on one letter.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

TAB = "    "
_MAX_MARKS = 4
_DOTTED_CIRCLE = "\u25cc"
_PATH_CHARACTERS = 500
_ELLIPSIS = "…"
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Printable by Unicode's book, yet nothing is drawn."""


def clean(text: str, *, multiline: bool = False) -> str:
    r"""The text as it may be shown; with `multiline`, newlines stay newlines.

    >>> print(clean("A\x1b[31m\u202eB"), clean("a\nb"))
    A␛[31m\u{202e}B a␊b
    """
    if text.isascii() and text.isprintable():
        return text
    if multiline:
        if text.isascii() and text.replace("\n", "").isprintable():
            return text
        return "\n".join(map(_clean_line, text.replace("\r\n", "\n").split("\n")))
    return _clean_line(text)


def cells(text: str) -> int:
    """How many terminal cells a cleaned text takes."""
    if text.isascii():
        return len(text)
    return sum(map(_cells, text))


def is_hidden(char: str) -> bool:
    """Whether a reader cannot see the character: a control, a direction mark, zero width, unassigned, ..."""
    if char.isprintable():
        return char in _BLANK_LETTERS or _is_selector(char)
    return char not in "\t\n" and unicodedata.category(char) != "Zs"


def find_hidden(text: str) -> Iterator[int]:
    """Indices of the hidden characters."""
    if hidden := frozenset(filter(is_hidden, set(text))):
        yield from (index for index, char in enumerate(text) if char in hidden)


def describe(char: str) -> str:
    """What to call a character that cannot be shown as itself: `U+200B ZERO WIDTH SPACE`."""
    control = _CONTROL_NAMES.get(char, "a control character" if unicodedata.category(char) == "Cc" else "")
    name = control or unicodedata.name(char, "an unassigned character")
    return f"U+{ord(char):04X} {name}"


def quote(text: str, width: int = 40) -> str:
    """A stranger's word inside a message: cleaned, clipped, in single quotes."""
    shown = clean(text[: width + 1])
    return f"'{shown[: width - 1]}…'" if len(shown) > width else f"'{shown}'"


def clean_path(path: str) -> str:
    """The name of a file as it may be shown: of a long one, the end."""
    return (_ELLIPSIS if len(path) > _PATH_CHARACTERS else "") + clean(path[-_PATH_CHARACTERS:])


def plural(count: int, noun: str) -> str:
    """`1 entry`, `2,000 entries`, `no arguments`."""
    return f"{count:,} {nouns(count, noun)}" if count else f"no {nouns(count, noun)}"


def nouns(count: int, noun: str) -> str:
    """`entry` if it is one, else `entries`."""
    if count == 1:
        return noun
    return noun[:-1] + "ies" if noun.endswith("y") else noun + "s"


def _clean_line(line: str) -> str:
    if line.isascii() and line.isprintable():
        return line
    shown: list[str] = []
    marks = 0
    for char in line:
        if _joins(char):
            if _is_selector(char):
                continue  # only says how wide to draw: terminals disagree, so nobody is asked
            marks += 1
            if marks <= _MAX_MARKS:
                visible = _visible(char)
                shown.append(visible if shown else _DOTTED_CIRCLE + visible)
            continue
        marks = 0
        shown.append(_visible(char))
    return "".join(shown)


def _visible(char: str) -> str:
    if char.isprintable() and char not in _BLANK_LETTERS:
        return char
    if char == "\t":
        return TAB
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    return " " if unicodedata.category(char) == "Zs" else f"\\u{{{code:x}}}"


def _is_selector(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef" or char == "\u034f"


def _joins(char: str) -> bool:
    """Whether it is drawn on or with the letter before it, so that any number of them may stand in one place."""
    return unicodedata.category(char) in ("Mn", "Me", "Mc") or _is_joining_letter(char)


def _is_joining_letter(char: str) -> bool:
    """The vowels and last consonants of a Hangul syllable, and the colours of skin of an emoji."""
    return "\u1160" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7ff" or "\U0001f3fb" <= char <= "\U0001f3ff"


@lru_cache(4096)
def _cells(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me") or _is_joining_letter(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


_CONTROL_NAMES = {
    "\0": "NUL",
    "\x07": "BELL",
    "\x08": "BACKSPACE",
    "\r": "CARRIAGE RETURN",
    "\x1a": "SUBSTITUTE, the end-of-file mark of DOS (Ctrl-Z)",
    "\x1b": "ESCAPE",
    "\x7f": "DELETE",
}
