r"""The graph for Graphviz: `backprop-tui export SCENARIO --to dot | dot -Tsvg`.

Every text is a quoted string. In those `dot` reads escapes (`\N`, `\G`, `\l`) and entities (`&lt;`), so backslashes
and ampersands are escaped; never as HTML, which stands in angle brackets instead of quotes.
"""

from __future__ import annotations

from collections.abc import Iterator

from backprop_tui.drawing.state import Flow, NodeState, Role
from backprop_tui.export.nodes import arrows, boxes
from backprop_tui.export.snapshot import Snapshot
from backprop_tui.palette import PALETTES

_COLOURS = PALETTES["light"]
_LIT = {Flow.FORWARD: _COLOURS.forward, Flow.BACKWARD: _COLOURS.backward}
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "&": "&amp;", "\n": " ", "\r": " ", "\0": " "})


def lines(snapshot: Snapshot) -> Iterator[str]:
    """The graph, line by line. Borders are what they are in the drawing: double who receives, heavy who sends."""
    lit = _LIT[snapshot.view.flow]
    yield "digraph {"
    yield f"  graph [label={_quoted(snapshot.title, snapshot.caption_line)}, labelloc=t, fontname=monospace];"
    yield f'  node [shape=box, style=rounded, fontname=monospace, color="{_COLOURS.foreground}"];'
    yield f'  edge [fontname=monospace, fontsize=11, color="{_COLOURS.foreground}"];'
    for box in boxes(snapshot):
        yield f"  n{box.node} [label={_quoted(*box.lines)}{_look(box.state, lit)}];"
    for arrow in arrows(snapshot):
        edge = arrow.edge
        look = f"label={_quoted(arrow.label)}" if arrow.label else ""
        if arrow.is_lit:
            back = ", dir=back" if snapshot.view.flow is Flow.BACKWARD else ""
            look = ", ".join(filter(None, (look, f'color="{lit}", fontcolor="{lit}", penwidth=3{back}')))
        yield f"  n{edge.operand} -> n{edge.consumer}{f' [{look}]' if look else ''};"
    yield "}"


def _look(state: NodeState, lit: str) -> str:
    colour = _COLOURS.trouble if state.bad_value or state.bad_gradient else lit
    match state.role:
        case Role.RECEIVER:
            return f', color="{lit}", fontcolor="{colour}", peripheries=2'
        case Role.SENDER:
            return f', color="{lit}", fontcolor="{colour}", penwidth=3'
        case Role.WAITING | Role.READY if not state.is_known:
            return f', color="{_COLOURS.faint}", fontcolor="{_COLOURS.faint}", style="rounded,dashed"'
    return f', fontcolor="{colour}"' if colour is not lit else ""


def _quoted(*texts: str) -> str:
    r"""The texts as one string of several lines: `"c = a + b\n3"`."""
    return '"' + r"\n".join([text.translate(_ESCAPES) for text in texts]) + '"'
