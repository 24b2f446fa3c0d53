"""What people write where TOML wants something else: where it is said to stand, and what they are told to write."""

from __future__ import annotations

import pytest

from tests.scenario.texts import codes_and_places, error_in

HINTS = {
    "[inputs": ("T010 1:8", "write [inputs]"),
    "[[inputs]": ("T010 1:9", "write [[inputs]]"),
    "[my inputs]": ("T010 1:5", "a name of several words needs quotes"),
    "[input\u200bs]": ("T002 1:7", "delete it"),
    "[inputs] a = 1": ("T011 1:10", "one key and one value on a line; a comment begins with #"),
    "= 1": ("T002 1:1", "a line is `key = value`, `[table]` or `# comment`"),
    "// note": ("T002 1:1", "a comment begins with #"),
    "\u00a0a = 1": ("T002 1:1", "write a plain blank"),
    "a\u00a0= 1": ("T002 1:2", "write a plain blank"),
    "［inputs］": ("T002 1:1", "write ["),
    "a -> 1": ("T003 1:3", "a = …"),
    "a = {1.0, 2.0}": ("T003 1:9", "an array stands in square brackets: [1.0, 2.0]"),
    "a == 1": ("T004 1:4", "key = value"),
    "a =": ("T004 1:4", 'a text stands in quotes, one of several lines in """'),
    "a = True": ("T004 1:5", "write true"),
    "a = None": ("T004 1:5", "TOML has no null: leave the key out"),
    "a = NaN": ("T004 1:5", "write nan"),
    "a = -math.inf": ("T004 1:5", "write -inf"),
    "a = .5": ("T004 1:5", "write 0.5"),
    "a = 5.": ("T004 1:5", "write 5.0"),
    "a = 007": ("T004 1:5", "a number does not begin with 0: write 7"),
    "a = 1e": ("T004 1:5", "an exponent has digits: 1e3"),
    "a = -0xff": ("T004 1:5", "a number in hexadecimal has its digits behind 0x and no sign: 0xff"),
    "a = 1__000": ("T004 1:5", "write 1_000"),
    "a = 0XFF": ("T004 1:5", "write 0xff"),
    "a = −1.0": ("T004 1:5", "write -1.0"),
    "a = - 1.0": ("T004 1:5", "write -1.0"),
    "a = ２.0": ("T004 1:5", "write 2.0"),
    "a = 1/2": ("T004 1:5", "only numbers stand here, no arithmetic: write the result"),
    "a = ...": ("T004 1:5", "a value is a number, true or false, a text in quotes, or an array in brackets"),
    "a = (1.0, 2.0)": ("T004 1:5", "an array stands in square brackets: [1.0, 2.0]"),
    "a = np.array([1.0])": ("T004 1:5", "an array stands in square brackets: [1.0, 2.0]"),
    "a = e": ("T004 1:5", 'text needs quotes: "e"'),
    "a = ‘e’": ("T004 1:5", 'use straight quotes: "'),
    'a = "\nb\n"': ("T005 1:6", 'for text of several lines use """'),
    r'a = "\x41"': ("T006 1:6", r"a character by its number is \u and four hex digits: \u001b"),
    r'a = "\ud800"': ("T006 1:6", r"write the character itself, or all digits of its number: \u00e9, \U0001f600"),
    r'a = "\alpha"': ("T006 1:6", r"write \\ for a backslash, or put the text in single quotes"),
    "a = [1, 2; 3]": (
        "T008 1:10",
        "elements have commas between them, rows have brackets: [[1, 2], [3, 4]]",
    ),
    "a = [1, 2)": ("T008 1:10", "elements have commas between them, rows have brackets: [[1, 2], [3, 4]]"),
    "a = 2,5": ("T011 1:6", "a number has no commas, and a dot before its decimals"),
    "a = 2.5,": ("T011 1:8", "delete the ,"),
    "a = 2.5;": ("T011 1:8", "delete the ;"),
    "a = 2.5 // note": ("T011 1:9", "a comment begins with #"),
    'a = "x"; b = 1': ("T011 1:8", "one key and one value on a line"),
    "a = 2.5 ; note": ("T011 1:9", "a comment begins with #"),
    "a = 2.5\u0085": ("T011 1:8", "delete it"),
    "a = 2.5\u00a0": ("T011 1:8", "delete it"),
    "a = [2.5\u00a0, 1]": ("T011 1:9", "delete it"),
    "a = 90°": ("T011 1:7", "one key and one value on a line; a comment begins with #"),
    r"a = 'it\'s'": ("T011 1:10", "single quotes know no escapes: put the text in double quotes"),
    'a = "say "no""': ("T011 1:11", r"inside double quotes, write \" for a quotation mark"),
    "a = { b = 1 }\n[a.c]": ("T012 2:2", "add the key inside its { }"),
    "a.b = 1\n[a]": ("T012 2:2", "each key stands once"),
}


@pytest.mark.parametrize("text", HINTS)
def test_a_mistake_is_told_with_its_cure(text: str) -> None:
    [one] = error_in(text).diagnostics
    assert (f"{one.code} {one.line}:{one.column}", one.help) == HINTS[text]


SEVERAL = """title = oops
output = "e"
output = "e"
program = \'\'\'
c = a * b
\'\'\'
[inputs]
a = .5
b = None
  c.d = 1 2  # indented

# a comment
e = [1, 2,, 3]
f = [
  x]
g = 1
[lesson
order = .5
[expect]  # of the run
value: 1
"""


def test_reading_goes_on_behind_a_mistake_where_a_statement_begins_for_certain() -> None:
    root, inputs = ["T004 1:9", "T012 3:1"], ["T004 8:5", "T004 9:5", "T011 10:11", "T008 13:11", "T004 15:3"]
    assert codes_and_places(error_in(SEVERAL)) == [*root, *inputs, "T003 20:6"]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("program = “””\nc = a * b\nd = c * 2\n“””\n[inputs]\na = 1\nb = .5", ["T004 1:11", "T004 7:5"]),
        ('program = "\nc = a * b\n"\n[inputs]\na = 1\nb = .5', ["T005 1:12", "T004 6:5"]),
        ('program = ""\nc = a * b\nd = c * 2\n""\n[inputs]\na = 1', ["T004 2:5"]),
        ('program = """\nc = a * b\n[inputs]\na = .5', ["T005 1:11"]),
        ('title = """\n\\q\n[inputs]\na = .5\n"""', ["T006 2:1"]),
        ("[inputs]\na = [\n1,\n2,\n\nb = [1,, 2\n[1,\nc = 1", ["T007 2:5"]),
        ("[inputs]\na = 1\n[inputs]\na = 1\nb = 1", ["T012 3:2"]),
        ("a" + ".a" * 8 + " = 1\n[inputs]\na = .5", ["H009 1:1"]),
        ('[lesson]\nsummary = "\na = b\n"', ["T005 2:12"]),
        ('[lesson]\nsummary = """\\q\na = b\n"""', ["T006 2:14"]),
        ("[inputs]\nx = {\n  value = 1.0,\n  requires_grad = false,\n}", ["T009 2:5"]),
    ],
)
def test_what_only_follows_from_a_mistake_is_not_reported(text: str, places: list[str]) -> None:
    assert codes_and_places(error_in(text)) == places


def test_at_most_twenty_mistakes_are_reported() -> None:
    text = "[inputs]\n" + "".join(f"x{number} = .5\n" for number in range(100))
    assert codes_and_places(error_in(text)) == [f"T004 {line}:{len(str(line - 2)) + 5}" for line in range(2, 22)]
