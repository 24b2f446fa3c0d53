"""File -> Scenario: every stage in order, and all that is wrong with the file at once."""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from typing import NamedTuple

import numpy as np

from backprop_tui.graph import Graph, Kind, Node, Value
from backprop_tui.ops.shapes import count, show
from backprop_tui.scenario import limits, reading
from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.diagnostics import Report, Severity, Source
from backprop_tui.scenario.grouping import find_groups
from backprop_tui.scenario.names import did_you_mean_one_of
from backprop_tui.scenario.program.compile import compile_program
from backprop_tui.scenario.program.parser import parse
from backprop_tui.scenario.program.scope import BROKEN, Enough, Scope
from backprop_tui.scenario.program.steps import Statement
from backprop_tui.scenario.scenario import Expectations, Scenario
from backprop_tui.scenario.schema import Expected, Fields, read_fields
from backprop_tui.scenario.text import clean, describe, find_hidden, quote
from backprop_tui.scenario.toml_map import Document, Span
from backprop_tui.scenario.toml_tokens import Decoded


class _Output(NamedTuple):
    node: Node
    place: Span
    """Where the file says so."""


class _Program(NamedTuple):
    text: Decoded
    last: Statement
    nodes: list[Node]
    scope: Scope


def load(path: str | os.PathLike[str]) -> Scenario:
    """The scenario of a file. Raises ScenarioError with all that is wrong with it."""
    return _scenario(reading.read(path), title=os.path.splitext(os.path.basename(os.fspath(path)))[0])


def loads(text: str, name: str = "<string>") -> Scenario:
    """The scenario of a text; `name` stands for the file in diagnostics. Raises ScenarioError."""
    return _scenario(reading.check_text(text, name), title="")


def revise(scenario: Scenario, text: str) -> Scenario:
    """The scenario of another text of the same file. Raises ScenarioError."""
    content = text.encode(errors="surrogatepass")  # half a character is refused as it is in a file
    return _scenario(reading.decode(content, scenario.name), title=scenario.title)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """No garbage is made while loading, and looking for it would take a fifth of the time of a large program."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@_collector_paused()
def _scenario(source: Source, title: str) -> Scenario:
    document = Document(source)
    report = Report(source)
    fields = read_fields(document, report)
    program = _program(document, fields, report)
    output = _output(document, fields, program, report) if program else None
    if program is None or output is None or program.scope.has_errors:  # the output's shape may follow from a mistake
        report.stop_if_errors()
        raise AssertionError("a scenario without a graph has no error")
    seed = _seed(document, fields, output, report)
    report.stop_if_errors()
    graph = Graph(tuple(program.nodes), output.node.index, seed)
    expect = _expectations(graph, fields, program.scope, report)
    groups = find_groups(graph, fields.groups, document, report)
    report.stop_if_errors()
    _warn_of_unused(graph, fields, report)
    return Scenario(
        title=fields.title or clean(title) or output.node.title,
        description=fields.description,
        source=fields.source,
        file=source,
        places={entry.name: entry.span for entry in fields.inputs},
        program=tuple(map(str.rstrip, clean(program.text.value.rstrip(), multiline=True).split("\n"))),
        graph=graph,
        expect=expect,
        groups=groups,
        warnings=report.of(Severity.WARNING),
    )


def _program(document: Document, fields: Fields, report: Report) -> _Program | None:
    """The program as nodes, as far as it could be compiled; None if it could not at all."""
    if not fields.has_program:
        return None
    text = document.string("program")
    if _hides_something(text, report):
        return None
    declared = {entry.name: entry.key for entry in fields.inputs}
    scope = Scope(declared, text, report)
    statements = parse(text.value, scope.mistake)
    if fields.inputs_are_unknown or report.errors >= limits.DIAGNOSTICS:
        with suppress(Enough):
            deque(statements, maxlen=0)  # names mean nothing now, but mistakes of form do
        return None
    nodes: list[Node] = []
    for entry in fields.inputs:
        if entry.value is None:
            scope.indices[entry.name] = BROKEN
            continue
        scope.indices[entry.name] = index = len(nodes)
        shape = entry.value.shape
        nodes.append(
            Node(index, entry.name, Kind.INPUT, shape, entry.requires_grad, value=entry.value, label=entry.name)
        )
    if sum(count(node.shape) for node in nodes) > limits.RUN_ELEMENTS:
        message = f"all inputs together have more than {limits.RUN_ELEMENTS:,} elements"
        report.error(Code.RUN_TOO_LARGE, message, *document.key("inputs"))
        return None
    nodes, last = compile_program(nodes, statements, scope)
    if last is not None:
        return _Program(text, last, nodes, scope)
    if not scope.has_errors:
        report.error(
            Code.EMPTY_PROGRAM,
            "the program has no statements",
            *document.value("program"),
            hint="write one, such as c = a * b",
        )
    return None


def _hides_something(text: Decoded, report: Report) -> bool:
    """Whether a program holds what cannot be seen, and could make it look like another; if so, report it."""
    places = list(islice(find_hidden(text.value), limits.DIAGNOSTICS))
    for at in places:
        message = f"{describe(text.value[at])} is hidden in the program"
        report.error(Code.BAD_CHARACTER, message, text.source_offset(at), hint="delete it")
    return bool(places)


def _output(document: Document, fields: Fields, program: _Program, report: Report) -> _Output | None:
    """The node that is differentiated, or None if there is none, which is reported unless it was already."""
    scope = program.scope
    if fields.output is None:
        if "output" in document.root:
            return None
        last = program.last
        name = last.name
        place = Span(program.text.source_offset(last.start), program.text.source_offset(last.end))
    else:
        name = fields.output
        place = document.value("output")
    index = scope.indices.get(name)
    if index is None:
        message = f"the output {quote(name)} is not a name of the program"
        report.error(Code.UNKNOWN_OUTPUT, message, *place, hint=did_you_mean_one_of(name, scope.indices))
    if index is None or index == BROKEN:
        return None
    output = _Output(program.nodes[index], place)
    if not output.node.requires_grad and not scope.has_errors:
        report.error(
            Code.NO_GRADIENT,
            f"'{name}' does not depend on any input that requires a gradient",
            *place,
            hint="give it an input, and let every operation on the way be differentiable",
        )
    return output


def _seed(document: Document, fields: Fields, output: _Output, report: Report) -> Value:
    """∂output/∂output, of the output's shape."""
    shape = output.node.shape
    name = output.node.name
    if "seed" not in document.root:
        if count(shape) != 1:
            report.error(
                Code.SEED_NEEDED,
                f"the output '{name}' has shape {show(shape)}: only a single number can be differentiated as it is",
                *output.place,
                hint=f"make it a number, such as sum({name}), or give a seed of shape {show(shape)}",
            )
        return np.ones(shape) if shape else np.float64(1.0)
    seed = fields.seed
    if seed is None:
        return np.float64(1.0)  # broken, and reported
    if seed.shape != shape:
        wanted = f"shape {show(shape)}, as the output '{name}'" if shape else f"a number, as the output '{name}' is"
        message = f"the seed must have {wanted}" if shape else f"the seed must be {wanted}"
        got = f"not {show(seed.shape)}" if seed.shape else "not be a single number"
        report.error(Code.SEED_SHAPE, f"{message}, {got}", *document.value("seed"))
    return seed


def _expectations(graph: Graph, fields: Fields, scope: Scope, report: Report) -> Expectations:
    spans: dict[tuple[str, ...], Span] = {}
    value = None
    if fields.value is not None:
        _check_shape(graph.nodes[graph.output], fields.value, report)
        value, spans["value",] = fields.value.value, fields.value.span
    found: dict[str, dict[str, Value]] = {"values": {}, "grads": {}}
    for kind, expected in [*(("values", one) for one in fields.values), *(("grads", one) for one in fields.grads)]:
        index = scope.indices.get(expected.name)
        if index is None:
            what = "value" if kind == "values" else "gradient"
            message = f"a {what} is expected for {quote(expected.name)}, which does not exist"
            hint = did_you_mean_one_of(expected.name, scope.indices)
            report.error(Code.UNKNOWN_EXPECTATION, message, *expected.key, hint=hint)
        elif kind == "grads" and not graph.contributing[index]:
            report.error(
                Code.NO_GRADIENT,
                f"no gradient ever reaches '{expected.name}'",
                *expected.key,
                hint="it needs none, or the output does not depend on it: leave the expectation out",
            )
        else:
            node = graph.nodes[index]
            _check_shape(node, expected, report)
            found[kind][node.name] = expected.value
            spans[kind, node.name] = expected.span
    return Expectations(
        value=value,
        values=found["values"],
        grads=found["grads"],
        tolerance=fields.tolerance,
        spans=spans,
        file=report.source,
    )


def _check_shape(node: Node, expected: Expected, report: Report) -> None:
    if expected.value.shape != node.shape:
        message = f"'{node.name}' has shape {show(node.shape)}, the expected value {show(expected.value.shape)}"
        report.error(Code.EXPECTATION_SHAPE, message, *expected.span)


def _warn_of_unused(graph: Graph, fields: Fields, report: Report) -> None:
    used = {graph.output}.union(*(node.operands for node in graph.nodes))
    unused = (one for one in zip(graph.inputs, fields.inputs, strict=True) if one[0].index not in used)
    for node, entry in islice(unused, limits.DIAGNOSTICS):
        report.warn(Code.UNUSED_INPUT, f"the input '{node.name}' is not used", *entry.key)
