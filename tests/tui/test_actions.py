"""One registry of actions: what the footer, the help and the palette offer is what the keys do."""

from __future__ import annotations

import pytest

from backprop_tui.tui.actions import ACTIONS, Action, Scope, at_hand, bindings
from backprop_tui.tui.app import BackpropApp
from backprop_tui.tui.lines import plain
from backprop_tui.tui.panels import footer, help  # noqa: A004
from backprop_tui.tui.screens.home import Home
from backprop_tui.tui.screens.inspector import Inspector
from backprop_tui.tui.screens.opening import Opening
from backprop_tui.tui.screens.stepper import Stepper
from tests.tui.screens import position, stepping, text_of

OWNERS = {
    Scope.STEPPER: Stepper,
    Scope.INSPECTOR: Inspector,
    Scope.LESSONS: Home,
    Scope.OPENING: Opening,
    Scope.EVERYWHERE: BackpropApp,
}


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_has_a_method(action: Action) -> None:
    name = action.call.removeprefix("app.").partition("(")[0]
    assert callable(getattr(OWNERS[action.scope], f"action_{name}"))


@pytest.mark.parametrize("scope", Scope)
def test_no_key_does_two_things(scope: Scope) -> None:
    keys = [key for action in at_hand(scope) for key in action.keys]
    assert len(keys) == len(set(keys))


def test_every_binding_has_an_id() -> None:
    ids = [binding.id for scope in Scope for binding in bindings(scope)]  # type: ignore[union-attr]
    assert all(ids)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("scope", Scope)
def test_the_help_lists_every_action(scope: Scope) -> None:
    page = help.page(scope, 200)
    text = [plain(page.line(index)) for index in range(page.length)]
    for action in at_hand(scope):
        assert any(line.startswith(action.key_text) and line.endswith(action.help) for line in text), action.id


async def test_the_palette_offers_every_action() -> None:
    async with stepping() as pilot:
        offered = [command.title for command in pilot.app.get_system_commands(pilot.app.screen)]
        for action in at_hand(Scope.STEPPER):
            is_offered = any(title.startswith(f"{action.label} (") for title in offered)
            assert is_offered == (not action.has_argument and action.id != "command_palette"), action.id


async def test_the_palette_acts() -> None:
    async with stepping() as pilot:
        await pilot.press("ctrl+p", *"End of run")
        await pilot.pause(0.1)
        await pilot.press("enter")
        await pilot.pause()
        assert position(pilot) == 11


async def test_a_question_mark_shows_the_help() -> None:
    async with stepping(size=(120, 140)) as pilot:
        await pilot.press("question_mark")
        shown = await text_of(pilot)
        for action in at_hand(Scope.STEPPER):
            assert action.help[:40] in shown
        await pilot.press("question_mark")
        assert isinstance(pilot.app.screen, Stepper)


@pytest.mark.parametrize("width", [1, 10, 40, 60, 80, 120, 300])
def test_a_click_on_the_footer_means_the_entry_under_it(width: int) -> None:
    text = plain(footer.page(Scope.STEPPER, width).line(0))
    shown = [action for action in at_hand(Scope.STEPPER) if action.footer and f" {action.footer}" in text]
    assert len(text) <= max(width, 17)
    for action in shown:
        assert footer.action_at(Scope.STEPPER, width, text.index(f" {action.footer}") + 1) is action


def test_a_wide_footer_lists_all_that_belongs_there() -> None:
    text = plain(footer.page(Scope.STEPPER, 160).line(0))
    assert [action.id for action in at_hand(Scope.STEPPER) if action.footer and action.footer not in text] == []


def test_arrows_are_words_where_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    footer.page.cache_clear()
    text = plain(footer.page(Scope.STEPPER, 200).line(0))
    footer.page.cache_clear()
    assert "Left/Right step" in text
    assert "Up/Down select" in text
    assert text.isascii()
    page = help.page(Scope.STEPPER, 200)
    assert any(plain(page.line(index)).startswith("Down") for index in range(page.length))
