"""(run, scene, position) -> what the drawing of a scene shows. A folded group shows how far it is: `12/48`.

How much of a group is done is looked up among event numbers that are sorted once per run, so that a look takes the
logarithm of the group's size. A statement shows the value and the gradient of the node that it names.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from backprop_tui.drawing.boxes import Fields
from backprop_tui.drawing.graph_view import GraphView, RunTexts
from backprop_tui.drawing.highlight import Highlight
from backprop_tui.drawing.state import EdgeState, Flow, NodeState, Role
from backprop_tui.engine import flow
from backprop_tui.engine.events import Event
from backprop_tui.engine.timeline import Timeline
from backprop_tui.folding.groups import Group
from backprop_tui.folding.lines import HIDDEN
from backprop_tui.folding.scene import Scene
from backprop_tui.formatting import NO_GRADIENT, NOT_COMPUTED
from backprop_tui.graph import Edge, Graph, is_finite

_NOT_FINITE = ("nan", "inf", "-inf")


@dataclass(frozen=True, eq=False)
class Tally:
    """When what happens to the nodes of a group. Positions, each right after an event."""

    values: NDArray[np.intp]
    """Where the value of one more node is known, ascending."""
    gradients: NDArray[np.intp]
    """Where the gradient of one more node is complete, ascending. Nodes that get none are left out."""
    can_compute: NDArray[np.intp]
    """Where one more node has the values of all its operands, ascending."""
    sent: NDArray[np.intp]
    """Where one more node has sent on its gradient, ascending; has got all of it, if there is nobody to send it to."""
    bad_value: int
    """From where on some value is not finite; beyond the end if none ever is."""
    bad_gradient: int


class RunTallies:
    """The tallies of one run. They stay the same in all scenes."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._tallies: dict[int, Tally] = {}

    def of(self, group: Group) -> Tally:
        """The tally of a group, made when it is first needed."""
        if group.id not in self._tallies:
            nodes = group.nodes
            complete = self._complete_at[nodes]
            bad_value, bad_gradient = self._bad_from(nodes.tolist())
            self._tallies[group.id] = Tally(
                values=np.sort(self._known_at[nodes]),
                gradients=np.sort(complete[complete > 0]),
                can_compute=np.sort(self._can_compute(nodes.tolist())),
                sent=np.sort(np.maximum(complete, self._sent_at[nodes])[complete > 0]),
                bad_value=bad_value,
                bad_gradient=bad_gradient,
            )
        return self._tallies[group.id]

    @cached_property
    def _known_at(self) -> NDArray[np.intp]:
        """Node -> the position from which on its value is known."""
        return np.array(self._timeline.plan.computed_at, np.intp) + 1

    @cached_property
    def _complete_at(self) -> NDArray[np.intp]:
        """Node -> the position from which on nothing is added to its gradient any more; 0 if it never gets one."""
        plan = self._timeline.plan
        first = plan.seed_event + 1
        last = [first + numbers[-1] + 1 if numbers else 0 for numbers in plan.arrivals]
        last[plan.graph.output] = first
        return np.array(last, np.intp)

    @cached_property
    def _sent_at(self) -> NDArray[np.intp]:
        """Node -> the position from which on its gradient is sent to all its operands; 0 if it sends none."""
        plan = self._timeline.plan
        sent = np.zeros(len(plan.graph), np.intp)
        consumers = np.array([edge.consumer for edge in plan.edges], np.intp)
        np.maximum.at(sent, consumers, np.arange(len(consumers)) + plan.seed_event + 2)
        return sent

    def _can_compute(self, nodes: Sequence[int]) -> list[int]:
        """The positions from which on nodes have the values of all their operands."""
        computed_at, graph = self._timeline.plan.computed_at, self._timeline.graph
        return [1 + max([computed_at[operand] for operand in graph.nodes[node].operands], default=-1) for node in nodes]

    def _bad_from(self, nodes: Sequence[int]) -> tuple[int, int]:
        """The first positions at which a value, and a gradient, is not finite."""
        timeline = self._timeline
        end = len(timeline)
        never = end + 1
        if timeline.first_nonfinite is None:
            return never, never
        values, gradients = [never], [never]
        for node in nodes:
            value, event = timeline.value_at(node, end), timeline.grad_nonfinite_at(node)
            if value is not None and not is_finite(value):
                values.append(int(self._known_at[node]))
            if event is not None:
                gradients.append(event + 1)
        return min(values), min(gradients)


class SceneTexts:
    """The texts of one run in one scene that no position changes."""

    def __init__(self, run: RunTexts, tallies: RunTallies, scene: Scene, numbers_width: int = 0) -> None:
        """`numbers_width` is how many columns a box has for a gradient, or a number in its place, at least."""
        self.run = run
        self.tallies = tallies
        self.scene = scene
        self._numbers_width = numbers_width
        self._edges: dict[Edge, tuple[Edge | None, int]] = {}

    @cached_property
    def fields(self) -> Fields:
        """What the layout has to leave room for."""
        scene = self.scene
        if scene.is_whole:
            fields = self.run.fields
            if not self._numbers_width:
                return fields
            return replace(fields, gradient=[max(width, self._numbers_width) for width in fields.gradient])
        boxes = range(len(scene.contents))
        edges = [flow.edges_of(node) for node in scene.graph.nodes]
        shown = [[self.edge(edge)[0] for edge in own] for own in edges]
        return Fields(
            value=[self._value_width(box) for box in boxes],
            gradient=[self._gradient_width(box) for box in boxes],
            symbol=[[self.run.symbol(edge) if edge else "" for edge in own] for own in shown],
            local=[[len(self.run.local(edge)[0]) if edge else 0 for edge in own] for own in shown],
        )

    def node(self, box: int) -> int | None:
        """The node whose numbers a box shows: its own, or the one that a folded statement names."""
        content = self.scene.contents[box]
        return content.leader if isinstance(content, Group) else content

    def edge(self, drawn: Edge) -> tuple[Edge | None, int]:
        """The edge whose local derivative a drawn one shows, if it shows any, and from where on it is passed.

        Inside a folded group there are other derivatives on the way, so that none is shown at a line into one.
        """
        if drawn not in self._edges:
            behind = self.scene.behind(drawn)
            computed_at = self.run.timeline.plan.computed_at
            is_shown = len(behind) == 1 and self.scene.group(drawn.consumer) is None
            passed = 1 + min(computed_at[edge.consumer] for edge in behind)
            self._edges[drawn] = behind[0] if is_shown else None, passed
        return self._edges[drawn]

    def _value_width(self, box: int) -> int:
        node = self.node(box)
        return len(self.run.value(node)[0]) if node is not None else _width(self._tally(box).values)

    def _gradient_width(self, box: int) -> int:
        node = self.node(box)
        if node is None:
            return _width(self._tally(box).gradients)
        return max(self.run.gradient_width(node), self._numbers_width)

    def _tally(self, box: int) -> Tally:
        group = self.scene.group(box)
        assert group is not None  # it has no node's numbers
        return self.tallies.of(group)


class FoldedView:
    """What the drawing of a scene shows at one position. Nodes and edges are those of the scene's graph."""

    def __init__(
        self, texts: SceneTexts, position: int, selected: int | None = None, highlight: Highlight | None = None
    ) -> None:
        """`selected` is a node of the whole graph."""
        self.position = position
        self.highlight = highlight
        """What is lit in place of the current event."""
        self.selected = None if selected is None else self._box(texts.scene, selected)
        self._texts = texts
        self._scene = texts.scene
        self._whole = GraphView(texts.run, position, selected)
        self._nodes: dict[int, NodeState] = {}

    @property
    def graph(self) -> Graph:
        """The graph that is drawn."""
        return self._scene.graph

    @property
    def event(self) -> Event | None:
        """The event that has just been done; its nodes are those of the whole graph."""
        return self._whole.event

    @property
    def flow(self) -> Flow:
        """The direction of the current event."""
        return self._whole.flow

    @cached_property
    def lit(self) -> frozenset[Edge]:
        """The drawn edges that are lit: something flows along them in the current event, or they are highlighted."""
        drawn = map(self._scene.drawn, self.highlight.edges if self.highlight else self._whole.lit)
        return frozenset(edge for edge in drawn if edge is not None)

    @property
    def lit_flow(self) -> Flow:
        """The direction of what flows along them."""
        return self.highlight.flow if self.highlight else self.flow

    @cached_property
    def receiver(self) -> int | None:
        """The box in which the current event has changed a value or a gradient; None if it is not to be seen."""
        node = self._whole.receiver
        return None if node is None else self._box(self._scene, node)

    @cached_property
    def senders(self) -> frozenset[int]:
        """The boxes from which something flows in the current event."""
        boxes = (self._box(self._scene, node) for node in self._whole.senders)
        return frozenset(box for box in boxes if box is not None)

    def node(self, box: int) -> NodeState:
        """The state of a box."""
        if box not in self._nodes:
            self._nodes[box] = self._highlighted(box, self._state(box))
        return self._nodes[box]

    def _highlighted(self, box: int, state: NodeState) -> NodeState:
        """With the number of the highlight in place of the gradient, if that has numbers."""
        highlight, node = self.highlight, self._texts.node(box)
        if highlight is None or not highlight.mark or node is None:
            return state
        number = highlight.numbers.get(node, "")
        return state._replace(
            gradient=number, mark=highlight.mark if number else " ", bad_gradient=number in _NOT_FINITE
        )

    def _state(self, box: int) -> NodeState:
        content = self._scene.contents[box]
        if not isinstance(content, Group):
            return self._whole.node(content)._replace(role=self.role(box))
        tally = self._texts.tallies.of(content)
        known, total = _count(tally.values, self.position), len(tally.values)
        role = self.role(box)
        if content.leader is not None:
            return self._whole.node(content.leader)._replace(role=role)
        complete, most = _count(tally.gradients, self.position), len(tally.gradients)
        value = f"{known}/{total}" if known else NOT_COMPUTED
        gradient = f"{complete}/{most}" if complete else NOT_COMPUTED if most else NO_GRADIENT
        return NodeState(role, value, gradient, self.position >= tally.bad_value, self.position >= tally.bad_gradient)

    def role(self, box: int) -> Role:
        """Where a box is in the current phase. A group is done when all its nodes are, ready when one of them is."""
        content = self._scene.contents[box]
        receiver, senders = self._taking_part
        if box == receiver:
            return Role.RECEIVER
        if box in senders:
            return Role.SENDER
        if not isinstance(content, Group):
            return self._whole.resting_role(content)
        tally = self._texts.tallies.of(content)
        is_forward = self.flow is Flow.FORWARD
        able, done = (tally.can_compute, tally.values) if is_forward else (tally.gradients, tally.sent)
        count = _count(done, self.position)
        if count == len(done):
            return Role.DONE
        return Role.READY if _count(able, self.position) > count else Role.WAITING

    @cached_property
    def _taking_part(self) -> tuple[int | None, Collection[int]]:
        """The receiver and the senders: those of the event, or those that the highlight has in its place."""
        highlight = self.highlight
        if highlight is None:
            return self.receiver, self.senders
        if highlight.node is None:
            return None, ()
        ends = {node for edge in highlight.edges for node in (edge.operand, edge.consumer)} - {highlight.node}
        return self._box(self._scene, highlight.node), {self._scene.box_of[node] for node in ends}

    def weight(self, drawn: Edge) -> int | None:
        """How many of `WEIGHTS` the largest contribution along a drawn edge reaches. None: there is none yet."""
        weights = [self._whole.weight(edge) for edge in self._scene.behind(drawn)]
        return max([weight for weight in weights if weight is not None], default=None)

    def heat(self, box: int) -> int:
        """How many of `HEAT` a gradient exceeds; 0 for a box that shows none."""
        node = self._texts.node(box)
        return 0 if node is None else self._whole.heat(node)

    @property
    def scale(self) -> tuple[float, float]:
        """What weights and heat are shares of."""
        return self._whole.scale

    @cached_property
    def followers(self) -> frozenset[int]:
        """The boxes that the current event may have made ready, besides those that take part in it."""
        boxes = (self._box(self._scene, node) for node in self._whole.followers)
        return frozenset(box for box in boxes if box is not None)

    def edge(self, drawn: Edge) -> EdgeState:
        """The state of a drawn edge."""
        edge, passed = self._texts.edge(drawn)
        return self._whole.edge(edge) if edge else EdgeState(self.position >= passed, "")

    @staticmethod
    def _box(scene: Scene, node: int) -> int | None:
        box = scene.box_of[node]
        return None if box == HIDDEN else box


def _count(positions: NDArray[np.intp], position: int) -> int:
    """How many are reached."""
    return int(positions.searchsorted(position, side="right"))


def _width(positions: NDArray[np.intp]) -> int:
    return len(f"{len(positions)}/{len(positions)}") if len(positions) else 1
