"""Predict mode: nothing is seen before it is answered, wherever one looks and however one gets there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widgets import Input

from backprop_tui.engine.correspondence import Correspondence
from backprop_tui.lessons import lessons
from backprop_tui.predicting.fading import Level
from backprop_tui.predicting.scores import NAME, Journal, Run, key_of
from backprop_tui.tui.app import BackpropApp
from backprop_tui.tui.lenses.registry import LENSES
from backprop_tui.tui.screens.home import Home
from backprop_tui.tui.screens.inspector import Inspector
from backprop_tui.tui.screens.overlay import Overlay
from backprop_tui.tui.screens.predict_prompt import PredictPrompt
from backprop_tui.tui.screens.stepper import Stepper
from backprop_tui.tui.views import open_scenario
from tests.scenario.texts import scenario
from tests.tui.screens import assert_looks_like, position, stepper, stepping, text_of

SMALL = 80, 24
BACKWARD = "3", "P", "f"
"""Predicts the way back of a run, and goes to where it begins."""


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's state directory, with nothing in it."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "backprop-tui"


async def answer(pilot: Pilot[Any], text: str) -> None:
    """Type an answer to the open question."""
    assert isinstance(pilot.app.screen, PredictPrompt)
    pilot.app.screen.query_one(Input).value = text
    await pilot.press("enter")
    await pilot.pause()


async def footer_of(pilot: Pilot[Any]) -> str:
    return (await text_of(pilot)).splitlines()[-1]


async def test_a_right_answer_shows_the_step_and_counts() -> None:
    async with stepping(size=SMALL) as pilot:
        await pilot.press(*BACKWARD, "right")
        shown = await text_of(pilot)
        assert "Predict event 6" in shown
        assert "What is ∂e/∂e, the seed of the way back?" in shown
        await answer(pilot, "two")
        assert "'two' is no number: type one like 5" in await text_of(pilot)
        await answer(pilot, "1,0")
        assert position(pilot) == 6
        shown = await text_of(pilot)
        assert " 1 of 1 right " in shown.splitlines()[0]
        assert "∂e/∂e = 1" in shown, "the explanation of the step"
        assert (await footer_of(pilot)).startswith(" Right ")


async def test_a_wrong_one_is_diagnosed_then_told() -> None:
    async with stepping(size=SMALL) as pilot:
        await pilot.press(*BACKWARD, "right")
        await answer(pilot, "1")
        await pilot.press("right")
        await answer(pilot, "3")
        shown = await text_of(pilot)
        assert "the derivative of e = c · d by one is the other" in shown
        assert "What is c.grad after this event?" in shown
        await assert_looks_like(pilot, "predict-80x24", Region(0, 0, 80, 23))  # without the line: its cursor blinks
        await pilot.press("7")
        assert "by one is the other" in await text_of(pilot), "it stays in view while one types"
        assert pilot.app.screen.query_one(Input).value == "7", "in place of what was wrong"
        await pilot.press("enter")
        await pilot.pause()
        shown = await text_of(pilot)
        assert "No known mistake gives 7." in shown
        assert "c.grad = 1 · 2 = 2" in shown
        await pilot.press("enter")
        await pilot.pause()
        assert position(pilot) == 7
        assert " 1 of 2 right " in (await text_of(pilot)).splitlines()[0]


async def test_however_one_goes_on_the_next_question_is_asked() -> None:
    async with stepping(size=SMALL) as pilot:
        await pilot.press(*BACKWARD)
        for keys in (("right",), ("5", "l"), ("n",), ("f",), ("end",), ("down", "G"), ("g", "9", "enter")):
            await pilot.press(*keys)
            await pilot.pause()
            assert isinstance(pilot.app.screen, PredictPrompt), keys
            await pilot.press("escape")
            assert position(pilot) == 5, "Escape leaves the question open"
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, Inspector)
        await pilot.press("full_stop")
        await pilot.pause()
        assert isinstance(pilot.app.screen, PredictPrompt)


async def test_the_timeline_leads_no_further_and_leaving_the_mode_shows_all(state: Path) -> None:
    async with stepping(size=SMALL) as pilot:
        await pilot.press(*BACKWARD)
        await pilot.click("#track", offset=(65, 0))
        assert position(pilot) == 5
        await pilot.press("P", "end")
        assert position(pilot) == 11
        assert isinstance(pilot.app.screen, Stepper)
    assert not state.exists(), "nothing was predicted to its end"


async def test_tab_shows_the_step_without_counting_and_going_back_is_free() -> None:
    async with stepping(size=SMALL) as pilot:
        await pilot.press(*BACKWARD, "right", "tab")
        await pilot.pause()
        assert position(pilot) == 6
        assert " predict " in (await text_of(pilot)).splitlines()[0], "nothing was answered"
        await pilot.press("home", "6", "l")
        assert position(pilot) == 6
        assert isinstance(pilot.app.screen, Stepper)


async def test_lenses_are_closed_and_stay_so_while_something_is_asked() -> None:
    async with stepping(size=SMALL) as pilot:
        session = stepper(pilot).session
        await pilot.press("p")
        assert session.lens
        await pilot.press("3", "P")
        for entry in LENSES:
            session.remark = ""
            await pilot.press(entry.keys[0])
            assert session.lens is None, entry.id
            assert "No lens while you predict" in session.remark, entry.id


async def test_the_kind_of_question_can_be_changed() -> None:
    async with stepping(size=SMALL) as pilot:
        await pilot.press(*BACKWARD, "right", "down")
        assert "What sign has" in await text_of(pilot)
        await answer(pilot, "5")
        assert "Type +, - or 0." in await text_of(pilot)
        await pilot.press("down")
        assert "From the next question on" in await text_of(pilot)
        await answer(pilot, "1")
        await pilot.press("right")
        shown = await text_of(pilot)
        assert "Which node receives next?" in shown
        assert "c.grad" not in shown
        await answer(pilot, "c")
        assert position(pilot) == 7
        await pilot.press("right", "down")
        assert "rounded correctly" in await text_of(pilot)


async def test_the_question_fits_any_window() -> None:
    async with stepping("bias-batch.toml", size=SMALL) as pilot:
        await pilot.press(*BACKWARD, "end")
        for size in ((1, 1), (20, 5), (60, 16), (200, 60)):
            await pilot.resize_terminal(*size)
            await pilot.press("down")
        await pilot.press("tab")
        assert isinstance(pilot.app.screen, Stepper)


async def test_no_search_and_no_mark_tells_how_the_run_ends() -> None:
    late = scenario("y = sqrt(x)\nz = y * 2", "x = 0.0")
    async with stepping(late, size=SMALL) as pilot:
        assert "!" in await text_of(pilot)
        await pilot.press(*BACKWARD)
        assert "!" not in await text_of(pilot)
        for hides in (True, False):
            await pilot.press("slash")
            pilot.app.screen.query_one(Input).value = "is:inf"
            await pilot.pause()
            assert ("▶ x" in await text_of(pilot)) != hides
            await pilot.press("escape", "P")


async def test_nothing_on_the_screen_gives_the_answer_away() -> None:
    odd = scenario("y = x * 3.25\nz = y * 17", "x = 2.0")
    async with stepping(odd, size=(120, 40)) as pilot:
        await pilot.press("end", "3", "P")
        assert position(pilot) == 3, "what was seen is hidden again"
        await pilot.press("w", "w")
        for text in ("1", "17"):
            await pilot.press("end")
            await answer(pilot, text)
        await pilot.press("end")
        assert "What is x.grad" in await text_of(pilot)
        assert "55.25" not in await text_of(pilot)
        await pilot.press("escape", "i")
        assert "55.25" not in await text_of(pilot)


async def test_edges_do_not_show_their_local_derivatives_until_nothing_is_asked_any_more() -> None:
    async with stepping(size=(120, 40)) as pilot:
        await pilot.press("f")
        assert "∂e/∂c=2" in await text_of(pilot)
        await pilot.press("3", "P", "v")
        assert "No labels" in await footer_of(pilot)
        assert "∂e/∂c" not in await text_of(pilot)
        await pilot.press("P")
        assert "∂e/∂c=2" in await text_of(pilot)


async def test_at_the_end_it_is_summed_up_written_down_and_more_is_asked_next(state: Path) -> None:
    async with stepping(size=SMALL) as pilot:
        await pilot.press("P")
        assert "the next run asks" in await footer_of(pilot)
        await pilot.press("end")
        shown = await text_of(pilot)
        assert "You have seen the whole run" in shown
        assert "the last quarter of the way back is asked" in shown
        await pilot.press("escape", "P")
        assert position(pilot) == 9
        assert "Asked: the last quarter of the way back" in await footer_of(pilot)
        await pilot.press("end")
        await answer(pilot, "2")
        await pilot.press("end")
        await answer(pilot, "2")
        await answer(pilot, "5")
        assert isinstance(pilot.app.screen, Overlay)
        shown = await text_of(pilot)
        assert "1 of 2 right at the first try" in shown
        assert "1 at the second" in shown
        assert "overwrote instead of adding up" in shown
        assert "the last half of the way back is asked" in shown
        await pilot.press("escape", "p")
        assert stepper(pilot).session.lens, "nothing is left to give away"
    runs = Journal(state).runs()
    assert [(run.lesson, run.level, run.right, run.at_first) for run in runs] == [
        ("tree.toml", 0, 0, 0),
        ("tree.toml", 1, 2, 1),
    ]


async def test_a_home_that_cannot_be_written_is_told_and_the_run_goes_on(state: Path) -> None:
    state.write_text("in the way")
    async with stepping(size=SMALL) as pilot:
        await pilot.press("P")
        assert "Your progress cannot be read" in await footer_of(pilot)
        await pilot.press("end", "escape", "P")
        assert "Asked: the last quarter" in await footer_of(pilot), "it is told once, and counts for this session"


async def test_another_run_of_the_file_hides_as_much() -> None:
    async with stepping(size=SMALL) as pilot:
        await pilot.press(*BACKWARD, "right")
        await answer(pilot, "1")
        old = stepper(pilot).session.timeline
        views = open_scenario(scenario("c = a + b\nd = b + 1\ne = c * d"))
        await stepper(pilot).renew(views, Correspondence(old, views.session.timeline))
        assert "Another run: predicting begins anew" in await footer_of(pilot)
        await pilot.press("end")
        assert isinstance(pilot.app.screen, PredictPrompt)
        await pilot.press("escape")
        assert position(pilot) == 5


async def test_the_command_line_begins_with_it() -> None:
    app = BackpropApp(scenario("y = x * 3", "x = 2.0"), predicts=True)
    async with app.run_test(size=SMALL) as pilot:
        assert stepper(pilot).session.prediction is not None
        await pilot.press("q")


async def test_home_shows_how_far_each_lesson_was_predicted(state: Path) -> None:
    lesson = lessons()[1]
    text = lesson.path.read_text(encoding="utf-8")
    Journal(state).add(Run(*key_of(lesson.path.name, text), Level.HALF))
    async with BackpropApp().run_test(size=SMALL) as pilot:
        assert f"2 ▒ {lesson.title}" in await text_of(pilot)
        await pilot.press("down")
        assert "Predicted: the last half of the way back; next: the whole way back" in await text_of(pilot)
        await pilot.press("home", "enter", "P", "end", "escape", "escape")
        assert isinstance(pilot.app.screen, Home)
        assert f"1 · {lessons()[0].title}" in await text_of(pilot)


async def test_home_tells_of_a_damaged_file_once(state: Path) -> None:
    state.mkdir()
    (state / NAME).write_text("nonsense\n")
    async with BackpropApp().run_test(size=SMALL) as pilot:
        (aside,) = (file.name for file in state.iterdir())
        assert f"Your progress was damaged, kept as {aside}" in await footer_of(pilot)
        await pilot.press("down")
        assert "choose" in await footer_of(pilot)
