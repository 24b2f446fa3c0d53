r"""A formula as people read it in a terminal, set in LaTeX token by token.

A formula comes in texts and in atoms that are set already. What an operation is called and how it writes its
derivatives needs nothing here: a word before a bracket is a function, a variable what `variable` says, any other word
text. Commands are words, never signs as in `\,` and `\{`: Markdown would take those for its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeAlias

_COMMANDS = frozenset(
    ["exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "max", "min"]
)
"""Functions that LaTeX knows."""
_SIGNS = {
    "@": r"\thinspace",
    "<=": r"\le",
    ">=": r"\ge",
    "==": "=",
    "!=": r"\ne",
    "≠": r"\ne",
    "≤": r"\le",
    "∞": r"\infty",
    "…": r"\ldots",
    "|": r"\vert",
    ":": "{:}",
    "∂": r"\partial",
}
_OPERATORS = frozenset("·+-@")
"""Chunks that are their own only token."""
_PLAIN = frozenset("+-/=<>,()[].!?;")
_TOKEN = re.compile(
    r"(?P<number>\d[\d.]*(?:e-?\d+)?)"
    r"|(?P<name>[^\W\dᵀ²₀-₉][^\Wᵀ²₀-₉]*)"
    r"|(?P<postfix>[ᵀ²]|[₀-₉]+)"
    r"|(?P<quoted>'\w*')"
    r"|(?P<root>√)"
    r"|(?P<sign>\*\*|[<>=!]=|\S)"
    r"|\s+"
)
_PLACES = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_POSTFIXES = {"ᵀ": r"\top", "²": "2"}
_CLOSING = {"(": ")", "[": "]"}
_TALL = re.compile(r"\\(frac|begin)")


class Atom(NamedTuple):
    """A part of a formula that nothing takes apart."""

    tex: str
    is_array: bool = False
    is_raised: bool = False
    """Whether an exponent would not be seen to belong to all of it."""
    inner: str = ""
    """Of brackets, what is in them."""

    @property
    def bare(self) -> str:
        """Without the brackets around it."""
        return self.inner or self.tex

    def raised(self, exponent: str) -> Atom:
        """With an exponent."""
        base = _bracketed("(", self.tex, ")") if self.is_raised else self.tex
        return Atom(f"{base}^{script(exponent)}", self.is_array, is_raised=True)


class Word(NamedTuple):
    """Text inside a formula: `if`, `elsewhere`."""

    text: str


class _Function(NamedTuple):
    """A word before a bracket."""

    name: str

    @property
    def tex(self) -> str:
        return f"\\{self.name}" if self.name in _COMMANDS else f"\\operatorname{{{self.name.replace('_', '-')}}}"


Piece: TypeAlias = Atom | Word | _Function | str
"""A string is a sign, as it stands in the text."""


class _Frame(NamedTuple):
    """A bracket that is open, and what has come since."""

    opening: str
    before: _Function | Atom | None
    """The function that is called, or the array that is taken from."""
    pieces: list[Piece]


def typeset(chunks: Iterable[str | Atom], variable: Callable[[str], Piece]) -> Atom:
    """A formula, set. Brackets that do not match stand as they are."""
    reader = _Reader(variable)
    for chunk in chunks:
        if isinstance(chunk, Atom) or chunk in _OPERATORS:
            reader.pieces.append(chunk)
        else:
            reader.read(chunk)
    return _set(reader.close())


def number(text: str) -> str:
    r"""A number as LaTeX has it: `1.2 \cdot 10^{-7}`."""
    if text.endswith("inf"):
        return text.replace("inf", r"\infty")
    if text == "nan":
        return r"\mathrm{NaN}"
    mantissa, marker, exponent = text.partition("e")
    return f"{mantissa} \\cdot 10^{{{exponent}}}" if marker else text


def script(text: str) -> str:
    """What is raised or lowered."""
    return text if re.fullmatch(r"\w|\\[a-z]+", text, re.IGNORECASE) else f"{{{text}}}"


def upright(name: str) -> str:
    """A name letter by letter, for a command that sets it upright."""
    return "".join(char if char.isalnum() or char == " " else r"\_" if char == "_" else r"\ " for char in name)


class _Reader:
    """Takes a formula apart into pieces, and closes brackets as it goes. Nothing in it recurses."""

    def __init__(self, variable: Callable[[str], Piece]) -> None:
        self._variable = variable
        self._frames = [_Frame("", None, [])]

    @property
    def pieces(self) -> list[Piece]:
        """Of the innermost bracket that is open."""
        return self._frames[-1].pieces

    def read(self, text: str) -> None:
        """Take one text more."""
        for match in _TOKEN.finditer(text):
            kind, token = match.lastgroup, match[0]
            start, end = match.span()
            before, after = text[max(0, start - 1) : start], text[end : end + 1]
            if kind in ("name", "root"):
                self._read_word(token, before, after)
            elif kind == "number":
                self.pieces.append(Atom(number(token), is_raised="e" in token))
            elif kind == "quoted":
                self.pieces.append(Atom(f"\\text{{{upright(token[1:-1])}}}"))
            elif kind == "postfix" and self.pieces and isinstance(last := self.pieces[-1], Atom):
                self.pieces[-1] = last.raised(_POSTFIXES.get(token) or f"({token.translate(_PLACES)})")
            elif token in _CLOSING:
                self._open(token, before)
            elif token == _CLOSING.get(self._frames[-1].opening):
                closed = _closed(self._frames.pop())
                self.pieces.append(closed)
            elif kind:
                self.pieces.append(token)

    def close(self) -> list[Piece]:
        """All pieces. A bracket that was never closed is one of them."""
        while len(self._frames) > 1:
            _, before, pieces = frame = self._frames.pop()
            head = [Atom(before.tex)] if before else []
            self.pieces.extend([*head, frame.opening, *pieces])
        return self.pieces

    def _read_word(self, word: str, before: str, after: str) -> None:
        match self.pieces[-2:]:
            case [Atom() as array, "."] if word == "T" and before == ".":
                self.pieces[-2:] = [array.raised(r"\top")]
                return
        if after == "(":
            self.pieces.append(_Function(word))
        elif word == "√":
            self.pieces.append(word)
        elif after == "=" and len(word) > 1:  # what a parameter is called
            self.pieces.append(Atom(f"\\mathrm{{{upright(word)}}}"))
        else:
            self.pieces.append(self._variable(word))

    def _open(self, bracket: str, before: str) -> None:
        last = self.pieces[-1] if self.pieces else None
        is_call = bracket == "(" and isinstance(last, _Function)
        is_index = bracket == "[" and isinstance(last, Atom) and before != " "
        if is_call or is_index:
            self.pieces.pop()
        self._frames.append(_Frame(bracket, last if is_call or is_index else None, []))  # type: ignore[arg-type]


def _closed(frame: _Frame) -> Atom:
    inner = _set(frame.pieces)
    brackets = _bracketed(frame.opening, inner.tex, _CLOSING[frame.opening])
    match frame.before:
        case _Function("sqrt" | "√"):
            return Atom(f"\\sqrt{{{inner.tex}}}", inner.is_array)
        case _Function() as function:
            return Atom(function.tex + brackets, inner.is_array)
        case Atom() as array:
            return Atom(array.tex + brackets)
    return Atom(brackets, inner.is_array, inner=inner.tex if frame.opening == "(" else "")


def _bracketed(opening: str, tex: str, closing: str) -> str:
    return f"\\left{opening} {tex} \\right{closing}" if _TALL.search(tex) else f"{opening}{tex}{closing}"


def _set(pieces: Sequence[Piece]) -> Atom:
    """Pieces between two brackets: derivatives, roots, powers, quotients, and all else in a row."""
    row = pieces
    for sign, combine in _COMBINED:
        if sign in pieces:
            row = combine(row)
    if len(row) == 1 and isinstance(row[0], Atom):
        return row[0]
    is_array = any(isinstance(piece, Atom) and piece.is_array for piece in row)
    row = _phrases(row)
    found: list[str] = []
    for at, piece in enumerate(row):
        if isinstance(piece, Atom):
            found.append(piece.tex)
        elif isinstance(piece, Word):
            follows = "," if at + 1 == len(row) else row[at + 1]
            found.append(f"\\text{{{' ' * (at > 0)}{upright(piece.text)}{' ' * (follows != ',')}}}")
        elif isinstance(piece, _Function):  # always before a bracket
            found.append(piece.tex)
        elif piece == "·":
            around = row[max(0, at - 1) : at + 2]
            found.append(r"\odot" if is_array and not any(map(_is_number, around)) else r"\cdot")
        else:
            found.append(_SIGNS.get(piece) or (piece if piece in _PLAIN else f"\\text{{{upright(piece)}}}"))
    return Atom(" ".join(found).replace(" ,", ","), is_array, is_raised=True)


def _is_number(piece: Piece) -> bool:
    """Whether it is no array, so that a product with it is no product element by element."""
    return isinstance(piece, Atom) and not piece.is_array


def _phrases(pieces: Sequence[Piece]) -> list[Piece]:
    """Words that follow each other as one text."""
    row: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Word) and row and isinstance(last := row[-1], Word):
            row[-1] = Word(f"{last.text} {piece.text}")
        else:
            row.append(piece)
    return row


def _derivatives(pieces: Sequence[Piece]) -> list[Piece]:
    """∂ y / ∂ x as one fraction."""
    row: list[Piece] = []
    at = 0
    while at < len(pieces):
        match pieces[at : at + 5]:
            case ["∂", Atom() as y, "/", "∂", Atom() as x]:
                fraction = f"\\frac{{\\partial {y.tex}}}{{\\partial {x.tex}}}"
                row.append(Atom(fraction, y.is_array or x.is_array, is_raised=True))
                at += 5
            case [piece, *_]:
                row.append(piece)
                at += 1
    return row


def _roots(pieces: Sequence[Piece]) -> list[Piece]:
    row: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Atom) and row and row[-1] == "√":
            row[-1] = Atom(f"\\sqrt{{{piece.bare}}}", piece.is_array)
        else:
            row.append(piece)
    return row


def _powers(pieces: Sequence[Piece]) -> list[Piece]:
    """From the right: 2 ** 3 ** 2 is 2 ** 9."""
    row: list[Piece] = []
    for piece in reversed(pieces):
        row.insert(0, piece)
        match row[:4]:
            case [Atom() as base, "**", "-", Atom() as exponent]:
                row[:4] = [base.raised(f"-{exponent.bare}")]
            case [Atom() as base, "**", Atom() as exponent, *_]:
                row[:3] = [base.raised(exponent.bare)]
    return row


def _quotients(pieces: Sequence[Piece]) -> list[Piece]:
    """From the left: 8 / 4 / 2 is 2 / 2. What is divided must not be the end of a product."""
    row: list[Piece] = []
    for piece in pieces:
        row.append(piece)
        match row[-3:]:
            case [Atom() as above, "/", Atom() as below] if row[-4:-3] not in (["·"], ["@"]):
                is_tall = r"\frac" in above.tex + below.tex
                tex = f"{above.tex} / {below.tex}" if is_tall else f"\\frac{{{above.bare}}}{{{below.bare}}}"
                row[-3:] = [Atom(tex, above.is_array or below.is_array, is_raised=True)]
    return row


_COMBINED: Sequence[tuple[str, Callable[[Sequence[Piece]], Sequence[Piece]]]] = (
    ("∂", _derivatives),
    ("√", _roots),
    ("**", _powers),
    ("/", _quotients),
)
"""What is done, in this order, where the sign is met."""
