"""The exported scripts, run: every value and gradient that they print is ours."""

from __future__ import annotations

import ast
import contextlib
import io
import re
import subprocess
import sys
import warnings
from collections.abc import Sequence
from math import inf, nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

import backprop_tui as bp
from backprop_tui.engine.run import run
from backprop_tui.engine.timeline import Timeline
from backprop_tui.export.script import script
from backprop_tui.graph import Graph, Kind
from backprop_tui.lessons import lessons
from backprop_tui.scenario import load
from tests.graphs import Builder, chain, diamond, single
from tests.programs import programs, write_program
from tests.strategies import graphs
from tests.torch.reference import torch

LESSONS = [lesson.path for lesson in lessons()]


def text_of(timeline: Timeline, program: Sequence[str] = ()) -> str:
    """The script as it is exported."""
    return "\n".join(statement.text for statement in script(timeline, "a title", program).statements) + "\n"


def printed(timeline: Timeline, program: Sequence[str] = ()) -> str:
    """What the script prints. It is run here, because a process of its own takes seconds to load PyTorch."""
    out = io.StringIO()
    before = torch.get_default_dtype()
    try:
        with contextlib.redirect_stdout(out), warnings.catch_warnings():
            warnings.simplefilter("error")
            exec(compile(text_of(timeline, program), "script.py", "exec"), {"__name__": "__main__"})
    finally:
        torch.set_default_dtype(before)
    return out.getvalue()


def numbers(text: str) -> Any:
    """Nested lists of numbers, `nan` and `inf` among them; None."""
    found = ast.literal_eval(re.sub(r"-?\b(?:nan|inf)\b", r"'\g<0>'", text))
    return None if found is None else np.array(found, dtype=np.float64)


def assert_same(theirs: Any, ours: Any, what: str) -> None:
    """Equal to 1e-10; None is None."""
    if theirs is None or ours is None:
        assert theirs is ours is None, what
    else:
        assert theirs.shape == np.shape(ours), what
        np.testing.assert_allclose(theirs, ours, rtol=1e-10, atol=1e-12, err_msg=what)


def assert_prints_our_numbers(timeline: Timeline, output: str, program: Sequence[str] = ()) -> None:
    """Every node that has a name is printed, in order, with the value and the gradient that we have for it."""
    graph = timeline.graph
    variables = script(timeline, "", program).variables
    shown = [node for node in graph if node.is_named or node.index == graph.output]
    lines = output.splitlines()
    assert len(lines) == 2 * len(shown)
    for node, value, grad in zip(shown, lines[::2], lines[1::2], strict=True):
        name = variables[node.index]
        assert value.startswith(f"{name} ")
        assert grad.startswith(f"{name}.grad ")
        ours = timeline.grads[node.name] if node.requires_grad else None
        assert_same(numbers(value.partition(" ")[2]), timeline.values[node.name], name)
        assert_same(numbers(grad.partition(" ")[2]), ours, f"{name}.grad")


def assert_runs(graph: Graph, program: Sequence[str] = ()) -> None:
    """The script of a graph prints our numbers."""
    timeline = run(graph)
    assert_prints_our_numbers(timeline, printed(timeline, program), program)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_lesson(path: str) -> None:
    scenario = load(path)
    assert_runs(scenario.graph, scenario.program)


def test_the_command_makes_a_script_that_python_runs() -> None:
    path = next(path for path in LESSONS if path.stem == "tree")
    command = [sys.executable, "-m", "backprop_tui", "export", str(path), "--to", "torch"]
    made = subprocess.run(command, capture_output=True, check=True)
    done = subprocess.run([sys.executable, "-"], input=made.stdout, capture_output=True, check=True)
    assert done.stderr == b""
    assert_prints_our_numbers(run(load(path).graph), done.stdout.decode())


@settings(max_examples=100)
@given(programs())
def test_random_programs(text: str) -> None:
    scenario = bp.loads(text)
    assert_runs(scenario.graph, scenario.program)


@settings(max_examples=50)
@given(graphs())
def test_random_graphs(graph: Graph) -> None:
    assert_runs(graph)


@pytest.mark.parametrize("seed", range(60))
def test_programs_that_are_always_the_same(seed: int) -> None:
    scenario = bp.loads(write_program(seed, kinks=False).text)
    assert_runs(scenario.graph, scenario.program)


@pytest.mark.parametrize(
    "program",
    [
        "y = -x ** 2",
        "y = (-x) ** 2",
        "y = 2 ** -x",
        "y = (-2) ** 3 * x",
        "y = 2 ** 3 ** 2 * x",
        "y = (2 ** 3) ** 2 * x",
        "y = x - (x - 3) - 2",
        "y = x / (x / 3) / 2",
        "y = x * -(x + 1)",
        "y = -(x + 1) * 2",
        "y = (x + 1 > 2) * (x * 2 < 9) * x",
        "y = where(x + 1 > 2, 3, x - 1) * x",
        "y = (x + 1).reshape(1, 1)[0, 0] ** 2",
        "y = -(x + 1).exp()",
        "y = x + 1 / 3 + 1e300 * 1e-300 + pi + 1e21",
        "y = softmax(stack([x, x * 2]) * 3, axis=None).sum() * x",
        "y = prod(x, keepdims=true) * x",
        "y = maximum(x, 2.5) + hypot(3, 4)",
        "n = eye(2)\nz = zeros((2, 2)) + n\ny = (z @ stack([x, x])).sum() * arange(20).sum()",
    ],
)
def test_expressions_keep_their_meaning(program: str) -> None:
    scenario = bp.loads(f'program = """\n{program}\n"""\noutput = "y"\n[inputs]\nx = 1.75\n')
    assert_runs(scenario.graph, scenario.program)


def test_arrays_of_all_sizes_with_all_their_bits() -> None:
    build = Builder()
    random = np.random.default_rng(0)
    arrays = [random.normal(size=shape) * 10.0 ** random.integers(-300, 300) for shape in ((40,), (3, 20), (2, 3, 9))]
    node = build.input("zero", [-0.0, 5e-324])
    for number, array in enumerate(arrays):
        node = build.op("add", build.op("sum", build.input(f"x{number}", array)), build.op("sum", node))
    timeline = run(build.graph())
    lines = dict(line.split(" ", 1) for line in printed(timeline).splitlines())
    for number, array in enumerate(arrays):
        assert numbers(lines[f"x{number}"]).tobytes() == array.tobytes()
    assert numbers(lines["zero"]).tobytes() == np.array([-0.0, 5e-324]).tobytes()


@pytest.mark.parametrize(("op", "x"), [("exp", [inf, -inf, 0.0]), ("mul", [nan, 1.0]), ("log", [0.0, 1.0])])
def test_what_is_not_finite(op: str, x: list[float]) -> None:
    assert_runs(single(op, [x] * (2 if op == "mul" else 1)))


def test_graphs_deeper_than_any_parser_goes() -> None:
    assert_runs(chain(1000))
    assert_runs(diamond(40))


def test_a_sum_of_very_many() -> None:
    program = f"y = {' + '.join(['x'] * 500)}"
    scenario = bp.loads(f'program = "{program}"\n[inputs]\nx = 1.5\n')
    assert_runs(scenario.graph, scenario.program)


@pytest.mark.parametrize(
    "toml",
    [
        'program = "y = x * 2"\noutput = "x"\n[inputs]\nx = 2.0\n',
        'program = "y = x * 2"\nseed = [3.0, -1.5]\n[inputs]\nx = [1.0, 2.0]\n',
        'program = "y = x * 2"\nseed = -0.5\n[inputs]\nx = 2.0\n',
        'program = "y = x * 2\\naside = x + z"\noutput = "y"\n[inputs]\nx = 2.0\nz = 1.0\n',
    ],
)
def test_outputs_and_seeds_of_all_kinds(toml: str) -> None:
    scenario = bp.loads(toml)
    assert_runs(scenario.graph, scenario.program)


def test_an_output_that_requires_no_gradient() -> None:
    assert_runs(single("gt", [1.0, 2.0]))


def test_inputs_that_are_not_those_of_the_file() -> None:
    timeline = run(load(next(path for path in LESSONS if path.stem == "tree")).graph, {"b": 3.0})
    assert_prints_our_numbers(timeline, printed(timeline))


def test_names_that_python_keeps_for_itself_or_takes_for_one() -> None:
    build = Builder()
    names = (
        "lambda",
        "print",
        "torch",
        "float",
        "__debug__",
        "__builtins__",
        "ε",
        "ϵ",
        "µ",
        "μ",
        'a"b',
        "x\n",
        "",
        "é",
    )
    node = build.input("first", 1.0)
    for name in (*names, "lambda_", "v", "v_"):
        node = build.op("add", node, build.input(name, 1.0))
    graph = build.graph()
    assert_runs(graph)
    assert len(graph.inputs) == len({one for one in script(run(graph), "").variables if one}) - 1
    assert all(node.kind is not Kind.CONSTANT for node in graph)
