"""The formats of `backprop-tui export`: the one place that names them all.

A format is the module of its name beside this one, with a function `lines(snapshot, **options)`: it makes the file
line by line, and may raise CannotExport before the first. Listing the formats imports none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import NamedTuple


class Format(NamedTuple):
    """What the command line has to know about a format."""

    summary: str
    options: tuple[str, ...] = ()
    """Those of `width`, `unfolded` and `theme` that `lines` takes."""
    encoding: str | None = "utf-8"
    """None: for people, in the encoding of their terminal."""


FORMATS = {
    "txt": Format("the drawing as the app shows it, in characters", ("width", "unfolded"), encoding=None),
    "svg": Format("the same picture in colour", ("width", "unfolded", "theme")),
    "dot": Format("the graph for Graphviz"),
    "mermaid": Format("a flowchart for Mermaid"),
    "torch": Format("the same run as a Python script for PyTorch"),
}


class CannotExport(Exception):  # noqa: N818  (the message is for the user)
    """The format has no way to show this run. The message says why, and what does."""


def exporter(name: str) -> Callable[..., Iterator[str]]:
    """The function that makes the lines of a format."""
    lines: Callable[..., Iterator[str]] = import_module(f"backprop_tui.export.{name}").lines
    return lines
