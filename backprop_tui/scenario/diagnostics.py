"""What is wrong with a scenario and where, in one form everywhere:

```
scenarios/bad.toml:4:9: error[P001]: undefined name 'bb'
  |
4 | c = a + bb
  |         ^^
  = help: did you mean 'b'?
```
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from operator import attrgetter
from typing import NamedTuple

from backprop_tui.scenario import limits
from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.text import cells, clean, clean_path

BYTE_ORDER_MARK = "\ufeff"
"""Editors of Windows begin a file with it."""

_SNIPPET_CELLS = 100
_CARET_CELLS = 40
_ELLIPSIS = "…"


class Severity(Enum):
    """Whether a scenario can be run in spite of it."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Place:
    """A stretch of one line of a file, with what is needed to show it."""

    file: str
    """Its name, cleaned, and clipped if it is long."""
    line: int = 0
    """From 1; 0 if the whole file is meant."""
    column: int = 0
    """From 1, in characters of the file."""
    snippet: str = ""
    """The line, cleaned, and clipped around the place if it is long."""
    caret: int = 0
    """Cells of the snippet before the place."""
    length: int = 1
    """Cells of the place."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "file", clean_path(self.file))


@dataclass(frozen=True)
class Diagnostic:
    """One thing that is wrong, or worth a warning. All its text is clean, whoever wrote it."""

    severity: Severity
    code: Code
    message: str
    place: Place
    help: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", clean(self.message))
        object.__setattr__(self, "help", clean(self.help, multiline=True))
        object.__setattr__(self, "notes", tuple(clean(note, multiline=True) for note in self.notes))

    @property
    def file(self) -> str:
        """Name of the file."""
        return self.place.file

    @property
    def line(self) -> int:
        """Line in the file, from 1; 0 if the whole file is meant."""
        return self.place.line

    @property
    def column(self) -> int:
        """Column in the file, from 1; 0 if the whole file is meant."""
        return self.place.column


class ScenarioError(Exception):
    """A scenario that cannot be run, with every reason why, in the order of the file."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n\n".join(map(render, self.diagnostics)))


def render(diagnostic: Diagnostic) -> str:
    """The diagnostic as text, in the form shown at the top of this module."""
    place = diagnostic.place
    where = f"{place.file}:{place.line}:{place.column}" if place.line else place.file or "''"
    lines = [f"{where}: {diagnostic.severity.value}[{diagnostic.code}]: {diagnostic.message}"]
    margin = " " * len(str(place.line)) if place.line else ""
    if place.line:
        lines += [
            f"{margin} |",
            f"{place.line} | {place.snippet}".rstrip(),
            f"{margin} | {' ' * place.caret}{'^' * place.length}",
        ]
    for kind, text in [*(("note", note) for note in diagnostic.notes), ("help", diagnostic.help)]:
        if text:
            indent = "\n" + " " * len(f"{margin} = {kind}: ")
            lines.append(f"{margin} = {kind}: " + text.replace("\n", indent))
    return "\n".join(lines)


@dataclass(frozen=True, eq=False)
class Source:
    """The text of a file, its line ends normalised, and where each of its characters stands."""

    text: str
    name: str
    raw: str = ""
    """The same with its byte order mark and its own line ends; empty if it has neither."""

    @property
    def as_written(self) -> str:
        """The text as the file has it."""
        return self.raw or self.text

    def place_as_written(self, offset: int) -> int:
        """Where in `as_written` the character at an offset stands."""
        if not self.raw:
            return offset
        line = self.text.rfind("\n", 0, offset) + 1
        lines = self.raw.split("\n")
        above = self.line_of(line) - 1
        mark = 0 if above else len(self.raw) - len(self.raw.lstrip(BYTE_ORDER_MARK))
        return sum(map(len, lines[:above])) + above + mark + offset - line

    def line_of(self, offset: int) -> int:
        """The line, from 1, of the character at an offset."""
        return self.text.count("\n", 0, offset) + 1

    def place(self, start: int, end: int | None = None) -> Place:
        """The place of `text[start:end]`; one character, if no end is given. It ends with its line."""
        bol = self.text.rfind("\n", 0, start) + 1
        eol = self.text.find("\n", start)
        eol = len(self.text) if eol < 0 else eol
        end = start + 1 if end is None else min(end, eol)
        # A line may be as long as the file: look only at what can end up on the screen.
        left, right = max(bol, start - 2 * _SNIPPET_CELLS), min(eol, start + 2 * _SNIPPET_CELLS)
        before, after = clean(self.text[left:start]), clean(self.text[start:right])
        length = cells(clean(self.text[start : min(end, right)])) or 1
        snippet, caret = _window(before, after, cut=(left > bol, right < eol))
        return Place(self.name, self.line_of(start), start - bol + 1, snippet, caret, min(length, _CARET_CELLS))


def _window(before: str, after: str, cut: tuple[bool, bool]) -> tuple[str, int]:
    """About `_SNIPPET_CELLS` cells of a line around a place, and the cells before the place."""
    cut_left, cut_right = cut
    if cells(before) + cells(after) > _SNIPPET_CELLS:
        room = max(_SNIPPET_CELLS - cells(after), _SNIPPET_CELLS // 2)
        while cells(before) > room:
            before, cut_left = before[max(1, (cells(before) - room) // 2) :], True
        room = _SNIPPET_CELLS - cells(before)
        while cells(after) > room:
            after, cut_right = after[: -max(1, (cells(after) - room) // 2)], True
    if cut_left:
        before = _ELLIPSIS + before
    return before + after + (_ELLIPSIS if cut_right else ""), cells(before)


class _Finding(NamedTuple):
    start: int
    end: int | None
    severity: Severity
    code: Code
    message: str
    hint: str
    notes: tuple[str, ...]


class Report:
    """Collects what is wrong with one file. Places are worked out only for what is shown."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.errors = 0
        self._findings: list[_Finding] = []

    def error(
        self,
        code: Code,
        message: str,
        start: int,
        end: int | None = None,
        *,
        hint: str = "",
        notes: tuple[str, ...] = (),
    ) -> None:
        """Note an error at `text[start:end]` of the source; one character, if no end is given."""
        self.errors += 1
        self._findings.append(_Finding(start, end, Severity.ERROR, code, message, hint, notes))

    def warn(self, code: Code, message: str, start: int, end: int | None = None, *, hint: str = "") -> None:
        """Note a warning at `text[start:end]` of the source."""
        self._findings.append(_Finding(start, end, Severity.WARNING, code, message, hint, ()))

    def of(self, severity: Severity) -> tuple[Diagnostic, ...]:
        """What was found of that severity, in the order of the file; at most `limits.DIAGNOSTICS`."""
        found = sorted((one for one in self._findings if one.severity is severity), key=attrgetter("start"))
        return tuple(
            Diagnostic(severity, one.code, one.message, self.source.place(one.start, one.end), one.hint, one.notes)
            for one in found[: limits.DIAGNOSTICS]
        )

    def stop_if_errors(self) -> None:
        """Raise ScenarioError if there were errors."""
        if self.errors:
            raise ScenarioError(self.of(Severity.ERROR))


def fail(
    source: Source, code: Code, message: str, start: int, end: int | None = None, *, hint: str = ""
) -> ScenarioError:
    """The ScenarioError of a single error, after which nothing more can be read."""
    report = Report(source)
    report.error(code, message, start, end, hint=hint)
    return ScenarioError(report.of(Severity.ERROR))


def fail_whole_file(name: str, code: Code, message: str, *, hint: str = "") -> ScenarioError:
    """The ScenarioError of a file of which no place can be shown."""
    return ScenarioError([Diagnostic(Severity.ERROR, code, message, Place(name), hint)])
