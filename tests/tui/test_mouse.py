"""The mouse does the obvious."""

from __future__ import annotations

from textual import events
from textual.pilot import Pilot

from backprop_tui.tui.actions import Scope
from backprop_tui.tui.app import BackpropApp
from backprop_tui.tui.lines import plain
from backprop_tui.tui.panels import footer
from backprop_tui.tui.screens.home import Home
from backprop_tui.tui.screens.overlay import Overlay
from tests.tui.screens import position, stepper, stepping, text_of


def selected(pilot: Pilot[None]) -> str | None:
    session = stepper(pilot).session
    return None if session.selected is None else session.timeline.graph.nodes[session.selected].name


async def test_a_click_on_a_row_selects_its_node() -> None:
    async with stepping() as pilot:
        await pilot.click("#values", offset=(5, 4))
        assert selected(pilot) == "c"
        await pilot.click("#values", offset=(5, 4))
        assert selected(pilot) is None


async def test_a_click_beside_the_rows_selects_nothing() -> None:
    async with stepping() as pilot:
        for offset in ((5, 1), (5, 20)):
            await pilot.click("#values", offset=offset)
        assert selected(pilot) is None


async def test_a_click_on_a_box_selects_its_node() -> None:
    async with stepping() as pilot:
        rows = (await text_of(pilot)).splitlines()
        y = next(y for y, row in enumerate(rows) if "d = b + 1 ┊" in row)
        await pilot.click(offset=(rows[y].rindex("d = b + 1"), y))
        assert selected(pilot) == "d"


async def test_a_click_on_the_timeline_goes_there() -> None:
    async with stepping() as pilot:
        await pilot.click("#track", offset=(115, 0))
        assert position(pilot) == 11
        await pilot.click("#track", offset=(1, 0))
        assert position(pilot) == 0


async def test_dragging_along_the_timeline_scrubs() -> None:
    async with stepping() as pilot:
        await pilot.mouse_down("#track", offset=(9, 0))
        visited = []
        for x in range(9, 110, 5):
            await pilot._post_mouse_events([events.MouseMove], "#track", offset=(x, 0), button=1)
            visited.append(position(pilot))
        await pilot.mouse_up("#track", offset=(109, 0))
        assert visited == sorted(visited)
        assert visited[0] == 0
        assert visited[-1] >= 10


async def test_a_click_on_the_footer_acts() -> None:
    async with stepping() as pilot:
        text = plain(footer.page(Scope.STEPPER, 120).line(0))
        await pilot.click("#footer", offset=(text.index("phase"), 0))
        assert position(pilot) == 5


async def test_a_click_on_what_is_at_hand_everywhere_acts_too() -> None:
    async with stepping() as pilot:
        text = plain(footer.page(Scope.STEPPER, 120).line(0))
        await pilot.click("#footer", offset=(text.index("help"), 0))
        assert isinstance(pilot.app.screen, Overlay)


async def test_the_wheel_scrolls_what_is_under_it() -> None:
    async with stepping("two-layer-softmax.toml", (80, 22)) as pilot:
        before = await text_of(pilot)
        assert "more" in before
        await pilot._post_mouse_events([events.MouseScrollDown], "#values", offset=(5, 5))
        after = await text_of(pilot)
        assert before != after
        assert position(pilot) == 0
        await pilot._post_mouse_events([events.MouseScrollUp], "#values", offset=(5, 5))
        assert await text_of(pilot) == before


async def drag(pilot: Pilot[None], widget: str, *columns: int, row: int = 0) -> None:
    """Press the button in the first column, move through the others, and let go."""
    await pilot.mouse_down(widget, offset=(columns[0], row))
    for column in columns[1:]:
        await pilot._post_mouse_events([events.MouseMove], widget, offset=(column, row), button=1)
    await pilot.mouse_up(widget, offset=(columns[-1], row))


async def test_a_drag_over_the_lessons_opens_none() -> None:
    async with BackpropApp().run_test(size=(120, 40)) as pilot:
        await drag(pilot, "#lessons", 6, 7, 8, row=5)
        await pilot.pause()
        assert isinstance(pilot.app.screen, Home)


async def test_a_drag_over_the_footer_acts_once() -> None:
    async with stepping() as pilot:
        column = plain(footer.page(Scope.STEPPER, 120).line(0)).index("step")
        await drag(pilot, "#footer", column, column + 1, column + 2)
        assert position(pilot) == 1
