"""Where reading can go on behind a mistake of TOML, so that the next error is not just its consequence."""

from __future__ import annotations

import re

from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.diagnostics import Diagnostic, Source
from backprop_tui.scenario.toml_tokens import BLANK_LINES

_BLANK_LINES = re.compile(BLANK_LINES)
_HEADER_LINE = re.compile(r"^\[[A-Za-z_][\w.]*\][ \t]*(?:#.*)?$", re.MULTILINE)
_KEY_AHEAD = re.compile(r"[\w-]+(?:[ \t]*\.[ \t]*[\w-]+)*[ \t]*=")
_TEXT_AHEAD = re.compile(r"""[\w-]+[ \t]*=[ \t]*["']""")
_LONG_QUOTES = ('"""', "'''")


def resumption(source: Source, start: int, mistake: Diagnostic, *, in_table: bool) -> int | None:
    """Where the next statement begins for certain, behind the one at `start`, which is mistaken; None if unknown.

    That is the next line if the mistaken statement is a key with a value, nothing that it opens goes on there, and
    it looks like another; else the next header. In the root, lines of a program may follow whose opening quotes are
    the mistake: there, the next line counts only if its value is a text.
    """
    text = source.text
    if mistake.code[0] != "T":  # a limit: enough was read
        return None
    end = text.find("\n", start) + 1 or len(text)
    if mistake.code is not Code.UNCLOSED_STRING and _is_whole(text[start:end]):
        blank = _BLANK_LINES.match(text, end)
        following = blank.end() if blank else end
        if (_KEY_AHEAD if in_table else _TEXT_AHEAD).match(text, following):
            return following
    header = _HEADER_LINE.search(text, end)
    if header is None or any(text.count(quotes, start, header.start()) % 2 for quotes in _LONG_QUOTES):
        return None  # a header inside a text is none
    return header.start()


def _is_whole(line: str) -> bool:
    """Whether the line is a key with a value, of which no key and no text goes on in the next line."""
    return line[0] != "[" and line.count("{") == line.count("}") and not any(map(line.count, _LONG_QUOTES))
