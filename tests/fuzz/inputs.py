"""Where inputs come from: files of ours with parts replaced, and programs made up from the table of operations."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

from backprop_tui.ops.operation import Parameter, ParameterKind
from backprop_tui.ops.registry import FUNCTIONS
from tests.hostile import ESCAPES, EVERYTHING, MARKUP, broken, scenario

ROOT = Path(__file__).parent.parent.parent
_PLACES = ("scenarios/*.toml", "tests/data/bad/*.toml", "tests/data/errors/*.toml")
_MOST_BYTES = 200_000

_NASTY = [
    *"()[]{},.=#\"'\n\\+-*/@<>&%:;|~^!?$_ \t\r\0\x0b\x0c\x1a\x1b\x7f\x85\xa0",
    *('"""', "'''", "\\n", "\\\n", "\\u", "\\U0010ffff", "\\ud800", "\\x41", "\r\n", "\r", "\ufeff", "\u2028", "\x9b"),
    *("[inputs]", "[[inputs]]", "[expect.grads]", "[expect]\nvalue = 1\n", "[lesson]", "inputs.a = 1", "a.b.c.d", '""'),
    *("program = ", "seed = ", "output = ", "title = ", "= =", "x = ", "{ value = 1.0, requires_grad = false }", "{}"),
    *("true", "false", "None", "inf", "-inf", "nan", "+nan", "1e999", "1e-999", "5e-324", "0x", "0xff", "0b2", "0o7"),
    *("1_000", "1__0", "_1", "01", "1.", ".5", "1e", "2a", "9" * 400, "9" * 1_001, "-0.0", "2**63", "1979-05-27"),
    *("07:32:00", "1979-05-27T07:32:00.999999Z", "24:00:00", "2023-02-29", "[[1, 2], [3]]", "[[[]]]", "[" * 17),
    *("(" * 201, ")" * 201, "-" * 300, "a+" * 300, "a.T" + ".T" * 300, "f" * 65, "%1", "a.b.", "x[0, 1:3]", "[::-1]"),
    *("x[-1]", "axis=(0, 1)", "axis=", "keepdims=true", "dim=0", "*args", "**", "^", "−", "·", "×", "→", "∂", "λ", "μ"),
    *(
        "lambda x: x",
        "__import__('os')",
        "a if b else c",
        "a; b",
        "a := 1",
        "f'{a}'",
        "αβγ",
        "é",
        "e\u0301",
        "𝑎",
        "ﬁ",
        "İ",
    ),
    *(
        "<<<<<<< HEAD\n",
        "=======\n",
        ">>>>>>> x\n",
        "<html>",
        "{",
        "---\n",
        "- a\n",
        "import os\n",
        "#!/bin/sh\n",
        "; a\n",
    ),
    *ESCAPES.values(),
    MARKUP,
]
NASTY = [token.encode("utf-8", "surrogatepass") for token in _NASTY] + [b"\xff", b"\xed\xa0\x80", b"\xc3", b"\xff\xfe"]
_NUMBER = re.compile(rb"[-+]?\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d+)?")
_NUMBERS = [
    b"0",
    b"-1",
    b"1e308",
    b"-1e308",
    b"5e-324",
    b"inf",
    b"nan",
    b"-0.0",
    b"9007199254740993",
    b"1e16",
    b"2",
    b"1e999",
]
_TOKEN = re.compile(rb"\w+|\s+|[^\w\s]")


def corpus() -> list[bytes]:
    """Files to begin with, the same in every run."""
    paths = sorted(path for place in _PLACES for path in ROOT.glob(place))
    files = [content for path in paths if len(content := path.read_bytes()) < _MOST_BYTES]
    made = [scenario(EVERYTHING), scenario("x", program="y"), *broken(EVERYTHING).values(), *broken("x").values()]
    return files + [text.encode("utf-8", "surrogatepass") for text in made]


def make(random: Random, files: list[bytes]) -> bytes:
    """One input."""
    is_made_up = random.random() < 0.4
    content = _made_up(random) if is_made_up else random.choice(files)
    for _ in range(random.choice((0, 0, 0, 1, 2) if is_made_up else (0, 1, 1, 1, 2, 3, 8))):
        content = random.choice(_MUTATIONS)(random, content, files)[:_MOST_BYTES]
    return content


def _at(random: Random, content: bytes) -> int:
    return random.randint(0, len(content))


def _stretch(random: Random, content: bytes) -> tuple[int, int]:
    start = _at(random, content)
    return start, min(len(content), start + random.choice((1, 1, 2, 4, 16, 64, 512)))


def _flip(random: Random, content: bytes, _files: list[bytes]) -> bytes:
    at = _at(random, content)
    return content[:at] + bytes([random.randrange(256 if random.random() < 0.1 else 128)]) + content[at + 1 :]


def _delete(random: Random, content: bytes, _files: list[bytes]) -> bytes:
    start, end = _stretch(random, content)
    return content[:start] + content[end:]


def _insert(random: Random, content: bytes, _files: list[bytes]) -> bytes:
    at = _at(random, content)
    return content[:at] + random.choice(NASTY) + content[at:]


def _replace_token(random: Random, content: bytes, _files: list[bytes]) -> bytes:
    tokens = list(_TOKEN.finditer(content))
    if not tokens:
        return random.choice(NASTY)
    token = random.choice(tokens)
    other = random.choice(NASTY) if random.random() < 0.5 else random.choice(tokens)[0]
    return content[: token.start()] + other + content[token.end() :]


def _replace_number(random: Random, content: bytes, _files: list[bytes]) -> bytes:
    numbers = list(_NUMBER.finditer(content))
    if not numbers:
        return content
    number = random.choice(numbers)
    return content[: number.start()] + random.choice(_NUMBERS) + content[number.end() :]


def _repeat(random: Random, content: bytes, _files: list[bytes]) -> bytes:
    start, end = _stretch(random, content)
    return content[:start] + content[start:end] * random.choice((2, 3, 20, 300, 3_000)) + content[end:]


def _move_lines(random: Random, content: bytes, files: list[bytes]) -> bytes:
    lines = content.split(b"\n")
    others = random.choice((lines, random.choice(files).split(b"\n")))
    at, start = random.randrange(len(lines)), random.randrange(len(others))
    lines[at : at + random.randrange(3)] = others[start : start + random.randrange(4)]
    return b"\n".join(lines)


def _splice(random: Random, content: bytes, files: list[bytes]) -> bytes:
    other = random.choice(files)
    return content[: _at(random, content)] + other[_at(random, other) :]


_MUTATIONS = (
    _flip,
    _delete,
    _insert,
    _insert,
    _replace_token,
    _replace_token,
    _replace_number,
    _repeat,
    _move_lines,
    _splice,
)

_SCALARS = ("2.0", "-0.5", "0.0", "1e308", "nan", "3")
_ARRAYS = ("[1.0, -2.0]", "[0.0, 3.0]", "[[1.0, 2.0], [3.0, 4.0]]", "[[1, 2]]", "[[[1, 2], [3, 4]]]", "[0.5]")
_INFIX = (*"+-*/+-*/", "**", "@", "<", ">=")
_LITERALS = {
    ParameterKind.AXIS: ("0", "-1", "1", "(0, 1)", "None", "7"),
    ParameterKind.FLAG: ("true", "false", "true", "false", "2"),
    ParameterKind.SHAPE: ("(2, 2)", "2", "-1", "(1, -1)", "(4,)", "()"),
    ParameterKind.AXES: ("(1, 0)", "None", "(0, 0)"),
    ParameterKind.ONE_AXIS: ("0", "-1", "1", "3", "9", "-2"),
    ParameterKind.NUMBER: ("0.5", "-1", "0", "3", "1e300", "1e400"),
    ParameterKind.BOUND: ("None", "0", "1.5", "-1"),
    ParameterKind.ORDER: ("1", "2", '"inf"', "3", "0.5", "0"),
}
_INDICES = ("[0]", "[-1]", "[0, 1]", "[:, 0]", "[1:]", "[::2]", "[None]", "[...]", "[0:0]", "[9]")
_CALLED = sorted(FUNCTIONS.items())


def _made_up(random: Random) -> bytes:
    """A scenario that mostly makes sense."""
    names = random.sample(["a", "b", "x", "W", "λ", "long_name_of_an_input"], random.randint(1, 3))
    values = random.choice((_SCALARS, _ARRAYS, _SCALARS + _ARRAYS))
    inputs = "\n".join(f'"{name}" = {random.choice(values)}' for name in names)
    lines = []
    for index in range(random.choice((1, 2, 4, 9))):
        lines.append(f"v{index} = {_expression(random, names, random.choice((1, 1, 2, 3)))}")
        names.append(f"v{index}")
    if random.random() < 0.8:
        lines.append(f"out = sum({names[-1]})")
    seed = "seed = 1.0\n" * (random.random() < 0.1)
    return f'{seed}program = """\n{chr(10).join(lines)}\n"""\n[inputs]\n{inputs}\n'.encode()


def _literal(random: Random, parameter: Parameter) -> str:
    if isinstance(parameter.kind, tuple):
        one = random.choice((*parameter.kind, "other"))
        return f'"{one}"' if isinstance(one, str) else str(one)
    return random.choice(_LITERALS[parameter.kind])


def _expression(random: Random, names: list[str], depth: int) -> str:
    """With that many operations at most on top of each other."""
    if depth == 0:
        return random.choice([*names, *names, *names, "2", "0.5", "-1", "1e-3"])
    operand = _expression(random, names, depth - 1)
    kind = random.random()
    if kind < 0.4:
        return f"({operand} {random.choice(_INFIX)} {_expression(random, names, depth - 1)})"
    if kind < 0.41:
        return f"{operand}{random.choice(_INDICES)}"
    if kind < 0.46:
        return f"-({operand}).T"
    name, operation = random.choice(_CALLED)
    count = len(operation.operands) if random.random() < 0.98 else random.randrange(4)
    operands = [operand, *(_expression(random, names, depth - 1) for _ in range(count - 1))]
    wanted = [one for one in operation.parameters if one.required or random.random() < 0.2]
    arguments = [f"{one.name}={_literal(random, one)}" for one in wanted]
    if operation.variadic and random.random() < 0.5:
        operands = [f"[{', '.join(operands * random.randint(1, 3))}]"]
    if random.random() < 0.2:
        return f"({operand}).{name}({', '.join([*operands[1:], *arguments])})"
    return f"{name}({', '.join([*operands, *arguments])})"
