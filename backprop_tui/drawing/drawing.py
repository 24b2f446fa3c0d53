"""The drawing of a graph: where every box, line and label is, in terminal cells. Immutable.

The drawing is a stack of bands: a layer of boxes, then the channel with the lines to the next layer, and so on.
What the boxes say at some position of a run is not part of it; see `render`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from backprop_tui.drawing.boxes import BoxStyle, Detail, Fields, Shape, shapes, title
from backprop_tui.drawing.coordinates import columns, exits
from backprop_tui.drawing.layers import layers
from backprop_tui.drawing.ordering import order
from backprop_tui.drawing.pieces import (
    DOWN,
    LEFT,
    OPPOSITE,
    RIGHT,
    Band,
    Box,
    Horizontal,
    Point,
    Port,
    Vertical,
)
from backprop_tui.drawing.routing import Wire, route
from backprop_tui.graph import Edge, Graph
from backprop_tui.progress import Progress

_GAP = {BoxStyle.FULL: 3, BoxStyle.COMPACT: 2, BoxStyle.LINE: 3, BoxStyle.BRIEF: 3, BoxStyle.DOT: 2}
"""Blank columns between two boxes."""


class Arrangement:
    """What all drawings of a graph share, whatever their level of detail: layers, and the order within them."""

    def __init__(self, graph: Graph, progress: Progress | None = None) -> None:
        """Raises Cancelled if `progress` says so."""
        self.graph = graph
        self.layers = layers(graph)
        self.rows = order(self.layers, progress)

    @property
    def boxes(self) -> int:
        """How many boxes there are."""
        return sum(not self.layers.is_dummy(item) for row in self.rows for item in row)

    def least_height(self, detail: Detail) -> int:
        """A number of rows that the drawing has at least, known without laying it out."""
        channel = 1 + max(0, detail.label.value)
        return len(self.rows) * detail.box.height + max(0, len(self.rows) - 1) * channel

    def draw(self, detail: Detail, fields: Fields) -> Drawing:
        """The drawing at a level of detail."""
        return Drawing(self, detail, fields, shapes(self.graph, self.layers, detail, fields))


class Drawing:
    """A graph laid out in cells. Made by `Arrangement.draw`."""

    def __init__(self, arrangement: Arrangement, detail: Detail, fields: Fields, geometry: Sequence[Shape]) -> None:
        self.graph = arrangement.graph
        self.detail = detail
        self.fields = fields
        self.boxes: dict[int, Box] = {}
        """Node -> its box. Constants have none."""
        self.ports: dict[Edge, Port] = {}
        """Edge -> where it arrives. Edges from constants are not drawn."""
        self._layers = arrangement.layers
        self._shapes = geometry
        self._left = columns(self._layers, arrangement.rows, geometry, _GAP[detail.box])
        self._exits = exits(self._layers, geometry, self._left)
        self._wires: dict[int, tuple[int, Wire]] = {}  # item -> top of its channel, and how it runs there
        self.bands = self._stack(arrangement.rows)
        self._tops = [band.top for band in self.bands]
        self.width = max([band.right for band in self.bands], default=0)
        self.height = self.bands[-1].top + self.bands[-1].height if self.bands else 0

    def band_at(self, y: int) -> Band | None:
        """The band to which a row belongs."""
        return self.bands[bisect_right(self._tops, y) - 1] if 0 <= y < self.height else None

    def node_at(self, x: int, y: int) -> int | None:
        """The node whose box covers a cell."""
        band = self.band_at(y)
        if band:
            place = bisect_right(band.boxes, x, key=lambda box: box.x) - 1
            if place >= 0 and (x, y) in band.boxes[place]:
                return band.boxes[place].node
        return None

    def line_of(self, edge: Edge) -> list[Point]:
        """The corners of an edge's line, from the bottom edge of its operand's box to its arrow.

        Raises KeyError if the edge is not drawn.
        """
        port = self.ports[edge]
        layers = self._layers
        item = layers.above[edge.consumer][layers.operands[edge.consumer].index(edge.position)]
        points, sink = [(port.x, port.y)], port.x
        while True:  # upwards, along the bus
            top, wire = self._wires[item]
            points += [(column, top + row) for column, row in reversed(wire.turns(sink))]
            sink = wire.entry
            if not layers.is_dummy(item):
                return [(sink, top - 1), *reversed(points)]
            item = layers.above[item][0]

    def route_of(self, edge: Edge) -> Iterator[tuple[Point, int]]:
        """Every cell of an edge's line in order, with the sides on which the line enters and leaves it."""
        points = self.line_of(edge)
        side = 0
        for (x0, y0), (x1, y1) in pairwise(points):
            out = DOWN if y0 < y1 else RIGHT if x0 < x1 else LEFT
            step = -1 if out == LEFT else 1
            for x in range(x0, x1, step) or [x0]:
                for y in range(y0, y1) or [y0]:
                    yield (x, y), side | out
                    side = OPPOSITE[out]
        yield points[-1], side

    def _stack(self, rows: Sequence[Sequence[int]]) -> list[Band]:
        bands: list[Band] = []
        top = 0
        for number, row in enumerate(rows):
            if number:
                bands.append(self._channel(rows[number - 1], row, top))
                top += bands[-1].height
            bands.append(self._layer(row, top))
            top += bands[-1].height
        return bands

    def _layer(self, row: Sequence[int], top: int) -> Band:
        height = self.detail.box.height
        boxes, passing = [], []
        for item in row:
            x, shape = self._left[item], self._shapes[item]
            if self._layers.is_dummy(item):
                passing.append(Vertical(x, top - 1, top + height, self._layers.owner[item]))
                continue
            out = self._exits[item] if self._layers.below[item] else None
            text = title(self.graph.nodes[item], self.detail.box)
            box = Box(item, x, top, shape.width, height, text, out)
            boxes.append(box)
            self.boxes[item] = box
        return Band(top, height, boxes, passing)

    def _channel(self, row: Sequence[int], next_row: Sequence[int], top: int) -> Band:
        """The lines from one row to the next, and the ports they lead to."""
        left, geometry, below = self._left, self._shapes, self._layers.below
        sources = [item for item in row if below[item]]
        nets = [
            (
                self._exits[item],
                sorted([left[other] + geometry[other].ports[port] for other, port in below[item]]),
            )
            for item in sources
        ]
        rows, wires = route(nets)
        height = rows + 1 + max(0, self.detail.label.value)
        arrows = top + height - 1
        passing = {left[item] for item in next_row if self._layers.is_dummy(item)}
        verticals: list[Vertical] = []
        trunks: list[list[Horizontal]] = [[] for _ in range(rows)]
        for item, wire in zip(sources, wires, strict=True):
            self._wires[item] = top, wire
            node = self._layers.owner[item]
            for x, first, last in wire.verticals():
                start = top - 1 if first is None else top + first
                end = top + last if last is not None else arrows + 1 if x in passing else arrows
                verticals.append(Vertical(x, start, end, node))
            for number, start, end in wire.horizontals():
                trunks[number].append(Horizontal(start, end, node))
        verticals.sort()
        for pieces in trunks:
            pieces.sort()
        return Band(top, height, (), verticals, trunks, self._ports(next_row, arrows))

    def _ports(self, row: Sequence[int], y: int) -> list[Port]:
        ports = []
        for node in row:
            if self._layers.is_dummy(node):
                continue
            shape, operands = self._shapes[node], self.graph.nodes[node].operands
            for x, label, position in zip(shape.ports, shape.labels, self._layers.operands[node], strict=True):
                port = Port(self._left[node] + x, y, Edge(node, position, operands[position]), label)
                ports.append(port)
                self.ports[port.edge] = port
        return ports
