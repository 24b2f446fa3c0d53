"""What is on screen of the graph: a drawing in the state of one position, with what is laid over it. No widget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

from backprop_tui.drawing.drawing import Drawing
from backprop_tui.drawing.folded_view import FoldedView
from backprop_tui.drawing.graph_view import difference
from backprop_tui.drawing.highlight import Highlight
from backprop_tui.drawing.pieces import Rectangle
from backprop_tui.drawing.render import Picture, Run, Style
from backprop_tui.drawing.state import Emphasis, Flow
from backprop_tui.drawing.stubs import Stub, stubs
from backprop_tui.tui.lines import Ink, Line
from backprop_tui.tui.minimap import Minimap, size_of_map
from backprop_tui.tui.runs import joined, written_over
from backprop_tui.tui.scenery import Look, Setting


@dataclass(frozen=True, eq=False)
class Shown:
    """A look, its drawing, and what that shows at a position of the run."""

    look: Look
    setting: Setting
    picture: Picture
    view: FoldedView
    emphasis: Emphasis
    _selected: int | None
    """A node of the whole graph."""
    _stubs: Mapping[int, Sequence[Stub]]
    _left: Sequence[Rectangle] = ()
    """Where the event happened that was shown before."""
    _maps: dict[tuple[int, int], Minimap] = field(default_factory=dict)

    @classmethod
    def of(  # noqa: PLR0917  (all of them are needed)
        cls,
        look: Look,
        setting: Setting,
        drawing: Drawing,
        emphasis: Emphasis,
        position: int,
        selected: int | None,
        highlight: Highlight | None = None,
    ) -> Self:
        """A drawing that has just been made."""
        view = setting.view(position, selected, highlight)
        picture = Picture(drawing, view, emphasis)
        return cls(look, setting, picture, view, emphasis, selected, stubs(drawing, setting.scene.cuts))

    def at(self, position: int, selected: int | None, highlight: Highlight | None = None) -> Self:
        """The same drawing at another position."""
        view = self.setting.view(position, selected, highlight)
        picture = Picture(self.picture.drawing, view, self.emphasis)
        return replace(self, picture=picture, view=view, _selected=selected, _left=self.event_parts[:1])

    def flowed(self, share: float) -> Self:
        """The same with only that share of the lit lines lit."""
        return replace(self, picture=Picture(self.picture.drawing, self.view, self.emphasis, share))

    def emphasised(self, emphasis: Emphasis) -> Self:
        """The same with something else of the sizes of gradients."""
        return replace(self, picture=Picture(self.picture.drawing, self.view, emphasis), emphasis=emphasis)

    def is_at(self, position: int, selected: int | None, highlight: Highlight | None = None) -> bool:
        """Whether it shows that position."""
        view = self.view
        return view.position == position and self._selected == selected and view.highlight == highlight

    def part(self, node: int | None) -> Rectangle | None:
        """Where the box of a node of the whole graph is; None if it is not drawn."""
        box = None if node is None else self.picture.drawing.boxes.get(self.setting.scene.box_of[node])
        return box.rectangle if box else None

    @cached_property
    def event_parts(self) -> Sequence[Rectangle]:
        """Where the current event happens: the box that receives, then those that send."""
        drawing, receiver = self.picture.drawing, self.view.receiver
        taking_part = [] if receiver is None else [receiver, *sorted(self.view.senders)]
        return [drawing.rectangle(box) for box in taking_part if box in drawing.boxes]  # constants have none

    @property
    def busy_parts(self) -> Sequence[Rectangle]:
        """What nothing may cover: where the event happens, and what is selected."""
        chosen = self.part(self._selected)
        return [*self.event_parts[:1], *([chosen] if chosen else [])]

    def row(self, y: int, x0: int, x1: int) -> Sequence[Run]:
        """A row of the drawing, from one column up to another."""
        runs = self.picture.row(y, x0, x1)
        for stub in self._stubs.get(y, ()):
            runs = written_over(runs, stub.x - x0, stub.text, Style.UNTOUCHED)
        return joined(runs)

    def difference(self, before: Shown) -> Sequence[Rectangle] | None:
        """What looks different from before in the same drawing; None: maybe everything."""
        is_rescaled = self.emphasis is not Emphasis.NOTHING and before.view.scale != self.view.scale
        changes = None if is_rescaled else difference(before.view, self.view)
        if changes is None:
            return None
        nodes, edges = changes
        old, new = before.view.highlight, self.view.highlight
        if old != new:
            if old is None or new is None or old.mark or new.mark:
                return None
            edges |= before.view.lit ^ self.view.lit
        return self.picture.regions(nodes, edges)

    @cached_property
    def flow_parts(self) -> Sequence[Rectangle]:
        """Where something flows."""
        return self.picture.regions((), self.view.lit)

    def map(self, window: tuple[int, int]) -> Minimap:
        """The map of the drawing for a window of that size."""
        if window not in self._maps:
            drawing = self.picture.drawing
            self._maps.clear()
            self._maps[window] = Minimap(drawing, *size_of_map(*window, drawing.width, drawing.height))
        return self._maps[window]

    def marks(self, window: tuple[int, int]) -> Sequence[Rectangle]:
        """Where on that map, in its frame, the current event is marked, and the one before it was."""
        chart = self.map(window)
        return [chart.mark(part) for part in (*self.event_parts[:1], *self._left)]

    def map_line(self, window: tuple[int, int], row: int, seen: Rectangle) -> Line:
        """A line of that map."""
        ink = Ink.NEW_BACKWARD if self.view.flow is Flow.BACKWARD else Ink.NEW_FORWARD
        return self.map(window).line(row, seen, next(iter(self.event_parts), None), ink)
