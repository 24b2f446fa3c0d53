"""Weights and heat in the app: a key goes through them, and a step leaves nothing behind that is no longer so."""

from __future__ import annotations

from itertools import pairwise

import pytest
from textual.geometry import Region

import backprop_tui as bp
from backprop_tui.drawing.state import Emphasis
from backprop_tui.tui.panels.sizes_legend import legend
from backprop_tui.tui.screens.stepper import Stepper
from backprop_tui.tui.widgets.graph_canvas import GraphCanvas
from tests.tui.screens import stepper, stepping, text_of, until


async def test_a_key_goes_through_weights_and_heat() -> None:
    async with stepping() as pilot:
        await pilot.press("end", "h")
        seen = []
        for _ in range(3):
            await pilot.press("w")
            text = await text_of(pilot)
            seen.append(
                (
                    "contribution ╌ 0.001 ─ 0.1 ━ of the largest" in text,
                    "gradient ░ 0.001 ▒ 0.01 ▓ 0.1 █ of the largest" in text,
                    "2  █ 3" in text,
                )
            )
        assert seen == [(True, False, False), (False, True, True), (False, False, False)]


@pytest.mark.parametrize("no_color", ["", "1"])
async def test_what_is_not_finite_is_no_large_gradient(monkeypatch: pytest.MonkeyPatch, no_color: str) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    async with stepping(bp.loads("program = 'y = log(x) * z'\ninputs = { x = 0.0, z = 1.0 }")) as pilot:
        await pilot.press("end", "w", "w")
        text = await text_of(pilot)
        assert "! inf" in text
        assert "! -inf" in text
        assert "▓ 0.1 █   ! not finite ─" in text


def test_a_legend_has_fewer_words_in_less_room() -> None:
    scale = "░ 0.001 ▒ 0.01 ▓ 0.1 █"
    texts = [f"gradient {scale} of the largest", f"gradient {scale}", scale, ""]
    for text, shorter in pairwise(texts):
        assert legend(Emphasis.HEAT, len(text), has_trouble=False) == text
        assert legend(Emphasis.HEAT, len(text) - 1, has_trouble=False) == shorter
    assert legend(Emphasis.HEAT, 80, has_trouble=True) == f"{texts[0]}   ! not finite"
    assert "!" not in legend(Emphasis.WEIGHTS, 80, has_trouble=True)


async def test_every_step_shows_what_is_shown_after_going_there_at_once() -> None:
    growing = bp.loads("program = 'y = ((a * 100 + b) + c) * d'\ninputs = { a = 0.01, b = 1.0, c = 1.0, d = 1.0 }")
    async with stepping(growing, (80, 40)) as pilot:
        canvas = stepper(pilot).query_one(GraphCanvas)
        first, last = stepper(pilot).session.timeline.seed_event, len(stepper(pilot).session.timeline)
        everything = Region(0, 0, *canvas.size)
        for emphasis in (Emphasis.WEIGHTS, Emphasis.HEAT):
            canvas.emphasise(emphasis)
            for position in (*range(first, last + 1), *range(last, first, -1)):
                canvas.set_position(position)
                stepped = canvas.render_lines(everything)
                canvas.emphasise(emphasis)
                assert [list(strip) for strip in stepped] == [list(strip) for strip in canvas.render_lines(everything)]


async def test_in_a_run_of_large_arrays_it_says_why_not() -> None:
    scenario = bp.loads("program = 'y = sum(exp(x) * exp(x))'\n[inputs]\nx = [" + "1.0, " * 50_000 + "]")
    async with stepping(scenario) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, Stepper))
        await pilot.press("w")
        assert stepper(pilot).query_one(GraphCanvas).emphasis is Emphasis.NOTHING
        assert "too large" in stepper(pilot).session.remark
