"""The graph on the plainest terminal, without colour and without Unicode: folded, in focus, and under its map."""

from __future__ import annotations

from dataclasses import replace

import pytest

import backprop_tui as bp
from backprop_tui.lessons import directory
from backprop_tui.tui.ascii_only import translate
from backprop_tui.tui.widgets.graph_canvas import GraphCanvas
from benchmarks.scenarios import Network, mlp
from tests.tui.screens import assert_looks_like, stepper, stepping

LARGE = bp.loads(mlp(Network.random((2, 16, 16, 1)), [[0.1, 0.2]]))
ATTENTION = bp.load(directory() / "attention.toml")


@pytest.mark.parametrize(
    ("name", "scenario", "position"), [("folded", LARGE, 600), ("focus", LARGE, 2_000), ("map", ATTENTION, 27)]
)
async def test_nothing_is_lost(
    monkeypatch: pytest.MonkeyPatch, name: str, scenario: bp.Scenario, position: int
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with stepping(scenario, (80, 24)) as pilot:
        screen = stepper(pilot)
        screen.session.go(position)
        screen.changed()
        if name == "focus":
            screen.action_neighbourhood()
        elif name == "map":
            screen.change_look(lambda look: replace(look, level=0))
        graph = screen.query_one(GraphCanvas)
        await assert_looks_like(pilot, f"plain-{name}", graph.region, translate)
