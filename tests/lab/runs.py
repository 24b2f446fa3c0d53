"""Runs beside which something is broken."""

from __future__ import annotations

import backprop_tui as bp
from backprop_tui.lab.comparison import Comparison, compare
from backprop_tui.lab.fault import Fault
from backprop_tui.lab.faults.table import FAULTS
from backprop_tui.lessons import directory

IDS = [fault.id for fault in FAULTS]


def fault_of(id_: str) -> type[Fault]:
    return FAULTS[IDS.index(id_)]


def timeline_of(scenario: str) -> bp.Timeline:
    """The run of a lesson, or of a scenario's text."""
    loaded = bp.loads(scenario) if "\n" in scenario else bp.load(directory() / f"{scenario}.toml")
    return bp.run(loaded.graph)


def broken(scenario: str, fault: str) -> Comparison:
    """The run of a lesson, or of a scenario's text, beside that of a broken engine."""
    return compare(timeline_of(scenario), fault_of(fault))
