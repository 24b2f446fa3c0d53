"""Box-drawing characters by what they join."""

from __future__ import annotations

from typing import NamedTuple

from backprop_tui.drawing.pieces import DOWN, LEFT, RIGHT, UP

_JOINED = " ╴╸╷┐┑╻┒┓╶─╾┌┬┭┎┰┱╺╼━┍┮┯┏┲┳╵┘┙│┤┥╽┧┪└┴┵├┼┽┟╁╅┕┶┷┝┾┿┢╆╈╹┚┛╿┦┩┃┨┫┖┸┹┞╀╃┠╂╉┗┺┻┡╄╇┣╊╋"
"""Indexed by weight (0 none, 1 light, 2 heavy) up, right, down and left, as digits to base 3."""
_ROUNDED = str.maketrans("┌┐└┘", "╭╮╰╯")


def _joined(light: int, heavy: int) -> str:
    index = 0
    for side in (1, 2, 4, 8):
        index = 3 * index + (2 if heavy & side else 1 if light & side else 0)
    return _JOINED[index].translate(_ROUNDED)


JOINED = tuple(tuple(_joined(light, heavy) for heavy in range(16)) for light in range(16))
"""`JOINED[light][heavy]`: the character of a cell whose lines leave on these sides (bits `UP`, `RIGHT`, …)."""


class Border(NamedTuple):
    """The characters of a box."""

    top_left: str
    across: str
    top_right: str
    side: str
    bottom_left: str
    bottom_right: str
    exit: str
    """On the bottom edge, where a line leaves."""
    lit_exit: str
    """The same for a heavy line."""
    side_exit: str
    """On the right edge."""
    lit_side_exit: str


DASHED = Border(*"╭╌╮┊╰╯┬┰├┝")
LIGHT = Border(*"╭─╮│╰╯┬┰├┝")
HEAVY = Border(*"┏━┓┃┗┛┯┳┠┣")
DOUBLE = Border(*"╔═╗║╚╝╤┳╟┣")


class Arrow(NamedTuple):
    """The characters of an arrow."""

    forward: str
    untouched: str
    backward: str


DASHES = {UP | DOWN: DASHED.side, LEFT | RIGHT: DASHED.across}
"""Straight lines, dashed."""
SHADES = "░▒▓█"
"""Steps of a scale, without colour."""
NOT_FINITE = "!"
"""What has no place on that scale: NaN and infinities."""
DOWNWARD = Arrow(*"▼▽▲")
RIGHTWARD = Arrow(*"▶▷◀")
BRACKET = "╮┤╯"
"""What joins further operands to a mark, from the row of the first to that of the last."""
