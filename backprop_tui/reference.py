"""What there is to say about an operation: one page of the reference, as text or as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np

from backprop_tui.engine.events import Accumulate, Evaluate
from backprop_tui.engine.run import run
from backprop_tui.engine.timeline import Timeline
from backprop_tui.formatting import array, typeset
from backprop_tui.graph import Graph, Kind, Node, Shape, Value
from backprop_tui.naming import statement_of
from backprop_tui.narration import Narration, narrate
from backprop_tui.ops.kinks import Kink
from backprop_tui.ops.operation import Derivative, Operation, Parameter, Sample, fill
from backprop_tui.ops.registry import FAMILIES, OPERATIONS

_SIGNATURE = 42
_WIDTH = 40
"""Of an operand of an example."""


def find(name: str) -> list[Operation]:
    """The operations of that name, alias or symbol. `-` has two."""
    return [
        operation for operation in OPERATIONS.values() if name in (operation.name, operation.symbol, *operation.aliases)
    ]


def overview() -> Iterator[str]:
    """The operations by family, a line for each."""
    for position, (family, operations) in enumerate(FAMILIES.items()):
        yield from [""] * (position > 0)
        yield family
        for operation in operations:
            yield f"  {operation.signature:<{_SIGNATURE}} {_value(operation)}"


def page(operation: Operation) -> Iterator[str]:
    """Everything about an operation, as lines of text."""
    yield operation.signature
    yield f"    {_value(operation)}"
    for operand, derivative in _derivatives(operation):
        yield ""
        yield f"    {_formula(operation, operand, derivative)}"
        yield f"    {_words(operation, derivative)}"
    yield ""
    yield from (f"    {line}" for line in example(operation))
    for position, parameter in enumerate(operation.parameters):
        yield from [""] * (position == 0)
        yield f"    {parameter.name}: {_possible(parameter)}"
    for position, choice in enumerate(choices(operation)):
        yield from [""] * (position == 0)
        yield f"    {choice}"
    yield ""
    yield f"    PyTorch: {_torch(operation)}{f', {operation.grad_fn}' if operation.grad_fn else ''}"
    if others := _others(operation):
        yield f"    also {others}"


def markdown() -> Iterator[str]:
    """The whole reference, as lines of Markdown."""
    for family, operations in FAMILIES.items():
        yield f"## {family}"
        yield ""
        for operation in operations:
            yield from _section(operation)


def _section(operation: Operation) -> Iterator[str]:
    others = _others(operation)
    yield f"### {operation.name}"
    yield ""
    yield f"`{operation.signature}`{f', also {others}' if others else ''}. {_escaped(_value(operation))}"
    yield ""
    for operand, derivative in _derivatives(operation):
        yield f"- `{_formula(operation, operand, derivative)}`: {_escaped(_words(operation, derivative))}"
    if operation.derivatives:
        yield ""
    yield "```text"
    yield from example(operation)
    yield "```"
    yield ""
    if operation.parameters:
        yield from (f"- `{parameter.name}`: {_possible(parameter)}" for parameter in operation.parameters)
        yield ""
    if taken := list(choices(operation)):
        yield from (f"- {_escaped(choice)}" for choice in taken)
        yield ""
    yield f"PyTorch: `{_torch(operation)}`{f', `{operation.grad_fn}`' if operation.grad_fn else ''}"
    yield ""


def _escaped(text: str) -> str:
    return text.replace("*", "\\*")


def example(operation: Operation) -> list[str]:
    """One run of the operation: what is given, its value, and what each operand's gradient grows by.

    The numbers are the engine's, and are put together as they are while stepping.
    """
    timeline = _shown(operation.name)
    graph = timeline.graph
    *operands, y = graph
    given = [f"{node.name} = {array(timeline.values[node.name], _WIDTH)}" for node in operands]
    if operation.derivatives:
        given.append(f"∂out/∂y = {array(graph.seed, _WIDTH)}")
    told = list(zip(timeline, _stories(timeline), strict=True))
    [value] = [story for event, story in told if isinstance(event, Evaluate)]
    arrivals = [(event, story) for event, story in told if isinstance(event, Accumulate)]
    lines = [f"{', '.join(given)}:"] if given else []
    lines.append(f"  {statement_of(y)} = {value.result}")
    lines += [f"  {graph.nodes[event.node].name}.grad +{story.numbers}" for event, story in arrivals]
    return lines


def choices(operation: Operation) -> Iterator[str]:
    """What is taken for the derivative where there is none, or no usable one."""
    for kink in operation.kinks:
        for operand, taken in _taken(operation, kink):
            by_one = taken.replace("the derivative", f"the derivative by {operand}", 1) if operand else taken
            yield fill(f"If {kink.met}: {by_one}.", {**_names(operation), "count": f"several {kink.noun}"})


def _taken(operation: Operation, kink: Kink) -> Iterator[tuple[str, str]]:
    """What is taken at a kink, with the operand by which the derivative is, if they differ."""
    if isinstance(kink.taken, str):
        yield from [("", kink.taken)] * bool(kink.taken)
    else:
        yield from ((slot, taken) for slot, taken in zip(_slots(operation), kink.taken, strict=True) if taken)


def _stories(timeline: Timeline) -> Iterator[Narration]:
    for position in range(1, len(timeline) + 1):
        story = narrate(timeline, position)
        assert story is not None
        yield story


@cache
def _shown(name: str) -> Timeline:
    """A run of nothing but the operation, on its sample; upstream come 1, 2, 3, …, to be told apart."""
    operation = OPERATIONS[name]
    sample = operation.sample or _plain_sample(operation)
    values = [np.asarray(operand, dtype=np.float64)[()] for operand in sample.operands]
    slots, attributes = operation.slots(len(values)), operation.complete(sample.attributes)
    shape = operation.shape([value.shape for value in values], attributes)
    nodes = [
        Node(index, slot, Kind.INPUT, value.shape, _is_differentiated(operation, index), value=value, label=slot)
        for index, (slot, value) in enumerate(zip(slots, values, strict=True))
    ]
    call = fill(operation.notation(slots, attributes), {slot: slot for slot in slots})
    operands = tuple(range(len(nodes)))
    y = Node(len(nodes), "y", Kind.OPERATION, shape, operation.differentiable, name, operands, attributes, label=call)
    return run(Graph((*nodes, y), y.index, _upstream(shape)))


def _upstream(shape: Shape) -> Value:
    upstream: Any = 1.0 + np.arange(np.prod(shape, dtype=int)).reshape(shape)
    return np.asarray(upstream)[()]


def _plain_sample(operation: Operation) -> Sample:
    """Scalars for what goes element by element, vectors for a rule."""
    is_elementwise = all(derivative.local for derivative in operation.derivatives)
    if len(operation.operands) == 1:
        return Sample((0.5 if is_elementwise else [1.0, 2.0, 3.0],), {one.name: 0 for one in _required(operation)})
    return Sample((2.0, 3.0) if is_elementwise else ([1.0, 2.0], [3.0, 4.0]))


def _required(operation: Operation) -> Iterator[Any]:
    return (parameter for parameter in operation.parameters if parameter.required)


def _is_differentiated(operation: Operation, position: int) -> bool:
    return operation.differentiable and position != operation.mask


def _slots(operation: Operation) -> Sequence[str]:
    return [node.name for node in _shown(operation.name).graph.inputs]


def _derivatives(operation: Operation) -> Iterator[tuple[str, Derivative]]:
    """The derivative by each operand but a mask."""
    for position, slot in enumerate(_slots(operation)):
        if _is_differentiated(operation, position):
            yield slot, operation.derivatives[position]


def _names(operation: Operation) -> dict[str, str]:
    names = {slot: slot for slot in _slots(operation)}
    return {**names, "y": "y", "g": "∂out/∂y", "statement": f"y = {_shown(operation.name).graph['y'].label}"}


def _value(operation: Operation) -> str:
    words = operation.words_for(_shown(operation.name).graph["y"].attributes)
    return fill(words, _names(operation))


def _formula(operation: Operation, operand: str, derivative: Derivative) -> str:
    """`∂y/∂a = b`; for a rule what arrives, `∂out/∂a = ∂out/∂y @ bᵀ`."""
    graph = _shown(operation.name).graph
    shapes = [node.shape for node in graph.inputs]
    formula = typeset(fill(derivative.formula_for(shapes, graph["y"].attributes), _names(operation)))
    return f"∂{'y' if derivative.local else 'out'}/∂{operand} = {formula}"


def _words(operation: Operation, derivative: Derivative) -> str:
    values = _shown(operation.name).values
    words = derivative.words_for(values["y"], [values[slot] for slot in _slots(operation)])
    return fill(words, _names(operation))


def _torch(operation: Operation) -> str:
    graph = _shown(operation.name).graph
    shapes = [node.shape for node in graph.inputs]
    return operation.torch_spelling(_slots(operation), shapes, graph["y"].attributes)


def _possible(parameter: Parameter) -> str:
    """What a parameter may be, what it is otherwise, and what else it is called: `a whole number; 0 if left out`."""
    parts = [parameter.possible]
    if not parameter.required:
        default = parameter.default
        parts.append(f'"{default}" if left out' if isinstance(default, str) else f"{default} if left out")
    if parameter.aliases:
        parts.append(f"also {', '.join(parameter.aliases)}")
    return "; ".join(parts)


def _others(operation: Operation) -> str:
    return ", ".join(f"`{alias}`" for alias in operation.aliases)
