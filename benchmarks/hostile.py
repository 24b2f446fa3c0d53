"""Scenario files of up to 4 MiB, made to be slow to load: each presses on one limit, or on one loop of the loader."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from backprop_tui.scenario import limits
from benchmarks.scenarios import chain

SIZE = limits.FILE_BYTES
ROOM = SIZE - 200
"""For what is repeated, once a scenario stands around it."""
TAIL = "[inputs]\na = 1.0\nb = 2.0\n"

NEWLINE, QUOTE = "\n", "'"
MARKDOWN = "# x\n* **a** `b`\n"
ZERO_LINES = "0,\n" * 1_000_000

Make: TypeAlias = Callable[[], str]


def program(lines: str, inputs: str = TAIL) -> str:
    """A scenario of that program."""
    return f"program = '''\n{lines}\n'''\n{inputs}"


def small(before: str, after: str = "") -> str:
    """A small scenario with something before it and after it."""
    return f"{before}\n{program('c = a + b')}{after}"


def fill(piece: str, room: int = ROOM) -> str:
    """The piece, as often as it fits."""
    return piece * (room // len(piece.encode()))


def numbered(piece: str, room: int = ROOM, most: int | None = None) -> str:
    """The piece with `{i}` = 0, 1, 2, …, and with `{j}` one less, as often as it fits."""

    def pieces() -> Iterator[str]:
        left, i = room, 0
        while most is None or i < most:
            text = piece.replace("{i}", str(i)).replace("{j}", str(max(0, i - 1)))
            left -= len(text.encode())
            if left < 0:
                return
            yield text
            i += 1

    return "".join(pieces())


def letters(i: int) -> str:
    """The name number i, of eight letters."""
    return "".join(chr(97 + i // 26**k % 26) for k in range(8))


def _words(piece: str, most: int) -> str:
    return "".join(piece.replace("{w}", letters(i * 7919)) for i in range(most))


def _unknown_names() -> str:
    known = "".join(f"{letters(i * 7919)}_abcdefghijklmnop = a + b\n" for i in range(90_000))
    return program(known + "".join(f"x{i} = {letters(i * 104_729)}_abcdefghijklmnoq\n" for i in range(50)))


def _late_names() -> str:
    late = "".join(f"e{i} = z + b\n" for i in range(30))
    return program(f"{late}z = q0 + b\n" + "".join(f"q{i} = q{i + 1} + b\n" for i in range(90_000)) + "q90000 = a + b")


def _late_from_everywhere() -> str:
    names = "".join(f"l{i} = a + b\n" for i in range(60_000))
    late = "".join(f"e{i} = z{i} + b\n" for i in range(30))
    return program(late + names + "".join(f"z{i} = l59999 + l{i}\n" for i in range(30)))


def _matrices(rows: int) -> str:
    row = f"[{','.join(['1'] * rows)}]"
    return f"[{','.join([row] * rows)}]"


def _nested(opening: str, closing: str, depth: int, inside: str = "0") -> str:
    return opening * depth + inside + closing * depth


def _work() -> str:
    lines = "m = x * y\n" + "".join(f"m{i} = m @ m\n" for i in range(9)) + "e = sum(m)"
    return program(lines, f"[inputs]\nx = [{'1,' * 1000}]\ny = [{'[1],' * 1000}]\n")


def _shapes() -> str:
    lines = numbered("v{i} = x + y\n", 3_000_000, 99_990)
    return program(f"{lines}e = sum(x)", f"[inputs]\nx = {_nested('[', ']', 8)}\ny = {_nested('[', ']', 7)}\n")


def _attributes() -> str:
    return program(
        numbered("v{i} = sum(x, axis=(0, 1, 2, 3, 4, 5, 6, 7), keepdims=true)\n"),
        f"[inputs]\nx = {_nested('[', ']', 8)}\n",
    )


HOSTILE: dict[str, Make] = {
    # Programs that must load, near the limit of operations
    "chain of 100,000 sines": lambda: chain(100_000),
    "chain of 100,000 sums": lambda: program(
        numbered("v{i} = v{j} + b\n", most=100_000).replace("v0 = v0", "v0 = a", 1)
    ),
    "100,000 long names": lambda: program(numbered("n{i}_abcdefghijklmnopqr = a * b\n", most=100_000)),
    "100,000 operations on a line": lambda: program("c = a" + " + b" * 100_000),
    "50,000 operations of two numbers": lambda: program("c = a" + numbered(" + {i}.5 * b", most=50_000)),
    "100,000 numbers": lambda: program(numbered("v{i} = a + {i}.25\n", most=99_990)),
    "100,000 operations of numbers": lambda: program("c = a + 1" + fill(" * 1 + 1", 790_000)),
    "100,000 method calls": lambda: program("c = a" + ".relu()" * 100_000),
    "100,000 calls with arguments": lambda: program(numbered("v{i} = sum(a, axis=None, keepdims=true)\n", most=99_990)),
    "transposed 100,000 times": lambda: program("c = sum(x" + ".T" * 99_999 + ")", "[inputs]\nx = [[1.0, 2.0]]\n"),
    "brackets around brackets": lambda: program(numbered(f"v{{i}} = {'(' * 195}a + b{')' * 195}\n")),
    "powers nested to the limit": lambda: program(numbered(f"v{{i}} = a{' ** a' * 190}\n", most=520)),
    "calls nested to the limit": lambda: program(numbered(f"v{{i}} = {'relu(' * 190}a{')' * 190}\n", most=520)),
    "functions of two, nested": lambda: program(numbered(f"v{{i}} = {'maximum(a, ' * 150}a{')' * 150}\n", most=660)),
    "one name used 100,000 times": lambda: program("d = a + b\n" + numbered("v{i} = d * d\n", most=99_998)),
    "shapes of rank 8 broadcast 100,000 times": _shapes,
    "reductions with arguments of rank 8": _attributes,
    "reshape to and fro": lambda: program(
        f"c = sum(x{'.reshape(2, 2).reshape((1, 4))' * 49_000})", "[inputs]\nx = [[1, 2, 3, 4]]\n"
    ),
    "comparisons": lambda: program(numbered("v{i} = a < b\n", most=99_990) + "c = a + b"),
    "run work near its limit": _work,
    # Programs of many tokens
    "signs +-+-": lambda: program("c = a " + fill("+-")),
    "signs + + +": lambda: program("c = a " + fill("+ ")),
    "minus a number": lambda: program("c = a" + fill("*-1")),
    "plus signs on many lines": lambda: program(numbered("v{i} = ++++++++++++++++++++++++++++a\n")),
    "a + a": lambda: program("c = a" + fill("+a")),
    "a * (a": lambda: program("c = a" + fill("*(a)")),
    "brackets, empty and closed": lambda: program("c = " + fill("(a)*")),
    "unary minus in brackets": lambda: program("c = a" + fill("*(-a)")),
    "points": lambda: program("c = a" + fill(".T")),
    "a tuple of 2 million": lambda: program(f"c = a.reshape(({fill('1,')}))"),
    "2 million arguments": lambda: program(f"c = a.reshape({fill('1,')}1)"),
    "2 million operands": lambda: program(f"c = maximum({fill('a,')}a)"),
    "arguments by name": lambda: program(f"c = sum(a{fill(', axis=0')})"),
    "a long text as argument": lambda: program(f'c = sum(a, axis="{fill("x")}")'),
    "a program of spaces": lambda: program("c = a +" + fill(" ") + "b"),
    "a program of comments": lambda: program(fill("# comment\n") + "c = a + b"),
    "a program of empty comments": lambda: program(fill("#\n") + "c = a + b"),
    "a program of blank lines": lambda: program(fill("\n") + "c = a + b"),
    "a comment of 4 MiB in the program": lambda: program("c = a + b #" + fill("x")),
    "a number of 4 MiB": lambda: program("c = a * " + fill("1")),
    "digits behind a point": lambda: program("c = a * 0." + fill("1")),
    "a name of 4 MiB": lambda: program("c = a + " + fill("a")),
    "an assigned name of 4 MiB": lambda: program(fill("a") + " = a"),
    "a name of 2 Mi Greek letters": lambda: program("c = a + " + fill("λ")),
    "a name of combining marks": lambda: program("c = a + e" + fill("\u0301")),
    "many names with marks": lambda: program(numbered("e\u0301{i} = a + b\n")),
    "many Greek names": lambda: program(numbered("λ{i} = a + b\n")),
    "second names": lambda: program("c = a + b\n" + numbered("c{i} = c\n", most=99_990)),
    "300,000 second names": lambda: program("c = a + b\n" + numbered("c{i} = c\n")),
    "copies of numbers": lambda: program(numbered("c{i} = 1\n")),
    # Programs that are wrong
    "every line bad": lambda: program(fill("a\n")),
    "every line ends early": lambda: program(numbered("c{i} = a +\n")),
    "undefined names on a line": lambda: program("c = a" + numbered(" + d{i}")),
    "names used too early on a line": lambda: program(
        "c = a" + numbered(" + d{i}", 1_000_000) + "\n" + numbered("d{i} = c\n", 2_000_000)
    ),
    "mismatches on a line": lambda: program("c = a" + " + a @ a" * 400_000),
    "mismatches on many lines": lambda: program(numbered("c{i} = a @ a\n")),
    "lines below a broken one": lambda: program("c = (a\n" + fill(" a\n")),
    "assignments below a broken one": lambda: program("c = (a\n" + numbered(" d{i} = a\n")),
    "a block of Python": lambda: program("for i in a:\n" + numbered(" d{i} = a\n")),
    "brackets of a broken line": lambda: program("c = a b" + fill("(a)")),
    "assignments on a broken line": lambda: program("c = a b" + numbered("; d{i} = a")),
    "a list on the left": lambda: program(fill("a,") + "a = 1"),
    "names on the left": lambda: program(numbered("v{i},") + "a = 1"),
    "undefined names, many near": _unknown_names,
    "names used too early, long chain": _late_names,
    "names used too early, many": _late_from_everywhere,
    "names used too early, deep": lambda: program(
        "".join(f"e{i} = v{90_000 - i} + b\n" for i in range(30))
        + "v0 = a + b\n"
        + numbered("v{i}0 = v{i} + b\n", 3_000_000)
    ),
    "a cycle of 90,000": lambda: program(numbered("v{i} = v{j} + a\n", most=90_000).replace("v0 = v0", "v0 = v89999")),
    "every name assigned twice": lambda: program(fill("c = a + b\n")),
    "every name undefined": lambda: program(numbered("c{i} = d{i} + b\n")),
    "unknown functions": lambda: program(numbered("c{i} = logsumexpx(a)\n")),
    "hidden characters": lambda: program("c = a # " + fill("\u200b")),
    "a hidden character at the end": lambda: program("c = a # " + fill("é") + "\u200b"),
    "letters beyond ASCII in comments": lambda: program("c = a + b # " + fill("é")),
    "wide letters in comments": lambda: program("c = a + b # " + fill("漢")),
    "marks in comments": lambda: program("c = a + b # e" + fill("\u0301")),
    "a broken line of wide letters": lambda: program("c = a + b " + fill("漢")),
    "a broken line of marks": lambda: program("c = a + b §" + fill("\u0301")),
    # Numbers
    "a million zeros": lambda: program("c = sum(x)", f"[inputs]\nx = [{'0,' * 1_000_000}]\n"),
    "a million zeros with blanks": lambda: program("c = sum(x)", f"[inputs]\nx = [{'0, ' * 1_000_000}]\n"),
    "a million zeros on lines": lambda: program("c = sum(x)", f"[inputs]\nx = [\n{ZERO_LINES}]\n"),
    "a million fractions": lambda: program("c = sum(x)", f"[inputs]\nx = [{'.5,'.replace('.5', '0.5') * 1_000_000}]\n"),
    "a million negative numbers": lambda: program("c = sum(x)", f"[inputs]\nx = [{'-1,' * 1_000_000}]\n"),
    "a million infinities": lambda: program("c = sum(x)", f"[inputs]\nx = [{'inf,' * 1_000_000}]\n"),
    "a million NaN": lambda: program("c = sum(x)", f"[inputs]\nx = [{'nan,' * 1_000_000}]\n"),
    "800,000 numbers of the old style": lambda: program("c = sum(x)", f"[inputs]\nx = [{'1e5, ' * 800_000}]\n"),
    "500,000 hexadecimals": lambda: program("c = sum(x)", f"[inputs]\nx = [{'0x1F, ' * 600_000}]\n"),
    "numbers with underscores": lambda: program("c = sum(x)", f"[inputs]\nx = [{'1_0, ' * 800_000}]\n"),
    "too large in the end": lambda: program("c = sum(x)", f"[inputs]\nx = [{'0,' * 999_000}1e999]\n"),
    "200,000 too large": lambda: program("c = sum(x)", f"[inputs]\nx = [{'1e999,' * 600_000}]\n"),
    "not exact in the end": lambda: program("c = sum(x)", f"[inputs]\nx = [{'0,' * 999_000}9007199254740993]\n"),
    "an integer beyond float64 in the end": lambda: program(
        "c = sum(x)", f"[inputs]\nx = [{'0,' * 999_000}{'9' * 400}]\n"
    ),
    "a text in the end": lambda: program("c = sum(x)", f"[inputs]\nx = [{'0,' * 999_000}'x']\n"),
    "ragged in the end": lambda: program("c = sum(x)", f"[inputs]\nx = [{'[0],' * 490_000}[0, 0]]\n"),
    "long integers": lambda: program("c = sum(x)", f"[inputs]\nx = [{('9' * 300 + ',') * 13_900}]\n"),
    "numbers of 1,000 digits": lambda: program("c = sum(x)", f"[inputs]\nx = [{('0.' + '9' * 998 + ',') * 4_100}]\n"),
    "an axis of a million rows": lambda: program("c = sum(x)", f"[inputs]\nx = [{'[0],' * 499_990}]\n"),
    "rows of two": lambda: program("c = sum(x)", f"[inputs]\nx = [{'[0,0],' * 333_000}]\n"),
    "many tensors of rank 8": lambda: program(
        "c = sum(x0)", "[inputs]\n" + numbered(f"x{{i}} = {_nested('[', ']', 8)}\n", ROOM - 100)
    ),
    "four tensors of a million": lambda: program(
        "c = sum(x0)", "[inputs]\n" + numbered(f"x{{i}} = [{'0,' * 500_000}]\n", ROOM - 100)
    ),
    "a matrix of 1,000 rows": lambda: program("c = sum(x @ x)", f"[inputs]\nx = {_matrices(1000)}\n"),
    "tables in an array": lambda: program("c = a + b", TAIL + f"x = [{fill('{},', 2_000_000)}]\n"),
    "tables with keys in an array": lambda: program("c = a + b", TAIL + f"x = [{fill('{a=1},')}]\n"),
    "empty arrays": lambda: program("c = a + b", TAIL + f"x = [{fill('[],', 2_900_000)}]\n"),
    "nesting to the limit": lambda: program(
        "c = a + b", TAIL + f"x = [{fill(_nested('[', ']', 15) + ',', 1_800_000)}]\n"
    ),
    "comments in an array": lambda: program("c = sum(x)", "[inputs]\nx = [" + fill("0,#\n", 3_900_000) + "]\n"),
    "lines in an array": lambda: program("c = sum(x)", "[inputs]\nx = [" + fill("\n") + "0]\n"),
    "texts in an array": lambda: program("c = sum(x)", "[inputs]\nx = [" + fill("'',", 2_900_000) + "]\n"),
    "dates in an array": lambda: program("c = sum(x)", "[inputs]\nx = [" + fill("1979-05-27T07:32:00Z,") + "]\n"),
    # Keys
    "50,000 inputs": lambda: program("c = x0 + x1", "[inputs]\n" + numbered("x{i} = 1\n", most=49_990)),
    "50,000 inputs of words": lambda: program("c = a + b", TAIL + _words("{w} = 1.0\n", 49_990)),
    "too many inputs": lambda: program("c = x0 + x1", "[inputs]\n" + numbered("x{i} = 1\n")),
    "inputs in tables": lambda: program(
        "c = a + b", TAIL + numbered("x{i} = { value = 1.0, requires_grad = false }\n", most=16_600)
    ),
    "inputs in tables of their own": lambda: program(
        "c = a + b", TAIL + numbered("[inputs.x{i}]\nvalue = 1\n", most=16_600)
    ),
    "50,000 expectations": lambda: program(
        "c = a + b", TAIL + "[expect.grads]\n" + numbered("x{i} = 1\n", most=49_990)
    ),
    "expectations of 49,000 nodes": lambda: program(
        numbered("v{i} = a + b\n", most=90_000), TAIL + "[expect.values]\n" + numbered("v{i} = 3\n", 1_400_000, 49_000)
    ),
    "unknown keys": lambda: small(numbered("x{i} = 1\n", most=49_000)),
    "unknown tables": lambda: small("", numbered("[t{i}]\n", most=49_000)),
    "arrays of tables": lambda: small("", fill("[[t]]\n", 299_000)),
    "arrays of tables in each other": lambda: small("", numbered("[[t]]\n[[t.u]]\n[[t.u.v]]\nx = 1\n", most=7_100)),
    "dotted keys": lambda: small(numbered("k{i}.b.c.d.e.f.g.h = 1\n", most=6_200)),
    "dotted keys of one table": lambda: small(numbered("a.b.c.d.e.f.g.k{i} = 1\n", most=6_200)),
    "long dotted keys": lambda: small(numbered(f"{'.'.join(['x' * 64] * 7)}.k{{i}} = 1\n")),
    "dotted headers": lambda: small("", numbered("[a.b.c.d.e.f.g.k{i}]\n", most=6_200)),
    "a dotted key of 4 MiB": lambda: small(fill("a.") + "a = 1"),
    "a key of 4 MiB": lambda: small(fill("a") + " = 1"),
    "a quoted key of escapes": lambda: small('"' + fill("\\u0041") + '" = 1'),
    "quoted keys": lambda: small(numbered('"\\u0041{i}" = 1\n', most=49_000)),
    "keys twice": lambda: small(fill("a = 1\n")),
    "a key twice, the second at the end": lambda: small(numbered("x{i} = 1\n", most=49_000) + "x0 = 2\n"),
    "an inline table of many keys": lambda: small("x = { " + numbered("k{i} = 1, ", most=49_000) + "z = 1 }"),
    "inline tables in each other": lambda: small(
        numbered("x{i} = " + "{ a = " * 15 + "1" + " }" * 15 + "\n", most=3_100)
    ),
    "dotted keys in inline tables": lambda: small(numbered("x{i} = { a.b.c.d.e.f.g.h = 1 }\n", most=5_500)),
    # All at once
    "operations, inputs and a tensor": lambda: program(
        numbered("v{i} = a + b\n", most=99_998) + "e = sum(x)",
        f"{TAIL}x = [{fill('0,', 1_500_000)}]\n" + numbered("x{i} = 1\n", 700_000, 49_990),
    ),
    # Text
    "comments": lambda: small(fill("# comment\n")),
    "empty comments": lambda: small(fill("#\n")),
    "blank lines": lambda: small(fill("\n")),
    "blank lines of spaces": lambda: small(fill(" \n")),
    "CRLF everywhere": lambda: small(fill("\r\n")),
    "a comment of 4 MiB": lambda: small("# " + fill("x")),
    "escapes in the description": lambda: small('description = "' + fill("\\u0041") + '"'),
    "escaped controls in the description": lambda: small('description = "' + fill("\\u001b") + '"'),
    "escapes in the program": lambda: 'program = "c = a + b # ' + fill("\\u0041") + f'"\n{TAIL}',
    "escaped line ends in the program": lambda: 'program = "c = a + b' + fill("\\n") + f'"\n{TAIL}',
    "escaped minus signs in the program": lambda: 'program = "c = a ' + fill("\\u002b") + f'b"\n{TAIL}',
    "escaped errors in the program": lambda: 'program = "' + fill("a\\n") + f'"\n{TAIL}',
    "continued lines in the program": lambda: 'program = """c = a + b ' + fill("\\\n") + f'"""\n{TAIL}',
    "a title of 4 MiB": lambda: small(f"title = '{fill('x')}'"),
    "a title of marks": lambda: small(f"title = 'e{fill(chr(0x301))}'"),
    "a title of controls": lambda: small(f"title = '{fill(chr(0x85))}'"),
    "a title of wide letters": lambda: small(f"title = '{fill('漢')}'"),
    "a title of tags": lambda: small(f"title = '{fill(chr(0xE0041))}'"),
    "a description of markdown": lambda: small(f"description = '''{fill(MARKDOWN)}'''"),
    "a description of lines": lambda: small(f"description = '''{fill(NEWLINE)}'''"),
    "a description of blanks": lambda: small(f"description = '''{fill(' ')}'''"),
    "quotes in a text": lambda: small(f"description = '''{fill(QUOTE * 2 + 'x')}'''"),
    "a text that is not closed": lambda: small(f"description = '''{fill('x')}"),
    "an output of 4 MiB": lambda: small(f"output = '{fill('x')}'"),
    "an output of marks": lambda: small(f"output = 'e{fill(chr(0x301))}'"),
    "an input named by marks": lambda: small("", f"'e{fill(chr(0x301))}' = 1\n"),
    "inputs of bad names": lambda: small("", numbered("'{i}é!' = 1\n")),
    "a value of 4 MiB": lambda: small("x = " + fill("x")),
    "a value of dashes": lambda: small("x = " + fill("-")),
    "a number of 4 MiB outside": lambda: small("x = " + fill("1")),
    "digits and underscores": lambda: small("x = " + fill("1_")),
    "a lone carriage return at the end": lambda: small(fill("#\n") + "\r"),
    "conflict markers": lambda: small(fill("#<<<<<<< \n")),
    "half a conflict": lambda: small(fill("<<<<<<< \n")),
    "headers that are not closed": lambda: small("", "[" + fill("a.")),
    "brackets": lambda: "x = " + fill("["),
    "braces": lambda: "x = " + fill("{"),
    "an invalid date at the end": lambda: small(fill("#\n") + "d = 2020-02-31"),
    "an error of tomllib at the end": lambda: small(fill("#\n") + "[a]\nb.c = 1\n[a.b]\nd = 2"),
}
