"""The table `[groups]`: which named nodes its patterns mean. A group is what is drawn as one box when it is folded.

A pattern is a name in which `*` stands for any characters and `?` for one. Patterns are data from a stranger: what
stands between two stars is looked for once, from the left, so that no pattern takes more than its length times the
length of a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from backprop_tui.graph import Graph
from backprop_tui.scenario import limits
from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.diagnostics import Report
from backprop_tui.scenario.names import did_you_mean_one_of
from backprop_tui.scenario.text import quote
from backprop_tui.scenario.toml_map import Document, Span

_STARS = re.compile(r"\*+")


class Pattern(NamedTuple):
    """One pattern of a group."""

    group: str
    text: str
    key: str
    """Of the group, as it is in the file."""
    place: int
    """In the list of that key, from 0."""


def find_groups(
    graph: Graph, patterns: Sequence[Pattern], document: Document, report: Report
) -> Mapping[str, Sequence[int]]:
    """Group -> its nodes, in topological order. Of several patterns that match a name, the first decides.

    A pattern that gets no node is reported.
    """
    names = {node.name: node.index for node in graph.nodes if node.is_named} if patterns else {}
    left = list(names)
    found: dict[str, list[int]] = {}
    unmatched = []
    for pattern in patterns:
        group = found.setdefault(pattern.group, [])
        taken = frozenset(filter(_matcher(pattern.text), left))
        if taken:
            group += [names[name] for name in taken]
            left = [name for name in left if name not in taken]
        else:
            unmatched.append(pattern)
    for pattern in unmatched[: limits.DIAGNOSTICS]:
        # Where it stands is looked for only now: that takes as long as the list before it.
        _report(pattern, document.element(("groups", pattern.key), (pattern.place,)), names, report)
    return {name: sorted(nodes) for name, nodes in found.items()}


def _report(pattern: Pattern, span: Span, names: Mapping[str, int], report: Report) -> None:
    if any(map(_matcher(pattern.text), names)):
        message = f"all that {quote(pattern.text)} matches is in a group already"
        hint = "of several patterns that match a name, the first decides"
    else:
        message = f"{quote(pattern.text)} matches no name of the scenario"
        hint = did_you_mean_one_of(pattern.text, names)
    report.error(Code.UNMATCHED_PATTERN, message, *span, hint=hint)


def _matcher(pattern: str) -> Callable[[str], object]:
    """Says whether a name is what a pattern means. `(?>…)` is never tried again in another way."""
    first, *rest = [re.escape(piece).replace(r"\?", ".") for piece in _STARS.split(pattern)]
    middle = "".join(f"(?>.*?{piece})" for piece in rest[:-1])
    return re.compile(first + middle + "".join(f".*{piece}" for piece in rest[-1:])).fullmatch
