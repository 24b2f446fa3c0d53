"""The stable forms far out, next to 0 and beyond: against 60 digits of `decimal`, and against literal numbers."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Context, Decimal, localcontext
from math import inf, log, nan
from typing import NamedTuple

import numpy as np
import pytest

from backprop_tui.engine.run import run
from backprop_tui.graph import Value
from backprop_tui.ops.broadcasting import unbroadcast
from backprop_tui.ops.operation import plain
from backprop_tui.ops.registry import OPERATIONS
from backprop_tui.remarks import remarks_on
from tests.graphs import Builder, Number, same_bits, single, value_of
from tests.ops.test_kinks import KINKS, Kink

DIGITS = Context(prec=60, Emin=-9_999_999, Emax=9_999_999)
TINY = 5e-324
"""The smallest number above 0."""
SUBNORMAL = 2.3e-308
"""Below it float64 has ever fewer digits."""
POINTS = tuple(
    sign * size
    for size in (1000.0, 745.0, 708.0, 300.0, 40.0, 37.0, 19.5, 5.0, 1.0, 1e-3, 1e-8, 1e-16, 1e-300, TINY, 0.0)
    for sign in (1.0, -1.0)
)

Real = Callable[[Decimal], Decimal]


def sigmoid(x: Decimal) -> Decimal:
    return 1 / (1 + (-x).exp())


def log_1_plus_exp(x: Decimal) -> Decimal:
    """ln(1 + eˣ): for x far below 0, 1 + eˣ has no digit of eˣ left, which then is the answer."""
    return (1 + x.exp()).ln() if x > -50 else x.exp()


def tanh(x: Decimal) -> Decimal:
    return x if abs(x) < Decimal("1e-20") else 1 - 2 * sigmoid(-2 * x)


def expm1(x: Decimal) -> Decimal:
    return x + x * x / 2 if abs(x) < Decimal("1e-20") else x.exp() - 1


TRUTH: dict[str, tuple[Real, Real]] = {
    "sigmoid": (sigmoid, lambda x: sigmoid(x) * sigmoid(-x)),
    "softplus": (log_1_plus_exp, sigmoid),
    "log_sigmoid": (lambda x: -log_1_plus_exp(-x), lambda x: sigmoid(-x)),
    "tanh": (tanh, lambda x: 4 * sigmoid(2 * x) * sigmoid(-2 * x)),
    "silu": (lambda x: x * sigmoid(x), lambda x: sigmoid(x) * (1 + x * sigmoid(-x))),
    "elu": (lambda x: x if x > 0 else expm1(x), lambda x: Decimal(1) if x > 0 else x.exp()),
}
"""Value and derivative."""


def of(function: Callable[..., Decimal], *numbers: float) -> float:
    """A function of exact numbers, rounded once. What overflows is infinite."""
    with localcontext(DIGITS):
        return float(function(*map(Decimal, numbers)))


def assert_is(found: Value | None, expected: Number, what: str, *, floor: float = SUBNORMAL) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-13, atol=floor, err_msg=what)


@pytest.mark.parametrize("op", TRUTH)
@pytest.mark.parametrize("x", POINTS)
def test_values_and_slopes_to_13_digits(op: str, x: float) -> None:
    """A slope such as 1 - y² loses what is smaller than the last digit of 1, as it does in PyTorch."""
    value, slope = TRUTH[op]
    scalar, array = run(single(op, (x,))), run(single(op, ([x, x],)))
    assert_is(scalar.values["y"], of(value, x), "value")
    assert_is(scalar.grads["x"], of(slope, x), "slope", floor=4e-16)
    assert_is(array.values["y"], [of(value, x)] * 2, "values")
    assert_is(array.grads["x"], [of(slope, x)] * 2, "slopes", floor=4e-16)


@pytest.mark.parametrize("x", [one for one in POINTS if one < 709])
def test_expm1_to_13_digits(x: float) -> None:
    timeline = run(single("expm1", (x,)))
    assert_is(timeline.values["y"], of(expm1, x), "value")
    assert_is(timeline.grads["x"], of(lambda x: x.exp(), x), "slope", floor=4e-16)


PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494")


def erf(x: Decimal) -> Decimal:
    """Its Taylor series, for |x| up to 5 or so."""
    term = total = x
    for n in range(1, 200):
        term *= -x * x / n
        total += term / (2 * n + 1)
    return 2 * total / PI.sqrt()


def below(x: Decimal) -> Decimal:
    return (1 + erf(x / Decimal(2).sqrt())) / 2


@pytest.mark.parametrize("x", [5.0, -5.0, 1.0, -1.0, 0.5, 1e-8, -1e-16, TINY, 0.0])
def test_the_error_function_and_gelu_to_13_digits(x: float) -> None:
    """1 + erf loses what is smaller than the last digit of 1, as it does in PyTorch."""
    curve, gelu = run(single("erf", (x,))), run(single("gelu", (x,)))
    assert_is(curve.values["y"], of(erf, x), "erf")
    assert_is(curve.grads["x"], of(lambda x: 2 / PI.sqrt() * (-x * x).exp(), x), "bell curve")
    assert_is(gelu.values["y"], of(lambda x: x * below(x), x), "gelu", floor=1e-15 * abs(x) + SUBNORMAL)
    slope = of(lambda x: below(x) + x * (-x * x / 2).exp() / (2 * PI).sqrt(), x)
    assert_is(gelu.grads["x"], slope, "slope of gelu", floor=1e-15)


@pytest.mark.parametrize("x", [1e308, 1000.0, 1.0, 1e-8, 1e-16, -1e-16, 1e-300, TINY, 0.0, -0.5, -1 + 2.0**-53])
def test_log1p_to_13_digits(x: float) -> None:
    def value(x: Decimal) -> Decimal:
        return x - x * x / 2 if abs(x) < Decimal("1e-20") else (1 + x).ln()

    timeline = run(single("log1p", (x,)))
    assert_is(timeline.values["y"], of(value, x), "value")
    assert_is(timeline.grads["x"], of(lambda x: 1 / (1 + x), x), "slope")


ROWS = (
    [1000.0, 0.0, -1000.0],
    [1000.0, 1000.0],
    [-1000.0, -1000.0, -1001.0],
    [1e8, 1e8 + 1, 1e8 + 2],
    [1e15, -1e15],
    [-745.0, -700.0],
    [TINY, -0.0, 0.0],
    [40.0, 0.0],
    [3.0],
)


def log_sum_exp(*x: Decimal) -> Decimal:
    top = max(x)
    return top + sum((one - top).exp() for one in x).ln() if len(x) > 1 else top


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_softmax_family_to_13_digits(row: list[float]) -> None:
    """And cross-entropy with it: its gradient is softmax less the target."""
    size = max(1.0, *map(abs, row))
    with localcontext(DIGITS):
        exact = [Decimal(x) for x in row]
        total = log_sum_exp(*exact)
        logs = [float(x - total) for x in exact]
        shares = [float((x - total).exp()) for x in exact]
    log_sums, softmaxes, log_softmaxes = (run(single(op, (row,))) for op in ("logsumexp", "softmax", "log_softmax"))
    assert_is(log_sums.values["y"], float(total), "logsumexp")
    assert_is(log_sums.grads["x"], shares, "softmax", floor=1e-15 * size)
    assert_is(softmaxes.values["y"], shares, "softmax")
    assert_is(softmaxes.grads["x"], [0.0] * len(row), "shares always add up to 1", floor=1e-15)
    assert_is(log_softmaxes.values["y"], logs, "log_softmax", floor=1e-15)
    loss = run(single("cross_entropy", (row, [1.0] + [0.0] * (len(row) - 1))))
    assert_is(loss.values["y"], -logs[0], "cross_entropy", floor=1e-15)
    assert_is(loss.grads["logits"], [shares[0] - 1, *shares[1:]], "gradient", floor=1e-15)
    assert_is(loss.grads["targets"], [-one for one in logs], "by the targets", floor=1e-15)


@pytest.mark.parametrize("target", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("x", POINTS)
def test_binary_cross_entropy_to_13_digits(x: float, target: float) -> None:
    def loss(x: Decimal, t: Decimal) -> Decimal:
        return t * log_1_plus_exp(-x) + (1 - t) * log_1_plus_exp(x)

    timeline = run(single("binary_cross_entropy_with_logits", (x, target)))
    assert_is(timeline.values["y"], of(loss, x, target), "value")
    assert_is(timeline.grads["logits"], of(lambda x, t: sigmoid(x) - t, x, target), "by the logit", floor=1e-16)
    assert same_bits(timeline.grads["targets"], value_of(-x))


@pytest.mark.parametrize(("a", "b"), [(3e200, 4e200), (1e308, 1e308), (3e-200, -4e-200), (1e300, 1.0), (-5.0, 12.0)])
def test_hypot_to_13_digits(a: float, b: float) -> None:
    timeline = run(single("hypot", (a, b)))
    assert_is(timeline.values["y"], of(lambda a, b: (a * a + b * b).sqrt(), a, b), "value")
    assert_is(timeline.grads["a"], of(lambda a, b: a / (a * a + b * b).sqrt(), a, b), "by a")
    assert_is(timeline.grads["b"], of(lambda a, b: b / (a * a + b * b).sqrt(), a, b), "by b")


SPREAD = ([1000.0, -1000.0, 500.0], [1e8, 1e8 + 1, 1e8 + 2], [1e150, -1e150], [1e-150, 3e-150], [0.1, 0.1, 0.1])


@pytest.mark.parametrize("row", SPREAD, ids=str)
def test_variance_deviation_and_length_to_13_digits(row: list[float]) -> None:
    with localcontext(DIGITS):
        exact = [Decimal(x) for x in row]
        mean = sum(exact) / len(exact)
        variance = sum((x - mean) ** 2 for x in exact) / len(exact)
        length = sum(x * x for x in exact).sqrt()
        slopes = [float(2 * (x - mean) / len(exact)) for x in exact]
        unit = [float(x / length) for x in exact]
    spread, deviation, norm = (run(single(op, (row,))) for op in ("var", "std", "norm"))
    rounding = 1e-15 * max(map(abs, row))
    assert_is(spread.values["y"], float(variance), "var", floor=rounding * rounding)
    assert_is(spread.grads["x"], slopes, "slopes of var", floor=rounding)
    assert_is(deviation.values["y"], float(variance.sqrt()), "std", floor=rounding)
    assert_is(norm.values["y"], float(length), "norm")
    assert_is(norm.grads["x"], unit, "slopes of norm")


class Extreme(NamedTuple):
    """An operation where no series helps: operands, value, gradient of each operand. The signs of zeros count."""

    op: str
    operands: tuple[Number, ...]
    value: Number
    grads: tuple[Number, ...]
    attributes: dict[str, object] = {}  # noqa: RUF012 (never written)

    def __str__(self) -> str:
        return f"{self.op}{self.operands}".replace(" ", "")


FAR = [1e308, -1e308, inf, -inf, nan]
EXTREMES = (
    Extreme("sigmoid", (FAR,), [1.0, 0.0, 1.0, 0.0, nan], ([0.0, 0.0, 0.0, 0.0, nan],)),
    Extreme("softplus", (FAR,), [1e308, 0.0, inf, 0.0, nan], ([1.0, 0.0, 1.0, 0.0, nan],)),
    Extreme("softplus", ([20.5, 30.0],), [20.5, 30.0], ([1.0, 1.0],)),  # PyTorch's threshold
    Extreme("log_sigmoid", (FAR,), [0.0, -1e308, 0.0, -inf, nan], ([0.0, 1.0, 0.0, 1.0, nan],)),
    Extreme("tanh", (FAR,), [1.0, -1.0, 1.0, -1.0, nan], ([0.0, 0.0, 0.0, 0.0, nan],)),
    Extreme("tanh", ([TINY, -0.0],), [TINY, -0.0], ([1.0, 1.0],)),
    Extreme("silu", ([1e308, -1e308, inf],), [1e308, -0.0, inf], ([1.0, 0.0, nan],)),
    Extreme("gelu", ([1e308, -1e308, 1000.0, -1000.0],), [1e308, -0.0, 1000.0, -0.0], ([1.0, 0.0, 1.0, 0.0],)),
    Extreme(
        "gelu",
        ([1000.0, -1000.0, 0.0, -0.0],),
        [1000.0, -0.0, 0.0, -0.0],
        ([1.0, 0.0, 0.5, 0.5],),
        {"approximate": "tanh"},
    ),
    Extreme("elu", (FAR,), [1e308, -1.0, inf, -1.0, nan], ([1.0, 0.0, 1.0, 0.0, nan],)),
    Extreme("expm1", (FAR,), [inf, -1.0, inf, -1.0, nan], ([inf, 0.0, inf, 0.0, nan],)),
    Extreme("log1p", ([inf, -1.0, -2.0, nan],), [inf, -inf, nan, nan], ([0.0, inf, -1.0, nan],)),
    Extreme("erf", (FAR,), [1.0, -1.0, 1.0, -1.0, nan], ([0.0, 0.0, 0.0, 0.0, nan],)),
    Extreme(  # PyTorch 2.13
        "gelu",
        ([1.0, -2.0],),
        [0.8411919906082768, -0.04540230591222494],
        ([1.0829640838457826, -0.0860992566236183],),
        {"approximate": "tanh"},
    ),
    Extreme("prod", ([0.0, 0.0],), 0.0, ([0.0, 0.0],)),
    Extreme("prod", ([0.0],), 0.0, ([1.0],)),
    Extreme("hypot", (inf, nan), inf, (nan, nan)),
    Extreme("hypot", (inf, 1.0), inf, (nan, 0.0)),
    Extreme("hypot", (TINY, 0.0), TINY, (1.0, 0.0)),
    Extreme("logsumexp", ([1e308, -1e308],), 1e308, ([1.0, 0.0],)),
    Extreme(
        "logsumexp", ([-1e308, -1e308],), -1e308, ([1.0, 1.0],)
    ),  # ln 2 is lost in the last digit, and so the shares
    Extreme("logsumexp", ([-inf, 0.0],), 0.0, ([0.0, 1.0],)),
    Extreme("softmax", ([1e308, -1e308],), [1.0, 0.0], ([0.0, 0.0],)),
    Extreme("softmax", ([-inf, 0.0],), [0.0, 1.0], ([0.0, 0.0],)),
    Extreme("log_softmax", ([-inf, 0.0],), [-inf, 0.0], ([1.0, -1.0],)),
    Extreme("log_softmax", ([1e308, 1e308],), [-log(2.0), -log(2.0)], ([0.0, 0.0],)),
    Extreme("cross_entropy", ([1e308, 0.0], [0.0, 1.0]), 1e308, ([1.0, -1.0], [0.0, 1e308])),
    Extreme("binary_cross_entropy_with_logits", (1e308, 1.0), 0.0, (0.0, -1e308)),
    Extreme("binary_cross_entropy_with_logits", (-1e308, 1.0), 1e308, (-1.0, 1e308)),
    Extreme("binary_cross_entropy_with_logits", (inf, 0.0), inf, (1.0, -inf)),
    Extreme("binary_cross_entropy_with_logits", (inf, 0.25), inf, (0.75, -inf)),
    Extreme("binary_cross_entropy_with_logits", (inf, 1.0), nan, (0.0, -inf)),
    Extreme("binary_cross_entropy_with_logits", (-inf, 0.0), nan, (0.0, inf)),
    Extreme("binary_cross_entropy_with_logits", (-inf, 0.25), nan, (-0.25, inf)),
    Extreme("binary_cross_entropy_with_logits", (-inf, 1.0), nan, (-1.0, inf)),
    Extreme("binary_cross_entropy_with_logits", (-inf, 2.0), inf, (-2.0, inf)),
    Extreme("norm", ([1e200, 1e200],), inf, ([0.0, 0.0],)),  # squares overflow, in PyTorch too; hypot does not
    Extreme("norm", ([1e308, -1.0],), 1e308, ([1.0, 0.0],), {"ord": "inf"}),
    Extreme("norm", ([1e200, -1e200],), 2e200, ([1.0, -1.0],), {"ord": 1}),
    Extreme("norm", ([inf, 1.0],), inf, ([nan, 0.0],)),
    Extreme("std", ([TINY, TINY],), 0.0, ([0.0, 0.0],)),
    Extreme("var", ([inf, 1.0],), nan, ([nan, -inf],)),
)


@pytest.mark.parametrize("extreme", EXTREMES, ids=str)
def test_the_table(extreme: Extreme) -> None:
    timeline = run(single(extreme.op, extreme.operands, extreme.attributes))
    found = [timeline.values["y"], *(timeline.grads[node.name] for node in timeline.graph.inputs)]
    for one, expected in zip(found, (extreme.value, *extreme.grads), strict=True):
        np.testing.assert_allclose(one, expected, rtol=1e-14, atol=0)
    zeros = (value_of(extreme.value) == 0) & (np.signbit(timeline.values["y"]) != np.signbit(value_of(extreme.value)))
    assert not np.any(zeros)


@pytest.mark.parametrize("one", [*KINKS, *EXTREMES], ids=str)
def test_the_local_derivative_that_is_shown_is_the_one_that_is_used(one: Kink | Extreme) -> None:
    """For an upstream gradient of 1 a rule and the local derivative beside it say the same, at kinks and far out."""
    timeline = run(single(one.op, one.operands, one.attributes))
    operands = [timeline.values[node.name] for node in timeline.graph.inputs]
    node = timeline.graph["y"]
    for derivative, operand in zip(OPERATIONS[one.op].derivatives, timeline.graph.inputs, strict=False):
        if derivative.local:
            with np.errstate(all="ignore"):
                local = derivative.local(timeline.values["y"], *operands, **node.attributes)
            assert local.dtype == np.float64
            expected = unbroadcast(plain(np.broadcast_to(local, node.shape)), operand.shape)
            np.testing.assert_allclose(timeline.grads[operand.name], expected, rtol=1e-15)


@pytest.mark.parametrize(("op", "x"), [("softplus", -710.0), ("log_sigmoid", 710.0), ("softplus", -740.0)])
def test_a_slope_is_left_where_one_over_one_plus_exp_has_overflowed(op: str, x: float) -> None:
    timeline = run(single(op, (x,), seed=1e300))
    assert timeline.grads["x"] == pytest.approx(1e300 * of(lambda x: x.exp(), -abs(x)), rel=1e-15)
    assert not any(remarks_on(timeline, event).kinks for event in timeline)


@pytest.mark.parametrize("op", ["sign", "floor"])
def test_what_is_flat_stays_flat_where_there_is_no_number(op: str) -> None:
    assert run(single(op, (nan,))).grads["x"] == 0.0
    assert same_bits(run(single(op, ([nan, inf, -inf],))).grads["x"], np.zeros(3))


@pytest.mark.parametrize(
    ("op", "operand", "upstream"),
    [
        ("sign", -2.0, inf),
        ("sign", [0.0, 3.0], [inf, nan]),
        ("floor", 1.5, -inf),
        ("std", [2.0, 2.0], inf),
        ("std", 5.0, inf),
    ],
)
def test_where_nothing_passes_an_infinite_gradient_does_not_either(op: str, operand: Number, upstream: Number) -> None:
    timeline = run(single(op, (operand,), seed=upstream))
    assert same_bits(timeline.grads["x"], value_of(np.zeros(np.shape(operand))))


@pytest.mark.parametrize("op", ["maximum", "minimum"])
def test_a_tie_halves_whatever_comes_back(op: str) -> None:
    timeline = run(single(op, ([1.0, 2.0], 2.0), seed=[5.0, 3.0]))
    assert same_bits(timeline.grads["a"], value_of([0.0 if op == "maximum" else 5.0, 1.5]))
    assert timeline.grads["b"] == (6.5 if op == "maximum" else 1.5)


def test_nothing_of_an_upstream_nan_is_lost_in_a_factor_of_zero() -> None:
    build = Builder()
    x = build.input("x", 3.0)
    timeline = run(build.graph(build.op("mul", build.op("mul", x, build.constant(0.0)), build.constant(nan), name="y")))
    assert np.isnan(timeline.values["y"])
    assert np.isnan(timeline.grads["x"])


def test_the_first_share_of_a_saturated_softmax() -> None:
    build = Builder()
    x = build.input("x", [1000.0, 0.0])
    timeline = run(build.graph(build.op("index", build.op("softmax", x), index=(0,), name="y")))
    assert timeline.values["y"] == 1.0
    assert same_bits(timeline.grads["x"], value_of([0.0, -0.0]))
