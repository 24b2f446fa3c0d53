"""What is wrong with a program: which mistake it is, where it stands, and what would cure it."""

from __future__ import annotations

import pytest

from backprop_tui.ops.registry import FUNCTIONS
from backprop_tui.scenario import limits
from backprop_tui.scenario.program.mistakes import OTHER_SPELLINGS
from tests.scenario.texts import error_in, mistakes, scenario_text

PROGRAMS = {
    "c = a + bb": "P001 1:9 undefined name 'bb'",
    "c = np + a": "P001 1:5 undefined name 'np'",
    "c = a + d\nd = a + b": "P002 1:9 'd' is used before it is defined (line 3)",
    "c = d + a\nd = c + b": "P003 1:5 'c' depends on itself: c -> d -> c (lines 2, 3)",
    "c = c + 1": "P003 1:5 'c' depends on itself: c -> c (line 2)",
    "c = a + b\nc = a * b": "P004 2:1 'c' is assigned twice (line 2)",
    "a = b + 1": "P005 1:1 'a' is an input (line 5)",
    "a + b": "P006 1:1 this line assigns nothing",
    "f(a) = b": "P006 1:1 the left side of = must be a name",
    "c, d = a": "P006 1:2 one name on the left of =",
    "c == a": "P006 1:3 == compares, it does not assign",
    "c += a": "P016 1:3 += is not in the language",
    "c = a b": "P007 1:7 an operator is missing before 'b'",
    "c = 2a": "P007 1:6 an operator is missing before 'a'",
    "c = a * * b": "P007 1:9 a value is missing before *",
    "c = ()": "P007 1:6 the brackets hold nothing",
    "c = a = b": "P007 1:7 only one = on a line",
    "c = a.": "P007 1:6 a method's name is missing after the dot",
    "c = a +  # more": "P008 1:8 the expression ends early: a value is missing after +",
    "c =": "P008 1:4 the expression ends early: a value is missing",
    "c = (a + (b": "P009 1:10 this ( is never closed",
    "c = sum(a": "P009 1:8 this ( is never closed",
    "c = a + b)": "P010 1:10 this ) closes nothing",
    "c = summ(a)": "P011 1:5 unknown function 'summ'",
    "c = a.foo(b)": "P011 1:7 unknown function 'foo'",
    "c = maximum(a)": "P012 1:5 maximum takes 2 arguments, got 1",
    "c = exp(a, b)": "P012 1:5 exp takes 1 argument, got 2",
    "c = exp()": "P012 1:5 exp takes 1 argument, got none",
    "c = a.reshape()": "P012 1:7 reshape needs shape=…",
    "c = sum(a, axes=0)": "P013 1:12 sum has no parameter 'axes'",
    "c = sum(a, axis=0, dim=0)": "P013 1:20 'axis' is given twice",
    "c = sum(a, axis=b)": "P014 1:17 'axis' must be given as a literal, such as 0, (0, 1), true or None",
    "c = sum(a, keepdims=1)": "P014 1:21 keepdims must be true or false, not '1'",
    "c = sum(a, b)": "P014 1:12 axis must be a whole number, a tuple of them, or None, not an expression",
    "c = sum(a, 0.5)": "P014 1:12 axis must be a whole number, a tuple of them, or None, not '0.5'",
    "c = sum(axis=0, a)": "P014 1:9 arguments given by name come last",
    "c = maximum(a, None)": "P014 1:16 'None' is a parameter, not a value",
    "c = a ^ 2": "P015 1:7 ^ is not a power",
    "c = a × b": "P015 1:7 '×' (U+00D7 MULTIPLICATION SIGN) is not a product",
    "c = x² + a": "P015 1:6 '²' (U+00B2 SUPERSCRIPT TWO) is not a power",
    "c = а + b": "P015 1:5 'а' (U+0430 CYRILLIC SMALL LETTER A) cannot be part of a name",
    "c = True + a": "P007 1:5 'True' is a word of the program language, not a name",
    "c = a // b": "P016 1:7 // is not in the language",
    "c = a if b else a": "P016 1:7 'if' is Python, not this language",
    "c = not a": "P016 1:5 'not' is Python, not this language",
    "for i in a: b": "P016 1:1 'for' is Python, not this language",
    "c = a[0]": "H001 1:6 a scalar has no elements",
    "c = a[b]": "P014 1:6 an index is a whole number, a slice, ... or None, not 'b'",
    "c = a[]": "P014 1:6 an index is a whole number, a slice, ... or None",
    "c = a[0, 1.5]": "P014 1:6 an index is a whole number, a slice, ... or None, not '1.5'",
    "c = a[::-1]": "P014 1:9 the step of a slice must be positive, as in PyTorch",
    "c = a[0": "P009 1:6 this [ is never closed",
    "c = [a, b]": "P016 1:5 [ ] is not in the language",
    "c = a ]": "P010 1:7 this ] closes nothing",
    "c = concat([a, b)": "P009 1:12 this [ is never closed",
    "c = concat([a, b": "P009 1:12 this [ is never closed",
    "c = concat([])": "P007 1:13 a value is missing before ]",
    "c = concat()": "P012 1:5 concat takes 1 argument, got none",
    "c = concat([a, b], axis=0)": "H001 1:25 axis 0 does not exist: the operand has shape ()",
    "c = where(a, a, b)": "P021 1:11 where needs a mask here, and 'a' requires a gradient",
    "c = (a, b)": "P016 1:7 a tuple is not a value",
    "c = a, b": "P016 1:6 one expression on a line",
    "c = a(b)(b)": "P011 1:5 unknown function 'a'",
    "c = exp(a)(b)": "P016 1:11 a value cannot be called",
    "c = a; d = b": "P015 1:6 ; is not in the language",
    "c = a < b < a": "P018 1:11 comparisons do not chain",
    "c = max(a, 0)": "P019 1:5 max of two arguments is ambiguous: libraries disagree on what the second is",
    "c = a.min(b)": "P019 1:7 min of two arguments is ambiguous: libraries disagree on what the second is",
    "c = a.transpose(0, 1)": "P019 1:7 transpose of two axes is ambiguous: "
    "PyTorch exchanges them, NumPy takes them for the new order of all",
    "c = eye(2, 2)": "P012 1:5 eye takes 1 argument, got 2",
    "c = 10 ** 400 + a": "P020 1:8 '10 ** 400' is inf, whatever the inputs are",
    "c = 1 / 0 + a": "P020 1:7 '1 / 0' is inf, whatever the inputs are",
    "c = 1e400 + a": "P017 1:5 this number is too large for float64 (at most 1.797e308)",
    f"c = clip(a, min={'1' * 400})": "P017 1:17 this number is too large for float64 (at most 1.797e308)",
    f"c = zeros((2, {'1' * 400})) * a": "P017 1:15 this whole number is too large (at most 18 digits)",
    f"c = sum(a, axis={'1' * 19})": "P017 1:17 this whole number is too large (at most 18 digits)",
    f"c = a[0:{'1' * 19}]": "P017 1:9 this whole number is too large (at most 18 digits)",
    "c = arange(0, 1, 1e-300) * a": "H003 1:5 the result has more than 1,000,000,000,000,000 elements; "
    "at most 1,000,000 are allowed",
    "Α = a + b\nA = a * b": "S014 2:1 'A' looks like 'Α' (line 2)",
    "c <- a": "P006 1:3 <- does not assign",
    "c: float = a": "P006 1:2 : does not assign",
    "c := a": "P016 1:3 := is not in the language",
    "c **= a": "P016 1:3 **= is not in the language",
    "\u00a0c = a": "P015 1:1 ' ' (U+00A0 NO-BREAK SPACE) is not in the language",
    "c = a\n+ b": "P006 2:1 this line assigns nothing",
    "c = a === b": "P016 1:7 === is not in the language",
    "c = a <> b": "P016 1:7 <> is not in the language",
    "c = exp(,)": "P007 1:9 a value is missing before ,",
    "c = exp(a,,)": "P007 1:11 a value is missing before ,",
    "c = a[..., None, ...]": "P014 1:18 an index has one ... at most",
    "c = a[..., 0]": "H001 1:6 a scalar has no elements",
    "c = norm(a, inf)": 'P014 1:13 ord must be a number above 0 or "inf"',
    "c = a.norm(ord=inf)": 'P014 1:16 ord must be a number above 0 or "inf"',
    "c = norm(a, 0)": "P014 1:13 ord must be a number above 0 or \"inf\", not '0'",
    "c = a[None, None].flatten(1, 0)": "H001 1:27 axis 1 of (1, 1) comes after axis 0",
    "c = pi * a\npi = b": "P002 1:5 'pi' is used before it is defined (line 3)",
    "c = a % b": "P016 1:7 % is not in the language",
    "c = (a +)": "P007 1:9 a value is missing before )",
    "c = 2exp(a)": "P007 1:6 an operator is missing before 'exp'",
    "c = a 加 b": "P015 1:7 '加' (U+52A0 CJK UNIFIED IDEOGRAPH-52A0) cannot be part of a name",
    "c = (a + b)³": "P015 1:12 '³' (U+00B3 SUPERSCRIPT THREE) is not a power",
    "c = 1_000 * a": "P017 1:5 '1_000' is not a number here",
    "c = 1.2.3 * a": "P017 1:5 '1.2.3' is not a number here",
    "c = ２ * a": "P015 1:5 '２' (U+FF12 FULLWIDTH DIGIT TWO) is not in the language",
    "c = np.pi * a": "P001 1:5 undefined name 'np'",
    "c = exp(x=a)": "P013 1:9 'x' is given by position",
    "c = sum(a, axis='x')": "P014 1:17 axis must be a whole number, a tuple of them, or None, not 'x'",
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_each_mistake_is_named_where_it_stands(program: str) -> None:
    assert mistakes(program)[0] == PROGRAMS[program]


HINTS = {
    "c = A + b": "did you mean 'a'?",
    "c = zz + b": "the names are a, b",
    "loss = los + a": "the names are a, b",
    "c = los + a\nloss = c * 2": "the names are a, b",
    "loss = a * 2\nc = los + a": "did you mean 'loss'?",
    "o = a + b\nc = ο + b": "did you mean 'o'?",
    "c = а + b": "write the Latin letter 'a'",
    "c = inf * a": "make it an input: inf",
    "c = norm(a, inf)": 'write ord="inf"',
    "c = mse_loss(a, b, reduction=sum)": 'write reduction="sum"',
    "c = a[::-1]": "to reverse an array, multiply by a matrix: J @ x, with an input J = [[0.0, 1.0], [1.0, 0.0]]",
    "c = flip(a)": "to reverse an array, multiply by a matrix: J @ x, with an input J = [[0.0, 1.0], [1.0, 0.0]]",
    "c = a % b": "for a remainder, write x - floor(x / n) * n; a comment begins with #",
    "c = atan2(a, b)": "it is not in the language; where x is positive, write arctan(y / x)",
    "c = a.argmax()": "positions are not in the language; x == max(x, axis=0) is 1 where the largest is",
    "c = sort(a)": "it is not in the language: no operation puts elements in order",
    "c = a.median()": "it is not in the language: no operation puts elements in order",
    "c = np.sum(a)": "no library is needed: write sum(…)",
    "c = torch.nn.functional.relu(a)": "no library is needed: write relu(…)",
    "c = np.pi * a": "no library is needed: write pi",
    "c = np.e * a": "functions are called by their bare name",
    "c = relu": "'relu' is a function: relu(…)",
    "c = c + a": "a graph has no cycles: give the result a new name",
    "c = ln(a)": "write log(x)",
    "c = a.clamp(0, 1)": "write clip(x, min=0, max=1)",
    "c = transpose(a, -2, -1)": "swapaxes(x, -2, -1) exchanges them; transpose(x, axes=(-2, -1)) is the order",
    "c = stack((a, b))": "write a list: stack([a, b])",
    "c = one_hot([0, 2], 3)": "write a tuple: (2, 3)",
    "c = a.t()": "write .T",
    "c = a.exp": "call it: .exp()",
    "c = a.grad": "gradients are results: a program cannot use them",
    "c = a.backward()": "delete it: gradients are always computed",
    "c = a(b + 1)": "to multiply, write a * (…)",
    "c = 2a": "write 2 * a",
    "c = 2 a": "write 2 * a",
    "c = a b": "to multiply, write *",
    "c = (a + b)a": "to multiply, write *",
    "c = 2(a + b)": "to multiply, write *",
    "c = sin a": "write sin(a)",
    "c = 2,5 * a": "a decimal point is a dot",
    "c = a,": "delete the comma",
    "c = 1_000 * a": "write 1000",
    "c = 0x10 * a": "write it in decimal",
    "c = a ^ 2": "write **",
    "c = a*** 2": "write **",
    "c = a => b": "write >=",
    "c = a² + b": "write ** 2",
    "c = aᵀ": "write .T",
    "c = a ÷ b": "write /",
    "c = a ‐ b": "write -",
    "c = a ＋ b": "write +",
    "c = a\u00a0+ b": "write a plain blank",
    "c = [a]": "give arrays under [inputs]",
    "c = {a}": "brackets are round: ( )",
    "c = a & b": "a product of masks is their 'and'",
    "c = a if b else a": "write where(mask, a, b)",
    "c = a // b": "a division is written /, a comment #",
    "c = a +": "an expression ends with its line",
    "c = exp(a, axis=0)": "it is called as exp(x)",
    "c = exp(x=a)": "write the value alone",
    "c == a": "to assign, write one =: c = …",
    "c <- a": "write c = …",
    "c += a": "each name is assigned once: give the result a new name",
    "import numpy": "nothing needs to be imported: write sum(x)",
    "return a": "delete the line: the output is `output`, or else the last name assigned",
    "print(a)": "delete it: every value is shown",
    "a.backward()": "delete it: gradients are always computed",
    "// note": "a comment begins with #",
    "c = a\n  + b": "an expression ends with its line: write all of it on one",
}


@pytest.mark.parametrize("program", HINTS)
def test_a_cure_that_is_known_is_told(program: str) -> None:
    assert error_in(scenario_text(program)).diagnostics[0].help == HINTS[program]


def test_no_function_is_called_a_spelling_of_other_libraries() -> None:
    assert not OTHER_SPELLINGS.keys() & FUNCTIONS.keys()


@pytest.mark.parametrize(
    "program",
    [
        "c = zz + zz\nd = zz * c",
        "c = d + 1\ne = d * 2\nd = a",
        "c == a\nd = c * 2",
        "c: float = a\nd = c * 2",
        "let c = a\nd = c * 2",
        "c, d = a, b\ne = c * d",
        "c = d = a\ne = c * d",
        "c = a; d = b\ne = c * d",
        "c = (d := a)\ne = c * d",
        "c = (a\n     + b)\nd = c * 2",
        "c = maximum(a,\nb)\nd = c * 2",
        "c = a + \\\\\n    b\nd = c * 2",
        "def f(x):\n    y = x * 2\n    return y\nc = a * 2",
        "for i in a:\n\tc = a\n\td = b\ne = c * d",
    ],
)
def test_one_cause_is_one_mistake(program: str) -> None:
    assert len(mistakes(program)) == 1


def test_what_stands_below_a_broken_line_is_still_read() -> None:
    found = mistakes("c = (a\nd = zz\n\nwhile a:\n  e = b\n  yy\nf = xx\n  g = ww")
    assert [one.split()[1] for one in found] == ["1:5", "2:5", "4:1", "7:5", "8:7"]


def test_every_broken_line_is_reported_and_none_makes_others_look_broken() -> None:
    found = mistakes("c = a +\nd = c * zz\ne = d + c\nf = (e\ng = f + yy + xx")
    assert [one.split()[1] for one in found] == ["1:8", "2:9", "4:5", "5:9", "5:14"]


def test_everything_hidden_is_reported_even_in_comments() -> None:
    found = mistakes("c = a\u00ad + b  # \u2066 her\u200b")
    assert [one.split(" U")[0] for one in found] == ["P015 1:6", "P015 1:15", "P015 1:20"]


def test_at_most_twenty_mistakes_are_shown() -> None:
    assert len(mistakes("\n".join(f"c{i} = z{i}" for i in range(10_000)))) == 20


def test_a_program_that_is_too_long_says_so_once() -> None:
    tokens = mistakes("c = 1 * a\nd = " + "+" * limits.TOKENS + " a\ne = zz")
    assert tokens == ["H013 2:800001 a program has at most 800,000 names, numbers, signs and brackets"]
    steps = mistakes("c = a" + " + a" * (2 * limits.OPERATIONS))
    assert steps == ["H006 1:400007 a program has at most 100,000 operations"]


def test_lines_that_continue_a_broken_one_are_passed_over() -> None:
    program = "c = (a +\n     b)\nd = zz\nfor i in a:\n    e = a\n\n    f = i\ng = e * yy"
    assert mistakes(program) == [
        "P008 1:9 the expression ends early: a value is missing after +",
        "P001 3:5 undefined name 'zz'",
        "P016 4:1 'for' is Python, not this language",
        "P001 7:9 undefined name 'i'",
        "P001 8:9 undefined name 'yy'",
    ]


@pytest.mark.parametrize(
    ("expression", "marked", "hint"),
    [
        ("a, b", ",", "for an array of numbers, make an input"),
        ("2,5", ",", "a decimal point is a dot"),
        ("a,5", ",", "for an array of numbers, make an input"),
        ("2,b", ",", "for an array of numbers, make an input"),
        ("a,", ",", "delete the comma"),
        ("a.* b", ".", "to multiply, write *"),
        ("a. + b", ".", ""),
        ("sum(a, axis=)", "axis", ""),
        ("sum(a, axis=b)", "b", ""),
        ("(a + b", "(", "an expression ends with its line"),
    ],
)
def test_what_is_marked_and_what_is_told(expression: str, marked: str, hint: str) -> None:
    (found,) = error_in(scenario_text(f"c = {expression}")).diagnostics
    line = f"c = {expression}"
    assert line[found.column - 1 : found.column - 1 + found.place.length] == marked
    assert found.help == hint
