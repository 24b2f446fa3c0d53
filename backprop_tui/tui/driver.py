"""Between the terminal and the app: takes the terminal over and gives it back, and turns input into messages.

Textual's own driver reads everything at once and queues a task for each key, blocks on a terminal that takes no
output, draws on stderr, and leaves the terminal as it is when a signal ends the process.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import select
import signal
from collections.abc import Callable, Iterator
from threading import Lock, Thread, get_ident
from time import monotonic
from typing import Any

from textual import events
from textual._xterm_parser import XTermParser  # the names of keys; Textual has no public way to them
from textual.app import App
from textual.dom import DOMNode
from textual.driver import Driver
from textual.geometry import Size
from textual.keys import Keys
from textual.message import Message
from textual.messages import TerminalSupportsSynchronizedOutput

from backprop_tui import signals
from backprop_tui.tui import ascii_only
from backprop_tui.tui.intake import ESCAPE, Intake, Kind, Token
from backprop_tui.tui.slim import slimmed
from backprop_tui.tui.terminal import INPUT, Terminal

_MOUSE = re.compile(r"\x1b\[<\d{1,4};\d{1,5};\d{1,5}[Mm]")
_SYNCHRONIZED = re.compile(r"\x1b\[\?2026;[1-4]\$y")
_ASK_IF_SYNCHRONIZED = "\x1b[?2026$p"
_PATIENCE = 0.5
"""Seconds for which the app may be busy with input. After that what waits is no typing: only the newest counts."""
_TURN = 0.25
"""Seconds after which more input is taken even if what was taken before is not known to be dealt with."""
_READ = 65_536


def read_some() -> bytes:
    """What was typed. Ends the process if nobody is there any more, even if the signal that says so was ignored."""
    try:
        data = os.read(INPUT, _READ)
    except BlockingIOError:  # somebody who shares the terminal was faster
        return b""
    except OSError:
        data = b""
    if not data:
        signals.end(signal.SIGHUP)
    return data


class _Turn:
    """The way of one key through the app: it ends when all who may deal with the key have done so.

    What is called on the way are methods without arguments: of anything else the app looks up the signature each time.
    """

    def __init__(self, app: App[Any], end: Callable[[_Turn], None]) -> None:
        self._app = app
        self._end = end
        self._nodes: list[DOMNode] = []
        """Whom to wait for, still."""

    def end(self) -> None:
        """End it when the app has dealt with all that it has got so far."""
        self._app.post_message(events.Callback(self._finish))

    def follow(self) -> None:
        """End it when everybody has dealt with the key that the app has just got."""
        self._app.post_message(events.Callback(self._begin))

    def _begin(self) -> None:
        """Wait for all who may deal with a key that the app has passed on: the focused widget, and who is above it.

        Twice: what the widget makes of the key, such as "submitted", follows the same way, right behind us.
        """
        screen = self._app.screen
        above = [*screen.focused.ancestors_with_self][:-1] if screen.focused else [screen]
        self._nodes = [*above, *above]
        self._wait()

    def _wait(self) -> None:
        while self._nodes:
            if self._nodes.pop(0).post_message(events.Callback(self._wait)):  # not, if it is on its way out
                return
        self.end()

    def _finish(self) -> None:
        self._end(self)


class TerminalDriver(Driver):
    """Input and output of the app in the terminal of the process."""

    def __init__(self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None):
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._terminal = Terminal(self._draw_again_soon)
        self._translate = ascii_only.translate if ascii_only.is_wanted() else None
        self._parser = XTermParser()
        self._intake = Intake()
        self._reader: Thread | None = None
        self._wake = -1
        """Written to, it ends the reader."""
        self._lock = Lock()
        self._is_busy = False
        """Whether input is on its way through the app."""
        self._turns_in_a_row = 0
        self._busy_since = 0.0
        """When the second of them began: the first may open something, which takes its time."""
        self._turn = _Turn(app, self._deliver)
        self._overdue: asyncio.TimerHandle | None = None
        self._cleanup = contextlib.ExitStack()

    @property
    def can_suspend(self) -> bool:
        """Yes: it gives the terminal back meanwhile."""
        return True

    # Output

    def write(self, data: str) -> None:
        """Write to the terminal, soon."""
        slim = slimmed(data)
        self._terminal.write(self._translate(slim) if self._translate else slim)

    def _draw_again(self) -> None:
        self._check_size()
        self._app.refresh(layout=True)

    def _draw_again_soon(self) -> None:
        """What the terminal shows is unknown."""
        self._app.call_later(self._draw_again)

    # Life

    def start_application_mode(self) -> None:
        """Take over the terminal, and the signals that have to do with it."""
        loop = asyncio.get_running_loop()
        self._cleanup.enter_context(signals.undone_at_the_end(self._terminal.leave))
        for number, handler in (
            (signal.SIGWINCH, self._check_size),
            (signal.SIGTSTP, self._stop),
            (signal.SIGCONT, self._continue),
        ):
            loop.add_signal_handler(number, handler)
            self._cleanup.callback(loop.remove_signal_handler, number)
        self._terminal.enter()
        self._start_reading()
        self._check_size()
        if os.environ.get("TERM_PROGRAM") != "Apple_Terminal":  # it shows the question
            self.write(_ASK_IF_SYNCHRONIZED)

    def disable_input(self) -> None:
        """Read no more."""
        if self._reader:
            os.write(self._wake, b"\0")
            self._reader.join()
            self._reader = None

    def stop_application_mode(self) -> None:
        """Give the terminal back."""
        self.disable_input()
        self._terminal.leave()
        self._cleanup.close()

    def _stop(self) -> None:
        """Stop like any other program: with the terminal as it was, until somebody continues us."""
        self._terminal.leave()
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        signal.pthread_kill(get_ident(), signal.SIGTSTP)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTSTP, self._stop)
        self._terminal.enter()
        self._draw_again_soon()

    def _continue(self) -> None:
        self._terminal.enter_again()
        self._draw_again_soon()

    def _check_size(self) -> None:
        self._size = self._terminal.size  # else Textual believes COLUMNS and LINES, which stay when the window changes
        size = Size(*self._size)
        self._app.post_message(events.Resize(size, size))

    # Input

    def _start_reading(self) -> None:
        stop, self._wake = os.pipe()
        self._cleanup.callback(os.close, stop)
        self._cleanup.callback(os.close, self._wake)
        self._reader = Thread(target=self._read, args=(stop,), name="terminal-input", daemon=True)
        self._reader.start()

    def _read(self, stop: int) -> None:
        while True:
            ready, _, _ = select.select([INPUT, stop], [], [], self._intake.patience)
            if stop in ready:
                return
            if ready:
                self._intake.feed(read_some())
            else:
                self._intake.pause()
            with self._lock:
                is_busy, self._is_busy = self._is_busy, True
            if not is_busy:
                self._turn.end()

    def _deliver(self, turn: _Turn) -> None:
        """Hand the next key to the app, and another one only when that has been dealt with.

        Else what was typed after a key that opens something would go to what is below.
        """
        if turn is not self._turn:
            return
        self._turn = _Turn(self._app, self._deliver)
        if self._overdue:
            self._overdue.cancel()
        if self._turns_in_a_row == 1:
            self._busy_since = monotonic()
        with self._lock:
            if self._turns_in_a_row > 1 and monotonic() - self._busy_since > _PATIENCE:
                self._intake.forget()
            token = self._intake.take()
            self._is_busy = token is not None
            self._turns_in_a_row = self._turns_in_a_row + 1 if token else 0
        if token:
            for message in self._messages(token):
                self.process_message(message)
            self._turn.follow()
            self._overdue = self._loop.call_later(_TURN, self._turn.end)

    def send_message(self, message: Message) -> None:
        """Hand a message to the app; in its own thread, unlike Textual's drivers."""
        self._app.post_message(message)

    def _messages(self, token: Token) -> Iterator[Message]:
        kind, text = token
        if kind is Kind.PASTE:
            lines = "\n".join(text.strip().splitlines()).replace("\t", " ")  # many terminals send Enter for a line end
            pasted = "".join(char for char in lines if char.isprintable() or char == "\n")
            if pasted:
                yield events.Paste(pasted)
        elif text == ESCAPE:
            yield events.Key("escape", ESCAPE)
        elif _MOUSE.fullmatch(text):
            mouse = self._parser.parse_mouse_code(text)
            if mouse:
                yield mouse
        elif _SYNCHRONIZED.fullmatch(text):
            yield TerminalSupportsSynchronizedOutput()
        else:
            with contextlib.suppress(ValueError, OverflowError):  # the number of no character
                yield from (key for key in self._parser._sequence_to_key_events(text) if key.key != Keys.Ignore)
