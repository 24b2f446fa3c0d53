"""The events of a run as steps of a worked solution, and what the uses of a node add up to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from backprop_tui.engine.events import Accumulate, Evaluate, Input, Seed
from backprop_tui.engine.timeline import Timeline
from backprop_tui.explaining.document import Change, Equation, Name, Paragraph, Step, Words
from backprop_tui.explaining.options import Level
from backprop_tui.formulas import partial
from backprop_tui.graph import Edge, Node, Value
from backprop_tui.naming import symbol_of
from backprop_tui.narration import Local, Term, local_derivative, narrate

_MOST_USES = 8
"""Of a node, that are listed in one sentence or one sum."""


def step(timeline: Timeline, index: int, level: Level, *, with_origin: bool = False) -> Step:
    """An event, explained; of an accumulation on demand with the steps that the upstream gradient came from."""
    event, narration = timeline.event(index), narrate(timeline, index + 1)
    assert narration is not None  # there is an event
    nodes = timeline.graph.nodes
    heading: Words = ()
    if isinstance(event, Accumulate):
        origin = _origin(timeline, event.consumer) if with_origin else ""
        heading = "From ", _name(nodes[event.consumer]), f"{origin} back to ", _name(nodes[event.node])
    if not level.has_symbols:
        return Step(index + 1, heading, words=narration.words)
    left, sign, right = narration.terms[0].symbol, "=", narration.expression
    result: Value
    match event:
        case Input() | Evaluate():
            result = event.value
            if right and not nodes[event.node].is_named:
                left = sign = ""
        case Seed():
            result = event.grad
        case Accumulate():
            result, sign = event.contribution, "+="
    local = _local(timeline, event) if isinstance(event, Accumulate) and narration.local else None
    return Step(
        index + 1,
        heading,
        _equation(left, sign, right, result, level),
        _change(timeline, event) if level.has_numbers and isinstance(event, Seed | Accumulate) else None,
        local,
        tuple(note for note in narration.notes if note != narration.local),
        narration.words,
    )


def local_equation(derivative: Local, level: Level) -> Equation:
    """A local derivative, or what a rule adds instead."""
    symbol, terms, value = derivative
    if value is None:
        return Equation(symbol, "+=", _in_symbols(terms))
    if not terms:  # a number is all there is to it, at any level
        return Equation(symbol, "=", (), value)
    found = _equation(symbol, "=", terms, value, level)
    assert found is not None  # it has terms
    return found


class Use(NamedTuple):
    """An edge along which something comes back to a node, and the step that brings it."""

    consumer: Node
    step: int


class Uses:
    """All uses of one node that bring a contribution to its gradient, in program order."""

    def __init__(self, timeline: Timeline, node: Node) -> None:
        self.timeline = timeline
        self.node = node
        plan = timeline.plan
        first = timeline.seed_event + 2
        arrivals = sorted((plan.edges[number], number) for number in plan.arrivals[node.index])
        self.all = [Use(timeline.graph.nodes[edge.consumer], first + number) for edge, number in arrivals]

    @property
    def sentence(self) -> Words:
        """Who uses the node, and in which steps that comes back."""
        if not self.all:
            return _name(self.node), f" is the output: its gradient is the seed (event {self.timeline.seed_event + 1})."
        shown = self.all[:_MOST_USES]
        clauses: list[Words] = []
        for consumer, uses in groupby(shown, key=lambda use: use.consumer):
            numbers = [use.step for use in uses]
            times = ", twice" if len(numbers) == 2 else f", {len(numbers)} times" if len(numbers) > 2 else ""
            clauses.append(("by ", _name(consumer), f"{times} ({_in_words(numbers)})"))
        if others := len(self.all) - len(shown):
            clauses.append((f"{others} more times",))
        both = "both" if len(self.all) == 2 else "all of them"
        end = "." if len(self.all) == 1 else f". What comes back from {both} adds up."
        if idle := len(self.timeline.graph.consumers[self.node.index]) - len(self.all):
            end += f" Nothing comes back from {'its other use' if idle == 1 else f'its {idle} other uses'}."
        once = "once, " if len(self.all) == 1 and not idle else ""
        return _name(self.node), f" is used {once}", *_listed(clauses), end

    def total(self, level: Level) -> Equation | None:
        """The gradient as the sum of what the uses bring, one product or rule for each."""
        grad = self.timeline.grads[self.node.name]
        if grad is None or not level.has_symbols:
            return None
        terms: list[Term] = []
        for use in self.all[:_MOST_USES]:
            narration = narrate(self.timeline, use.step)
            assert narration is not None  # there is an event
            terms += [Term("+", "+")] * bool(terms) + list(narration.expression)
        if len(self.all) > _MOST_USES:
            terms += [Term("+", "+"), Term("…", "…")]
        return _equation(partial(self.timeline, self.node), "=", tuple(terms), grad, level)

    @property
    def sums(self) -> Iterator[Paragraph]:
        """What is summed up before it is added, because the node was repeated."""
        for use in self.all[:_MOST_USES]:
            narration = narrate(self.timeline, use.step)
            assert narration is not None  # there is an event
            if narration.summed:
                yield Paragraph((f"Event {use.step}: {narration.summed}.",))


def _in_words(numbers: Sequence[int]) -> str:
    """`event 7`, `events 9 and 11`; of many, the first ones and the last."""
    if len(numbers) == 1:
        return f"event {numbers[0]}"
    if len(numbers) > _MOST_USES:
        return f"events {', '.join(map(str, numbers[: _MOST_USES - 1]))}, … and {numbers[-1]}"
    return f"events {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def _origin(timeline: Timeline, sender: int) -> str:
    """Where the gradient of a node came from."""
    if sender == timeline.graph.output:
        return f", whose gradient is the seed (event {timeline.seed_event + 1}),"
    return f", whose gradient came from {_in_words([one + 1 for one in timeline.plan.accumulations_of(sender)])},"


def _listed(clauses: Sequence[Words]) -> Words:
    """`by c (step 11) and by d (step 9)`."""
    words: list[str | Name] = []
    for number, clause in enumerate(clauses):
        before = "" if not number else " and " if number == len(clauses) - 1 else ", "
        words += [before, *clause] if before else clause
    return tuple(words)


def _name(node: Node) -> Name:
    return Name(symbol_of(node))


def _equation(left: str, sign: str, right: tuple[Term, ...], result: Value, level: Level) -> Equation | None:
    """An equation at a level; None if only its numbers would say anything."""
    if level.has_numbers:
        return Equation(left, sign, right, result)
    return Equation(left, sign, _in_symbols(right)) if right else None


def _in_symbols(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    return tuple(term._replace(number="") for term in terms)


def _local(timeline: Timeline, event: Accumulate) -> Equation:
    return local_equation(local_derivative(timeline, Edge(event.consumer, event.operand, event.node)), Level.SYMBOLS)


def _change(timeline: Timeline, event: Seed | Accumulate) -> Change:
    node = timeline.graph.nodes[event.node]
    before, after = (event.before, event.after) if isinstance(event, Accumulate) else (None, event.grad)
    return Change(partial(timeline, node), symbol_of(node), before, after)
