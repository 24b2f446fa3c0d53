"""`docs/errors.md` lists every code, and each of its examples produces the code it stands under."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from backprop_tui.scenario import Diagnostic, ScenarioError, load
from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.loading import loads
from backprop_tui.scenario.reading import decode
from tests.scenario.evaluate import values_of

DOCS = Path(__file__).parent.parent.parent / "docs" / "errors.md"
ENTRY = re.compile(r"^### (\w+)\n(.+?)^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
REPEATED = re.compile(r"«([^»]*)»×(\d+)")


def entries() -> dict[str, tuple[str, str]]:
    """(language, example) of each code, repetitions written out."""
    found = ENTRY.findall(DOCS.read_text(encoding="utf-8"))
    return {
        code: (language, REPEATED.sub(lambda match: match[1] * int(match[2]), example))
        for code, _, language, example in found
    }


def diagnostics_of(language: str, example: str) -> list[Diagnostic]:
    """What loading the example has to say, and checking its expectations if it loads."""
    try:
        if language == "path":
            load(example.strip())
        if language == "bytes":
            decode(example.removesuffix("\n").encode("latin-1").decode("unicode_escape").encode("latin-1"), "x.toml")
        scenario = loads(example)
    except ScenarioError as error:
        return list(error.diagnostics)
    diagnostics = list(scenario.warnings)
    output = scenario.graph.nodes[scenario.graph.output].name
    if scenario.expect.value is not None:
        got = values_of(scenario.graph)[output]
        if scenario.expect.contradicts(got, scenario.expect.value).any():
            diagnostics.append(scenario.expect.failure(f"expected {scenario.expect.value}, got {got}", "value"))
    return diagnostics


def test_every_code_is_documented_once_and_in_order() -> None:
    headings = re.findall(r"^### (\w+)$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == list(Code)
    assert list(entries()) == headings


@pytest.mark.parametrize("code", list(Code))
def test_the_example_produces_its_code(code: Code) -> None:
    found = diagnostics_of(*entries()[code])
    assert [one.code for one in found] == [code]
    assert found[0].severity.value == ("warning" if code[1] == "1" else "error")
