"""Make the pictures of the documentation: `PYTHONPATH=. python docs/images/make.py` in the root of the repository."""

from __future__ import annotations

import asyncio
from pathlib import Path

import backprop_tui as bp
from backprop_tui.cli import main as backprop_tui
from backprop_tui.scenario import Scenario
from backprop_tui.tui.app import BackpropApp
from benchmarks.scenarios import Network, mlp

HERE = Path(__file__).parent


async def picture(scenario: Scenario, keys: str, name: str, size: tuple[int, int]) -> None:
    """Open a scenario, press keys, and save the screen as SVG."""
    app = BackpropApp(scenario)
    async with app.run_test(size=size) as pilot:
        await pilot.press(*keys.split())
        await app.workers.wait_for_complete()  # large drawings are made in the background
        await pilot.pause()
        (HERE / f"{name}.svg").write_text(app.export_screenshot(title="backprop-tui"), encoding="utf-8")


def drawing(scenario: str, name: str, *options: str) -> None:
    """Save the drawing of a scenario alone."""
    backprop_tui(["export", scenario, "--to", "svg", "-o", str(HERE / f"{name}.svg"), *options])


async def main() -> None:
    await picture(bp.load("scenarios/tree.toml"), "end", "tree", (110, 32))
    await picture(bp.load("scenarios/attention.toml"), "end up enter down", "inspector", (110, 36))
    await picture(bp.load("scenarios/tree.toml"), "end p", "paths", (110, 32))
    perceptron = mlp(Network.random((2, 16, 16, 1)), [(0.1, 0.2)])
    await picture(bp.loads(perceptron), "end 4 0 0 h", "folded", (220, 50))
    await picture(bp.loads(perceptron), "6 0 0 l x", "unfolded", (140, 40))
    await picture(bp.load("scenarios/cs231n-sigmoid-neuron.toml"), "end 6 h", "neuron", (150, 36))
    await picture(bp.load("scenarios/attention.toml"), "end 6 h", "attention", (200, 50))
    drawing("scenarios/tree.toml", "tree-drawing")


if __name__ == "__main__":
    asyncio.run(main())
