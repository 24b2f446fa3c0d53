"""What the stepper shows of a run. Made once per run; for a long one that takes a while."""

from __future__ import annotations

from backprop_tui.drawing.graph_view import RunTexts
from backprop_tui.engine.run import run
from backprop_tui.ops.shapes import count
from backprop_tui.progress import Progress
from backprop_tui.scenario import Scenario, load
from backprop_tui.tui.panels.program import Program
from backprop_tui.tui.panels.values import Table
from backprop_tui.tui.scenery import Scenery
from backprop_tui.tui.session import Session

_QUICK_ELEMENTS = 10_000
"""Numbers in all nodes together; a scenario with more of them is opened in the background."""


class Views:
    """A session at the start of its run, and the parts of its panels that no position changes."""

    def __init__(self, session: Session, progress: Progress) -> None:
        """Raises Cancelled between two of the parts if `progress` says so."""
        self.session = session
        progress.enter("preparing the screen")
        self.program = Program(session)
        progress.check()
        self.table = Table(session)
        progress.check()
        self.scenery = Scenery(RunTexts(session.timeline), session.scenario.groups)
        self.scenery.setting(self.scenery.first).prepare()
        progress.check()
        # These are kept, too, once somebody has asked for them. It must not be who draws: that would be seen.
        _ = session.stops, session.touched_width, session.timeline.first_nonfinite, session.timeline.event


def is_quick(scenario: Scenario, most: int = _QUICK_ELEMENTS) -> bool:
    """Whether running it takes no longer than a key press may take: it has at most so many numbers."""
    return sum(count(node.shape) for node in scenario.graph) <= most


def open_scenario(scenario: Scenario, progress: Progress | None = None) -> Views:
    """Run a scenario, and work out whatever takes time before the first frame. Raises Cancelled."""
    return Views(Session(scenario, run(scenario.graph, progress=progress)), progress or Progress())


def open_file(path: str, progress: Progress) -> Views:
    """Load a scenario file, and open it. Raises ScenarioError, Cancelled."""
    progress.enter("reading")
    return open_scenario(load(path), progress)
