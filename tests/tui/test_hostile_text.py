"""Text of a scenario is data from a stranger: shown literally, never markup, never an action, never raw."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.drivers.headless_driver import HeadlessDriver
from textual.pilot import Pilot
from textual.screen import Screen

import backprop_tui as bp
from backprop_tui.lessons import read
from backprop_tui.scenario.diagnostics import Diagnostic
from backprop_tui.tui.app import BackpropApp
from backprop_tui.tui.lenses.registry import LENSES, Entry
from backprop_tui.tui.panels import problems
from backprop_tui.tui.screens import home
from backprop_tui.tui.screens.home import Home
from backprop_tui.tui.screens.opening import first_screen
from backprop_tui.tui.screens.overlay import Overlay
from backprop_tui.tui.screens.stepper import Stepper
from backprop_tui.tui.watching import WatchedFile
from tests.hostile import ESCAPES, EVERYTHING, MARKUP, SEQUENCES, VISIBLE, broken, is_harmless, scenario
from tests.scenario.test_hostile_files import BAD, index
from tests.tui.screens import stepper, stepping, text_of

SIZES = [(80, 24), (120, 40)]
LINE = "[/] [@click=app.quit]x[/] [bold]grad[w] [link=http://x]y"
HOSTILE = f"""
title = '{LINE}'
description = '''# {LINE}

**{LINE}** [a link](javascript:quit) <b>html</b> `[/]`
'''
source = '{LINE}'
program = '''
y = x * 2  # [/] [@click=app.quit]
'''
[inputs]
x = 1.0
"""


async def test_markup_in_a_title_is_shown_as_it_stands() -> None:
    async with stepping(bp.loads(HOSTILE)) as pilot:
        assert LINE in await text_of(pilot)


async def test_markup_in_a_lesson_is_shown_as_it_stands_and_cannot_be_clicked() -> None:
    async with stepping(bp.loads(HOSTILE)) as pilot:
        await pilot.press("i")
        lines = (await text_of(pilot)).splitlines()
        assert sum(LINE in line for line in lines) >= 3
        assert any("(javascript:quit) <b>html</b> [/]" in line for line in lines)
        for y, line in enumerate(lines):
            if "@click" in line:
                await pilot.click(offset=(line.index("@click"), y))
        await pilot.press("escape")
        assert not pilot.app._exit
        stepper(pilot)


async def test_clicking_on_hostile_text_does_nothing() -> None:
    async with stepping(bp.loads(HOSTILE)) as pilot:
        lines = (await text_of(pilot)).splitlines()
        for y, line in enumerate(lines[:8]):
            if "@click" in line:
                await pilot.click(offset=(line.index("@click"), y))
        await pilot.press("f", "enter")
        assert not pilot.app._exit


# The bytes that reach the terminal


class Recorder(HeadlessDriver):
    """A terminal that keeps what it is given."""

    is_headless = False  # else Textual would not write at all

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)  # type: ignore[arg-type]
        self.written: list[str] = []

    def write(self, data: str) -> None:
        self.written.append(data)


@asynccontextmanager
async def recorded(size: tuple[int, int]) -> AsyncIterator[Pilot[None]]:
    """The app on a lesson, writing into a Recorder."""
    app = BackpropApp(bp.loads("program = 'y = x'\n[inputs]\nx = 1.0"))
    app.driver_class = Recorder
    async with app.run_test(headless=False, size=size) as pilot:
        yield pilot


async def written(pilot: Pilot[None]) -> str:
    """What was written since the last time, without the sequences that the app itself needs."""
    await text_of(pilot)  # everything is drawn
    driver = pilot.app._driver
    assert isinstance(driver, Recorder)
    raw, driver.written = "".join(driver.written), []
    return SEQUENCES.sub("\n", raw)


OF_THE_SCENARIO = ("search", "inspect", "lesson")
OF_THE_APP = ("app.help", "go_to", "app.command_palette", "app.change_theme")


async def everywhere(
    pilot: Pilot[None], screen: Screen[None], actions: Sequence[str] = OF_THE_SCENARIO
) -> AsyncIterator[str]:
    """Name every screen on which the text of a scenario may stand, while it is shown."""
    await pilot.app.push_screen(screen)
    assert isinstance(screen, Stepper)
    yield "the first event"
    for position in (2, screen.session.timeline.seed_event + 1, 10**6):
        screen.session.go(position)
        screen.changed()
        yield f"event {position}"
    screen.session.search_again("is:input")
    for action in actions:
        await screen.run_action(action)
        yield action
        if isinstance(pilot.app.screen, Overlay):
            await pilot.app.screen.run_action("scroll(20)")
            yield f"further down in {action}"
        pilot.app.pop_screen()
    pilot.app.pop_screen()


def loadable(names: Iterator[str] | list[str]) -> Iterator[tuple[str, bp.Scenario]]:
    for name in names:
        with suppress(bp.ScenarioError):
            yield name, bp.load(BAD / name)


KEPT = [row["file"] for row in index() if row["category"] in ("injection", "unicode")]
PARTS = 3


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_scenario_full_of_payloads_writes_none_of_them(size: tuple[int, int], tmp_path: Path) -> None:
    path = tmp_path / "\x1b]0;pwn\x07\u202e[red]\n.toml"
    path.write_text(scenario(EVERYTHING, program=MARKUP + " שלום 中文 é"), encoding="utf-8")
    async with recorded(size) as pilot:
        screen = first_screen(bp.load(path), str(path), WatchedFile(str(path)))
        async for where in everywhere(pilot, screen, OF_THE_SCENARIO + OF_THE_APP):
            shown = await written(pilot)
            assert is_harmless(shown), where
            assert MARKUP[:20] in shown or where not in ("the first event", "lesson")


@pytest.mark.parametrize("lens", LENSES, ids=lambda lens: lens.id)
async def test_a_lens_on_a_scenario_full_of_payloads_writes_none_of_them(lens: Entry) -> None:
    async with recorded((120, 40)) as pilot:
        await pilot.app.push_screen(first_screen(bp.loads(scenario(EVERYTHING)), "x.toml"))
        await pilot.press("M", "f", lens.keys[0])  # the map has a blank of its own
        assert stepper(pilot).session.lens
        for key in ("full_stop", "greater_than_sign", "end"):
            await pilot.press(key)
            assert is_harmless(await written(pilot)), key


@pytest.mark.parametrize("part", range(PARTS))
async def test_the_files_of_the_collection_write_none_of_their_payloads(part: int) -> None:
    async with recorded((80, 24)) as pilot:
        for name, loaded in loadable(KEPT[part::PARTS]):
            async for where in everywhere(pilot, first_screen(loaded, name)):
                assert is_harmless(await written(pilot)), f"{name}, {where}"


def refusals(tmp_path: Path) -> Iterator[tuple[str, tuple[Diagnostic, ...]]]:
    """The errors of every file that cannot be opened, by the file's name."""
    for position, text in broken(EVERYTHING).items():
        path = tmp_path / f"{position} \x1b[2J\u202e.toml"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        with pytest.raises(bp.ScenarioError) as caught:
            bp.load(path)
        yield position, caught.value.diagnostics
    for name in KEPT:
        try:
            bp.load(BAD / name)
        except bp.ScenarioError as error:
            yield name, error.diagnostics


async def test_errors_write_none_of_the_payloads(tmp_path: Path) -> None:
    async with recorded((120, 40)) as pilot:
        for name, found in refusals(tmp_path):
            page = Overlay(lambda width, _, found=found: problems.page(found, width), title="Errors")  # type: ignore[misc]
            await pilot.app.push_screen(page)
            shown = await written(pilot)
            assert is_harmless(shown), name
            assert "error" in shown
            pilot.app.pop_screen()


async def test_the_name_of_a_watched_file_is_clean_while_it_is_opened(tmp_path: Path) -> None:
    async with recorded((120, 40)) as pilot:
        path = f"{tmp_path}/\x1b[2J"
        await pilot.app.push_screen(first_screen(None, path, WatchedFile(path)))
        shown = await written(pilot)
        assert is_harmless(shown)
        assert "␛[2J" in shown


async def test_errors_of_a_watched_file_write_none_of_the_payloads(tmp_path: Path) -> None:
    async with recorded((120, 40)) as pilot:
        for name, found in list(refusals(tmp_path))[:3]:
            path = f"{tmp_path}/\x1b[2J"
            await pilot.app.push_screen(first_screen(None, path, WatchedFile(path), found))
            shown = await written(pilot)
            assert is_harmless(shown), name
            assert "error" in shown
            await pilot.app.screen.dismiss()


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_hostile_lesson_in_the_list_writes_no_payload(
    size: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, payload in enumerate((EVERYTHING, MARKUP, *ESCAPES.values())):
        (tmp_path / f"{number}.toml").write_text(scenario(payload), encoding="utf-8")
    (tmp_path / "bad.toml").write_text(scenario(EVERYTHING).replace("y = x", "y = xx"), encoding="utf-8")
    monkeypatch.setattr(home, "lessons", lambda: tuple(map(read, sorted(tmp_path.glob("*.toml")))))
    async with recorded(size) as pilot:
        await pilot.app.push_screen(Home())
        assert is_harmless(await written(pilot))
        await pilot.press("down")
        assert is_harmless(await written(pilot))
        await pilot.press("end", "enter")
        assert is_harmless(await written(pilot))
        assert "P001" in await text_of(pilot)


def test_the_recorder_would_see_every_payload() -> None:
    for name, payload in ESCAPES.items():
        assert not is_harmless(SEQUENCES.sub("\n", payload)), name
    assert is_harmless(VISIBLE.replace("\u200d", ""))


NAME = "Ω" * 64
LONG = {
    "words": ("中文字 " * 16_384, "word " * 12_000, "\U0001f469" * 60_000),
    "letters": ("中" * 65_536, "# " + "x" * 60_000, "x" * 60_000),
    "marks": ("a" + "\u0301" * 65_535, "line\\n" * 1_999, ""),
}
"""Title, description and source."""


@pytest.mark.parametrize("texts", LONG.values(), ids=LONG)
async def test_long_text_is_clipped_and_the_app_goes_on(texts: tuple[str, str, str]) -> None:
    head = 'title = "{}"\ndescription = "{}"\nsource = "{}"\n'.format(*texts)
    program = f"program = '''\n{NAME} = x * 2  # {'y' * 9_000}\nz = {' + '.join([NAME] * 90)}\n'''\n"
    async with stepping(bp.loads(f"{head}{program}[inputs]\nx = 1.0\n"), size=(80, 24)) as pilot:
        for keys in ("l", "end", "enter", "end", "escape", "i", "end", "escape"):
            await pilot.press(keys)
            assert all(cell_len(line) <= 80 for line in (await text_of(pilot)).splitlines())
            assert max(map(len, (await text_of(pilot)).splitlines())) <= 5 * 80  # letters, and four marks on each
        await pilot.press("q")
        assert pilot.app.return_code == 0


async def test_a_text_that_is_too_long_is_refused_before_anything_is_done_with_it() -> None:
    with pytest.raises(bp.ScenarioError, match="H"):
        bp.loads(f"description = '{'x' * (4 * 1024**2 - 100)}'\nprogram = 'y = x'\n[inputs]\nx = 1.0\n")
