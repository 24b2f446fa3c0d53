"""Other values for the inputs of a scenario: edits of its text, which is then loaded like any file.

Whatever else the text says stays as it is, byte for byte, but for what it expects: that was about the old values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from backprop_tui.scenario import loading, reading
from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.diagnostics import Diagnostic, Place, ScenarioError, Source, fail, fail_whole_file
from backprop_tui.scenario.scenario import Scenario
from backprop_tui.scenario.text import quote
from backprop_tui.scenario.toml_map import Document, Span

_KEY = "x = "
"""Stands before what is typed while it is looked at by itself."""
_LINE_END = r"[ \t]*+(?:#[^\n]*+)?\n"
_BREAKS = re.compile(rf"""("[^"\n]*"|'[^'\n]*')|,?(?:{_LINE_END})++[ \t]*+(?=\])|(?:{_LINE_END})++[ \t]*+""")
"""Line breaks in an array, with the comments before them; or a string, in which there are none."""
_KEY_AND_EQUALS = re.compile(r"[^\n,{}=]++=[ \t]*+")
_ONLY_COMMENTS = re.compile(r"(?:[ \t]*+(?:#[^\n]*+)?(?:\n|\Z))*+")


class Edit(NamedTuple):
    """A value that was typed for an input."""

    input: str
    text: str


class Mistake(NamedTuple):
    """What is wrong with a value that was typed, in the words of a file."""

    diagnostic: Diagnostic
    """Its place is in what was typed, unless `where` names another."""
    where: str
    """`program line 2`; empty for what was typed itself."""


class Refused(Exception):  # noqa: N818 (what became of the edit)
    """A value that cannot be that of the input, with every reason why, those in what was typed first."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes, key=lambda mistake: bool(mistake.where)))
        super().__init__("; ".join(mistake.diagnostic.message for mistake in self.mistakes))


@dataclass(frozen=True, eq=False)
class Edits:
    """Everything that was typed since a scenario was opened, and how much of it counts. Never changes."""

    base: Scenario
    """As its file says."""
    steps: tuple[Edit, ...] = ()
    done: int = 0
    """So many of the steps count; the others have been undone."""

    @cached_property
    def typed(self) -> Mapping[str, str]:
        """What was typed for each input that now has another value than the file says."""
        last = dict(self.steps[: self.done])
        return {name: text for name, text in last.items() if text != self.in_file(name)}

    def in_file(self, name: str) -> str:
        """What the file says is the value of an input."""
        start, end = self.base.places[name]
        return self.base.file.text[start:end]

    def now(self, name: str) -> str:
        """What is the value of an input now."""
        return self.typed.get(name) or self.in_file(name)

    def applied(self, name: str, text: str) -> Edits:
        """With another value for an input; what was undone is forgotten.

        Raises Refused if the text is no value, or there is no such input.
        """
        if name not in self.base.places:
            gone = fail_whole_file("", Code.UNDEFINED_NAME, f"there is no input {quote(name)} any more")
            raise Refused(Mistake(diagnostic, "") for diagnostic in gone.diagnostics)
        text = text.strip(" \t")
        _refuse_all_but_a_value(text)
        if text == on_one_line(self.now(name)):
            return self
        if text == on_one_line(self.in_file(name)):
            text = self.in_file(name)
        steps = (*self.steps[: self.done], Edit(name, text))
        return replace(self, steps=steps, done=len(steps))

    def moved(self, steps: int) -> Edits:
        """With so many more steps done again; undone, if negative. Not beyond the ends."""
        return replace(self, done=max(0, min(self.done + steps, len(self.steps))))

    def on(self, base: Scenario) -> Edits:
        """The same edits of another text of the file, but for those of inputs that it has no more.

        The values that the file said before can be undone to: they were on the screen.
        """
        steps = [step for step in self.steps if step.input in base.places]
        done = sum(step.input in base.places for step in self.steps[: self.done])
        other = Edits(base)
        names = dict.fromkeys(step.input for step in steps)
        if not done:
            return Edits(base, tuple(steps))
        before = [Edit(name, self.in_file(name)) for name in names if self.in_file(name) != other.in_file(name)]
        return Edits(base, (*before, *steps), len(before) + done)

    @property
    def text(self) -> str:
        """What the file would say. It expects nothing any more, if any value is another one."""
        return self._revision.as_written

    def scenario(self) -> Scenario:
        """The scenario with these values. Raises Refused if there is none; for a large one it takes a while."""
        if not self.typed:
            return self.base
        try:
            return loading.revise(self.base, self.text)
        except ScenarioError as error:
            raise Refused(self._mistakes(error)) from None

    @cached_property
    def _revision(self) -> _Revision:
        changes = [(self.base.places[name], text) for name, text in self.typed.items()]
        if changes:
            changes += [(span, "") for span in _expectations(self.base.file)]
        return _Revision(self.base.file, sorted(changes))

    def _mistakes(self, error: ScenarioError) -> Iterator[Mistake]:
        source = reading.check_text(self.text, self.base.name)
        last = self.steps[self.done - 1]
        places = {name: self._revision.place(self.base.places[name]) for name in self.typed}
        for diagnostic in error.diagnostics:
            at = _offset(source.text, diagnostic.place)
            owner = next((name for name, place in places.items() if _is_about(source.text, at, place)), None)
            if owner == last.input:
                yield _within(diagnostic, last.text, at - places[owner].start)
            elif owner is not None:
                yield Mistake(diagnostic, f"input {owner}")
            else:
                yield Mistake(diagnostic, _name_place(source, at))


class _Revision:
    """A text with some stretches of it replaced."""

    def __init__(self, file: Source, changes: list[tuple[Span, str]]) -> None:
        """The stretches are in the order of the file and do not overlap."""
        self._changes = changes
        written, pieces, done = file.as_written, list[str](), 0
        for (start, end), text in changes:
            pieces += written[done : file.place_as_written(start)], text
            done = file.place_as_written(end)
        self.as_written = "".join([*pieces, written[done:]])

    def place(self, span: Span) -> Span:
        """Where what has replaced a stretch stands, its line ends normalised."""
        moved = 0
        for (start, end), text in self._changes:
            if start == span.start:
                return Span(start + moved, start + moved + len(text))
            moved += len(text) - (end - start)
        raise KeyError(span)


def on_one_line(value: str) -> str:
    """The text of a value with the line breaks of its arrays, and the comments before them, left out."""
    if "\n" in value:
        value = _BREAKS.sub(_joint, value).replace("[ ", "[")
    return value.replace("\t", " ")


def _joint(found: re.Match[str]) -> str:
    return found[1] or ("" if found.string.startswith("]", found.end()) else " ")


def _refuse_all_but_a_value(text: str) -> None:
    """Raise Refused unless the text is one value of TOML, and nothing else."""
    source = Source(f"{_KEY}{text}", "")
    try:
        if "\n" in text:
            raise fail(source, Code.TRAILING_TEXT, "a value is typed on one line", source.text.index("\n"))
        end = Document(reading.check_text(source.text, "")).value(_KEY[0]).end
        if end < len(source.text):  # what follows is a comment, else it would be no TOML
            at = source.text.index("#", end)
            hint = "comments in the file stay where they are"
            raise fail(source, Code.TRAILING_TEXT, "only a value is typed here, no comment", at, hint=hint)
    except ScenarioError as error:
        found = error.diagnostics
        raise Refused(_within(one, text, one.column - 1 - len(_KEY)) for one in found) from None


def _within(diagnostic: Diagnostic, text: str, at: int) -> Mistake:
    """The mistake with its place in the text that was typed, from the character at an offset on."""
    place = replace(Source(text, "").place(max(0, at)), length=diagnostic.place.length)
    return Mistake(replace(diagnostic, place=place), "")


def _is_about(text: str, at: int, value: Span) -> bool:
    """Whether a place is in a value, or in its key."""
    return 0 <= at < value.end and (at >= value.start or bool(_KEY_AND_EQUALS.fullmatch(text, at, value.start)))


def _offset(text: str, place: Place) -> int:
    """Where a place begins; -1 if it is the whole file."""
    start = 0
    for _ in range(place.line - 1):
        start = text.index("\n", start) + 1
    return start + place.column - 1


def _name_place(source: Source, at: int) -> str:
    """What to call a place that is not in what was typed."""
    if at < 0:
        return "the scenario"
    try:
        document = Document(source)
    except ScenarioError:
        return f"line {source.line_of(at)}"
    start, end = document.value("program")
    if not start <= at < end:
        return f"line {source.line_of(at)}"
    program = document.string("program")
    begins = [0, *(found.end() for found in re.finditer("\n", program.value))]
    return f"program line {sum(program.source_offset(offset) <= at for offset in begins)}"


def _expectations(file: Source) -> list[Span]:
    """The lines that say what a run is expected to compute, with the comments among them."""
    found: list[Span] = []
    for start, end in Document(file).lines("expect"):
        if found and (start < found[-1].end or _ONLY_COMMENTS.fullmatch(file.text, found[-1].end, start)):
            found[-1] = Span(found[-1].start, max(end, found[-1].end))
        else:
            found.append(Span(start, end))
    return [_with_blank_lines(file.text, span) for span in found]


def _with_blank_lines(text: str, span: Span) -> Span:
    """The lines, and the blank ones before them if blank ones or none follow."""
    if text[span.end : text.find("\n", span.end) + 1 or None].strip():
        return span
    last = len(text[: span.start].rstrip())
    return Span(text.find("\n", last, span.start) + 1 if last else 0, span.end)
