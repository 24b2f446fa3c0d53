"""Text of a scenario is data from a stranger: shown literally, never markup, never an action."""

from __future__ import annotations

import backprop_tui as bp
from tests.tui.screens import stepper, stepping, text_of

MARKUP = "[/] [@click=app.quit]x[/] [bold]grad[w] [link=http://x]y"
HOSTILE = f"""
title = '{MARKUP}'
description = '''# {MARKUP}

**{MARKUP}** [a link](javascript:quit) <b>html</b> `[/]`
'''
source = '{MARKUP}'
program = '''
y = x * 2  # [/] [@click=app.quit]
'''
[inputs]
x = 1.0
"""


async def test_markup_in_a_title_is_shown_as_it_stands() -> None:
    async with stepping(bp.loads(HOSTILE)) as pilot:
        assert MARKUP in await text_of(pilot)


async def test_markup_in_a_lesson_is_shown_as_it_stands_and_cannot_be_clicked() -> None:
    async with stepping(bp.loads(HOSTILE)) as pilot:
        await pilot.press("i")
        lines = (await text_of(pilot)).splitlines()
        assert sum(MARKUP in line for line in lines) >= 3
        assert any("(javascript:quit) <b>html</b> [/]" in line for line in lines)
        for y, line in enumerate(lines):
            if "@click" in line:
                await pilot.click(offset=(line.index("@click"), y))
        await pilot.press("escape")
        assert not pilot.app._exit
        stepper(pilot)


async def test_clicking_on_hostile_text_does_nothing() -> None:
    async with stepping(bp.loads(HOSTILE)) as pilot:
        lines = (await text_of(pilot)).splitlines()
        for y, line in enumerate(lines[:8]):
            if "@click" in line:
                await pilot.click(offset=(line.index("@click"), y))
        await pilot.press("f", "enter")
        assert not pilot.app._exit
