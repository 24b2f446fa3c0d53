"""What is written to the terminal says nothing twice, and draws the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_tui.tui.slim import slimmed

TOKEN = re.compile(
    r"\x1b\[(?P<sgr>[\d;]*)m|\x1b\[(?P<y>\d+);(?P<x>\d+)H|(?P<other>\x1b\[[?\d]*[A-Za-z])|(?P<char>(?s:.))"
)
COLOURS = ["31", "38;2;48;2;3", "38;2;1;2;3", "38;5;48", "97"]
GROUNDS = ["44", "48;2;38;2;1", "48;2;1;2;3", "48;5;2", "100"]


def cells(data: str) -> list[tuple[object, ...]]:
    """Everything that is drawn, with its place and its style, in order; and the style at the end."""
    style: dict[str, str] = {}
    x = y = 0
    drawn: list[tuple[object, ...]] = []
    for match in TOKEN.finditer(data):
        if match["sgr"] is not None:
            codes = match["sgr"].split(";")
            while codes:
                code = codes.pop(0)
                if code in ("38", "48"):
                    count = 4 if codes[0] == "2" else 2
                    style[code[0]], codes = ";".join([code, *codes[:count]]), codes[count:]
                elif code == "0":
                    style = {}
                elif len(code) == 1:
                    style[f"attribute {code}"] = code
                else:
                    style["3" if code[0] in "39" else "4"] = code
        elif match["y"]:
            x, y = int(match["x"]), int(match["y"])
        elif match["char"] == "\n":
            x, y = 0, y + 1
        else:
            drawn.append((x, y, match[0], dict(style)))
            x += 1
    return [*drawn, tuple(sorted(style.items()))]


styles = st.builds(
    lambda *parts: ";".join(filter(None, parts)),
    st.sampled_from(["", "1", "1;4", "7"]),
    st.sampled_from(["", *COLOURS]),
    st.sampled_from(["", *GROUNDS]),
).filter(bool)
stretches = st.builds(
    lambda style, text, between: f"\x1b[{style}m{text}\x1b[0m{between}",
    styles,
    st.text("ab ", min_size=1, max_size=3),
    st.sampled_from(["", "", "\n", "\x1b[5;7H", "\n\x1b[2;3H", "plain", "\x1b[?25l", "\x1b[K"]),
)


@given(st.lists(stretches, max_size=8).map("".join))
def test_it_draws_the_same(data: str) -> None:
    slim = slimmed(data)
    assert cells(slim) == cells(data)
    assert len(slim) <= len(data)


@pytest.mark.parametrize(
    ("data", "slim"),
    [
        ("\x1b[31;44ma\x1b[0m\x1b[31;44mb\x1b[0m", "\x1b[31;44mab\x1b[0m"),
        ("\x1b[31;44ma\x1b[0m\n\x1b[2;3H\x1b[32;44mb\x1b[0m", "\x1b[31;44ma\n\x1b[2;3H\x1b[32mb\x1b[0m"),
        ("\x1b[1;31ma\x1b[0m\x1b[31mb\x1b[0m", "\x1b[1;31ma\x1b[0;31mb\x1b[0m"),
        ("\x1b[31;44ma\x1b[0m\x1b[31mb\x1b[0m", "\x1b[31;44ma\x1b[0;31mb\x1b[0m"),
        ("\x1b[31ma\x1b[0m\x1b[K", "\x1b[31ma\x1b[0m\x1b[K"),
        ("nothing", "nothing"),
    ],
)
def test_what_stays_is_not_said_again(data: str, slim: str) -> None:
    assert slimmed(data) == slim
