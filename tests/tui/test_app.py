"""What the application does to its process: the garbage collector, what it loads."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from backprop_tui.tui.app import run_app


def test_an_unknown_theme_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_app(theme="nope") == 2
    assert "no theme 'nope'" in capsys.readouterr().err


def test_the_garbage_collector_is_left_as_it_was() -> None:
    thresholds = gc.get_threshold()
    gc.freeze()  # as the app does after its first frame
    run_app(theme="nope")
    assert gc.get_freeze_count() == 0
    assert gc.get_threshold() == thresholds
    assert gc.isenabled()


def test_the_list_of_lessons_needs_nothing_that_computes() -> None:
    code = """
import asyncio, sys
from backprop_tui.tui.app import BackpropApp
async def main():
    async with BackpropApp().run_test() as pilot:
        await pilot.press("down")
asyncio.run(main())
ours = ("scenario.loading", "ops", "engine", "drawing", "tui.screens.stepper")
parts = ["numpy"] + ["backprop_tui." + part for part in ours]
print(*(part for part in parts if part in sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"
