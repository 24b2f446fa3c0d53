"""The picture as SVG: one `<text>` for every stretch of text, one `<path>` for all lines of a colour and width.

Texts stand in the columns they have in the app, in any viewer: each has its own place and its length. Lines and
marks are drawn, not written, so that they join. There is nothing to run and nothing to fetch.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from backprop_tui.drawing.glyphs import DOWNWARD, RIGHTWARD
from backprop_tui.drawing.render import Run, Style
from backprop_tui.export.picture import page
from backprop_tui.export.snapshot import Snapshot
from backprop_tui.export.strokes import CELL_HEIGHT, CELL_WIDTH, Strokes, glyph, number
from backprop_tui.palette import PALETTES, Palette

FONTS = "DejaVu Sans Mono, Menlo, Consolas, monospace"
_FONT_SIZE = 15
_BASELINE = 14.5
"""Of a cell, from its top."""
_MARGIN = 18

_DOWNWARD = {
    DOWNWARD.forward: "M0.5 8.5h8l-4 10z",
    DOWNWARD.untouched: "M0.5 8.5h8l-4 10zM2 9.5l2.5 6.2l2.5 -6.2z",
    DOWNWARD.backward: "M0.5 18.5h8l-4 -11z",
}
_RIGHTWARD = {
    RIGHTWARD.forward: "M-1 5.5v8l10 -4z",
    RIGHTWARD.untouched: "M-1 5.5v8l10 -4zM0 7l6.2 2.5l-6.2 2.5z",
    RIGHTWARD.backward: "M9 4.5v10l-9 -5z",
}
_DOTS = {
    "●": "M0.5 9.5a4 4 0 1 1 8 0a4 4 0 1 1 -8 0z",
    "○": "M0.5 9.5a4 4 0 1 1 8 0a4 4 0 1 1 -8 0zM1.5 9.5a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z",
    "◌": "M3.9 5.2h1.2v1.2h-1.2zM3.9 12.6h1.2v1.2h-1.2zM0.7 7.0h1.2v1.2h-1.2z"
    "M0.7 10.8h1.2v1.2h-1.2zM7.1 7.0h1.2v1.2h-1.2zM7.1 10.8h1.2v1.2h-1.2z",
    "◉": "M0.5 9.5a4 4 0 1 1 8 0a4 4 0 1 1 -8 0zM1.5 9.5a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z"
    "M2.5 9.5a2 2 0 1 1 4 0a2 2 0 1 1 -4 0z",
    "◆": "M4.5 4.5l4 5l-4 5l-4 -5z",
}
_MARKS = _DOWNWARD | _RIGHTWARD | _DOTS
"""Outlines in coordinates of a cell. One inside another is a hole."""
_STEM, _HEAVY_STEM = "╵", "╹"
"""What leads from the line above into an arrow; on its left the line is near enough."""
_DRAWN = f"─-╿{''.join(_MARKS)}"
_PIECES = re.compile(rf"[^\s{_DRAWN}]+(?: [^\s{_DRAWN}]+)*|(?P<drawn>[{_DRAWN}])")
"""A stretch of text, or one character that may be drawn as lines or as an outline."""
_INVALID = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML has no way to say."""


def lines(
    snapshot: Snapshot, *, width: int | None = None, unfolded: bool = False, theme: str = "dark"
) -> Iterator[str]:
    """The file, line by line. Raises CannotExport."""
    picture = page(snapshot, width, unfolded=unfolded)
    palette = PALETTES[theme]
    top = len(picture.caption) + 2  # under title, caption, and a blank row
    columns = max(picture.width, _cells(picture.title), *map(len, picture.caption))
    wide, high = columns * CELL_WIDTH + 2 * _MARGIN, (top + len(picture.rows)) * CELL_HEIGHT + 2 * _MARGIN
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}" '
        f'role="img" font-family="{FONTS}" font-size="{_FONT_SIZE}">'
    )
    yield f"<title>{_escaped(picture.title)}</title>"
    yield f"<desc>{_escaped(snapshot.caption_line)}</desc>"
    yield f'<rect width="{wide}" height="{high}" rx="6" fill="{palette.background}"/>'
    yield f'<g transform="translate({_MARGIN} {_MARGIN})">'
    yield f'<text y="{_BASELINE}" {_paint(Style.TITLE, palette)}>{_escaped(picture.title)}</text>'
    strokes = Strokes()
    for y, line in enumerate(picture.caption, 1):
        yield from _row(0, y, [(line, Style.LABEL)], palette, strokes)
    left = (columns - picture.width) // 2
    for y, row in enumerate(picture.rows, top):
        yield from _row(left, y, row, palette, strokes)
    for stroke in strokes.joined():
        yield (
            f'<path fill="none" stroke="{stroke.ink}" stroke-width="{stroke.width}" stroke-linecap="square" '
            f'd="{stroke.data}"/>'
        )
    yield "</g>"
    yield "</svg>"


def _row(left: int, y: int, row: Sequence[Run], palette: Palette, strokes: Strokes) -> Iterator[str]:
    """The texts and marks of a row that begins at column `left`. Its lines go to `strokes`."""
    column = left
    for text, style in row:
        ink = colour(style, palette)
        for piece in _PIECES.finditer(text):
            x, character = column + piece.start(), piece["drawn"]
            if not character or not (character in _MARKS or glyph(character)):
                yield _text(x, y, piece[0], style, palette)
                continue
            if character in _MARKS:
                yield _mark(x, y, _MARKS[character], ink)
            if character in _DOWNWARD:
                character = _HEAVY_STEM if style in BOLD else _STEM
            strokes.add(x, y, character, ink)
        column += len(text)


def _mark(column: int, row: int, outline: str, ink: str) -> str:
    place = f"translate({column * CELL_WIDTH} {row * CELL_HEIGHT})"
    return f'<path fill="{ink}" fill-rule="evenodd" transform="{place}" d="{outline}"/>'


def _text(column: int, row: int, text: str, style: Style, palette: Palette) -> str:
    place = f'x="{column * CELL_WIDTH}" y="{number(row * CELL_HEIGHT + _BASELINE)}"'
    return f'<text {place} textLength="{len(text) * CELL_WIDTH}" {_paint(style, palette)}>{_escaped(text)}</text>'


def colour(style: Style, palette: Palette) -> str:
    """The colour of a style: the app's, in the theme of that palette."""
    match style:
        case Style.UNTOUCHED:
            return palette.faint
        case Style.VALUE | Style.FORWARD | Style.NEW_FORWARD:
            return palette.forward
        case Style.GRADIENT | Style.BACKWARD | Style.NEW_BACKWARD:
            return palette.backward
        case Style.TROUBLE:
            return palette.trouble
    return palette.foreground


BOLD = frozenset((Style.TITLE, Style.FORWARD, Style.BACKWARD, Style.NEW_FORWARD, Style.NEW_BACKWARD, Style.TROUBLE))
"""The styles whose text is bold, in the app too."""


def _paint(style: Style, palette: Palette) -> str:
    bold = ' font-weight="bold"' if style in BOLD else ""
    return f'fill="{colour(style, palette)}"{bold}'


def _escaped(text: str) -> str:
    return escape(_INVALID.sub("\ufffd", text))


def _cells(text: str) -> int:
    """How many columns a line takes; letters of East Asia take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
