"""What happens where a derivative does not exist: PyTorch's answer in float64, as literal numbers."""

from __future__ import annotations

from math import e, inf, log, nan, pi, tanh
from typing import NamedTuple

import numpy as np
import pytest

from backprop_tui.engine.run import run
from backprop_tui.ops.activation import saturated
from backprop_tui.ops.registry import OPERATIONS
from backprop_tui.remarks import Remarks, remarks_on
from tests.graphs import Builder, Number, single
from tests.ops.cases import CASES


class Kink(NamedTuple):
    """An operation at its kink: operands, value, gradient of each operand."""

    op: str
    operands: tuple[Number, ...]
    value: Number
    grads: tuple[Number, ...]
    attributes: dict[str, object] = {}  # noqa: RUF012 (never written)
    note: str = ""
    """Part of what is said about it while stepping. Empty: there is nothing to say."""

    def __str__(self) -> str:
        return f"{self.op}{self.operands}".replace(" ", "")


KINKS = (
    Kink(
        "clip",
        ([0.0, 6.0, -1.0, 7.0, 3.0, nan],),
        [0.0, 6.0, 0.0, 6.0, 3.0, nan],
        ([1, 1, 0, 0, 1, 0],),
        {"min": 0, "max": 6},
        note="on a bound",
    ),
    Kink("clip", (1.0,), 0.0, (0.0,), {"min": 2, "max": 0}),
    Kink("leaky_relu", (0.0,), 0.0, (0.01,), note="the kink of leaky_relu"),
    Kink("leaky_relu", (nan,), nan, (0.01,)),
    Kink(
        "elu",
        ([0.0, nan, -inf, inf],),
        [0.0, nan, -0.5, inf],
        ([0.5, nan, 0.0, 1.0],),
        {"alpha": 0.5},
        note="a kink of elu",
    ),
    Kink("elu", (nan,), nan, (nan,), note="PyTorch makes it NaN or 1"),
    Kink("sign", ([0.0, -2.0],), [0.0, -1.0], ([0.0, 0.0],), note="where sign jumps"),
    Kink("sign", (nan,), 0.0, (0.0,), note="where sign is taken as 0"),
    Kink("floor", (1.5,), 1.0, (0.0,)),
    Kink("floor", (1.0,), 1.0, (0.0,), note="where floor jumps"),
    Kink("reciprocal", (0.0,), inf, (-inf,), note="the pole of 1 / x"),
    Kink("tan", (pi / 2,), 1.633123935319537e16, (2.6670937881135714e32,)),
    Kink("arcsin", (1.0,), pi / 2, (inf,), note="at an end of"),
    Kink("arcsin", (2.0,), nan, (nan,), note="outside -1 … 1"),
    Kink("arccos", (-1.0,), pi, (-inf,), note="at an end of"),
    Kink("log1p", (-1.0,), -inf, (inf,), note="the pole of"),
    Kink("log2", (0.0,), -inf, (inf,), note="the pole of"),
    Kink("log10", (-1.0,), nan, (-1 / log(10.0),), note="no real logarithm: the derivative is taken as"),
    Kink("hypot", (0.0, 0.0), 0.0, (nan, nan), note="the kink of a length"),
    Kink("hypot", (3e200, 4e200), 5e200, (0.6, 0.8)),
    Kink("prod", ([2.0, 0.0, 3.0],), 0.0, ([0.0, 6.0, 0.0],), note="makes its whole product 0"),
    Kink("prod", ([0.0, 5.0, 0.0],), 0.0, ([0.0, 0.0, 0.0],), note="makes its whole product 0"),
    Kink(
        "prod",
        ([[2.0, 0.0], [3.0, 4.0]],),
        [6.0, 0.0],
        ([[3.0, 4.0], [2.0, 0.0]],),
        {"axis": 0},
        note="makes its whole product 0",
    ),
    Kink("std", ([2.0, 2.0],), 0.0, ([0.0, 0.0],), note="the kink of std"),
    Kink(
        "std", ([1.0, 2.0, 4.0],), 1.247219128924647, ([-0.35634832254989923, -0.08908708063747484, 0.445435403187374],)
    ),
    Kink(
        "std",
        ([1.0, 2.0, 4.0],),
        1.5275252316519468,
        ([-0.43643578047198484, -0.1091089451179963, 0.5455447255899809],),
        {"ddof": 1},
    ),
    Kink("var", (3.0,), 0.0, (0.0,)),
    Kink("var", (3.0,), nan, (nan,), {"ddof": 1}, note="left to divide by after ddof"),
    Kink("norm", ([0.0, 0.0],), 0.0, ([0.0, 0.0],), note="the kink of its length"),
    Kink(
        "norm", ([0.0, -2.0],), 2.0, ([0.0, -1.0],), {"ord": 1}, note="the |x| that a norm of order 1 or less adds up"
    ),
    Kink("norm", ([0.0, 0.0],), 0.0, ([0.0, 0.0],), {"ord": 3}, note="the kink of its length"),
    Kink("norm", ([0.0, 4.0],), 4.0, ([0.0, 1.0],), {"ord": 0.5}, note="that a norm of order 1 or less adds up"),
    Kink("norm", ([0.0, 0.0],), 0.0, ([0.0, 0.0],), {"ord": 1.5}, note="the kink of its length"),
    Kink("norm", ([inf, 1.0, nan],), nan, ([nan, nan, nan],), {"ord": 3}),
    Kink("norm", ([inf, 1.0],), inf, ([nan, 0.0],), {"ord": 3}),
    Kink("norm", ([nan, -2.0],), nan, ([0.0, -1.0],), {"ord": 1}),
    Kink("norm", ([nan, -2.0],), nan, ([0.0, 0.0],), {"ord": "inf"}),
    Kink("norm", ([2.0, -2.0, 1.0],), 2.0, ([0.5, -0.5, 0.0],), {"ord": "inf"}, note="tie for the largest size"),
    Kink("log_sigmoid", (-1000.0,), -1000.0, (1.0,)),
    Kink("log_sigmoid", (1000.0,), 0.0, (0.0,), note="saturated: the derivative comes out as 0"),
    Kink("silu", (-1000.0,), 0.0, (0.0,), note="saturated: the derivative comes out as 0"),
    Kink("silu", (1000.0,), 1000.0, (1.0,)),
    Kink("gelu", (1.0,), 0.8413447460685429, (1.0833154705876864,)),
    Kink("gelu", (-1000.0,), 0.0, (0.0,), note="saturated: the derivative comes out as 0"),
    Kink("gelu", (1000.0,), 1000.0, (1.0,)),
    Kink("expm1", (-1000.0,), -1.0, (0.0,), note="saturated: the derivative comes out as 0"),
    Kink("cross_entropy", ([1000.0, 0.0, -1000.0], 1.0), 1000.0, ([1.0, -1.0, 0.0], 0.0)),
    Kink("cross_entropy", ([1.0, 2.0], 7.0), nan, ([nan, nan], 0.0), note="index of no class"),
    Kink("binary_cross_entropy_with_logits", (1000.0, 0.0), 1000.0, (1.0, -1000.0)),
    Kink("binary_cross_entropy_with_logits", (-1000.0, 0.0), 0.0, (0.0, 1000.0)),
    Kink("relu", (0.0,), 0.0, (0.0,), note="the kink of relu"),
    Kink("relu", ([-0.0, 0.0, 2.0],), [-0.0, 0.0, 2.0], ([0.0, 0.0, 1.0],), note="the kink of relu"),
    Kink("relu", (nan,), nan, (1.0,), note="is not a number: the derivative is taken as"),
    Kink(
        "relu",
        ([nan, -inf, inf],),
        [nan, 0.0, inf],
        ([1.0, 0.0, 1.0],),
        note="is not a number: the derivative is taken as",
    ),
    Kink("abs", (0.0,), 0.0, (0.0,), note="the kink of |x|"),
    Kink("abs", ([0.0, -2.0, nan],), [0.0, 2.0, nan], ([0.0, -1.0, 0.0],), note="the kink of |x|"),
    Kink("maximum", (2.0, 2.0), 2.0, (0.5, 0.5), note="a tie"),
    Kink("maximum", (0.0, 0.0), 0.0, (0.5, 0.5), note="a tie"),
    Kink("maximum", (nan, 1.0), nan, (1.0, 1.0), note="is not a number: both get"),
    Kink("maximum", (1.0, nan), nan, (1.0, 1.0), note="is not a number: both get"),
    Kink("maximum", ([1.0, 2.0, 3.0], 2.0), [2.0, 2.0, 3.0], ([0.0, 0.5, 1.0], 1.5), note="a tie"),
    Kink("minimum", (2.0, 2.0), 2.0, (0.5, 0.5), note="a tie"),
    Kink("minimum", (nan, 1.0), nan, (1.0, 1.0), note="is not a number: both get"),
    Kink("minimum", ([1.0, 2.0, 3.0], 2.0), [1.0, 2.0, 2.0], ([1.0, 0.5, 0.0], 1.5), note="a tie"),
    Kink("max", ([1.0, 3.0, 3.0],), 3.0, ([0.0, 0.5, 0.5],), note="tie for the largest"),
    Kink("max", ([1.0, 3.0, 3.0],), 3.0, ([0.0, 0.5, 0.5],), {"axis": 0}, note="tie for the largest"),
    Kink(
        "max",
        ([[1.0, 1.0], [0.0, 1.0]],),
        [1.0, 1.0],
        ([[1.0, 0.5], [0.0, 0.5]],),
        {"axis": 0},
        note="tie for the largest",
    ),
    Kink("max", ([1.0, nan, 3.0],), nan, ([nan, nan, nan],)),
    Kink("min", ([1.0, 1.0, 3.0],), 1.0, ([0.5, 0.5, 0.0],), note="tie for the smallest"),
    Kink("min", ([1.0, nan, 3.0],), nan, ([nan, nan, nan],)),
    Kink("sqrt", (0.0,), 0.0, (inf,), note="straight upwards"),
    Kink("sqrt", (-1.0,), nan, (nan,), note="no real root"),
    Kink("log", (0.0,), -inf, (inf,), note="the pole of"),
    Kink("log", (-1.0,), nan, (-1.0,), note="no real logarithm: the derivative is taken as"),
    Kink("log_softmax", ([inf, 1.0],), [nan, nan], ([nan, nan],)),
    Kink("div", (1.0, 0.0), inf, (inf, -inf), note="a pole of the quotient"),
    Kink("div", (0.0, 0.0), nan, (inf, nan), note="0 / 0 is not a number"),
    Kink("pow", (0.0, 0.0), 1.0, (0.0, 0.0), note="0 ** 0 is taken as 1"),
    Kink("pow", (0.0, 2.0), 0.0, (0.0, 0.0), note="ln x infinite"),
    Kink("pow", (0.0, 1.0), 0.0, (1.0, 0.0), note="ln x infinite"),
    Kink("pow", (0.0, -1.0), inf, (-inf, -inf), note="its exponent negative"),
    Kink("pow", (0.0, 0.5), 0.0, (inf, 0.0), note="straight upwards"),
    Kink("pow", (-2.0, 3.0), -8.0, (12.0, nan), note="ln x not a number"),
    Kink("pow", (-2.0, 0.5), nan, (nan, nan), note="no real power n"),
    Kink("logsumexp", ([-inf, -inf],), -inf, ([nan, nan],), note="e**(∞ - ∞)"),
    Kink("logsumexp", ([inf, 0.0],), inf, ([nan, 0.0],), note="e**(∞ - ∞)"),
    Kink("logsumexp", ([1000.0, 0.0],), 1000.0, ([1.0, 0.0],)),
    Kink("logsumexp", ([-1000.0, -1000.0],), -1000.0 + log(2.0), ([0.5, 0.5],)),
    Kink("softmax", ([1000.0, 0.0],), [1.0, 0.0], ([0.0, 0.0],), note="where softmax is flat"),
    Kink("softmax", ([-1000.0, -1000.0],), [0.5, 0.5], ([0.0, 0.0],)),
    Kink("log_softmax", ([1000.0, 0.0],), [0.0, -1000.0], ([-1.0, 1.0],)),
    Kink("softplus", (25.0,), 25.0, (1.0,), note="above 20, where softplus"),
    Kink("softplus", (1000.0,), 1000.0, (1.0,), note="above 20, where softplus"),
    Kink("softplus", (-1000.0,), 0.0, (0.0,), note="saturated: the derivative comes out as 0"),
    Kink("softplus", (20.0,), 20.000000002061153, (1 / (1 + e**-20),)),
    Kink("sigmoid", (-1000.0,), 0.0, (0.0,), note="saturated: the derivative comes out as 0"),
    Kink("sigmoid", (1000.0,), 1.0, (0.0,), note="saturated: the derivative comes out as 0"),
    Kink("tanh", (1000.0,), 1.0, (0.0,), note="saturated: the derivative comes out as 0"),
    Kink("tanh", (1.0,), tanh(1.0), (1 - tanh(1.0) ** 2,)),
    Kink("sigmoid", (9.0,), 0.9998766054240137, (0.00012337934976493025,), note="almost saturated: the derivative is"),
    Kink("tanh", (4.0,), tanh(4.0), (1 - tanh(4.0) ** 2,), note="almost saturated: the derivative is"),
    Kink("erf", (-30.0,), -1.0, (0.0,), note="saturated: the derivative comes out as 0"),
    Kink("exp2", (-2000.0,), 0.0, (0.0,), note="is 0 in float64"),
    Kink("add", (inf, -inf), nan, (1.0, 1.0), note="y = a + b is ∞ - ∞"),
    Kink("sub", (inf, inf), nan, (1.0, -1.0), note="y = a - b is ∞ - ∞"),
    Kink("mul", (0.0, -inf), nan, (-inf, 0.0), note="y = a · b is 0 · ∞"),
    Kink("div", (inf, -inf), nan, (-0.0, nan), note="y = a / b is ∞ / ∞"),
    Kink("log2", (-1.0,), nan, (-1 / log(2.0),), note="no real logarithm: the derivative is taken as"),
    Kink("log10", (0.0,), -inf, (inf,), note="the pole of log10"),
    Kink("log1p", (-2.0,), nan, (-1.0,), note="no real logarithm: the derivative is taken as"),
    Kink("arccos", (2.0,), nan, (nan,), note="outside -1 … 1"),
    Kink("var", ([1.0, 2.0],), inf, ([inf, inf],), {"ddof": 2}, note="left to divide by after ddof"),
    Kink("var", ([nan, 1.0],), nan, ([inf, inf],), {"ddof": 3}, note="left to divide by after ddof"),
    Kink("std", (3.0,), nan, (nan,), {"ddof": 1}, note="left to divide by after ddof"),
    Kink("exp", (1000.0,), inf, (inf,)),
    Kink("exp", (-1000.0,), 0.0, (0.0,), note="is 0 in float64"),
)


@pytest.mark.parametrize("kink", KINKS, ids=str)
def test_the_table(kink: Kink) -> None:
    timeline = run(single(kink.op, kink.operands, kink.attributes))
    np.testing.assert_allclose(timeline.values["y"], kink.value, rtol=1e-13, atol=0)
    operands = [node.name for node in timeline.graph.inputs]
    for name, grad in zip(operands, kink.grads, strict=True):
        np.testing.assert_allclose(timeline.grads[name], grad, rtol=1e-13, atol=0, err_msg=name)


@pytest.mark.parametrize("kink", KINKS, ids=str)
def test_what_is_met_is_said_and_nothing_else(kink: Kink) -> None:
    timeline = run(single(kink.op, kink.operands, kink.attributes))
    said = " ".join(sentence for event in timeline for sentence in remarks_on(timeline, event).kinks)
    assert (kink.note in said) if kink.note else not said


def test_a_slope_is_looked_at_for_saturation_only_far_out() -> None:
    looked_at: list[float] = []
    kink = saturated(lambda y, x: looked_at.extend(x.tolist()) or np.zeros(x.shape))
    assert kink.where(np.zeros(4), np.array([0.0, 1.0, -6.0, 800.0])).tolist() == [False, False, True, True]
    assert looked_at == [-6.0, 800.0]


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_kink_leaves_the_colon_to_what_is_taken_there(name: str) -> None:
    for kink in OPERATIONS[name].kinks:
        assert ":" not in "".join([kink.met, *kink.taken])


@pytest.mark.parametrize("name", sorted({case.op for case in CASES}))
def test_nothing_is_said_at_ordinary_points(name: str) -> None:
    for case in CASES:
        if case.op == name:
            timeline = run(case.graph)
            assert {remarks_on(timeline, event) for event in timeline} == {Remarks()}, case


@pytest.mark.parametrize("name", [name for name, operation in OPERATIONS.items() if operation.differentiable])
def test_every_kink_of_an_operation_is_met_in_the_table(name: str) -> None:
    missing = set(OPERATIONS[name].kinks)
    for row in KINKS:
        if row.op == name:
            graph = single(row.op, row.operands, row.attributes)
            *operands, y = run(graph).values.values()
            with np.errstate(all="ignore"):
                missing -= {kink for kink in missing if np.any(kink.where(y, *operands, **graph["y"].attributes))}
    assert not missing


@pytest.mark.parametrize(
    ("exponent", "value", "grad"),
    [(2.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.5, 0.0, inf), (-1.0, inf, -inf)],
)
def test_a_power_of_zero_with_a_constant_exponent(exponent: float, value: float, grad: float) -> None:
    build = Builder()
    x = build.input("x", 0.0)
    timeline = run(build.graph(build.op("pow", x, build.constant(exponent), name="y")))
    assert timeline.values["y"] == value
    assert timeline.grads["x"] == grad


def test_the_root_of_a_square_at_zero_is_zero_times_infinity() -> None:
    build = Builder()
    x = build.input("x", 0.0)
    timeline = run(build.graph(build.op("sqrt", build.op("mul", x, x), name="y")))
    assert timeline.values["y"] == 0.0
    assert np.isnan(timeline.grads["x"])


def test_zero_times_a_logarithm_of_zero_is_not_a_number() -> None:
    build = Builder()
    x = build.input("x", 0.0)
    timeline = run(build.graph(build.op("mul", x, build.op("log", x), name="y")))
    assert np.isnan(timeline.values["y"])
    assert np.isnan(timeline.grads["x"])


@pytest.mark.parametrize("op", ["relu", "maximum"])
def test_a_closed_gate_stops_even_an_infinite_gradient(op: str) -> None:
    """sqrt is infinitely steep at 0; PyTorch's gates mask what they stop, and do not multiply it by 0."""
    build = Builder()
    x, zero = build.input("x", -1.0), build.constant(0.0)
    gate = build.op("relu", x) if op == "relu" else build.op("maximum", x, zero)
    timeline = run(build.graph(build.op("sqrt", gate, name="y")))
    assert timeline.grads["x"] == 0.0


@pytest.mark.parametrize(
    ("op", "operands", "grads"),
    [
        ("cross_entropy", ([1.0, 2.0, 3.0], 1.0), ([inf, nan, inf],)),
        ("cross_entropy", ([1.0, 2.0, 3.0], [0.0, 0.5, 0.5]), ([nan, nan, nan], [inf, inf, inf])),
        ("prod", ([0.0, 5.0, 0.0],), ([0.0, 0.0, 0.0],)),
        ("prod", ([0.0, 5.0, 2.0],), ([inf, nan, nan],)),
        ("hypot", (1e308, 1e-320), (inf, inf)),
        ("hypot", (1e308, 0.0), (inf, nan)),
    ],
)
def test_what_an_infinite_gradient_becomes(op: str, operands: tuple[Number, ...], grads: tuple[Number, ...]) -> None:
    timeline = run(single(op, operands, seed=inf))
    for node, grad in zip(timeline.graph.inputs, grads, strict=False):
        np.testing.assert_array_equal(timeline.grads[node.name], grad, err_msg=node.name)


def test_an_exponent_of_zero_stops_even_an_infinite_gradient() -> None:
    assert run(single("pow", (2.0, 0.0), seed=inf)).grads["x"] == 0.0


@pytest.mark.parametrize(("op", "operands", "name"), [("log", (1e-310,), "x"), ("div", (1.0, 1e-310), "a")])
def test_a_small_gradient_over_a_tiny_number_does_not_overflow(op: str, operands: tuple[float, ...], name: str) -> None:
    assert run(single(op, operands, seed=1e-5)).grads[name] == pytest.approx(1e305, rel=1e-10)


def test_a_mask_does_not_stop_what_is_infinite_inside_it() -> None:
    """where(x > 0, log x, 0) at 0: the branch not taken has slope ∞, and 0 · ∞ is NaN, in PyTorch, too."""
    build = Builder()
    x, zero = build.input("x", 0.0), build.constant(0.0)
    mask = build.op("gt", x, zero)
    timeline = run(build.graph(build.op("where", mask, build.op("log", x), zero, name="y")))
    assert timeline.values["y"] == 0.0
    assert np.isnan(timeline.grads["x"])


@pytest.mark.parametrize("op", ["clip", "where"])
def test_the_new_gates_stop_infinite_gradients_too(op: str) -> None:
    build = Builder()
    x, zero = build.input("x", -1.0), build.constant(0.0)
    gate = build.op("clip", x, min=0.0) if op == "clip" else build.op("where", build.op("gt", x, zero), x, zero)
    assert run(build.graph(build.op("sqrt", gate, name="y"))).grads["x"] == 0.0
