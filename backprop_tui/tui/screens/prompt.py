"""One line at the bottom that asks for a text, while all else stays in view; above it, what is wrong with the text."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Input
from textual.worker import Worker

from backprop_tui.tui.action import spelled
from backprop_tui.tui.lines import Ink, Line, Page, Span, width, wrap
from backprop_tui.tui.screens.modal import Modal
from backprop_tui.tui.widgets.panel import Frame, Panel, Source

_NARROW = 74
"""Columns below which keys stand without words."""


def printable(text: str) -> str:
    """A text without its control characters."""
    return "".join(char for char in text if char.isprintable())


class Typed(Input):
    """A line to type into. What there is no room for is refused whole: half a value is another value."""

    def on_paste(self, event: events.Paste) -> None:
        """Put it where the cursor is, in place of what is selected."""
        event.prevent_default()
        event.stop()
        start, end = sorted(self.selection)
        self.replace(self.taken(event.text, (self.max_length or 0) - len(self.value) + end - start), start, end)

    def taken(self, text: str, room: int) -> str:
        """What it takes of a pasted text, with room for so many characters: here all, its line breaks as blanks."""
        return printable(text.replace("\n", " "))

    def restricted(self) -> None:
        """Say that there is no room for more."""
        screen = self.screen
        if isinstance(screen, Prompt):
            screen.say_text(f"At most {self.max_length:,} characters can be typed here.")


class Prompt(Modal[None]):
    """Asks until a text is accepted."""

    BINDINGS = [Binding("escape", "cancel", show=False)]  # noqa: RUF012  (as Textual declares it)

    of_run = False
    """What is typed stays when another run takes the place of the one below."""

    def __init__(self, question: str, text: str, *, most: int, action: str, hint: str = "") -> None:
        """`action` says in a word what Enter does; `hint` stands where nothing is typed."""
        super().__init__()
        self._question: Line = (Span(f" {question} ", Ink.KEY),)
        self._keys: tuple[tuple[str, str], ...] = (("Enter", action), ("Esc", "cancel"))
        self._message = Panel(self._said, "message", title="", frame=Frame.BOX)
        self._source: Source | None = None
        self.typed = Typed(text, placeholder=hint, max_length=most, compact=True, id="typed")
        self._work: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        yield self._message
        with Horizontal(id="question"):
            prompt = Panel(lambda *_: Page.of([self._question]), "prompt", frame=Frame.NONE)
            prompt.styles.width = width(self._question)
            yield prompt
            yield self.typed
            keys = Panel(lambda *_: Page.of([self._key_line()]), "keys", frame=Frame.NONE)
            keys.styles.width = width(self._key_line())
            yield keys

    def on_mount(self) -> None:
        """Say nothing yet."""
        self.say(None)

    def on_resize(self) -> None:
        """Fit what is said into the window."""
        self.say(self._source)

    @property
    def is_busy(self) -> bool:
        """Whether a text is being tried."""
        return self._work is not None and not self._work.is_finished

    async def accept(self, text: str) -> None:
        """Do what is asked for, and leave; or `say` why not."""
        raise NotImplementedError

    def say(self, source: Source | None) -> None:
        """Show a page above the line; None: nothing."""
        self._source = source
        self._message.display = source is not None
        if source:
            frame, (columns, rows) = Frame.BOX, self.app.size
            page = source(max(1, columns - 2 * frame.sides), rows)
            self._message.styles.height = min(page.length + frame.above + frame.below, max(1, rows - 3))
            self._message.redraw()

    def say_text(self, text: str, ink: Ink = Ink.TROUBLE) -> None:
        """Show a sentence above the line."""
        self.say(lambda columns, _: Page.of(wrap([Span(text, ink)], columns)))

    def _said(self, columns: int, rows: int) -> Page:
        return self._source(columns, rows) if self._source else Page.of([])

    def _key_line(self) -> Line:
        is_narrow = self.app.size.width < _NARROW
        spans: list[Span] = []
        for key, word in self._keys:
            spans += [Span(f"  {spelled(key)}", Ink.KEY), Span(" " if is_narrow else f" {word} ", Ink.FAINT)]
        return tuple(spans)

    @on(Input.Changed)
    def forget(self) -> None:
        """What was wrong may not be so any more."""
        self.say(None)

    @on(Input.Submitted)
    def submit(self, event: Input.Submitted) -> None:
        """Try the text, unless another one is being tried."""
        if not self.is_busy:
            self._work = self.run_worker(self.accept(event.value))

    def action_cancel(self) -> None:
        """Stop what is being done with the text; else leave."""
        if self._work and self.is_busy:
            self._work.cancel()
        else:
            self.dismiss(None)
