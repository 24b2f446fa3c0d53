"""An expression -> steps. A shunting yard with an explicit stack: nothing recurses, however deep or long.

From loosest to tightest: comparisons (not chained), `+ -`, `* / @`, unary `+ -`, `**` (to the right), calls
and methods. As in Python, `-x ** 2` is `-(x ** 2)` and `2 ** -x` is fine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from backprop_tui.ops.registry import FUNCTIONS, INFIX, NEGATE, OPERATIONS
from backprop_tui.scenario import limits
from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.program.lexer import CALL, END, NAME, NUMBER, OTHER, SYMBOL, TOKEN, checked_name
from backprop_tui.scenario.program.literals import is_number, read_index, read_literal
from backprop_tui.scenario.program.mistakes import (
    not_a_library,
    operator_missing,
    other_sign,
    unexpected_character,
    unknown_attribute,
    unknown_function,
    word_in_quotes,
)
from backprop_tui.scenario.program.steps import Apply, Form, Group, Keyword, Mistake, Name, Number, Step
from backprop_tui.scenario.text import quote

_OPENED, _COMPARISON, _SUM, _PRODUCT, _UNARY, _POWER = range(6)
"""How tightly an operator binds. No operator reaches past an open bracket."""
_TIGHTNESS = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "@": _PRODUCT, "**": _POWER}
_INFIX = {symbol: (_TIGHTNESS.get(symbol, _COMPARISON), operation) for symbol, operation in INFIX.items()}
_INFIX_FORM = Form.INFIX
_MAX_STEPS = 4 * limits.OPERATIONS
"""Of one expression. An operation takes a step, and so do each operand and each pair of brackets."""
_TRANSPOSE = FUNCTIONS["transpose"]
_INDEX = OPERATIONS["index"]

_NOTHING = re.compile(r"[ \t]*+(?:#[^\n]*+)?+(?:\n|\Z)")
_PARAMETER = re.compile(r"[ \t]*+(?:([^\W\d]\w*+)[ \t]*+=(?!=)|[(\"']|(?:true|True|false|False|None|none)\b)")
"""How an argument begins that may be no operand: with the name of a parameter, or like a literal."""
_CLOSE = re.compile(r"[ \t]*+\)")
_CLOSE_LIST = re.compile(r"[ \t]*+\]")
_LIST = re.compile(r"[ \t]*+\[")
_BARE_WORD = re.compile(r"[ \t]*+([a-z]++)(?=[ \t]*+[,)])")
_NAME = re.compile(r"[^\W\d]\w*+")
_ARGUMENT = re.compile(r"[ \t]*+([^,)\n]*)")


@dataclass(slots=True)
class _Open:
    """A bracket that waits to be closed."""

    start: int
    """Where the bracket stands."""
    call: Apply | None = None
    """What to apply once it is closed, unless it only groups; still without count, keywords and end."""
    count: int = 0
    """Arguments so far that are given by position."""
    keywords: list[Keyword] = field(default_factory=list)
    is_done: bool = False
    """Whether the current argument has been counted: it is given by name, or a list."""
    bracket: int = -1
    """Where the list of operands in it begins that is not closed yet; -1: there is none."""


class Expression:
    """One expression, from `at` to the end of its line."""

    def __init__(self, text: str, at: int, budget: Iterator[int]) -> None:
        self.text = text
        self.at = at
        self.budget = budget
        """Gives one for each token that the program may still have."""
        self.steps: list[Step] = []
        self.pending: list[tuple[int, Apply | _Open]] = []
        """Operators that wait for their right operand and open brackets, each with how tightly it binds."""

    def parse(self) -> list[Step]:
        """The steps of the expression. Raises Mistake."""
        match_token, text, steps, pending = TOKEN.match, self.text, self.steps, self.pending
        operand_next = True
        for _ in self.budget:
            last_end = self.at
            token = match_token(text, last_end)
            assert token is not None  # the pattern matches whatever follows
            kind = token.lastindex or OTHER
            start, end = token.span(kind)
            word = token[kind]
            self.at = end
            if len(steps) > _MAX_STEPS:
                message = f"a program has at most {limits.OPERATIONS:,} operations"
                raise Mistake(Code.TOO_MANY_OPERATIONS, message, start, end)
            if operand_next and kind == NAME:
                steps.append(Name(word, start, end))
                operand_next = False
            elif not operand_next and word in _INFIX:
                tightness, operation = _INFIX[word]
                if pending and pending[-1][0] >= tightness:
                    self._reduce(tightness, start)
                self._push(tightness, Apply(operation, 2, _INFIX_FORM, word, start, end))
                operand_next = True
            elif kind == END:
                return self._end(last_end, operand_next=operand_next)
            elif kind == OTHER:
                raise unexpected_character(word, start)
            elif operand_next:
                operand_next = self._operand(token, kind, word, start)
            elif kind == CALL:
                raise self._operator_missing(token[NAME], token.start(NAME))
            else:
                operand_next = self._onward(word, start)
        message = f"a program has at most {limits.TOKENS:,} names, numbers, signs and brackets"
        raise Mistake(Code.PROGRAM_TOO_LONG, message, self.at, self.at + 1)

    # Each of the two says whether an operand must follow.

    def _operand(self, token: re.Match[str], kind: int, word: str, start: int) -> bool:
        if kind == NUMBER:
            self.steps.append(Number(word, start, self.at))
            return False
        if kind == CALL:
            return self._open_call(token[NAME], token.start(NAME), Form.CALL)
        if word == "-":
            self._push(_UNARY, Apply(NEGATE, 1, Form.PREFIX, word, start, self.at))
        elif word == "(":
            self._push(_OPENED, _Open(start))
        elif word == "[":
            raise self._unexpected_list(start)
        elif word != "+":
            raise other_sign(self.text, start) or self._value_missing(word, start)
        return True

    def _onward(self, word: str, start: int) -> bool:
        if word == ")":
            self._close(start)
            return False
        if word == ",":
            return self._next_argument(start)
        if word == "[":
            return self._index(start)
        if word == "]":
            return self._close_list(start)
        if word == ".":
            return self._method(start)
        if word == "(":
            hint = "to multiply, write *"
            raise Mistake(Code.NOT_IN_LANGUAGE, "a value cannot be called", start, self.at, hint=hint)
        if word == "=":
            message, hint = "only one = on a line", "to compare, write =="
            raise other_sign(self.text, start) or Mistake(Code.SYNTAX, message, start, self.at, hint=hint)
        raise self._operator_missing(word, start)

    def _push(self, tightness: int, what: Apply | _Open) -> None:
        if len(self.pending) >= limits.EXPRESSION_DEPTH:
            raise Mistake(
                Code.EXPRESSION_TOO_DEEP,
                f"an expression is nested at most {limits.EXPRESSION_DEPTH} deep",
                what.start,
                self.at,
                hint="give a part of it a name of its own",
            )
        self.pending.append((tightness, what))

    def _reduce(self, tightness: int, start: int = 0) -> None:
        """Apply the operators that bind at least as tightly as what follows; `**` binds to the right."""
        pending = self.pending
        while pending:
            top, operator = pending[-1]
            if top < tightness or tightness == top == _POWER or isinstance(operator, _Open):
                return
            if tightness == top == _COMPARISON and start:
                raise Mistake(
                    Code.CHAINED_COMPARISON,
                    "comparisons do not chain",
                    start,
                    self.at,
                    hint="multiply two masks: (a < b) * (b < c)",
                )
            pending.pop()
            self.steps.append(operator)

    def _end(self, at: int, *, operand_next: bool) -> list[Step]:
        opened = self.pending[-1][1] if self.pending else None
        if operand_next and not isinstance(opened, _Open):
            before = f" after {opened.symbol}" if opened else ""
            hint = "an expression ends with its line" if opened else ""
            message = f"the expression ends early: a value is missing{before}"
            raise Mistake(Code.ENDS_EARLY, message, at, at + 1, hint=hint)
        self._reduce(_COMPARISON)
        if self.pending:
            last = self.pending[-1][1]
            assert isinstance(last, _Open)
            raise self._never_closed(max(last.start, last.bracket))
        return self.steps

    # Brackets and calls

    def _close(self, start: int) -> None:
        self._reduce(_COMPARISON)
        if not self.pending:
            raise Mistake(Code.BRACKET_NOT_OPEN, "this ) closes nothing", start, self.at)
        opened = self.pending.pop()[1]
        assert isinstance(opened, _Open)
        if opened.bracket >= 0:
            raise self._never_closed(opened.bracket)
        if opened.call is None:
            self.steps.append(Group(opened.start, self.at))
        else:
            self._argument_done(opened)
            self._call(opened)

    def _call(self, opened: _Open) -> None:
        assert opened.call is not None
        call = opened.call
        call.takes, call.keywords, call.close = opened.count, tuple(opened.keywords), self.at
        self.steps.append(call)

    def _open_call(self, name: str, start: int, form: Form) -> bool:
        end = start + len(name)
        if name not in FUNCTIONS:
            raise unknown_function(name, start)
        opened = _Open(self.at - 1, Apply(FUNCTIONS[name], 0, form, name, start, end))
        opened.count = 1 if form is Form.METHOD else 0
        if empty := _CLOSE.match(self.text, self.at):
            self.at = empty.end()
            self._call(opened)
            return False
        self._push(_OPENED, opened)
        return self._argument(opened)

    def _next_argument(self, start: int) -> bool:
        self._reduce(_COMPARISON)
        opened = self.pending[-1][1] if self.pending else None
        if not isinstance(opened, _Open) or opened.call is None:
            message = "a tuple is not a value" if opened else "one expression on a line"
            hint = "for an array of numbers, make an input"
            around = self.pending[-2][1] if len(self.pending) > 1 else None
            if isinstance(around, _Open) and around.call and around.call.operation.variadic:
                hint = f"write a list: {around.call.symbol}([a, b])"
            if _NOTHING.match(self.text, self.at):
                hint = "delete the comma"
            elif self.text[start - 1].isdigit() and self.text[self.at].isdigit():
                hint = "a decimal point is a dot"
            raise Mistake(Code.NOT_IN_LANGUAGE, message, start, self.at, hint=hint)
        self._argument_done(opened)
        if (_CLOSE if opened.bracket < 0 else _CLOSE_LIST).match(self.text, self.at):
            opened.is_done = True  # f(a,)
            return False
        return self._argument(opened)

    def _close_list(self, start: int) -> bool:
        self._reduce(_COMPARISON)
        opened = self.pending[-1][1] if self.pending else None
        if not isinstance(opened, _Open) or opened.call is None or opened.bracket < 0:
            raise Mistake(Code.BRACKET_NOT_OPEN, "this ] closes nothing", start, self.at)
        self._argument_done(opened)
        opened.bracket, opened.is_done = -1, True
        opened.call.listed = opened.count
        return False

    def _unexpected_list(self, start: int) -> Mistake:
        opened = self.pending[-1][1] if self.pending else None
        mistake = unexpected_character("[", start)
        if isinstance(opened, _Open) and opened.call and not opened.call.operation.operands:
            mistake.hint = "write a tuple: (2, 3)"
        return mistake

    def _index(self, start: int) -> bool:
        """`x[0, 1:3]`: the brackets hold a literal."""
        index = read_index(self.text, self.at)
        if index is None:
            raise self._never_closed(start)
        self.at = index.end
        keyword = Keyword("index", start, self.at, index)
        self.steps.append(Apply(_INDEX, 1, Form.INDEX, index.text, start, self.at, (keyword,), self.at))
        return False

    def _never_closed(self, bracket: int) -> Mistake:
        message = f"this {self.text[bracket]} is never closed"
        hint = "an expression ends with its line"
        return Mistake(Code.BRACKET_NOT_CLOSED, message, bracket, bracket + 1, hint=hint)

    def _argument_done(self, opened: _Open) -> None:
        if opened.is_done:
            opened.is_done = False
        else:
            opened.count += 1

    def _argument(self, opened: _Open) -> bool:
        """Begin an argument: whole, if it can only be a parameter. Whether an operand must follow."""
        takes_list = opened.call and opened.call.operation.variadic and not opened.count and opened.bracket < 0
        if takes_list and (bracket := _LIST.match(self.text, self.at)):
            self.at = bracket.end()
            opened.bracket = self.at - 1
            return True
        keyword = _PARAMETER.match(self.text, self.at)
        if opened.call and (word := _BARE_WORD.match(self.text, keyword.end() if keyword else self.at)):
            operation = opened.call.operation
            position = opened.count - len(operation.operands)
            name = keyword[1] or "" if keyword else ""
            if (name or position >= 0) and (wrong := word_in_quotes(operation, position, name, word[1], word.start(1))):
                raise wrong
        if keyword is None and not opened.keywords:
            return True
        if keyword is None or not keyword[1]:
            if opened.keywords:
                first = opened.keywords[0]
                message = "arguments given by name come last"
                raise Mistake(Code.BAD_ARGUMENT, message, first.start, first.value.end)
            literal = read_literal(self.text, self.at)
            if literal is None or is_number(literal):
                return True
            self.steps.append(literal)
            self.at = literal.end
            return False
        if opened.call and keyword[1] in opened.call.operation.operands:
            message, hint = f"{quote(keyword[1])} is given by position", "write the value alone"
            raise Mistake(Code.UNKNOWN_PARAMETER, message, *keyword.span(1), hint=hint)
        value = read_literal(self.text, keyword.end())
        if value is None:
            found = _ARGUMENT.match(self.text, keyword.end())
            start, end = found.span(1) if found and found[1] else keyword.span(1)
            message = f"{quote(keyword[1])} must be given as a literal, such as 0, (0, 1), true or None"
            raise Mistake(Code.BAD_ARGUMENT, message, start, end)
        opened.keywords.append(Keyword(keyword[1], *keyword.span(1), value))
        opened.is_done = True
        self.at = value.end
        return False

    def _method(self, start: int) -> bool:
        token = TOKEN.match(self.text, self.at)
        if token is None or token.lastindex not in (NAME, CALL):
            hint = "to multiply, write *" if token and token[SYMBOL] in ("*", "/") else ""
            raise Mistake(Code.SYNTAX, "a method's name is missing after the dot", start, start + 1, hint=hint)
        name, (at, end) = token[NAME], token.span(NAME)
        self.at = token.end()
        before = self.steps[-1]
        known = name in FUNCTIONS or name == "T"
        if not known and isinstance(before, Name) and (library := not_a_library(self.text, before.name, before.start)):
            raise library
        if token.lastindex == CALL:
            return self._open_call(name, at, Form.METHOD)
        if name == "T":
            self.steps.append(Apply(_TRANSPOSE, 1, Form.PROPERTY, name, at, end))
            return False
        raise unknown_attribute(name, at)

    def _value_missing(self, word: str, start: int) -> Mistake:
        opened = self.pending[-1][1] if self.pending else None
        if word == ")" and isinstance(opened, _Open) and opened.call is None:
            return Mistake(Code.SYNTAX, "the brackets hold nothing", start, self.at)
        return Mistake(Code.SYNTAX, f"a value is missing before {word}", start, self.at)

    def _operator_missing(self, word: str, start: int) -> Mistake:
        name = _NAME.match(self.text, start)
        return operator_missing(self.text, self.steps[-1], checked_name(name[0], start) if name else word, start)
