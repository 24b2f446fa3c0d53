"""The inspector: what its keys and the mouse do, and that it can take any window, any node and any position."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest
from textual.pilot import Pilot

import backprop_tui as bp
from backprop_tui.tui.actions import Scope
from backprop_tui.tui.inspection import Inspection
from backprop_tui.tui.layout import inspector_layout
from backprop_tui.tui.lines import plain
from backprop_tui.tui.panels import footer
from backprop_tui.tui.screens.inspector import Inspector
from backprop_tui.tui.screens.overlay import Overlay
from backprop_tui.tui.session import Session
from backprop_tui.tui.widgets.grid_panel import GridPanel
from tests.tui.screens import position, stepper, stepping, text_of, until

MATRICES = """
title = "Matrices"
program = '''
Z = X @ W
T = stack([Z, Z * 2])
V = reshape(T, (12,))
loss = sum(V ** 2) + sum(W)
'''
[inputs]
X = { value = [[1.0, -2.0], [0.5, 3.0], [2.0, 0.0]], requires_grad = false }
W = [[0.5, 1.0], [2.0, -1.5]]
"""
AWKWARD = """
program = '''
r = log(x) * reshape(y, (1, 1, 1, 1, 1, 1, 1, 3))
one = reshape(s, (1, 1))
loss = sum(r) + sum(one) + unused * 0
'''
[inputs]
x = [nan, -1.0, 0.0]
y = [inf, 1.0, 2.0]
s = 3.0
unused = { value = 2.0, requires_grad = false }
"""
LARGE = """
program = '''
big = sin(reshape(arange(1000000), (1000, 1000)) * w)
loss = sum(big)
'''
[inputs]
w = 0.01
"""


def session_of(text: str) -> Session:
    scenario = bp.loads(text)
    return Session(scenario, bp.run(scenario.graph))


@asynccontextmanager
async def inspecting(
    text: str = MATRICES, node: str = "W", size: tuple[int, int] = (120, 40), at: int = 10**6
) -> AsyncIterator[Pilot[None]]:
    """The inspector on a node, at a position."""
    async with stepping(bp.loads(text), size) as pilot:
        session = stepper(pilot).session
        session.go(at)
        session.select(session.timeline.graph[node].index)
        await pilot.press("enter")
        yield pilot


def inspection(pilot: Pilot[None]) -> Inspection:
    screen = pilot.app.screen
    assert isinstance(screen, Inspector)
    return screen._inspection


# The cursor


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("right", (0, 1)),
        ("l l", (0, 1)),
        ("j", (1, 0)),
        ("down right h", (1, 0)),
        ("j k", (0, 0)),
        ("up left", (0, 0)),
        ("pagedown", (2, 0)),
        ("end", (0, 1)),
        ("end pagedown home pageup", (0, 0)),
    ],
)
def test_keys_move_among_the_elements(keys: str, expected: tuple[int, int]) -> None:
    session = session_of(MATRICES)
    looked = Inspection(session, session.timeline.graph["Z"].index)
    moves = {"l": (0, 1), "right": (0, 1), "h": (0, -1), "left": (0, -1), "j": (1, 0), "down": (1, 0), "k": (-1, 0)}
    moves |= {"up": (-1, 0), "pagedown": (10, 0), "pageup": (-10, 0), "home": (0, -99), "end": (0, 99)}
    looked.view(50, 10)
    for key in keys.split():
        looked.move(*moves[key])
    assert looked.element == expected


def test_keys_may_come_before_another_node_is_drawn() -> None:
    session = session_of(MATRICES)
    looked = Inspection(session, session.timeline.graph["T"].index)
    looked.view(50, 10)
    for name, expected in (("V", (1,)), ("loss", ()), ("Z", (0, 1)), ("T", (0, 0, 1))):
        looked.look_at(session.timeline.graph[name].index)
        looked.move(0, 1)
        assert looked.element == expected


async def test_the_keys_do_what_the_help_says() -> None:
    async with inspecting(node="Z") as pilot:
        visited = []
        for key in ("j", "l", "k", "h", "pagedown", "end", "home", "pageup"):
            await pilot.press(key)
            visited.append(inspection(pilot).element)
        assert visited == [(1, 0), (1, 1), (0, 1), (0, 0), (2, 0), (2, 1), (2, 0), (0, 0)]


async def test_value_and_gradient_stand_side_by_side_at_the_same_element() -> None:
    async with inspecting() as pilot:
        await pilot.press("right", "down")
        shown = (await text_of(pilot)).splitlines()
        exact = next(line for line in shown if line.count("[1, 1]") == 2)
        assert "-1.5" in exact
        gradient = stepper_of(pilot).session.timeline.grads["W"]
        assert repr(float(np.asarray(gradient)[1, 1])).removesuffix(".0") in exact


async def test_brackets_show_the_slices_of_the_leading_axes() -> None:
    async with inspecting(node="T") as pilot:
        assert "[0, :, :], slice 1 of 2" in await text_of(pilot)
        await pilot.press("right_square_bracket", "right_square_bracket")
        assert "[1, :, :], slice 2 of 2" in await text_of(pilot)
        assert inspection(pilot).element == (1, 0, 0)
        await pilot.press("left_square_bracket")
        assert inspection(pilot).element == (0, 0, 0)


async def test_the_mouse_chooses_and_the_wheel_moves() -> None:
    async with inspecting(node="Z") as pilot:
        lines = (await text_of(pilot)).splitlines()
        y = next(y for y, line in enumerate(lines) if line.startswith("│ 2 "))
        await pilot.click("#gradient", offset=(15, y - 1))
        assert inspection(pilot).element == (2, 1)
        pilot.app.screen.query_one("#value", GridPanel).scroll_rows(-1)
        await pilot.pause()
        assert inspection(pilot).element == (1, 1)


async def test_m_shows_a_map_and_numbers_again() -> None:
    async with inspecting() as pilot:
        before = await text_of(pilot)
        await pilot.press("m")
        assert "1 ██▓▓" not in before
        assert "1 ██≡≡" in await text_of(pilot)
        await pilot.press("m")
        assert await text_of(pilot) == before


# The run goes on


def stepper_of(pilot: Pilot[None]):  # type: ignore[no-untyped-def]
    return next(screen for screen in pilot.app.screen_stack if hasattr(screen, "session"))


async def test_a_gradient_can_be_watched_as_it_fills_up() -> None:
    async with inspecting(at=0) as pilot:
        session = stepper_of(pilot).session
        seen = []
        for _ in range(6):
            await pilot.press("greater_than_sign")
            seen.append(session.timeline.grad_at(inspection(pilot).node, session.position) is not None)
        assert seen == [False, True, True, True, True, True]
        assert "before" in await text_of(pilot)
        at = session.position
        await pilot.press("less_than_sign")
        assert session.position < at
        await pilot.press("comma", "full_stop", "space")
        await pilot.press("escape")
        assert position(pilot) == session.position
        assert f"event {session.position:>2}/" in await text_of(pilot)


async def test_tab_looks_at_the_next_node_and_remembers_the_element() -> None:
    async with inspecting() as pilot:
        await pilot.press("right", "tab")
        assert inspection(pilot).graph_node.name == "Z"
        await pilot.press("down", "shift+tab")
        assert inspection(pilot).graph_node.name == "W"
        assert inspection(pilot).element == (0, 1)
        await pilot.press("tab")
        assert inspection(pilot).element == (1, 0)


@pytest.mark.parametrize("key", ["escape", "enter", "q"])
async def test_there_are_three_ways_out(key: str) -> None:
    async with inspecting() as pilot:
        await pilot.press(key)
        stepper(pilot)
        assert not pilot.app._exit


async def test_keys_typed_ahead_do_not_close_what_is_below() -> None:
    async with inspecting() as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, Inspector)
        screen.action_close()
        screen.action_close()
        await pilot.pause()
        stepper(pilot)


async def test_help_is_at_hand() -> None:
    async with inspecting(size=(120, 50)) as pilot:
        await pilot.press("question_mark")
        assert isinstance(pilot.app.screen, Overlay)
        assert "Show the next slice" in await text_of(pilot)
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, Inspector)


def test_its_footer_says_how_to_step_and_how_to_leave() -> None:
    text = plain(footer.page(Scope.INSPECTOR, 80).line(0))
    for entry in (". , event", "> < change", "Tab node", "v view", "m map", "? help", "Esc close"):
        assert entry in text
    assert "quit" not in text


@pytest.mark.parametrize("cells", [60, 70, 80])
def test_a_short_footer_keeps_what_nobody_would_guess(cells: int) -> None:
    text = plain(footer.page(Scope.INSPECTOR, cells).line(0))
    for entry in ("v view", "m map", "[ ] slice", "? help", "Esc close"):
        assert entry in text
    assert "↑↓←→ move" not in text


def test_so_does_one_whose_arrows_are_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    footer.page.cache_clear()
    text = plain(footer.page(Scope.INSPECTOR, 80, idle=frozenset({"next_slice"})).line(0))
    footer.page.cache_clear()
    assert "m map" in text


@pytest.mark.parametrize(
    ("node", "shown", "missing"),
    [("T", {"slice", "map", "view"}, set()), ("W", {"map", "view"}, {"slice"}), ("loss", {"view"}, {"map", "slice"})],
)
async def test_the_footer_has_only_what_does_something_at_the_node(
    node: str, shown: set[str], missing: set[str]
) -> None:
    async with inspecting(node=node) as pilot:
        words = set((await text_of(pilot)).splitlines()[-1].split())
        assert shown <= words
        assert not missing & words


# Any window, any node, any position


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (50, 30), (80, 12), (30, 8)], ids=str)
async def test_everything_can_be_seen_in_every_window(size: tuple[int, int]) -> None:
    wanted = {"Value", "Gradient", "came from", "@", "mean", "used by"}
    async with inspecting(MATRICES.replace(" + sum(W)", ""), size=size) as pilot:
        seen = set()
        for _ in range(6):
            shown = await text_of(pilot)
            seen |= {word for word in wanted if word in shown}
            await pilot.press("v")
        assert seen == wanted


def test_grids_leave_room_for_details() -> None:
    for width in (30, 60, 80, 120, 200):
        for height in (8, 16, 24, 40, 60):
            for rows in (6, 20, 1000):
                sizes = inspector_layout(width, height, rows)
                assert sizes.shown
                assert sizes.grids + sizes.middle <= height - 2
                assert sizes.shown >= {"value", "gradient"} or width < 60
                assert sizes.shown > {"value", "gradient"} or width < 60 or height < 20


async def test_a_scalar_leaves_the_room_of_its_statistics_to_the_event() -> None:
    async with inspecting(node="loss", size=(120, 40)) as pilot:
        assert "Statistics" not in await text_of(pilot)
    async with inspecting(node="loss", size=(80, 24)) as pilot:
        for _ in range(4):
            assert "mean" not in await text_of(pilot)
            await pilot.press("v")


async def test_in_a_narrow_window_the_title_of_a_slice_gives_way_word_by_word() -> None:
    tops = {}
    for cells in (120, 80, 60):
        async with inspecting(node="T", size=(cells, 24)) as pilot:
            tops[cells] = (await text_of(pilot)).splitlines()[1]
    assert "Gradient ∂loss/∂T  [0, :, :], slice 1 of 2" in tops[120]
    assert "─ Gradient ∂loss/∂T  [0, :, :] ─" in tops[80]
    assert "─ ∂loss/∂T  [0, :, :] ─" in tops[60]


async def test_the_window_can_change_while_it_is_open() -> None:
    async with inspecting() as pilot:
        before = await text_of(pilot)
        for size in ((1, 1), (30, 8), (200, 60), (80, 24), (120, 40)):
            await pilot.resize_terminal(*size)
            await pilot.press("down", "up")
        assert await text_of(pilot) == before


@pytest.mark.parametrize("text", [MATRICES, AWKWARD], ids=["matrices", "awkward"])
async def test_every_node_at_every_position(text: str) -> None:
    async with inspecting(text, node="loss", size=(100, 30), at=0) as pilot:
        session = stepper_of(pilot).session
        screen = pilot.app.screen
        assert isinstance(screen, Inspector)
        for at in range(0, len(session.timeline) + 1, 2):
            for node in session.rows:
                session.go(at)
                screen._inspection.look_at(node)
                screen._inspection.is_map = at % 4 == 0
                screen.draw()
        await pilot.press("down", "right", "m", "v")
        assert "event" in await text_of(pilot)


def test_a_dot_is_not_a_dash() -> None:
    session = session_of(MATRICES)
    graph = session.timeline.graph
    assert Inspection(session, graph["W"].index).missing_gradient == "·"
    assert Inspection(session, graph["X"].index).missing_gradient == "—"


def test_a_million_elements_are_measured_once() -> None:
    session = session_of(LARGE)
    session.go(len(session.timeline))
    looked = Inspection(session, session.timeline.graph["big"].index)
    first = looked.statistics(of_gradient=False)
    looked.view(50, 10)
    looked.move(500, 500)
    assert looked.statistics(of_gradient=False) is first
    looked.is_map = True
    view = looked.view(50, 10)
    marks = looked.folded(view, of_gradient=False)
    looked.move(1, 1)
    assert looked.folded(looked.view(50, 10), of_gradient=False) is marks


async def test_what_is_worked_out_in_the_background_is_for_the_element_that_the_user_is_at_in_the_end() -> None:
    async with stepping("tree.toml") as pilot:
        session = session_of(LARGE)
        session.go(len(session.timeline))
        session.select(session.timeline.graph["big"].index)
        screen = Inspector(session)
        await pilot.app.push_screen(screen)
        screen._answer = None
        screen._ask()
        screen._inspection.element = (5, 0)  # while the other question is being answered
        await until(pilot, lambda: screen._answer and screen._answer[0][1] == (5, 0))
        assert "∂loss" in (await text_of(pilot)).split("came from")[1]
