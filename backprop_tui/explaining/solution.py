"""The worked solution of a scenario: what is said, in which order, at which level. Made block by block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from backprop_tui.engine.timeline import Timeline
from backprop_tui.explaining.document import (
    Block,
    Cell,
    Equations,
    Lesson,
    Name,
    Paragraph,
    Program,
    Section,
    Table,
    Title,
)
from backprop_tui.explaining.options import Level
from backprop_tui.explaining.steps import Uses, local_equation, step
from backprop_tui.graph import Kind, Node
from backprop_tui.lessons import answers, questions
from backprop_tui.naming import statement_of, symbol_of
from backprop_tui.narration import local_derivative, why_no_gradient
from backprop_tui.ops.registry import OPERATIONS
from backprop_tui.scenario import Scenario

_ROUNDED = "Numbers are shown to four digits. The computation goes on with all of them."
_LOCAL = "How fast a node moves with one of its operands, while the others stand still."
_RULES = "Where that would be a large table, there is a rule for what is added to the gradient of the operand."
_BACKWARD = "Each step takes the gradient of a node back to one operand, and adds what arrives there to its gradient."
_NOT_YET = "A dot stands for a gradient that nothing has reached yet."


def solution(scenario: Scenario, timeline: Timeline, level: Level) -> Iterator[Block]:
    """The whole solution: the lesson, the program, both passes, and the gradients of the inputs."""
    yield Title((scenario.title,))
    if scenario.source:
        yield Paragraph((f"Source: {scenario.source}",))
    if asked := questions(scenario.description):
        yield Lesson(asked)
    yield from _program(scenario)
    yield Section("Forward")
    if level.has_numbers:
        yield Paragraph((_ROUNDED,))
    for index in range(timeline.seed_event):
        yield step(timeline, index, level)
    if level.has_symbols and timeline.plan.accumulations:
        yield from _local_derivatives(timeline, level)
    yield Section("Backward")
    yield Paragraph((f"{_BACKWARD} {_NOT_YET}" if level.has_numbers else _BACKWARD,))
    for index in range(timeline.seed_event, len(timeline)):
        yield step(timeline, index, level)
    yield from _gradients_of_inputs(timeline, level)
    if level.has_numbers:
        yield Section("All values and gradients")
        yield Table(("node", "value", "gradient"), lambda: _rows(timeline))
    if told := answers(scenario.description):
        yield Section("Answers")
        yield Lesson(told)


def solution_for(scenario: Scenario, timeline: Timeline, node: Node, level: Level) -> Iterator[Block]:
    """What concerns one node: its value, what comes to its gradient and from where, and the sum."""
    plan = timeline.plan
    name = Name(symbol_of(node))
    yield Title((scenario.title, ": ", name))
    yield Section("Its value")
    computed = plan.computed_at[node.index]
    if node.kind is Kind.CONSTANT:
        yield Paragraph((name, " is a constant of the program."))
    else:
        yield step(timeline, computed, level)
    yield Section("Its gradient")
    if reason := why_no_gradient(timeline, node):
        yield Paragraph((reason,))
        return
    if node.index == timeline.graph.output:
        yield step(timeline, timeline.seed_event, level)
        return
    for event in plan.accumulations_of(node.index):
        yield step(timeline, event, level, with_origin=True)
    yield Section("The sum")
    yield from _sum(timeline, node, level)


def _program(scenario: Scenario) -> Iterator[Block]:
    yield Section("Program")
    if inputs := scenario.graph.inputs:
        remarks = () if all(node.requires_grad for node in inputs) else ("",)
        yield Table(("input", "value", *remarks), lambda: _inputs(inputs, len(remarks)))
    lines = [line.rstrip() for line in scenario.program]
    yield Program("\n".join(lines).strip("\n").split("\n"))


def _inputs(inputs: Sequence[Node], remarks: int) -> Iterator[tuple[Cell, ...]]:
    for node in inputs:
        yield Name(symbol_of(node)), node.value, *["" if node.requires_grad else "takes no gradient"] * remarks


def _local_derivatives(timeline: Timeline, level: Level) -> Iterator[Block]:
    """In program order, each under the statement that it belongs to."""
    yield Section("Local derivatives")
    yield Paragraph((f"{_LOCAL} {_RULES}" if _has_rules(timeline) else _LOCAL,))
    for consumer, edges in groupby(sorted(timeline.plan.edges), key=lambda edge: edge.consumer):
        yield Paragraph((Name(statement_of(timeline.graph.nodes[consumer])), ":"))
        yield Equations(tuple(local_equation(local_derivative(timeline, edge), level) for edge in edges))


def _has_rules(timeline: Timeline) -> bool:
    nodes = timeline.graph.nodes
    return any(
        OPERATIONS[nodes[edge.consumer].op].derivatives[edge.position].local is None for edge in timeline.plan.edges
    )


def _gradients_of_inputs(timeline: Timeline, level: Level) -> Iterator[Block]:
    yield Section("Gradients of the inputs")
    for node in timeline.graph.inputs:
        if timeline.graph.contributing[node.index]:
            yield from _sum(timeline, node, level)


def _sum(timeline: Timeline, node: Node, level: Level) -> Iterator[Block]:
    uses = Uses(timeline, node)
    yield Paragraph(uses.sentence)
    if total := uses.total(level):
        yield Equations((total,))
        yield from uses.sums


def _rows(timeline: Timeline) -> Iterator[tuple[Cell, ...]]:
    for node in timeline.graph:
        if node.kind is not Kind.CONSTANT:
            yield Name(symbol_of(node)), timeline.values[node.name], timeline.grads[node.name]
