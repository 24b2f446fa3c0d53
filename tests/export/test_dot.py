"""DOT: every line is a statement of its grammar, and no text is anything but text. Graphviz reads it, where it is."""

from __future__ import annotations

import html
import re
import shutil
import subprocess

import pytest

from backprop_tui.export.snapshot import Snapshot
from tests.export.runs import HOSTILE, at, lines, named, of
from tests.graphs import Builder, single
from tests.hostile import EVERYTHING

STRING = r'"(?:[^"\\\n]|\\["\\n])*"'
ATTRIBUTE = rf"[a-z]+=(?:{STRING}|[a-z]+|[0-9]+)"
STATEMENT = re.compile(rf"  (?:graph|node|edge|n\d+|n\d+ -> n\d+)(?: \[{ATTRIBUTE}(?:, {ATTRIBUTE})*\])?;")


def statements(snapshot: Snapshot) -> list[str]:
    """The lines of a file, each of which is a statement."""
    opening, *body, closing = lines("dot", snapshot)
    assert (opening, closing) == ("digraph {", "}")
    for line in body:
        assert STATEMENT.fullmatch(line), line
    return [line.strip() for line in body]


def label(statement: str) -> list[str]:
    """The lines of a label, as Graphviz shows them."""
    (text,) = re.findall(rf"label=({STRING})", statement)
    parts = re.split(r"(\\.)", text[1:-1])
    joined = "".join({"\\n": "\n", '\\"': '"', "\\\\": "\\"}.get(part, part) for part in parts)
    return [html.unescape(line) for line in joined.split("\n")]


def test_a_node_has_its_name_expression_value_and_gradient() -> None:
    assert 'n4 [label="d = b + 1\\n2  ∇ 3"];' in statements(at())


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("x", "product = x · x"),
        ("the_first_of_the_two_inputs", "product = the_fir…o_inputs · the_fir…o_inputs"),
    ],
)
def test_however_long_the_names_the_operation_is_to_be_seen(name: str, title: str) -> None:
    build = Builder()
    x = build.input(name, 3.0)
    graph = build.graph(build.op("mul", x, x, name="product"))
    assert any(label(line)[0] == title for line in statements(of(graph)) if line.startswith("n1 ["))


def test_an_edge_has_its_local_derivative() -> None:
    assert 'n2 -> n5 [label="∂e/∂c=2"];' in statements(at())
    assert 'n2 -> n5 [label="∂e/∂c=·"];' in statements(at("start"))


def test_operands_that_are_the_same_have_an_edge_each() -> None:
    build = Builder()
    x = build.input("x", 3.0)
    edges = [line for line in statements(of(build.graph(build.op("mul", x, x, name="y")))) if "->" in line]
    assert edges == ['n0 -> n1 [label="∂y/∂x₁=3"];', edges[1]]
    assert edges[1].startswith('n0 -> n1 [label="∂y/∂x₂=3", color=')


def test_constants_stand_within_expressions() -> None:
    assert not [line for line in statements(at()) if line.startswith("n3")]


def test_a_backward_event_lights_one_edge_against_its_direction() -> None:
    (lit,) = [line for line in statements(at("end")) if "->" in line and "penwidth=3" in line]
    assert lit.startswith("n1 -> n2")
    assert lit.endswith("dir=back];")


def test_a_forward_event_lights_the_edges_of_all_operands() -> None:
    lit = [line for line in statements(at("3")) if "->" in line and "penwidth=3" in line]
    assert [line[:8] for line in lit] == ["n0 -> n2", "n1 -> n2"]
    assert not [line for line in lit if "dir=back" in line]


def test_the_receiver_has_a_double_border_the_sender_a_heavy_one_and_the_rest_to_come_a_dashed_one() -> None:
    nodes = {line[:2]: line for line in statements(at("3")) if re.match(r"n\d+ \[", line)}
    assert {node: "peripheries=2" in line for node, line in nodes.items() if node in ("n0", "n2", "n5")} == {
        "n0": False,
        "n2": True,
        "n5": False,
    }
    assert "penwidth=3" in nodes["n0"]
    assert 'style="rounded,dashed"' in nodes["n5"]


def test_numbers_that_are_not_finite_are_red_whoever_has_them() -> None:
    nodes = [line for line in statements(of(single("log", [0.0]))) if re.match(r"n\d+ \[", line)]
    assert all('fontcolor="#C4122F"' in line for line in nodes)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text_and_nothing_else(name: str) -> None:
    body = statements(of(named(name, "b"), name))
    assert label(body[0])[0] == name
    assert label(body[3])[0] == name
    assert [line.split(" [")[0].rstrip(";") for line in body[3:]] == ["n0", "n1", "n2", "n0 -> n2", "n1 -> n2"]


def test_control_characters_end_no_line() -> None:
    statements(of(named("a\nb\r\0", "\\\n"), EVERYTHING))


@pytest.mark.skipif(not shutil.which("dot"), reason="Graphviz is not installed")
def test_graphviz_shows_every_name_as_it_is() -> None:
    text = "\n".join(lines("dot", of(named(*HOSTILE), HOSTILE[0])))
    done = subprocess.run(["dot", "-Tsvg"], input=text, capture_output=True, encoding="utf-8", check=True)
    assert done.stderr == ""
    shown = [html.unescape(found) for found in re.findall(r"<text[^>]*>([^<]*)</text>", done.stdout)]
    assert set(HOSTILE) <= set(shown)
    assert done.stdout.count('class="edge"') == 2 * (len(HOSTILE) - 1)
