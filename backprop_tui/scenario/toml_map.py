"""A TOML document with the place of everything in it: what `tomllib` reads, and where it stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from typing import Any, NamedTuple

from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.diagnostics import ScenarioError, Source, fail
from backprop_tui.scenario.toml_scan import Entry, Path, scan
from backprop_tui.scenario.toml_tokens import Decoded, decode_string, string_end

_ERROR_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_ELEMENT = re.compile(r"[^\s,\[\]{}\"'#][^,\[\]{}\"'#\n]*")
_BETWEEN = re.compile(r"[ \t\n]*+(?:#[^\n]*+[ \t\n]*+)*+")


class Span(NamedTuple):
    """A stretch of the file, as offsets."""

    start: int
    end: int


class Document:
    """A TOML file that is well formed, and where each key, value and array element of it stands."""

    def __init__(self, source: Source) -> None:
        """Read the file. Raises ScenarioError at the first mistake."""
        self.source = source
        self._entries: dict[Path, Entry] = scan(source)
        self.root: dict[str, Any] = _parse(source)

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
        return _element(self.source, self.value(*path).start, tuple(indices))

    def string(self, *path: str) -> Decoded:
        """The text of that key, with the place of every character."""
        return decode_string(self.source.text, *self.value(*path))


def _parse(source: Source) -> dict[str, Any]:
    try:
        return tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        raise _judged(source, str(error)) from None


def _judged(source: Source, message: str) -> ScenarioError:
    """What `tomllib` found and the scanner did not, in our form."""
    place = _ERROR_PLACE.search(message)
    offset = len(source.text)
    if place and place[1]:
        line_start = 0
        for _ in range(int(place[1]) - 1):
            line_start = source.text.index("\n", line_start) + 1
        offset = line_start + int(place[2]) - 1
    reason = message[: place.start()] if place else message
    return fail(source, Code.INVALID_TOML, f"not valid TOML: {reason[:1].lower()}{reason[1:]}", offset)


def _element(source: Source, at: int, wanted: tuple[int, ...]) -> Span:
    text, depth = source.text, len(wanted)
    indices: list[int] = []
    start: int | None = None
    while True:
        if start is None and tuple(indices) == wanted:
            start = at
        char = text[at]
        if char in "[{":
            indices.append(0)
            at += 1
        elif char in "]}":
            indices.pop()
            at += 1
        elif char == ",":
            indices[-1] += 1
            at += 1
        elif char in "\"'":
            at = string_end(source, at)
        else:
            word = _ELEMENT.match(text, at)
            assert word is not None
            at += len(word[0].rstrip())
        if start is not None and len(indices) == depth:
            return Span(start, at)
        between = _BETWEEN.match(text, at)
        at = between.end() if between else at
