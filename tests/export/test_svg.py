"""The picture: valid, harmless, and cell for cell what the text is."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from rich.color import Color

from backprop_tui.drawing.render import HEAT_STYLES, MARK_STYLES, Style
from backprop_tui.export.strokes import CELL_HEIGHT, CELL_WIDTH
from backprop_tui.export.svg import BOLD, colour
from backprop_tui.palette import PALETTES
from backprop_tui.tui.app import BackpropApp
from backprop_tui.tui.inks import style_of
from backprop_tui.tui.runs import INKS
from tests.export.runs import HOSTILE, at, lines, named, of
from tests.hostile import EVERYTHING

SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {"svg", "title", "desc", "rect", "g", "text", "path"}
ATTRIBUTES = (
    "x y width height viewBox rx role transform d fill fill-rule stroke stroke-width stroke-linecap font-family "
    "font-size font-weight textLength"
)


def parsed(exported: list[str]) -> ET.Element:
    return ET.fromstring("\n".join(exported))


def cells(root: ET.Element) -> dict[tuple[int, int], str]:
    """The characters that are written, by column and row."""
    written = {}
    for text in root.iter(f"{SVG}text"):
        x, y = int(text.get("x", "0")) // CELL_WIDTH, int(float(text.get("y", "0"))) // CELL_HEIGHT
        written.update({(x + place, y): char for place, char in enumerate(text.text or "") if char != " "})
    return written


@pytest.mark.parametrize("position", ["start", "4", "9", "end"])
@pytest.mark.parametrize("width", [100, 40, 20, 12])
def test_every_letter_stands_where_it_stands_in_the_text(position: str, width: int) -> None:
    snapshot = at(position)
    text = lines("txt", snapshot, width=width)
    written = cells(parsed(lines("svg", snapshot, width=width)))
    top = text.index("") + 1
    left = min(x for x, y in written if y >= top) - min(
        match.start() for line in text[top:] for match in re.finditer(r"[^\s─-╿▲▼▽▶▷◀●○◌◆◉]", line)
    )
    expected = {
        (x + (left if y >= top else 0), y): char
        for y, line in enumerate(text)
        for x, char in enumerate(line)
        if not re.match(r"[\s─-╿▲▼▽▶▷◀●○◌◆◉]", char)
    }
    assert written == expected


def test_every_text_has_the_length_of_its_cells_whatever_the_font() -> None:
    for text in list(parsed(lines("svg", at())).iter(f"{SVG}text"))[1:]:
        assert int(text.get("textLength", "0")) == len(text.text or "") * CELL_WIDTH


def test_everything_is_inside() -> None:
    root = parsed(lines("svg", of(named("a", "b"), "長い題名" * 20)))
    title = next(root.iter(f"{SVG}text"))
    assert int(root.get("width", "0")) > 2 * len(title.text or "") * CELL_WIDTH


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text_and_nothing_else(name: str) -> None:
    root = parsed(lines("svg", of(named(name, "b"), name)))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= ELEMENTS
    assert {key for element in root.iter() for key in element.keys()} <= set(ATTRIBUTES.split())  # noqa: SIM118
    assert root.findtext(f"{SVG}title") == name
    assert next(root.iter(f"{SVG}text")).text == name


def test_what_xml_cannot_say_is_replaced() -> None:
    root = parsed(lines("svg", of(named("a", "b"), EVERYTHING.encode("utf-8", "replace").decode("utf-8"))))
    assert "\ufffd" in (root.findtext(f"{SVG}title") or "")


def test_nothing_is_fetched_and_nothing_runs() -> None:
    text = "\n".join(lines("svg", at())).replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"http|url\(|href|script|style|\bon\w+=|<!|<\?", text)


def test_the_background_is_the_theme_and_dark_unless_asked() -> None:
    for theme, palette in PALETTES.items():
        assert f'fill="{palette.background}"' in lines("svg", at(), theme=theme)[3]
    assert lines("svg", at()) == lines("svg", at(), theme="dark")


@pytest.mark.parametrize("theme", PALETTES)
def test_every_style_has_the_look_that_it_has_in_the_app(theme: str) -> None:
    app = BackpropApp(theme=f"backprop-{theme}")
    app.get_css_variables()
    for style in set(Style).difference(HEAT_STYLES, MARK_STYLES):  # what is exported shows no heat
        in_app = style_of(app, INKS[style], lit=False)
        assert in_app.color == Color.parse(colour(style, PALETTES[theme]).lower()), style
        assert bool(in_app.bold) == (style in BOLD), style
