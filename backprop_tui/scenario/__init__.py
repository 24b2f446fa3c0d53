"""Scenario files: reading, positions, the program language, diagnostics.

File text goes one way: `reading` -> `toml_map` -> `schema` -> `program` -> a graph. Nothing of a file is ever
executed, and none of its text reaches a terminal without passing `text.clean`.

Imports nothing until a name is used: whoever only cleans text or catches errors does without numpy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from backprop_tui.scenario.diagnostics import Diagnostic, ScenarioError, Severity, render
    from backprop_tui.scenario.loading import load, loads
    from backprop_tui.scenario.scenario import Expectations, Scenario

_HOME_OF = {
    "Diagnostic": "diagnostics",
    "Expectations": "scenario",
    "Scenario": "scenario",
    "ScenarioError": "diagnostics",
    "Severity": "diagnostics",
    "load": "loading",
    "loads": "loading",
    "render": "diagnostics",
}

__all__ = [
    "Diagnostic",
    "Expectations",
    "Scenario",
    "ScenarioError",
    "Severity",
    "load",
    "loads",
    "render",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
