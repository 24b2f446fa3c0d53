"""What the terminal sends, cut into keys, reports and pastes; no more of it than a person can have typed.

A thread feeds bytes as they come, and the app takes tokens when it has time. No more than a few kilobytes wait, and
what is older is forgotten at once: a cat on the keyboard, a paste into a terminal that does not mark pastes, noise on
the line. Neither half a sequence nor a part of a paste ever counts as keys.
"""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from collections import deque
from enum import Enum
from threading import Lock
from typing import NamedTuple

MOST_WAITING = 16_384
"""Characters, and as many that are cut into tokens already: of kitty's long sequences, a thousand keys."""
TYPED_AHEAD = 16
"""Keys and reports that are kept in any case: more than a person types while something is slow."""
MOST_PASTED = 4_096
"""Characters of a paste. The largest thing to paste is the value of an input, and that has room for fewer."""

ESCAPE = "\x1b"
PASTE_START, PASTE_END = "\x1b[200~", "\x1b[201~"
_ESCAPE_DELAY = 0.1
_PASTE_DELAY = 2.0
"""Seconds of silence after which no more of it will come: a sequence (it was the Escape key), a paste."""
_LONGEST = 64
"""Characters of the longest sequence that counts."""


class Kind(Enum):
    """What a token is. The values name groups of the pattern."""

    KEY = "key"
    """One character, as typed."""
    SEQUENCE = "sequence"
    """A key without a character, or a report."""
    PASTE = "paste"
    """The text of a paste."""


class Token(NamedTuple):
    """A piece of input that belongs together."""

    kind: Kind
    text: str


_ENTER, _LINE_FEED = Token(Kind.KEY, "\r"), Token(Kind.KEY, "\n")
"""Enter is the other one where it was typed before the terminal was ours, while the program was starting."""

_TOKEN = re.compile(
    r"\x1b\[200~(?P<paste>.*?)\x1b\[201~"
    r"|\x1b\[M.{3}"  # mouse reports as they were before we asked for better ones
    # A `q` ends no sequence that we wait for: it is what somebody types after half of one.
    r"|(?P<sequence>\x1b\[[0-?]{0,60}[ -/]?[@-Z\\-pr-~]|\x1bO[ -~]|\x1b\[\[[A-E])"
    r"|\x1b[\]P^_X][^\x07\x1b]*(?:\x07|\x1b\\)"  # an answer in words: we ask for none
    r"|\x1b\[[0-?]*[ -/]*"  # half a sequence
    r"|(?P<key>.)",
    re.DOTALL,
)
_INCOMPLETE = re.compile(r"\x1b(?:\[[0-?]{0,60}[ -/]?|\[\[|O)?\Z")
_MOTION = re.compile(r"\x1b\[<(\d+);")
_IS_MOTION = 32
"""The bit of a mouse report that is set for moves, with or without a button."""


class Intake:
    """Bytes in, tokens out. Feeding and taking may happen in two threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._decode = getincrementaldecoder("utf-8")("ignore").decode
        self._typed = ""
        """Not cut into tokens yet."""
        self._tokens: deque[Token] = deque()
        self._paste: str | None = None
        """The beginning of a paste that has not ended."""
        self._tail = ""
        """The last characters, if they may be the beginning of the mark of a paste."""
        self._is_over = False
        """Whether what is there is all that will come."""

    @property
    def patience(self) -> float | None:
        """Seconds after which `pause` is to be called if nothing comes; None if nothing is incomplete."""
        with self._lock:
            if self._paste is not None:
                return _PASTE_DELAY
            is_incomplete = self._tail or _INCOMPLETE.search(self._typed, max(0, len(self._typed) - _LONGEST))
            return _ESCAPE_DELAY if is_incomplete and not self._is_over else None

    def feed(self, data: bytes) -> None:
        """Take what was read."""
        with self._lock:
            self._is_over = False
            text, self._tail = self._tail + self._decode(data), ""
            while text:
                mark = PASTE_START if self._paste is None else PASTE_END
                before, found, text = text.partition(mark)
                if not found:
                    before, self._tail = _without_start_of(mark, before)
                if self._paste is not None:
                    self._paste = (self._paste + before)[:MOST_PASTED]
                    if found:
                        self._end_paste()
                else:
                    self._typed += before
                    if found:
                        self._paste = ""
            if len(self._typed) > MOST_WAITING:
                self._tokens.clear()
                self._typed = self._typed[_boundary(self._typed, len(self._typed) - MOST_WAITING) :]

    def pause(self) -> None:
        """Nothing has come for a while: what is incomplete now will never be complete."""
        with self._lock:
            self._is_over = True
            if self._paste is not None:
                self._end_paste()
            self._typed += self._tail
            self._tail = ""

    def take(self) -> Token | None:
        """The next token, if there is one. Moves of the mouse that another one follows are left out."""
        with self._lock:
            if len(self._tokens) < 2:  # the last of them may be a move that another one follows
                self._cut()
            return self._tokens.popleft() if self._tokens else None

    def forget(self) -> None:
        """Drop all but the newest."""
        with self._lock:
            self._cut()
            for _ in range(len(self._tokens) - TYPED_AHEAD):
                self._tokens.popleft()

    def _cut(self) -> None:
        """Cut what was typed into tokens, but for the beginning of one at its end."""
        text, self._typed = self._typed, ""
        rest = None if self._is_over else _INCOMPLETE.search(text, max(0, len(text) - _LONGEST))
        if rest:
            text, self._typed = text[: rest.start()], rest.group()
        for match in _TOKEN.finditer(text):
            if match.lastgroup is None:
                continue
            token = Token(Kind(match.lastgroup), match[match.lastgroup])
            if token == _LINE_FEED:
                token = _ENTER
            motion = _motion(token)
            if motion is not None and self._tokens and motion == _motion(self._tokens[-1]):
                self._tokens[-1] = token
            else:
                self._tokens.append(token)

    def _end_paste(self) -> None:
        self._typed += f"{PASTE_START}{self._paste}{PASTE_END}"
        self._paste = None


def _motion(token: Token) -> int | None:
    """The buttons of a move of the mouse; None if it is none."""
    match = _MOTION.match(token.text) if token.kind is Kind.SEQUENCE else None
    buttons = int(match[1]) if match else 0
    return buttons if buttons & _IS_MOTION else None


def _without_start_of(mark: str, text: str) -> tuple[str, str]:
    """The text without, and with nothing but, what may be the start of a mark at its end."""
    for length in range(min(len(mark) - 1, len(text)), 0, -1):
        if text.endswith(mark[:length]):
            return text[:-length], text[-length:]
    return text, ""


def _boundary(text: str, at: int) -> int:
    """The end of the token at an index."""
    start = text.rfind(PASTE_START, max(0, at - MOST_PASTED - len(PASTE_START + PASTE_END)), at)
    if start < 0:
        start = text.rfind(ESCAPE, max(0, at - _LONGEST), at)
    while 0 <= start < at:
        match = _TOKEN.match(text, start)
        assert match  # anything is a key
        start = match.end()
    return max(start, at)
