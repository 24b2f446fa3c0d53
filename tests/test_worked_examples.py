"""Worked examples from the literature, with every published number: our values and gradients are theirs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backprop_tui.engine.run import run
from backprop_tui.engine.timeline import Timeline
from backprop_tui.lenses.finite_differences import finite_differences
from backprop_tui.scenario import loads

_FILE = Path(__file__).parent / "data" / "worked-examples.json"
CASES: list[dict[str, Any]] = json.loads(_FILE.read_text(encoding="utf-8"))["cases"]
PRINTED = [case for case in CASES if case["published_tol"] is not None]
"""The examples whose source prints numbers, not only formulas."""


def timeline_of(case: dict[str, Any]) -> Timeline:
    """The run of a worked example. An array output is seeded with ones, which its book does not write down."""
    inputs = "\n".join(f"{json.dumps(name)} = {json.dumps(value)}" for name, value in case["inputs"].items())
    shape = np.shape(case["value"])
    seed = f"seed = {np.ones(shape).tolist()}" if shape else ""
    program = "\n".join(case["program"])
    return run(loads(f"program = '''\n{program}\n'''\noutput = '{case['output']}'\n{seed}\n[inputs]\n{inputs}").graph)


def assert_close(got: object, want: object, tolerance: float, what: str) -> None:
    np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance, err_msg=what)  # type: ignore[arg-type]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_every_value_and_every_gradient(case: dict[str, Any]) -> None:
    timeline = timeline_of(case)
    assert_close(timeline.values[case["output"]], case["value"], case["tol"], "value")
    for name, value in case["values"].items():
        assert_close(timeline.values[name], value, case["tol"], f"value of {name}")
    for name, grad in case["grads"].items():
        assert_close(timeline.grads[name], grad, case["tol"], f"gradient of {name}")


@pytest.mark.parametrize("case", PRINTED, ids=lambda case: case["name"])
def test_the_numbers_as_they_were_printed(case: dict[str, Any]) -> None:
    """Rounded as in the source: the tolerance is that of the last printed digit."""
    timeline, published = timeline_of(case), case["published"]
    tolerance = max(case["published_tol"], case["tol"])
    if "value" in published:
        assert_close(timeline.values[case["output"]], published["value"], tolerance, "value")
    for name, value in published.get("nodes", {}).items():
        assert_close(timeline.values[name], value, tolerance, f"value of {name}")
    for name, grad in published.get("grads", {}).items():
        assert_close(timeline.grads[name], grad, tolerance, f"gradient of {name}")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_finite_differences_have_nothing_against_them(case: dict[str, Any]) -> None:
    assert finite_differences(timeline_of(case)).differing == ()
