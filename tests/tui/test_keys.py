"""Every key of the stepper does what the help says."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from backprop_tui.tui.panels import footer
from backprop_tui.tui.screens.go_to import GoTo
from backprop_tui.tui.screens.inspector import Inspector
from tests.tui.screens import position, stepper, stepping, text_of


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("right", 1),
        ("l", 1),
        ("space", 1),
        ("l l left", 1),
        ("l l h", 1),
        ("left", 0),
        ("end", 11),
        ("end right", 11),
        ("end home", 0),
        ("f", 5),
        ("f f", 11),
        ("end F", 5),
        ("f F", 0),
        ("n n", 2),
        ("f n", 6),
        ("f n n", 8),
        ("f n n n", 9),
        ("end N", 9),
        ("end N N", 8),
        ("1 0 l", 10),
        ("end 4 h", 7),
        ("3 n", 3),
        ("9 9 9 9 9 9 9 9 l", 11),
        ("3 escape l", 1),
        ("3 f l", 6),
    ],
)
async def test_keys_move(keys: str, expected: int) -> None:
    async with stepping() as pilot:
        await pilot.press(*keys.split())
        assert position(pilot) == expected


async def test_what_is_below_in_the_chain_rule_can_be_read() -> None:
    async with stepping("attention.toml", size=(80, 24)) as pilot:
        await pilot.press("2", "9", "l")
        shown = await text_of(pilot)
        assert "weighted mean" not in shown
        await pilot.press("J", "J")
        assert "weighted mean" in await text_of(pilot)
        await pilot.press("K", "K")
        assert await text_of(pilot) == shown


async def test_that_there_is_more_below_is_no_letter_that_is_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    async with stepping("attention.toml", size=(80, 24)) as pilot:
        await pilot.press("2", "9", "l")
        assert "Chain rule ── ↓ 2 more" in await text_of(pilot)
    monkeypatch.setenv("LC_ALL", "C")
    async with stepping("attention.toml", size=(80, 24)) as pilot:
        await pilot.press("2", "9", "l")
        assert "2 more below" in await text_of(pilot)
    footer.page.cache_clear()


async def test_back_shows_exactly_what_was_there() -> None:
    async with stepping() as pilot:
        await pilot.press("1", "0", "l")
        before = await text_of(pilot)
        await pilot.press("l", "h")
        assert await text_of(pilot) == before


async def test_the_count_is_shown_while_it_is_typed() -> None:
    async with stepping() as pilot:
        await pilot.press("1", "0")
        assert " 10 times" in await text_of(pilot)
        await pilot.press("l")
        assert "times" not in (await text_of(pilot)).splitlines()[-1]


async def test_go_to_asks_for_an_event_that_exists() -> None:
    async with stepping() as pilot:
        await pilot.press("g")
        prompt = pilot.app.screen
        assert isinstance(prompt, GoTo)
        await pilot.press("9", "9", "enter")
        assert pilot.app.screen is prompt
        await pilot.press("backspace", "enter")
        assert position(pilot) == 9


@pytest.mark.parametrize("typed", ["", "0", "12"])
async def test_go_to_refuses_what_is_no_event(typed: str) -> None:
    async with stepping() as pilot:
        await pilot.press("g", *typed, "enter")
        assert isinstance(pilot.app.screen, GoTo)
        assert pilot.app.screen.query_one(Input).value == typed
        await pilot.press("escape")
        assert position(pilot) == 0


async def test_arrows_select_a_row_and_escape_lets_it_go() -> None:
    async with stepping() as pilot:
        session = stepper(pilot).session
        await pilot.press("f", "up", "up")
        assert session.timeline.graph.nodes[session.node].name == "c"
        await pilot.press("up", "up", "up", "up")
        assert session.timeline.graph.nodes[session.node].name == "a"
        await pilot.press("escape")
        assert session.selected is None
        assert session.timeline.graph.nodes[session.node].name == "e"


async def test_enter_inspects_the_current_node_with_all_digits() -> None:
    async with stepping("karpathy-tanh-neuron.toml") as pilot:
        exact = repr(float(stepper(pilot).session.timeline.values["o"]))
        await pilot.press("f", "enter")
        inspector = pilot.app.screen
        assert isinstance(inspector, Inspector)
        assert exact in await text_of(pilot)
        await pilot.press("escape")
        assert pilot.app.screen is not inspector


async def test_the_lesson_can_be_read_and_its_answers_at_the_end_of_the_run() -> None:
    async with stepping() as pilot:
        await pilot.press("i")
        shown = await text_of(pilot)
        assert "How much faster than b does e move?" in shown
        assert "sum over all" not in shown
        assert "The answers are here at the end of the run." in shown
        assert "Source: C. Olah" in shown
        await pilot.press("i", "end", "i")
        shown = await text_of(pilot)
        assert "sum over all" in shown
        assert "The answers are here" not in shown
        await pilot.press("i")
        stepper(pilot)


async def test_labels_come_and_go() -> None:
    async with stepping() as pilot:
        assert "∂c/∂a" in await text_of(pilot)
        await pilot.press("v")
        assert "∂c/∂a" not in await text_of(pilot)
        await pilot.press("v")
        assert "∂c/∂a" in await text_of(pilot)


async def test_t_offers_themes() -> None:
    async with stepping() as pilot:
        await pilot.press("T")
        await pilot.pause()
        assert "backprop-light" in await text_of(pilot)


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_there_are_two_ways_out(key: str) -> None:
    async with stepping() as pilot:
        await pilot.press("l", key)
        assert pilot.app.return_code == 0


async def test_keys_can_be_changed() -> None:
    async with stepping() as pilot:
        pilot.app.set_keymap({"step": "j"})
        await pilot.press("j", "right")
        assert position(pilot) == 1


async def test_a_burst_of_keys_ends_where_it_should() -> None:
    async with stepping() as pilot:
        await pilot.press(*["l"] * 8)
        shown = await text_of(pilot)
        assert position(pilot) == 8
        assert "event  8/11" in shown


async def test_a_count_is_dropped_by_a_key_that_takes_none() -> None:
    async with stepping() as pilot:
        await pilot.press("5", "enter", "escape", "l")
        assert position(pilot) == 1
