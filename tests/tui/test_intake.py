"""What a terminal sends, in any pieces: keys, reports and pastes come out whole, and only the newest of them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_tui.tui.intake import MOST_PASTED, MOST_WAITING, PASTE_END, PASTE_START, TYPED_AHEAD, Intake, Kind, Token

RIGHT, MOVE, PRESS = "\x1b[C", "\x1b[<35;{};5M", "\x1b[<0;5;5M"
KEY, SEQUENCE, PASTE = Kind.KEY, Kind.SEQUENCE, Kind.PASTE

WHOLE = st.sampled_from(
    ["q", "∂", "5", "\r", RIGHT, "\x1bOP", "\x1b[[A", PRESS, "\x1b[108;;108u", "\x1b[200~qq\x1b[201~"]
)
BROKEN = st.sampled_from(["\x1b[", "\x1b[1;2", "\x1b]0;", "\x1b", "\x1b[200~", "\x1b[201~", "\x1b[" + "1" * 100])


def tokens(intake: Intake) -> list[Token]:
    """All that wait."""
    return list(iter(intake.take, None))


def cut(text: str) -> list[tuple[Kind, str]]:
    """The tokens of a text that came at once, and nothing after it."""
    intake = Intake()
    intake.feed(text.encode())
    intake.pause()
    return [tuple(token) for token in tokens(intake)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("l∂", [(KEY, "l"), (KEY, "∂")]),
        (RIGHT + "q", [(SEQUENCE, RIGHT), (KEY, "q")]),
        ("\x1b", [(KEY, "\x1b")]),
        ("\x1bq", [(KEY, "\x1b"), (KEY, "q")]),
        ("\x1b\x1b" + RIGHT, [(KEY, "\x1b"), (KEY, "\x1b"), (SEQUENCE, RIGHT)]),
        ("\x1b[200~rm -rf\n\x1b[201~q", [(PASTE, "rm -rf\n"), (KEY, "q")]),
        ("\x1b[1;2q", [(KEY, "q")]),
        ("\x1b[\x1b[q", [(KEY, "q")]),
        ("j\n\r", [(KEY, "j"), (KEY, "\r"), (KEY, "\r")]),  # the first was typed while the program was starting
        ("\x1b]0;title\x07q", [(KEY, "q")]),
        ("\x1b]0;title\x1b\\q", [(KEY, "q")]),
        ("\x1b[M !!q", [(KEY, "q")]),
        (MOVE.format(1) + MOVE.format(2) + MOVE.format(3), [(SEQUENCE, MOVE.format(3))]),
        (
            MOVE.format(1) + PRESS + MOVE.format(2),
            [(SEQUENCE, text) for text in (MOVE.format(1), PRESS, MOVE.format(2))],
        ),
    ],
)
def test_input_is_cut_into_what_belongs_together(text: str, expected: list[tuple[Kind, str]]) -> None:
    assert cut(text) == expected


@given(st.lists(WHOLE, max_size=20), st.data())
def test_in_any_pieces_it_means_the_same(parts: list[str], data: st.DataObject) -> None:
    whole = "".join(parts).encode()
    intake = Intake()
    taken = []
    while whole:
        size = data.draw(st.integers(1, len(whole)))
        intake.feed(whole[:size])
        taken += tokens(intake)
        whole = whole[size:]
    assert [tuple(token) for token in taken] == cut("".join(parts))


@given(st.lists(WHOLE | BROKEN | st.text(max_size=5), max_size=30), st.binary(max_size=20))
def test_the_last_key_gets_through_whatever_came_before(parts: list[str], noise: bytes) -> None:
    intake = Intake()
    intake.feed("".join(parts).encode("utf-8", "replace") + noise)
    intake.pause()
    intake.feed(b"q")
    assert tokens(intake)[-1] == (KEY, "q")


@pytest.mark.parametrize("part", ["l", RIGHT, "\x1b[108;;108u", "\x1b[200~" + "a" * 500 + "\x1b[201~", "∂"])
def test_no_more_than_the_newest_waits_and_nothing_is_halved(part: str) -> None:
    intake = Intake()
    for _ in range(50):
        intake.feed(part.encode() * (1 + 4096 // len(part)))
    intake.feed(b"q")
    *kept, last = tokens(intake)
    assert last.text == "q"
    assert {tuple(token) for token in kept} == set(cut(part))
    assert len(kept) * len(part) <= MOST_WAITING


@pytest.mark.parametrize("part", ["l", RIGHT])
def test_no_more_than_that_waits_for_somebody_who_takes_little(part: str) -> None:
    intake = Intake()
    for _ in range(5):
        intake.feed(part.encode() * (MOST_WAITING // len(part)))
        intake.take()
    intake.feed(b"q")
    kept = "".join(token.text for token in tokens(intake))
    assert kept.endswith("q")
    assert len(kept) <= 2 * MOST_WAITING


def test_what_is_forgotten_is_older_than_what_is_kept() -> None:
    intake = Intake()
    intake.feed(b"abc")
    assert intake.take() == (KEY, "a")
    intake.feed(b"d" * MOST_WAITING + b"ef")
    assert {token.text for token in tokens(intake)} == set("def")


def test_a_move_that_another_one_follows_is_left_out_however_late_that_comes() -> None:
    intake = Intake()
    intake.feed(("l" + MOVE.format(1)).encode())
    assert intake.take() == (KEY, "l")
    intake.feed(MOVE.format(2).encode())
    assert tokens(intake) == [(SEQUENCE, MOVE.format(2))]


def test_a_paste_of_any_length_is_one_token_with_its_beginning() -> None:
    intake = Intake()
    intake.feed(PASTE_START.encode())
    for _ in range(1000):
        intake.feed(b"quit\n" * 200)
    intake.feed(PASTE_END.encode())
    assert tokens(intake) == [(PASTE, ("quit\n" * 1000)[:MOST_PASTED])]


def test_what_was_typed_ahead_is_kept() -> None:
    intake = Intake()
    intake.feed(b"x" * 1000 + b"l" * (TYPED_AHEAD - 1) + b"q")
    intake.forget()
    assert [token.text for token in tokens(intake)] == ["l"] * (TYPED_AHEAD - 1) + ["q"]


def test_it_is_waited_for_what_is_not_complete() -> None:
    intake = Intake()
    assert intake.patience is None
    intake.feed(b"l")
    assert intake.patience is None
    intake.feed(b"\x1b")
    assert tokens(intake) == [(KEY, "l")]
    assert intake.patience
    intake.pause()
    assert tokens(intake) == [(KEY, "\x1b")]
    assert intake.patience is None
    intake.feed(PASTE_START.encode())
    assert intake.patience
    intake.pause()
    assert intake.patience is None


def test_nothing_to_read_where_there_was_something_is_no_hang_up() -> None:
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    words = f"from backprop_tui.tui import driver; driver.INPUT = {reader}; print(driver.read_some())"
    command = [sys.executable, "-c", words]  # a hang-up would end the process
    assert subprocess.run(command, capture_output=True, pass_fds=[reader], check=True).stdout == b"b''\n"
    os.close(reader)
    os.close(writer)
