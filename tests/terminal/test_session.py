"""The command in a real terminal, as a user has it: from the first screen to the last step, and out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terminal.program import ESCAPE, RIGHT, TREE, Program, patched


def test_eleven_steps_through_the_tree_and_out() -> None:
    with Program(TREE) as program:
        program.wait_for("quit")
        assert {"1049", "1000", "1006", "2004"} <= program.screen.modes  # the screen of its own, mouse, pastes
        assert program.screen.keyboards == 1
        program.send(RIGHT * 11)
        program.wait_for(" 11/11", "Expression tree", "3 → 5", "∂e/∂b", "+=")
        program.send("q")
        assert program.finish() == 0


# What each panel shows at two positions: header, program, table, explanation.
SEVENTH = (" 7/11", "▶ e = c * d", "c ◀", "c.grad  · → 2")
EIGHTH = (" 8/11", "▶ e = c * d", "d ◀", "d.grad  · → 3")


def test_back_and_forth_shows_the_same_screen() -> None:
    with Program(TREE) as program:
        program.wait_for("quit")
        program.send("l" * 7)
        program.wait_for(*SEVENTH)
        program.send("5")  # the footer is drawn again, twice, and after all that was to be drawn before
        program.wait_for("5 times")
        program.send(ESCAPE)
        program.wait_for("n node")
        before = program.screen.lines
        program.send("l")
        program.wait_for(*EIGHTH)
        program.send("h")
        program.wait_until(lambda screen: screen.lines == before, before)
        program.send("q")
        assert program.finish() == 0


def test_escape_and_the_next_key_may_come_at_once() -> None:
    with Program(TREE) as program:
        program.wait_for("quit")
        program.send("?")
        program.wait_for("Help")
        program.send(ESCAPE + "q")
        assert program.finish() == 0


def test_keys_go_where_the_ones_before_them_lead() -> None:
    with Program(TREE) as program:
        program.wait_for("quit")
        program.send("?qg7\ril\x1bl")  # help, close it; go to 7; the lesson, which takes the l; close it, step
        program.wait_for(" 8/11")
        program.send("q")
        assert program.finish() == 0


def test_a_screen_that_does_not_answer_does_not_keep_keys_waiting() -> None:
    with Program(TREE, command=patched("Stepper.call_later = lambda *_: True")) as program:
        program.wait_for("quit")
        program.send("lll")
        program.wait_for(" 3/11")
        program.send("q")
        assert program.finish() == 0


def test_control_c_quits_even_from_a_prompt() -> None:
    with Program(TREE) as program:
        program.wait_for("quit")
        program.send("g")
        program.wait_for("Go to event")
        program.send("\x03")
        assert program.finish() == 0


@pytest.mark.parametrize("keys", ["\x10\r\x1b", "T\x1b[B\r\x1b", "g5\r\x10\x1b", "?\x1bg5\r\x10\x1b\x1b"], ids=repr)
def test_what_is_typed_ahead_never_reaches_a_screen_that_has_gone(keys: str) -> None:
    with Program(TREE) as program:
        program.wait_for("quit")
        program.send(keys)
        program.send("\x1b\x03")
        assert program.finish() == 0


def test_a_bad_scenario_never_touches_the_screen(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('program = "c = a +"\n[inputs]\na = 1.0\n')
    with Program(str(bad)) as program:
        assert program.finish() == 2
        assert b"\x1b" not in program.output
        assert b"error[" in program.output


def test_an_unknown_theme_is_a_usage_error() -> None:
    with Program("--theme", "nonesuch", TREE) as program:
        assert program.finish() == 2
        assert b"nonesuch" in program.output


def test_without_an_argument_the_lessons_are_offered() -> None:
    with Program() as program:
        program.wait_for("Expression tree")
        program.send("q")
        assert program.finish() == 0
