"""Stand-ins for what a terminal without Unicode cannot show: one ASCII character for each cell.

They keep apart what means different things: light lines are `-|+`, lit ones `=#`, the border of a selection `:o`.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections.abc import Mapping

from rich.cells import cell_len

_UNICODE = ("utf8", "utf-8")
_COERCED = ("C.UTF-8", "C.utf8", "UTF-8")
_ALIKE = {
    "-": "─╴╶—–−‐‑‒―▁▔▀▄",
    "~": "…⋯≈",
    "|": "│╵╷╏▏▎▍▌▋▊▉▐▕‖∥∣",
    "[": "⎡⎢⎣",
    "]": "⎤⎥⎦",
    "+": "░┌┐└┘├┤┬┴┼╭╮╰╯±⊕✓╤╧▖▗▘▙▚▛▜▝▞▟",
    "=": "━╸╺╼╾╍≔≡",
    "#": "┃╹╻╽╿┍┎┏┑┒┓┕┖┗┙┚┛┝┞┟┠┡┢┣┥┦┧┨┩┪┫┭┮┯┰┱┲┳┵┶┷┸┹┺┻┽┾┿╀╁╂╃╄╅╆╇╈╉╊╋◆■█▂▃▅▆▇",
    ":": "═║",
    "o": "╔╗╚╝╟○□∘ο◦°",
    ">": "→⟶↦⇒▶▸≥⩾≧›»⟩",
    "<": "←⇐◀◂≤⩽≦‹«⟨",
    "^": "↑▲",
    "v": "↓▽",
    "V": "▼√",
    "!": "≠¬",
    "/": "÷∕⁄",
    "*": "●•∗★⊙",
    "@": "◉",
    "%": "▓",
    "x": "▒×✕✗⊗ξχ",
    ")": "▷",
    ".": "·⋅∙╌┊◌",
    "d": "∂δ",
    "D": "∇Δ",
    "I": "∞Ι",
    "S": "ΣΣ∑",
    "a": "α",
    "b": "β",
    "g": "γ",
    "e": "ε",
    "z": "ζ",
    "h": "η",
    "t": "θτ",
    "i": "ι",
    "k": "κ",
    "l": "λ",
    "u": "μµυ",
    "n": "ν",
    "p": "π",
    "r": "ρ",
    "s": "σς",
    "f": "φϕ",
    "y": "ψ",
    "w": "ω",
    "A": "Α",
    "B": "Β",
    "E": "Ε",
    "F": "Φ",
    "G": "Γ",
    "H": "Η",
    "K": "Κ",
    "L": "Λ",
    "M": "Μ",
    "N": "Ν",
    "O": "Ο",
    "P": "ΠΡ∏",
    "Q": "Θ",
    "T": "Τ⊤",
    "W": "Ω",
    "X": "ΞΧ",
    "Y": "ΥΨ",
    "Z": "Ζ",
    "'": "‘’‚‛′",
    '"': "“”„‟″",
}


_BRAILLE = " .:-=+x%#"
"""By the number of dots in a cell. The mark of the current event is a *."""


class _StandIns(dict[int, str]):
    """Looked up by `str.translate`; what is not ours is worked out when it first comes."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if char.isascii():
            stand_in = char
        else:
            cells = cell_len(char)
            plain = "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))
            plain = "".join(self.get(ord(part), part) for part in plain)
            stand_in = plain if plain.isascii() and plain.isprintable() and len(plain) == cells else "?" * cells
        self[code] = stand_in
        return stand_in


STAND_INS: Mapping[int, str] = _StandIns(
    {ord(char): stand_in for stand_in, chars in _ALIKE.items() for char in chars}
    | {ord("🔎"): "> "}
    | {0x2800 + dots: _BRAILLE[dots.bit_count()] for dots in range(256)}
)
"""By character code: as many ASCII characters as it takes cells."""


_TIMES = re.compile(r"(?<=[\w)\]])·(?=[\w(∂])")
"""Between factors that touch it, a dot would be the point of a decimal: `1·2`."""


def translate(text: str) -> str:
    """The text in ASCII. Sequences for the terminal are that already."""
    return text if text.isascii() else _TIMES.sub("*", text).translate(STAND_INS)


def is_wanted(environment: Mapping[str, str] = os.environ, *, is_coerced: bool = bool(sys.flags.utf8_mode)) -> bool:
    """Whether the user's locale has no Unicode. Without any locale it has: nearly all terminals do today.

    Under a C locale Python makes up an LC_CTYPE for its children, and says so by its UTF-8 mode. It does so in place
    of a C that was set: LC_CTYPE=C, and nothing else, is not told from no locale. LC_ALL=C is, and asks for ASCII.
    """
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        value = environment.get(name, "")
        if value and not (name == "LC_CTYPE" and is_coerced and value in _COERCED):
            codeset = value.partition(".")[2].partition("@")[0]
            return value not in _COERCED and codeset.lower() not in _UNICODE
    return False
