"""backprop-tui: a debugger for the chain rule.

```python
import backprop_tui as bp

scenario = bp.load("scenarios/tree.toml")
timeline = bp.run(scenario.graph)
timeline.grads["b"]
```

Imports neither textual nor torch, and nothing at all until a name is used: `backprop-tui --help` starts at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from backprop_tui.engine.cursor import Cursor
    from backprop_tui.engine.events import Accumulate, Evaluate, Event, Input, Seed
    from backprop_tui.engine.plan import Plan, plan
    from backprop_tui.engine.run import run
    from backprop_tui.engine.timeline import Phase, Timeline
    from backprop_tui.graph import Edge, Graph, Kind, Node
    from backprop_tui.scenario import Diagnostic, Scenario, ScenarioError, load, loads

__version__ = "0.1.0"

_HOMES = {
    "backprop_tui.engine.cursor": ("Cursor",),
    "backprop_tui.engine.events": ("Accumulate", "Evaluate", "Event", "Input", "Seed"),
    "backprop_tui.engine.plan": ("Plan", "plan"),
    "backprop_tui.engine.run": ("run",),
    "backprop_tui.engine.timeline": ("Phase", "Timeline"),
    "backprop_tui.graph": ("Edge", "Graph", "Kind", "Node"),
    "backprop_tui.scenario": ("Diagnostic", "Scenario", "ScenarioError", "load", "loads"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Accumulate",
    "Cursor",
    "Diagnostic",
    "Edge",
    "Evaluate",
    "Event",
    "Graph",
    "Input",
    "Kind",
    "Node",
    "Phase",
    "Plan",
    "Scenario",
    "ScenarioError",
    "Seed",
    "Timeline",
    "load",
    "loads",
    "plan",
    "run",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)
