"""The PyTorch script: which statement stands where, and that nothing of a stranger's text is ever one.

That scripts print the right numbers is seen in tests/torch, where there is PyTorch to run them.
"""

from __future__ import annotations

import ast
import tokenize
from io import BytesIO

import pytest

import backprop_tui as bp
from backprop_tui.engine.run import run
from backprop_tui.export import identifiers
from backprop_tui.export.identifiers import Identifiers, is_plain
from backprop_tui.export.script import Part, Script, script
from backprop_tui.graph import Graph
from tests.export.runs import HOSTILE, TREE, at, lines, named, of
from tests.graphs import Builder, chain
from tests.hostile import EVERYTHING

ALLOWED = (
    *(ast.Module, ast.Import, ast.alias, ast.Assign, ast.Expr, ast.Call, ast.keyword, ast.Attribute, ast.Name),
    *(ast.Constant, ast.List, ast.Tuple, ast.Subscript, ast.Slice, ast.BinOp, ast.UnaryOp, ast.Compare),
    *(ast.For, ast.Dict, ast.IfExp),
    *(ast.operator, ast.unaryop, ast.cmpop, ast.expr_context),
)
"""All that a script is made of."""


def checked(graph: Graph, title: str = "a title") -> ast.Module:
    """The script of a graph as Python reads it. It has statements of the known kinds, and calls what it should."""
    text = "\n".join(lines("torch", of(graph, title)))
    tree = ast.parse(text)
    variables = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for node in ast.walk(tree):
        assert isinstance(node, ALLOWED), ast.dump(node)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            assert node.id in variables | {"torch", "print"}
        if isinstance(node, ast.Import):
            assert ast.unparse(node) == "import torch"
    assert not variables & {"torch", "print"}
    assert len(variables) == len(graph) + len(("tensor", "name"))
    return tree


def script_of(program: str, inputs: str = "x = 2.0") -> Script:
    """The script of a program."""
    scenario = bp.loads(f'program = """\n{program}\n"""\n[inputs]\n{inputs}\n')
    return script(run(scenario.graph), "", scenario.program)


def body(program: str, inputs: str = "x = 2.0") -> list[str]:
    """The program's part of its script."""
    return [one.text for one in script_of(program, inputs).statements if one.part is Part.PROGRAM and one.text]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_and_titles_are_no_statements(name: str) -> None:
    checked(named(name, "b"), name)


def test_names_that_mean_something_to_python() -> None:
    names = (
        "lambda",
        "print",
        "torch",
        "float",
        "__debug__",
        "__builtins__",
        "None",
        "x.grad",
        "1",
        "",
        "%1",
        "ſ",
        "ﬁ",
    )
    checked(named(*names, "lambda_"))


def test_names_that_are_one_to_python() -> None:
    checked(named("ϵ", "ε", "µ", "μ", "é", "e\N{COMBINING ACUTE ACCENT}", "x", "ⅹ", "x\ufe00"))


def test_what_nobody_sees_or_python_uses_itself_is_in_no_name() -> None:
    names = Identifiers(["x\ufe00", "__builtins__"])
    assert [names.of(name) for name in ("x\ufe00", "__builtins__")] == ["x", "builtins"]


def test_variables_that_are_taken_are_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"__{'a' * 30}{number}" for number in range(200)]  # all alike in the part that is kept
    tried: list[str] = []
    monkeypatch.setattr(identifiers, "is_plain", lambda name: bool(tried.append(name)) or is_plain(name))
    assert len(set(map(Identifiers(names).of, names))) == len(names)
    assert len(tried) < 4 * len(names)


def test_control_characters_end_no_comment() -> None:
    title = "one\ntwo\rthree\x0cfour\0five\u2028six\x85seven\ud800"
    checked(named("a", "b\nimport os"), title)
    checked(named("a", "b"), EVERYTHING)


def test_a_title_does_not_change_the_encoding_of_the_file() -> None:
    text = "\n".join(lines("torch", of(named("a", "b"), "coding: utf-7")))
    assert "# coding: utf-7" in text
    assert tokenize.detect_encoding(BytesIO(text.encode()).readline)[0] == "utf-8"


def test_a_name_of_its_own_is_not_taken_from_a_node_by_one_that_had_to_change() -> None:
    names = Identifiers(["sum", "sum_", "é", "x y"])
    assert [names.of(name) for name in ("sum", "sum_", "é", "x y", "2")] == ["sum_2", "sum_", "é", "x_y", "v2"]


def test_a_name_that_had_to_change_stands_beside_it() -> None:
    assert body("lambda = x + 1  # of Poisson")[0] == "lambda_ = x + 1  # lambda; of Poisson"


def test_comments_and_empty_lines_of_the_program_stay() -> None:
    program = "# first\n\n\ny = x * 2  # doubled\n# last, import os\n"
    statements = [one.text for one in script_of(program).statements if one.part is Part.PROGRAM]
    assert statements == ["", "# first", "", "y = x * 2  # doubled", "# last, import os"]


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("y = (x + 1) * (x - 2) / 3", "y = (x + 1) * (x - 2) / 3"),
        ("y = x - (x - 3) - 2", "y = x - (x - 3) - 2"),
        ("y = (-x) ** 2 - x ** (-2)", "y = (-x) ** 2 - x ** -2"),
        ("y = -x ** 2", "y = -x ** 2"),
        ("y = -(x * 2)", "y = -(x * 2)"),
        ("y = (-2) ** x", "y = (-2) ** x"),
        ("y = -(-x)", "y = -(-x)"),
        ("y = x + -0.0", "y = x + -0.0"),
        ("y = x ** (x ** 2)", "y = x ** x ** 2"),
        ("y = (x ** 2) ** x", "y = (x ** 2) ** x"),
        ("y = (x + 1).sum() + exp(x + 1)", "y = (x + 1).sum() + torch.exp(x + 1)"),
        ("y = x * (x > 1)", "y = x * (x > 1).double()"),
        ("y = where(x > 1, x, 0)", "y = torch.where((x > 1).double() != 0, x, torch.tensor(0.0))"),
        ("y = x * (2 / 3)", "y = x * (torch.tensor(2.0) / 3)"),
        ("y = x * 1e-20 + 1000000 - -0.5", "y = x * 1e-20 + 1e6 - -0.5"),
    ],
)
def test_a_line_of_the_program_is_a_line_of_the_script(program: str, code: str) -> None:
    assert body(program)[0] == code


def test_what_would_be_said_twice_gets_a_variable() -> None:
    assert body("y = softmax(stack([x, x + 1]), axis=None)[0]") == [
        "v2 = torch.stack([x, x + 1], dim=0)",
        "y = torch.softmax(v2.flatten(), dim=0).reshape(v2.shape)[0]",
    ]


def test_what_does_nothing_is_a_tensor_of_its_own_all_the_same() -> None:
    assert body("y = prod(x, keepdims=true)") == ["y = x.clone()"]


def test_arrays_of_one_number_are_not_spelled_out() -> None:
    text = body("z = zeros((2, 50))\nn = eye(2)\ny = x * z.sum() * n.sum()")
    assert text[:2] == ["z = torch.full((2, 50), 0.0)", "n = torch.tensor([[1.0, 0.0], [0.0, 1.0]])"]


def test_large_arrays_have_a_line_for_each_row() -> None:
    graph = bp.loads(
        f'program = "y = x.sum()"\n[inputs]\nx = {[[0.5] * 4, [0.25] * 4, [0.125] * 4, [1e300] * 4]}\n'
    ).graph
    found = lines("torch", of(graph))
    start = found.index("x = torch.tensor([[0.5, 0.5, 0.5, 0.5],")
    assert found[start + 1] == "                  [0.25, 0.25, 0.25, 0.25],"
    assert found[start + 3] == "                  [1e+300, 1e+300, 1e+300, 1e+300]], requires_grad=True)"


def test_what_is_not_finite_is_a_number_of_pytorch() -> None:
    graph = bp.loads('program = "y = x * 2"\nseed = [1, 1, 1]\n[inputs]\nx = [nan, inf, -inf]\n').graph
    assert "x = torch.tensor([torch.nan, torch.inf, -torch.inf], requires_grad=True)" in lines("torch", of(graph))


@pytest.mark.parametrize(
    ("seed", "call"),
    [("", "y.backward()"), ("seed = 1.0", "y.backward()"), ("seed = -2.5", "y.backward(torch.tensor(-2.5))")],
)
def test_the_seed_is_given_if_it_is_not_1(seed: str, call: str) -> None:
    graph = bp.loads(f'program = "y = x * 2"\n{seed}\n[inputs]\nx = 1.0\n').graph
    assert call in lines("torch", of(graph))


def test_an_output_that_requires_no_gradient_has_no_backward_pass() -> None:
    build = Builder()
    found = lines("torch", of(build.graph(build.op("gt", build.input("x", 1.0), build.constant(0.5), name="y"))))
    assert "# y depends on nothing that requires a gradient" in found
    assert not any("backward(" in line for line in found)


def test_only_inputs_that_ask_for_gradients_have_them() -> None:
    graph = bp.loads('program = "y = x * t"\n[inputs]\nx = 1.0\nt = {value = 2.0, requires_grad = false}').graph
    assert lines("torch", of(graph))[5:7] == ["x = torch.tensor(1.0, requires_grad=True)", "t = torch.tensor(2.0)"]


def test_one_variable_is_listed_as_several_are() -> None:
    graph = bp.loads('program = "y = x * 2"\n[inputs]\nx = 1.0').graph
    assert "for tensor in (y,):" in lines("torch", of(graph))


def test_loops_have_variables_of_their_own() -> None:
    found = lines("torch", of(named("tensor", "name", "name_")))
    assert "    tensor_.retain_grad()" in found
    assert "    print(name_2, tensor_.tolist())" in found


def test_a_list_of_variables_goes_on_in_the_next_line() -> None:
    found = lines("torch", of(named(*(f"variable_{number}" for number in range(40)))))
    assert max(map(len, found)) < 130
    ast.parse("\n".join(found))


def test_every_event_has_its_statement() -> None:
    timeline = run(bp.load(TREE).graph)
    found = script(timeline, "")
    places = [found.place_of(event) for event in timeline]
    texts = [found.statements[place].code if place is not None else None for place in places]
    assert texts[:5] == [
        "a = torch.tensor(2.0, requires_grad=True)",
        "b = torch.tensor(1.0, requires_grad=True)",
        *("c = a + b", "d = b + 1", "e = c * d"),
    ]
    assert set(texts[5:]) == {"e.backward()"}
    assert found.place_of(None) is None


def test_inner_expressions_belong_to_the_statement_that_they_stand_in() -> None:
    scenario = bp.loads('program = "y = sin(x * 2 + 1) * x\\nz = y + 1"\n[inputs]\nx = 1.0\n')
    timeline = run(scenario.graph)
    found = script(timeline, "")
    assert [found.statements[found.place_of(event) or 0].node for event in timeline][1:5] == [
        scenario.graph["y"].index
    ] * 4


def test_a_statement_is_done_once_all_its_nodes_are_computed() -> None:
    timeline = run(bp.load(TREE).graph)
    done = {one.code: one.done for one in script(timeline, "").statements if one.code}
    assert done["import torch"] == 0
    assert (done["a = torch.tensor(2.0, requires_grad=True)"], done["e = c * d"]) == (1, 5)
    assert [
        done[code] for code in ("    tensor.retain_grad()", "e.backward()", "    print(name, tensor.tolist())")
    ] == [*(6, 11, 11)]


def test_no_graph_is_too_deep_to_be_read() -> None:
    checked_chain = script(run(chain(500)), "")
    compile("\n".join(one.text for one in checked_chain.statements), "script", "exec")


def test_it_is_the_script_of_the_whole_run_wherever_that_stands() -> None:
    assert lines("torch", at("start")) == lines("torch", at("end"))
