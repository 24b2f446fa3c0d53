"""Fewer bytes for the same picture: what one stretch of text has in common with the one before it is not said again.

Every stretch comes as its full style, the text, and a reset. Where the next one follows at once, or only the cursor
moves in between, the reset can go, and so can the colour that stays.
"""

from __future__ import annotations

import re
from functools import lru_cache

_STYLE = re.compile(r"\x1b\[([\d;]+)m")
_RESET = "0"
_MOTION = re.compile(r"(?:\r?\n|\x1b\[\d+;\d+H)*")
"""What moves the cursor and draws nothing."""
_PARTS = re.compile(
    r"(?P<attributes>(?:[1-9](?:;|$))*)"
    r"(?P<colour>38;2;\d+;\d+;\d+|38;5;\d+|3[0-79]|9[0-7])?;?"
    r"(?P<ground>48;2;\d+;\d+;\d+|48;5;\d+|4[0-79]|10[0-7])?"
)


def slimmed(data: str) -> str:
    """What to write to the terminal in place of `data`, which begins and ends without any style."""
    pieces = _STYLE.split(data)  # text, style, text, style, …, text
    style = _RESET
    is_over = False  # a reset is due, but nothing has been drawn since
    found = [pieces[0]]
    for place in range(1, len(pieces), 2):
        new, text = pieces[place], pieces[place + 1]
        if new == _RESET and place + 2 < len(pieces) and _MOTION.fullmatch(text):
            found.append(text)
            is_over = True
            continue
        found += [_change(style, new) if is_over else f"\x1b[{new}m", text]
        style, is_over = new, False
    return "".join(found)


@lru_cache(4096)
def _change(old: str, new: str) -> str:
    """From one style to another; by a reset only if there has to be one."""
    if old == new:
        return ""
    reset = f"\x1b[{_RESET}m" if new == _RESET else f"\x1b[{_RESET};{new}m"
    before, after = _PARTS.fullmatch(old), _PARTS.fullmatch(new)
    if not before or not after or before["attributes"] != after["attributes"]:
        return reset
    changed = [part for part in ("colour", "ground") if before[part] != after[part]]
    if not all(after[part] for part in changed):
        return reset
    return f"\x1b[{';'.join([after[part] for part in changed])}m"
