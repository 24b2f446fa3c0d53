"""The run as a script for PyTorch: `backprop-tui export SCENARIO --to torch | python`.

It prints the value and the gradient of every node that has a name, a line each: `b.grad 5.0`, with all digits.
"""

from __future__ import annotations

from collections.abc import Iterator

from backprop_tui.export.script import script
from backprop_tui.export.snapshot import Snapshot


def lines(snapshot: Snapshot) -> Iterator[str]:
    """The script, line by line. It is that of the whole run, whatever the position."""
    for statement in script(snapshot.timeline, snapshot.title, snapshot.program).statements:
        yield from statement.text.split("\n")
