"""Files that a stranger, an editor or an attacker might hand us. Each loads, or says what is wrong and where.

`tests/data/bad/INDEX.tsv` says for each file whether it is an error, fine, or either, and where the error stands; in
files with an even number one cause stands for one error. The largest files are made here instead of being kept.
"""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from backprop_tui.cli import main
from backprop_tui.scenario import Scenario, ScenarioError, load, render
from tests.hostile import is_harmless

BAD = Path(__file__).parent.parent / "data" / "bad"
INPUTS = '"""\n[inputs]\na = 2.0\nb = 1.0\n'
HEAD = 'title = "Expression tree"\noutput = "e"\n'
TREE = f'program = """\nc = a + b\nd = b + 1\ne = c * d\n{INPUTS}'
LARGE: dict[str, Callable[[], str]] = {
    "181-dotted-key-many.toml": lambda: "".join("a." * 160 + f"k{i} = 1\n" for i in range(200)),
    "182-dotted-key-64k.toml": lambda: "a" + ".a" * 32_000 + " = 1\n",
    "187-unary-minus-20k.toml": lambda: f'{HEAD}program = """\ne = {"-" * 20_000}a\n{INPUTS}',
    "188-open-brackets-100k.toml": lambda: f'{HEAD}program = """\ne = {"(" * 100_000}\n{INPUTS}',
    "193-many-statements.toml": lambda: (
        f'{HEAD}program = """\nv0 = a + b\n'
        + "".join(f"v{i} = v{i - 1} + b\n" for i in range(1, 5_000))
        + f"e = v4999\n{INPUTS}"
    ),
    "201-matmul-flops.toml": lambda: (
        f'{HEAD}program = """\nm0 = a @ a\n'
        + "".join(f"m{i} = m{i - 1} @ m{i - 1} * 0.0001\n" for i in range(1, 400))
        + f'e = sum(m399)\n"""\n[inputs]\na = [{", ".join(["[" + ", ".join(["0.1"] * 100) + "]"] * 100)}]\n'
    ),
    "203-big-array.toml": lambda: (
        f'{HEAD}program = """\ne = sum(a)\n"""\n[inputs]\na = [{", ".join(["1.0"] * 20_000)}]\n'
    ),
    "205-many-lines-text.toml": lambda: (
        f'title = "T"\noutput = "e"\ndescription = "{chr(92) + "n"}"\n'.replace("\\n", "\\n" * 100_000) + TREE
    ),
}


def index() -> list[dict[str, str]]:
    with (BAD / "INDEX.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def stands_at(place: str, line: str, column: str) -> bool:
    return place == "-" or place in (line, f"{line}:{column}")


def is_odd(name: str) -> bool:
    return int(name[:3]) % 2 == 1


def shown(scenario: Scenario) -> str:
    """All text of a scenario that may end up on a screen."""
    names = [text for node in scenario.graph for text in (node.name, node.label)]
    warnings = map(render, scenario.warnings)
    return "\n".join([scenario.title, scenario.description, scenario.source, *scenario.program, *names, *warnings])


ONLY_WHEN_CHECKED = "101-expect-wrong-value.toml"
"""Loads: what it expects turns out wrong only when it is run."""
SLOW_TO_RUN = "201-matmul-flops.toml"
"""Allowed, and a second's work: it is only loaded."""
STATUSES = {"error": {2}, "ok": {0}, "either": {0, 2}}
ERROR = re.compile(r"(?::(\d+):(\d+))?: error\[\w+\]: ")
WITH_TWO_ERRORS = {"072-program-below-header.toml", "212-escape-in-inline-key.toml"}
"""For two causes."""
SECONDS, MEGABYTES = 20.0, 300.0
"""Ten times what loading a file may take, and what loading all of them, one after the other, may take."""


def path_of(name: str, folder: Path) -> Path:
    """Where a file of the index is; in `folder`, if it has to be made."""
    if name not in LARGE:
        return BAD / name
    path = folder / name
    path.write_text(LARGE[name](), encoding="utf-8")
    return path


@pytest.mark.parametrize("row", [row for row in index() if row["file"] != SLOW_TO_RUN], ids=lambda row: row["file"])
def test_hostile_file(row: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = path_of(row["file"], tmp_path)
    status = main(["check", str(path)])
    written = capsys.readouterr()
    assert status in ({1} if row["file"] == ONLY_WHEN_CHECKED else STATUSES[row["expect"]])
    assert is_harmless(written.out + written.err)
    assert all(len(line) < 200 + len(str(path)) for line in written.err.splitlines())
    errors = ERROR.findall(written.err)
    if row["expect"] == "error":
        assert stands_at(row["where"], *errors[0])
    assert len(errors) <= 1 or is_odd(row["file"]) or row["file"] in WITH_TWO_ERRORS
    if status == 0:
        assert not errors
        assert is_harmless(shown(load(path)))


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_every_file_is_loaded_or_refused_in_little_time_and_memory(tmp_path: Path) -> None:
    paths = [str(path_of(row["file"], tmp_path)) for row in index()]
    command = [sys.executable, "-c", MEASURE]
    measured = subprocess.run(command, input="\n".join(paths), capture_output=True, text=True, check=True)
    *seconds, megabytes = map(float, measured.stdout.split())
    assert len(seconds) == len(paths)
    assert {path: time for path, time in zip(paths, seconds, strict=True) if time > SECONDS} == {}
    assert megabytes < MEGABYTES


MEASURE = """
import re, sys, time
from backprop_tui.scenario import ScenarioError, load

def peak():
    return int(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1]) / 1024

before = peak()
for path in sys.stdin.read().splitlines():
    started = time.perf_counter()
    try:
        load(path)
    except ScenarioError:
        pass
    print(time.perf_counter() - started)
print(peak() - before)
"""
"""Prints how long each file took, and by how many megabytes the peak of memory grew."""


def test_every_file_of_the_index_is_here() -> None:
    kept = {path.name for path in BAD.glob("*.toml")}
    assert kept | LARGE.keys() == {row["file"] for row in index()}


def test_all_errors_are_reported_in_the_order_of_the_file() -> None:
    with pytest.raises(ScenarioError) as caught:
        load(BAD / "105-many-errors.toml")
    places = [(one.line, one.column) for one in caught.value.diagnostics]
    assert places == [(1, 1), (2, 10), (4, 9), (7, 5), (8, 5)]
