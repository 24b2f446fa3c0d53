"""What the stepper looks like, text and style: goldens that a reviewer can read in a diff."""

from __future__ import annotations

import pytest

from tests.tui.screens import assert_looks_like, stepper, stepping

MOMENTS = {"start": 0, "forward": 3, "seed": 6, "accumulating": 9, "end": 11}


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids="{0[0]}x{0[1]}".format)
async def test_the_tree_looks_as_before(size: tuple[int, int]) -> None:
    async with stepping("tree.toml", size) as pilot:
        for moment, position in MOMENTS.items():
            stepper(pilot).session.go(position)
            stepper(pilot).changed()
            await assert_looks_like(pilot, f"tree-{moment}-{size[0]}x{size[1]}")


async def test_arrays_look_as_before() -> None:
    async with stepping("two-layer-softmax.toml") as pilot:
        await pilot.press("end", "up")
        await assert_looks_like(pilot, "softmax-end-120x40")


async def test_a_selected_row_is_lit() -> None:
    async with stepping("tree.toml", (80, 24)) as pilot:
        await pilot.press("f", "up", "up")
        await assert_looks_like(pilot, "tree-selected-80x24")


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids="{0[0]}x{0[1]}".format)
async def test_the_inspector_looks_as_before(size: tuple[int, int]) -> None:
    async with stepping("attention.toml", size) as pilot:
        session = stepper(pilot).session
        session.go(len(session.timeline))
        session.select(session.timeline.graph["Q"].index)
        await pilot.press("enter", "down", "right")
        await assert_looks_like(pilot, f"inspector-attention-{size[0]}x{size[1]}")
        if size == (80, 24):
            await pilot.press("v", "m")
            await assert_looks_like(pilot, "inspector-attention-map-80x24")
