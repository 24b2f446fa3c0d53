"""Strings, numbers and dates of TOML: where each ends, what it says, and what people write instead."""

from __future__ import annotations

import datetime
import re
from bisect import bisect_right
from functools import cache
from typing import NamedTuple

from backprop_tui.scenario import limits
from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.diagnostics import Source, fail
from backprop_tui.scenario.toml_mistakes import bad_escape, not_a_value, unclosed_string

_ESCAPE = (
    r'\\(?:[btnfr"\\]|u(?![dD][89a-fA-F])[0-9a-fA-F]{4}'
    r"|U(?:0000(?![dD][89a-fA-F])[0-9a-fA-F]{4}|000[1-9a-fA-F][0-9a-fA-F]{4}|0010[0-9a-fA-F]{4}))"
)
_BODIES = {
    '"': re.compile(rf'[^"\\\n]*+(?:{_ESCAPE}[^"\\\n]*+)*+'),
    "'": re.compile(r"[^'\n]*+"),
    '"""': re.compile(rf'[^"\\]*+(?:(?:{_ESCAPE}|\\[ \t]*\n|"{{1,2}}(?!"))[^"\\]*+)*+'),
    "'''": re.compile(r"[^']*+(?:'{1,2}(?!')[^']*+)*+"),
}
_DECODED = re.compile(rf"{_ESCAPE}|\\[ \t]*\n[ \t\n]*")
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}

_DIGITS = r"\d(?:_?\d)*+"
_DATE = r"\d{4}-\d\d-\d\d"
_TIME = r"\d\d:\d\d:\d\d(?:\.\d+)?"
_NUMBER = (
    r"(?:0x[0-9a-fA-F](?:_?[0-9a-fA-F])*+|0o[0-7](?:_?[0-7])*+|0b[01](?:_?[01])*+"
    rf"|[+-]?+(?:inf|nan|(?:0|[1-9](?:_?\d)*+)(?:\.{_DIGITS})?+(?:[eE][+-]?+{_DIGITS})?+))"
)
_SCALAR = re.compile(
    rf"(?:{_DATE}(?:[Tt ]{_TIME}(?:[Zz]|[+-]\d\d:\d\d)?)?|{_TIME}|true|false|{_NUMBER})(?=[\s,\]}}#]|\Z)", re.ASCII
)
BLANK_LINES = r"[ \t\n]*+(?:#[^\n]*+[ \t\n]*+)*+"


class Decoded(NamedTuple):
    """What a string of the file says, and where each of its characters stands in the file."""

    value: str
    starts: list[int]
    """Offsets in `value` at which a stretch begins that stands in the file as it is."""
    sources: list[int]
    """Where each stretch begins in the file."""

    def source_offset(self, offset: int) -> int:
        """Where in the file `value[offset]` stands."""
        stretch = bisect_right(self.starts, offset) - 1
        return self.sources[stretch] + offset - self.starts[stretch]


def string_end(source: Source, start: int) -> int:
    """Where the string that begins at `start` ends. Raises ScenarioError if it is not closed or escapes badly."""
    text = source.text
    mark = _mark(text, start)
    body = _BODIES[mark].match(text, start + len(mark))
    at = body.end() if body else start
    if not text.startswith(mark, at):
        raise bad_escape(source, start, at) if text[at : at + 1] == "\\" else unclosed_string(source, start, mark, at)
    end = at + len(mark)
    for _ in range(2 if len(mark) == 3 else 0):  # up to two quotes may stand before the three that close
        end += text.startswith(mark[0], end)
    return end


def decode_string(text: str, start: int, end: int) -> Decoded:
    """What the string `text[start:end]` says. It must be well formed."""
    mark = _mark(text, start)
    at, end = start + len(mark), end - len(mark)
    if len(mark) == 3 and text.startswith("\n", at):
        at += 1
    parts: list[str] = []
    starts, sources, length = [0], [at], 0
    for escape in _DECODED.finditer(text, at, end) if mark[0] == '"' else ():
        meaning = _meaning(escape[0])
        parts += (text[at : escape.start()], meaning)
        length += escape.start() - at
        starts += (length, length + len(meaning))
        sources += (escape.start(), escape.end())
        length += len(meaning)
        at = escape.end()
    parts.append(text[at:end])
    return Decoded("".join(parts), starts, sources)


def scalar_end(source: Source, start: int, *, alone: bool) -> int:
    """Where the number, date or flag at `start` ends; `alone`: nothing else may follow it on its line.

    Raises ScenarioError if there is none.
    """
    match = _SCALAR.match(source.text, start)
    if match is None:
        raise not_a_value(source, start, alone=alone)
    if re.match(r"\d{4}-|\d\d:", match[0]):
        _check_date(source, match)
    if match.end() - start > limits.NUMBER_CHARACTERS:
        raise fail(
            source,
            Code.NUMBER_TOO_LONG,
            f"a number of {match.end() - start:,} characters; at most {limits.NUMBER_CHARACTERS:,} are read",
            start,
            match.end(),
        )
    return match.end()


@cache
def tensors() -> re.Pattern[str]:
    """A number, or nested arrays of nothing but numbers: in one step, however large. Compiled if there is one."""
    number = element = rf"(?![\w.+-]{{{limits.NUMBER_CHARACTERS + 1}}}){_NUMBER}"
    for _ in range(limits.RANK):
        element = rf"(?:{number}|\[{BLANK_LINES}(?:{element}{BLANK_LINES}(?:,{BLANK_LINES}|(?=\])))*+\])"
    return re.compile(element, re.ASCII)


@cache
def tensors_before_others() -> re.Pattern[str]:
    """As many elements of an array as are `tensors()`, each with its comma."""
    return re.compile(rf"(?:{tensors().pattern}{BLANK_LINES},{BLANK_LINES})*+", re.ASCII)


def _check_date(source: Source, match: re.Match[str]) -> None:
    word = match[0].upper()
    try:
        datetime.time.fromisoformat(word) if word[2] == ":" else datetime.datetime.fromisoformat(word)
    except ValueError as error:
        raise fail(source, Code.BAD_VALUE, f"not a date: {error}", *match.span()) from None


def _mark(text: str, start: int) -> str:
    quote = text[start]
    return quote * 3 if text.startswith(quote * 3, start) else quote


def _meaning(escape: str) -> str:
    letter = escape[1]
    if letter in "uU":
        return chr(int(escape[2:], 16))
    return _ESCAPES.get(letter, "")  # '': a line that is continued
