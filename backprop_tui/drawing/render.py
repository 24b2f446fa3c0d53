"""Draws a graph at one position of a run: rows of styled text, on demand."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cached_property
from itertools import groupby, pairwise
from typing import TypeAlias

from backprop_tui.drawing.boxes import BoxStyle, LabelStyle
from backprop_tui.drawing.drawing import Drawing
from backprop_tui.drawing.glyphs import DOUBLE, HEAVY, JOINED, LIGHT
from backprop_tui.drawing.pieces import DOWN, LEFT, RIGHT, UP, Band, Box, Port, Rectangle, Vertical
from backprop_tui.drawing.state import Flow, Role, State
from backprop_tui.formatting import NO_GRADIENT, NOT_COMPUTED, clip
from backprop_tui.graph import Edge


class Style(StrEnum):
    """What a run of text is; its colour is the theme's business."""

    BLANK = "blank"
    UNTOUCHED = "untouched"
    """Not reached yet: boxes, lines, labels, `·`."""
    BOX = "box"
    LINE = "line"
    LABEL = "label"
    TITLE = "title"
    VALUE = "value"
    GRADIENT = "gradient"
    FORWARD = "forward"
    """Borders, lines and labels of the current event, forward."""
    BACKWARD = "backward"
    NEW_FORWARD = "new-forward"
    """The receiver's title, and the value that has just changed."""
    NEW_BACKWARD = "new-backward"
    TROUBLE = "trouble"
    """NaN and infinities."""


Run: TypeAlias = tuple[str, Style]
"""A stretch of text in one style."""

_LIT = {Flow.FORWARD: Style.FORWARD, Flow.BACKWARD: Style.BACKWARD}
_NEW = {Flow.FORWARD: Style.NEW_FORWARD, Flow.BACKWARD: Style.NEW_BACKWARD}
_BORDERS = {Role.UNTOUCHED: LIGHT, Role.DONE: LIGHT, Role.SENDER: HEAVY, Role.RECEIVER: DOUBLE}
_DOTS = {Role.UNTOUCHED: "○", Role.DONE: "●", Role.SENDER: "◆", Role.RECEIVER: "◉"}


class Picture:
    """A drawing in a state."""

    def __init__(self, drawing: Drawing, state: State) -> None:
        self.drawing = drawing
        self.state = state

    def row(self, y: int, x0: int, x1: int) -> list[Run]:
        """The cells of row `y` from column `x0` up to `x1`; blank outside the drawing."""
        canvas = _Canvas(x0, x1)
        band = self.drawing.band_at(y)
        if band:
            self._lines(canvas, band, y)
            for box in _boxes(band, x0, x1):
                self._box(canvas, box, y - box.y)
            for port in _ports(band, x0, x1):
                self._port(canvas, port, y - port.y)
        return canvas.runs()

    def regions(self, nodes: Iterable[int], edges: Iterable[Edge]) -> list[Rectangle]:
        """The cells that change when these nodes and edges do: boxes, lines, arrows and labels."""
        drawing = self.drawing
        found = [drawing.boxes[node].rectangle for node in nodes if node in drawing.boxes]
        rows = 1 + max(0, drawing.detail.label.value)
        for edge in edges:
            port = drawing.ports.get(edge)
            if port:
                found.append(Rectangle(port.x, port.y - rows + 1, 1 + port.label, rows))
                for (x, y), (x1, y1) in pairwise(drawing.line_of(edge)):
                    found.append(Rectangle(min(x, x1), min(y, y1), abs(x - x1) + 1, abs(y - y1) + 1))
        return found

    @cached_property
    def _lit(self) -> dict[int, dict[int, int]]:
        """Row -> column -> sides on which a lit line leaves the cell."""
        cells: dict[int, dict[int, int]] = {}
        for edge in self.state.lit:
            for (x, y), sides in self.drawing.route_of(edge):
                row = cells.setdefault(y, {})
                row[x] = row.get(x, 0) | sides
        return cells

    def _lines(self, canvas: _Canvas, band: Band, y: int) -> None:
        sides: dict[int, int] = {}
        touched: dict[int, bool] = {}
        for piece in _verticals(band, canvas.x0, canvas.x1):
            if piece.top <= y <= piece.bottom:
                own = (UP if y > piece.top else 0) | (DOWN if y < piece.bottom else 0)
                sides[piece.x] = sides.get(piece.x, 0) | own
                touched[piece.x] = self._is_touched(piece.node)
        if y - band.top < len(band.trunks):
            for trunk in band.trunks[y - band.top]:
                is_touched = self._is_touched(trunk.node)
                for x in range(max(trunk.left, canvas.x0), min(trunk.right + 1, canvas.x1)):
                    own = (LEFT if x > trunk.left else 0) | (RIGHT if x < trunk.right else 0)
                    sides[x] = sides.get(x, 0) | own
                    touched[x] = touched.get(x, False) or is_touched
        lit = self._lit.get(y, {})
        for x, own in sides.items():
            heavy = lit.get(x, 0)
            style = _LIT[self.state.flow] if heavy else Style.LINE if touched[x] else Style.UNTOUCHED
            canvas.put_one(x, JOINED[own][heavy], style)

    def _is_touched(self, node: int) -> bool:
        return self.state.node(node).role is not Role.UNTOUCHED

    def _box(self, canvas: _Canvas, box: Box, row: int) -> None:
        role = self.state.node(box.node).role
        lit = role in (Role.SENDER, Role.RECEIVER)
        style = Style.UNTOUCHED if role is Role.UNTOUCHED else Style.BOX
        if lit:
            style = _LIT[self.state.flow]
        if not self.drawing.detail.box.is_boxed:
            canvas.put(box.x, _DOTS[role], style)
            self._text(canvas, box, row)
            return
        border, inner = _BORDERS[role], box.width - 2
        if row == 0:
            canvas.put(box.x, border.top_left + border.across * inner + border.top_right, style)
        elif row == box.height - 1:
            canvas.put(box.x, border.bottom_left + border.across * inner + border.bottom_right, style)
            if box.exit is not None:
                leaving = self._lit.get(box.y + row, {}).get(box.exit)
                canvas.put(box.exit, border.lit_exit if leaving else border.exit, style)
        else:
            canvas.put(box.x, border.side, style)
            canvas.put(box.x + box.width - 1, border.side, style)
            self._text(canvas, box, row)

    def _text(self, canvas: _Canvas, box: Box, row: int) -> None:
        """A title row, a row of numbers, or both in one, in the middle of the box."""
        fields, style = self.drawing.fields, self.drawing.detail.box
        numbers = fields.value[box.node] + fields.gradient[box.node]
        wide = box.width - len(box.title)
        match style, row:
            case (BoxStyle.FULL, 1):
                self._title(canvas, box, box.x + wide // 2)
            case (BoxStyle.FULL, _):
                self._numbers(canvas, box.node, box.x + (box.width - numbers - 4) // 2, "  ∇ ")
            case (BoxStyle.COMPACT, _):
                left = box.x + (wide - numbers - 3) // 2
                self._title(canvas, box, left)
                self._numbers(canvas, box.node, left + len(box.title) + 1, " ∇")
            case _:
                self._title(canvas, box, box.x + 2)
        if style in (BoxStyle.LINE, BoxStyle.BRIEF):
            self._numbers(canvas, box.node, box.x + 2 + len(box.title) + 1, " ∇")
        if self.state.selected == box.node and row <= 1:
            canvas.put(box.x + 1, "▸", Style.TITLE)
            if style.is_boxed:
                canvas.put(box.x + box.width - 2, "◂", Style.TITLE)

    def _title(self, canvas: _Canvas, box: Box, x: int) -> None:
        role = self.state.node(box.node).role
        style = Style.UNTOUCHED if role is Role.UNTOUCHED else Style.TITLE
        canvas.put(x, box.title, _NEW[self.state.flow] if role is Role.RECEIVER else style)

    def _numbers(self, canvas: _Canvas, node: int, x: int, between: str) -> None:
        """The value and the gradient, each from a column of its own that never moves."""
        shown, flow, fields = self.state.node(node), self.state.flow, self.drawing.fields
        receives = shown.role is Role.RECEIVER
        quiet = shown.role is Role.UNTOUCHED
        value = Style.UNTOUCHED if quiet else Style.VALUE
        if receives and flow is Flow.FORWARD:
            value = Style.NEW_FORWARD
        gradient = Style.UNTOUCHED if shown.gradient in (NOT_COMPUTED, NO_GRADIENT) else Style.GRADIENT
        if receives and flow is Flow.BACKWARD:
            gradient = Style.NEW_BACKWARD
        canvas.put(x, clip(shown.value, fields.value[node]), Style.TROUBLE if shown.bad_value else value)
        text = between + clip(shown.gradient, fields.gradient[node])
        canvas.put(x + fields.value[node], text, Style.TROUBLE if shown.bad_gradient else gradient)

    def _port(self, canvas: _Canvas, port: Port, row: int) -> None:
        """The arrow (row 0) and the label, in the row above it or beside it."""
        if row not in (0, -1):
            return
        lit = port.edge in self.state.lit
        shown = self.state.edge(port.edge)
        style = Style.LABEL if shown.passed else Style.UNTOUCHED
        if row == 0:
            arrow = "▲" if lit and self.state.flow is Flow.BACKWARD else "▼" if shown.passed else "▽"
            line = Style.LINE if shown.passed else Style.UNTOUCHED
            canvas.put(port.x, arrow, _LIT[self.state.flow] if lit else line)
        if self.drawing.detail.label.value == -row:
            text = shown.local
            if self.drawing.detail.label is LabelStyle.SYMBOL:
                text = self.drawing.fields.symbol[port.edge.consumer][port.edge.position] + text
            lit_style = _LIT[self.state.flow] if lit else style
            canvas.put(port.x + 1, clip(text, port.label), Style.TROUBLE if shown.passed and shown.bad else lit_style)


def to_text(drawing: Drawing, state: State) -> str:
    """The whole drawing as plain text, without trailing blanks."""
    picture = Picture(drawing, state)
    rows = [picture.row(y, 0, drawing.width) for y in range(drawing.height)]
    lines = ["".join([text for text, _ in row]).rstrip() for row in rows]
    return "\n".join(lines) + "\n"


class _Canvas:
    """A row of cells from column `x0` up to `x1`, with everything put outside cut off."""

    def __init__(self, x0: int, x1: int) -> None:
        self.x0 = x0
        self.x1 = x1
        self._characters = [" "] * max(0, x1 - x0)
        self._styles = [Style.BLANK] * max(0, x1 - x0)

    def put(self, x: int, text: str, style: Style) -> None:
        first, last = max(x, self.x0), min(x + len(text), self.x1)
        if first < last:
            where = slice(first - self.x0, last - self.x0)
            self._characters[where] = text[first - x : last - x]
            self._styles[where] = [style] * (last - first)

    def put_one(self, x: int, character: str, style: Style) -> None:
        self._characters[x - self.x0] = character
        self._styles[x - self.x0] = style

    def runs(self) -> list[Run]:
        text, runs, start = "".join(self._characters), [], 0
        for style, cells in groupby(self._styles):
            end = start + len(list(cells))
            runs.append((text[start:end], style))
            start = end
        return runs


def _boxes(band: Band, x0: int, x1: int) -> Sequence[Box]:
    first = bisect_left(band.boxes, x0 + 1, key=lambda box: box.x + box.width)
    last = bisect_left(band.boxes, x1, key=lambda box: box.x)
    return band.boxes[first:last]


def _ports(band: Band, x0: int, x1: int) -> Sequence[Port]:
    first = bisect_left(band.ports, x0, key=lambda port: port.x + port.label)
    last = bisect_left(band.ports, x1, key=lambda port: port.x)
    return band.ports[first:last]


def _verticals(band: Band, x0: int, x1: int) -> Sequence[Vertical]:
    first = bisect_left(band.verticals, x0, key=lambda piece: piece.x)
    last = bisect_left(band.verticals, x1, key=lambda piece: piece.x)
    return band.verticals[first:last]
