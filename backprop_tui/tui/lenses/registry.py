"""The lenses of the stepper: the one place that names them all.

A lens is a class in the module of its id beside this one. Listing the lenses imports none of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from backprop_tui.tui.lenses.lens import Lens


class Entry(NamedTuple):
    """What keys, help, footer and command palette have to know about a lens."""

    id: str
    """Its module."""
    kind: str
    """Its class."""
    keys: tuple[str, ...]
    title: str
    """The heading of its panel."""
    help: str
    footer: str
    """Its word in the footer."""
    choice: str = ""
    """What there is to choose in it, in a word; empty if nothing."""
    view: str = ""
    """What else there is to see in it, in a word; empty if nothing."""


LENSES = (
    Entry(
        id="paths",
        kind="Paths",
        keys=("p",),
        title="Paths",
        help="All paths from the selected or current node to the output: their products add up to the gradient",
        footer="paths",
        choice="path",
        view="order",
    ),
    Entry(
        id="modes",
        kind="Modes",
        keys=("m",),
        title="Forward against reverse",
        help="Forward mode from one input, event by event, beside reverse mode; what each of them costs",
        footer="modes",
        choice="event",
        view="input",
    ),
    Entry(
        id="nudge",
        kind="Nudge",
        keys=("s", "plus_minus_sign"),
        title="Nudge",
        help="Change the selected input a little, and see how far the change travels: the slope, beside the gradient",
        footer="nudge",
        choice="size",
        view="sign, input",
    ),
    Entry(
        id="edit",
        kind="Edit",
        keys=("e",),
        title="Edit",
        help="Give an input another value, and see what changes; the file stays as it is",
        footer="edit",
        choice="redo, undo",
        view="input",
    ),
    Entry(
        id="pytorch",
        kind="PyTorch",
        keys=("t",),
        title="PyTorch",
        help="The same run as a PyTorch script, line by line, and what PyTorch would show here",
        footer="PyTorch",
        choice="line",
        view="retain",
    ),
    Entry(
        id="lab",
        kind="Lab",
        keys=("b",),
        title="Lab",
        help="The same run beside an engine that is broken on purpose: where they part, and what goes wrong",
        footer="lab",
        choice="fault",
        view="difference",
    ),
)


def entry(id_: str) -> Entry:
    """The lens of that id."""
    return next(entry for entry in LENSES if entry.id == id_)


def lens_of(id_: str) -> type[Lens[Any]]:
    """The class of a lens."""
    kind: type[Lens[Any]] = getattr(import_module(f"backprop_tui.tui.lenses.{id_}"), entry(id_).kind)
    return kind
