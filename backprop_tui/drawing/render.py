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
from backprop_tui.drawing.emphasis import Lit, weights
from backprop_tui.drawing.glyphs import (
    BRACKET,
    DASHED,
    DASHES,
    DOUBLE,
    DOWNWARD,
    HEAVY,
    JOINED,
    LIGHT,
    NOT_FINITE,
    RIGHTWARD,
    SHADES,
)
from backprop_tui.drawing.orientation import Orientation
from backprop_tui.drawing.pieces import DOWN, LEFT, RIGHT, UP, Band, Box, Port, Rectangle
from backprop_tui.drawing.state import GRADIENT_MARK, Emphasis, Flow, Role, State
from backprop_tui.drawing.strokes import strokes
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
    HEAT_1, HEAT_2, HEAT_3, HEAT_4 = "heat-1", "heat-2", "heat-3", "heat-4"
    """Gradients by size."""
    MARK_1, MARK_2, MARK_3, MARK_4 = "mark-1", "mark-2", "mark-3", "mark-4"
    """The marks before them."""


Run: TypeAlias = tuple[str, Style]
"""A stretch of text in one style."""

_LIT = {Flow.FORWARD: Style.FORWARD, Flow.BACKWARD: Style.BACKWARD}
_NEW = {Flow.FORWARD: Style.NEW_FORWARD, Flow.BACKWARD: Style.NEW_BACKWARD}
_BORDERS = {
    Role.WAITING: DASHED,
    Role.READY: DASHED,
    Role.DONE: LIGHT,
    Role.SENDER: HEAVY,
    Role.RECEIVER: DOUBLE,
}
_DOTS = {Role.WAITING: "◌", Role.READY: "○", Role.DONE: "●", Role.SENDER: "◆", Role.RECEIVER: "◉"}
HEAT_STYLES = Style.HEAT_1, Style.HEAT_2, Style.HEAT_3, Style.HEAT_4
MARK_STYLES = Style.MARK_1, Style.MARK_2, Style.MARK_3, Style.MARK_4
_FLAT = bytes([LEFT | RIGHT])
_REACHED = bytes([True])
_LINES = [JOINED[own][0] if own else " " for own in range(16)]
"""Sides -> the line that has them."""


class Picture:
    """A drawing in a state."""

    def __init__(
        self, drawing: Drawing, state: State, emphasis: Emphasis = Emphasis.NOTHING, flowed: float = 1.0
    ) -> None:
        """`flowed` is the share of the lit lines that is lit already, from where something flows out."""
        self.drawing = drawing
        self.state = state
        self.emphasis = emphasis
        self.flowed = flowed
        self._is_down = drawing.orientation is Orientation.TOP_DOWN

    def row(self, y: int, x0: int, x1: int) -> list[Run]:
        """The cells of row `y` from column `x0` up to `x1`; blank outside the drawing."""
        canvas = _Canvas(x0, x1)
        if 0 <= y < self.drawing.height and x0 < x1:
            lit = self._lit.sides(y, x0, x1)
            bands = self.drawing.bands(y, y) if self._is_down else self.drawing.bands(x0, x1 - 1)
            for band in bands:
                self._lines(canvas, band, y, lit)
                for box in self._boxes(band, y, x0, x1):
                    self._box(canvas, box, y - box.y, lit)
                for port in self._ports(band, y, x0, x1):
                    self._port(canvas, port, y)
        return canvas.runs()

    def regions(self, nodes: Iterable[int], edges: Iterable[Edge]) -> list[Rectangle]:
        """The cells that change when these nodes and edges do: boxes, lines, arrows and labels."""
        drawing = self.drawing
        found = [drawing.rectangle(node) for node in nodes if node in drawing.boxes]
        for edge in edges:
            if edge not in drawing.ports:
                continue
            port = drawing.ports[edge]
            left, top = min(port.x, port.text[0]), min(port.y, port.text[1])
            right = max(port.x + 1, port.text[0] + port.label)
            found.append(Rectangle(left, top, right - left, port.y - top + 1))
            for (x, y), (x1, y1) in pairwise(drawing.line_of(edge)):
                found.append(Rectangle(min(x, x1), min(y, y1), abs(x - x1) + 1, abs(y - y1) + 1))
        return found

    @cached_property
    def _lit(self) -> Lit:
        return Lit(self.drawing, self.state, self.flowed)

    def _lines(self, canvas: _Canvas, band: Band, y: int, lit: dict[int, int]) -> None:
        x0, x1 = canvas.x0, canvas.x1
        cells, stretches = strokes(band, self.drawing.orientation, y, x0, x1)
        known = {node: self.state.node(node).is_known for _, _, node in (*cells, *stretches)}
        left, right = (x0, x1) if self._is_down else (max(x0, band.start), min(x1, band.start + band.depth))
        sides, reached = bytearray(x1 - x0), bytearray(x1 - x0)
        for first, last, node in stretches:
            start, end = max(first + 1, left) - x0, min(last, right) - x0
            if start < end:
                sides[start:end] = _FLAT * (end - start)
            if left <= first < min(last, right):
                sides[first - x0] |= RIGHT
            if max(first + 1, left) <= last < right:
                sides[last - x0] |= LEFT
            if known[node]:
                start, end = max(first, left) - x0, min(last + 1, right) - x0
                if start < end:
                    reached[start:end] = _REACHED * (end - start)
        for x, own, node in cells:
            sides[x - x0] |= own
            reached[x - x0] |= known[node]
        shows_weights = self.emphasis is Emphasis.WEIGHTS and self.state.flow is Flow.BACKWARD
        canvas.draw(sides, bytearray(x1 - x0) if shows_weights else reached)
        if shows_weights:
            for x, (most, heavy) in weights(self.drawing, self.state, known, y=y, x0=x0, x1=x1).items():
                if own := sides[x - x0]:
                    canvas.put(x, JOINED[own][heavy] if most else DASHES.get(own, JOINED[own][0]), Style.LINE)
        for x, heavy in lit.items():
            if own := sides[x - x0]:
                is_straight = own in (UP | DOWN, LEFT | RIGHT)
                arrow = self._lit.arrows.get((x, y)) if is_straight else None
                canvas.put(x, arrow or JOINED[own][heavy], _LIT[self.state.lit_flow])

    def _boxes(self, band: Band, y: int, x0: int, x1: int) -> Sequence[Box]:
        """Those of a band that have cells there."""
        if self._is_down:
            first = bisect_left(band.boxes, x0 + 1, key=lambda box: box.x + box.width)
            return band.boxes[first : bisect_left(band.boxes, x1, key=lambda box: box.x)]
        first = bisect_left(band.boxes, y + 1, key=lambda box: box.y + box.height)
        return band.boxes[first : bisect_left(band.boxes, y + 1, key=lambda box: box.y)]

    def _ports(self, band: Band, y: int, x0: int, x1: int) -> Sequence[Port]:
        if self._is_down:
            if not band.ports or y not in (band.ports[0].y, band.ports[0].text[1]):
                return ()  # all stand in the same two rows
            first = bisect_left(band.ports, x0, key=lambda port: port.x + port.label)
            return band.ports[first : bisect_left(band.ports, x1, key=lambda port: port.x)]
        first = bisect_left(band.ports, y, key=lambda port: port.y)
        return band.ports[first : bisect_left(band.ports, y + 1, key=lambda port: port.y)]

    def _box(self, canvas: _Canvas, box: Box, row: int, lit: dict[int, int]) -> None:
        role = self.state.node(box.node).role
        style = Style.UNTOUCHED if role is Role.WAITING else Style.BOX
        if role in (Role.SENDER, Role.RECEIVER):
            style = _LIT[self.state.lit_flow]
        leaves = box.exit is not None and box.exit[1] == box.y + row
        right = box.x + box.width - 1
        border, inner = _BORDERS[role], box.width - 2
        if not self.drawing.detail.box.is_boxed:
            if row == box.text:
                canvas.put(box.x, _DOTS[role], style)
            elif row in (0, box.height - 1):
                canvas.put(box.x, BRACKET[0 if row == 0 else -1], style)
            else:
                canvas.put(box.x, BRACKET[1], style)
        elif row == 0:
            canvas.put(box.x, border.top_left + border.across * inner + border.top_right, style)
            if role is Role.READY:
                canvas.put(box.x, _DOTS[role], style)
        elif row == box.height - 1:
            canvas.put(box.x, border.bottom_left + border.across * inner + border.bottom_right, style)
            if leaves and box.exit:
                canvas.put(box.exit[0], border.lit_exit if box.exit[0] in lit else border.exit, style)
        else:
            canvas.put(box.x, border.side, style)
            way_out = border.lit_side_exit if right in lit else border.side_exit
            canvas.put(right, way_out if leaves else border.side, style)
        if 0 <= row - box.text < self.drawing.detail.box.lines:
            self._text(canvas, box, row - box.text)

    def _text(self, canvas: _Canvas, box: Box, row: int) -> None:
        """A title row, a row of numbers, or both in one, in the middle of the box."""
        fields, style = self.drawing.fields, self.drawing.detail.box
        numbers = fields.value[box.node] + fields.gradient[box.node]
        wide = box.width - len(box.title)
        match style, row:
            case (BoxStyle.FULL, 0):
                self._title(canvas, box, box.x + wide // 2)
            case (BoxStyle.FULL, _):
                self._numbers(canvas, box.node, box.x + (box.width - numbers - 4) // 2, "  ", " ")
            case (BoxStyle.COMPACT, _):
                left = box.x + (wide - numbers - 3) // 2
                self._title(canvas, box, left)
                self._numbers(canvas, box.node, left + len(box.title) + 1, " ")
            case _:
                self._title(canvas, box, box.x + 2)
        if style in (BoxStyle.LINE, BoxStyle.BRIEF):
            self._numbers(canvas, box.node, box.x + 2 + len(box.title) + 1, " ")
        if style is BoxStyle.DOT and (shade := self._shade(box.node)):
            canvas.put(box.x + 1, *shade)
        if self.state.selected == box.node and row == 0:
            canvas.put(box.x + 1, "▸", Style.TITLE)
            if style.is_boxed:
                canvas.put(box.x + box.width - 2, "◂", Style.TITLE)

    def _title(self, canvas: _Canvas, box: Box, x: int) -> None:
        shown = self.state.node(box.node)
        style = Style.TITLE if shown.is_known else Style.UNTOUCHED
        canvas.put(x, box.title, _NEW[self.state.lit_flow] if shown.role is Role.RECEIVER else style)

    def _numbers(self, canvas: _Canvas, node: int, x: int, before: str, after: str = "") -> None:
        """The value and the gradient, each from a column of its own that never moves; the mark between blanks."""
        shown, flow, fields = self.state.node(node), self.state.flow, self.drawing.fields
        receives = shown.role is Role.RECEIVER
        value = Style.VALUE if shown.is_known else Style.UNTOUCHED
        if receives and flow is Flow.FORWARD and shown.mark == GRADIENT_MARK:
            value = Style.NEW_FORWARD
        gradient = Style.UNTOUCHED if shown.gradient in (NOT_COMPUTED, NO_GRADIENT) else Style.GRADIENT
        if shown.mark != GRADIENT_MARK:
            plain = gradient if self.state.lit_flow is Flow.BACKWARD else Style.VALUE
            gradient = _NEW[self.state.lit_flow] if receives else plain
        elif receives and flow is Flow.BACKWARD:
            gradient = Style.NEW_BACKWARD
        canvas.put(x, clip(shown.value, fields.value[node]), Style.TROUBLE if shown.bad_value else value)
        text = before + shown.mark + after + clip(shown.gradient, fields.gradient[node])
        x += fields.value[node]
        canvas.put(x, text, Style.TROUBLE if shown.bad_gradient else gradient)
        if shown.mark == GRADIENT_MARK and (shade := self._shade(node)):
            mark = len(before)
            canvas.put(x + mark, *shade)
            if not receives and not shown.bad_gradient:
                strip = text.ljust(mark + 1 + len(after) + fields.gradient[node])[mark + 1 :]
                canvas.put(x + mark + 1, strip, HEAT_STYLES[self.state.heat(node) - 1])

    def _shade(self, node: int) -> Run | None:
        """In a heat map, the mark of a gradient's size. What is not finite has no size, but a mark of its own."""
        if self.emphasis is not Emphasis.HEAT:
            return None
        if self.state.node(node).bad_gradient:
            return NOT_FINITE, Style.TROUBLE
        heat = self.state.heat(node)
        return (SHADES[heat - 1], MARK_STYLES[heat - 1]) if heat else None

    def _port(self, canvas: _Canvas, port: Port, y: int) -> None:
        """The arrow, and the label: beside it, in the row above it, or on the line before it."""
        lit = port.edge in self.state.lit
        shown = self.state.edge(port.edge)
        flow = _LIT[self.state.lit_flow]
        if y == port.y:
            arrow = DOWNWARD if self._is_down else RIGHTWARD
            glyph = arrow.forward if shown.passed else arrow.untouched
            if lit and self.state.lit_flow is Flow.BACKWARD:
                glyph = arrow.backward
            canvas.put(port.x, glyph, flow if lit else Style.LINE if shown.passed else Style.UNTOUCHED)
        if y == port.text[1] and port.label:
            text = shown.local
            if self.drawing.detail.label is LabelStyle.SYMBOL:
                text = self.drawing.fields.symbol[port.edge.consumer][port.edge.position] + text
            text = clip(text, port.label)
            style = flow if lit else Style.LABEL if shown.passed else Style.UNTOUCHED
            style = Style.TROUBLE if shown.passed and shown.bad else style
            x = port.text[0]
            if not self._is_down and text:  # it stands on the line
                x, text = x - 1, f" {text} "
            canvas.put(x, text, style)


class _Canvas:
    """A row of cells from column `x0` up to `x1`, with everything put outside cut off."""

    def __init__(self, x0: int, x1: int) -> None:
        self.x0 = x0
        self.x1 = x1
        self._characters = [" "] * max(0, x1 - x0)
        self._styles = [Style.BLANK] * max(0, x1 - x0)

    def put(self, x: int, text: str, style: Style) -> None:
        if len(text) == 1:  # most are: this is faster
            if self.x0 <= x < self.x1:
                self._characters[x - self.x0] = text
                self._styles[x - self.x0] = style
            return
        first, last = max(x, self.x0), min(x + len(text), self.x1)
        if first < last:
            where = slice(first - self.x0, last - self.x0)
            self._characters[where] = text[first - x : last - x]
            self._styles[where] = [style] * (last - first)

    def draw(self, sides: Sequence[int], reached: Sequence[int]) -> None:
        """Put lines where they have sides; they stand out where a value has reached them."""
        characters, styles = self._characters, self._styles
        for place, own in enumerate(sides):
            if own:
                characters[place] = _LINES[own]
                styles[place] = Style.LINE if reached[place] else Style.UNTOUCHED

    def runs(self) -> list[Run]:
        text, runs, start = "".join(self._characters), [], 0
        for style, cells in groupby(self._styles):
            end = start + len(list(cells))
            runs.append((text[start:end], style))
            start = end
        return runs
