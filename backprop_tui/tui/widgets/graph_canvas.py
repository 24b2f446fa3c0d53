"""The graph, drawn in cells: a thin shell around `drawing.render` that refreshes only what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual import events
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from backprop_tui.drawing.drawing import Drawing
from backprop_tui.drawing.levels import Levels
from backprop_tui.drawing.pieces import Box
from backprop_tui.drawing.render import Picture, Run, Style
from backprop_tui.graph import Edge
from backprop_tui.progress import Cancelled, Progress
from backprop_tui.tui.background import in_background
from backprop_tui.tui.graph_view import MOST_DRAWN, GraphView, RunTexts, difference
from backprop_tui.tui.inks import style_of
from backprop_tui.tui.lines import Ink
from backprop_tui.tui.panels.progress import bar

_MOST_REGIONS = 100
"""Beyond that it is cheaper to refresh everything."""
_QUICK_ITEMS = 600
"""Nodes, and places where lines pass them. What takes longer to draw is drawn in the background."""
_LAYOUT = "layout"
"""The group of the workers that do so."""
_BAR = 30
"""Columns of the bar that is shown meanwhile."""

_INKS = {
    Style.BLANK: Ink.TEXT,
    Style.UNTOUCHED: Ink.FAINT,
    Style.BOX: Ink.TEXT,
    Style.LINE: Ink.TEXT,
    Style.LABEL: Ink.TEXT,
    Style.TITLE: Ink.STRONG,
    Style.VALUE: Ink.FORWARD,
    Style.GRADIENT: Ink.BACKWARD,
    Style.FORWARD: Ink.NEW_FORWARD,
    Style.BACKWARD: Ink.NEW_BACKWARD,
    Style.NEW_FORWARD: Ink.NEW_FORWARD,
    Style.NEW_BACKWARD: Ink.NEW_BACKWARD,
    Style.TROUBLE: Ink.TROUBLE,
}


class GraphCanvas(ScrollView, can_focus=False):
    """Draws a timeline's graph at a position, as richly as fits; follows the current event by scrolling."""

    DEFAULT_CSS = """
    GraphCanvas { width: 1fr; height: 1fr; scrollbar-size: 1 1; }
    """

    @dataclass
    class NodeSelected(Message):
        """The user clicked on a box."""

        node: int
        """Index of the node."""

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  (what Textual calls it)
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._levels: Levels | None = None
        self._texts: RunTexts | None = None
        self._view: GraphView | None = None
        self._picture: Picture | None = None
        self._labels = True
        self._progress: Progress | None = None
        """Of the drawing that is being made in the background."""
        self._drawing_alone = Lock()
        self._styles: dict[Style, RichStyle] = {}
        self._strips: dict[int, Strip] = {}
        """Rows of the window that are still as they were drawn."""
        self._drawn_at = Offset(), 0
        """The origin and the width for which they were drawn."""

    @property
    def drawing(self) -> Drawing | None:
        """The drawing on screen."""
        return self._picture.drawing if self._picture else None

    @property
    def is_busy(self) -> bool:
        """Whether a drawing is being made."""
        return self._progress is not None

    def show(self, texts: RunTexts, position: int = 0, selected: int | None = None) -> None:
        """Draw another run, from the start of it unless a position is given. A very large one is not drawn."""
        self._texts = texts
        self._levels = Levels(texts.timeline.graph, texts.fields) if texts.is_drawn else None
        self._picture = None
        self._view = GraphView(texts, position, selected)
        self.scroll_to(0, 0, animate=False)
        self._refresh_all()
        self._lay_out()

    def stop_drawing(self) -> None:
        """Leave the drawing that is being made undone."""
        if self._progress:
            self._progress.cancel()

    def set_position(self, position: int, selected: int | None = None) -> None:
        """Show another position of the run, or another selection."""
        if self._texts is None or self._view is None:
            return
        before, after = self._view, GraphView(self._texts, position, selected)
        self._view = after
        if self._picture is None:  # no size yet, or no drawing
            return
        drawing = self._picture.drawing
        self._picture = Picture(drawing, after)
        changes = difference(before, after)
        if changes is None:
            self._refresh_all()
        else:
            self._refresh_parts(self._picture, *changes)
        if position != before.position:
            self._follow()
        elif selected is not None and selected != before.selected and selected in drawing.boxes:
            self._show(drawing.boxes[selected])

    def toggle_labels(self) -> None:
        """Show or hide the local derivatives at the edges. If there is no drawing, begin it again."""
        if self._picture:
            self._labels = not self._labels
        self._lay_out()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The part of the window that is to be drawn again.

        There are no borders, tints or filters to apply to it: going without them makes a step much cheaper.
        """
        origin, width = self._origin, self._window.width
        if (origin, width) != self._drawn_at:
            self._drawn_at = origin, width
            self._strips.clear()
        strips = [self._strips.get(y) or self._strip(y, origin, width) for y in crop.line_range]
        return strips if crop.width == width else [strip.crop(crop.x, crop.right) for strip in strips]

    def render_line(self, y: int) -> Strip:
        """One row of the window."""
        return self._strip(y, self._origin, self._window.width)

    def _strip(self, y: int, origin: Offset, width: int) -> Strip:
        if self._picture is None:
            notice = self._notice()
            line = y - (self._window.height - len(notice)) // 2
            text = notice[line] if 0 <= line < len(notice) else ""
            return Strip([Segment(text.center(width)[:width], self._style(Style.UNTOUCHED))], width)
        left, top = origin
        row = self._picture.row(y - top, -left, width - left)
        strip = Strip([Segment(text, self._style(style)) for text, style in _joined(row)], width)
        self._strips[y] = strip
        return strip

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles.clear()
        self._strips.clear()

    def on_resize(self) -> None:
        self._lay_out()

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is not None and self._picture is not None:
            origin = self._origin
            node = self._picture.drawing.node_at(offset.x - origin.x, offset.y - origin.y)
            if node is not None:
                self.post_message(self.NodeSelected(node))

    @property
    def _window(self) -> Size:
        return self.scrollable_content_region.size

    @property
    def _origin(self) -> Offset:
        """Where in the window the top left corner of the drawing is."""
        window, content = self._window, self.virtual_size
        centred = Offset(max(0, (window.width - content.width) // 2), max(0, (window.height - content.height) // 2))
        return centred - self.scroll_offset

    def _style(self, style: Style) -> RichStyle:
        if style not in self._styles:
            self._styles[style] = style_of(self.app, _INKS[style], lit=False)
        return self._styles[style]

    def _lay_out(self) -> None:
        """Choose the drawing that fits best. Without a size yet there is nothing to choose."""
        texts, levels, room = self._texts, self._levels, self.content_size  # with the room that scroll bars take now
        self.workers.cancel_group(self, _LAYOUT)
        if texts is None or levels is None or not room:
            return

        def richest(progress: Progress | None = None) -> Drawing:
            return levels.richest(room.width, room.height, labels=self._labels, progress=progress)

        if texts.items <= _QUICK_ITEMS:
            self._take(richest())
        else:
            self.run_worker(self._lay_out_in_background(richest), group=_LAYOUT)

    async def _lay_out_in_background(self, richest: Callable[[Progress], Drawing]) -> None:
        def alone(progress: Progress) -> Drawing:
            with self._drawing_alone:  # one that nobody waits for any more goes on to its next step
                return richest(progress)

        self._progress = progress = Progress()
        ticking = self.set_interval(1 / 10, self._refresh_notice)
        try:
            self._take(await in_background(alone, progress))
        except Cancelled:
            pass
        finally:
            ticking.stop()
            if self._progress is progress:
                self._progress = None
                self._refresh_notice()

    def _take(self, drawing: Drawing) -> None:
        assert self._view is not None  # what is drawn is a run
        self._picture = Picture(drawing, self._view)
        self.virtual_size = Size(drawing.width, drawing.height)
        self._refresh_all()
        self.call_after_refresh(self._follow)  # scroll bars come and go first

    def _notice(self) -> list[str]:
        """What stands in the place of a drawing that is not there."""
        if self._texts is None:
            return []
        nodes = len(self._texts.timeline.graph)
        if not self._texts.is_drawn:
            most = f" (at most {MOST_DRAWN:,})" if nodes > MOST_DRAWN else ", with so many lines between them"
            return [
                f"{nodes:,} nodes are too many to draw{most}.",
                "Program, table and explanation follow every step.",
            ]
        if self._progress:
            return [f"Drawing {nodes:,} nodes", "", bar(self._progress.share, _BAR), "", "Esc stops"]
        return [f"The drawing of {nodes:,} nodes was stopped.", "", "v begins it again"]

    def _refresh_notice(self) -> None:
        if self._picture is None:
            self._refresh_all()

    def _refresh_parts(self, picture: Picture, nodes: set[int], edges: set[Edge]) -> None:
        window, origin = Region.from_offset((0, 0), self._window), self._origin
        regions = [Region(*part).translate(origin) for part in picture.regions(nodes, edges)]
        regions = [region for region in regions if region.overlaps(window)]
        for region in regions:
            for y in region.line_range:
                self._strips.pop(y, None)
        if len(regions) > _MOST_REGIONS:
            self._refresh_all()
        elif regions:
            self.refresh(*[region.intersection(window) for region in regions])

    def _refresh_all(self) -> None:
        self._strips.clear()
        self.refresh()

    def _follow(self) -> None:
        """Scroll as little as possible until the receiver is in view; the senders too, if they fit beside it."""
        if self._picture is None or self._view is None or self._view.receiver is None:
            return
        boxes = self._picture.drawing.boxes
        for node in (*sorted(self._view.senders), self._view.receiver):
            if node in boxes:
                self._show(boxes[node])

    def _show(self, box: Box) -> None:
        self.scroll_to_region(Region(*box.rectangle), animate=False, force=True)


def _joined(row: Iterable[Run]) -> list[Run]:
    """The runs with blanks joined to what stands before them: fewer runs are less to write to the terminal."""
    joined: list[Run] = []
    for text, style in row:
        if joined and style in (Style.BLANK, joined[-1][1]):
            joined[-1] = (joined[-1][0] + text, joined[-1][1])
        else:
            joined.append((text, style))
    return joined
