"""Make the pictures of the documentation: `python docs/images/make.py`, from the root of the repository."""

from __future__ import annotations

import asyncio
from pathlib import Path

import backprop_tui as bp
from backprop_tui.cli import main as backprop_tui
from backprop_tui.tui.app import BackpropApp

HERE = Path(__file__).parent


async def picture(scenario: str, keys: str, name: str, size: tuple[int, int]) -> None:
    """Open a scenario, press keys, and save the screen as SVG."""
    app = BackpropApp(bp.load(scenario))
    async with app.run_test(size=size) as pilot:
        await pilot.press(*keys.split())
        await pilot.pause()
        (HERE / f"{name}.svg").write_text(app.export_screenshot(title="backprop-tui"), encoding="utf-8")


def drawing(scenario: str, name: str, *options: str) -> None:
    """Save the drawing of a scenario alone."""
    backprop_tui(["export", scenario, "--to", "svg", "-o", str(HERE / f"{name}.svg"), *options])


async def main() -> None:
    await picture("scenarios/tree.toml", "end", "tree", (110, 32))
    drawing("scenarios/tree.toml", "tree-drawing")


if __name__ == "__main__":
    asyncio.run(main())
