"""The keys of a scenario file: which there are, what type each has, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import compress, islice
from typing import Any

from backprop_tui.formatting import clip
from backprop_tui.graph import Value
from backprop_tui.scenario import limits
from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.diagnostics import Report
from backprop_tui.scenario.grouping import Pattern
from backprop_tui.scenario.names import fault, nearest, normal, skeleton
from backprop_tui.scenario.tensors import NotATensor, inexact, infinite, name_type, tensor
from backprop_tui.scenario.text import cells, clean, plural, quote
from backprop_tui.scenario.toml_map import Document, Span

_KEYS = ("title", "description", "source", "output", "seed", "program", "lesson", "inputs", "expect", "groups")
_LESSON_KEYS = ("group", "order", "summary", "events")
_INPUT_KEYS = ("value", "requires_grad")
_EXPECT_KEYS = ("value", "values", "grads", "tolerance")
_SYNONYMS = {
    "code": "program",
    "desc": "description",
    "expectation": "expect",
    "expectations": "expect",
    "expr": "program",
    "expression": "program",
    "grads": "expect.grads",
    "gradients": "expect.grads",
    "loss": "output",
    "name": "title",
    "params": "inputs",
    "parameters": "inputs",
    "reference": "source",
    "value": "expect.value",
    "values": "expect.values",
    "variables": "inputs",
    "vars": "inputs",
}
"""Keys that are tried, and what they are called here."""
_ABOVE = "a key of the scenario: it belongs above the first [table]"
DEFAULT_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Input:
    """One entry of `[inputs]`."""

    name: str
    value: Value | None
    """None if it is broken; the name still counts as defined."""
    requires_grad: bool
    key: Span
    span: Span
    """Where its value stands."""


@dataclass(frozen=True)
class Expected:
    """One expectation, not yet compared with the graph."""

    name: str
    value: Value
    key: Span
    span: Span


@dataclass
class Fields:
    """What a file says, each field checked by itself."""

    title: str = ""
    description: str = ""
    source: str = ""
    output: str | None = None
    seed: Value | None = None
    inputs: list[Input] = field(default_factory=list)
    inputs_are_unknown: bool = False
    """Whether `inputs` is no table, so that no name can be called undefined."""
    value: Expected | None = None
    values: list[Expected] = field(default_factory=list)
    grads: list[Expected] = field(default_factory=list)
    tolerance: float = DEFAULT_TOLERANCE
    has_program: bool = False
    groups: list[Pattern] = field(default_factory=list)


def read_fields(document: Document, report: Report) -> Fields:
    """The fields of a document; what is wrong with them goes to the report."""
    return _Reader(document, report).fields()


class _Reader:
    def __init__(self, document: Document, report: Report) -> None:
        self.document = document
        self.report = report

    def fields(self) -> Fields:
        root = self.document.root
        meant = self._known_keys(root, (), _KEYS)
        fields = Fields(
            title=self._text("title"),
            description=self._text("description", multiline=True),
            source=self._text("source", multiline=True),
        )
        if self._is("output", str, "the name of a value"):
            fields.output = normal(root["output"])
        if "seed" in root:
            fields.seed = self._tensor(root["seed"], "seed")
        if self._is("program", str, "text"):
            fields.has_program = True
        elif "program" not in root and "program" not in meant and not self._is_below_a_header("program"):
            self._missing("program", 'program = """\nc = a * b\n"""')
        if self._is("lesson", dict, "a table"):
            self._lesson(root["lesson"])
        if self._is("inputs", dict, "a table"):
            fields.inputs = self._inputs(root["inputs"])
        else:
            fields.inputs_are_unknown = "inputs" in root or "inputs" in meant
        if self._is("expect", dict, "a table"):
            self._expect(root["expect"], fields)
        if self._is("groups", dict, "a table"):
            fields.groups = list(self._groups(root["groups"]))
        return fields

    # Types

    def _known_keys(self, table: Mapping[str, Any], path: tuple[str, ...], known: tuple[str, ...]) -> set[str]:
        """Report the keys that are not known, and say which were meant."""
        where = "".join(f"{part}." for part in path)
        meant = set()
        for key in islice((key for key in table if key not in known), limits.DIAGNOSTICS):
            match = nearest(key, known) or ("" if where else _SYNONYMS.get(key, ""))
            if match:
                meant.add(match)
                hint = f"did you mean '{where}{match}'?"
            elif key in _KEYS:
                hint = _ABOVE
            else:
                hint = f"{where[:-1] or 'a scenario'} has the keys {', '.join(known)}"
            message = f"unknown key {quote(where + key)}"
            self.report.error(Code.UNKNOWN_KEY, message, *self.document.key(*path, key), hint=hint)
        return meant

    def _is_below_a_header(self, key: str) -> bool:
        """Whether a key of the scenario was taken into a table, where it is reported."""
        return any(isinstance(table, dict) and key in table for table in self.document.root.values())

    def _is(self, key: str, kind: type, wanted: str, *path: str) -> bool:
        table = self.document.root
        for part in path:
            table = table[part]
        if key not in table:
            return False
        value = table[key]
        if isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
            return True
        full = ".".join((*path, key))
        self.report.error(
            Code.WRONG_TYPE,
            f"{full} must be {wanted}, not {name_type(value)}",
            *self.document.value(*path, key),
            hint=_hint_of_type(full, value),
        )
        return False

    def _text(self, key: str, *, multiline: bool = False) -> str:
        if not self._is(key, str, "text"):
            return ""
        text: str = self.document.root[key]
        lines = text.count("\n") + 1
        span = self.document.value(key)
        if len(text) > limits.TEXT_CHARACTERS:
            message = f"{key} has {len(text):,} characters; at most {limits.TEXT_CHARACTERS:,} are shown"
            self.report.error(Code.TEXT_TOO_LONG, message, *span)
        elif lines > limits.TEXT_LINES:
            message = f"{key} has {plural(lines, 'line')}; at most {limits.TEXT_LINES:,} are shown"
            self.report.error(Code.TEXT_TOO_LONG, message, *span)
        return clean(text.strip(), multiline=multiline)

    def _missing(self, key: str, example: str) -> None:
        end = len(self.document.source.text.rstrip())
        self.report.error(Code.MISSING_KEY, f"the scenario has no {key}", end, hint=f"add it:\n{example}")

    def _tensor(self, data: Any, *path: str) -> Value | None:
        try:
            value = tensor(data)
        except NotATensor as error:
            span = self.document.element(path, error.indices)
            misplaced = isinstance(data, str) and path[0] == "inputs" and path[-1] in _KEYS
            self.report.error(error.code, error.message, *span, hint=_ABOVE if misplaced else error.hint)
            return None
        for number in compress(self.document.numbers(*path), infinite(value)):
            if "inf" not in number[0]:
                message = "this number is too large for float64 (at most 1.797e308)"
                self.report.error(Code.NUMBER_TOO_LARGE, message, *number.span(), hint="for infinity write inf")
                return None
        if (at := inexact(data)) is not None:
            message = "float64 does not hold this whole number exactly"
            self.report.warn(Code.INEXACT_INTEGER, message, *self.document.element(path, at))
        return value

    def _lesson(self, table: Mapping[str, Any]) -> None:
        """Where the scenario stands in a list of lessons: nothing that the run needs, but a typo is a typo."""
        self._known_keys(table, ("lesson",), _LESSON_KEYS)
        self._is("group", str, "text", "lesson")
        self._is("order", int, "an integer", "lesson")
        self._is("events", int, "an integer", "lesson")
        self._is("summary", str, "text", "lesson")

    # Inputs

    def _inputs(self, table: Mapping[str, Any]) -> list[Input]:
        inputs: dict[str, Input] = {}
        looks: dict[str, str] = {}
        before = self.report.errors
        for key, data in table.items():
            if self.report.errors - before >= limits.DIAGNOSTICS:
                break
            span = self.document.key("inputs", key)
            name = normal(key)
            if wrong := fault(name):
                _, message, hint = wrong
                shown = f"{quote(key)} is not a name: {message}" if key else message
                self.report.error(Code.BAD_NAME, shown, *span, hint=hint)
                continue
            alike = looks.setdefault(skeleton(name), name)
            if alike != name or name in inputs:
                what = "is the same name as" if name in inputs else "looks like"
                line = self.document.source.line_of(inputs[alike].key.start)
                message = f"'{name}' {what} the input '{alike}' (line {line})"
                self.report.error(Code.LOOK_ALIKE_NAMES, message, *span, hint="give it a name of its own")
            inputs[name] = self._input(name, key, data, span)
        return list(inputs.values())

    def _input(self, name: str, key: str, data: Any, at: Span) -> Input:
        span = self.document.value("inputs", key)
        if not isinstance(data, dict):
            return Input(name, self._tensor(data, "inputs", key), True, at, span)
        before = self.report.errors
        self._known_keys(data, ("inputs", key), _INPUT_KEYS)
        requires_grad = data.get("requires_grad", True)
        if not self._is("requires_grad", bool, "true or false", "inputs", key):
            requires_grad = True
        if "value" not in data and self.report.errors > before:
            return Input(name, None, requires_grad, at, span)
        if "value" not in data:
            message = f"the input {quote(key)} has no value"
            hint = f"{quote(key)[1:-1]} = {{ value = 1.0, requires_grad = false }}"
            self.report.error(Code.MISSING_KEY, message, *at, hint=hint)
            return Input(name, None, requires_grad, at, span)
        if self.document.source.text[span.start] != "{":  # a table by its header, or by dotted keys
            span = self.document.value("inputs", key, "value")
        return Input(name, self._tensor(data["value"], "inputs", key, "value"), requires_grad, at, span)

    # Expectations

    def _expect(self, table: Mapping[str, Any], fields: Fields) -> None:
        self._known_keys(table, ("expect",), _EXPECT_KEYS)
        if "value" in table:
            fields.value = next(self._expected({"value": table["value"]}, "expect"), None)
        if self._is("values", dict, "a table of names and values", "expect"):
            fields.values = list(self._expected(table["values"], "expect", "values"))
        if self._is("grads", dict, "a table of names and gradients", "expect"):
            fields.grads = list(self._expected(table["grads"], "expect", "grads"))
        tolerance = table.get("tolerance", DEFAULT_TOLERANCE)
        if isinstance(tolerance, bool) or not isinstance(tolerance, (int, float)) or not 0 <= tolerance < 1:
            span = self.document.value("expect", "tolerance")
            self.report.error(Code.WRONG_TYPE, "expect.tolerance must be a number from 0 to 1", *span)
        else:
            fields.tolerance = float(tolerance)

    def _expected(self, table: Mapping[str, Any], *path: str) -> Iterator[Expected]:
        before = self.report.errors
        for key, data in table.items():
            if self.report.errors - before >= limits.DIAGNOSTICS:
                return
            value = self._tensor(data, *path, key)
            if value is not None:
                spans = self.document.key(*path, key), self.document.value(*path, key)
                yield Expected(normal(key), value, *spans)

    # Groups

    def _groups(self, table: Mapping[str, Any]) -> Iterator[Pattern]:
        patterns = characters = 0
        before = self.report.errors
        for key, data in table.items():
            if self.report.errors - before >= limits.DIAGNOSTICS:
                return
            if not isinstance(data, list):
                message = f"groups.{quote(key)[1:-1]} must be a list of patterns, not {name_type(data)}"
                hint = f'write ["{quote(data)[1:-1]}"]' if isinstance(data, str) else ""
                self.report.error(Code.WRONG_TYPE, message, *self.document.value("groups", key), hint=hint)
                continue
            for index, text in enumerate(data):
                if not isinstance(text, str):
                    span = self.document.element(("groups", key), (index,))
                    message = f"groups.{quote(key)[1:-1]} must be a list of patterns, but this is {name_type(text)}"
                    self.report.error(Code.WRONG_TYPE, message, *span, hint='a pattern is text, such as "h*"')
                    break
                patterns, characters = patterns + 1, characters + len(text)
                if patterns > limits.PATTERNS or characters > limits.PATTERN_CHARACTERS:
                    span = self.document.element(("groups", key), (index,))
                    most = f"{limits.PATTERNS} patterns, of {limits.PATTERN_CHARACTERS:,} characters together"
                    self.report.error(Code.TOO_MANY_PATTERNS, f"[groups] has at most {most}", *span)
                    return
                yield Pattern(clip(_in_a_box(key), limits.NAME_CHARACTERS), normal(text), key, index)


def _hint_of_type(full: str, value: object) -> str:
    if full == "program":
        return "write it as text of several lines"
    return f"write [{full}]" if isinstance(value, list) and full in ("inputs", "expect", "lesson", "groups") else ""


def _in_a_box(name: str) -> str:
    """The name of a group, in which every character takes one cell, as in names of nodes: drawings rely on it."""
    return "".join(char if cells(char) == 1 else f"\\u{{{ord(char):x}}}" for char in clean(normal(name)))
