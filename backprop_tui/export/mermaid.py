"""The graph as a Mermaid flowchart, for Markdown that is rendered with it.

Every text is quoted, and whatever Mermaid could take for syntax, a directive, Markdown or HTML stands there as the
code of its character: `#quot;`, `#35;`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from backprop_tui.drawing.state import Flow, NodeState, Role
from backprop_tui.export.nodes import arrows, boxes
from backprop_tui.export.snapshot import Snapshot
from backprop_tui.palette import PALETTES

_COLOURS = PALETTES["light"]
_LIT = {Flow.FORWARD: _COLOURS.forward, Flow.BACKWARD: _COLOURS.backward}
_HEADS = {Flow.FORWARD: "", Flow.BACKWARD: "▲ "}
"""An arrow cannot point backwards without turning the layout round."""
_BREAK = "<br/>"
_SPECIAL = re.compile(r"[^\w +\-=/().,\[\]·∂∇→—…≤▲]|(?<![^\W_])_|_(?![^\W_])|^[-+](?= )")
"""All but letters, digits and what stands in formulas; and of that, what could begin or end emphasis or an item."""


def lines(snapshot: Snapshot) -> Iterator[str]:
    """The flowchart, line by line. The receiver has the double border, as in the drawing."""
    flow = snapshot.view.flow
    lit = _LIT[flow]
    yield "---"
    yield f"title: {_yaml(f'{snapshot.title} — {snapshot.caption_line}')}"
    yield "---"
    yield "flowchart TD"
    ground = f"fill:{_COLOURS.background}"
    yield f"  classDef default {ground},stroke:{_COLOURS.foreground},color:{_COLOURS.foreground}"
    yield f"  classDef untouched {ground},stroke:{_COLOURS.faint},color:{_COLOURS.faint},stroke-dasharray:4"
    yield f"  classDef current {ground},stroke:{lit},color:{lit},stroke-width:3px"
    yield f"  classDef trouble {ground},stroke:{_COLOURS.trouble},color:{_COLOURS.trouble}"
    for box in boxes(snapshot):
        left, right = ("[[", "]]") if box.state.role is Role.RECEIVER else ("(", ")")
        text = _BREAK.join(map(_escaped, box.lines))
        yield f'  n{box.node}{left}"{text}"{right}{_class(box.state)}'
    current = []
    for number, arrow in enumerate(arrows(snapshot)):
        line, arrowhead = ("==", "==>") if arrow.is_lit else ("--", "-->")
        head = _HEADS[flow] if arrow.is_lit else ""
        label = f'{line} "{_escaped(head + arrow.label)}" ' if arrow.label else ""
        yield f"  n{arrow.edge.operand} {label}{arrowhead} n{arrow.edge.consumer}"
        if arrow.is_lit:
            current.append(number)
    if current:
        yield f"  linkStyle {','.join(map(str, current))} stroke:{lit},color:{lit}"


def _class(state: NodeState) -> str:
    if state.bad_value or state.bad_gradient:
        return ":::trouble"
    match state.role:
        case Role.WAITING | Role.READY if not state.is_known:
            return ":::untouched"
        case Role.SENDER | Role.RECEIVER:
            return ":::current"
    return ""


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: "#quot;" if found[0] == '"' else f"#{ord(found[0])};", text)


def _yaml(text: str) -> str:
    """A string of the front matter, which is YAML. JSON is that too, and has an escape for any character."""
    return re.sub(r"[%{}<>&`#]", lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))
