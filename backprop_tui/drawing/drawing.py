"""The drawing of a graph: where every box, line and label is, in terminal cells. Immutable.

The drawing is a stack of bands: a layer of boxes, then the channel with the lines to the next layer, and so on. Only
their places are worked out at once; what is in a band is put together when somebody looks at it. What the boxes say
at some position of a run is not part of the drawing; see `render`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from backprop_tui.drawing.boxes import BoxStyle, Detail, Fields, Shape, shapes, title, titles
from backprop_tui.drawing.coordinates import columns, exits
from backprop_tui.drawing.layers import Layers, layers
from backprop_tui.drawing.ordering import order
from backprop_tui.drawing.orientation import Orientation
from backprop_tui.drawing.pieces import Band, Box, Lead, Point, Port, Rectangle, Trunk
from backprop_tui.drawing.pulls import Spacing
from backprop_tui.drawing.routing import Wire, route
from backprop_tui.formatting import MOST_DISTINCT
from backprop_tui.graph import Edge, Graph, Kind
from backprop_tui.progress import Progress

_GAP = {BoxStyle.FULL: 3, BoxStyle.COMPACT: 2, BoxStyle.LINE: 3, BoxStyle.BRIEF: 3, BoxStyle.DOT: 2}
"""Blank columns between two boxes."""
_TRACK = 2
"""Columns from one vertical line to the next in a channel between columns of boxes."""
_AROUND_LABEL = 3
"""Columns that a label on a line takes beside its own: a blank on either side, and a piece of line to the arrow."""
_BANDS_KEPT = 400


class Arrangement:
    """What all drawings of a graph share, whatever their level of detail: layers, and the order within them.

    The graph may be any: a part of a larger one, or one whose nodes stand for groups. Only nodes, their operands and
    kinds are looked at, and their names, labels and operations for the titles.
    """

    def __init__(self, graph: Graph, progress: Progress | None = None) -> None:
        """Raises Cancelled if `progress` says so."""
        self.graph = graph
        self.layers = layers(graph)
        self.rows = order(self.layers, progress)

    @property
    def boxes(self) -> int:
        """How many boxes there are."""
        return sum([boxes for boxes, _ in self._counts])

    def least(self, detail: Detail, orientation: Orientation) -> tuple[int, int]:
        """A width and a height that the drawing has at least, known without laying it out."""
        layers = len(self.rows)
        if orientation is Orientation.TOP_DOWN:
            across = max([4 * boxes + 2 * lines - 1 for boxes, lines in self._counts], default=0)
            channel = 1 + max(0, detail.label.value)
            return across, layers * detail.box.height + max(0, layers - 1) * channel
        across = max([detail.box.height * boxes + lines for boxes, lines in self._counts], default=0)
        return layers * 3 + max(0, layers - 1) * 3, across

    @cached_property
    def _counts(self) -> list[tuple[int, int]]:
        """Row -> how many boxes there are, and how many lines that pass."""
        boxes = [sum([item < self.layers.nodes for item in row]) for row in self.rows]
        return [(count, len(row) - count) for count, row in zip(boxes, self.rows, strict=True)]

    def draw(
        self,
        detail: Detail,
        fields: Fields,
        orientation: Orientation = Orientation.TOP_DOWN,
        progress: Progress | None = None,
    ) -> Drawing:
        """The drawing at a level of detail. Raises Cancelled if `progress` says so."""
        return Drawing(self, detail, fields, orientation, progress or Progress())


class Drawing:
    """A graph laid out in cells. Made by `Arrangement.draw`."""

    def __init__(
        self,
        arrangement: Arrangement,
        detail: Detail,
        fields: Fields,
        orientation: Orientation,
        progress: Progress,
    ) -> None:
        self.graph = arrangement.graph
        self.detail = detail
        self.fields = fields
        self.orientation = orientation
        self.boxes: Mapping[int, Box] = _Boxes(self)
        """Node -> its box. Constants have none."""
        self.ports: Mapping[Edge, Port] = _Ports(self)
        """Edge -> where it arrives. Edges from constants are not drawn."""
        self._is_down = orientation is Orientation.TOP_DOWN
        self.layers: Layers = arrangement.layers
        self._rows = arrangement.rows
        self._shapes: list[Shape] = shapes(self.graph, self.layers, detail, fields, orientation)
        spacing = Spacing(_GAP[detail.box], 1) if self._is_down else Spacing(1, 0)
        progress.check()
        self._left = columns(self.layers, self._rows, self._shapes, spacing)
        self._exits = exits(self.layers, self._shapes, self._left, boxed=detail.box.is_boxed)
        self._wires: list[Wire | None] = [None] * len(self._left)
        """Item -> how its value runs through the channel to the next layer."""
        self._tops = list(range(len(self._left)))
        """Dummy -> the first item from which its bus comes down straight; any other item -> itself."""
        self._starts: list[int] = []
        """Where along each band begins: a layer, a channel, a layer, …"""
        self._bands: dict[int, Band] = {}
        across, along = self._stack(progress)
        self.width, self.height = (across, along) if self._is_down else (along, across)

    def bands(self, first: int, last: int) -> Iterator[Band]:
        """The bands that have anything in the places `first` to `last` along."""
        for number in range(max(0, bisect_right(self._starts, first) - 1), bisect_right(self._starts, last)):
            yield self._band(number)

    def node_at(self, x: int, y: int) -> int | None:
        """The node whose box covers a cell."""
        across, along = (x, y) if self._is_down else (y, x)
        for band in self.bands(along, along):
            boxes = band.boxes
            place = bisect_right(boxes, across, key=lambda box: box.x if self._is_down else box.y) - 1
            if place >= 0 and boxes[place].covers(x, y):
                return boxes[place].node
        return None

    def line_of(self, edge: Edge) -> list[Point]:
        """The corners of an edge's line, from the edge of its operand's box to its arrow.

        Raises KeyError if the edge is not drawn.
        """
        layers, starts = self.layers, self._starts
        item, sink, level = self._arrival(edge)
        points = [(sink, self._arrows(level - 1))]
        while True:  # back along the bus
            level = layers.level[item]
            wire = self._wires[item]
            assert wire is not None  # a value goes on from here
            points += [(place, self._track(level, track)) for place, track in reversed(wire.turns(sink))]
            sink, item = wire.entry, self._tops[item]
            if not layers.is_dummy(item):
                break
            item = layers.above[item][0]
        level = layers.level[item]
        points.append((sink, starts[2 * level] + self._shapes[item].depth - 1))
        return [self._cell(*point) for point in reversed(points)]

    def box(self, node: int) -> Box:
        """A node's box. It must have one."""
        x, y, width, height = self.rectangle(node)
        shape, start = self._shapes[node], y if self._is_down else x
        leaving = self.layers.below[node]
        way_out = self._cell(self._exits[node], start + shape.depth - 1) if leaving else None
        first = (height - self.detail.box.lines) // 2 if self.detail.box.is_boxed or self._is_down else shape.exit
        return Box(node, x, y, width, height, self._title(node), first, way_out)

    def rectangle(self, node: int) -> Rectangle:
        """The cells of a node's box. It must have one."""
        shape, start = self._shapes[node], self._starts[2 * self.layers.level[node]]
        return Rectangle(*self._cell(self._left[node], start), *self._cell(shape.breadth, shape.depth))

    def _title(self, node: int) -> str:
        if len(self.graph) > MOST_DISTINCT:
            return title(self.graph.nodes[node], self.detail.box)
        return self._titles[node]

    @cached_property
    def _titles(self) -> Sequence[str]:
        return titles(self.graph, self.detail.box)

    def port(self, node: int, number: int) -> Port:
        """The port of a node of that number, counted without constants."""
        shape = self._shapes[node]
        position = self.layers.operands[node][number]
        x, y = self._cell(self._left[node] + shape.ports[number], self._arrows(self.layers.level[node] - 1))
        label = shape.labels[number]
        text = (x + 1, y - max(0, self.detail.label.value)) if self._is_down else (x - 2 - label, y)
        return Port(x, y, Edge(node, position, self.graph.nodes[node].operands[position]), label, text)

    def _cell(self, across: int, along: int) -> tuple[int, int]:
        return (across, along) if self._is_down else (along, across)

    def _arrival(self, edge: Edge) -> tuple[int, int, int]:
        """The item from which an edge comes to its consumer, where across it arrives, and the consumer's layer."""
        node, layers = edge.consumer, self.layers
        if not 0 <= node < layers.nodes or edge.position not in layers.operands[node]:
            raise KeyError(edge)
        port = layers.operands[node].index(edge.position)
        return layers.above[node][port], self._left[node] + self._shapes[node].ports[port], layers.level[node]

    def _stack(self, progress: Progress) -> tuple[int, int]:
        """Find the places of all bands. Returns how far the drawing reaches across and along."""
        left, shapes = self._left, self._shapes
        across = along = 0
        for number, row in enumerate(self._rows):
            progress.check()
            if number:
                self._starts.append(along)
                tracks, reach = self._route(number - 1)
                across = max(across, reach)
                along += self._channel_depth(tracks, row)
            self._starts.append(along)
            along += self.detail.box.height if self._is_down else max([shapes[item].depth for item in row])
            across = max(across, left[row[-1]] + shapes[row[-1]].extent)
        self._starts.append(along)
        return across, self._starts.pop()

    def _route(self, number: int) -> tuple[int, int]:
        """Lead the lines of a layer to the next one. Returns the tracks needed, and how far lines reach across."""
        left, shapes, below, exits = self._left, self._shapes, self.layers.below, self._exits
        sources = [item for item in self._rows[number] if below[item]]
        nets = []
        for item in sources:
            fed = below[item]
            sinks = [left[other] + shapes[other].ports[port] for other, port in fed]
            nets.append((exits[item], sinks if len(sinks) == 1 else sorted(sinks)))
        tracks, wires = route(nets)
        for item, wire in zip(sources, wires, strict=True):
            self._wires[item] = wire
            for other, _ in below[item]:
                if self.layers.is_dummy(other) and left[other] == wire.entry and not wire.dogleg:
                    self._tops[other] = self._tops[item]
        return tracks, 1 + max([wire.start for wire in wires], default=-1)

    def _channel_depth(self, tracks: int, row: Sequence[int]) -> int:
        """Of the channel before a row."""
        if self._is_down:
            return tracks + 1 + max(0, self.detail.label.value)
        label = max([label for item in row for label in self._shapes[item].labels], default=0)
        return max(3, 2 + _TRACK * tracks + (label + _AROUND_LABEL if label else 0))

    def _arrows(self, level: int) -> int:
        """Where along the arrows stand: in the last cells of the channel after a layer."""
        return self._starts[2 * level + 2] - 1

    def _track(self, level: int, track: int) -> int:
        """Where along a track of the channel after a layer is."""
        return self._starts[2 * level + 1] + (track if self._is_down else 1 + _TRACK * track)

    def _band(self, number: int) -> Band:
        if number not in self._bands:
            if len(self._bands) >= _BANDS_KEPT:
                self._bands.clear()
            level, is_channel = divmod(number, 2)
            self._bands[number] = self._channel(level) if is_channel else self._layer(level)
        return self._bands[number]

    def _layer(self, level: int) -> Band:
        start = self._starts[2 * level]
        end = self._starts[2 * level + 1] if level + 1 < len(self._rows) else self._end
        boxes, leads = [], []
        for item in self._rows[level]:
            if self.layers.is_dummy(item):
                leads.append(Lead(self._left[item], start - 1, end, self.layers.owner[item]))
                continue
            box = self.box(item)
            boxes.append(box)
            if box.exit and not self._is_down:  # boxes of a column are not equally wide
                leads.append(Lead(self._exits[item], start + self._shapes[item].depth - 1, end, item))
        return Band(start, end - start, boxes, leads)

    @property
    def _end(self) -> int:
        return self.height if self._is_down else self.width

    def _channel(self, level: int) -> Band:
        """The lines from one layer to the next, and the ports they lead to."""
        layers = self.layers
        start, end = self._starts[2 * level + 1], self._starts[2 * level + 2]
        passing = {self._left[item] for item in self._rows[level + 1] if layers.is_dummy(item)}
        leads: list[Lead] = []
        trunks: dict[int, list[Trunk]] = {}
        for item in self._rows[level]:
            wire = self._wires[item]
            if not wire:
                continue
            node = layers.owner[item]
            for place, first, last in wire.verticals():
                begin = start - 1 if first is None else self._track(level, first)
                goal = self._track(level, last) if last is not None else end if place in passing else end - 1
                leads.append(Lead(place, begin, goal, node))
            for track, begin, goal in wire.horizontals():
                trunks.setdefault(self._track(level, track), []).append(Trunk(begin, goal, node))
        ports = [
            self.port(node, number)
            for node in self._rows[level + 1]
            if not layers.is_dummy(node)
            for number in range(len(layers.above[node]))
        ]
        tracks = [(track, sorted(trunks[track])) for track in sorted(trunks)]
        return Band(start, end - start, (), sorted(leads), tracks, ports)


class _Boxes(Mapping[int, Box]):
    """Boxes made when they are looked up."""

    def __init__(self, drawing: Drawing) -> None:
        self._drawing = drawing

    def __contains__(self, node: object) -> bool:
        nodes = self._drawing.graph.nodes
        return isinstance(node, int) and 0 <= node < len(nodes) and nodes[node].kind is not Kind.CONSTANT

    def __getitem__(self, node: int) -> Box:
        if node not in self:
            raise KeyError(node)
        return self._drawing.box(node)

    def __iter__(self) -> Iterator[int]:
        return (node.index for node in self._drawing.graph if node.kind is not Kind.CONSTANT)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _Ports(Mapping[Edge, Port]):
    """Ports made when they are looked up."""

    def __init__(self, drawing: Drawing) -> None:
        self._drawing = drawing

    def __getitem__(self, edge: Edge) -> Port:
        positions = (
            self._drawing.layers.operands[edge.consumer] if 0 <= edge.consumer < len(self._drawing.graph) else ()
        )
        if edge.position not in positions:
            raise KeyError(edge)
        return self._drawing.port(edge.consumer, positions.index(edge.position))

    def __iter__(self) -> Iterator[Edge]:
        nodes = self._drawing.graph.nodes
        return (edge for edge in self._drawing.graph.edges if nodes[edge.operand].kind is not Kind.CONSTANT)

    def __len__(self) -> int:
        return sum(map(len, self._drawing.layers.operands))
