"""The colours of our themes: what they are called."""

from __future__ import annotations

import pytest

from backprop_tui.palette import PALETTES, palette_name, theme_name
from backprop_tui.tui.themes import OWN_THEMES


@pytest.mark.parametrize("name", PALETTES)
def test_the_app_and_export_know_a_theme_by_both_its_names(name: str) -> None:
    full = theme_name(name)
    assert full in {own.name for own in OWN_THEMES}
    assert theme_name(full) == full
    assert palette_name(full) == palette_name(name) == name


def test_themes_of_others_have_one_name() -> None:
    assert theme_name("nord") == palette_name("nord") == "nord"
