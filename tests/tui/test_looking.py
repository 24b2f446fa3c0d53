"""What the keys do to the drawing of a graph, in the app."""

from __future__ import annotations

import pytest
from textual import events
from textual.pilot import Pilot

import backprop_tui as bp
from backprop_tui.drawing.boxes import BoxStyle
from backprop_tui.tui.scenery import Look
from backprop_tui.tui.screens.inspector import Inspector
from backprop_tui.tui.widgets.graph_canvas import GraphCanvas
from benchmarks.scenarios import Network, mlp, residual
from tests.scenario.texts import scenario_text
from tests.tui.screens import assert_looks_like, stepper, stepping, text_of, until

LARGE = bp.loads(mlp(Network.random((2, 16, 16, 1)), [[0.1, 0.2]]))


def canvas_of(pilot: Pilot[None]) -> GraphCanvas:
    return stepper(pilot).query_one(GraphCanvas)


def boxes(pilot: Pilot[None]) -> int:
    setting = canvas_of(pilot).setting
    assert setting is not None
    return len(setting.scene.contents)


def title_of(screen: str) -> str:
    return next(line for line in screen.splitlines() if "─ Graph" in line).split("─ Graph")[1].split("─")[0].strip()


def select(pilot: Pilot[None], name: str) -> None:
    session = stepper(pilot).session
    session.look_at(session.timeline.graph[name].index)
    stepper(pilot).changed()


async def test_a_large_graph_starts_folded_and_shows_where_the_event_is() -> None:
    async with stepping(LARGE) as pilot:
        await pilot.press(*"600l")
        await assert_looks_like(pilot, "folded-120x40")
        await pilot.press("z")
        await assert_looks_like(pilot, "focus-120x40")
        await pilot.press("minus", "minus", "minus", "minus")
        await assert_looks_like(pilot, "focus-dots-120x40")


async def test_a_group_opens_and_folds_again() -> None:
    async with stepping(LARGE) as pilot:
        await pilot.press(*"600l")
        folded = await text_of(pilot)
        assert title_of(folded) == "980 nodes as 12 boxes"
        assert "h0_1  181/528  ∇ ·   Enter opens it" in folded
        await pilot.press("enter")
        opened = await text_of(pilot)
        assert boxes(pilot) > 12
        assert title_of(opened) == f"980 nodes as {boxes(pilot)} boxes"
        await pilot.press("backspace")
        assert await text_of(pilot) == folded


async def test_enter_reveals_what_was_selected_and_then_inspects_it() -> None:
    async with stepping(LARGE) as pilot:
        select(pilot, "w1_3_2")
        shown = await text_of(pilot)
        assert "w1  256 nodes   Enter opens it" in shown
        await pilot.press("enter")
        await text_of(pilot)
        setting = canvas_of(pilot).setting
        assert setting
        assert "w1_3_2" in [setting.scene.title(box) for box in range(len(setting.scene.contents))]
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, Inspector)


async def test_a_click_selects_a_group_and_another_one_opens_it() -> None:
    async with stepping(LARGE) as pilot:
        rows = (await text_of(pilot)).splitlines()
        y = next(y for y, row in enumerate(rows) if " w1(256)" in row)
        place = rows[y].index("w1(256)"), y
        await pilot.click(offset=place)
        await text_of(pilot)
        session = stepper(pilot).session
        assert session.selected is not None
        assert session.timeline.graph.nodes[session.selected].name.startswith("w1_")
        assert boxes(pilot) == 12
        await pilot.click(offset=place)
        await text_of(pilot)
        assert boxes(pilot) == 12 + 15  # one level: w1_0 … w1_15


async def test_the_whole_graph_comes_and_goes() -> None:
    async with stepping(LARGE) as pilot:
        await pilot.press("x")
        await until(pilot, lambda: boxes(pilot) == 981)
        assert title_of(await text_of(pilot)) == "980 nodes"
        await pilot.press("x")
        assert title_of(await text_of(pilot)) == "980 nodes as 12 boxes"


@pytest.mark.parametrize("key", ["x", "backspace"])
async def test_a_key_that_finds_nothing_to_fold_says_so(key: str) -> None:
    async with stepping() as pilot:
        await pilot.press(key)
        assert "This graph has no groups to fold" in await text_of(pilot)
        await pilot.press("right")
        assert "no groups" not in await text_of(pilot)


NOTHING_TO_DO = [
    ("back", "The run begins here"),
    ("step previous_node previous_node", "The run begins here"),
    ("end_of_phase start_of_phase start_of_phase", "The run begins here"),
    ("start", "The run begins here"),
    ("end step", "The run ends here"),
    ("end next_node", "The run ends here"),
    ("end end_of_phase", "The run ends here"),
    ("end end", "The run ends here"),
    ("end_of_phase to_value", "This is that event already"),
    ("end select_previous select_previous", "There is no node above"),
    ("end select_next select_next select_next select_next", "There is no node below"),
    ("richer", "There is no more detail than full boxes"),
    ("plainer plainer plainer plainer plainer", "There is no less detail than dots"),
    ("fit", "The detail is that for this window already"),
    ("plainer plainer labels", "With so little detail there are no labels"),
    ("overview", "All of the drawing is in view"),
    ("pan_left", "All of the drawing is in view"),
    ("words_down", "There is no more below"),
    ("words_up", "There is no more above"),
    ("centre", "There is no event yet"),
    ("end_of_phase centre", "The event is in view, and the drawing goes no further"),
    ("problems", "No file is watched: --watch follows one"),
    ("leave", "q quits"),
]


async def test_what_changes_nothing_says_why_and_what_comes_next_is_silent() -> None:
    async with stepping() as pilot:
        screen = stepper(pilot)

        def do(action: str) -> str:
            getattr(screen, f"action_{action}")()
            return screen.session.remark

        for actions, remark in NOTHING_TO_DO:
            *before, last = actions.split()
            assert not any(do(action) for action in before), actions
            assert do(last) == remark
            assert do("turn") == ""
            screen.session.look_at(None)
            screen.session.go(0)
            screen.change_look(lambda _: Look())
        await pilot.press("left")
        assert "The run begins here" in await text_of(pilot)


@pytest.mark.parametrize(("size", "remark"), [((80, 24), ""), ((60, 16), "There is no room for the map")])
async def test_a_drawing_larger_than_its_window_ends_somewhere_and_may_have_a_map(
    size: tuple[int, int], remark: str
) -> None:
    async with stepping(size=size) as pilot:
        screen = stepper(pilot)
        screen.change_look(lambda _: Look(level=0))
        await pilot.press("shift+up")
        assert screen.session.remark == "The drawing goes no further"
        for _ in range(2):
            await pilot.press("M")
            assert screen.session.remark == remark


async def test_focus_follows_the_steps() -> None:
    async with stepping(LARGE) as pilot:
        await pilot.press(*"600l", "z")
        session, details = stepper(pilot).session, set()
        for key in "llllffnnnn":
            await pilot.press(key)
            screen = await text_of(pilot)
            assert "in focus: " in title_of(screen)
            canvas = canvas_of(pilot)
            assert session.event
            assert canvas.setting
            assert canvas.drawing
            details.add(canvas.drawing.detail)
            box = canvas.setting.scene.box_of[session.event.node]
            assert canvas.viewport.shows(canvas.drawing.boxes[box].rectangle)
        assert len(details) == 1  # it does not jump
        await pilot.press("escape")
        assert title_of(await text_of(pilot)) == "980 nodes as 12 boxes"


async def test_detail_and_orientation() -> None:
    async with stepping("tree.toml", size=(120, 40)) as pilot:
        automatic = await text_of(pilot)
        for key, box in (("minus", BoxStyle.COMPACT), ("minus", BoxStyle.LINE), ("plus", BoxStyle.COMPACT)):
            await pilot.press(key)
            await text_of(pilot)
            drawing = canvas_of(pilot).drawing
            assert drawing
            assert drawing.detail.box is box
        assert title_of(await text_of(pilot)) == "compact boxes"
        down = canvas_of(pilot).drawing
        await pilot.press("o")
        await text_of(pilot)
        sideways = canvas_of(pilot).drawing
        assert down
        assert sideways
        assert sideways.orientation is down.orientation.other
        await pilot.press("r")
        assert await text_of(pilot) == automatic
        await pilot._post_mouse_events([events.MouseScrollDown], GraphCanvas, offset=(5, 5), control=True)
        assert title_of(await text_of(pilot)) == "compact boxes"


async def test_keys_pan_the_drawing() -> None:
    async with stepping(bp.loads(residual(50)), size=(80, 24)) as pilot:
        await text_of(pilot)
        assert canvas_of(pilot).viewport.place[1] == 0
        await pilot.press("shift+down", "3", "shift+down")
        assert canvas_of(pilot).viewport.place[1] == 16
        await pilot.press("shift+up")
        assert canvas_of(pilot).viewport.place[1] == 12


@pytest.mark.parametrize("size", [(60, 16), (80, 24)], ids="{0[0]}x{0[1]}".format)
@pytest.mark.parametrize("scenario", [LARGE, bp.loads(scenario_text("y = sin(x)", "x = 1.0"))], ids=["many", "two"])
async def test_no_key_is_too_much(size: tuple[int, int], scenario: bp.Scenario) -> None:
    async with stepping(scenario, size=size) as pilot:
        for key in [*"lzozr", "minus", "backspace", "enter", "escape", "backspace", "M", "shift+left", "plus", *"zxz"]:
            await pilot.press(key)
        await text_of(pilot)
        if pilot.app.screen is stepper(pilot):
            await until(pilot, lambda: not canvas_of(pilot).is_busy)


STUBS = (
    """
hub = a * b
"""
    + "\n".join(f"u{i} = hub * {i + 2}" for i in range(90))
    + "\ny = "
    + " + ".join(f"u{i}" for i in range(90))
)


async def test_a_box_says_how_many_of_its_lines_are_left_out() -> None:
    async with stepping(bp.loads(scenario_text(STUBS.strip()))) as pilot:
        select(pilot, "hub")
        await pilot.press("z")
        await pilot.press("plus", "plus", "plus", "plus", "c")
        canvas_of(pilot).centre(stepper(pilot).session.selected)
        screen = await text_of(pilot)
        assert " more ──" in screen
        assert "⋯ " in screen
