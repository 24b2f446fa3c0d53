"""The one widget behind every panel of text: it draws a page, and on a change only the cells that changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from backprop_tui.tui import ascii_only
from backprop_tui.tui.inks import style_of
from backprop_tui.tui.lines import Ink, Line, Page, Span, difference, fit, width

Source: TypeAlias = Callable[[int, int], Page]
"""Makes the page for an inner width and height."""

_WHEEL = 3
_MOST_STRIPS = 1_000
"""Lines drawn before that are kept for the next time."""


class Frame(Enum):
    """What is drawn around a page: the columns on each side, the rows above and below."""

    NONE = (0, 0, 0)
    RULE = (1, 1, 0)
    """A title in a line above it."""
    BOX = (2, 1, 1)
    """A rounded border, and a blank column on both sides."""

    def __init__(self, sides: int, above: int, below: int) -> None:
        self.sides = sides
        """Columns between the widget's edge and the page, on each side."""
        self.above = above
        """Rows above the page."""
        self.below = below
        """Rows below the page."""


class Panel(Widget):
    """Shows what a pure function says. It keeps nothing but the lines that it has drawn and where it is scrolled."""

    DEFAULT_CSS = """
    Panel { width: 1fr; height: 1fr; }
    """

    @dataclass
    class Pointed(Message):
        """The user pointed at a page. Only what is made of it is sent: `@on` takes a message for its bases, too."""

        panel: Panel
        line: int
        """Index of the page's line, from 0; it may be past the last one. -1 for a line of the head."""
        column: int
        """Column of the page."""

        @property
        def control(self) -> Panel:
            """The panel, for `@on` selectors."""
            return self.panel

    @dataclass
    class Clicked(Pointed):
        """The user clicked on a page."""

    @dataclass
    class Dragged(Pointed):
        """The user moved the mouse over a page with its button pressed."""

    def __init__(self, source: Source, name: str, *, title: str = "", frame: Frame = Frame.BOX) -> None:
        """A panel that shows `source(width, height)`; the name is also its id."""
        super().__init__(name=name, id=name)
        self._source = source
        self._heading = title
        self._frame = frame
        self._lines: list[Line] = []
        self._strips: dict[Line, Strip] = {}
        self._top = 0
        self._page = Page(0, _nothing)
        self._followed: int | None = None

    def set_frame(self, frame: Frame) -> None:
        """Draw another frame from the next `redraw` on."""
        self._frame = frame

    def redraw(self) -> None:
        """Ask the source again, scroll to the line to follow if it is another one, and draw what changed."""
        size = self.outer_size  # it has no padding, and `size` is searched for in the layout
        width, height = self._inner(size)
        if width <= 0 or height <= 0:
            return
        page = self._source(width, height)
        if page is self._page and len(self._lines) == size.height:
            return
        self._page = page
        if page.follow is not None and page.follow != self._followed:
            rows = max(1, height - len(page.head))
            if not self._top <= page.follow < self._top + rows:
                self._top = page.follow - rows // 2
        self._followed = page.follow
        self._draw(size)

    @property
    def top(self) -> int:
        """How many lines of the page are above what is shown."""
        return self._top

    def follow(self) -> None:
        """Bring the line to follow into view, even if the user has scrolled away from it."""
        self._followed = None
        self.redraw()

    def rewind(self) -> None:
        """Show the next page from its top, or where the line is that it follows: it has nothing to do with this one."""
        self._top, self._followed = 0, None

    def scroll_rows(self, rows: int) -> None:
        """Scroll down by that many lines; up, if negative."""
        self._top += rows
        self._draw(self.outer_size)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The part of the widget that is to be drawn again.

        There are no borders, tints or filters to apply to it: going without them halves the cost of a step.
        """
        strips = [self._strip(y) for y in crop.line_range]
        if crop.width == self.outer_size.width:
            return strips
        return [strip.crop(crop.x, crop.right) for strip in strips]

    def notify_style_update(self) -> None:
        """Another theme: draw everything again."""
        super().notify_style_update()
        self._strips.clear()

    def _strip(self, y: int) -> Strip:
        line = self._lines[y] if y < len(self._lines) else (Span(" " * self.outer_size.width),)
        strip = self._strips.get(line)
        if strip is None:
            app = self.app
            strip = Strip([Segment(text, style_of(app, ink, lit)) for text, ink, lit in line])
            self._strips[line] = strip
        return strip

    def on_resize(self) -> None:
        """Lay the page out for the new size."""
        self.follow()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll, if there is something below."""
        event.stop()
        self.scroll_rows(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll, if there is something above."""
        event.stop()
        self.scroll_rows(-_WHEEL)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Say where, and keep the mouse until it is let go."""
        if event.button == 1:
            self.capture_mouse()
            self._report(event, Panel.Clicked)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Say where, while the button is pressed."""
        if self.app.mouse_captured is self:
            self._report(event, Panel.Dragged)

    def on_mouse_up(self) -> None:
        """Let the mouse go."""
        self.release_mouse()

    def _report(self, event: events.MouseEvent, message: type[Pointed]) -> None:
        row = event.y - self._frame.above - len(self._page.head)
        line = -1 if row < 0 else self._top + row
        self.post_message(message(self, line, event.x - self._frame.sides))

    def _inner(self, size: Size) -> tuple[int, int]:
        """Columns and rows of the page, within the frame."""
        frame = self._frame
        return size.width - 2 * frame.sides, size.height - frame.above - frame.below

    def _draw(self, size: Size) -> None:
        width, height = self._inner(size)
        if width <= 0 or height <= 0:
            return
        page = self._page
        rows = max(1, height - len(page.head))
        self._top = max(0, min(self._top, page.length - rows))
        shown = [fit(line, width) for line in page.head[:height]]
        last = min(page.length, self._top + height - len(shown))
        shown += [fit(page.line(index), width) for index in range(self._top, last)]
        shown += [fit((), width)] * (height - len(shown))
        self._show(self._framed(shown, size.width, hidden=page.length - last))

    def _framed(self, lines: list[Line], width: int, hidden: int) -> list[Line]:
        """The lines in the frame; its lower edge says how many more there are."""
        frame = self._frame
        if frame is Frame.NONE:
            return lines
        heading = self._page.title or self._heading
        if frame is Frame.RULE:
            margin = (Span(" "),)
            more = f" ── {_more(hidden)}" if hidden > 0 else ""
            return [edge("", heading + more, "", width), *((*margin, *line, *margin) for line in lines)]
        left, right = (Span("│ ", Ink.FRAME),), (Span(" │", Ink.FRAME),)
        more = _more(hidden) if hidden > 0 else ""
        return [
            edge("╭", heading, "╮", width),
            *((*left, *line, *right) for line in lines),
            edge("╰", more or self._page.foot, "╯", width),
        ]

    def _show(self, lines: list[Line]) -> None:
        old, self._lines = self._lines, lines
        if len(self._strips) > _MOST_STRIPS:
            self._strips.clear()
        if len(old) != len(lines):
            self.refresh()
            return
        changed = [
            Region(columns[0], y, columns[1] - columns[0], 1)
            for y, (before, after) in enumerate(zip(old, lines, strict=True))
            if (columns := difference(before, after))
        ]
        if changed:
            self.refresh(*changed)


def edge(left: str, text: str | Line, right: str, cells: int) -> Line:
    """The upper or the lower edge of a frame, with a text in it if there is room."""
    heading = (Span(text, Ink.HEADING),) if isinstance(text, str) else text
    room = cells - len(left) - len(right)
    rest = room - width(heading) - 3
    if not text or rest < 1:
        return fit((Span(left + "─" * room + right, Ink.FRAME),), cells)
    return (Span(left + "─ ", Ink.FRAME), *heading, Span(f" {'─' * rest}{right}", Ink.FRAME))


def _more(hidden: int) -> str:
    """That there are more lines below: without Unicode `↓` is a v, which is a key."""
    return f"{hidden} more below" if ascii_only.is_wanted() else f"↓ {hidden} more"


def _nothing(_index: int) -> Line:
    return ()
