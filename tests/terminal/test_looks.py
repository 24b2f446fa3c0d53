"""What is shown depends on what the terminal can show."""

from __future__ import annotations

import re

import pytest

from tests.terminal.program import TREE, Program

LOCALES = {
    "LC_ALL before LANG": ({"LC_ALL": "C", "LANG": "en_US.UTF-8"}, True),
    "LC_CTYPE before LANG": ({"LC_CTYPE": "C.UTF-8", "LANG": "C"}, False),
}


@pytest.mark.parametrize(("locale", "is_ascii"), LOCALES.values(), ids=LOCALES)
def test_a_locale_without_unicode_gets_none(locale: dict[str, str], is_ascii: bool) -> None:
    with Program(TREE, **locale) as program:
        program.wait_for("quit")
        program.send("l" * 7)
        program.wait_for(" 7/11", "#===" if is_ascii else "┏━━━")
        program.send("?")
        program.wait_for("Move", "| Right l Space" if is_ascii else "│ → l Space")
        program.send("\x03")
        assert program.finish() == 0
        assert program.output.isascii() == is_ascii


def test_without_colour_there_is_none() -> None:
    with Program(TREE, NO_COLOR="1") as program:
        program.wait_for("quit")
        program.send("llllllll?")
        program.wait_for("Move")
        program.send("\x03")
        assert program.finish() == 0
        styles = re.findall(rb"\x1b\[([\d;]*)m", program.output)
        codes = {int(code or 0) for style in styles for code in style.split(b";")}
        assert codes
        assert not codes & {*range(30, 39), *range(40, 49), *range(90, 108)}


def test_of_sixteen_colours_red_is_kept_for_trouble() -> None:
    with Program(TREE, TERM="xterm", COLORTERM="") as program:
        program.wait_for("quit")
        program.send("f" * 2)
        program.wait_for("11/11")
        program.send("\x03")
        assert program.finish() == 0
        styles = re.findall(rb"\x1b\[([\d;]*)m", program.output)
        codes = {int(code or 0) for style in styles for code in style.split(b";")}
        assert {33, 36} <= codes  # backward and forward
        assert not codes & {31, 41, 91, 101}
