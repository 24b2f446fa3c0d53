"""What happens where a derivative does not exist: PyTorch's answer in float64, as literal numbers."""

from __future__ import annotations

from math import e, inf, log, nan, pi, tanh
from typing import NamedTuple

import numpy as np
import pytest

from backprop_tui.engine.run import run
from tests.graphs import Builder, Number, single


class Kink(NamedTuple):
    """An operation at its kink: operands, value, gradient of each operand."""

    op: str
    operands: tuple[Number, ...]
    value: Number
    grads: tuple[Number, ...]
    attributes: dict[str, object] = {}  # noqa: RUF012 (never written)

    def __str__(self) -> str:
        return f"{self.op}{self.operands}".replace(" ", "")


KINKS = (
    Kink(
        "clip",
        ([0.0, 6.0, -1.0, 7.0, 3.0, nan],),
        [0.0, 6.0, 0.0, 6.0, 3.0, nan],
        ([1, 1, 0, 0, 1, 0],),
        {"min": 0, "max": 6},
    ),
    Kink("clip", (1.0,), 0.0, (0.0,), {"min": 2, "max": 0}),
    Kink("leaky_relu", (0.0,), 0.0, (0.01,)),
    Kink("leaky_relu", (nan,), nan, (0.01,)),
    Kink("elu", ([0.0, nan, -inf, inf],), [0.0, nan, -0.5, inf], ([0.5, 1.0, 0.0, 1.0],), {"alpha": 0.5}),
    Kink("sign", ([0.0, -2.0],), [0.0, -1.0], ([0.0, 0.0],)),
    Kink("floor", (1.5,), 1.0, (0.0,)),
    Kink("floor", (1.0,), 1.0, (0.0,)),
    Kink("reciprocal", (0.0,), inf, (-inf,)),
    Kink("tan", (pi / 2,), 1.633123935319537e16, (2.6670937881135714e32,)),
    Kink("arcsin", (1.0,), pi / 2, (inf,)),
    Kink("arcsin", (2.0,), nan, (nan,)),
    Kink("arccos", (-1.0,), pi, (-inf,)),
    Kink("log1p", (-1.0,), -inf, (inf,)),
    Kink("log2", (0.0,), -inf, (inf,)),
    Kink("log10", (-1.0,), nan, (-1 / log(10.0),)),
    Kink("hypot", (0.0, 0.0), 0.0, (nan, nan)),
    Kink("hypot", (3e200, 4e200), 5e200, (0.6, 0.8)),
    Kink("prod", ([2.0, 0.0, 3.0],), 0.0, ([0.0, 6.0, 0.0],)),
    Kink("prod", ([0.0, 5.0, 0.0],), 0.0, ([0.0, 0.0, 0.0],)),
    Kink("prod", ([[2.0, 0.0], [3.0, 4.0]],), [6.0, 0.0], ([[3.0, 4.0], [2.0, 0.0]],), {"axis": 0}),
    Kink("std", ([2.0, 2.0],), 0.0, ([0.0, 0.0],)),
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
    Kink("var", (3.0,), nan, (nan,), {"ddof": 1}),
    Kink("norm", ([0.0, 0.0],), 0.0, ([0.0, 0.0],)),
    Kink("norm", ([0.0, -2.0],), 2.0, ([0.0, -1.0],), {"ord": 1}),
    Kink("norm", ([2.0, -2.0, 1.0],), 2.0, ([0.5, -0.5, 0.0],), {"ord": "inf"}),
    Kink("log_sigmoid", (-1000.0,), -1000.0, (1.0,)),
    Kink("log_sigmoid", (1000.0,), 0.0, (0.0,)),
    Kink("silu", (-1000.0,), 0.0, (0.0,)),
    Kink("silu", (1000.0,), 1000.0, (1.0,)),
    Kink("gelu", (1.0,), 0.8413447460685429, (1.0833154705876864,)),
    Kink("gelu", (-1000.0,), 0.0, (0.0,)),
    Kink("gelu", (1000.0,), 1000.0, (1.0,)),
    Kink("expm1", (-1000.0,), -1.0, (0.0,)),
    Kink("cross_entropy", ([1000.0, 0.0, -1000.0], 1.0), 1000.0, ([1.0, -1.0, 0.0], 0.0)),
    Kink("cross_entropy", ([1.0, 2.0], 7.0), nan, ([nan, nan], 0.0)),
    Kink("binary_cross_entropy_with_logits", (1000.0, 0.0), 1000.0, (1.0, -1000.0)),
    Kink("binary_cross_entropy_with_logits", (-1000.0, 0.0), 0.0, (0.0, 1000.0)),
    Kink("relu", (0.0,), 0.0, (0.0,)),
    Kink("relu", ([-0.0, 0.0, 2.0],), [-0.0, 0.0, 2.0], ([0.0, 0.0, 1.0],)),
    Kink("relu", (nan,), nan, (1.0,)),
    Kink("relu", ([nan, -inf, inf],), [nan, 0.0, inf], ([1.0, 0.0, 1.0],)),
    Kink("abs", (0.0,), 0.0, (0.0,)),
    Kink("abs", ([0.0, -2.0, nan],), [0.0, 2.0, nan], ([0.0, -1.0, 0.0],)),
    Kink("maximum", (2.0, 2.0), 2.0, (0.5, 0.5)),
    Kink("maximum", (0.0, 0.0), 0.0, (0.5, 0.5)),
    Kink("maximum", (nan, 1.0), nan, (1.0, 1.0)),
    Kink("maximum", (1.0, nan), nan, (1.0, 1.0)),
    Kink("maximum", ([1.0, 2.0, 3.0], 2.0), [2.0, 2.0, 3.0], ([0.0, 0.5, 1.0], 1.5)),
    Kink("minimum", (2.0, 2.0), 2.0, (0.5, 0.5)),
    Kink("minimum", (nan, 1.0), nan, (1.0, 1.0)),
    Kink("minimum", ([1.0, 2.0, 3.0], 2.0), [1.0, 2.0, 2.0], ([1.0, 0.5, 0.0], 1.5)),
    Kink("max", ([1.0, 3.0, 3.0],), 3.0, ([0.0, 0.5, 0.5],)),
    Kink("max", ([1.0, 3.0, 3.0],), 3.0, ([0.0, 0.5, 0.5],), {"axis": 0}),
    Kink("max", ([[1.0, 1.0], [0.0, 1.0]],), [1.0, 1.0], ([[1.0, 0.5], [0.0, 0.5]],), {"axis": 0}),
    Kink("max", ([1.0, nan, 3.0],), nan, ([nan, nan, nan],)),
    Kink("min", ([1.0, 1.0, 3.0],), 1.0, ([0.5, 0.5, 0.0],)),
    Kink("min", ([1.0, nan, 3.0],), nan, ([nan, nan, nan],)),
    Kink("sqrt", (0.0,), 0.0, (inf,)),
    Kink("sqrt", (-1.0,), nan, (nan,)),
    Kink("log", (0.0,), -inf, (inf,)),
    Kink("log", (-1.0,), nan, (-1.0,)),
    Kink("log_softmax", ([inf, 1.0],), [nan, nan], ([nan, nan],)),
    Kink("div", (1.0, 0.0), inf, (inf, -inf)),
    Kink("div", (0.0, 0.0), nan, (inf, nan)),
    Kink("pow", (0.0, 0.0), 1.0, (0.0, 0.0)),
    Kink("pow", (0.0, 2.0), 0.0, (0.0, 0.0)),
    Kink("pow", (0.0, 1.0), 0.0, (1.0, 0.0)),
    Kink("pow", (0.0, -1.0), inf, (-inf, -inf)),
    Kink("pow", (0.0, 0.5), 0.0, (inf, 0.0)),
    Kink("pow", (-2.0, 3.0), -8.0, (12.0, nan)),
    Kink("pow", (-2.0, 0.5), nan, (nan, nan)),
    Kink("logsumexp", ([-inf, -inf],), -inf, ([nan, nan],)),
    Kink("logsumexp", ([inf, 0.0],), inf, ([nan, 0.0],)),
    Kink("logsumexp", ([1000.0, 0.0],), 1000.0, ([1.0, 0.0],)),
    Kink("logsumexp", ([-1000.0, -1000.0],), -1000.0 + log(2.0), ([0.5, 0.5],)),
    Kink("softmax", ([1000.0, 0.0],), [1.0, 0.0], ([0.0, 0.0],)),
    Kink("softmax", ([-1000.0, -1000.0],), [0.5, 0.5], ([0.0, 0.0],)),
    Kink("log_softmax", ([1000.0, 0.0],), [0.0, -1000.0], ([-1.0, 1.0],)),
    Kink("softplus", (25.0,), 25.0, (1.0,)),
    Kink("softplus", (1000.0,), 1000.0, (1.0,)),
    Kink("softplus", (-1000.0,), 0.0, (0.0,)),
    Kink("softplus", (20.0,), 20.000000002061153, (1 / (1 + e**-20),)),
    Kink("sigmoid", (-1000.0,), 0.0, (0.0,)),
    Kink("sigmoid", (1000.0,), 1.0, (0.0,)),
    Kink("tanh", (1000.0,), 1.0, (0.0,)),
    Kink("tanh", (1.0,), tanh(1.0), (1 - tanh(1.0) ** 2,)),
    Kink("exp", (1000.0,), inf, (inf,)),
    Kink("exp", (-1000.0,), 0.0, (0.0,)),
)


@pytest.mark.parametrize("kink", KINKS, ids=str)
def test_the_table(kink: Kink) -> None:
    timeline = run(single(kink.op, kink.operands, kink.attributes))
    np.testing.assert_allclose(timeline.values["y"], kink.value, rtol=1e-13, atol=0)
    operands = [node.name for node in timeline.graph.inputs]
    for name, grad in zip(operands, kink.grads, strict=True):
        np.testing.assert_allclose(timeline.grads[name], grad, rtol=1e-13, atol=0, err_msg=name)


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
