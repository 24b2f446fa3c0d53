"""What a scenario file says, ready to run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from backprop_tui.graph import Graph, Value
from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.diagnostics import Diagnostic, Severity, Source
from backprop_tui.scenario.toml_map import Span


@dataclass(frozen=True, eq=False)
class Expectations:
    """What the file says a run must compute. Nodes are named; shapes are the nodes' own."""

    value: Value | None
    """Of the output."""
    values: Mapping[str, Value]
    grads: Mapping[str, Value]
    tolerance: float
    spans: Mapping[tuple[str, ...], Span]
    """Where each stands in the file: `("value",)`, `("values", name)` and `("grads", name)`."""
    file: Source

    def contradicts(self, got: Value, want: Value) -> NDArray[np.bool_]:
        """The elements that do not agree: |got - want| > tolerance·(1 + |want|). An infinity is itself, nan is nan."""
        with np.errstate(all="ignore"):
            close = np.isfinite(want) & (np.abs(got - want) <= self.tolerance * (1 + np.abs(want)))
        return ~np.asarray(close | (got == want) | (np.isnan(got) & np.isnan(want)))

    def failure(self, message: str, *key: str) -> Diagnostic:
        """The diagnostic of an expectation that does not hold; `key` as in `spans`."""
        place = self.file.place(*self.spans[key])
        return Diagnostic(Severity.ERROR, Code.EXPECTATION_FAILED, message, place)


@dataclass(frozen=True, eq=False)
class Scenario:
    """A scenario. All its text is clean: it may be shown, though never as markup."""

    title: str
    description: str
    """Markdown."""
    source: str
    """Where the example comes from."""
    file: Source
    """The text that says all this."""
    places: Mapping[str, Span]
    """Of each input, where its value stands in the file, with its flag if it has one there: `{ value = …, … }`."""
    program: tuple[str, ...]
    """The lines of the program; `Node.line` counts them."""
    graph: Graph
    expect: Expectations
    groups: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """Nodes that the file says belong together, by what it calls them. Each node is in one group at most."""
    warnings: tuple[Diagnostic, ...] = ()

    @property
    def expects(self) -> bool:
        """Whether the file says what a run must compute."""
        return bool(self.expect.spans)

    @property
    def name(self) -> str:
        """The file as the user named it."""
        return self.file.name
