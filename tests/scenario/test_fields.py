"""The keys of a scenario file: texts, inputs, the output, its seed, and what is expected."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from backprop_tui.scenario import load, loads
from tests.scenario.texts import codes_and_places, error_in, scenario, scenario_text

TREE = "c = a + b\nd = b + 1\ne = c * d"


def said(head: str = "", tail: str = "", program: str = "e = a * b", inputs: str = "a = 2.0\nb = 1.0") -> list[str]:
    """`S001 1:1` for each error."""
    return codes_and_places(error_in(scenario_text(program, inputs, head, tail)))


def test_texts_are_cleaned_and_titles_default_to_the_file_or_the_output(tmp_path: Path) -> None:
    head = 'title = "A\\u001b[2J"\ndescription = """\n# One\n\u202etwo"""\nsource = "me"\n'
    loaded = scenario(TREE, head=head)
    assert (loaded.title, loaded.description, loaded.source) == ("A␛[2J", "# One\n\\u{202e}two", "me")
    assert scenario(TREE).title == "e"
    path = tmp_path / "my lesson.toml"
    path.write_text(scenario_text(TREE), encoding="utf-8")
    assert load(path).title == "my lesson"
    assert load(path).name == str(path)


def test_inputs_keep_the_order_of_the_file() -> None:
    assert [node.name for node in scenario("z = b + a + c", "c = 1\na = 2\nb = 3").graph.inputs] == ["c", "a", "b"]


def test_the_output_is_the_last_name_unless_the_file_says_otherwise() -> None:
    assert scenario(TREE).graph.output == 5
    assert scenario(TREE, head='output = "c"\n').graph.output == 2
    assert scenario(TREE, head='output = "a"\n').graph.output == 0


def test_a_seed_has_the_shape_of_the_output() -> None:
    assert scenario(TREE).graph.seed == 1.0
    assert scenario(TREE, head="seed = 2\n").graph.seed == 2.0
    seed = scenario("e = a * 2", "a = [1, 2]", head="seed = [1, 10]\n").graph.seed
    np.testing.assert_array_equal(seed, [1.0, 10.0])
    assert np.shape(scenario("e = a * 2", "a = [[1]]").graph.seed) == (1, 1)


@pytest.mark.parametrize(
    ("head", "program", "inputs", "where"),
    [
        ("", "e = a * 2", "a = [1, 2]", "S009 2:1"),
        ('output = "e"\n', "e = a * 2", "a = [1, 2]", "S009 1:10"),
        ("seed = 1.0\n", "e = a * 2", "a = [1, 2]", "S010 1:8"),
        ("seed = [1, 2, 3]\n", "e = a * 2", "a = [1, 2]", "S010 1:8"),
        ("seed = [1]\n", "e = a * 2", "a = 1", "S010 1:8"),
        ('seed = "1"\n', "e = a * 2", "a = 1", "S003 1:8"),
        ("", "e = a * 2", "a = { value = 1, requires_grad = false }", "S011 2:1"),
        ("", "e = 1 + 2", "a = 1", "S011 2:1"),
        ("", "e = a < 2", "a = 1", "S011 2:1"),
        ('output = "z"\n', "e = a * 2", "a = 1", "S008 1:10"),
    ],
)
def test_outputs_that_cannot_be_differentiated(head: str, program: str, inputs: str, where: str) -> None:
    assert said(head, program=program, inputs=inputs) == [where]


@pytest.mark.parametrize(
    ("inputs", "where"),
    [
        ('a = "2.0"\nb = 1', "S003 5:5"),
        ("a = true\nb = 1", "S003 5:5"),
        ("a = 2024-01-01\nb = 1", "S003 5:5"),
        ("a = []\nb = 1", "S006 5:5"),
        ("a = [[1], []]\nb = 1", "S005 5:11"),
        ("a = [[1, 2], [3]]\nb = 1", "S005 5:14"),
        ("a = [[1, 2], 3]\nb = 1", "S005 5:14"),
        ("a = [1, [2]]\nb = 1", "S005 5:9"),
        ('a = [1, "2"]\nb = 1', "S003 5:9"),
        ("a = [\n  [1, 2], # first\n  [3, true],\n]\nb = 1", "S003 7:7"),
        ("a = 1e400\nb = 1", "S007 5:5"),
        ("a = [1, 1" + "0" * 400 + "]\nb = 1", "S007 5:9"),
        ("a = [[1, -1e999]]\nb = 1", "S007 5:10"),
        (f"a = {'[' * 9}1{']' * 9}\nb = 1", "H002 5:5"),
        ("a = { requires_grad = false }\nb = 1", "S002 5:1"),
        ("a = { value = 1, grad = false }\nb = 1", "S001 5:18"),
        ("a = { value = 1, requires_grad = 1 }\nb = 1", "S003 5:34"),
        ('"a b" = 1\na = 1\nb = 1', "S004 5:1"),
        ("1a = 1\na = 1\nb = 1", "S004 5:1"),
        ("true = 1\na = 1\nb = 1", "S004 5:1"),
        ('"Α" = 1\nA = 1\na = 1\nb = 1', "S014 6:1"),
        ('"e\u0301" = 1\n"\u00e9" = 1\na = 1\nb = 1', "S014 6:1"),
        (f"{'n' * 65} = 1\na = 1\nb = 1", "S004 5:1"),
    ],
)
def test_inputs_that_are_no_numbers(inputs: str, where: str) -> None:
    assert said(inputs=inputs) == [where]


def test_keys_that_are_missing_unknown_or_of_the_wrong_type() -> None:
    assert codes_and_places(error_in(" \n\t\n")) == ["F007 1:1"]
    assert said("titel = 1\n") == ["S001 1:1"]
    assert said("title = 1\n") == ["S003 1:9"]
    assert said(tail="[expect.grad]\na = 1\n") == ["S001 7:9"]
    assert codes_and_places(error_in("[inputs]\na = 1\n")) == ["S002 2:6"]
    assert codes_and_places(error_in('program = ["e = a"]\n')) == ["S003 1:11"]
    assert codes_and_places(error_in('inputs = [1]\nprogram = "e = a"\n')) == ["S003 1:10"]
    assert codes_and_places(error_in('program = " # nothing"\n')) == ["S015 1:11"]
    assert said('description = """\n' + "\n" * 2_001 + '"""\n') == ["H011 1:15"]


ABOVE = "a key of the scenario: it belongs above the first [table]"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('program = "c = a"\n[input]\na = 1', ["S001 2:2 did you mean 'inputs'?"]),
        ('program = "c = a"\n[[inputs]]\na = 1', ["S003 2:3 write [inputs]"]),
        ('programm = "c = a"\n[inputs]\na = 1', ["S001 1:1 did you mean 'program'?"]),
        ('expression = "c = a"\n[inputs]\na = 1', ["S001 1:1 did you mean 'program'?"]),
        ('name = "x"\nprogram = "c = a"\n[inputs]\na = 1', ["S001 1:1 did you mean 'title'?"]),
        ('[inputs]\na = 1\nprogram = "c = a"', [f"S003 3:11 {ABOVE}"]),
        ('[expect]\nprogram = "c = a"', [f"S001 2:1 {ABOVE}"]),
        ('program = "c = a"\n[inputs]\na = { data = 1 }', ["S001 3:7 inputs.a has the keys value, requires_grad"]),
        ('program = "c = x_y"\n[inputs]\nx-y = 1\nx_y = 2', ["S004 3:1 write 'x_y'"]),
        ('program = "c = x2"\n[inputs]\n"x²" = 1\nx2 = 2', ["S004 3:1 write 'x2'"]),
        ('program = "c = a"\noutput = "C"\n[inputs]\na = 1', ["S008 2:10 did you mean 'c'?"]),
        ('program = "c = a"\noutput = "zz"\n[inputs]\na = 1', ["S008 2:10 the names are a, c"]),
        ('program = "c = a"\n[[inputs.a]]\nvalue = 1', ["S003 2:10 "]),
        ('program = "c = a"\n[inputs]\na = 1\n[lesson]\norder = true', ["S003 5:9 "]),
        ('program = "c = a"\n[inputs]\na = 1\n[lesson]\nevents = "9"', ["S003 5:10 "]),
        ('program = "a = b * 2"\n[inputs]\na = [1, 2]\nb = 1', ["P005 1:12 each name is assigned once"]),
        ('seed = 1\nprogram = "a = b * 2"\n[inputs]\na = [1, 2]\nb = 1', ["P005 2:12 each name is assigned once"]),
    ],
)
def test_one_cause_is_one_error_and_tells_its_cure(text: str, said: list[str]) -> None:
    found = [f"{one.code} {one.line}:{one.column} {one.help}" for one in error_in(text).diagnostics]
    assert len(found) == len(said)
    assert all(one.startswith(start) for one, start in zip(found, said, strict=True))


def test_expectations_are_values_with_places() -> None:
    tail = "[expect]\nvalue = 6\ntolerance = 1e-6\n[expect.values]\nc = 3\n[expect.grads]\nb = 5.0\n"
    expect = scenario(TREE, tail=tail).expect
    assert (expect.value, dict(expect.values), dict(expect.grads)) == (6.0, {"c": 3.0}, {"b": 5.0})
    assert expect.tolerance == 1e-6
    assert [(expect.failure("", *key).line, expect.failure("", *key).column) for key in expect.spans] == [
        (10, 9),
        (13, 5),
        (15, 5),
    ]


def test_values_agree_within_the_tolerance() -> None:
    expect = scenario(TREE).expect
    one, nan = np.float64(1.0), np.float64("nan")
    assert not expect.contradicts(np.float64(1.0 + 1e-9), one)
    assert expect.contradicts(np.float64(1.0 + 3e-9), one)
    assert not expect.contradicts(nan, nan)
    assert expect.contradicts(nan, one)
    assert expect.contradicts(np.array([np.inf, 1.0]), np.array([np.inf, 2.0])).tolist() == [False, True]
    assert expect.contradicts(np.float64(-np.inf), np.float64(np.inf))


@pytest.mark.parametrize(
    ("tail", "where"),
    [
        ("[expect.grads]\nzz = 1\n", "S012 9:1"),
        ("[expect.values]\nzz = 1\n", "S012 9:1"),
        ('[expect.grads]\na = "1"\n', "S003 9:5"),
        ("[expect.grads]\na = [1, 2]\n", "S013 9:5"),
        ("[expect]\nvalue = [1]\n", "S013 9:9"),
        ("[expect.grads]\nd = 1\n", "S011 9:1"),
        ("[expect]\ntolerance = -1\n", "S003 9:13"),
        ("[expect]\ngrads = 1\n", "S003 9:9"),
    ],
)
def test_expectations_that_cannot_hold(tail: str, where: str) -> None:
    assert said(program="d = a + 1\ne = a * b", tail=tail) == [where]


def test_warnings_do_not_keep_a_scenario_from_loading() -> None:
    warnings = scenario("e = a * 2", "a = 9007199254740993\nb = 1").warnings
    assert [(one.code, one.line, one.column) for one in warnings] == [("S102", 5, 5), ("S101", 6, 1)]


def test_crlf_changes_no_place() -> None:
    text = scenario_text("e = a +\tzz").replace("\n", "\r\n")
    assert codes_and_places(error_in(text)) == ["P001 2:9"]
    assert loads(scenario_text(TREE).replace("\n", "\r\n")).program == tuple(TREE.split("\n"))
