"""From a scenario to a stepper at the start of its run."""

from __future__ import annotations

from backprop_tui.engine.run import run
from backprop_tui.scenario import Scenario
from backprop_tui.tui.screens.stepper import Stepper
from backprop_tui.tui.session import Session


def open_stepper(scenario: Scenario) -> Stepper:
    """Run the scenario, and stand before its first event."""
    return Stepper(Session(scenario, run(scenario.graph)))
