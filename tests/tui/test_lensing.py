"""The frame that all lenses share: how one is opened, studied, drawn beside the graph, and left."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from dataclasses import replace
from threading import Event
from typing import Any

import pytest

import backprop_tui as bp
from backprop_tui.drawing.highlight import Highlight
from backprop_tui.drawing.state import Flow
from backprop_tui.progress import Progress
from backprop_tui.tui.actions import ACTIONS
from backprop_tui.tui.layout import layout
from backprop_tui.tui.lenses.lens import Lens
from backprop_tui.tui.lenses.registry import LENSES, lens_of
from backprop_tui.tui.lines import Page, Span
from backprop_tui.tui.screens import lensing
from backprop_tui.tui.screens.stepper import Stepper
from tests.tui.screens import PATIENCE, position, stepper, stepping, text_of, until


class Names(Lens[str]):
    """Shows the name of the node that the user is at, and what the keys have done."""

    id = "paths"

    def __init__(self, session: Any) -> None:
        super().__init__(session)
        self.studied: list[object] = []
        self.done: list[str] = []

    @property
    def subject(self) -> int:
        return self.session.node

    def study(self, subject: object, progress: Progress) -> str:
        self.studied.append(subject)
        assert isinstance(subject, int)
        return f"about {self.session.timeline.graph.nodes[subject].name}"

    def page(self, study: str, width: int, height: int) -> Page:
        return Page.of([(Span(word),) for word in (study, *self.done, *"x" * 30)])

    def choose(self, study: str, steps: int) -> None:
        self.done.append(f"chose {steps}")

    def turn(self, study: str, steps: int) -> None:
        self.done.append(f"turned {steps}")

    def point(self, study: str, line: int) -> None:
        self.done.append(f"pointed at {line}")


class Lit(Names):
    """Lights what leads out of a node, and has a number for it."""

    shows_numbers = True

    def highlight(self, study: str) -> Highlight:
        graph = self.session.timeline.graph
        node = self.session.node
        return Highlight(frozenset(graph.consumers[node]), Flow.FORWARD, "∂", {node: "-0.1966"})


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lensing, "lens_of", lambda id_: Names)


@pytest.mark.parametrize("lens", LENSES, ids=lambda lens: lens.id)
def test_every_lens_is_where_its_entry_says(lens: Any) -> None:
    kind = lens_of(lens.id)
    assert issubclass(kind, Lens)
    assert kind.__module__.endswith(f".{lens.id}")
    assert [action.keys for action in ACTIONS if action.id == lens.id] == [lens.keys]


async def test_a_lens_takes_the_place_of_the_table_and_goes_again(names: None) -> None:
    async with stepping() as pilot:
        before = await text_of(pilot)
        await pilot.press("p")
        text = await text_of(pilot)
        assert "─ Paths ─" in text
        assert "about a" in text
        assert "Values and gradients" not in text
        assert "Chain rule" in text
        await pilot.press("p")
        assert await text_of(pilot) == before
        await pilot.press("p", "escape")
        assert await text_of(pilot) == before


async def test_the_run_goes_on_beside_it(names: None) -> None:
    async with stepping() as pilot:
        await pilot.press("p", "right", "right", "right")
        assert position(pilot) == 3
        assert "about c" in await text_of(pilot)
        await pilot.press("down")
        assert "about d" in await text_of(pilot)
        await pilot.press("escape")  # the lens first, then the selection
        assert stepper(pilot).session.selected is not None
        assert stepper(pilot).session.lens is None


async def test_what_is_costly_is_done_once_for_a_subject(names: None) -> None:
    async with stepping() as pilot:
        await pilot.press("up", "p", *["right"] * 4, "J", "full_stop")
        lens = stepper(pilot).session.lens
        assert isinstance(lens, Names)
        assert lens.studied == [0]


@pytest.mark.parametrize("key", ["p", "full_stop", "comma", "greater_than_sign", "less_than_sign"])
async def test_its_keys_end_what_the_key_before_has_said(names: None, key: str) -> None:
    async with stepping() as pilot:
        await pilot.press("p", "up", "up")
        assert "There is no node above" in await text_of(pilot)
        await pilot.press(key)
        assert "There is no node above" not in await text_of(pilot)


async def test_another_lens_begins_at_its_top(names: None) -> None:
    async with stepping() as pilot:
        await pilot.press("p", "J", "J")
        assert "about a" not in await text_of(pilot)
        await pilot.press("m")
        assert "about a" in await text_of(pilot)


def test_no_part_of_the_stepper_replaces_what_another_one_keeps_to_itself() -> None:
    parts = [part for part in Stepper.__mro__ if part.__module__.startswith("backprop_tui.")]
    names = Counter(name for part in parts for name in vars(part) if inspect.isfunction(vars(part)[name]))
    assert not [name for name, count in names.items() if count > 1 and name.startswith("_") and not name.endswith("__")]


async def test_the_same_keys_in_every_lens(names: None) -> None:
    async with stepping() as pilot:
        await pilot.press("p", "full_stop", "3", "comma", "greater_than_sign", "less_than_sign")
        text = await text_of(pilot)
        for done in ("chose 1", "chose -3", "turned 1", "turned -1"):
            assert done in text
        assert ". , path" in text
        await pilot.click("#lens", offset=(4, 1))
        await pilot.pause()
        assert "pointed at 0" in await text_of(pilot)
        await pilot.press("J")
        assert "about" not in await text_of(pilot)


async def test_without_a_lens_its_keys_say_so() -> None:
    async with stepping() as pilot:
        await pilot.press("full_stop")
        assert "No lens is open" in await text_of(pilot)


async def test_one_lens_takes_the_place_of_another(names: None) -> None:
    async with stepping() as pilot:
        await pilot.press("p")
        first = stepper(pilot).session.lens
        await pilot.press("m")
        assert stepper(pilot).session.lens not in (None, first)


async def test_edges_and_numbers_stand_in_the_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lensing, "lens_of", lambda id_: Lit)
    async with stepping() as pilot:
        await pilot.press("end", "up", "down", "p")  # b is selected
        text = await text_of(pilot)
        assert "1  ∂ -0.1966" in text
        assert "∇" not in text
        assert "▲" not in text  # what is lit points onwards
        await pilot.press("escape")
        text = await text_of(pilot)
        assert "∇ 3→5" in text
        assert "▲" in text


async def test_boxes_take_part_in_what_the_lens_lights(monkeypatch: pytest.MonkeyPatch) -> None:
    """And in nothing else: the event of the run is not lit beside it."""

    class Carried(Lit):
        def highlight(self, study: str) -> Highlight:
            return replace(super().highlight(study), node=self.session.timeline.graph["d"].index)

    for kind, double, heavy in ((Lit, 0, 0), (Carried, 1, 2)):
        monkeypatch.setattr(lensing, "lens_of", lambda id_, kind=kind: kind)
        async with stepping() as pilot:
            await pilot.press("end", "up", "down")  # b is selected: c and d use it
            before = await text_of(pilot)
            assert borders(before) == (1, 1)
            await pilot.press("p")
            assert borders(await text_of(pilot)) == (double, heavy)
            await pilot.press("escape")
            assert await text_of(pilot) == before


def borders(text: str) -> tuple[int, int]:
    """How many boxes have a double border, and how many a heavy one."""
    return len(re.findall("╔═+╗", text)), len(re.findall("┏━+┓", text))


async def test_slow_studies_are_made_in_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Event()

    class Slow(Names):
        def study(self, subject: object, progress: Progress) -> str:
            for _ in progress.over("ab", "counting"):
                assert gate.wait(PATIENCE)
            return super().study(subject, progress)

    monkeypatch.setattr(lensing, "lens_of", lambda id_: Slow)
    inputs = "\n".join(f"x{number} = 1.0" for number in range(334))
    program = "\n".join(f"y{number} = x{number} * x{number} + x{number}" for number in range(334))
    async with stepping(bp.loads(f'program = """\n{program}\n"""\noutput = "y0"\n[inputs]\n{inputs}')) as pilot:
        await pilot.press("p")
        assert "Working it out" in await text_of(pilot)
        await pilot.press("right")  # keys are answered meanwhile
        assert position(pilot) == 1
        await pilot.press("escape")
        assert stepper(pilot).session.lens is None
        await pilot.press("p")
        gate.set()
        await until(pilot, lambda: stepper(pilot).study() is not None)
        assert "about x0" in await text_of(pilot)


def test_a_narrow_window_has_room_for_the_lens_alone() -> None:
    assert layout(60, 16, has_lens=True).lens == 60
    assert layout(80, 24, has_lens=True)[1:4] == (0, 0, 0)
    assert layout(200, 60, 20, has_lens=True).program > 0
