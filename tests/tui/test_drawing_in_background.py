"""What is too large to be drawn between two keys is drawn in the background."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest

from backprop_tui.drawing.drawing import Drawing
from backprop_tui.drawing.levels import Levels
from backprop_tui.engine.run import run
from backprop_tui.graph import Graph
from backprop_tui.progress import Progress
from backprop_tui.tui import scenery as scenery_module
from backprop_tui.tui.scenery import Look
from tests.graphs import Builder, chain
from tests.tui.canvases import LARGE, CanvasApp, LargeApp, box_of
from tests.tui.screens import PATIENCE, until


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Stands in the way of every drawing that is made in the background, in its own thread."""
    gate = Event()
    richest = Levels.richest

    def slow(self: Levels, width: int, height: int, *, progress: Progress | None, **options: Any) -> Drawing:
        for step in progress.over("ab", "waiting") if progress else ():
            assert step == "a" or gate.wait(PATIENCE)
        return richest(self, width, height, progress=progress, **options)

    monkeypatch.setattr(Levels, "richest", slow)
    yield gate
    gate.set()


async def test_a_large_graph_is_drawn_in_the_background(gate: Event) -> None:
    app = LargeApp(position=7)
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
        assert app.canvas.viewport.shows(box_of(app.canvas, 8))


async def test_a_drawing_can_be_stopped_and_begun_again(gate: Event) -> None:
    app = LargeApp()
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
    app = LargeApp()
    async with app.run_test(size=(50, 20)) as pilot:
        for width in (60, 70, 80):
            await pilot.resize_terminal(width, 20)
        gate.set()
        await until(pilot, lambda: app.canvas.drawing and not app.canvas.is_busy)
        drawn = app.canvas.drawing
        await pilot.pause()
        assert app.canvas.drawing is drawn


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


async def test_what_is_too_tangled_is_not_drawn_but_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenery_module, "MOST_ITEMS", 1_000)
    app = CanvasApp(run(tangle(150)))
    async with app.run_test(size=(80, 9)) as pilot:
        await until(pilot, lambda: not app.canvas.is_busy)
        assert app.text()[4].strip() == "151 nodes are too many to draw, with so many lines between them."


async def test_what_is_on_screen_stays_when_a_drawing_is_stopped(gate: Event) -> None:
    app = CanvasApp(run(chain(LARGE - 1)), position=7)
    async with app.run_test(size=(50, 20)) as pilot:
        canvas, folded = app.canvas, app.canvas.look
        before = app.text()
        canvas.look = Look()  # all of it
        canvas.set_position(7)
        await until(pilot, lambda: canvas.is_busy)
        canvas.set_position(300)
        assert app.text() != before  # steps go on in the old drawing
        canvas.set_position(7)
        assert app.text() == before
        canvas.stop_drawing()
        gate.set()
        await until(pilot, lambda: not canvas.is_busy)
        assert canvas.look == folded
        canvas.set_position(7)
        assert not canvas.is_busy
        assert app.text() == before
