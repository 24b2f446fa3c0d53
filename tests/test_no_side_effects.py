"""What a scenario cannot do: after it is loaded, nothing is opened, imported, started, connected or compiled.

Python itself reports all of these (PEP 578). Everything that we import late is imported first, by a harmless scenario.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

WATCHED = """
import asyncio, contextlib, io, os, sys
from pathlib import Path

FORBIDDEN = ("open", "import", "compile", "exec", "os.", "shutil.", "subprocess.", "socket.", "ctypes.", "marshal.",
             "pickle.", "urllib.", "http.", "ftplib.", "smtplib.", "tempfile.", "glob.", "mmap.", "pty.", "winreg.",
             "webbrowser.", "syslog.", "signal.", "code.", "function.", "sqlite3.", "fcntl.", "builtins.input")
ALLOWED = ("os.get_terminal_size",)
is_watching = False
seen = []

def watch(event, arguments):
    if is_watching and event.startswith(FORBIDDEN) and not event.startswith(ALLOWED):
        seen.append((event, repr(arguments)[:200]))

sys.addaudithook(watch)

@contextlib.contextmanager
def watching(name):
    global is_watching
    is_watching = True
    try:
        yield
    finally:
        is_watching = False
    assert not seen, f"{name}: {seen[:3]}"
"""

COMMANDS = """
import backprop_tui as bp
from backprop_tui import check
from backprop_tui.export import trace
from backprop_tui.export.formats import FORMATS, exporter
from backprop_tui.export.snapshot import Snapshot
from backprop_tui.narration import narrate
from backprop_tui.scenario import reading, render
from tests.hostile import EVERYTHING, broken, scenario
from tests.scenario.test_hostile_files import BAD

def use(text):
    try:
        loaded = bp.loads(text, "x.toml")
    except bp.ScenarioError as error:
        return [str(error), *map(render, error.diagnostics)]
    timeline = bp.run(loaded.graph)
    if len(timeline) > 5_000:
        return []
    for position in range(len(timeline) + 1):
        narrate(timeline, position)
    if len(timeline) < 50:
        for to in FORMATS:
            list(exporter(to)(Snapshot(loaded.title, timeline, len(timeline))))
    return [*trace.json_lines("t", timeline), *trace.text_lines("t", timeline), *check.lines(check.check(loaded))]

texts = {}
lessons = sorted(Path("scenarios").glob("*.toml"))[2::3]
for path in sorted([*BAD.glob("*.toml"), *lessons, *Path("tests/data/errors").glob("*.toml")]):
    with contextlib.suppress(bp.ScenarioError):
        texts[path.name] = reading.read(path).text
texts |= broken(EVERYTHING) | {"everything": scenario(EVERYTHING)}
assert len(texts) > 150
for text in (texts["tree.toml"], "program = 'y = zz @ x'\\n[inputs]\\nx = 1.0"):
    use(text)  # imports what is imported late
for name, text in texts.items():
    with watching(name):
        use(text)
print("fine")
"""

APP = """
import backprop_tui as bp
from backprop_tui.tui.app import BackpropApp
from backprop_tui.tui.screens.opening import first_screen
from tests.hostile import EVERYTHING, scenario
from tests.tui.test_hostile_text import KEPT, everywhere, loadable

async def main():
    scenarios = {"everything": bp.loads(scenario(EVERYTHING)), **dict(list(loadable(KEPT))[::30])}
    plain = bp.load("scenarios/tree.toml")
    async with BackpropApp(plain).run_test(size=(120, 40)) as pilot:
        async def tour(loaded):
            async for _ in everywhere(pilot, first_screen(loaded, None)):
                await pilot.pause()
        await tour(plain)
        for name, loaded in scenarios.items():
            with watching(name):
                await tour(loaded)

asyncio.run(main())
print("fine")
"""

GUILTY = {
    "a file": "open('README.md').close()",
    "a directory": "os.listdir('.')",
    "an import": "import colorsys",
    "code": "eval('1')",
    "a process": "__import__('subprocess').run(['true'])",
    "a socket": "__import__('socket').socket().close()",
}


def run(*parts: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "\n".join([WATCHED, *parts])], capture_output=True, text=True, cwd=ROOT, check=False
    )


@pytest.mark.parametrize("part", [COMMANDS, APP], ids=["commands", "app"])
def test_a_scenario_has_no_side_effects(part: str) -> None:
    done = run(part)
    assert done.stdout == "fine\n", done.stderr[-2_000:]


@pytest.mark.parametrize("statement", GUILTY.values(), ids=GUILTY)
def test_the_watch_sees(statement: str) -> None:
    assert (
        "AssertionError: guilty"
        in run("import socket, subprocess", f"with watching('guilty'):\n    {statement}").stderr
    )
