"""A worked solution as GitHub-flavoured Markdown, with its formulas in LaTeX.

The text of a scenario is a stranger's: it is escaped, so that it is literal, and neither HTML nor a link nor a formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from backprop_tui.explaining.document import (
    Block,
    Cell,
    Change,
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
from backprop_tui.explaining.latex import Notation, value
from backprop_tui.explaining.literal import escaped, fenced, lesson, paragraph
from backprop_tui.formatting import NO_GRADIENT, array
from backprop_tui.graph import Graph

_ARRAY = 120
"""Characters of an array in a table."""


def lines(blocks: Iterable[Block], graph: Graph) -> Iterator[str]:
    """The solution, line by line."""
    notation = Notation(graph)
    for number, block in enumerate(blocks):
        if number:
            yield ""
        match block:
            case Title(words):
                yield f"# {_words(words, notation)}"
            case Section(title):
                yield f"## {title}"
            case Paragraph(words):
                yield paragraph(_words(words, notation))
            case Lesson(text):
                yield from lesson(text)
            case Program(program):
                yield from fenced(program)
            case Table():
                yield from _table(block, notation)
            case Equations(equations):
                yield from _display([row for equation in equations for row in notation.equation(equation)])
            case Step():
                yield from _step(block, notation)


def _words(words: Words, notation: Notation) -> str:
    pieces = [f"${notation.name(piece.text)}$" if isinstance(piece, Name) else escaped(piece) for piece in words]
    return "".join(pieces)


def _step(step: Step, notation: Notation) -> Iterator[str]:
    """A paragraph, the formula, and what there is to say of it."""
    said = escaped(step.words)
    number = f"**{step.number}.**"
    yield f"{number} {_words(step.heading, notation) if step.heading else said}"
    rows = notation.equation(step.equation) if step.equation else []
    if step.change and _says_more(step.change):
        rows.append(_change(step.change, notation))
    if rows:
        yield ""
        yield from _display(rows)
    notes = [paragraph(escaped(note)) for note in step.notes]
    if step.local:
        notes.insert(0, f"where ${_single(notation.equation(step.local)[0])}$")
    if notes:
        yield ""
        yield from (f"- {note}" for note in notes)
    if step.heading:
        yield ""
        yield paragraph(said)


def _says_more(change: Change) -> bool:
    """Whether it says what the formula does not. The first array to arrive is the one that has just been shown."""
    return change.before is not None or not change.after.ndim


def _change(change: Change, notation: Notation) -> str:
    before = r"\cdot" if change.before is None else value(change.before)
    return f"{notation.name(change.gradient)} &\\colon {before} \\to {value(change.after)}"


def _display(rows: Sequence[str]) -> Iterator[str]:
    yield "$$"
    if len(rows) == 1:
        yield _single(rows[0])
    else:
        yield r"\begin{aligned}"
        yield from (f"{row} \\\\" for row in rows[:-1])
        yield rows[-1]
        yield r"\end{aligned}"
    yield "$$"


def _single(row: str) -> str:
    """A row that is not aligned with others. A sign that comes first would begin a list."""
    text = row.replace("&", "", 1).strip()
    return f"{{}} {text}" if text.startswith(("-", "+")) else text


def _table(table: Table, notation: Notation) -> Iterator[str]:
    yield _row(table.head)
    yield _row(["---"] * len(table.head))
    for row in table.rows():
        yield _row([_cell(cell, notation) for cell in row])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell, notation: Notation) -> str:
    match cell:
        case None:
            return NO_GRADIENT
        case str():
            return escaped(cell)
        case Name(text):
            return f"${notation.name(text)}$"
        case _:
            shown = array(cell, _ARRAY)
            return f"`{shown}`" if shown.startswith("[") else escaped(shown)
