"""What holds for the solution of every scenario."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest

from backprop_tui.engine.events import Accumulate, Evaluate, Input, Seed
from backprop_tui.explaining.document import Equations, Name, Paragraph, Section, Step, Table
from backprop_tui.explaining.options import Level
from backprop_tui.graph import Kind
from tests.explaining.runs import NAMES, blocks, lesson, of, written
from tests.graphs import same_bits

COMMANDS = re.compile(r"\\[^a-zA-Z\\_ \n]")


@pytest.mark.parametrize("name", NAMES)
def test_a_level_says_what_the_one_below_says_and_more(name: str) -> None:
    """In text every line comes again in the same order, or begins one that goes on."""
    texts = [[_plain(line) for line in written(lesson(name), level=level)] for level in Level]
    for fewer, more in pairwise(texts):
        others = iter(more)
        for line in fewer:
            assert any(other.startswith(line) for other in others), line


def _plain(line: str) -> str:
    """A line without its number, and without what only sets columns."""
    return " ".join(re.sub(r"^\d+\. ", "", line).split())


@pytest.mark.parametrize("name", NAMES)
def test_every_event_has_its_step_and_every_number_is_that_of_the_engine(name: str) -> None:
    _, timeline = made = lesson(name)
    steps = [block for block in blocks(made) if isinstance(block, Step)]
    assert [step.number for step in steps] == list(range(1, len(timeline) + 1))
    for step, event in zip(steps, timeline, strict=True):
        equation, change = step.equation, step.change
        assert equation is not None
        match event:
            case Input() | Evaluate():
                assert same_bits(equation.result, event.value)
            case Seed():
                assert same_bits(equation.result, event.grad)
            case Accumulate():
                assert same_bits(equation.result, event.contribution)
                assert change is not None
                assert same_bits(change.before, event.before)
                assert same_bits(change.after, event.after)


@pytest.mark.parametrize("name", NAMES)
def test_the_table_has_every_node_but_constants(name: str) -> None:
    scenario, timeline = made = lesson(name)
    table = [block for block in blocks(made) if isinstance(block, Table)][-1]
    nodes = [node for node in scenario.graph if node.kind is not Kind.CONSTANT]
    for node, (title, value, grad) in zip(nodes, table.rows(), strict=True):
        assert isinstance(title, Name)
        assert isinstance(value, np.float64 | np.ndarray)
        assert same_bits(value, timeline.values[node.name])
        assert grad is timeline.grads[node.name]


@pytest.mark.parametrize("name", NAMES)
def test_the_gradient_of_an_input_is_the_sum_over_its_uses(name: str) -> None:
    scenario, timeline = made = lesson(name)
    sums = [totals for section, totals in _sections(made) if section == "Gradients of the inputs"]
    inputs = [node for node in scenario.graph.inputs if timeline.grads[node.name] is not None]
    assert len(sums) == len(inputs)
    for total, node in zip(sums, inputs, strict=True):
        (equation,) = total.equations
        assert equation.result is timeline.grads[node.name]
        uses = min(8, len(timeline.plan.arrivals[node.index]))
        assert [term.symbol for term in equation.right].count("+") >= uses - 1


def _sections(made: tuple) -> Iterator[tuple[str, Equations]]:  # type: ignore[type-arg]
    section = ""
    for block in blocks(made):
        if isinstance(block, Section):
            section = block.title
        elif isinstance(block, Equations):
            yield section, block


@pytest.mark.parametrize("name", NAMES)
def test_every_dollar_and_every_brace_has_its_partner(name: str) -> None:
    lines = written(lesson(name), "markdown")
    fences = [number for number, line in enumerate(lines) if line == "$$"]
    inside = {number for first, last in zip(fences[::2], fences[1::2], strict=True) for number in range(first, last)}
    for number, line in enumerate(lines):
        formulas = [line] if number in inside else re.sub(r"`[^`]*`|\\\$", "", line).split("$")[1::2]
        assert number in inside or line == "$$" or re.sub(r"`[^`]*`|\\\$", "", line).count("$") % 2 == 0
        for formula in formulas:
            assert formula.count("{") == formula.count("}")
            assert formula.count(r"\begin") == formula.count(r"\end") or r"{aligned}" in formula
            assert formula.count(r"\left") == formula.count(r"\right")
            assert not COMMANDS.search(formula), formula  # Markdown might take it for an escape


def test_a_node_that_is_used_often_has_a_sentence_and_a_sum_of_the_first_uses_only() -> None:
    made = of("y = " + " + ".join(["sin(x)"] * 30), "x = 1.0")
    assert "and 22 more times. What comes back from all of them adds up." in " ".join(written(made))
    *_, (_, total) = _sections(made)
    assert [term.symbol for term in total.equations[0].right][-2:] == ["+", "…"]
    assert total.equations[0].result == made[1].grads["x"]


def test_a_run_is_not_made_before_it_is_read() -> None:
    made = of("\n".join(["y0 = x + 1", *(f"y{n} = y{n - 1} * x" for n in range(1, 5000))]), "x = 1.0")
    lines = iter(blocks(made))
    assert [type(next(lines)).__name__ for _ in range(5)] == ["Title", "Section", "Table", "Program", "Section"]
    assert isinstance(next(lines), Paragraph)
    assert isinstance(next(lines), Step)


@pytest.mark.parametrize(
    ("program", "inputs", "node", "said"),
    [
        ("y = x * k", "x = 1.0\nk = { value = 2.0, requires_grad = false }", "k", "It does not require a gradient"),
        ("z = x * 2\ny = x + 1", "x = 1.0", "z", "y does not depend on it, so no gradient will reach it."),
        ("y = x + 2", "x = 1.0", "2", "2 is a constant of the program."),
        ("y = x + 2", "x = 1.0", "y", "The backward pass starts here"),
        ("y = x + 2", "x = 1.0", "x", "From y, whose gradient is the seed (event 3), back to x"),
        ("y = x * x\nz = y + y", "x = 1.0", "x", "From y, whose gradient came from events 5 and 6, back to x"),
        ("y = where(x > 0, x, 1)", "x = 1.0", "x", "x is used by y (event 5). Nothing comes back from its other use."),
        ("y = x * x", "x = 1.0", "x", "x is used by y, twice (events 4 and 5). What comes back from both adds up."),
    ],
)
def test_one_node_is_told_where_its_gradient_comes_from(program: str, inputs: str, node: str, said: str) -> None:
    assert said in " ".join(written(of(program, inputs), node=node))


def test_an_input_that_is_the_output_has_the_seed() -> None:
    scenario, _ = made = of("y = x", "x = 1.0")
    assert scenario.graph.output == 0
    lines = written(made)
    assert "x is the output: its gradient is the seed (event 2)." in lines
    assert "Local derivatives" not in lines


def test_a_formula_that_begins_with_a_sign_begins_no_list() -> None:
    lines = written(of("y = -x + 1", "x = 2.0"), "markdown")
    assert "{} - x = - 2 = -2" in lines
    assert not [line for line in lines if line.startswith(("- x", "+"))]
