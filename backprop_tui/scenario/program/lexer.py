"""The tokens of the program language, and what people type instead of them."""

from __future__ import annotations

import re

from backprop_tui.scenario import limits
from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.names import RESERVED, fault, normal
from backprop_tui.scenario.program.steps import Mistake
from backprop_tui.scenario.text import describe, quote

# Kinds of tokens, as group numbers of TOKEN.
NAME, CALL, NUMBER, SYMBOL, END, OTHER = range(1, 7)
"""CALL is a name that a bracket follows: the name is the group NAME, the bracket belongs to the token."""

TOKEN = re.compile(
    r"[ \t]*+(?:"
    r"([^\W\d]\w*+(?:[\u0300-\u036f]\w*+)*+)([ \t]*+\()?+"
    r"|((?:\d++\.?\d*+|\.\d++)(?:[eE][+-]?\d++)?+)"
    r"|(\*\*|<=|>=|==|!=|/(?!/)|[-+*@<>(),.=])"
    r"|((?:\#[^\n]*+)?+(?:\n|\Z))"
    r"|(:=|//|&&|\|\||[^\n]))"
)
"""One token and the blanks before it."""

_LINE = re.compile(r"[ \t]*+([^\n#]*[^\s#])?")
_WORD = re.compile(r"[^\W\d]\w*")
_EQUALS = re.compile(r"(?<![=<>!])=(?!=)")
_COMPARES = re.compile(r"([^\W\d]\w*)[ \t]*(==)")

_PYTHON_WORDS = frozenset(
    [
        "and",
        "as",
        "assert",
        "async",
        "await",
        "break",
        "class",
        "continue",
        "def",
        "del",
        "elif",
        "else",
        "except",
        "finally",
        "for",
        "from",
        "global",
        "if",
        "import",
        "in",
        "is",
        "lambda",
        "nonlocal",
        "not",
        "or",
        "pass",
        "raise",
        "return",
        "try",
        "while",
        "with",
        "yield",
        "print",
    ]
)
_BETTER = {
    "^": ("^ is not a power", "write **"),
    "//": ("// is not in the language", "write floor(a / b)"),
    "%": ("% is not in the language", ""),
    "−": ("{} is not a minus", "write -"),
    "–": ("{} is not a minus", "write -"),
    "—": ("{} is not a minus", "write -"),
    "×": ("{} is not a product", "write *"),
    "·": ("{} is not a product", "write *"),
    "⋅": ("{} is not a product", "write *"),
    "÷": ("{} is not a division", "write /"),
    "∕": ("{} is not a division", "write /"),
    "≤": ("{} is not a comparison", "write <="),
    "≥": ("{} is not a comparison", "write >="),
    "≠": ("{} is not a comparison", "write !="),
    "√": ("{} is not a function", "write sqrt(x)"),
    "&&": ("&& is not in the language", "a product of masks is their 'and'"),
    "||": ("|| is not in the language", "maximum of masks is their 'or'"),
    "'": ("text is not a value", ""),
    '"': ("text is not a value", ""),
    ":=": (":= is not in the language", "one assignment on a line of its own: name = expression"),
    "[": ("[ ] is not in the language", "give arrays under [inputs]"),
    "{": ("{ } is not in the language", ""),
    ";": ("; is not in the language", "one assignment on a line"),
    "\\": ("a line cannot be continued", "give a part of it a name of its own"),
}
_NOT_IN_LANGUAGE = frozenset(("'", '"', ":=", "[", "{", "//", "%", "&&", "||"))


def checked_name(name: str, start: int) -> str:
    """The normal spelling of a name. Raises Mistake if it is not one."""
    if name.isascii() and len(name) <= limits.NAME_CHARACTERS and name not in RESERVED:
        return name  # the lexer lets no other ASCII characters into one
    normalised = normal(name)
    if found := fault(normalised):
        index, message, hint = found
        at = start + min(index, len(name) - 1)
        end = at + 1 if index or len(normalised) == 1 else start + len(name)
        code = Code.BAD_CHARACTER if not normalised.isascii() else Code.SYNTAX
        raise Mistake(code, message, at, end, hint=hint)
    return normalised


def unexpected_character(text: str, start: int) -> Mistake:
    """What to say about a character that begins no token."""
    message, hint = _BETTER.get(text, ("{} is not in the language", ""))
    code = Code.NOT_IN_LANGUAGE if text in _NOT_IN_LANGUAGE else Code.BAD_CHARACTER
    shown = quote(text) if text.isascii() else f"{quote(text)} ({describe(text[0])})"
    return Mistake(code, message.format(shown) if "{}" in message else message, start, start + len(text), hint=hint)


def is_python_word(name: str) -> bool:
    """Whether the name is a word of Python that means something there and nothing here."""
    return name in _PYTHON_WORDS


def not_an_assignment(text: str, at: int) -> tuple[Mistake, list[str]]:
    """What is wrong with a line that is not `name = expression`, and the names it was meant to define."""
    line = _LINE.match(text, at)
    assert line is not None
    start, end = line.start(1), max(line.end(1), line.start(1) + 1)
    first = _WORD.match(text, start)
    if first and is_python_word(first[0]):
        return _statement(f"'{first[0]}' is Python, not this language", *first.span(), Code.NOT_IN_LANGUAGE), []
    equals = _EQUALS.search(text, start, end)
    if equals is None:
        if compares := _COMPARES.match(text, start):
            hint = f"to assign, write one =: {quote(compares[1])[1:-1]} = …"
            return Mistake(Code.NOT_AN_ASSIGNMENT, "== compares, it does not assign", *compares.span(2), hint=hint), []
        return _statement("this line assigns nothing", start, end), []
    left = text[start : equals.start()].rstrip()
    names = [normal(name) for name in _WORD.findall(left)]
    if "," in left:
        comma = start + left.index(",")
        return _statement("one name on the left of =", comma, comma + 1), names
    if left.endswith(":"):
        sign = start + len(left) - 1
        return _statement(":= is not in the language", sign, sign + 2, Code.NOT_IN_LANGUAGE), names
    if left.rstrip("*/") and left[-1] in "+-*/@%" and _WORD.match(left):
        sign = start + len(left) - 1
        hint = "each name is assigned once: give the result a new name"
        message = f"{left[-1]}= is not in the language"
        return Mistake(Code.NOT_IN_LANGUAGE, message, sign, equals.end(), hint=hint), []
    return _statement("the left side of = must be a name", start, start + len(left) or equals.end()), []


def _statement(message: str, start: int, end: int, code: Code = Code.NOT_AN_ASSIGNMENT) -> Mistake:
    return Mistake(code, message, start, end, hint="a line is `name = expression`; nothing else runs")


def python_word(word: str, start: int) -> Mistake:
    """What to say about a word of Python inside an expression."""
    hint = {
        "if": "where(condition, a, b) chooses",
        "else": "where(condition, a, b) chooses",
        "and": "a product of masks is their 'and'",
        "or": "maximum of masks is their 'or'",
        "not": "1 - mask is its 'not'",
    }.get(word, "nothing runs but `name = expression`")
    message = f"'{word}' is Python, not this language"
    return Mistake(Code.NOT_IN_LANGUAGE, message, start, start + len(word), hint=hint)
