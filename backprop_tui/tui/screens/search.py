"""The search: a line at the bottom that is typed into, and above it what is found, while the graph stays in view."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Input

from backprop_tui.search import asks_for_the_end
from backprop_tui.tui.action import spelled
from backprop_tui.tui.layout import layout
from backprop_tui.tui.lines import Ink, Line, Page, Span, width
from backprop_tui.tui.panels import matches
from backprop_tui.tui.screens.modal import Modal
from backprop_tui.tui.screens.prompt import Typed, printable
from backprop_tui.tui.session import Session
from backprop_tui.tui.walks import Found
from backprop_tui.tui.widgets.panel import Frame, Panel

MOST_TYPED = 100
"""Characters of a query."""
_PAGE = 8
_PROMPT = " /"
_KEYS = (("↑↓", "choose"), ("Enter", "go"), ("Esc", "cancel"))
_NARROW = 74
"""Columns below which keys stand without words."""


class Query(Typed):
    """A line to type into that takes of a paste what there is room for."""

    def taken(self, text: str, room: int) -> str:
        """The first line, as much of it as fits."""
        return printable(text[:MOST_TYPED].partition("\n")[0])[:room]

    def restricted(self) -> None:
        """Take no more, and make no noise about it."""


class Search(Modal[Found | None]):
    """Results in what was found, at the node that was chosen; in None if the user thought better of it."""

    BINDINGS = [  # noqa: RUF012  (as Textual declares it)
        Binding("escape", "cancel", show=False),
        Binding("down,tab", "choose(1)", show=False),
        Binding("up,shift+tab", "choose(-1)", show=False),
        Binding("pagedown", f"choose({_PAGE})", show=False),
        Binding("pageup", f"choose({-_PAGE})", show=False),
    ]

    of_run = True
    """It searches the run below it."""

    def __init__(self, session: Session, look_at: Callable[[int | None], None]) -> None:
        """A search that begins with what was found last; `look_at` is told which node is chosen, None if none is."""
        super().__init__()
        self._session = session
        self._look_at = look_at
        found = session.found
        self._query = found.query if found else ""
        self._found: Sequence[int] = found.nodes if found else ()
        self._at = found.at if found else 0
        self._chosen: int | None = None
        self._results = Panel(self._page, "matches", frame=Frame.BOX)
        self._keys = Panel(lambda *_: Page.of([self._key_line()]), "keys", frame=Frame.NONE)

    def compose(self) -> ComposeResult:
        yield self._results
        with Horizontal(id="question"):
            prompt = Panel(lambda *_: Page.of([(Span(_PROMPT, Ink.KEY),)]), "prompt", frame=Frame.NONE)
            prompt.styles.width = len(_PROMPT)
            yield prompt
            yield Query(self._query, max_length=MOST_TYPED, compact=True, id="query")
            yield self._keys

    def on_mount(self) -> None:
        """Take the place of the explanation, and show what is chosen."""
        self._lay_out(self.app.size.width, self.app.size.height)
        self._choose(self._at)

    def on_resize(self, event: events.Resize) -> None:
        """Fit the panels into the window."""
        self._lay_out(event.size.width, event.size.height)

    def _lay_out(self, columns: int, rows: int) -> None:
        sizes = layout(columns, rows)
        self._results.display = sizes.fits
        self._results.styles.height = sizes.chain_rule
        self._results.set_frame(Frame.BOX if sizes.boxed else Frame.RULE)
        self._results.redraw()
        self._keys.styles.width = width(self._key_line())

    def _page(self, columns: int, _rows: int) -> Page:
        if self._found:
            return matches.page(self._session, self._found, self._at, columns)
        if self._query.strip():
            return matches.nothing(self._session, self._query, columns)
        return matches.examples(columns)

    def _key_line(self) -> Line:
        is_narrow = self.app.size.width < _NARROW
        spans: list[Span] = []
        for key, word in _KEYS:
            spans += [Span(f"  {spelled(key)}", Ink.KEY), Span(" " if is_narrow else f" {word} ", Ink.FAINT)]
        return tuple(spans)

    def _choose(self, at: int) -> None:
        self._at = max(0, min(at, len(self._found) - 1))
        self._results.redraw()
        node = self._found[self._at] if self._found else None
        if node != self._chosen:
            self._chosen = node
            self._look_at(node)

    def _find(self, query: str) -> None:
        if query != self._query:
            self._query = query
            tells = self._session.hides and asks_for_the_end(query)
            self._found = () if tells else self._session.index.find(query)
            self._choose(0)

    @on(Input.Changed)
    def search(self, event: Input.Changed) -> None:
        """Find what is typed, at once."""
        self._find(event.value)

    @on(Input.Submitted)
    def accept(self, event: Input.Submitted) -> None:
        """Go to the chosen node. Where nothing was found there is none; without a query, end the search."""
        self._find(event.value)
        if self._found:
            self.dismiss(Found(self._found, self._at, self._query.strip()))
        elif not self._query.strip():
            self._session.found = None
            self.dismiss(None)

    @on(Panel.Clicked, "#matches")
    def choose_line(self, event: Panel.Clicked) -> None:
        """Choose a line; go there if it is chosen already."""
        if event.line == self._at and self._found:
            self.dismiss(Found(self._found, self._at, self._query.strip()))
        elif 0 <= event.line < len(self._found):
            self._choose(event.line)

    def action_choose(self, lines: int) -> None:
        """Choose another of the nodes."""
        self._choose(self._at + lines)

    def action_cancel(self) -> None:
        """Close, as if nothing had been searched."""
        self.dismiss(None)
