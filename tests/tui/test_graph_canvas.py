"""The widget that shows the drawing: what is on screen, what is refreshed, where it scrolls."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region

from backprop_tui.drawing.boxes import BoxStyle
from backprop_tui.drawing.drawing import Drawing
from backprop_tui.drawing.levels import LEVELS, Levels
from backprop_tui.engine.run import run
from backprop_tui.engine.timeline import Timeline
from backprop_tui.graph import Graph
from backprop_tui.progress import Progress
from backprop_tui.tui.graph_view import RunTexts
from backprop_tui.tui.themes import extra_variables
from backprop_tui.tui.widgets.graph_canvas import GraphCanvas
from tests.graphs import Builder, chain, tree
from tests.tui.screens import PATIENCE, until


class CanvasApp(App[None]):
    """Nothing but the canvas."""

    def __init__(self, timeline: Timeline | None, position: int = 0) -> None:
        super().__init__()
        self.timeline = timeline
        self.position = position
        self.clicked: list[int] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return extra_variables(self.current_theme)

    def compose(self) -> ComposeResult:
        yield GraphCanvas()

    def on_mount(self) -> None:
        if self.timeline:
            self.canvas.show(RunTexts(self.timeline))
            self.canvas.set_position(self.position)

    def on_graph_canvas_node_selected(self, event: GraphCanvas.NodeSelected) -> None:
        self.clicked.append(event.node)

    @property
    def canvas(self) -> GraphCanvas:
        return self.query_one(GraphCanvas)

    def text(self) -> list[str]:
        return [self.canvas.render_line(y).text for y in range(self.canvas.scrollable_content_region.height)]


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
        assert not app.canvas.show_vertical_scrollbar
        assert not app.canvas.show_horizontal_scrollbar


async def test_it_chooses_anew_when_the_window_changes(timeline: Timeline) -> None:
    app = CanvasApp(timeline)
    async with app.run_test(size=(12, 5)) as pilot:
        small = app.canvas.drawing
        await pilot.resize_terminal(80, 30)
        await pilot.pause()
        assert small is not None
        assert app.canvas.drawing is not None
        assert app.canvas.drawing.detail == LEVELS[0]
        assert not app.canvas.show_vertical_scrollbar


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


async def test_a_large_graph_scrolls_to_the_event(timeline: Timeline) -> None:
    long = run(chain(60))
    app = CanvasApp(long)
    async with app.run_test(size=(40, 20)) as pilot:
        await pilot.pause()
        canvas = app.canvas
        assert canvas.drawing is not None
        assert canvas.drawing.detail.box is BoxStyle.COMPACT
        assert canvas.show_vertical_scrollbar
        for position in (50, len(long), 62):
            canvas.set_position(position)
            await pilot.pause()
            box = canvas.drawing.boxes[long[position - 1].node]
            assert canvas.scroll_offset.y <= box.y
            assert box.y + box.height <= canvas.scroll_offset.y + 20
        at = canvas.scroll_offset
        canvas.set_position(61)  # its neighbour is in view already
        await pilot.pause()
        assert canvas.scroll_offset == at
        canvas.set_position(61, selected=0)
        await pilot.pause()
        assert canvas.scroll_offset.y == 0


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


async def test_a_very_large_graph_is_not_drawn_but_said() -> None:
    app = CanvasApp(run(chain(3_000)), position=2)
    async with app.run_test(size=(70, 9)):
        assert app.canvas.drawing is None
        assert app.text()[3].strip() == "3,001 nodes are too many to draw (at most 3,000)."


LARGE = 700
"""Nodes: too many to be drawn between two frames."""


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Stands in the way of every drawing that is made in the background, in its own thread."""
    gate = Event()
    richest = Levels.richest

    def slow(self: Levels, width: int, height: int, *, labels: bool = True, progress: Progress) -> Drawing:
        for step in progress.over("ab", "waiting"):
            assert step == "a" or gate.wait(PATIENCE)
        return richest(self, width, height, labels=labels, progress=progress)

    monkeypatch.setattr(Levels, "richest", slow)
    yield gate
    gate.set()


async def test_a_large_graph_is_drawn_in_the_background(gate: Event) -> None:
    app = CanvasApp(run(chain(LARGE - 1)), position=7)
    async with app.run_test(size=(50, 20)) as pilot:
        await until(pilot, lambda: any("50 %" in line for line in app.text()))
        assert [line.strip() for line in app.text() if line.strip()] == [
            "Drawing 700 nodes",
            "━━━━━━━━━━━━╸───────────  50 %",
            "Esc stops",
        ]
        app.canvas.set_position(9)  # the user goes on meanwhile
        gate.set()
        await until(pilot, lambda: app.canvas.drawing)
        await until(pilot, lambda: any("╔" in line for line in app.text()))
        assert not app.canvas.is_busy
        receiver = app.canvas.drawing.boxes[8] if app.canvas.drawing else None
        assert receiver
        assert receiver.y - app.canvas.scroll_offset.y in range(20)  # it has been scrolled to


async def test_a_drawing_can_be_stopped_and_begun_again(gate: Event) -> None:
    app = CanvasApp(run(chain(LARGE - 1)))
    async with app.run_test(size=(50, 20)) as pilot:
        await until(pilot, lambda: app.canvas.is_busy)
        app.canvas.stop_drawing()
        gate.set()
        await until(pilot, lambda: not app.canvas.is_busy)
        assert app.canvas.drawing is None
        assert [line.strip() for line in app.text() if line.strip()] == [
            "The drawing of 700 nodes was stopped.",
            "v begins it again",
        ]
        app.canvas.toggle_labels()
        await until(pilot, lambda: app.canvas.drawing)


async def test_only_the_last_of_many_sizes_is_drawn(gate: Event) -> None:
    app = CanvasApp(run(chain(LARGE - 1)))
    async with app.run_test(size=(50, 20)) as pilot:
        for width in (60, 70, 80):
            await pilot.resize_terminal(width, 20)
        gate.set()
        await until(pilot, lambda: app.canvas.drawing and not app.canvas.is_busy)
        drawn = app.canvas.drawing
        await pilot.pause()
        assert app.canvas.drawing is drawn


async def test_another_run_takes_the_place_of_the_first() -> None:
    app = CanvasApp(run(chain(LARGE - 1)))
    async with app.run_test(size=(50, 20)) as pilot:
        app.canvas.show(RunTexts(run(tree())))
        await pilot.pause()
        assert any("e = c · d" in line for line in app.text())


def tangle(operations: int) -> Graph:
    """A chain in which every product takes an earlier one, too: few nodes, and long lines past most of them."""
    build = Builder()
    nodes = [build.input("x", 1.0)]
    for number in range(operations):
        nodes.append(build.op("mul", nodes[-1], nodes[number * 7919 % len(nodes)]))
    return build.graph()


async def test_long_lines_count_like_nodes() -> None:
    app = CanvasApp(run(tangle(150)))
    async with app.run_test(size=(50, 20)) as pilot:
        assert app.canvas.is_busy
        await until(pilot, lambda: app.canvas.drawing)


async def test_what_is_too_tangled_is_not_drawn_but_said() -> None:
    app = CanvasApp(run(tangle(600)))
    async with app.run_test(size=(80, 9)):
        assert app.text()[3].strip() == "601 nodes are too many to draw, with so many lines between them."
