"""A TOML document with the place of everything in it: what `tomllib` reads, and where it stands."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.diagnostics import ScenarioError, Source, fail
from backprop_tui.scenario.formats import other_format
from backprop_tui.scenario.toml_scan import Entry, Path, scan
from backprop_tui.scenario.toml_tokens import BLANK_LINES, Decoded, decode_string, string_end, tensors

_ERROR_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_WORD = re.compile(r"[^\s,\[\]{}\"'#]+(?: [^\s,\[\]{}\"'#]+)*")
_WORD_AND_COMMA = re.compile(rf"[\w.+-]++{BLANK_LINES},{BLANK_LINES}")
_NUMBER_OR_COMMENT = re.compile(r"[\w.+-]+|#[^\n]*")
_BETWEEN = re.compile(rf"{BLANK_LINES},?{BLANK_LINES}")
_NOT_JSON = re.compile(rf"#[^\n]*+|0[xob]\w++|[+-]?nan|[+_]|,(?={BLANK_LINES}\])")


class Span(NamedTuple):
    """A stretch of the file, as offsets."""

    start: int
    end: int


class Document:
    """A TOML file that is well formed, and where each key, value and array element of it stands."""

    def __init__(self, source: Source) -> None:
        """Read the file. Raises ScenarioError with its mistakes."""
        self.source = source
        try:
            self._entries: dict[Path, Entry] = scan(source)
            self.root: dict[str, Any] = _parse(source, self._entries)
        except ScenarioError as error:
            raise other_format(source, error) from None

    def key(self, *path: str) -> Span:
        """Where a key stands. Raises KeyError if there is none."""
        entry = self._entries[path]
        return Span(entry.key_start, entry.key_end)

    def value(self, *path: str) -> Span:
        """Where a value stands; for a table, its name."""
        entry = self._entries[path]
        return Span(entry.start, entry.end)

    def element(self, path: Sequence[str], indices: Sequence[int]) -> Span:
        """Where the element of these indices stands in the (nested) array of that key."""
        value = self.value(*path)
        if self.source.text[value.start] != "[":  # a number, or the tables below headers such as [[x]]
            return value
        return _element(self.source, value.start, tuple(indices))

    def lines(self, table: str) -> Iterator[Span]:
        """The whole lines of each header and each statement of a table of the root, and of the tables below it."""
        text = self.source.text
        for path, entry in self._entries.items():
            if path[0] == table:
                end = text.find("\n", max(entry.key_end, entry.end))
                yield Span(text.rfind("\n", 0, entry.key_start) + 1, end + 1 if end >= 0 else len(text))

    def numbers(self, *path: str) -> Iterator[re.Match[str]]:
        """Each number of a tensor as it is written, in row-major order."""
        words = _NUMBER_OR_COMMENT.finditer(self.source.text, *self.value(*path))
        return (word for word in words if word[0][0] != "#")

    def string(self, *path: str) -> Decoded:
        """The text of that key, with the place of every character."""
        return decode_string(self.source.text, *self.value(*path))


def _parse(source: Source, entries: Mapping[Path, Entry]) -> dict[str, Any]:
    """What `tomllib` reads, but for what may be long: it takes strings by the character and arrays by the number."""
    text = source.text
    long = {path: Span(entry.start, entry.end) for path, entry in entries.items() if entry.is_long}
    pieces: list[str] = []
    at = 0
    for start, end in long.values():
        pieces += text[at:start], "[]"
        at = end
    pieces.append(text[at:])
    try:
        root = tomllib.loads("".join(pieces))
    except tomllib.TOMLDecodeError as error:
        raise _judged(source, "".join(pieces), list(long.values()), str(error)) from None
    for path, (start, end) in long.items():
        table: Any = root
        for key in path[:-1]:
            table = table[key]
        table[path[-1]] = _numbers(text[start:end]) if text[start] == "[" else decode_string(text, start, end).value
    return root


def _numbers(array: str) -> Any:
    """An array of numbers, by the parser of JSON, which is ten times faster."""
    return json.loads(_NOT_JSON.sub(_in_json, array).replace("inf", "Infinity"))


def _in_json(match: re.Match[str]) -> str:
    """What TOML has around numbers, as JSON has it: nothing for comments, underscores, plus signs and last commas."""
    word = match[0]
    if word[0] == "0":
        return str(int(word, 0))
    return "NaN" if word[-3:] == "nan" else ""


def _judged(source: Source, read: str, arrays: Sequence[Span], message: str) -> ScenarioError:
    """What `tomllib` found and the scanner did not, in our form; `read` is the source without its arrays of numbers."""
    place = _ERROR_PLACE.search(message)
    offset = len(read)
    if place and place[1]:
        line_start = 0
        for _ in range(int(place[1]) - 1):
            line_start = read.index("\n", line_start) + 1
        offset = line_start + int(place[2]) - 1
    for start, end in arrays:
        if start < offset:
            offset += end - start - len("[]")
    reason = message[: place.start()] if place else message
    return fail(source, Code.INVALID_TOML, f"not valid TOML: {reason[:1].lower()}{reason[1:]}", offset)


def _element(source: Source, at: int, wanted: Sequence[int]) -> Span:
    text = source.text
    for index in wanted:
        at = _after(_BETWEEN, text, at + 1)
        for _ in range(index):
            short = _WORD_AND_COMMA.match(text, at)
            at = short.end() if short else _after(_BETWEEN, text, _value_end(source, at))
    return Span(at, _value_end(source, at))


def _value_end(source: Source, at: int) -> int:
    """Where the value that begins at an offset ends. It is well formed."""
    text = source.text
    if text[at] == "[" and (numbers := tensors().match(text, at)):
        return numbers.end()
    depth = 0
    while True:
        char = text[at]
        if char in "[]{},":
            depth += (char in "[{") - (char in "]}")
            at += 1
        elif char in "\"'":
            at = string_end(source, at)
        else:
            at = _after(_WORD, text, at)
        if not depth:
            return at
        at = _after(_BETWEEN, text, at)


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    assert match is not None
    return match.end()
