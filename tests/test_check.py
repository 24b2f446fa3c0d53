"""`check`: what a file expects and what finite differences say, told apart from each other and from kinks.

PyTorch is left out here; what it adds to a report is in tests/torch.
"""

from __future__ import annotations

import re

import numpy as np
import pytest

from backprop_tui.check import ELEMENTS_SHOWN, Report, check, lines
from backprop_tui.engine.run import run
from backprop_tui.engine.timeline import Timeline
from backprop_tui.scenario import loads, render
from tests.graphs import value_of

TREE = '''
program = """
c = a + b
d = b + 1
e = c * d
"""
[inputs]
a = 2.0
b = 1.0
[expect]
'''


def report_of(expectations: str, scenario: str = TREE) -> Report:
    return checked(scenario + expectations, "tree.toml")


def checked(text: str, name: str = "x.toml") -> Report:
    return check(loads(text, name), pytorch=False)


def spoiled(name: str, wrong: object) -> Report:
    """Of the tree, with one gradient that is wrong: no operation of ours is, so it is done by hand."""
    scenario = loads(TREE, "tree.toml")
    right = run(scenario.graph)
    grads = [value_of(wrong) if node == name else grad for node, grad in right.grads.items()]  # type: ignore[arg-type]
    return check(scenario, Timeline(right.plan, list(right.values.values()), grads, []), pytorch=False)


def test_a_scenario_that_agrees() -> None:
    report = report_of("value = 6.0\nvalues = { c = 3 }\ngrads = { a = 2.0, b = 5.0 }")
    assert report.ok
    assert list(lines(report)) == ["ok    tree.toml  4 expectations, 5 nodes against finite differences"]


def test_without_expectations_the_gradients_are_still_checked() -> None:
    assert list(lines(report_of(""))) == ["ok    tree.toml  no expectations, 5 nodes against finite differences"]


def test_what_differs_is_a_table() -> None:
    report = report_of("value = 6.5\ngrads = { a = 2.0, b = 5.00001 }")
    assert not report.ok
    assert list(lines(report)) == [
        "FAIL  tree.toml  3 expectations, 5 nodes against finite differences, 2 disagreements",
        "      what    element  computed  wanted   difference  by",
        "      e                6         6.5      -0.5        the file",
        "      b.grad           5         5.00001  -1.000e-5   the file",
    ]


def test_a_failed_expectation_points_into_the_file() -> None:
    (diagnostic,) = report_of("value = 6.5").diagnostics
    assert render(diagnostic) == (
        "tree.toml:11:9: error[C001]: e is 6, expected 6.5\n   |\n11 | value = 6.5\n   |         ^^^"
    )


ARRAY = """
program = "y = a * x"
seed = [1, 1, 1]
[inputs]
a = 2.0
x = [1.0, 2.0, 3.0]
[expect]
"""


def test_only_the_elements_that_differ_are_listed() -> None:
    report = report_of("value = [2.0, 4.5, 6.0]", ARRAY)
    assert [(one.what, one.element, one.computed, one.wanted) for one in report.mismatches] == [("y", (1,), 4.0, 4.5)]


def test_a_large_array_lists_only_some_elements() -> None:
    many = 3 * ELEMENTS_SHOWN
    text = f"""
program = "y = x * 2"
seed = {[1] * many}
[inputs]
x = {[0.5] * many}
[expect]
value = {[7] * many}
"""
    report = checked(text)
    assert len(report.mismatches) == ELEMENTS_SHOWN
    assert report.wrong == many
    first, *_, last = lines(report)
    assert first.endswith(f"{many} disagreements")
    assert last == f"      and {many - ELEMENTS_SHOWN} more"


@pytest.mark.parametrize(
    ("expectation", "ok"),
    [
        ("inf", True),
        ("-inf", False),
        ("nan", False),
        ("1e308", False),
    ],
)
def test_an_infinite_value_agrees_with_nothing_but_itself(expectation: str, ok: bool) -> None:
    text = f'program = "y = 1 / x"\n[inputs]\nx = 0.0\n[expect]\nvalue = {expectation}'
    assert checked(text).ok is ok


def test_numbers_further_apart_than_float64_reaches_disagree_without_a_warning() -> None:
    text = 'program = "y = x * 1.0"\n[inputs]\nx = 1.7e308\n[expect]\nvalue = -1.7e308'
    assert not checked(text).ok


@pytest.mark.parametrize(("expectation", "ok"), [("nan", True), ("inf", False), ("0.0", False)])
def test_nan_agrees_with_nan(expectation: str, ok: bool) -> None:
    text = f'program = "y = log(x)"\n[inputs]\nx = -1.0\n[expect]\nvalue = {expectation}'
    assert checked(text).ok is ok


def test_an_expected_infinity_is_not_met_by_a_finite_number() -> None:
    assert not report_of("value = inf").ok


def test_the_tolerance_is_that_of_the_file() -> None:
    assert not report_of("value = 6.01").ok
    assert report_of("value = 6.01\ntolerance = 0.01").ok


def test_a_kink_is_reported_and_is_not_an_error() -> None:
    report = checked('program = "y = relu(x)"\n[inputs]\nx = 0.0', "kink.toml")
    assert list(lines(report)) == ["ok    kink.toml  no expectations, 2 nodes against finite differences, 1 at a kink"]


def test_an_input_that_cannot_be_nudged_is_undecided() -> None:
    report = checked('program = "y = sqrt(x)"\n[inputs]\nx = 0.0', "edge.toml")
    assert list(lines(report)) == ["ok    edge.toml  no expectations, 2 nodes against finite differences, 1 undecided"]


def test_a_sample_of_a_large_node_is_called_a_sample() -> None:
    (line,) = lines(checked(f'program = "y = sum(x)"\n[inputs]\nx = {[1.0] * 100}'))
    assert line.endswith("2 nodes (65 of 101 elements) against finite differences")


def test_a_sample_of_many_nodes_is_called_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backprop_tui.lenses.finite_differences.BUDGET", 1)
    (line,) = lines(report_of(""))
    assert line.endswith("1 of 5 nodes against finite differences")


@pytest.mark.parametrize(("name", "right"), [("b", 5.0), ("c", 2.0), ("e", 1.0)])
def test_a_gradient_that_finite_differences_contradict_is_wrong(name: str, right: float) -> None:
    """Of an input, of a node in between, and of the output."""
    report = spoiled(name, right + 0.5)
    assert not report.ok
    assert [(one.what, one.computed) for one in report.mismatches] == [(f"{name}.grad", right + 0.5)]
    assert report.mismatches[0].wanted == pytest.approx(right)
    assert report.mismatches[0].by.startswith("finite differences, ±")
    assert report.diagnostics == ()


def test_a_gradient_of_the_wrong_shape_is_told_and_nothing_breaks() -> None:
    _, _, row = lines(spoiled("c", [1.0, 2.0]))
    assert row.split() == ["c.grad", "(2,)", "()", "the", "shape", "of", "its", "node"]


GATE = """
program = "y = relu(x) * k + sqrt(z)"
[inputs]
x = 0.0
z = 0.0
k = { value = 3.0, requires_grad = false }
"""


def test_a_verbose_report_has_a_row_for_every_node() -> None:
    line, *table = lines(checked(GATE, "gate.toml"), verbose=True)
    assert line == "ok    gate.toml  no expectations, 6 nodes against finite differences, 1 at a kink, 1 undecided"
    rows = [re.split(r"  +", row.strip()) for row in table]
    assert rows[0] == ["node", "shape", "elements", "finite differences", "PyTorch", "verdict"]
    verdicts = {row[0]: (row[1], row[2], row[-1]) for row in rows[1:]}
    assert verdicts == {
        "x": ("()", "1 of 1", "kink at relu(x)"),
        "z": ("()", "1 of 1", "undecided"),
        "k": ("()", "—", "given"),
        "relu(x)": ("()", "1 of 1", "ok"),
        "relu(x) · k": ("()", "1 of 1", "ok"),
        "sqrt(z)": ("()", "1 of 1", "ok"),
        "y": ("()", "1 of 1", "ok"),
    }


def test_its_columns_are_aligned_and_say_how_far_a_gradient_may_be_off() -> None:
    _, head, *rows = lines(report_of(""), verbose=True)
    at = head.index("finite differences")
    assert [row[at - 2 : at] for row in rows] == ["  "] * 6
    assert [row[:at].split() for row in rows[:3]] == [
        ["a", "()", "1", "of", "1"],
        ["b", "()", "1", "of", "1"],
        ["c", "()", "1", "of", "1"],
    ]
    difference, bound = rows[0][at:].split()[:2]
    assert 0 <= float(difference) < float(bound.removeprefix("±")) < 1e-8


def test_a_verbose_report_marks_what_differs() -> None:
    first, *table = lines(spoiled("c", 3.0), verbose=True)
    assert first.startswith("FAIL")
    assert table[2] == ""
    assert [row.split()[0] for row in table[4:] if row.endswith("DIFFERS")] == ["c"]
    assert sum(row.endswith("ok") for row in table[4:]) == 4
    assert sum(row.endswith("given") for row in table[4:]) == 1


def test_a_long_table_is_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backprop_tui.lenses.finite_differences.BUDGET", 1)
    program = "\n".join(f"y{i} = sin({'y' + str(i - 1) if i else 'x'})" for i in range(400))
    _, _, *rows = lines(checked(f'program = """\n{program}\n"""\n[inputs]\nx = 1.0'), verbose=True)
    assert [row.split()[0] for row in rows] == ["x", *(f"y{i}" for i in range(400))]
    assert [row.split()[-1] for row in rows[:2]] == ["ok", "compared"]


def test_a_hostile_file_name_reaches_nobodys_terminal() -> None:
    report = checked(TREE, "\x1b]52;c;eA==\x07.toml")
    assert next(lines(report)).isprintable()


def test_the_numbers_in_the_table_have_all_their_digits() -> None:
    report = report_of(f"value = {6 + 1e-8}")
    assert [one.wanted for one in report.mismatches] == [6 + 1e-8]
    assert "6.00000001" in list(lines(report))[2]
    assert np.isclose(report.mismatches[0].computed, 6.0)


MASKED = """
program = '''
e = exp(x)
y = where(x < 0, e, 1)
'''
[inputs]
x = 1000.0
"""


def test_nan_where_the_slope_is_finite_differs_unless_the_file_knows_of_it() -> None:
    """The chain rule gives 0 · inf; the mask hides the inf from a finite difference."""
    assert [mismatch.what for mismatch in checked(MASKED).mismatches] == ["x.grad"]
    assert checked(MASKED + "[expect.grads]\nx = nan").ok
    (mismatch,) = checked(MASKED + "[expect.grads]\nx = 0.0").mismatches
    assert mismatch.by == "the file"
