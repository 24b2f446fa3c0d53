"""What stands in a box at each level of detail, and how much room that takes.

A box has a port for every drawn operand on the edge where values come in, and one exit on the edge opposite. Its
fields are as wide as their texts ever get in a run, so that a step never moves anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from backprop_tui.drawing.layers import Layers
from backprop_tui.drawing.orientation import Orientation
from backprop_tui.folding.groups import is_range, shortened
from backprop_tui.formatting import distinct, typeset
from backprop_tui.graph import Graph, Node


class BoxStyle(Enum):
    """How much of a node is shown. The value is (rows of a box, the widest title)."""

    FULL = (4, 28)
    """A title over value and gradient, in a box."""
    COMPACT = (3, 18)
    """Title, value and gradient in one line, in a box."""
    LINE = (1, 16)
    """The same without a box: `● c=a+b 3 ∇2`."""
    BRIEF = (1, 8)
    """The same with a name only: `● c 3 ∇2`."""
    DOT = (1, 12)
    """A mark and a name."""

    @property
    def height(self) -> int:
        """Rows of a box."""
        return self.value[0]

    @property
    def title_width(self) -> int:
        """Longer titles are abbreviated."""
        return self.value[1]

    @property
    def lines(self) -> int:
        """Lines of text in a box."""
        return 2 if self is BoxStyle.FULL else 1

    @property
    def is_boxed(self) -> bool:
        """Whether there is a border."""
        return self.height > 1


class LabelStyle(Enum):
    """How local derivatives stand at the edges. The value is the number of rows they take."""

    SYMBOL = 1
    """`∂c/∂a=1` in a row of its own."""
    NUMBER = 0
    """`1` beside the arrow."""
    NONE = -1


@dataclass(frozen=True, slots=True)
class Detail:
    """A level of detail."""

    box: BoxStyle
    label: LabelStyle


@dataclass(frozen=True, slots=True)
class Fields:
    """The widths of what changes along a run, in cells, and the texts of what does not."""

    value: Sequence[int]
    """Node -> the widest text of its value."""
    gradient: Sequence[int]
    """Node -> the widest text of its gradient, `old→new` included."""
    symbol: Sequence[Sequence[str]]
    """Node -> for each operand what stands before the local derivative: `∂c/∂a=`."""
    local: Sequence[Sequence[int]]
    """Node -> for each operand the widest text of the local derivative along its edge."""


class Shape(NamedTuple):
    """The geometry of an item before it has a place, across and along. All else counts from its near edge across."""

    breadth: int
    """Of the box, across."""
    extent: int
    """Across, of the box and what its labels need beyond it: no other item comes nearer than this."""
    depth: int
    """Of the box, along."""
    ports: tuple[int, ...]
    labels: tuple[int, ...]
    """The widest label at each port."""
    exit: int


DUMMY = Shape(breadth=1, extent=1, depth=0, ports=(0,), labels=(0,), exit=0)

_PORT_DISTANCE = 2
_TAIL = 2
"""Columns after a text without a box: a blank, and the beginning of the line to the right."""


def shapes(graph: Graph, layers: Layers, detail: Detail, fields: Fields, orientation: Orientation) -> list[Shape]:
    """The geometry of every item."""
    make = _standing if orientation is Orientation.TOP_DOWN else _lying
    made: dict[tuple[object, ...], Shape] = {}  # most boxes are like others
    result = []
    for node, operands in zip(graph.nodes, layers.operands, strict=True):
        index = node.index
        text = min(len(_spelled(node, detail.box)), detail.box.title_width)
        labels = tuple([_label_width(index, position, detail.label, fields) for position in operands])
        trunk = layers.trunk(index)
        key = text, fields.value[index], fields.gradient[index], labels, trunk
        if key not in made:
            width = _text_width(detail.box, text, fields.value[index], fields.gradient[index])
            made[key] = make(detail.box, width, labels, trunk)
        result.append(made[key])
    result.extend([DUMMY] * (len(layers.level) - len(graph)))
    return result


def title(node: Node, style: BoxStyle) -> str:
    """What a box calls its node: `c = a + b`, `c=a+b` or `c`."""
    return shortened(typeset(_spelled(node, style)), style.title_width)


def titles(graph: Graph, style: BoxStyle) -> Sequence[str]:
    """The same for all nodes: those that are cut are told apart, as far as can be."""
    width = style.title_width
    whole = [typeset(_spelled(node, style)) for node in graph]
    told_apart = zip(whole, distinct(whole, width), strict=True)
    return [shortened(text, width) if is_range(text) else short for text, short in told_apart]


def _spelled(node: Node, style: BoxStyle) -> str:
    if style in (BoxStyle.BRIEF, BoxStyle.DOT):
        text = node.title
    elif node.op and node.is_named:
        text = f"{node.name} = {node.label}"
    else:
        text = node.label or node.name
    return text if style is BoxStyle.FULL else text.replace(" ", "")


def _text_width(style: BoxStyle, title: int, value: int, gradient: int) -> int:
    """Columns of a box that has room for its texts."""
    match style:
        case BoxStyle.FULL:  # │ title │ over │ value  ∇ gradient │
            return 4 + max(title, value + gradient + 4)
        case BoxStyle.COMPACT:  # │ title value ∇gradient │
            return 4 + title + 1 + value + 2 + gradient
        case BoxStyle.LINE | BoxStyle.BRIEF:  # ● title value ∇gradient
            return 2 + title + 1 + value + 2 + gradient
        case BoxStyle.DOT:  # ● title
            return 2 + title


def _standing(style: BoxStyle, width: int, labels: tuple[int, ...], trunk: int | None) -> Shape:
    """Ports on the top edge, the exit at the bottom. Without a box, lines come to and from the mark on the left."""
    margin = 2 if style.is_boxed else 0
    if len(labels) > 1:
        width = max(width, sum(labels) + _PORT_DISTANCE * (len(labels) - 1) + 1 + 2 * margin)
    ports = _ports(width, margin, labels)
    extent = max([width, *(port + 1 + label for port, label in zip(ports, labels, strict=True))])
    out = 0
    if style.is_boxed:  # straight on, where one line is the main one
        out = width // 2 if trunk is None else ports[trunk]
    return Shape(width, extent, style.height, ports, labels, out)


def _lying(style: BoxStyle, width: int, labels: tuple[int, ...], trunk: int | None) -> Shape:
    """Ports on the left edge, row under row, the exit on the right. Without a box, it is in the row of the text."""
    margin = 1 if style.is_boxed else 0
    height = max(style.height, len(labels) + 2 * margin)
    first = (height - len(labels)) // 2
    ports = tuple(range(first, first + len(labels)))
    out = (height - 1) // 2 if trunk is None else ports[trunk]
    return Shape(height, height, width if style.is_boxed else width + _TAIL, ports, labels, out)


def _ports(width: int, margin: int, labels: Sequence[int]) -> tuple[int, ...]:
    """Ports spread evenly, except where a label needs the room up to the next one."""
    count = len(labels)
    if count == 1:
        return (width // 2 if margin else 0,)
    ports = [0] * count
    room = width - margin
    for port in range(count - 1, -1, -1):
        ports[port] = min((2 * port + 1) * width // (2 * count) if margin else 0, room - 1 - labels[port])
        room = ports[port] - 1
    left = margin
    for port in range(count):
        ports[port] = max(ports[port], left)
        left = ports[port] + labels[port] + _PORT_DISTANCE
    return tuple(ports)


def _label_width(node: int, position: int, style: LabelStyle, fields: Fields) -> int:
    if style is LabelStyle.NONE:
        return 0
    symbol = len(fields.symbol[node][position]) if style is LabelStyle.SYMBOL else 0
    return symbol + fields.local[node][position]
