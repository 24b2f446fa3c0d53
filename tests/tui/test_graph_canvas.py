"""The widget that shows the drawing: what is on screen, what is refreshed, where it scrolls."""

from __future__ import annotations

import pytest
from textual import events
from textual.geometry import Region

from backprop_tui.drawing.boxes import BoxStyle
from backprop_tui.drawing.levels import LEVELS
from backprop_tui.drawing.orientation import Orientation
from backprop_tui.engine.run import run
from backprop_tui.engine.timeline import Timeline
from backprop_tui.tui.scenery import Look
from backprop_tui.tui.widgets.graph_canvas import GraphCanvas
from tests.graphs import chain, tree
from tests.tui.canvases import CanvasApp, LargeApp, box_of
from tests.tui.screens import stepping


@pytest.fixture
def timeline() -> Timeline:
    return run(tree())


async def test_without_a_timeline_it_is_blank() -> None:
    app = CanvasApp(None)
    async with app.run_test(size=(20, 5)):
        app.canvas.set_position(3)
        assert app.text() == [" " * 20] * 5


async def test_a_position_set_before_there_is_a_size_is_not_lost(timeline: Timeline) -> None:
    app = CanvasApp(timeline, position=11)
    async with app.run_test(size=(60, 27)):
        assert any("3→5" in row for row in app.text())


@pytest.mark.parametrize(
    ("size", "level"), [((60, 27), 0), ((40, 17), 1), ((40, 14), 2), ((30, 12), 4), ((26, 9), 5), ((12, 9), 6)]
)
async def test_it_shows_as_much_as_fits(timeline: Timeline, size: tuple[int, int], level: int) -> None:
    app = CanvasApp(timeline)
    async with app.run_test(size=size):
        assert app.canvas.drawing is not None
        assert app.canvas.drawing.detail == LEVELS[level]
        assert app.canvas.viewport.fits


async def test_it_chooses_anew_when_the_window_changes(timeline: Timeline) -> None:
    app = CanvasApp(timeline)
    async with app.run_test(size=(12, 5)) as pilot:
        small = app.canvas.drawing
        await pilot.resize_terminal(80, 30)
        await pilot.pause()
        assert small is not None
        assert app.canvas.drawing is not None
        assert app.canvas.drawing.detail == LEVELS[0]
        assert app.canvas.viewport.fits


async def test_a_small_drawing_stands_in_the_middle(timeline: Timeline) -> None:
    app = CanvasApp(timeline)
    async with app.run_test(size=(60, 28)):
        rows = app.text()
        drawn = [y for y, row in enumerate(rows) if row.strip()]
        columns = [x for x in range(60) if any(row[x] != " " for row in rows)]
        assert abs(drawn[0] - (27 - drawn[-1])) <= 1
        assert abs(columns[0] - (59 - columns[-1])) <= 1


async def test_labels_can_be_hidden(timeline: Timeline) -> None:
    app = CanvasApp(timeline)
    async with app.run_test(size=(60, 28)):
        assert any("∂c/∂b=" in row for row in app.text())
        app.canvas.toggle_labels()
        assert not any("∂" in row for row in app.text())
        app.canvas.toggle_labels()
        assert any("∂c/∂b=" in row for row in app.text())


async def test_a_step_refreshes_only_what_changed(timeline: Timeline, monkeypatch: pytest.MonkeyPatch) -> None:
    app = CanvasApp(timeline)
    async with app.run_test(size=(60, 27)) as pilot:
        canvas = app.canvas
        canvas.set_position(10)
        await pilot.pause()
        before = app.text()
        refreshed: list[Region] = []
        monkeypatch.setattr(canvas, "refresh", lambda *regions, **_: refreshed.extend(regions))
        canvas.set_position(11)
        after = app.text()
    changed = [
        (x, y)
        for y, (old, new) in enumerate(zip(before, after, strict=True))
        for x, (one, other) in enumerate(zip(old, new, strict=True))
        if one != other
    ]
    assert changed
    assert all(any(region.contains(*point) for region in refreshed) for point in changed)
    assert sum(region.area for region in refreshed) < 60 * 27 / 3


async def test_every_position_shows_the_same_after_going_there_in_steps_and_at_once(timeline: Timeline) -> None:
    app = CanvasApp(timeline)
    async with app.run_test(size=(60, 27)):
        canvas = app.canvas
        stepped = []
        for position in range(len(timeline) + 1):
            canvas.set_position(position)
            stepped.append(app.text())
        for position in reversed(range(len(timeline) + 1)):
            canvas.set_position(position)
            assert app.text() == stepped[position]
        canvas.set_position(11)
        canvas.set_position(2)
        assert app.text() == stepped[2]


async def test_a_large_graph_scrolls_to_the_event() -> None:
    long = run(chain(60))
    app = CanvasApp(long)
    async with app.run_test(size=(40, 20)):
        canvas = app.canvas
        assert canvas.drawing is not None
        assert canvas.drawing.detail.box is BoxStyle.COMPACT
        for position in (50, len(long), 62):
            canvas.set_position(position)
            assert canvas.viewport.shows(box_of(canvas, long[position - 1].node))
        at = canvas.viewport
        canvas.set_position(61)  # its neighbour is in view already
        assert canvas.viewport == at
        canvas.set_position(61, selected=0)
        assert canvas.viewport.place == (0, 0)


async def test_a_click_on_a_box_selects_its_node(timeline: Timeline) -> None:
    app = CanvasApp(timeline)
    async with app.run_test(size=(60, 27)) as pilot:
        rows = app.text()
        y = next(y for y, row in enumerate(rows) if " e " in row)
        await pilot.click(GraphCanvas, offset=(rows[y].index(" e ") + 1, y))
        await pilot.click(GraphCanvas, offset=(0, 0))
        assert app.clicked == [timeline.graph["e"].index]


async def test_the_selection_is_marked_without_colour(timeline: Timeline) -> None:
    app = CanvasApp(timeline)
    async with app.run_test(size=(60, 27)):
        app.canvas.set_position(4, selected=0)
        assert sum(row.count("▸") for row in app.text()) == 1
        app.canvas.set_position(4)
        assert not any("▸" in row for row in app.text())


async def test_a_change_of_theme_changes_the_colours(timeline: Timeline) -> None:
    app = CanvasApp(timeline)
    async with app.run_test(size=(60, 27)) as pilot:
        await pilot.pause()
        before = app.canvas.render_line(10)
        app.theme = "textual-light"
        await pilot.pause()
        assert app.canvas.render_line(10) != before


async def test_a_very_large_graph_is_drawn_in_a_few_boxes_at_once() -> None:
    app = CanvasApp(run(chain(3_000)), position=2)
    async with app.run_test(size=(70, 20)):
        assert app.canvas.drawing is not None
        assert not app.canvas.is_busy


MAP = ["│⣾⣿⣿●⣿⣷│", *["│⣿⣿⣿⣿⣿⣿│"] * 5, "╰──────╯"]


async def test_another_run_takes_the_place_of_the_first() -> None:
    app = LargeApp()
    async with app.run_test(size=(50, 20)):
        app.show(run(tree()), Look())
        assert any("e = c · d" in line for line in app.text())


async def test_the_mouse_drags_the_drawing_and_the_wheel_moves_it() -> None:
    app = CanvasApp(run(chain(60)))
    async with app.run_test(size=(40, 20)) as pilot:
        canvas = app.canvas
        canvas.toggle_map()
        await pilot.mouse_down(GraphCanvas, offset=(15, 16))
        await pilot.hover(GraphCanvas, offset=(15, 9))
        await pilot.mouse_up(GraphCanvas, offset=(15, 9))
        assert canvas.viewport.place == (0, 7)
        assert app.clicked == []  # a drag is no click
        await pilot._post_mouse_events([events.MouseScrollDown], GraphCanvas, offset=(5, 5))
        assert canvas.viewport.place == (0, 10)
        await pilot._post_mouse_events([events.MouseScrollUp], GraphCanvas, offset=(5, 5), times=9)
        assert canvas.viewport.place == (0, 0)


async def test_a_step_comes_back_only_if_the_event_is_out_of_view() -> None:
    app = CanvasApp(run(chain(60)), position=3)
    async with app.run_test(size=(40, 20)):
        canvas = app.canvas
        canvas.pan(0, 2)
        at = canvas.viewport
        canvas.set_position(4)
        assert canvas.viewport == at
        canvas.pan(0, 60)
        canvas.set_position(5)
        assert canvas.viewport.shows(box_of(canvas, 4))


async def test_a_map_shows_where_one_is_and_leads_there() -> None:
    app = CanvasApp(run(chain(60)), position=3)
    async with app.run_test(size=(40, 20)) as pilot:
        canvas = app.canvas
        assert [row[-8:] for row in app.text()[13:]] == MAP
        await pilot.click(GraphCanvas, offset=(36, 18))
        assert canvas.viewport.y > 200
        assert app.clicked == []
        canvas.toggle_map()
        assert not any("⣿" in row for row in app.text())


async def test_a_map_makes_way_for_what_happens() -> None:
    app = CanvasApp(run(chain(60)), position=3)
    async with app.run_test(size=(40, 12)):
        for position in range(3, 60):
            app.canvas.set_position(position)
            assert any("╝" in row for row in app.text())  # the corner of the receiver's box


async def test_what_changes_out_of_view_is_new_when_the_window_comes_back() -> None:
    async with stepping("tree.toml", (80, 24)) as pilot:
        await pilot.press("end", "h", "plus", "plus", "plus", "plus")
        canvas = pilot.app.screen.query_one(GraphCanvas)
        for keys in (("h",), ("l",), ("h", "h"), ("l", "l")):
            canvas.pan_to(0, 0)
            canvas.render_lines(canvas.size.region)
            canvas.pan_to(0, 1_000)
            canvas.render_lines(canvas.size.region)
            await pilot.press(*keys)
            canvas.pan_to(0, 0)
            kept = [strip.text for strip in canvas.render_lines(canvas.size.region)]
            canvas.notify_style_update()  # drawn from nothing
            assert kept == [strip.text for strip in canvas.render_lines(canvas.size.region)]


async def test_what_changes_while_the_window_moves_sideways_is_new_when_it_comes_back(timeline: Timeline) -> None:
    app = CanvasApp(timeline)
    async with app.run_test(size=(24, 20)):
        canvas = app.canvas
        app.show(timeline, Look(level=0, orientation=Orientation.TOP_DOWN))
        canvas.set_position(1)
        there, place = app.text(), canvas.viewport.place
        canvas.set_position(2)
        assert canvas.viewport.x != place[0]
        canvas.pan_to(*place)  # nothing has been drawn since
        kept = app.text()
        canvas.notify_style_update()
        assert there != kept == app.text()
