"""Evaluates the expressions in which operations spell themselves for PyTorch, without Python's compiler.

`torch.sum(v0, dim=(0, 2))`, `(v0 < v1).double()`, `v0[1, 2:]`: literals, one operator between two operands, attributes,
calls and subscripts, and nothing else. The only names are `torch`, the operands `v0`, `v1`, … and `float`, which makes
an infinity; an attribute may not begin with an underscore. The text is made of the templates of the registry and of
attributes that the parser of programs has checked, never of a scenario's words; and were it otherwise, there would be
nothing here to execute them with.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

Expression: TypeAlias = Callable[[Sequence[Any]], Any]
"""Computes the value from those of the operands."""

_TOKEN = re.compile(
    r"\s*(?:(?P<keyword>[a-z]\w*)=(?!=)|(?P<name>[A-Za-z]\w*)|(?P<number>(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)"
    r"|'(?P<word>\w*)'|(?P<symbol>\*\*|[<>=!]=|\.\.\.|[-+*/@<>()\[\],.:]))",
    re.ASCII,
)
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "@": operator.matmul,
    "**": operator.pow,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_LITERALS = {"None": None, "True": True, "False": False, "float": float}
_END = ("symbol", "")


def read(text: str, torch: Any) -> Expression:
    """The expression that a text spells; `torch` is the library. Raises ValueError if the text is none."""
    reader = _Reader(text, torch)
    expression = reader.expression()
    reader.expect("")
    return expression


class _Reader:
    """Reads from left to right. It nests no deeper than the templates do."""

    def __init__(self, text: str, torch: Any) -> None:
        self._text = text
        self._torch = torch
        self._tokens = self._split()
        self._kind, self._token = next(self._tokens)

    def expression(self) -> Expression:
        """An operand, or two with an operator between them: no template leaves it open which binds more tightly."""
        left = self._operand()
        if self._kind != "symbol" or self._token not in _OPERATORS:
            return left
        apply, right = _OPERATORS[self._next()], self._operand()
        return lambda operands: apply(left(operands), right(operands))

    def expect(self, symbol: str) -> None:
        """Pass over a symbol; the end is an empty one."""
        if not self._take(symbol):
            raise self._error()

    def _operand(self) -> Expression:
        if self._take("-"):
            positive = self._operand()
            return lambda operands: -positive(operands)
        value = self._atom()
        while True:
            if self._take("."):
                value = self._attribute(value)
            elif self._take("("):
                value = self._call(value)
            elif self._take("["):
                value = self._subscript(value)
            else:
                return value

    def _atom(self) -> Expression:
        if self._take("("):
            return self._tuple(")", self.expression)
        if self._take("["):
            items = self._tuple("]", self.expression, is_always=True)
            return lambda operands: list(items(operands))
        value: Any
        match self._kind, self._next():
            case "number", token:
                value = int(token) if token.isdecimal() else float(token)
            case "word", token:
                value = token
            case "name", "torch":
                value = self._torch
            case "name", token if token in _LITERALS:
                value = _LITERALS[token]
            case "name", token if token[0] == "v" and token[1:].isdecimal():
                return operator.itemgetter(int(token[1:]))
            case _:
                raise self._error()
        return lambda operands: value

    def _attribute(self, owner: Expression) -> Expression:
        if self._kind != "name":
            raise self._error()
        get = operator.attrgetter(self._next())
        return lambda operands: get(owner(operands))

    def _call(self, function: Expression) -> Expression:
        arguments: list[Expression] = []
        keywords: dict[str, Expression] = {}
        while not self._take(")"):
            if self._kind == "keyword":
                name = self._next()
                keywords[name] = self.expression()
            else:
                arguments.append(self.expression())
            self._separate(")")
        return lambda operands: function(operands)(
            *[argument(operands) for argument in arguments],
            **{name: argument(operands) for name, argument in keywords.items()},
        )

    def _subscript(self, array: Expression) -> Expression:
        index = self._tuple("]", self._slice)
        return lambda operands: array(operands)[index(operands)]

    def _slice(self) -> Expression:
        """A whole number, or up to three of them between colons; `None` is a new axis, `...` the other ones."""
        if self._take("..."):
            return lambda operands: ...
        bounds: list[Expression] = [_nothing]
        while self._kind != "symbol" or self._token not in (",", "]", ""):
            if self._take(":"):
                bounds.append(_nothing)
            elif bounds[-1] is _nothing:
                bounds[-1] = self._operand()
            else:
                raise self._error()
        if len(bounds) == 1:
            return bounds[0]
        return lambda operands: slice(*[bound(operands) for bound in bounds])

    def _tuple(self, close: str, part: Callable[[], Expression], *, is_always: bool = False) -> Expression:
        """What stands between brackets: a tuple if there is a comma in it, or nothing at all."""
        parts: list[Expression] = []
        is_single = not is_always
        while not self._take(close):
            parts.append(part())
            is_single &= not self._separate(close)
        if is_single and parts:
            return parts[0]
        return lambda operands: tuple([part(operands) for part in parts])

    def _separate(self, close: str) -> bool:
        """Pass over a comma; without one, the closing bracket must follow."""
        found = self._take(",")
        if not found and (self._kind, self._token) != ("symbol", close):
            raise self._error()
        return found

    def _take(self, symbol: str) -> bool:
        found = (self._kind, self._token) == ("symbol", symbol)
        if found:
            self._next()
        return found

    def _next(self) -> str:
        token = self._token
        self._kind, self._token = next(self._tokens)
        return token

    def _split(self) -> Iterator[tuple[str, str]]:
        at = 0
        while at < len(self._text):
            match = _TOKEN.match(self._text, at)
            if not match or not match.lastgroup:
                raise self._error()
            yield match.lastgroup, match[match.lastgroup]
            at = match.end()
        while True:
            yield _END

    def _error(self) -> ValueError:
        return ValueError(f"no spelling of an operation: {self._text!r}")


def _nothing(_: Sequence[Any]) -> None:
    return None
