"""The window on a drawing moves no more than it has to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_tui.drawing.pieces import Rectangle
from backprop_tui.tui.viewport import Viewport, around, overlap

WINDOW = Viewport(40, 20, content_width=200, content_height=100, x=80, y=40)


def test_what_is_smaller_than_the_window_stands_in_the_middle() -> None:
    small = Viewport(40, 20, content_width=10, content_height=6)
    assert small.fits
    assert small.origin == (15, 7)
    assert small.moved(5, 5) == small


def test_it_never_leaves_the_content() -> None:
    assert WINDOW.moved(-1_000, -1_000).place == (0, 0)
    assert WINDOW.moved(1_000, 1_000).place == (160, 80)
    assert WINDOW.over(100, 30).place == (60, 10)
    assert WINDOW.resized(190, 95).place == (10, 5)


def test_a_part_can_be_brought_to_the_middle() -> None:
    assert WINDOW.centred(Rectangle(100, 50, 10, 4)).place == (85, 42)
    assert WINDOW.centred(Rectangle(0, 0, 10, 4)).place == (0, 0)


@pytest.mark.parametrize(
    ("part", "place"),
    [
        (Rectangle(80, 40, 40, 20), (80, 40)),  # seen: it stays
        (Rectangle(118, 50, 10, 4), (94, 40)),  # 8 columns out, and 6 of margin; no row
        (Rectangle(70, 50, 10, 4), (64, 40)),
        (Rectangle(90, 58, 10, 4), (80, 45)),
        (Rectangle(90, 30, 10, 4), (80, 27)),
        (Rectangle(0, 0, 10, 4), (0, 0)),
        (Rectangle(60, 50, 90, 4), (60, 40)),  # wider than the window: its beginning
    ],
)
def test_it_follows_with_a_margin_and_only_if_it_has_to(part: Rectangle, place: tuple[int, int]) -> None:
    assert WINDOW.following(part).place == place


rectangles = st.builds(Rectangle, st.integers(0, 190), st.integers(0, 95), st.integers(1, 10), st.integers(1, 5))


@given(rectangles)
def test_what_it_has_followed_is_seen_and_stays_so(part: Rectangle) -> None:
    moved = WINDOW.following(part)
    assert moved.shows(part)
    assert moved.following(part) == moved


@given(rectangles, rectangles)
def test_the_rectangle_around_two_holds_both(one: Rectangle, other: Rectangle) -> None:
    both = around([one, other])
    for x, y, width, height in (one, other):
        assert both.x <= x <= x + width <= both.x + both.width
        assert both.y <= y <= y + height <= both.y + both.height
    cells = [{(x, y) for x in range(p.x, p.x + p.width) for y in range(p.y, p.y + p.height)} for p in (one, other)]
    assert overlap(one, other) == bool(cells[0] & cells[1])
