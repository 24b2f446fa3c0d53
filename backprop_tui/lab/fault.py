"""What a fault is: the engine with one method of its own, and the words that explain it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from backprop_tui.engine.events import Accumulate
from backprop_tui.engine.plan import Plan
from backprop_tui.formatting import array
from backprop_tui.graph import Edge, Value
from backprop_tui.lab.engine import Engine
from backprop_tui.lab.parting import Parting
from backprop_tui.naming import name_of, statement_of, symbol_of

_NUMBER = 26
"""Characters of an array in a sentence."""


class Fault(Engine):
    """An engine that makes one mistake."""

    id: ClassVar[str]
    title: ClassVar[str]
    right: ClassVar[tuple[str, ...]]
    """The lines of an engine that are at fault, as they should be."""
    broken: ClassVar[tuple[str, ...]]
    """The same as they are."""
    what: ClassVar[str]
    """A sentence: what it does wrong."""
    life: ClassVar[str]
    """Where one meets it in real life."""
    needs: ClassVar[str]
    """What there has to be in a graph, `a product`."""
    alike: ClassVar[str] = "it makes no difference to any number"
    """Why it may not show on a graph that has that."""
    lesson: ClassVar[str]
    """A lesson on which it shows."""

    @classmethod
    @abstractmethod
    def is_possible(cls, plan: Plan) -> bool:
        """Whether the graph has what it `needs`."""

    @abstractmethod
    def why(self, at: Parting) -> str:
        """What has gone wrong there, with its numbers. Not asked for what is inherited, or where the engine stops."""

    def symbol(self, edge: Edge) -> str:
        """What the local derivative is called that it takes; empty if it is the right one."""
        return ""

    def product(self, event: Accumulate) -> tuple[tuple[str, Value], str, tuple[str, Value]] | None:
        """A factor, the sign and the other factor, if it makes something else of a rule; else None."""
        return None

    def name(self, node: int) -> str:
        """What a node is called in a sentence."""
        return name_of(self.graph.nodes[node])

    def gradient(self, node: int) -> str:
        """What its gradient is called: `b.grad`."""
        return f"{symbol_of(self.graph.nodes[node])}.grad"

    def partial(self, node: int) -> str:
        """∂output/∂node."""
        return f"∂{symbol_of(self.graph.nodes[self.graph.output])}/∂{symbol_of(self.graph.nodes[node])}"

    def statement(self, node: int) -> str:
        """What computes it: `c = a + b`."""
        return statement_of(self.graph.nodes[node])

    def waiting_for(self, event: Accumulate) -> str:
        """Who had still to report to the sender: `y still owes its share`."""
        known = self.events[: event.index]
        done = {(one.consumer, one.operand) for one in known if isinstance(one, Accumulate)}
        edges = [self.plan.edges[number] for number in self.plan.arrivals[event.consumer]]
        names = list(dict.fromkeys(self.name(edge.consumer) for edge in edges if edge[:2] not in done))
        if not names:
            return "more is still to come"
        if len(names) == 1:
            return f"{names[0]} still owes its share"
        return f"{' and '.join(names) if len(names) == 2 else f'{len(names)} others'} still owe theirs"


class FaultOf(Fault):
    """A fault of some operations."""

    ops: ClassVar[Sequence[str]]

    @classmethod
    def is_possible(cls, plan: Plan) -> bool:
        """Whether a gradient passes one of the operations."""
        nodes = plan.graph.nodes
        return any(nodes[node].op in cls.ops for node, _ in plan.senders)


def text(value: Value | None) -> str:
    """A number in a sentence; an array as far as there is room."""
    return "nothing" if value is None else array(value, _NUMBER)
