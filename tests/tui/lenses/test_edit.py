"""Editing: a typed value is checked as a file is, the run is made again, and nothing is lost by it."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
from textual import events
from textual.pilot import Pilot

import backprop_tui as bp
from backprop_tui.progress import Progress
from backprop_tui.scenario import Scenario
from backprop_tui.scenario.editing import Edits
from backprop_tui.tui.lenses.edit import Edit
from backprop_tui.tui.screens import editing as editing_module
from backprop_tui.tui.screens.stepper import Stepper
from backprop_tui.tui.session import Session
from backprop_tui.tui.views import Views, open_scenario
from tests.scenario.texts import error_in, scenario_text
from tests.tui.lenses.edits import TREE, below, give, on_file, prompt, session, try_to_type
from tests.tui.screens import PATIENCE, stepping, text_of, until

TENSORS = scenario_text("h = x @ y\ne = sum(h)", "x = [[1.0, 2.0]]\ny = [[3.0], [4.0]]")


async def step_to(pilot: Pilot[Any], position: int) -> None:
    session(pilot).go(position)
    below(pilot).changed()


def look_at(pilot: Pilot[Any], node: int) -> None:
    session(pilot).look_at(node)
    below(pilot).changed()


def state(of: Session) -> list[object]:
    """Every number that is known where the user is, bit by bit, and where that is."""
    known = [
        None if found is None else found.tobytes()
        for node in range(len(of.timeline.graph))
        for found in (of.timeline.value_at(node, of.position), of.timeline.grad_at(node, of.position))
    ]
    return [of.position, of.selected, *known]


# A value


async def test_a_value_is_typed_over_unless_escape_is_pressed_and_what_changes_is_shown() -> None:
    async with stepping() as pilot:
        before = session(pilot)
        await pilot.press("e", "7", "escape")
        assert session(pilot) is before
        assert not before.edits.steps
        await step_to(pilot, 11)
        look_at(pilot, 0)
        await pilot.press("e")
        assert prompt(pilot).typed.value == "2.0"
        await pilot.press("3", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Stepper))
        shown = await text_of(pilot)
        assert "edited" in shown
        assert "a = 3" in session(pilot).edits.text
        for line in ("a       2.0 → 3", "e            6 → 8", "d.grad       3 → 4", "[expect]"):
            assert line in shown
        assert "c.grad" not in shown.partition("╭─ Edit")[2]


async def test_what_has_not_been_computed_here_is_not_shown() -> None:
    async with stepping() as pilot:
        await step_to(pilot, 3)
        await pilot.press("e")
        await give(pilot, "a", "3")
        shown = await text_of(pilot)
        assert "c            3 → 4" in shown
        assert "e            6 → ·" in shown
        lit = below(pilot)._canvas.highlight
        names = [node.name for node in session(pilot).timeline.graph]
        assert lit is not None
        assert [(names[edge.operand], names[edge.consumer]) for edge in lit.edges] == [("a", "c")]


async def test_its_key_opens_the_lens_and_asks_for_the_input_that_is_selected() -> None:
    async with stepping() as pilot:
        await step_to(pilot, 3)  # at c, which is no input
        await pilot.press("e")
        assert isinstance(session(pilot).lens, Edit)
        assert "types another value of a" in await text_of(pilot)
        await pilot.click("#lens", offset=(4, 3))
        assert session(pilot).selected == session(pilot).timeline.graph["b"].index
        await pilot.press("greater_than_sign", "less_than_sign")
        session(pilot).select(None)
        await give(pilot, "a", "3")
        await pilot.press("e")  # the input that was selected last
        assert prompt(pilot).typed.value == "1.0"


async def test_arrays_show_how_far_they_are_off() -> None:
    numbers = [[float(column) for column in range(40)]]
    scenario = bp.loads(scenario_text("e = sum(x * y)", f"x = {numbers}\ny = [1.0, 2.0]").replace("* y", "* sum(y)"))
    async with stepping(scenario) as pilot:
        await pilot.press("end", "e")
        await give(pilot, "x", str([[9.5, *numbers[0][1:]]]))
        assert "(1,40) → |Δ|≤9.5" in await text_of(pilot)
        await give(pilot, "y", "[1, 2, 3]")
        shown = await text_of(pilot)
        assert "[1 2] → [1 2 3]" in shown
        assert "[1.0, 2.0] → [1, 2, 3]" in shown
        await give(pilot, "x", "[[9.5]]")
        assert "(1,40) → [[9.5]]" in await text_of(pilot)


# What is wrong with a value


async def test_a_mistake_is_shown_in_place_with_the_words_of_a_file() -> None:
    async with stepping(bp.loads(TREE), size=(80, 24)) as pilot:
        await pilot.press("e")
        for typed in ("[1, [2]]", "None", "{ value = 1, grad = 2 }"):
            in_file = error_in(TREE.replace("2.0", typed)).diagnostics[0]
            await try_to_type(pilot, typed)
            shown = await text_of(pilot)
            column = in_file.column - len("a = ") - 1
            assert f"error[{in_file.code}]: {in_file.message}" in shown
            assert in_file.help in shown
            lines = shown.split("\n")
            marked = next(at for at, line in enumerate(lines) if "^" in line)
            assert lines[marked].index("^") - lines[marked - 1].index(typed) == column
            assert (prompt(pilot).typed.value, prompt(pilot).typed.cursor_position) == (typed, column)
        await try_to_type(pilot, "[1, 2]")
        assert "line 10: error" not in await text_of(pilot)
        assert "program line 3: error[S009]" in await text_of(pilot)
        await pilot.press("x")
        assert "error" not in await text_of(pilot)
        assert not session(pilot).edits.steps


async def test_of_a_paste_only_what_can_be_a_value_arrives_and_never_a_part_of_it() -> None:
    async with stepping() as pilot:
        await pilot.press("e")
        asked = prompt(pilot)
        asked.typed.post_message(events.Paste("[\x1b[1,\n\x002]"))
        await pilot.pause()
        assert asked.typed.value == "[[1, 2]"
        asked.typed.post_message(events.Paste("1" * 5_000))
        await pilot.pause()
        assert asked.typed.value == "[[1, 2]"
        assert "At most 4,000 characters" in await text_of(pilot)


async def test_a_value_that_is_too_long_is_not_put_into_the_prompt() -> None:
    scenario = bp.loads(scenario_text("e = sum(x)", f"x = {[0.123456789] * 9_000}"))
    async with stepping(scenario) as pilot:
        await pilot.press("e")
        assert prompt(pilot).typed.value == ""
        assert "type another value" in await text_of(pilot)
        await try_to_type(pilot, "")
        assert "a value is missing here" in await text_of(pilot)


# Where the user is


async def test_undo_and_redo_keep_every_number_at_every_position() -> None:
    async with stepping() as pilot:
        await pilot.press("e", "escape")
        await give(pilot, "a", "3")
        await give(pilot, "b", "0.1")
        session(pilot).select(1)
        timelines = [bp.run(bp.loads(session(pilot).edits.moved(done - 2).text).graph) for done in range(3)]
        for position in range(len(session(pilot).timeline) + 1):
            await step_to(pilot, position)
            for done in (0, 2):
                steps = done - session(pilot).edits.done
                await below(pilot).revise(lambda edits, steps=steps: edits.moved(steps))
                fresh = Session(session(pilot).scenario, timelines[done])
                fresh.go(position)
                fresh.select(1)
                assert state(session(pilot)) == state(fresh)
                assert isinstance(session(pilot).lens, Edit)


async def test_undo_and_redo_by_key() -> None:
    async with stepping() as pilot:
        await pilot.press("e", "escape", "comma")
        assert "There is no edit to undo" in await text_of(pilot)
        await give(pilot, "a", "3")
        await give(pilot, "a", "4")
        await pilot.press("2", "comma")
        await until(pilot, lambda: session(pilot).edits.done == 0)
        assert session(pilot).timeline.values["a"] == 2
        await pilot.press("full_stop")
        await until(pilot, lambda: session(pilot).edits.done == 1)
        assert "1 of 2 edits" in await text_of(pilot)
        assert session(pilot).timeline.values["a"] == 3


async def test_selection_search_zoom_and_the_input_stay() -> None:
    async with stepping("two-layer-softmax.toml") as pilot:
        await pilot.press("e", "escape", "minus")
        await step_to(pilot, 9)
        look_at(pilot, session(pilot).timeline.graph.inputs[1].index)
        session(pilot).search_again("h")
        name = session(pilot).timeline.graph.inputs[1].name
        look, found = below(pilot)._canvas.look, session(pilot).found
        value = np.asarray(session(pilot).timeline.values[name]) + 1
        await give(pilot, name, str(value.tolist()))
        now = session(pilot)
        assert (now.position, now.timeline.graph.nodes[now.node].name) == (9, name)
        assert below(pilot)._canvas.look == look
        assert now.found == found
        assert isinstance(now.lens, Edit)
        assert now.lens.input.name == name


async def test_another_shape_keeps_the_position_too() -> None:
    async with stepping(bp.loads(TENSORS.replace("x @ y", "x * 2 + sum(y)"))) as pilot:
        await step_to(pilot, 5)
        await give(pilot, "x", "[1, 2, 3]")
        assert session(pilot).timeline.graph["x"].shape == (3,)
        assert session(pilot).position == 5


async def test_a_slow_edit_leaves_the_keys_alone_and_escape_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Event()
    opened: list[object] = []

    def slow(scenario: Scenario, progress: Progress) -> Views:
        for step in progress.over("abc", "waiting at the gate"):
            assert step == "a" or gate.wait(PATIENCE)
        opened.append(scenario.graph["a"].value)
        return open_scenario(scenario, progress)

    async with stepping() as pilot:
        await pilot.press("e", "escape")
        for text in "345":
            await give(pilot, "a", text)
        monkeypatch.setattr(editing_module, "open_scenario", slow)
        await pilot.press("e")
        asked = prompt(pilot)
        asked.typed.value = "6"
        await pilot.press("enter")
        await until(pilot, lambda: below(pilot).query_one("#banner").display)
        assert "The edit: waiting at the gate" in await text_of(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: not asked.is_busy)
        assert asked.is_current
        await pilot.press("escape", "comma")
        await until(pilot, lambda: below(pilot).news.progress)
        await pilot.press("l", "comma", "comma", "l")
        assert (session(pilot).position, session(pilot).edits.done) == (2, 3)
        gate.set()
        await until(pilot, lambda: session(pilot).edits.done == 0)
        assert session(pilot).position == 2
        assert [value for value in opened if value != 6] == [4, 2]  # nobody waits for 3


# A file that is watched


async def test_edits_are_made_again_when_the_file_changes(path: Path) -> None:
    async with on_file(path, watched=True) as pilot:
        await give(pilot, "a", "3")
        await pilot.press("e")
        prompt(pilot).typed.value = "not finished"
        path.write_text(TREE.replace("b + 1", "b + 2"))
        await until(pilot, lambda: session(pilot).scenario.program[1] == "d = b + 2")
        assert session(pilot).timeline.values["a"] == 3
        assert prompt(pilot).typed.value == "not finished"
        await try_to_type(pilot, "4")
        await below(pilot).revise(lambda edits: edits.moved(-2))
        assert session(pilot).timeline.values["a"] == 2
        assert session(pilot).scenario.program[1] == "d = b + 2"


async def test_edits_that_do_not_fit_a_changed_file_are_undone_and_kept(path: Path) -> None:
    text = scenario_text("c = a + b\ne = sum(c)")
    path.write_text(text)
    async with on_file(path, watched=True) as pilot:
        await pilot.press("e", "escape")
        await give(pilot, "a", "[1, 2]")
        path.write_text(text.replace("b = 1.0", "b = [1.0, 2.0, 3.0]"))
        await until(pilot, lambda: session(pilot).timeline.graph["b"].shape == (3,))
        assert "do not fit the file as it is now, and are undone" in await text_of(pilot)
        assert session(pilot).timeline.values["a"] == 2
        await pilot.press("full_stop")
        await until(pilot, lambda: session(pilot).remark)
        assert session(pilot).remark.startswith("It does not fit any more: ")
        path.write_text(text.replace("b = 1.0", "b = 7.0"))
        await until(pilot, lambda: session(pilot).timeline.values["b"].tolist() == 7)
        await pilot.press("full_stop")
        await until(pilot, lambda: session(pilot).edits.done == 1)
        assert session(pilot).timeline.graph["a"].shape == (2,)
        path.write_text('program = "e = b * b"\n[inputs]\nb = 1.0\n')
        await until(pilot, lambda: len(session(pilot).timeline) == 5)
        assert "The file has no input a any more" in await text_of(pilot)


def test_without_a_file_there_is_something_to_edit_too() -> None:
    assert Edits(bp.loads(TREE)).applied("a", "3").scenario().graph["a"].value == 3
