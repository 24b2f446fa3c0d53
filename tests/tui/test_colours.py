"""Every theme can be read, with two accents and red for trouble; without colour nothing is lost."""

from __future__ import annotations

import re

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

import backprop_tui as bp
from backprop_tui.tui.app import BackpropApp
from backprop_tui.tui.inks import style_of
from backprop_tui.tui.lines import COOL, COOL_MARKS, WARM, WARM_MARKS, Ink
from backprop_tui.tui.themes import DEFAULT_THEME, OWN_THEMES, contrast, default_theme
from tests.tui.screens import picture_of, stepping, text_of

THEMES = [*OWN_THEMES, *BUILTIN_THEMES.values()]
TRUE_COLOUR = [theme for theme in THEMES if not theme.ansi]
RECIPROCAL = "program = 'y = 1 / x'\n[inputs]\nx = {}\n"


@pytest.mark.parametrize("theme", TRUE_COLOUR, ids=lambda theme: theme.name)
def test_text_can_be_read(theme: Theme) -> None:
    app = BackpropApp(theme=theme.name)
    app.get_css_variables()
    for ink in Ink:
        style = style_of(app, ink, False)
        assert style.color
        assert style.bgcolor
        ratio = contrast(Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor))
        if ink in (*COOL_MARKS, *WARM_MARKS):
            continue  # what they say stands in the number, or in the shade
        least = 1.3 if ink is Ink.FRAME else 3.4 if ink in (Ink.FAINT, Ink.HEADING) else 4.0
        least = 4.5 if ink in (*COOL, *WARM) else least
        assert ratio >= least, ink


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_the_directions_and_trouble_differ(theme: Theme) -> None:
    app = BackpropApp(theme=theme.name)
    app.get_css_variables()
    colours = {style_of(app, ink, False).color for ink in (Ink.TEXT, Ink.FORWARD, Ink.BACKWARD, Ink.TROUBLE)}
    assert len(colours) == 4


@pytest.mark.parametrize("theme", ["backprop-light", "textual-dark", "ansi-dark", "ansi-light"])
async def test_a_theme_changes_colours_and_nothing_else(theme: str) -> None:
    async with stepping(size=(80, 24)) as pilot:
        await pilot.press("end")
        before, text = await picture_of(pilot), await text_of(pilot)
        pilot.app.theme = theme
        await pilot.pause()
        assert await text_of(pilot) == text
        assert await picture_of(pilot) != before
        pilot.app.theme = DEFAULT_THEME
        await pilot.pause()
        assert await picture_of(pilot) == before


@pytest.mark.parametrize("theme", [None, "ansi-dark", "backprop-light"])
async def test_no_color_leaves_the_terminals_own(monkeypatch: pytest.MonkeyPatch, theme: str | None) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with stepping(size=(80, 24), theme=theme) as pilot:
        await pilot.press("end")
        legend = (await picture_of(pilot)).rsplit("\n\n", 1)[1]
        assert set(re.findall(r"^\S (\S+ on \S+)", legend, re.MULTILINE)) == {"default on default"}
        assert " bold" in legend
        assert " dim" in legend
        pilot.app.theme = "ansi-light"
        await pilot.pause()
        assert "#" not in (await picture_of(pilot)).rsplit("\n\n", 1)[1]


@pytest.mark.parametrize(("x", "is_red"), [(2.0, False), (0.0, True)])
async def test_only_trouble_is_red(x: float, is_red: bool) -> None:
    async with stepping(bp.loads(RECIPROCAL.format(x)), (80, 24)) as pilot:
        await pilot.press("end")
        assert (OWN_THEMES[0].variables["trouble"].lower() in await picture_of(pilot)) == is_red


async def test_the_first_number_that_is_not_finite_is_marked_in_the_timeline() -> None:
    async with stepping(bp.loads(RECIPROCAL.format(0.0)), (80, 24)) as pilot:
        track = (await text_of(pilot)).splitlines()[-2]
        assert track.count("!") == 1


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light", "nord", "backprop-contrast"])
@pytest.mark.parametrize("key", ["question_mark", "enter", "i", "g", "T", "ctrl+p"])
async def test_every_overlay_opens_in_every_kind_of_theme(theme: str, key: str) -> None:
    async with stepping(size=(80, 24), theme=theme) as pilot:
        below = pilot.app.screen
        await pilot.press("l", key)
        await pilot.pause()
        assert pilot.app.screen is not below
        assert await text_of(pilot)


@pytest.mark.parametrize(
    ("colours", "is_ansi"), [("truecolor", False), ("256", False), ("standard", True), (None, False)]
)
def test_a_terminal_of_sixteen_colours_has_a_theme_of_these(colours: str | None, is_ansi: bool) -> None:
    theme = BackpropApp(theme=default_theme(colours)).current_theme
    assert theme.ansi == is_ansi
    assert is_ansi or theme.name == DEFAULT_THEME
