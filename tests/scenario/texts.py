"""Short ways to write a scenario and to see what is wrong with it."""

from __future__ import annotations

import pytest

from backprop_tui.scenario import Scenario, ScenarioError, loads, render


def scenario_text(program: str, inputs: str = "a = 2.0\nb = 1.0", head: str = "", tail: str = "") -> str:
    """A scenario with this program and these inputs; the program begins on line 2 if there is no head."""
    return f'{head}program = """\n{program}\n"""\n[inputs]\n{inputs}\n{tail}'


def scenario(program: str, inputs: str = "a = 2.0\nb = 1.0", head: str = "", tail: str = "") -> Scenario:
    """The scenario with this program and these inputs."""
    return loads(scenario_text(program, inputs, head, tail))


def error_in(text: str) -> ScenarioError:
    """The error that loading the text raises."""
    with pytest.raises(ScenarioError) as caught:
        loads(text)
    return caught.value


def codes_and_places(error: ScenarioError) -> list[str]:
    """`P001 4:9` for each diagnostic."""
    return [f"{one.code} {one.line}:{one.column}" for one in error.diagnostics]


def mistakes(program: str, inputs: str = "a = 2.0\nb = 1.0") -> list[str]:
    """`P001 1:5 message` for each mistake in a program; lines count from the program's first."""
    error = error_in(scenario_text(program, inputs))
    return [f"{one.code} {one.line - 1}:{one.column} {one.message}" for one in error.diagnostics]


def rendered(text: str) -> str:
    """All diagnostics of a text, as a user sees them."""
    return "\n\n".join(map(render, error_in(text).diagnostics))
