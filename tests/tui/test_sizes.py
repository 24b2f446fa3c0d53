"""Any window: panels are lost in a fixed order, and nothing breaks."""

from __future__ import annotations

import pytest

from backprop_tui.tui.layout import SMALLEST, layout
from tests.tui.screens import position, stepping, text_of

SIZES = [(1, 1), (500, 200), (60, 16), (59, 16), (60, 15), (2, 40), (120, 3), (80, 24), (200, 60), (120, 40)]


async def test_the_window_can_take_any_size_at_any_time() -> None:
    async with stepping() as pilot:
        for number, size in enumerate(SIZES, start=1):
            await pilot.resize_terminal(*size)
            await pilot.press("l")
            shown = await text_of(pilot)
            assert position(pilot) == number
            if size[0] >= SMALLEST[0] and size[1] >= SMALLEST[1]:
                assert f"event {number:>2}/11" in shown
            elif size[0] >= 40:
                assert "At least 60×16 cells" in shown
        assert "Program" in shown


async def test_the_same_size_shows_the_same_screen() -> None:
    async with stepping() as pilot:
        await pilot.press("end")
        before = await text_of(pilot)
        for size in ((30, 10), (80, 24), (120, 40)):
            await pilot.resize_terminal(*size)
        assert await text_of(pilot) == before


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 16)], ids="{0[0]}x{0[1]}".format)
async def test_what_is_lost_in_small_windows(size: tuple[int, int]) -> None:
    async with stepping(size=size) as pilot:
        await pilot.press("end")
        shown = await text_of(pilot)
        assert ("Program" in shown) == (size[0] >= 120)
        assert ("passes its gradient on" in shown) == (size[0] >= 80)
        assert ("value" in shown.replace("Values", "")) == (size[0] >= 80)
        assert "gradient" in shown
        assert "∂e/∂c" in shown


def test_the_graph_always_has_room() -> None:
    for width in range(60, 220, 7):
        for height in range(16, 90, 5):
            sizes = layout(width, height, program=60)
            assert width - sizes.program - sizes.values >= width // 3
            assert height - sizes.chain_rule - 3 >= height // 2
