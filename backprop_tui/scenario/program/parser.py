"""Program text -> statements, line by line. What is right of the = is read by `expression`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from backprop_tui.ops.registry import INFIX
from backprop_tui.scenario import limits
from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.names import normal
from backprop_tui.scenario.program.expression import Expression
from backprop_tui.scenario.program.lexer import checked_name
from backprop_tui.scenario.program.mistakes import also_assigned, not_an_assignment
from backprop_tui.scenario.program.steps import Apply, Form, Mistake, Name, Statement, Step

_MAX_CONTINUED = 1_000
"""Lines below a broken one that may belong to it."""
_INFIX_FORM = Form.INFIX  # looking up a member of an enumeration is slow

_ASSIGNMENT = re.compile(r"[ \t]*+([^\W\d]\w*+(?:[\u0300-\u036f]\w*+)*+)[ \t]*+=(?!=)")
_SINGLE = re.compile(
    r"[ \t]*+([A-Za-z_]\w*+)[ \t]*+(\*\*|[-+*/@])[ \t]*+([A-Za-z_]\w*+)[ \t]*+(?:#[^\n]*+)?+(?:\n|\Z)", re.ASCII
)
"""One operation on two names: most lines of a long program, and so worth a short cut."""
_EMPTY_LINES = re.compile(r"(?:[ \t]*+(?:#[^\n]*+)?+\n)++")
_NOTHING = re.compile(r"[ \t]*+(?:#[^\n]*+)?+(?:\n|\Z)")
_BLANKS = re.compile(r"[ \t]*+")
_BLOCK = re.compile(r"[^\n#]*:[ \t]*+(?:#[^\n]*+)?+(?:\n|\Z)")


def parse(text: str, on_mistake: Callable[[Mistake], None]) -> Iterator[Statement]:
    """The statements of a program, one by one. For every line that is broken, `on_mistake` is called once.

    Lines that only make sense together with a broken one are passed over: one cause, one mistake.
    Ends early after as many broken lines as are ever shown, or as many tokens as a program may have.
    """
    at = line = broken = 0
    budget = iter(range(limits.TOKENS))
    while at < len(text) and broken < limits.DIAGNOSTICS:
        names: list[str] | None = None
        if assignment := _ASSIGNMENT.match(text, at):
            start, end = assignment.span(1)
            name, steps = assignment[1], None
            try:
                name = checked_name(name, start)
                single = _SINGLE.match(text, assignment.end())
                steps = _single(single) if single else Expression(text, assignment.end(), budget).parse()
            except Mistake as mistake:
                on_mistake(mistake)
                if mistake.code is Code.PROGRAM_TOO_LONG:
                    return
                names = also_assigned(text, assignment.end())
            yield Statement(name, start, end, line, steps)
        elif empty := _EMPTY_LINES.match(text, at):
            line += text.count("\n", at, empty.end())
            at = empty.end()
            continue
        elif not _NOTHING.match(text, at):
            wrong, names = not_an_assignment(text, at)
            on_mistake(wrong)
        end = text.find("\n", at) + 1 or len(text)
        line += 1
        if names is not None:
            broken += 1
            following, end = end, _end_of_broken(text, at, end, names)
            yield from (Statement(name, at, at, line - 1, None) for name in names)
            line += text.count("\n", following, end)
        at = end


def _end_of_broken(text: str, at: int, following: int, names: list[str]) -> int:
    """Where the lines end that continue the broken line at `at`; the names that they define are added to `names`.

    They are the indented lines below it, other assignments excepted unless it opens a block of Python, and those
    in a bracket that it leaves open.
    """
    indent = _indent(text, at)
    block = _BLOCK.match(text, at)
    unclosed = text.count("(", at, following) - text.count(")", at, following)
    for _ in range(_MAX_CONTINUED):
        if _NOTHING.match(text, following):
            break
        assignment = _ASSIGNMENT.match(text, following)
        deeper = _indent(text, following) > indent
        if not (deeper if block else (deeper or unclosed > 0) and not assignment):
            break
        if assignment:
            names.append(normal(assignment[1]))
        end = text.find("\n", following) + 1 or len(text)
        unclosed += text.count("(", following, end) - text.count(")", following, end)
        following = end
    return following


def _indent(text: str, at: int) -> int:
    blanks = _BLANKS.match(text, at)
    return blanks.end() - at if blanks else 0


def _single(match: re.Match[str]) -> list[Step]:
    """The steps of `a + b`: two operands and an operator."""
    left, symbol, right = match.groups()
    return [
        Name(left, *match.span(1)),
        Name(right, *match.span(3)),
        Apply(INFIX[symbol], 2, _INFIX_FORM, symbol, *match.span(2)),
    ]
