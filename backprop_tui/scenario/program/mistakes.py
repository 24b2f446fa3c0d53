"""What people write where the program language wants something else. Each function makes one mistake."""

from __future__ import annotations

import re
import unicodedata
from itertools import islice
from math import pi

from backprop_tui.ops.operation import Operation
from backprop_tui.ops.registry import FUNCTIONS
from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.names import did_you_mean, normal
from backprop_tui.scenario.program.steps import Mistake, Name, Number, Step
from backprop_tui.scenario.text import describe, quote

_LINE = re.compile(r"[ \t]*+([^\n#]*[^\s#])?")
_WORD = re.compile(r"[^\W\d]\w*")
_EQUALS = re.compile(r"(?<![=<>!])=(?!=)")
_WRONG_SIGN = re.compile(r"([^\W\d]\w*)[ \t]*(==|:=|:|<-|[←≔＝]|(?:\*\*|//|[-+*/@%])=)")
_ODD = re.compile(r"[^\x00-\x7f\w\u0300-\u036f]")
_ALSO_ASSIGNED = re.compile(r"(?:^|[;=])[ \t]*([^\W\d]\w*)[ \t]*=(?!=)|(?<!\w)([^\W\d]\w*)[ \t]*:=")
_SIGNS = re.compile(r"[-+*/@<>=!]+")
_DOTTED = re.compile(r"\w+(?:[ \t]*\.[ \t]*\w+)*")
_ODD_NUMBER = re.compile(r"(?:0[xXbBoO][0-9a-fA-F_]++|[0-9_.]*+)(?!\w)(?<=[_.0-9a-fA-F]{2})")

_MAX_NAMES = 1_000
"""So many names that a broken line was meant to define count as defined."""
NUMBERS = {"pi": pi, "π": pi}
"""Numbers that have a name, unless the scenario gives it to something else."""
_LIBRARIES = frozenset({"np", "numpy", "torch", "math", "jnp", "jax", "F", "tf", "nn"})

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
_AND, _OR, _NOT = "a product of masks is their 'and'", "maximum of masks is their 'or'", "1 - mask is its 'not'"
_CHOOSE = "write where(mask, a, b)"
_REMAINDER = "for a remainder, write x - floor(x / n) * n"
_BETTER = {
    "^": ("^ is not a power", "write **"),
    "//": ("// is not in the language", "a division is written /, a comment #"),
    "%": ("% is not in the language", f"{_REMAINDER}; a comment begins with #"),
    "√": ("{} is not a function", "write sqrt(x)"),
    "∑": ("{} is not a function", "write sum(x)"),
    "⁻": ("{} is not a power", "write ** -1"),
    "ᵀ": ("{} is not a transpose", "write .T"),
    "∞": ("{} is not a number of the program", "make it an input: inf"),
    "&": ("& is not in the language", _AND),
    "&&": ("&& is not in the language", _AND),
    "|": ("| is not in the language", _OR),
    "||": ("|| is not in the language", _OR),
    "~": ("~ is not in the language", _NOT),
    "!": ("! is not in the language", _NOT),
    "?": ("? is not in the language", _CHOOSE),
    "'": ("text is not a value", ""),
    '"': ("text is not a value", ""),
    ":=": (":= is not in the language", "one assignment on a line of its own: name = expression"),
    "[": ("[ ] is not in the language", "give arrays under [inputs]"),
    "{": ("{ } is not in the language", "brackets are round: ( )"),
    "]": ("] is not in the language", "brackets are round: ( )"),
    "}": ("} is not in the language", "brackets are round: ( )"),
    ";": ("; is not in the language", "an assignment ends with its line"),
    "\\": ("a line cannot be continued", "give a part of it a name of its own"),
}
"""What to say of a text that begins no token, and what to write instead."""
_BETTER |= {
    char: (f"{{}} is not {what}", f"write {meant}")
    for meant, what, chars in (
        ("-", "a minus", "−–—‐‑‒―➖"),
        ("+", "a plus", "➕"),
        ("*", "a product", "×·⋅∙•∗✕✖⨯⊙"),
        ("/", "a division", "÷∕⁄➗"),
        ("<=", "a comparison", "≤≦⩽"),
        (">=", "a comparison", "≥≧⩾"),
        ("!=", "a comparison", "≠"),
    )
    for char in chars
}
_BETTER |= {
    char: ("{} is not a power", f"write ** {digit}") for char, digit in zip("⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ", "0123456789n", strict=True)
}
_NOT_IN_LANGUAGE = frozenset(("'", '"', ":=", "[", "{", "//", "%", "&&", "||"))
_OTHER_SIGNS = {"===": "==", "!==": "!=", "<>": "!=", "=>": ">=", "=<": "<=", "<<": "", ">>": "", "***": "**"}
"""Signs of other languages, and ours for the same."""
_INSTEAD = {
    "if": _CHOOSE,
    "elif": _CHOOSE,
    "else": _CHOOSE,
    "and": _AND,
    "or": _OR,
    "not": _NOT,
    "is": "write ==",
    "for": "write every step on a line of its own",
    "while": "write every step on a line of its own",
    "def": "write what the function computes where it is used",
    "lambda": "write what the function computes where it is used",
    "import": "nothing needs to be imported: write sum(x)",
    "from": "nothing needs to be imported: write sum(x)",
    "return": "delete the line: the output is `output`, or else the last name assigned",
    "print": "delete it: every value is shown",
}
_COMMENTS = ("//", "/*", "%", ";", "--")
"""What begins a comment elsewhere."""
_ANYTHING_ELSE = "a line is `name = expression`; nothing else runs"
REVERSED = "to reverse an array, multiply by a matrix: J @ x, with an input J = [[0.0, 1.0], [1.0, 0.0]]"
_NO_INDICES = "positions are not in the language; x == max(x, axis=0) is 1 where the largest is"
_NO_ORDER = "it is not in the language: no operation puts elements in order"
OTHER_SPELLINGS = {
    "T": "write .T",
    "absolute": "write abs(x)",
    "acos": "write arccos(x)",
    "amax": "write max(x)",
    "amin": "write min(x)",
    "array": "give arrays under [inputs]",
    "asin": "write arcsin(x)",
    "atan": "write arctan(x)",
    "average": "write mean(x)",
    "backward": "delete it: gradients are always computed",
    "bmm": "write a @ b",
    "clamp": "write clip(x, min=0, max=1)",
    "detach": "give its numbers as an input with requires_grad = false",
    "dropout": "multiply by a mask, an input with requires_grad = false",
    "einsum": "write @, or a product and its sum along an axis",
    "grad": "gradients are results: a program cannot use them",
    "item": "delete it: a value is used as it is",
    "l1_loss": "write mean(abs(x - target))",
    "ln": "write log(x)",
    "masked_fill": "write where(mask, 0, x)",
    "mm": "write a @ b",
    "power": "write x ** 2",
    "relu6": "write clip(x, min=0, max=6)",
    "repeat": "write concat([x, x]), or expand(x, (3, 2)) for new axes",
    "t": "write .T",
    "tensor": "give arrays under [inputs]",
    "tile": "write concat([x, x]), or expand(x, (3, 2)) for new axes",
    "trace": "write sum(x * eye(2))",
    "σ": "write sigmoid(x)",
    **dict.fromkeys(("flip", "fliplr", "flipud"), REVERSED),
    **dict.fromkeys(("mod", "fmod", "remainder"), _REMAINDER),
    **dict.fromkeys(("atan2", "arctan2"), "it is not in the language; where x is positive, write arctan(y / x)"),
    **dict.fromkeys(("argmax", "argmin"), _NO_INDICES),
    **dict.fromkeys(("sort", "argsort", "median", "quantile", "topk", "kthvalue", "unique"), _NO_ORDER),
    **dict.fromkeys(("tril", "triu"), "multiply by a mask, an input with requires_grad = false"),
    **dict.fromkeys(("conv1d", "conv2d"), "it is not in the language: sum up products of slices, w[0] * x[:-1]"),
    **dict.fromkeys(("max_pool1d", "max_pool2d"), "it is not in the language: take maximum(x[0::2], x[1::2])"),
    **dict.fromkeys(("rand", "randn", "randint", "linspace"), "give its numbers under [inputs]"),
    **dict.fromkeys(("gather", "index_select", "take"), "write x[0], or one_hot((0, 2), 3) @ x for several"),
    **dict.fromkeys(("inv", "det", "solve", "svd", "eig", "cholesky", "pinv"), "it is not in the language"),
    **dict.fromkeys(("layer_norm", "batch_norm"), "write (x - mean(x, axis=0)) / sqrt(var(x, axis=0) + 1e-5)"),
    "asinh": "write log(x + sqrt(x * x + 1))",
    "acosh": "write log(x + sqrt(x * x - 1))",
    "atanh": "write 0.5 * log((1 + x) / (1 - x))",
    "arctanh": "write 0.5 * log((1 + x) / (1 - x))",
    "ceil": "write -floor(-x)",
    "cosine_similarity": "write dot(a, b) / (norm(a) * norm(b))",
    "cumprod": "where x is positive, write exp(cumsum(log(x), axis=0))",
    "diff": "write x[1:] - x[:-1]",
    "huber_loss": "write it with where(mask, a, b)",
    "linear": "write x @ w.T + b",
    "logit": "write log(x / (1 - x))",
    "nll_loss": "write cross_entropy(logits, targets)",
    "normalize": "write x / norm(x, axis=-1, keepdims=true)",
    "roll": "write concat([x[-1:], x[:-1]])",
    "round": "write floor(x + 0.5)",
    "rsqrt": "write x ** -0.5",
    "softmin": "write softmax(-x)",
    "softsign": "write x / (1 + abs(x))",
    "split": "write x[0:2] and x[2:4]",
    "chunk": "write x[0:2] and x[2:4]",
    "trunc": "write sign(x) * floor(abs(x))",
}
"""Functions of other libraries, and what is written here."""


def unexpected_character(text: str, start: int) -> Mistake:
    """What to say about a character that begins no token."""
    plain = unicodedata.normalize("NFKC", text)
    compatible = plain != text and plain.isascii()
    meant = "a plain blank" if plain.isspace() else plain
    message, hint = _BETTER.get(text, ("{} is not in the language", f"write {meant}" if compatible else ""))
    code = Code.NOT_IN_LANGUAGE if text in _NOT_IN_LANGUAGE else Code.BAD_CHARACTER
    shown = quote(text) if text.isascii() else f"{quote(text)} ({describe(text[0])})"
    return Mistake(code, message.format(shown) if "{}" in message else message, start, start + len(text), hint=hint)


def has_better(char: str) -> bool:
    """Whether it is known what a character that begins no token is meant for."""
    return char in _BETTER


def other_sign(text: str, at: int) -> Mistake | None:
    """The sign of another language that the character at `at` is part of, or None."""
    start = at
    while start and _SIGNS.match(text[start - 1]):
        start -= 1
    signs = _SIGNS.match(text, start)
    if signs is None or signs[0] not in _OTHER_SIGNS:
        return None
    meant = _OTHER_SIGNS[signs[0]]
    message = f"{signs[0]} is not in the language"
    return Mistake(Code.NOT_IN_LANGUAGE, message, *signs.span(), hint=f"write {meant}" if meant else "")


def odd_number(text: str, start: int) -> Mistake | None:
    """The number of another language that begins at `start`, such as `1_000` or `0x10`, or None."""
    number = _ODD_NUMBER.match(text, start)
    if number is None:
        return None
    word = number[0]
    hint = f"write {quote(word.replace('_', ''))[1:-1]}" if "_" in word else "a number has one decimal point"
    if word[1] in "xXbBoO":
        hint = "write it in decimal"
    return Mistake(Code.BAD_NUMBER, f"{quote(word)} is not a number here", *number.span(), hint=hint)


def not_a_library(text: str, name: str, start: int) -> Mistake | None:
    """The mistake of a name at `start` that is a library's, as in `np.sum(x)`, or None."""
    if name not in _LIBRARIES:
        return None
    dotted = _DOTTED.match(text, start)
    last = dotted[0].rpartition(".")[2] if dotted else ""
    hint = "functions are called by their bare name"
    if last in FUNCTIONS or last in NUMBERS:
        hint = f"no library is needed: write {last}{'' if last in NUMBERS else '(…)'}"
    return Mistake(Code.UNDEFINED_NAME, f"undefined name '{name}'", start, start + len(name), hint=hint)


def is_python_word(name: str) -> bool:
    """Whether the name is a word of Python that means something there and nothing here."""
    return name in _PYTHON_WORDS


def python_word(word: str, start: int) -> Mistake:
    """What to say about a word of Python."""
    message = f"'{word}' is Python, not this language"
    return Mistake(Code.NOT_IN_LANGUAGE, message, start, start + len(word), hint=_INSTEAD.get(word, _ANYTHING_ELSE))


def not_an_assignment(text: str, at: int) -> tuple[Mistake, list[str]]:
    """What is wrong with a line that is not `name = expression`, and the names it was meant to define."""
    line = _LINE.match(text, at)
    assert line is not None
    start, end = line.start(1), max(line.end(1), line.start(1) + 1)
    first = _WORD.match(text, start)
    if first and is_python_word(first[0]):
        return python_word(first[0], start), []
    if sign := _WRONG_SIGN.match(text, start):
        return _wrong_sign(sign), [normal(sign[1])]
    equals = _EQUALS.search(text, start, end)
    left = text[start : equals.start() if equals else end]
    names = [normal(word[0]) for word in islice(_WORD.finditer(left), _MAX_NAMES)] if equals else []
    if odd := _ODD.search(left):
        return unexpected_character(odd[0], start + odd.start()), names
    if equals is None:
        hint = _ANYTHING_ELSE
        if left.startswith(_COMMENTS):
            hint = "a comment begins with #"
        elif left[0] in "+-*/@)":
            hint = "an expression ends with its line: write all of it on one"
        elif left.endswith(".backward()"):
            hint = "delete it: gradients are always computed"
        return _statement("this line assigns nothing", start, end, hint), []
    left = left.rstrip()
    if "," in left:
        comma = start + left.index(",")
        return _statement("one name on the left of =", comma, comma + 1), names
    return _statement("the left side of = must be a name", start, start + len(left) or equals.end()), names


def also_assigned(text: str, at: int) -> list[str]:
    """The names that the rest of a broken line was meant to define too, as in `c = a; d = b`."""
    line = _LINE.match(text, at)
    found = islice(_ALSO_ASSIGNED.finditer(line[1] or ""), _MAX_NAMES) if line else ()
    return [normal(match[1] or match[2]) for match in found]


def _wrong_sign(match: re.Match[str]) -> Mistake:
    """A name is followed by a sign that assigns elsewhere."""
    name, sign = quote(match[1])[1:-1], match[2]
    if sign == "==":
        hint = f"to assign, write one =: {name} = …"
        return Mistake(Code.NOT_AN_ASSIGNMENT, "== compares, it does not assign", *match.span(2), hint=hint)
    if len(sign) > 1 and sign[-1] == "=" and sign[0] != ":":
        hint = "each name is assigned once: give the result a new name"
        return Mistake(Code.NOT_IN_LANGUAGE, f"{sign} is not in the language", *match.span(2), hint=hint)
    code = Code.NOT_IN_LANGUAGE if sign == ":=" else Code.NOT_AN_ASSIGNMENT
    message = f"{sign} is not in the language" if sign == ":=" else f"{sign} does not assign"
    return Mistake(code, message, *match.span(2), hint=f"write {name} = …")


def _statement(message: str, start: int, end: int, hint: str = _ANYTHING_ELSE) -> Mistake:
    return Mistake(Code.NOT_AN_ASSIGNMENT, message, start, end, hint=hint)


def unknown_function(name: str, start: int) -> Mistake:
    """What to say about a call of something that is no function."""
    if is_python_word(name):
        return python_word(name, start)
    hint = OTHER_SPELLINGS.get(name) or did_you_mean(name, FUNCTIONS)
    if not hint and len(name) == 1:
        hint = f"to multiply, write {name} * (…)"
    return Mistake(Code.UNKNOWN_FUNCTION, f"unknown function {quote(name)}", start, start + len(name), hint=hint)


def too_large(start: int, end: int, *, digits: int = 0) -> Mistake:
    """What to say about a number that float64 does not hold, or a whole one of more than that many digits."""
    if digits:
        message = f"this whole number is too large (at most {digits} digits)"
    else:
        message = "this number is too large for float64 (at most 1.797e308)"
    return Mistake(Code.BAD_NUMBER, message, start, end)


def unknown_attribute(name: str, start: int) -> Mistake:
    """What to say about `x.name`."""
    hint = OTHER_SPELLINGS.get(name, "only methods such as .sum(), and .T")
    if name in FUNCTIONS:
        hint = f"call it: .{name}()"
    message = f"values have no attribute {quote(name)}"
    return Mistake(Code.NOT_IN_LANGUAGE, message, start, start + len(name), hint=hint)


def word_in_quotes(operation: Operation, at: int, name: str, word: str, start: int) -> Mistake | None:
    """The mistake of a bare word for the parameter `name`, or the one at a position, that lists it; or None."""
    takers = [one for one in operation.parameters if one.positional and not name][at : at + 1]
    takers += [one for one in operation.parameters if name in (one.name, *one.aliases)]
    if not takers or not takers[0].accepts(word):
        return None
    message, hint = f"{takers[0].name} must be {takers[0].possible}", f'write {takers[0].name}="{word}"'
    return Mistake(Code.BAD_ARGUMENT, message, start, start + len(word), hint=hint)


def operator_missing(text: str, before: Step, word: str, start: int) -> Mistake:
    """What to say about a value, `word`, that follows another one, `before`."""
    if isinstance(before, Name) and is_python_word(before.name):
        return python_word(before.name, before.start)
    if is_python_word(word):
        return python_word(word, start)
    if isinstance(before, Number) and before.end == start and (odd := odd_number(text, before.start)):
        return odd
    shown = quote(word)[1:-1]
    hint = "" if word[0].isdigit() else "to multiply, write *"
    if isinstance(before, Number) and hint:
        hint = f"write {quote(before.text)[1:-1]} * {shown}"
    elif isinstance(before, Name) and before.name in FUNCTIONS:
        hint = f"write {before.name}({shown})"
    return Mistake(Code.SYNTAX, f"an operator is missing before {quote(word)}", start, start + len(word), hint=hint)
