"""The elements of an array as a grid: where they lie, which of them are in view, and what is drawn for each."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from textual.color import Color

from backprop_tui.graph import Shape, Value
from backprop_tui.tui.lines import COOL, COOL_MARKS, WARM, WARM_MARKS, Ink, Page, plain, width
from backprop_tui.tui.panels import grid, heat
from backprop_tui.tui.panels.fields import Field
from backprop_tui.tui.panels.plane import Plane, Window, folded, window
from backprop_tui.tui.panels.statistics import Statistics
from backprop_tui.tui.themes import OWN_THEMES, contrast
from backprop_tui.tui.themes import heat as steps_of

FIELD = Field(3, 3)


def drawn(
    value: Value | None, view: Window, element: tuple[int, ...] = (), *, is_map: bool = False, cells: int = 60
) -> Page:
    numbers = None if value is None else Statistics.of(value)
    marks = folded(value, view, element[:-2]) if value is not None and view.is_folded else None
    sheet = grid.Sheet(("Value",), value, "·", numbers, FIELD, Ink.FORWARD, element, marks)
    return grid.page(sheet, view, cells, view.rows + 3, is_map=is_map)


def text(page: Page) -> list[str]:
    return [plain(line).rstrip() for line in (*page.head, *map(page.line, range(page.length)))]


def view_of(
    shape: Shape, element: tuple[int, ...], room: tuple[int, int] = (60, 10), origin: tuple[int, int] = (0, 0)
) -> Window:
    return window(shape, element, origin, room, FIELD.width)


def test_numbers_stand_under_their_indices_with_their_decimal_points_below_each_other() -> None:
    value = np.array([[1.5, -0.25], [-12.0, 0.0]])
    assert text(drawn(value, view_of((2, 2), (1, 0)), (1, 0))) == [
        "        0       1",
        "0    1.5 ░  -0.25╌",
        "1  -12   ≡   0",
        "",
        "[1, 0] -12",
    ]


def test_all_digits_of_the_chosen_element_are_shown() -> None:
    assert text(drawn(np.array([[1 / 3]]), view_of((1, 1), (0, 0)), (0, 0)))[-1] == "[0, 0] 0.3333333333333333"


def test_a_scalar_is_its_digits() -> None:
    assert text(drawn(np.float64(1 / 3), view_of((), ()))) == ["", "0.3333333333333333"]


@pytest.mark.parametrize("is_map", [False, True])
def test_what_is_not_computed_is_a_dot_everywhere(is_map: bool) -> None:
    view = map_of((2, 3), (60, 10)) if is_map else view_of((2, 3), (0, 1))
    shown = text(drawn(None, view, (0, 0), is_map=is_map))
    assert [line.count("·") for line in shown[1:3]] == [2 if is_map else 3, 3]
    assert shown[-1] == "[0, 0] ·"


def test_an_array_without_elements_says_so() -> None:
    assert text(drawn(np.zeros((0, 3)), view_of((0, 3), (0, 0)), (0, 0))) == ["no elements"]


def test_a_vector_is_broken_at_round_places_and_its_rows_begin_with_an_index() -> None:
    plane = Plane.of((25,), 12)
    assert (plane.rows, plane.columns) == (3, 10)
    assert [plane.row_label(row) for row in range(3)] == ["0", "10", "20"]
    assert plane.place((17,)) == (1, 7)
    assert plane.element(2, 4, ()) == (24,)
    assert plane.element(2, 5, ()) is None


@pytest.mark.parametrize(
    ("element", "origin", "expected"),
    [((0, 0), (0, 0), (0, 0)), ((50, 0), (0, 0), (41, 0)), ((45, 0), (41, 0), (41, 0)), ((40, 30), (41, 0), (40, 25))],
)
def test_the_window_moves_as_little_as_shows_the_element(
    element: tuple[int, int], origin: tuple[int, int], expected: tuple[int, int]
) -> None:
    view = view_of((100, 100), element, (52, 10), origin)
    assert (view.rows, view.columns) == (10, 6)
    assert (view.top, view.left) == expected


def test_indices_stay_where_they_are_in_both_directions() -> None:
    value = np.arange(10_000.0).reshape(100, 100)
    page = drawn(value, view_of((100, 100), (50, 60)), (50, 60))
    shown = text(page)
    assert shown[0].split() == [str(column) for column in range(54, 61)]
    assert [line.split()[0] for line in shown[1:11]] == [str(row) for row in range(41, 51)]
    assert plain(page.foot).endswith("[41:51, 54:61] of (100,100)")


@pytest.mark.parametrize(
    ("cells", "foot"),
    [
        (60, "-9999 ≡═─╌ 0 ░▒▓█ 9999   [41:51, 54:61] of (100,100)"),
        (46, "-9999 ≡═─╌ 0 ░▒▓█ 9999   ↑41 ↓49 ←54 →39"),
        (40, "≡ ±9999 █   ↑41 ↓49 ←54 →39"),
        (28, "↑41 ↓49 ←54 →39"),
        (20, "↑41 ↓49 ←54 →39"),
    ],
)
def test_that_there_is_more_is_said_in_every_width(cells: int, foot: str) -> None:
    value = np.arange(10_000.0).reshape(100, 100)
    page = drawn(value, view_of((100, 100), (50, 60)), (50, 60), cells=cells)
    assert plain(page.foot) == foot


def test_arrows_are_words_where_they_would_be_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    page = drawn(np.ones((100, 100)), view_of((100, 100), (0, 0)), (0, 0), cells=32)
    assert plain(page.foot) == "≡ ±1 █   Down90 Right93"


def test_what_is_not_computed_has_no_scale() -> None:
    assert drawn(None, view_of((2, 3), (0, 1)), (0, 0)).foot == ()


def test_a_sheet_has_the_longest_title_that_fits() -> None:
    value, view = np.ones((2, 2)), view_of((2, 2), (0, 0))
    sheet = grid.Sheet(("a long title", "title", "t"), value, "·", None, FIELD, Ink.FORWARD, (0, 0))
    titles = [grid.page(sheet, view, cells, 5, is_map=False).title for cells in (14, 13, 7, 6, 1)]
    assert titles == ["a long title", "title", "title", "t", "t"]


def test_all_digits_are_worth_more_than_their_index() -> None:
    assert text(drawn(np.array([[1 / 3]]), view_of((1, 1), (0, 0)), (0, 0), cells=24))[-1] == "0.3333333333333333"


def test_only_what_is_in_view_is_made() -> None:
    value = np.broadcast_to(np.float64(0.5), (1000, 1_000_000))
    view, element = view_of(value.shape, (500, 500)), (500, 500)
    tracemalloc.start()
    grid.page(grid.Sheet(("",), value, "·", None, FIELD, Ink.FORWARD, element), view, 60, 13, is_map=False)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000  # a row of a list has eight times as many bytes


def test_a_slice_of_the_leading_axes_is_shown() -> None:
    value = np.arange(24.0).reshape(2, 3, 4)
    shown = text(drawn(value, view_of((2, 3, 4), (1, 0, 0)), (1, 0, 0)))
    assert shown[1].split()[1].startswith("12")


def test_a_click_means_the_element_under_it() -> None:
    view = view_of((100, 100), (50, 60))
    lead, cell = view.lead, view.cell
    assert view.place_at(0, lead) == (41, 54)
    assert view.place_at(3, lead + 2 * cell + 1) == (44, 56)
    assert view.place_at(99, 999) == (50, 60)


# The map


def map_of(shape: Shape, room: tuple[int, int]) -> Window:
    return window(shape, (0,) * len(shape), (0, 0), room, None)


@pytest.mark.parametrize(
    ("shape", "room", "cell", "fold"),
    [
        ((8, 8), (58, 20), 2, (1, 1)),
        ((64, 64), (80, 64), 1, (1, 1)),
        ((64, 64), (80, 20), 1, (4, 1)),
        ((1000, 1000), (58, 20), 1, (50, 19)),
        ((2000,), (58, 20), 1, (1, 2)),
        ((1_000_000,), (58, 20), 1, (1, 1000)),
    ],
)
def test_a_map_is_folded_until_all_of_it_fits(
    shape: Shape, room: tuple[int, int], cell: int, fold: tuple[int, int]
) -> None:
    view = map_of(shape, room)
    assert view.fold == fold
    assert view.cell == cell
    assert view.lead + view.columns * view.cell <= room[0]
    assert view.rows <= room[1]
    last = tuple(length - 1 for length in shape)
    row, column = view.place(last)
    assert 0 <= row < view.rows
    assert 0 <= column < view.columns


def test_a_mark_stands_for_what_is_farthest_from_0_under_it() -> None:
    value = np.array([[1.0, -3.0, 0.0, 0.0], [2.0, 0.5, np.nan, 9.0]])
    view = Window(Plane((2, 4), 2, 4), 0, 0, 1, 2, 2, 1, (2, 2))
    assert folded(value, view, ()).tolist()[0][0] == -3.0
    assert np.isnan(folded(value, view, ())[0, 1])


def test_past_the_end_of_a_folded_vector_there_is_nothing() -> None:
    view = map_of((512,), (58, 10))
    last = text(drawn(np.full(512, -1.0), view, (0,), is_map=True))[view.rows]
    assert view.is_folded
    assert last == f"480 {heat.BELOW[-1] * 16}"


def test_what_is_past_the_end_of_a_folded_array_counts_as_nothing() -> None:
    view = Window(Plane((3, 3), 3, 3), 0, 0, 2, 2, 2, 1, (2, 2))
    assert folded(np.full((3, 3), -1.0), view, ()).tolist() == [[-1, -1], [-1, -1]]


def test_a_map_shows_sign_and_size_without_colour() -> None:
    value = np.array([[-1.0, -0.6, -0.3, -0.1, 0.0, 0.1, 0.3, 0.6, 1.0]])
    page = drawn(value, map_of((1, 9), (20, 5)), (0, 8), is_map=True)
    assert text(page)[1] == "0 ≡≡══──╌╌00░░▒▒▓▓[]"
    assert plain(page.foot) == "-1 ≡═─╌ 0 ░▒▓█ 1"


# The scale


@pytest.mark.parametrize("x", [1e-300, 0.01, 0.25, 0.4999, 0.75, 1.0])
def test_the_scale_is_symmetric_and_only_0_is_0(x: float) -> None:
    assert heat.level(x, 1.0) == -heat.level(-x, 1.0) > 0
    assert heat.level(0.0, 1.0) == 0


def test_every_step_has_a_mark_and_an_ink_of_its_own() -> None:
    steps = [x / 8 for x in range(-7, 8, 2)]
    assert len({heat.mark(x, 1.0) for x in steps}) == len({heat.ink(x, 1.0) for x in steps}) == 8


@pytest.mark.parametrize(("x", "mark"), [(np.nan, "?"), (np.inf, "∞"), (-np.inf, "∞")])
def test_what_is_not_finite_stands_out(x: float, mark: str) -> None:
    assert heat.mark(x, 1.0) == mark
    assert heat.ink(x, 1.0) is heat.ink(x, 1.0, is_mark=True) is Ink.TROUBLE


def test_the_scale_does_without_what_is_not_finite() -> None:
    page = drawn(np.array([[2.0, np.inf, np.nan]]), view_of((1, 3), (0, 0)), (0, 0))
    assert plain(page.foot) == "-2 ≡═─╌ 0 ░▒▓█ 2"


def test_the_scale_does_without_what_dwarfs_the_others_and_says_so() -> None:
    masked = np.array([[1.0, -1e9, -1e9], [2.0, 4.0, -1e9], [1.0, 2.0, 4.0]])
    page = drawn(masked, map_of((3, 3), (30, 5)), (2, 0), is_map=True)
    assert text(page)[1:4] == ["0 ▒▒≡≡≡≡", "1 ▓▓██≡≡", "2 []▓▓██"]
    assert plain(page.foot) == "≤-4 ≡═─╌ 0 ░▒▓█ ≥4"
    assert plain(drawn(masked, map_of((3, 3), (30, 5)), (2, 0), is_map=True, cells=14).foot) == "≡ ±≥4 █"


@pytest.mark.parametrize("value", [[1.0, 2.0, 1000.0], [1e-17, 1e-17, 0.5], [0.0, 0.0, 5.0], [1e9, -1e9, 1.0]], ids=str)
def test_else_the_scale_ends_at_the_largest(value: list[float]) -> None:
    found = Statistics.of(np.array(value))
    assert found is not None
    assert found.usual == found.largest == max(map(abs, value))


@pytest.mark.parametrize("theme", OWN_THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("accent", ["forward", "backward"])
def test_steps_go_from_the_background_towards_the_accent(theme: object, accent: str) -> None:
    colours = {name: Color.parse(getattr(theme, name)) for name in ("background", "foreground")}
    steps = steps_of(colours["background"], colours["foreground"], Color.parse(theme.variables[accent]))  # type: ignore[attr-defined]
    distances = [contrast(ground, colours["background"]) for ground, _, _ in steps]
    assert distances == sorted(distances)
    assert distances[0] > 1.1
    assert all(contrast(text, ground) >= 4.5 for ground, text, _ in steps)


def test_there_are_as_many_inks_as_steps() -> None:
    assert {len(inks) for inks in (COOL, WARM, COOL_MARKS, WARM_MARKS)} == {heat.STEPS}
    assert len(heat.ABOVE) == len(heat.BELOW) == heat.STEPS
    assert width(heat.legend(1.0)) == len("-1 ≡═─╌ 0 ░▒▓█ 1")
