"""Scenario files: reading, positions, the program language, diagnostics.

File text goes one way: `reading` -> `toml_map` -> `schema` -> `program` -> a graph. Nothing of a file is ever
executed, and none of its text reaches a terminal without passing `text.clean`.
"""

from backprop_tui.scenario.diagnostics import Diagnostic, ScenarioError, Severity, render
from backprop_tui.scenario.loading import load, loads
from backprop_tui.scenario.scenario import Expectations, Scenario

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
