"""What is exported: a run at one position, under its title."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property

from backprop_tui.drawing.graph_view import GraphView, RunTexts
from backprop_tui.engine.timeline import Timeline
from backprop_tui.folding.finding import NO_TABLE
from backprop_tui.formatting import clip
from backprop_tui.narration import narrate

_DIGITS = 9
_LONGEST = 200
"""Characters of a title, or of a part of a caption."""
_BETWEEN = "   "


class Snapshot:
    """A run at a position: the number of events that are done."""

    def __init__(
        self,
        title: str,
        timeline: Timeline,
        position: int,
        groups: Mapping[str, Sequence[int]] = NO_TABLE,
        program: Sequence[str] = (),
    ) -> None:
        """`groups` names groups of the user's, with the nodes in each: of a large graph they are drawn as boxes.

        `program` has the lines that the nodes count.
        """
        self.groups = groups
        self.program = program
        self.title = clip(title, _LONGEST)
        self.timeline = timeline
        self.texts = RunTexts(timeline)
        self.view = GraphView(self.texts, position)

    @cached_property
    def caption(self) -> tuple[str, ...]:
        """Which event has just been done, and what it did: its number, symbols, numbers, the change of a gradient."""
        event = f"event {self.view.position}/{len(self.timeline)}"
        narration = narrate(self.timeline, self.view.position)
        if narration is None:
            return (f"{event}, before the first",)
        parts = event, narration.symbols, narration.numbers, narration.change
        return tuple(clip(part, _LONGEST) for part in parts if part)

    @property
    def caption_line(self) -> str:
        """The same in one line."""
        return _BETWEEN.join(self.caption)


def position_of(word: str, timeline: Timeline) -> int:
    """The position that the user asked for: a number, `start`, `forward` or `end`. Raises ValueError."""
    named = {"start": 0, "forward": timeline.seed_event, "end": len(timeline)}
    if word in named:
        return named[word]
    if not re.fullmatch(rf"-?[0-9]{{1,{_DIGITS}}}", word):
        raise ValueError("it is a number, start, forward or end")
    if not 0 <= int(word) <= len(timeline):
        raise ValueError(f"the run has events 1 to {len(timeline)}; 0 is before the first")
    return int(word)
