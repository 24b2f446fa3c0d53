"""A worked solution as plain text, no wider than a printed page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, zip_longest

from backprop_tui import prose
from backprop_tui.explaining.document import (
    Block,
    Cell,
    Change,
    Equation,
    Equations,
    Lesson,
    Name,
    Paragraph,
    Program,
    Section,
    Step,
    Table,
    Title,
    Words,
)
from backprop_tui.formatting import NO_GRADIENT, NOT_COMPUTED, array
from backprop_tui.graph import Graph, Value
from backprop_tui.narration import Term
from backprop_tui.prose import Kind, Style
from backprop_tui.scenario.text import cells

_WIDTH = 88
_INDENT = "    "
_ARRAY = 64
"""Characters of an array that is written whole."""
_CELL = 24
"""Characters of a matrix that stands in one line of a table."""
_MARKS = {Style.PLAIN: "", Style.BOLD: "*", Style.EMPHASIS: "*", Style.CODE: "`"}
_SAMPLE = 200
"""Columns are as wide as the first so many rows need; what comes later may push them."""


def lines(blocks: Iterable[Block], graph: Graph) -> Iterator[str]:
    """The solution, line by line."""
    digits = 1
    for number, block in enumerate(blocks):
        if number and not isinstance(block, Equations):
            yield ""
        match block:
            case Title(words):
                yield from _underlined(_plain(words), "=")
            case Section(title):
                yield ""
                yield from _underlined(title, "-")
            case Paragraph(words):
                yield from _wrapped(_plain(words))
            case Lesson(text):
                yield from _lesson(text)
            case Program(program):
                yield from (f"{_INDENT}{line}".rstrip() for line in program)
            case Table():
                yield from _table(block)
            case Equations(equations):
                for equation in equations:
                    yield from (_INDENT + line for line in _equation(equation, _WIDTH - len(_INDENT)))
            case Step():
                digits = max(digits, len(str(block.number)))
                yield from _step(block, max(4, digits + 2))


def _underlined(text: str, line: str) -> Iterator[str]:
    yield from _wrapped(text)
    yield line * min(_WIDTH, cells(text))


def _plain(words: Words) -> str:
    return "".join(piece if isinstance(piece, str) else piece.text for piece in words)


def _step(step: Step, margin: int) -> Iterator[str]:
    """Its number, and beside that what there is to say."""
    room = _WIDTH - margin
    said: list[str] = []
    if step.heading:
        said += _wrapped(_plain(step.heading), room)
    if step.equation:
        said += _equation(step.equation, room)
    if step.local:
        said += _equation(step.local._replace(left=f"where {step.local.left}"), room)
    if step.change:
        said += _flowing(_change(step.change), room)
    for note in step.notes:
        said += _wrapped(note, room)
    said += _wrapped(step.words, room)
    head = f"{step.number}."
    for line in said:
        yield f"{head:<{margin}}{line}"
        head = ""


def _change(change: Change) -> list[str]:
    before = NOT_COMPUTED if change.before is None else _value(change.before)
    return [f"{change.name}.grad ", before, "→", _value(change.after)]


def _equation(equation: Equation, room: int) -> list[str]:
    """On one line; symbols over numbers; or as many lines as it takes."""
    left, sign, right, result = equation
    head = [left, sign] if left else []
    if result is None or not right:
        return _flowing([*head, *_symbols(right), *([] if result is None else [_value(result)])], room)
    symbols, numbers = _symbols(right), [_number(term) for term in right]
    outcome = [] if [number for number in numbers if number] == [_value(result)] else ["=", _value(result)]
    whole = [*head, *symbols, "=", *filter(None, numbers), *outcome]
    if sign != "+=" and cells(" ".join(whole)) <= room and not any(", " in symbol for symbol in symbols):
        return [" ".join(whole)]
    columns = [(left, ""), (sign, "="), *zip([term.symbol for term in right], numbers, strict=True)]
    widths = [max(map(cells, column)) for column in columns]
    if left and all(map(_stands_alone, right)) and sum(widths) + len(widths) + cells(" ".join(outcome)) <= room:
        return [
            " ".join([_centred(above, size) for (above, _), size in zip(columns, widths, strict=True)]).rstrip(),
            " ".join([*(_centred(below, size) for (_, below), size in zip(columns, widths, strict=True)), *outcome]),
        ]
    indent = " " * min(cells(f"{left} {sign}") - 1, room // 2) if left else ""
    return [
        *_flowing([*head, *symbols], room),
        *(indent + line for line in _flowing(["=", *filter(None, numbers)], room - len(indent))),
        *(indent + line for line in _flowing(outcome, room - len(indent))),
    ]


def _stands_alone(term: Term) -> bool:
    """Whether its number can stand below its symbol, with nothing around them that belongs together."""
    return not (term.filled and (term.filled.value.ndim or term.filled.before or term.filled.after))


def _symbols(terms: Sequence[Term]) -> list[str]:
    return [term.symbol for term in terms if term.symbol]


def _number(term: Term) -> str:
    return term.filled.number(_value) if term.filled else term.number


def _value(value: Value) -> str:
    return array(value, _ARRAY)


def _centred(text: str, size: int) -> str:
    room = size - cells(text)
    return " " * (room // 2) + text + " " * (room - room // 2)


def _flowing(pieces: Iterable[str], room: int) -> list[str]:
    """Pieces that are not taken apart, on as many lines as it takes; further ones are indented."""
    found: list[str] = []
    line, used = "", 0
    for piece in pieces:
        size = cells(piece)
        if line and used + 1 + size > room:
            found.append(line)
            line, used = _INDENT + piece, len(_INDENT) + size
        else:
            line, used = (f"{line} {piece}", used + 1 + size) if line else (piece, size)
    return [*found, line] if line else found


def _wrapped(text: str, room: int = _WIDTH, indent: str = "") -> list[str]:
    """Words on lines of at most that many cells; a longer word has a line of its own."""
    if len(text) * 2 <= room or (size := cells(text)) <= room:
        return [text] if text else []
    measure = len if size == len(text) else cells
    found: list[str] = []
    line, used = "", 0
    for word in text.split(" "):
        width = measure(word)
        if line and used + 1 + width > room:
            found.append(line)
            line, used = indent + word, len(indent) + width
        else:
            line, used = (f"{line} {word}", used + 1 + width) if line else (word, width)
    return [*found, line]


def _lesson(text: str) -> Iterator[str]:
    for number, block in enumerate(prose.blocks(text)):
        if number:
            yield ""
        match block.kind:
            case Kind.FENCE:
                yield from (f"{_INDENT}{line}".rstrip() for line in block.lines)
            case Kind.HEADING:
                yield from _underlined(block.lines[0], "~")
            case Kind.TEXT:
                for marker, words in block.parts:
                    shown = "".join(_MARKS[run.style] + run.text + _MARKS[run.style] for run in prose.runs(words))
                    yield from _wrapped(marker + shown, indent=" " * len(marker))


def _table(table: Table) -> Iterator[str]:
    sample = [table.head, *islice(table.rows(), _SAMPLE)]
    widths = [max(cells(line) for cell in column for line in _cell(cell)) for column in zip(*sample, strict=True)]
    for row in chain([table.head], table.rows()):
        for texts in zip_longest(*map(_cell, row), fillvalue=""):
            aligned = [text + " " * (size - cells(text)) for text, size in zip(texts, widths, strict=True)]
            yield (_INDENT + "  ".join(aligned)).rstrip()


def _cell(cell: Cell) -> list[str]:
    """The lines of a cell: a wide matrix has one for each row."""
    match cell:
        case None:
            return [NO_GRADIENT]
        case str():
            return [cell]
        case Name(text):
            return [text]
    shown = _value(cell)
    return shown.replace("] [", "]\n [").split("\n") if cell.ndim == 2 and len(shown) > _CELL else [shown]
