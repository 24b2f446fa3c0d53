"""What a screen that shows a run does to find a node, or the event that matters to it."""

from __future__ import annotations

from collections.abc import Callable

from backprop_tui.tui.screens.paced import Paced
from backprop_tui.tui.session import Session
from backprop_tui.tui.walks import Found, Role
from backprop_tui.tui.widgets.graph_canvas import GraphCanvas
from backprop_tui.tui.widgets.panel import Panel

_THERE = "This is that event already"


class Finding(Paced):
    """A screen with the actions of `find_actions`."""

    _panels: list[Panel]
    _canvas: GraphCanvas

    @property
    def session(self) -> Session:
        """Where the user is, and in which run."""
        raise NotImplementedError

    def say(self, remark: str = "") -> None:
        """Show the session with a remark, why the last key has changed nothing; without one, with what it changed."""
        self.session.repeat = 0
        self.session.remark = remark
        self.changed()

    def go(self, somewhere: Callable[[], None], nowhere: str) -> None:
        """Move the session, and say so if that leads nowhere."""
        session = self.session
        before = session.position, session.selected
        somewhere()
        has_moved = (session.position, session.selected) != before
        self.say(session.remark or ("" if has_moved or session.is_held else nowhere))

    def action_search(self) -> None:
        """Ask what to search for; go along with what is chosen, and come back if that is not wanted."""
        from backprop_tui.tui.screens.search import Search  # noqa: PLC0415  (Input costs start-up time)

        session = self.session
        session.repeat = 0
        selected, focus = session.selected, session.focus
        (x, y), tops = self._canvas.viewport.place, [panel.top for panel in self._panels]

        def come_back() -> None:
            session.look_at(selected)
            session.focus = focus
            self.draw()
            self._canvas.pan_to(x, y)
            for panel, top in zip(self._panels, tops, strict=True):
                panel.scroll_rows(top - panel.top)

        def look_at(node: int | None) -> None:
            if node is None:
                come_back()
            else:
                session.look_at(node)
                self.changed()

        def close(found: Found | None) -> None:
            session.found = found or session.found
            look_at(found.node if found else None)

        self.app.push_screen(Search(session, look_at), close)

    def action_operand(self) -> None:
        """Select the first operand."""
        self.session.repeat = 0
        self.session.go_along(Role.OPERAND)
        self.changed()

    def action_other_operand(self) -> None:
        """Select the next operand of the same node."""
        self.session.next_neighbour(Role.OPERAND, self.session.take_repeat())
        self.changed()

    def action_use(self) -> None:
        """Select the first use."""
        self.session.repeat = 0
        self.session.go_along(Role.USE)
        self.changed()

    def action_other_use(self) -> None:
        """Select the next use of the same node."""
        self.session.next_neighbour(Role.USE, self.session.take_repeat())
        self.changed()

    def action_to_value(self) -> None:
        """Go to the event that computes the node."""
        self.go(self.session.go_to_value, _THERE)

    def action_to_gradient(self) -> None:
        """Go to the event that makes the gradient of the node complete."""
        self.go(self.session.go_to_gradient, _THERE)

    def action_centre(self) -> None:
        """Bring the current event to the middle of the graph, and into view everywhere."""
        before = self._canvas.viewport, [panel.top for panel in self._panels]
        self.session.look_at_event()
        self.draw()
        self._canvas.centre(self.session.focus)
        for panel in self._panels:
            panel.follow()
        if self.session.event is None:
            self.say("There is no event yet")
        elif before == (self._canvas.viewport, [panel.top for panel in self._panels]):
            self.say("The event is in view, and the drawing goes no further")
