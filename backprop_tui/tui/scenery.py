"""What of a graph is drawn and how: groups open or folded, a neighbourhood in focus, the level, the orientation.

Keys replace the `Look`, which is plain data; the scenery has what it takes to draw one. No widget, no terminal.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property

from backprop_tui.drawing.boxes import BoxStyle, Detail, LabelStyle
from backprop_tui.drawing.drawing import Drawing
from backprop_tui.drawing.folded_view import FoldedView, RunTallies, SceneTexts
from backprop_tui.drawing.graph_view import RunTexts
from backprop_tui.drawing.highlight import Highlight
from backprop_tui.drawing.layers import items
from backprop_tui.drawing.levels import Levels
from backprop_tui.drawing.orientation import Orientation
from backprop_tui.folding.finding import NO_TABLE
from backprop_tui.folding.focus import focused
from backprop_tui.folding.groups import ALL_OPEN_UP_TO, Group
from backprop_tui.folding.lines import HIDDEN
from backprop_tui.folding.scene import Scene, Stage
from backprop_tui.graph import Kind
from backprop_tui.progress import Progress

DETAILS = (
    Detail(BoxStyle.FULL, LabelStyle.SYMBOL),
    Detail(BoxStyle.COMPACT, LabelStyle.NUMBER),
    Detail(BoxStyle.LINE, LabelStyle.NONE),
    Detail(BoxStyle.BRIEF, LabelStyle.NONE),
    Detail(BoxStyle.DOT, LabelStyle.NONE),
)
"""The levels that a user can choose, from the richest to the plainest."""
LEVEL_NAMES = ("full boxes", "compact boxes", "one line each", "names and numbers", "dots")
MOST_ITEMS = 250_000
"""Nodes, and places where lines pass them. More than that take too long to draw, and too much memory."""
_QUICK_ITEMS = 600
"""What is larger is drawn in the background."""
_KEPT = 40
"""Settings that are kept: of so many places in focus, going back is free."""


class TooTangled(Exception):  # noqa: N818  (no error: the graph is what it is)
    """A scene cannot be drawn: there are too many lines between its boxes."""


@dataclass(frozen=True)
class Look:
    """What a user has chosen. Groups are open by their ids."""

    opened: frozenset[int] | None = None
    """None: the whole graph, without groups."""
    centre: int | None = None
    """In focus: the node whose neighbourhood is drawn."""
    level: int | None = None
    """Which of `DETAILS`; None: the best for the window."""
    orientation: Orientation | None = None
    """None: the one that fits the window."""
    has_labels: bool = True
    """Whether edges show their local derivatives where there is room."""
    numbers_width: int = 0
    """Columns that each box has for a gradient, at least: a lens may show other numbers there."""

    @property
    def is_focused(self) -> bool:
        """Whether only a neighbourhood is drawn."""
        return self.centre is not None

    @property
    def is_fitted(self) -> bool:
        """Whether the drawing depends on the size of the window."""
        return self.level is None or self.orientation is None

    def zoomed(self, drawing: Drawing | None, steps: int) -> Look:
        """So many levels richer than what is drawn now; plainer, if negative. It does not turn by itself any more."""
        level = max(0, min(self.level_of(drawing) - steps, len(DETAILS) - 1))
        orientation = self.orientation or (drawing.orientation if drawing else None)
        return replace(self, level=level, orientation=orientation)

    def level_of(self, drawing: Drawing | None) -> int:
        """The level that is chosen; without a choice, that of what is drawn now."""
        return self.level if self.level is not None else _level_of(drawing) if drawing else 1

    def turned(self, drawing: Drawing | None) -> Look:
        """The other orientation than what is drawn now."""
        now = self.orientation or (drawing.orientation if drawing else Orientation.TOP_DOWN)
        return replace(self, orientation=now.other)

    def fitted(self) -> Look:
        """Level and orientation as the window has room for."""
        return replace(self, level=None, orientation=None)


def _level_of(drawing: Drawing) -> int:
    return next(level for level, detail in enumerate(DETAILS) if detail.box is drawing.detail.box)


class Setting:
    """A scene with all that its drawings and views are made of."""

    def __init__(self, texts: SceneTexts) -> None:
        self.scene = texts.scene
        self._texts = texts

    @cached_property
    def is_quick(self) -> bool:
        """Whether drawing it takes no longer than a key press may take."""
        return len(self.scene.graph) <= _QUICK_ITEMS and self._items <= _QUICK_ITEMS

    def prepare(self) -> None:
        """Work out what takes time, but for the drawing of a large scene."""
        if self.is_quick:
            _ = self._levels

    def view(self, position: int, selected: int | None, highlight: Highlight | None = None) -> FoldedView:
        """What its drawing shows at a position of the run."""
        return FoldedView(self._texts, position, selected, highlight)

    def node_of(self, box: int) -> int:
        """The node that a box stands for: of a folded group, the one that it is called after, or the last."""
        content = self.scene.contents[box]
        if not isinstance(content, Group):
            return content
        return content.leader if content.leader is not None else int(content.nodes[-1])

    def draw_like(self, other: Drawing) -> Drawing:
        """The drawing at the same level, the same way round, whatever fits: where one follows the steps, nothing jumps.

        Only for what is quick.
        """
        return self._levels.draw(other.detail, other.orientation)

    def draw(self, look: Look, width: int, height: int, progress: Progress | None = None) -> Drawing:
        """The drawing for a window. Raises TooTangled; Cancelled, if `progress` says so."""
        if self._items > MOST_ITEMS:
            raise TooTangled
        levels = self._levels
        if look.level is None:
            return levels.richest(
                width,
                height,
                labels=look.has_labels,
                orientation=look.orientation,
                close=look.is_focused,
                progress=progress,
            )
        detail = DETAILS[look.level]
        if not look.has_labels:
            detail = Detail(detail.box, LabelStyle.NONE)
        orientation = look.orientation or Orientation.TOP_DOWN
        if self.is_quick:
            return levels.draw(detail, orientation, progress)
        return levels.arrange(progress).draw(detail, self._texts.fields, orientation, progress)  # too large to be kept

    @cached_property
    def _items(self) -> int:
        return items(self.scene.graph)

    @cached_property
    def _levels(self) -> Levels:
        return Levels(self.scene.graph, self._texts.fields)


class Scenery:
    """All that can be drawn of one run."""

    def __init__(self, texts: RunTexts, table: Mapping[str, Sequence[int]] = NO_TABLE) -> None:
        """`table` names groups of the user's, with the nodes in each. A large graph starts folded."""
        self.texts = texts
        self.stage = Stage(texts.timeline.graph, table)
        self._tallies = RunTallies(texts.timeline)
        self._settings: OrderedDict[tuple[frozenset[int] | None, int | None, int], Setting] = OrderedDict()
        self.nodes = sum(node.kind is not Kind.CONSTANT for node in self.stage.graph)
        """Those that are drawn if nothing is folded."""
        self.first = Look(self._first_open() if self.nodes > ALL_OPEN_UP_TO else None)
        """What is drawn at first."""

    def setting(self, look: Look) -> Setting:
        """The scene of a look. Those used last are kept."""
        key = look.opened if not look.is_focused else None, look.centre, look.numbers_width
        if key not in self._settings:
            if len(self._settings) >= _KEPT:
                self._settings.popitem(last=False)
            self._settings[key] = Setting(SceneTexts(self.texts, self._tallies, self._scene(look), look.numbers_width))
        self._settings.move_to_end(key)
        return self._settings[key]

    def moved(self, look: Look, node: int) -> Look:
        """In focus: the same look if all neighbours of a node are drawn, else one with the node in its middle."""
        if look.centre is None:
            return look
        scene = self.setting(look).scene
        box = scene.box_of[node]
        return look if box != HIDDEN and box not in scene.cuts else replace(look, centre=node)

    def focused(self, look: Look, node: int) -> Look:
        """Only the neighbourhood of a node; what was drawn before, if there is one in focus."""
        return replace(look, centre=None if look.is_focused else node)

    def group_at(self, look: Look, node: int) -> Group | None:
        """The folded group in whose box a node is; None if it has a box of its own."""
        if look.opened is None or look.is_focused:
            return None
        return self.stage.groups.hiding(node, look.opened)

    def opened(self, look: Look, group: Group) -> Look:
        """With a group open."""
        return self._with(look, self._opened(look) | {group.id})

    def revealed(self, look: Look, node: int) -> Look:
        """With all groups open that hide a node."""
        return self._with(look, self.stage.groups.reveal(node, self._opened(look)))

    def closed(self, look: Look, node: int) -> Look:
        """With the narrowest open group around a node folded; out of focus, if a neighbourhood is drawn."""
        if look.is_focused:
            return replace(look, centre=None)
        return self._with(look, self.stage.groups.close(node, self._opened(look)))

    def unfolded(self, look: Look) -> Look:
        """The whole graph; folded as much as helps, if it is the whole already: a small one as much as can be."""
        if look.is_focused or look.opened is not None:
            return replace(look, opened=None, centre=None)
        opened = self._first_open()
        return self._with(look, opened if len(opened) < len(self.stage.groups) else frozenset())

    def like(self, other: Scenery, look: Look, centre: int | None) -> Look:
        """The look that another scenery had: the groups open that have the same names."""
        look = replace(look, centre=centre)
        if look.opened == other.first.opened:
            return replace(look, opened=self.first.opened)
        if look.opened is None:
            return look
        names = {other.path(group) for group in look.opened}
        return self._with(look, {group.id for group in self.stage.groups.groups if self.path(group.id) in names})

    def _scene(self, look: Look) -> Scene:
        if look.centre is not None:
            return focused(self.stage.whole, look.centre)
        return self.stage.whole if look.opened is None else self.stage.folded(look.opened)

    def _first_open(self) -> frozenset[int]:
        return self.stage.groups.first_open(all_up_to=0)

    def _opened(self, look: Look) -> frozenset[int]:
        return self.stage.groups.all_open if look.opened is None else look.opened

    def _with(self, look: Look, opened: Set[int]) -> Look:
        """Where all groups are open, the graph is whole."""
        is_whole = len(opened) == len(self.stage.groups)
        return replace(look, opened=None if is_whole else frozenset(opened))

    def path(self, group: int | None) -> tuple[str, ...]:
        """The names of a group and of those around it, from the widest."""
        names = []
        while group is not None:
            names.append(self.stage.groups[group].name)
            group = self.stage.groups[group].outer
        return tuple(reversed(names))
