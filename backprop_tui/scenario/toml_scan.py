"""Where every key and value of a TOML file stands, worked out before the standard parser sees the file.

`tomllib` is quadratic in dotted keys, recurses into arrays and forgets positions. This scanner is linear,
recurses nowhere, enforces the limits, and explains the mistakes that people make. What it lets through,
`tomllib` judges.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, TypeAlias

from backprop_tui.scenario import limits
from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.diagnostics import Diagnostic, ScenarioError, Source, fail
from backprop_tui.scenario.text import quote
from backprop_tui.scenario.toml_mistakes import bad_key, missing_equals, trailing_text, unclosed_header
from backprop_tui.scenario.toml_recovery import resumption
from backprop_tui.scenario.toml_tokens import (
    BLANK_LINES,
    decode_string,
    scalar_end,
    string_end,
    tensors,
    tensors_before_others,
)

Path: TypeAlias = tuple[str | int, ...]
"""Keys from the root; an int counts the tables of an array of tables."""


class Kind(Enum):
    """What a key stands for."""

    VALUE = "a value"
    TABLE = "a table"
    IMPLICIT = "a table above one with a header"
    DOTTED = "a table made by a dotted key"
    TABLES = "an array of tables"


@dataclass(slots=True)
class Entry:
    """Where a key and its value stand, as offsets. A table's value is its key."""

    kind: Kind
    key_start: int
    key_end: int
    start: int = 0
    end: int = 0
    count: int = 0
    """How many tables an array of tables has so far."""
    is_long: bool = False
    """Whether the value is a string, an array of numbers, or an array of such arrays: of whatever length."""


class _Part(NamedTuple):
    name: str
    start: int
    end: int


class _Bracket(NamedTuple):
    """An array or inline table that is not closed yet."""

    closing: str
    start: int
    path: Path | None
    """Of an inline table that stands in no array, and so has keys of its own."""
    entry: Entry | None


_BLANK = re.compile(r"[ \t]*+")
_BLANK_LINES = re.compile(BLANK_LINES)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STATEMENT_AHEAD = re.compile(
    r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')(?:[ \t]*\.[ \t]*[\w-]+)*[ \t]*=|\[[A-Za-z_][\w.]*\][ \t]*(?:\n|\Z)"""
)


def _is_placed(path: Path | None) -> bool:
    """Whether there is a way from the root: not for what is in a table that is an element of an array."""
    return path is not None and isinstance(path[0], str)


def scan(source: Source) -> dict[Path, Entry]:
    """Every key of the file, in file order. Raises ScenarioError with the mistakes that do not follow from others."""
    return _Scanner(source).scan()


class _Scanner:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.at = 0
        self.table: Path = ()
        self.entries: dict[Path, Entry] = {}
        self.keys = 0
        self.elements = 0
        """Of the arrays that hold anything but numbers."""

    def scan(self) -> dict[Path, Entry]:
        mistakes: list[Diagnostic] = []
        while len(mistakes) < limits.DIAGNOSTICS:
            self._skip(_BLANK_LINES)
            if self.at == len(self.text):
                break
            start = self.at
            try:
                self._statement()
            except ScenarioError as error:
                mistakes += error.diagnostics
                next_statement = resumption(self.source, start, mistakes[-1], in_table=bool(self.table))
                if next_statement is None:
                    break
                self.at = next_statement
        if mistakes:
            raise ScenarioError(mistakes)
        return self.entries

    # Statements

    def _statement(self) -> None:
        if self._peek() == "[":
            self._header()
        else:
            path, entry = self._key_and_equals(self.table)
            self._value(path, entry)
        self._end_of_line()

    def _header(self) -> None:
        opening = self.at
        double = self.text.startswith("[[", opening)
        self.at += 2 if double else 1
        self._skip(_BLANK)
        parts = self._key()
        closing = "]]" if double else "]"
        if not self.text.startswith(closing, self.at):
            raise unclosed_header(self.source, ".".join(part.name for part in parts), closing, self.at)
        self.at += len(closing)
        path = self._parents((), parts, Kind.IMPLICIT)
        last = parts[-1]
        known = self.entries.get(path)
        if double:
            self.table = self._next_table(path, last, known)
        elif known is None or known.kind is Kind.IMPLICIT:
            self.entries[path] = Entry(Kind.TABLE, last.start, last.end, last.start, last.end)
            self.table = path
        else:
            raise self._defined_twice(quote(f"[{'.'.join(part.name for part in parts)}]"), last, known)

    def _next_table(self, path: Path, part: _Part, known: Entry | None) -> Path:
        if known is None:
            known = self.entries[path] = Entry(Kind.TABLES, part.start, part.end, part.start, part.end)
        elif known.kind is not Kind.TABLES:
            raise self._defined_twice(quote(part.name), part, known)
        path = (*path, known.count)
        known.count += 1
        self.entries[path] = Entry(Kind.TABLE, part.start, part.end, part.start, part.end)
        return path

    def _key_and_equals(self, table: Path) -> tuple[Path, Entry]:
        parts = self._key()
        if self._peek() != "=":
            key = ".".join(part.name for part in parts)
            raise missing_equals(self.source, key, parts[-1].end, self.at)
        self.at += 1
        self._skip(_BLANK)
        path = self._parents(table, parts, Kind.DOTTED)
        last = parts[-1]
        if known := self.entries.get(path):
            raise self._defined_twice(quote(last.name), last, known)
        entry = self.entries[path] = Entry(Kind.VALUE, last.start, last.end)
        return path, entry

    def _end_of_line(self) -> None:
        self._skip(_BLANK)
        if self._peek() not in ("", "\n", "#"):
            raise trailing_text(self.source, self.at)

    # Keys

    def _key(self) -> list[_Part]:
        start = self.at
        parts: list[_Part] = []
        while True:
            part = self._part()
            parts.append(part)
            self.keys += 1
            if self.keys > limits.KEYS:
                message = f"a scenario has at most {limits.KEYS:,} keys; each part of a dotted key counts"
                raise self._fail(Code.TOO_MANY_KEYS, message, part.start, part.end)
            if len(parts) > limits.KEY_PARTS:
                raise self._fail(
                    Code.KEY_TOO_LONG, f"a dotted key has at most {limits.KEY_PARTS} parts", start, part.end
                )
            self.at = part.end
            self._skip(_BLANK)
            if self._peek() != ".":
                return parts
            self.at += 1
            self._skip(_BLANK)

    def _part(self) -> _Part:
        start = self.at
        if bare := _BARE_KEY.match(self.text, start):
            return _Part(bare[0], start, bare.end())
        char = self._peek()
        if char and char in "\"'":
            if self.text.startswith(char * 3, start):
                raise self._fail(
                    Code.BAD_KEY,
                    f"{char * 3} cannot begin a key",
                    start,
                    start + 3,
                    hint=f"was a text above closed too early by another {char * 3}?",
                )
            end = string_end(self.source, start)
            return _Part(decode_string(self.text, start, end).value, start, end)
        raise bad_key(self.source, start)

    def _parents(self, table: Path, parts: list[_Part], kind: Kind) -> Path:
        """The path that dotted parts name, once everything on the way there is seen to be a table, or made one."""
        path = table
        for part in parts[:-1]:
            path = (*path, part.name)
            known = self.entries.get(path)
            if known is None:
                self.entries[path] = Entry(kind, part.start, part.end, part.start, part.end)
            elif known.kind is Kind.VALUE:
                raise self._defined_twice(quote(part.name), part, known)
            elif known.kind is Kind.TABLES:
                path = (*path, known.count - 1)
        return (*path, parts[-1].name)

    # Values

    def _value(self, path: Path | None, entry: Entry | None) -> None:
        """Scan one value and all that is nested in it."""
        stack: list[_Bracket] = []
        while True:
            start, char = self.at, self._peek()
            fresh = False
            if char and char in "\"'":
                self.at = string_end(self.source, start)
                self._close(entry, start, is_long=_is_placed(path))
            elif char == "[" and _is_placed(path) and (numbers := tensors().match(self.text, start)):
                self.at = numbers.end()
                self._close(entry, start, is_long=True)
            elif char == "[":
                fresh = True
                self._open(stack, "]", None, entry)
                self._skip_numbers()
            elif char == "{":
                fresh = True
                self._open(stack, "}", path, entry)
                self._skip(_BLANK)
            else:
                self.at = scalar_end(self.source, start, alone=not stack)
                self._close(entry, start)
            following = self._following(stack, start, fresh=fresh)
            if following is None:
                return
            path, entry = following

    def _following(self, stack: list[_Bracket], start: int, *, fresh: bool) -> tuple[Path | None, Entry | None] | None:
        """Close brackets, up to the next value: its path and entry. None if the outermost value is complete.

        `start` is where the value before begins. `fresh`: a bracket was just opened, so its first element needs no
        comma.
        """
        while stack:
            bracket = stack[-1]
            in_array = bracket.closing == "]"
            self._skip(_BLANK_LINES if in_array else _BLANK)
            char = self._peek()
            if char == bracket.closing:
                self.at += 1
                stack.pop()
                self._close(bracket.entry, bracket.start)
                self._count_element(start)
                start, fresh = bracket.start, False
                continue
            if not fresh:
                if char != ",":
                    raise self._not_separated(bracket)
                self.at += 1
                if in_array:
                    self._count_element(start)
                    self._skip_numbers()
                    if self._peek() == "]":
                        continue
                else:
                    self._skip(_BLANK)
            if in_array:
                if self._statement_is_ahead():
                    raise self._not_closed(bracket)
                return None, None
            return self._inline_key(bracket)
        return None

    def _inline_key(self, bracket: _Bracket) -> tuple[Path | None, Entry | None]:
        if self._peek() in ("\n", "#", ""):
            raise self._fail(
                Code.BAD_INLINE_TABLE, "an inline table { … } is closed on the line it begins", bracket.start
            )
        if self._peek() == "}":
            raise self._fail(Code.BAD_INLINE_TABLE, "no comma before the } of an inline table", self.at)
        # In an array, keys need no place of their own, but two tables may have the same ones.
        table = bracket.path if bracket.path is not None else (bracket.start,)
        return self._key_and_equals(table)

    def _open(self, stack: list[_Bracket], closing: str, path: Path | None, entry: Entry | None) -> None:
        if len(stack) == limits.TOML_NESTING:
            raise self._fail(
                Code.NESTING_TOO_DEEP, f"brackets are nested more than {limits.TOML_NESTING} deep", self.at
            )
        stack.append(_Bracket(closing, self.at, path, entry))
        self.at += 1

    def _close(self, entry: Entry | None, start: int, *, is_long: bool = False) -> None:
        if entry is not None:
            entry.start, entry.end, entry.is_long = start, self.at, is_long

    def _skip_numbers(self) -> None:
        """Skip the elements of an array that are numbers, or arrays of them, up to the first that is not."""
        self._skip(_BLANK_LINES)
        if numbers := tensors_before_others().match(self.text, self.at):
            self.elements += self.text.count(",", numbers.start(), numbers.end())
            self.at = numbers.end()

    def _count_element(self, start: int) -> None:
        """Count the element at `start` of an array that holds anything but numbers."""
        self.elements += 1
        if self.elements > limits.OTHER_ELEMENTS:
            raise self._fail(
                Code.TOO_MANY_KEYS,
                f"arrays that hold anything but numbers have at most {limits.OTHER_ELEMENTS:,} elements",
                start,
            )

    # Mistakes

    def _defined_twice(self, what: str, part: _Part, known: Entry) -> ScenarioError:
        line = self.source.line_of(known.key_start)
        hint = "each key stands once"
        if known.kind is Kind.VALUE and self.text[known.start : known.end]:
            message = f"{what} already has a value (line {line})"
            if self.text[known.start] == "{":
                hint = "add the key inside its { }"
        else:
            message = f"{what} is defined twice (first on line {line})"
        return self._fail(Code.DEFINED_TWICE, message, part.start, part.end, hint=hint)

    def _not_separated(self, bracket: _Bracket) -> ScenarioError:
        if bracket.closing == "}":
            message = "expected , or } in this inline table"
            return self._fail(Code.BAD_INLINE_TABLE, message, self.at, hint="an inline table stands on one line")
        if self._statement_is_ahead():
            return self._not_closed(bracket)
        if self._peek() == "}":
            return self._fail(Code.BAD_ARRAY, "this array is closed with ], not with }", self.at)
        return self._fail(Code.BAD_ARRAY, "a comma is missing before this element", self.at)

    def _not_closed(self, bracket: _Bracket) -> ScenarioError:
        return self._fail(Code.UNCLOSED_BRACKET, "this [ is never closed", bracket.start, hint="close it with ]")

    def _fail(self, code: Code, message: str, start: int, end: int | None = None, *, hint: str = "") -> ScenarioError:
        return fail(self.source, code, message, start, end, hint=hint)

    # Moving

    def _statement_is_ahead(self) -> bool:
        """Whether the file goes on with another key or ends, so that an array was left open."""
        if not self._peek():
            return True
        if _STATEMENT_AHEAD.match(self.text, self.at) is None:
            return False
        return not self.text[self.text.rfind("\n", 0, self.at) + 1 : self.at].strip()

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.at)
        if match:
            self.at = match.end()
