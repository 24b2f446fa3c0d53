"""What the inspector says of an event, of an array as a whole, and of one element: pure functions."""

from __future__ import annotations

import numpy as np
import pytest

import backprop_tui as bp
from backprop_tui.engine.events import Accumulate
from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Edge, Value
from backprop_tui.lenses.jacobian import jacobian_row
from backprop_tui.tui.lines import Ink, Page, plain, width
from backprop_tui.tui.panels import event_arrays, formula, parts, statistics
from backprop_tui.tui.panels.formula import Term, matrix
from backprop_tui.tui.panels.statistics import Statistics

PRODUCT = """
program = '''
Z = X @ W + b
loss = sum(Z * T)
'''
[inputs]
X = { value = [[1.0, -2.0], [0.5, 3.0], [2.0, 0.0]], requires_grad = false }
W = [[0.5, 1.0], [2.0, -1.5]]
b = [0.25, 0.0]
T = { value = [[1.0, 2.0], [3.0, 4.0], [5.0, -6.0]], requires_grad = false }
"""


def run(text: str) -> Timeline:
    return bp.run(bp.loads(text).graph)


def text(page: Page) -> list[str]:
    return [plain(line).rstrip() for line in (*page.head, *map(page.line, range(page.length)))]


def event_page(
    timeline: Timeline, name: str, position: int | None = None, cells: int = 76, rows: int = 30
) -> list[str]:
    position = len(timeline) if position is None else position
    event = event_arrays.last_event(timeline, timeline.graph[name].index, position)
    page = event_arrays.page(timeline, event, position, cells, rows)
    assert all(width(page.line(index)) <= cells for index in range(page.length))
    return [page.title, *text(page)]


# An event


def test_a_matrix_product_is_typeset_with_its_shapes_lined_up() -> None:
    assert event_page(run(PRODUCT), "W")[:6] == [
        "Event 14: X @ W → W",
        "∂loss/∂W  =     Xᵀ     @ ∂loss/∂(X @ W)",
        "  (2,2)       (2,3)          (3,2)",
        "⎡12.5 -8⎤   ⎡ 1 0.5 2⎤       ⎡1  2⎤",
        "⎣ 7    8⎦ = ⎣-2 3   0⎦ @     ⎢3  4⎥",
        "                             ⎣5 -6⎦",
    ]


def test_the_sum_that_undoes_a_broadcast_has_a_line_of_its_own() -> None:
    shown = event_page(run(PRODUCT), "b", cells=90)
    assert any(line.startswith("b was repeated along axis 0") and line.endswith("(3,2) → (2,)") for line in shown)


def test_what_was_there_before_is_added_to() -> None:
    timeline = run("program = '''\ny = x * x\nz = sum(y)\n'''\n[inputs]\nx = [1.0, 2.0]\n")
    shown = event_page(timeline, "x")
    assert [line.split() for line in shown[6:9]] == [
        ["∂z/∂x", "=", "before", "+", "contribution"],
        ["(2,)", "(2,)", "(2,)"],
        ["[2", "4]", "=", "[1", "2]", "+", "[1", "2]"],
    ]


def test_nothing_has_happened_at_the_start() -> None:
    assert event_page(run(PRODUCT), "W", 0) == ["What happened", "Nothing has happened here yet."]


@pytest.mark.parametrize(("name", "number"), [("W", 2), ("Z", 6), ("loss", 9)])
def test_the_last_event_at_a_node_is_named_where_it_is_not_the_current_one(name: str, number: int) -> None:
    timeline = run(PRODUCT)
    assert event_page(timeline, name, number)[0] == f"Event {number}"
    assert event_page(timeline, name, number + 1)[0].startswith(f"Event {number}, the last one here")


def test_the_positions_of_a_node_are_where_it_changes() -> None:
    timeline = run("program = '''\ny = x * x\nz = y + x\n'''\n[inputs]\nx = 3.0\n")
    node = timeline.graph["x"].index
    positions = event_arrays.touching(timeline, node)
    grads = [timeline.grad_at(node, position) for position in positions]
    assert grads == [None, 1.0, 4.0, 7.0]
    assert [timeline.value_at(node, position - 1) for position in positions[:1]] == [None]


# Formulas


def columns_of(*values: Value) -> list[Term]:
    return [Term(name, value) for name, value in zip("abc", values, strict=False)]


def test_decimal_points_of_a_matrix_stand_below_each_other() -> None:
    assert matrix(np.array([[1.5, -2.0], [10.0, 0.25], [0.0, 0.0]])) == ["⎡ 1.5 -2   ⎤", "⎢10    0.25⎥", "⎣ 0    0   ⎦"]


def test_where_a_matrix_has_no_room_it_gives_way_to_a_summary() -> None:
    lines = formula.lines(columns_of(np.full((4, 4), 0.123), np.ones(2)), cells=24, rows=4)
    assert [plain(line).split() for line in lines] == [["a", "b"], ["(4,4)", "(2,)"], ["μ=0.123", "[1", "1]"]]


def test_where_there_are_rows_enough_it_is_broken_into_lines() -> None:
    lines = formula.lines(columns_of(np.full((2, 3), 0.123), np.full((2, 3), 0.456)), cells=26, rows=20)
    assert sum("0.123" in plain(line) for line in lines) == sum("0.456" in plain(line) for line in lines) == 2
    assert all(width(line) <= 26 for line in lines)


def test_a_large_array_is_never_shown_whole() -> None:
    lines = formula.lines(columns_of(np.ones(1000)), cells=10_000, rows=10_000)
    assert [plain(line).strip() for line in lines] == ["a", "(1000,)", "μ=1"]


def test_an_array_that_comes_again_is_named() -> None:
    terms = formula.terms("{y} · ({g} - sum({g} · {y}))", {"y": "y", "g": "g"}, {"y": np.ones(2), "g": np.zeros(2)}, {})
    numbers = plain(formula.lines(terms, 80, 10)[-1])
    assert numbers.split() == ["[1", "1]", "·", "([0", "0]", "-", "sum(g", "·", "y))"]


def test_a_bracket_that_groups_arrays_stays_with_its_partner() -> None:
    x, y = np.arange(6.0).reshape(3, 2), np.array([3.0, 4.0])
    terms = formula.terms("({x} - mean({x}, axis=0)) / (3 · {y})", {"x": "x", "y": "y"}, {"x": x, "y": y}, {})
    for cells in (80, 40):
        middle = [plain(line) for line in formula.lines(terms, cells, 20) if "mean" in plain(line)][-1]
        assert middle.count("(") == middle.count(")")
        assert "([" not in middle
    *_, upper, middle, lower = map(plain, formula.lines(terms, 80, 20))
    assert middle.split() == ["(⎢2", "3⎥", "-", "mean(x,", "axis=0))", "/", "(3", "·", "[3", "4])"]
    assert (upper.split(), lower.split()) == (["⎡0", "1⎤"], ["⎣4", "5⎦"])


@pytest.mark.parametrize(
    "template", ["reshape({g}, (4, 1))", "var({g}, axis=(0, 2), keepdims=True)", "a - mean({g}, axis=0)"]
)
def test_what_is_given_by_literals_belongs_to_the_call_around_the_array(template: str) -> None:
    terms = formula.terms(template, {"g": "g"}, {"g": np.ones(4)}, {})
    symbols, _shapes, numbers = map(plain, formula.lines(terms, 80, 10))
    assert symbols.split() == template.replace("{g}", "g").split()
    assert "(" not in numbers
    assert ")" not in numbers


def test_a_bracket_that_opens_before_an_array_closes_in_symbols_alone() -> None:
    array, number = (
        formula.lines(formula.terms("broadcast({g} / 4)", {"g": "g"}, {"g": value}, {}), 80, 10)
        for value in (np.array([1.0, 2.0]), np.float64(3.0))
    )
    assert plain(array[0]).split() == plain(number[0]).split() == ["broadcast(g", "/", "4)"]
    assert plain(array[-1]).split() == ["[1", "2]", "/", "4"]
    assert plain(number[-1]).split() == ["broadcast(3", "/", "4)"]


def test_a_transposed_array_has_its_shape_turned() -> None:
    terms = formula.terms("{g} @ {b}ᵀ", {"g": "g", "b": "b"}, {"g": np.ones((4, 2)), "b": np.ones((3, 2))}, {})
    assert [term.symbol for term in terms] == ["g", "@", "bᵀ"]
    assert terms[2].value is not None
    assert terms[2].value.shape == (2, 3)


# Statistics


@pytest.mark.parametrize("scale", [1.0, 1e300, 1e-300])
def test_statistics_hold_at_any_scale(scale: float) -> None:
    found = Statistics.of(np.array([[3.0, -4.0], [0.0, 1.0]]) * scale)
    assert found is not None
    assert (found.mean, found.std, found.norm) == pytest.approx((0.0, 6.5**0.5 * scale, 26**0.5 * scale), abs=1e-320)
    assert (found.least, found.least_at, found.most, found.most_at) == (-4 * scale, (0, 1), 3 * scale, (0, 0))
    assert (found.largest, found.zeros, found.infinite, found.nans) == (4 * scale, 1, 0, 0)


def test_statistics_count_what_is_special_and_do_not_compare_with_it() -> None:
    found = Statistics.of(np.array([np.nan, 2.0, np.inf, -1.0]))
    assert found is not None
    assert (found.least, found.most, found.largest, found.infinite, found.nans) == (-1, np.inf, 2, 1, 1)
    nothing_else = Statistics.of(np.full(3, np.nan))
    assert nothing_else is not None
    assert (nothing_else.nans, nothing_else.largest) == (3, 0)
    assert np.isnan(nothing_else.most)


def test_no_elements_have_no_statistics() -> None:
    assert Statistics.of(np.zeros((0, 3))) is None


@pytest.mark.parametrize("cells", [100, 40])
def test_the_table_of_statistics_takes_the_form_that_fits(cells: int) -> None:
    page = statistics.page(Statistics.of(np.array([1.0, np.nan])), None, ("·", "—"), cells)
    lines = [page.line(index) for index in range(page.length)]
    assert (len(lines) == 3) == (cells == 100)
    assert all(width(line) <= cells for line in lines)
    assert sum(plain(line).count("—") for line in lines) == 8
    assert {span.text.strip() for line in lines for span in line if span.ink is Ink.TROUBLE} == {"nan", "1"}


def test_a_mean_that_is_rounding_error_is_shown_as_it_is_but_quiet() -> None:
    value = np.array([1.0, -1.0, 0.0, 2.0**-50])
    page = statistics.page(Statistics.of(value), Statistics.of(value + 2), ("·", "·"), 100)
    means = [next(span for span in page.line(row)[1:] if span.text.strip()) for row in (1, 2)]
    assert [span.text.strip() for span in means] == ["2.220e-16", "2"]
    assert [span.ink for span in means] == [Ink.FAINT, Ink.BACKWARD]


# One element


def answer(timeline: Timeline, name: str, element: tuple[int, ...]) -> tuple[Accumulate, parts.Answer]:
    event = event_arrays.last_event(timeline, timeline.graph[name].index, len(timeline))
    assert isinstance(event, Accumulate)
    edge = Edge(event.consumer, event.operand, event.node)
    return event, parts.Answer.of(jacobian_row(timeline, edge, element))


def test_the_parts_of_an_element_come_largest_first_under_their_sum() -> None:
    event, found = answer(run(PRODUCT), "W", (0, 1))
    shown = text(parts.page(found, "∂loss/∂Z", "Where [0,1] came from", 60))
    assert [line.split() for line in shown] == [
        ["upstream", "factor", "share"],
        ["sum", "=", "-8"],
        ["∂loss/∂Z[2,1]", "-6", "·", "2", "=", "-12"],
        ["∂loss/∂Z[0,1]", "2", "·", "1", "=", "2"],
        ["∂loss/∂Z[1,1]", "4", "·", "0.5", "=", "2"],
    ]
    assert found.row.total == np.asarray(event.contribution)[0, 1]


@pytest.mark.parametrize("cells", [60, 36, 20])
def test_in_a_narrow_box_the_symbol_gives_way_before_the_numbers(cells: int) -> None:
    _, found = answer(run(PRODUCT), "W", (0, 1))
    shown = text(parts.page(found, "∂loss/∂Z", "", cells))
    assert ("∂loss" in shown[2]) == (cells == 60)
    assert "[2,1]" in shown[2]


def test_what_nobody_reads_is_counted() -> None:
    timeline = run("program = 'y = sum(zeros(2000) + x)'\n[inputs]\nx = 1.0\n")
    _, found = answer(timeline, "x", ())
    page = parts.page(found, "g", "", 60)
    assert page.length == parts.MOST + 1
    assert plain(page.line(parts.MOST)) == "and 1,000 more"


def test_an_element_that_nothing_came_from_says_so() -> None:
    timeline = run("program = 'y = x[0]'\n[inputs]\nx = [1.0, 2.0]\n")
    _, found = answer(timeline, "x", (1,))
    assert text(parts.page(found, "g", "", 60)) == ["It has no part in what came in: nothing comes back."]
