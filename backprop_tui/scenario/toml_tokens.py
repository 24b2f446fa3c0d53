"""Strings, numbers and dates of TOML: where each ends, what it says, and what people write instead."""

from __future__ import annotations

import datetime
import re
from array import array
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
_DECODED = re.compile(
    r'((?:\\[btnfr"\\])++)|((?:\\u[0-9a-fA-F]{4})++)|((?:\\U[0-9a-fA-F]{8})++)|(?:\\[ \t]*\n[ \t\n]*+)++'
)
_WIDTHS = (0, 2, 6, 10)
"""Of an escape, by the group that matches a run of them; 0: lines that are continued, which say nothing."""
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
    first: int
    """Where its first character stands."""
    runs: array[int]
    """For each run of equally wide escapes four numbers: its offset in `value`, where it begins in the file, how wide
    an escape is (0 if they say nothing), and where it ends in the file. All else stands there as it is."""

    @classmethod
    def plain(cls, value: str, first: int = 0) -> Decoded:
        """A string without escapes."""
        return cls(value, first, array("q"))

    def source_offset(self, offset: int) -> int:
        """Where in the file `value[offset]` stands."""
        runs = self.runs
        run = bisect_right(range(len(runs) // 4), offset, key=lambda number: runs[4 * number]) - 1
        if run < 0:
            return self.first + offset
        start, source, width, end = runs[4 * run : 4 * run + 4]
        inside = source + (offset - start) * width
        if width and inside < end:
            return inside
        return end + offset - start - (end - source) // max(1, width) * (width > 0)


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
    if mark[0] == "'":
        return Decoded.plain(text[at:end], at)
    runs, parts, length, first = array("q"), list[str](), 0, at
    for escapes in _DECODED.finditer(text, at, end):
        start, after = escapes.span()
        width = _WIDTHS[escapes.lastindex or 0]
        length += start - at
        runs.extend((length, start, width, after))
        meaning = _meaning(escapes[0], width)
        parts += (text[at:start], meaning)
        length += len(meaning)
        at = after
    parts.append(text[at:end])
    return Decoded("".join(parts), first, runs)


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


def _meaning(escapes: str, width: int) -> str:
    """What escapes of equal width say."""
    if not width:
        return ""
    if width == 2:
        return _ESCAPES[escapes[1]] if len(escapes) == 2 else "".join(map(_ESCAPES.__getitem__, escapes[1::2]))
    return "".join([chr(int(escapes[at + 2 : at + width], 16)) for at in range(0, len(escapes), width)])
