"""`check`: what a file expects and what finite differences say, told apart from each other and from kinks."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_tui.check import ELEMENTS_SHOWN, Report, check, lines
from backprop_tui.engine.run import run
from backprop_tui.engine.timeline import Timeline
from backprop_tui.scenario import loads, render

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
    return check(loads(scenario + expectations, "tree.toml"))


def test_a_scenario_that_agrees() -> None:
    report = report_of("value = 6.0\nvalues = { c = 3 }\ngrads = { a = 2.0, b = 5.0 }")
    assert report.ok
    assert list(lines(report)) == ["ok    tree.toml  4 expectations, 2 inputs against finite differences"]


def test_without_expectations_the_gradients_are_still_checked() -> None:
    assert list(lines(report_of(""))) == ["ok    tree.toml  no expectations, 2 inputs against finite differences"]


def test_what_differs_is_a_table() -> None:
    report = report_of("value = 6.5\ngrads = { a = 2.0, b = 5.00001 }")
    assert not report.ok
    assert list(lines(report)) == [
        "FAIL  tree.toml  3 expectations, 2 inputs against finite differences, 2 numbers wrong",
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
    assert len(check(loads(text)).mismatches) == ELEMENTS_SHOWN


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
    assert check(loads(text)).ok is ok


def test_numbers_further_apart_than_float64_reaches_disagree_without_a_warning() -> None:
    text = 'program = "y = x * 1.0"\n[inputs]\nx = 1.7e308\n[expect]\nvalue = -1.7e308'
    assert not check(loads(text)).ok


@pytest.mark.parametrize(("expectation", "ok"), [("nan", True), ("inf", False), ("0.0", False)])
def test_nan_agrees_with_nan(expectation: str, ok: bool) -> None:
    text = f'program = "y = log(x)"\n[inputs]\nx = -1.0\n[expect]\nvalue = {expectation}'
    assert check(loads(text)).ok is ok


def test_an_expected_infinity_is_not_met_by_a_finite_number() -> None:
    assert not report_of("value = inf").ok


def test_the_tolerance_is_that_of_the_file() -> None:
    assert not report_of("value = 6.01").ok
    assert report_of("value = 6.01\ntolerance = 0.01").ok


def test_a_kink_is_reported_and_is_not_an_error() -> None:
    report = check(loads('program = "y = relu(x)"\n[inputs]\nx = 0.0', "kink.toml"))
    assert list(lines(report)) == ["ok    kink.toml  no expectations, 1 input against finite differences, 1 at a kink"]


def test_an_input_that_cannot_be_nudged_is_undecided() -> None:
    report = check(loads('program = "y = sqrt(x)"\n[inputs]\nx = 0.0', "edge.toml"))
    assert list(lines(report)) == ["ok    edge.toml  no expectations, 1 input against finite differences, 1 undecided"]


def test_a_sample_of_a_large_input_is_called_a_sample() -> None:
    text = f'program = "y = sum(x)"\n[inputs]\nx = {[1.0] * 100}'
    (line,) = lines(check(loads(text, "large.toml")))
    assert line.endswith("1 input against finite differences, 64 of 100 elements")


def test_a_gradient_that_finite_differences_contradict_is_wrong() -> None:
    """No operation of ours is wrong, so the run is spoiled by hand."""
    scenario = loads(TREE, "tree.toml")
    right = run(scenario.graph)
    grads = [grad * 1.5 if name == "b" else grad for name, grad in right.grads.items()]
    report = check(scenario, Timeline(right.plan, list(right.values.values()), grads, []))
    assert [(one.what, one.computed) for one in report.mismatches] == [("b.grad", 7.5)]
    assert report.mismatches[0].wanted == pytest.approx(5.0)
    assert report.mismatches[0].by.startswith("finite differences, ±")
    assert report.diagnostics == ()


def test_a_hostile_file_name_reaches_nobodys_terminal() -> None:
    report = check(loads(TREE, "\x1b]52;c;eA==\x07.toml"))
    assert next(lines(report)).isprintable()


def test_the_numbers_in_the_table_have_all_their_digits() -> None:
    report = report_of(f"value = {6 + 1e-8}")
    assert [one.wanted for one in report.mismatches] == [6 + 1e-8]
    assert "6.00000001" in list(lines(report))[2]
    assert np.isclose(report.mismatches[0].computed, 6.0)
