"""The graph, drawn in cells: a thin shell around `drawing.render` that refreshes only what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import Lock

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from backprop_tui.drawing.drawing import Drawing
from backprop_tui.drawing.highlight import Highlight
from backprop_tui.drawing.pieces import Point, Rectangle
from backprop_tui.drawing.state import Emphasis
from backprop_tui.progress import Cancelled, Progress
from backprop_tui.tui.background import in_background
from backprop_tui.tui.inks import style_of
from backprop_tui.tui.lines import Ink
from backprop_tui.tui.minimap import corner_for
from backprop_tui.tui.panels.progress import bar
from backprop_tui.tui.runs import inked
from backprop_tui.tui.scenery import Look, Scenery, Setting, TooTangled
from backprop_tui.tui.shown import Shown
from backprop_tui.tui.viewport import around, overlap
from backprop_tui.tui.widgets.pulse import Pulse
from backprop_tui.tui.widgets.window import Window

_MOST_REGIONS = 100
"""Beyond that it is cheaper to refresh everything."""
_MOST_ROWS = 1_000
"""Rows of the drawing that are kept for the next time."""
_LAYOUT = "layout"
"""The group of the workers that draw in the background."""
_BAR = 30
"""Columns of the bar that is shown meanwhile."""


class GraphCanvas(Window):
    """Draws a run's graph at a position, and follows the current event as far as it has to."""

    DEFAULT_CSS = """
    GraphCanvas { width: 1fr; height: 1fr; }
    """

    @dataclass
    class NodeSelected(Message):
        """The user clicked on a box."""

        node: int
        """Index of the node; of one that is in the box, if that is a folded group."""
        is_again: bool
        """Whether the box was selected already."""

    class Reported(Message):
        """There is news about a drawing that is being made."""

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  (what Textual calls it)
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.look = Look()
        """What is to be drawn. Whoever changes it calls `set_position` then."""
        self.progress: Progress | None = None
        """Of the drawing that is being made in the background."""
        self.emphasis = Emphasis.NOTHING
        """What of the sizes of gradients is drawn."""
        self.highlight: Highlight | None = None
        """What is lit in place of the current event. Whoever changes it calls `set_position` then."""
        self.is_refused = False
        """Whether what was to be drawn last has too many lines."""
        self._scenery: Scenery | None = None
        self._position = 0
        self._selected: int | None = None
        self._node: int | None = None
        """What the user looks at."""
        self._asked: tuple[Look, Size] | None = None
        """What is drawn, or is being drawn."""
        self._shown: Shown | None = None
        self._has_map = True
        self._corner: Rectangle | None = None
        """The part of the window where the map is."""
        self._drawing_alone = Lock()
        self._pulse = Pulse(self, self._draw_flow)
        self._styles: dict[tuple[Ink, bool], RichStyle] = {}
        self._strips: dict[int, Strip] = {}
        """Rows of the drawing that are still as they were put together."""
        self._strips_at = 0, 0
        """The place of the drawing in the window, and the width of that, for which they were."""

    @property
    def drawing(self) -> Drawing | None:
        """The drawing on screen."""
        return self._shown.picture.drawing if self._shown else None

    @property
    def setting(self) -> Setting | None:
        """The scene on screen."""
        return self._shown.setting if self._shown else None

    @property
    def shown_look(self) -> Look:
        """What is on screen, while something else may be in the making."""
        return self._shown.look if self._shown else self.look

    @property
    def is_busy(self) -> bool:
        """Whether a drawing is being made."""
        return self.progress is not None

    def show(self, scenery: Scenery, look: Look, position: int = 0, selected: int | None = None) -> None:
        """Draw another run."""
        self._scenery, self.look = scenery, look
        self._shown = self._asked = None
        self._refresh_all()
        self.set_position(position, selected)

    def set_position(self, position: int, selected: int | None = None, node: int | None = None) -> None:
        """Show another position, another selection, or another look. `node` is what the user looks at."""
        self._pulse.stop()
        is_step = position == self._position + 1
        has_moved, is_chosen = position != self._position, selected is not None and selected != self._selected
        self._position, self._selected = position, selected
        self._node = node if node is not None else selected
        if self._scenery is None:
            return
        if self._node is not None:
            self.look = self._scenery.moved(self.look, self._node)
        wanted = self.look, self.outer_size if self.look.is_fitted else Size()
        if wanted != self._asked and self.outer_size:
            self._asked = wanted
            self._lay_out(self._scenery.setting(self.look))
        shown = self._shown
        if shown is None or shown.is_at(position, selected, self.highlight):
            return
        self._shown = shown.at(position, selected, self.highlight)
        left = self._viewport.x
        sought = selected if is_chosen else self.highlight.node if self.highlight else None
        if has_moved:
            self._follow(self._shown)
        elif sought is not None:
            part = self._shown.part(sought)
            if part and not self._viewport.shows(part):
                self._go(self._viewport.centred(part))  # with what is around it
        if self._viewport.x == left:
            self._refresh_parts(self._shown.difference(shown))
        else:
            self._strips.clear()
        if is_step and self.highlight is None and self._shown.view.lit:
            share = self._pulse.start()
            self._shown = self._shown.flowed(share) if share < 1 else self._shown

    def stop_drawing(self) -> None:
        """Leave the drawing that is being made undone."""
        if self.progress:
            self.progress.cancel()

    def centre(self, node: int | None) -> None:
        """Bring a node to the middle of the window, as far as the drawing goes."""
        part = self._shown.part(node) if self._shown else None
        if part:
            self._go(self._viewport.centred(part))

    def pan_to(self, x: int, y: int) -> None:
        """Show another part of the drawing; `x` and `y` are its corner."""
        self._go(self._viewport.at(x, y))

    def toggle_labels(self) -> None:
        """Show or hide the local derivatives at the edges. If there is no drawing, begin it again."""
        if self._shown or self.is_busy:
            self.look = replace(self.look, has_labels=not self.look.has_labels)
        else:
            self._asked = None
        self.set_position(self._position, self._selected, self._node)

    def emphasise(self, emphasis: Emphasis) -> None:
        """Draw something else of the sizes of gradients."""
        self.emphasis = emphasis
        if self._shown:
            self._shown = self._shown.emphasised(emphasis)
            self._refresh_all()

    def toggle_animation(self) -> bool:
        """Animate single steps, or leave it. Returns which."""
        return self._pulse.toggle()

    def _draw_flow(self, share: float) -> None:
        """Draw again what is lit, as far as something has flowed."""
        if self._shown:
            self._shown = self._shown.flowed(share)
            self._refresh_parts(self._shown.flow_parts)

    @property
    def has_map(self) -> bool:
        """Whether the map is in view."""
        return self._corner is not None

    def toggle_map(self) -> None:
        """Show the map, or do without it."""
        self._has_map = not self._has_map
        self._place_map()
        self.refresh()

    # Making a drawing

    def _lay_out(self, setting: Setting) -> None:
        self.workers.cancel_group(self, _LAYOUT)
        self.is_refused = False
        look, (width, height) = self.look, self.outer_size
        shown = self._shown
        has_moved_on = shown and shown.look.is_focused and look == replace(shown.look, centre=look.centre)
        if setting.is_quick and shown and has_moved_on and look.is_focused:
            self._take(self._with(look, setting, setting.draw_like(shown.picture.drawing)))
        elif setting.is_quick:
            self._take(self._with(look, setting, setting.draw(look, width, height)))
        else:
            self.run_worker(self._lay_out_in_background(look, setting, width, height), group=_LAYOUT)

    async def _lay_out_in_background(self, look: Look, setting: Setting, width: int, height: int) -> None:
        def alone(progress: Progress) -> Shown:
            with self._drawing_alone:  # one that nobody waits for any more goes on to its next step
                progress.check()
                shown = self._with(look, setting, setting.draw(look, width, height, progress))
                shown.map((width, height))  # it takes a while, too
                return shown

        self.progress = progress = Progress()
        ticking = self.set_interval(1 / 10, self._report)
        try:
            shown = await in_background(alone, progress)
            self._take(shown.emphasised(self.emphasis).at(self._position, self._selected, self.highlight))
        except (Cancelled, TooTangled) as reason:
            self.is_refused = isinstance(reason, TooTangled)
            if self._shown:  # it stays
                self.look = self._shown.look
                self._asked = self.look, self.outer_size if self.look.is_fitted else Size()
        finally:
            ticking.stop()
            if self.progress is progress:
                self.progress = None
                self._report()

    def _with(self, look: Look, setting: Setting, drawing: Drawing) -> Shown:
        return Shown.of(look, setting, drawing, self.emphasis, self._position, self._selected, self.highlight)

    def _take(self, shown: Shown) -> None:
        before, self._shown = self._shown, shown
        self._viewport = self._viewport.over(shown.picture.drawing.width, shown.picture.drawing.height)
        part = shown.part(self._node)
        if part and not (before and before.look == shown.look):  # it is not only the window that has changed
            self._viewport = self._viewport.centred(part)
        self._follow(shown)
        self._place_map()
        self._refresh_all()

    def _report(self) -> None:
        self.post_message(self.Reported())
        if self._shown is None:
            self._refresh_all()

    def _notice(self) -> list[str]:
        """What stands in the place of a drawing that is not there."""
        if self._scenery is None or self._asked is None:
            return []
        nodes = f"{self._scenery.nodes:,} nodes"
        if self.progress:
            return [f"Drawing {nodes}", "", bar(self.progress.share, _BAR), "", "Esc stops"]
        if self.is_refused:
            return [f"{nodes} are too many to draw, with so many lines between them."]
        return [f"The drawing of {nodes} was stopped.", "", "v begins it again"]

    # Moving the window

    def moved(self) -> None:
        """Find another place for the map, if the event is where it was."""
        self._place_map()

    def clicked(self, x: int, y: int) -> None:
        """Select the box there."""
        shown, (left, top) = self._shown, self._viewport.origin
        box = shown.picture.drawing.node_at(x - left, y - top) if shown else None
        if shown and box is not None:
            self.post_message(self.NodeSelected(shown.setting.node_of(box), is_again=shown.view.selected == box))

    def on_map(self, x: int, y: int) -> Point | None:
        """The place of the drawing that a cell of the map stands for; None beside it."""
        corner = self._corner
        if self._shown is None or corner is None or not overlap(corner, Rectangle(x, y, 1, 1)):
            return None
        return self._shown.map(self._viewport.size).place(x - corner.x - 1, y - corner.y - 1)

    def _follow(self, shown: Shown) -> None:
        """If the receiver is out of view, move as little as shows it; and the senders, if they fit beside it."""
        parts = shown.event_parts
        if parts and not self._viewport.shows(parts[0]):
            part = around(parts)
            fits = part.width <= self._viewport.width and part.height <= self._viewport.height
            self._go(self._viewport.following(part if fits else parts[0]))

    def _place_map(self) -> None:
        if self._shown is None or not self._has_map or self._viewport.fits:
            self._corner = None
            return
        x, y = self._viewport.origin
        shown, window = self._shown, self._viewport.size
        busy, lively = (
            [Rectangle(part.x + x, part.y + y, part.width, part.height) for part in parts]
            for parts in (shown.busy_parts, (*shown.event_parts, *shown.flow_parts))
        )
        self._corner = corner_for(shown.map(window).framed, window, busy, self._corner, lively)

    # Showing it

    def render_lines(self, crop: Region) -> list[Strip]:
        """The part of the window that is to be drawn again.

        There are no borders, tints or filters to apply to it: going without them makes a step much cheaper.
        """
        strips = [self.render_line(y) for y in crop.line_range]
        return strips if crop.width == self._viewport.width else [strip.crop(crop.x, crop.right) for strip in strips]

    def render_line(self, y: int) -> Strip:
        """One row of the window."""
        width, height = self._viewport.size
        if self._shown is None:
            notice = self._notice()
            line = y - (height - len(notice)) // 2
            text = notice[line] if 0 <= line < len(notice) else ""
            return Strip([Segment(text.center(width)[:width], self._style(Ink.FAINT))], width)
        left, top = self._viewport.origin
        if (left, width) != self._strips_at or len(self._strips) > _MOST_ROWS:
            self._strips_at = left, width
            self._strips.clear()
        strip = self._strips.get(y - top)
        if strip is None:
            row = inked(self._shown.row(y - top, -left, width - left))
            strip = Strip([Segment(text, self._style(ink)) for text, ink in row], width)
            self._strips[y - top] = strip
        corner = self._corner
        if corner is None or not corner.y <= y < corner.y + corner.height:
            return strip
        spans = self._shown.map_line(self._viewport.size, y - corner.y, self._viewport.seen)
        segments = [Segment(span.text, self._style(span.ink, span.lit)) for span in spans]
        beside = [*strip.crop(0, corner.x), *segments] if corner.x else [*segments, *strip.crop(corner.width)]
        return Strip(beside, width)

    def _style(self, ink: Ink, lit: bool = False) -> RichStyle:
        if (ink, lit) not in self._styles:
            self._styles[ink, lit] = style_of(self.app, ink, lit)
        return self._styles[ink, lit]

    def _refresh_parts(self, parts: Sequence[Rectangle] | None) -> None:
        if parts is None:
            self._place_map()
            self._refresh_all()
            return
        window, (left, top) = Region(0, 0, *self.outer_size), self._viewport.origin
        regions = [Region(*part).translate((left, top)) for part in parts]
        regions = [region for region in regions if region.overlaps(window)]
        first, last = min(self._strips, default=0), max(self._strips, default=-1)
        for part in parts:  # out of view, too: the window may come back to it
            for row in range(max(part.y, first), min(part.y + part.height, last + 1)):
                self._strips.pop(row, None)
        corner = self._corner
        self._place_map()
        if corner and self._shown:
            regions += [
                Region(*part).translate((corner.x, corner.y)) for part in self._shown.marks(self._viewport.size)
            ]
        if self._corner != corner or len(regions) > _MOST_REGIONS:
            self.refresh()
        elif regions:
            self.refresh(*[region.intersection(window) for region in regions])

    def _refresh_all(self) -> None:
        self._strips.clear()
        self.refresh()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles.clear()
        self._strips.clear()

    def on_resize(self) -> None:
        """Choose the drawing that fits best."""
        self._viewport = self._viewport.resized(*self.outer_size)
        self.set_position(self._position, self._selected, self._node)
        if self._shown:
            self._follow(self._shown)
        self._place_map()
        self._refresh_all()
