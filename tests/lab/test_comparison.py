"""Two runs side by side: what counts as a difference, where the two part, and what is wrong in the end."""

from __future__ import annotations

import numpy as np
import pytest

import backprop_tui as bp
from backprop_tui.engine.events import Accumulate
from backprop_tui.lab.comparison import alike, compare, factor
from backprop_tui.lab.noticing import noticed
from backprop_tui.lab.parting import Kind
from backprop_tui.lab.showing import broken_side, right_side, words
from backprop_tui.progress import Cancelled, Progress
from tests.graphs import diamond, tree, value_of
from tests.lab.runs import broken, fault_of

NAN, INF = float("nan"), float("inf")
MINUS_MATRIX = 'program = """\ny = sum(W @ x)\n"""\n[inputs]\nW = [[1.0, 2.0], [3.0, 4.0]]\nx = [1.0, 1.0]\n'


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (1.0, 1.0, True),
        (1.0, 1.0 + 1e-12, True),
        (1.0, 1.0 + 1e-6, False),
        (1e-30, 2e-30, False),
        (0.0, 1e-30, False),
        (NAN, NAN, True),
        (NAN, 1.0, False),
        (INF, INF, True),
        (INF, -INF, False),
        ([1.0, NAN], [1.0, NAN], True),
        ([1.0, 2.0], [1.0, 3.0], False),
        ([1.0, 1.0], 1.0, False),
    ],
)
def test_numbers_are_alike_but_for_rounding_and_nan_is_itself(one: object, other: object, same: bool) -> None:
    assert alike(value_of(one), value_of(other)) is same  # type: ignore[arg-type]
    assert alike(value_of(other), value_of(one)) is same  # type: ignore[arg-type]


def test_nothing_is_not_0() -> None:
    assert alike(None, None)
    assert not alike(None, np.float64(0))


def test_what_rounding_leaves_of_large_numbers_is_nothing() -> None:
    assert not alike(np.float64(0), np.float64(1e-16))
    assert alike(np.float64(0), np.float64(1e-16), scale=1.0)


@pytest.mark.parametrize(
    ("right", "wrong", "found"),
    [
        (5.0, 2.0, 0.4),
        ([0.0, 2.0, -4.0], [0.0, 1.0, -2.0], 0.5),
        ([1.0, 2.0], [2.0, 2.0], None),
        ([0.0, 2.0], [1.0, 1.0], None),
        (0.0, 1.0, None),
        (NAN, 1.0, None),
        ([1.0, 1.0], 1.0, None),
    ],
)
def test_a_gradient_is_wrong_by_a_factor_if_all_of_it_is(right: object, wrong: object, found: float | None) -> None:
    assert factor(value_of(right), value_of(wrong)) == found  # type: ignore[arg-type]


def test_another_order_is_no_difference_where_all_gradients_are_complete() -> None:
    """Depth first, c sends before d: the tree cannot show that mistake."""
    comparison = broken("tree", "recursion")
    order = [one.node for one in comparison.engine.events if isinstance(one, Accumulate)]
    assert order != [one.node for one in comparison.timeline if isinstance(one, Accumulate)]
    assert not comparison.marks


def test_what_the_broken_engine_has_is_known_at_every_position() -> None:
    """With the recursion, x sends its 7 at event 7, and its 13 after the last event of the right run."""
    comparison = broken("reused-node", "recursion")
    a = comparison.timeline.graph["a"].index
    found = [comparison.broken_grad(a, position) for position in range(10)]
    assert found == [None] * 7 + [21.0, 21.0, 60.0]
    assert [comparison.differs(a, position) for position in (6, 7, 9)] == [False, True, True]
    last = comparison.at(9)
    assert last is not None
    assert last.kind is Kind.EXTRA
    assert words(comparison, last) == (
        "x sends once more, now 13. What it has sent before is part of that, and counts twice."
    )


def test_gradients_of_the_pass_before_are_there_from_the_start() -> None:
    comparison = broken("tree", "unzeroed")
    b, c = (comparison.timeline.graph[name].index for name in "bc")
    assert [comparison.broken_grad(b, position) for position in (0, 8, 9, 11)] == [5.0, 5.0, 8.0, 10.0]
    assert comparison.broken_grad(c, 0) is None


def test_recursion_over_too_many_paths_is_given_up() -> None:
    comparison = compare(bp.run(diamond(30)), fault_of("recursion"))
    assert comparison.engine.stopped.startswith("it is given up after 5,")
    assert comparison.shows
    assert comparison.first is not None
    assert comparison.first.kind is Kind.ORDER


def test_a_gradient_of_the_wrong_shape_cannot_be_sent_on() -> None:
    comparison = broken("minus-mean", "unsummed")
    assert comparison.engine.stopped == "m has shape (), and its gradient (3,)"
    kinds = []
    for position in (12, 13, 15):
        at = comparison.at(position)
        kinds.append(at and at.kind)
    assert kinds == [Kind.SHAPE, Kind.STOP, Kind.STOP]


def test_what_comes_of_a_wrong_number_is_told_from_the_mistake_itself() -> None:
    """After the missing swap c has 3, not 2, and passes that on as it should."""
    comparison = broken("tree", "no-swap")
    assert comparison.places == [7, 8, 9, 10, 11]
    at = comparison.at(10)
    assert at is not None
    assert at.kind is Kind.INHERITED
    assert words(comparison, at) == "What flows in is wrong already: c.grad is 3, where it should be 2."


@pytest.mark.parametrize(
    ("scenario", "fault", "right", "wrong"),
    [
        ("tree", "overwrite", "∂e/∂b += ∂e/∂c · ∂c/∂b = = 2 · 1 = 2", "∂e/∂b = ∂e/∂c · ∂c/∂b = = 2 · 1 = 2"),
        ("tree", "no-swap", "∂e/∂c += ∂e/∂e · ∂e/∂c = = 1 · 2 = 2", "∂e/∂c += ∂e/∂e · c = = 1 · 3 = 3"),
        ("tree", "split-sum", "∂e/∂b += ∂e/∂d · ∂d/∂b = = 3 · 1 = 3", "∂e/∂b += ∂e/∂d · 1/2 = = 3 · 0.5 = 1.5"),
        (
            MINUS_MATRIX,
            "no-transpose",
            "∂y/∂x += Wᵀ @ ∂y/∂(W @ x) = = [[1 2] [3 4]]ᵀ @ [1 1] = [4 6]",
            "∂y/∂x += W @ ∂y/∂(W @ x) = = [[1 2] [3 4]] @ [1 1] = [3 7]",
        ),
    ],
)
def test_both_events_are_typeset_alike(scenario: str, fault: str, right: str, wrong: str) -> None:
    comparison = broken(scenario, fault)
    at = comparison.first
    assert at is not None
    sides = right_side(comparison.timeline, at), broken_side(comparison, at)
    texts = [f"{side.symbols} {side.numbers}" for side in sides if side]
    assert texts == [right.replace("= =", "="), wrong.replace("= =", "=")]


def test_a_rule_is_shown_with_the_values_that_the_broken_engine_has() -> None:
    """a + 1 is written over a, and the rule for w takes it for a."""
    program = "a = 2 * x\nb = a @ w\nc = a + 1\ny = sum(b) + sum(c)"
    comparison = broken(f'program = """\n{program}\n"""\n[inputs]\nx = [1.0, 2.0]\nw = [1.0, 1.0]\n', "in-place")
    at = comparison.first
    assert at is not None
    sides = right_side(comparison.timeline, at), broken_side(comparison, at)
    assert [side.numbers for side in sides if side] == ["= 1 · [2 4] = [2 4]", "= 1 · [3 5] = [3 5]"]


def test_a_gradient_check_notices_at_the_input_that_is_furthest_off() -> None:
    found = noticed(broken("tree", "overwrite"))
    assert found is not None
    assert (found.node, found.element, found.broken) == (1, (), 2.0)
    assert found.estimate == pytest.approx(5)
    found = noticed(broken("squared-error", "once"))
    assert found is not None
    assert (found.node, found.element) == (0, (2,))
    assert found.estimate == pytest.approx(8 / 3)


def test_a_gradient_check_says_nothing_of_shapes_and_of_what_is_not_finite() -> None:
    assert noticed(broken("bias-batch", "unsummed")) is None
    assert noticed(broken("where-nan", "unzeroed")) is None


def test_a_comparison_can_be_stopped() -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        compare(bp.run(tree()), fault_of("overwrite"), progress)
