"""What PyTorch adds to the report of a check."""

from __future__ import annotations

import re

import pytest

from backprop_tui.check import Report, check, lines
from backprop_tui.engine.run import run
from backprop_tui.engine.timeline import Timeline
from backprop_tui.lenses.autograd import LISTED
from backprop_tui.scenario import loads
from tests.torch.reference import torch

TREE = 'program = """\nc = a + b\nd = b + 1\ne = c * d\n"""\n[inputs]\na = 2.0\nb = 1.0\n'
LAYER = f'program = "h = tanh(W)\\nloss = sum(h * h)"\n[inputs]\nW = {[[0.1, 0.2, 0.3, 0.4]] * 4}'
VERSION = torch.__version__.partition("+")[0]


def spoiled(text: str, *, value: str = "", grad: str = "", factor: float = 1 + 1e-9) -> Report:
    """The check of a run with one value or one gradient that is off; so little that only PyTorch sees it."""
    scenario = loads(text, "x.toml")
    right = run(scenario.graph)
    values = [number * factor if name == value else number for name, number in right.values.items()]
    grads = [number * factor if name == grad else number for name, number in right.grads.items()]  # type: ignore[operator]
    return check(scenario, Timeline(right.plan, values, grads, []))


def test_it_says_how_many_nodes_pytorch_agrees_about() -> None:
    (line,) = lines(check(loads(TREE, "tree.toml")))
    assert line == (
        f"ok    tree.toml  no expectations, 5 nodes against finite differences, 5 against PyTorch {VERSION}"
    )


def test_what_was_given_is_not_counted() -> None:
    text = 'program = "y = x * k"\n[inputs]\nx = 1.0\nk = { value = 2.0, requires_grad = false }'
    (line,) = lines(check(loads(text)))
    assert line.endswith(f"2 nodes against finite differences, 2 against PyTorch {VERSION}")


@pytest.mark.parametrize("name", ["a", "c", "e"])
def test_a_gradient_that_differs_is_named_with_both_numbers(name: str) -> None:
    report = spoiled(TREE, grad=name, factor=1 + 1e-9)
    (mismatch,) = [one for one in report.mismatches if one.by == f"PyTorch {VERSION}"]
    right = float(run(loads(TREE).graph).grads[name])  # type: ignore[arg-type]
    assert (mismatch.what, mismatch.element) == (f"{name}.grad", ())
    assert (mismatch.computed, mismatch.wanted) == (right * (1 + 1e-9), right)
    assert not report.ok


def test_a_value_that_differs_is_a_row_of_the_table() -> None:
    first, head, row = lines(spoiled(TREE, value="e", factor=1 + 2**-30))
    assert first.endswith("1 disagreement")
    assert head.split() == ["what", "element", "computed", "wanted", "difference", "by"]
    assert re.split(r"  +", row.strip()) == ["e", "6.0000000055879354", "6", "5.588e-9", f"PyTorch {VERSION}"]


def test_elements_are_named_and_the_rest_is_counted() -> None:
    report = spoiled(LAYER, grad="W", factor=1 + 2e-10)
    assert [one.element for one in report.mismatches] == [divmod(flat, 4) for flat in range(LISTED)]
    assert report.wrong == 16
    assert list(lines(report))[-1] == f"      and {16 - LISTED} more"


def test_a_verbose_report_says_how_far_pytorch_is() -> None:
    _, head, *rows = lines(check(loads(LAYER)), verbose=True)
    column = slice(head.index("PyTorch"), head.index("verdict"))
    assert all(0 <= float(row[column]) < 1e-14 for row in rows)
    assert all(row.endswith("  ok") for row in rows)
    *_, head, a, b, c, one, d, e = lines(spoiled(TREE, value="e"), verbose=True)
    assert [row.split()[-1] for row in (a, b, c, one, d, e)] == ["ok", "ok", "ok", "given", "ok", "DIFFERS"]
    assert float(e[head.index("PyTorch") :].split()[0]) == 6e-9


def test_left_out_it_is_not_mentioned() -> None:
    report = check(loads(TREE), pytorch=False)
    assert report.autograd is None
    assert not any("PyTorch" in line for line in lines(report))


def test_its_reason_to_give_up_has_no_full_stop_inside_the_line() -> None:
    text = 'program = "y = cross_entropy(x, t)"\n[inputs]\nx = [1.0, 2.0]\nt = { value = 7, requires_grad = false }'
    (line,) = lines(check(loads(text)))
    assert ", not against PyTorch, which gives up: IndexError: Target 7 is out of bounds, 3 undecided" in line


@pytest.mark.parametrize("size", [1, 3, 8, 9, 17])
def test_elu_of_nan_of_which_pytorch_has_two_opinions_is_no_disagreement(size: int) -> None:
    """Its vectorised loop makes the slope NaN, the loop over what is left of an array makes it 1."""
    text = f'program = """\nh = log(x)\ny = sum(elu(h))\n"""\n[inputs]\nx = {[-1.0] * size}'
    assert check(loads(text)).ok


def test_nan_elsewhere_still_is_one() -> None:
    text = 'program = """\nh = log(x)\ny = sum(elu(h))\n"""\n[inputs]\nx = [-1.0, 2.0, 3.0]'
    assert spoiled(text, grad="y", factor=float("nan")).wrong
    assert spoiled(text, grad="h", factor=2.0).wrong


def test_pytorch_that_gives_up_is_a_part_of_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backprop_tui.lenses.autograd.BUDGET", 1)
    report = check(loads(TREE, "tree.toml"))
    assert report.ok
    assert next(lines(report)).endswith(
        "5 nodes against finite differences, not against PyTorch, which would take too long"
    )
