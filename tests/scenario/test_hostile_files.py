"""141 files that a stranger, an editor or an attacker might hand us. Each loads, or says what is wrong and where.

`tests/data/bad/INDEX.tsv` says for each file whether it is an error, fine, or either, and where the error stands.
The largest are made here instead of being kept.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from backprop_tui.scenario import Scenario, ScenarioError, load, render

BAD = Path(__file__).parent.parent / "data" / "bad"
INPUTS = '"""\n[inputs]\na = 2.0\nb = 1.0\n'
HEAD = 'title = "Expression tree"\noutput = "e"\n'
TREE = f'program = """\nc = a + b\nd = b + 1\ne = c * d\n{INPUTS}'
LARGE: dict[str, Callable[[], str]] = {
    "181-dotted-key-many.toml": lambda: "".join("a." * 160 + f"k{i} = 1\n" for i in range(200)),
    "187-unary-minus-20k.toml": lambda: f'{HEAD}program = """\ne = {"-" * 20_000}a\n{INPUTS}',
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


def stands_at(place: str, line: int, column: int) -> bool:
    return place == "-" or place in (str(line), f"{line}:{column}")


def is_harmless(text: str) -> bool:
    """Whether a terminal can be given the text: no controls, no direction marks, nothing invisible."""
    return all(char == "\n" or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Cn", "Co") for char in text)


def shown(scenario: Scenario) -> str:
    """All text of a scenario that may end up on a screen."""
    names = [text for node in scenario.graph for text in (node.name, node.label)]
    warnings = map(render, scenario.warnings)
    return "\n".join([scenario.title, scenario.description, scenario.source, *scenario.program, *names, *warnings])


ONLY_WHEN_CHECKED = "101-expect-wrong-value.toml"
"""Loads: what it expects turns out wrong only when it is run."""


@pytest.mark.parametrize(
    "row", [row for row in index() if row["file"] != ONLY_WHEN_CHECKED], ids=lambda row: row["file"]
)
def test_hostile_file(row: dict[str, str], tmp_path: Path) -> None:
    path = BAD / row["file"]
    if make := LARGE.get(row["file"]):
        path = tmp_path / row["file"]
        path.write_text(make(), encoding="utf-8")
    loaded = load_or_error(path)
    if isinstance(loaded, Scenario):
        assert row["expect"] != "error"
        assert is_harmless(shown(loaded))
        return
    assert row["expect"] != "ok"
    first = loaded.diagnostics[0]
    assert stands_at(row["where"], first.line, first.column) or row["expect"] == "either"
    assert is_harmless(str(loaded))
    assert all(len(line) < 200 for line in str(loaded).splitlines())


def load_or_error(path: Path) -> Scenario | ScenarioError:
    try:
        return load(path)
    except ScenarioError as error:
        return error


def test_an_expectation_that_fails_says_where_it_stands() -> None:
    scenario = load(BAD / ONLY_WHEN_CHECKED)
    assert not scenario.expect.agree(np.float64(2.0), scenario.expect.grads["a"])
    failure = scenario.expect.failure("expected 99, computed 2", "grads", "a")
    assert (failure.code, failure.line, failure.column) == ("C001", 12, 5)


def test_every_file_of_the_index_is_here() -> None:
    kept = {path.name for path in BAD.glob("*.toml")}
    assert kept | LARGE.keys() == {row["file"] for row in index()}


def test_all_errors_are_reported_in_the_order_of_the_file() -> None:
    with pytest.raises(ScenarioError) as caught:
        load(BAD / "105-many-errors.toml")
    places = [(one.line, one.column) for one in caught.value.diagnostics]
    assert places == [(1, 1), (2, 10), (4, 9), (7, 5), (8, 5)]
