"""The one table of faults, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_tui.lab.fault import Fault
from backprop_tui.lab.faults import adding, arrays, memory, rules, sending

FAULTS: Sequence[type[Fault]] = (
    *adding.FAULTS,
    *sending.FAULTS,
    *rules.FAULTS,
    *arrays.FAULTS,
    *memory.FAULTS,
)
