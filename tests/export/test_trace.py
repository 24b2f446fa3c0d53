"""A trace: aligned text that a person reads, strict JSON that a program reads."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given

from backprop_tui.engine.run import run
from backprop_tui.export.trace import json_lines, text_lines
from backprop_tui.graph import Graph
from backprop_tui.scenario import load
from tests.graphs import Builder, chain, single, tree
from tests.strategies import graphs


def parsed(graph: Graph, title: str = "") -> list[dict[str, Any]]:
    """The JSON lines of a run, read by a parser that knows no NaN."""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is not JSON")

    return [json.loads(line, parse_constant=refuse) for line in json_lines(title, run(graph))]


def test_the_tree_as_text() -> None:
    assert "\n".join(text_lines("Expression tree", run(tree()))) == (
        "Expression tree: 11 events, forward to e and back\n"
        "\n"
        " 1  input       a = 2\n"
        " 2  input       b = 1\n"
        " 3  evaluate    c = a + b  3 = 2 + 1\n"
        " 4  evaluate    d = b + 1  2 = 1 + 1\n"
        " 5  evaluate    e = c · d  6 = 3 · 2\n"
        " 6  seed        ∂e/∂e = 1                            e.grad  · → 1\n"
        " 7  accumulate  ∂e/∂c += ∂e/∂e · ∂e/∂c  = 1 · 2 = 2  c.grad  · → 2\n"
        " 8  accumulate  ∂e/∂d += ∂e/∂e · ∂e/∂d  = 1 · 3 = 3  d.grad  · → 3\n"
        " 9  accumulate  ∂e/∂b += ∂e/∂d · ∂d/∂b  = 3 · 1 = 3  b.grad  · → 3\n"
        "10  accumulate  ∂e/∂a += ∂e/∂c · ∂c/∂a  = 2 · 1 = 2  a.grad  · → 2\n"
        "11  accumulate  ∂e/∂b += ∂e/∂c · ∂c/∂b  = 2 · 1 = 2  b.grad  3 → 5"
    )


def test_text_names_the_first_number_that_is_not_finite() -> None:
    marked = [line for line in text_lines("", run(single("log", [0.0]))) if "<-" in line]
    assert [line.partition("<- ")[2] for line in marked] == [
        "x is 0, the pole of log. This is the first number of the run that is not finite.",
        "x is 0, the pole of log: the derivative is infinite.",
    ]
    assert marked[0].split()[:2] == ["2", "evaluate"]


def test_text_names_a_kink_at_the_end_of_its_line() -> None:
    last = list(text_lines("", run(single("relu", [0.0]))))[-1]
    assert last.endswith("<- x is exactly 0, the kink of relu: the derivative is taken as 0, as in PyTorch.")


def test_the_graph_comes_first_with_every_node() -> None:
    graph = parsed(tree(), "Expression tree")[0]
    assert {key: graph[key] for key in ("type", "title", "output")} == {
        "type": "graph",
        "title": "Expression tree",
        "output": "e",
    }
    assert [node["name"] for node in graph["nodes"]] == ["a", "b", "c", "%1", "d", "e"]
    assert graph["nodes"][0]["kind"] == "input"
    assert graph["nodes"][3] == {
        "name": "%1",
        "op": None,
        "operands": [],
        "shape": [],
        "requires_grad": False,
        "label": "1",
        "kind": "constant",
    }
    assert graph["nodes"][5] == {
        "name": "e",
        "op": "mul",
        "operands": ["c", "d"],
        "shape": [],
        "requires_grad": True,
        "label": "c * d",
        "kind": "operation",
    }


def test_one_line_of_each_kind_of_event() -> None:
    lines = parsed(tree())
    assert lines[1] == {"type": "input", "index": 0, "node": "a", "value": 2.0}
    assert lines[3] == {
        "type": "evaluate",
        "index": 2,
        "node": "c",
        "op": "add",
        "operands": ["a", "b"],
        "value": 3.0,
    }
    assert lines[6] == {"type": "seed", "index": 5, "node": "e", "grad": 1.0}
    assert lines[7] == {
        "type": "accumulate",
        "index": 6,
        "node": "c",
        "consumer": "e",
        "operand": 0,
        "upstream": 1.0,
        "local": 2.0,
        "rule": "other operand",
        "contribution": 2.0,
        "before": None,
        "after": 2.0,
    }
    assert lines[11]["before"] == 3.0


def test_the_result_comes_last() -> None:
    assert parsed(tree())[-1] == {
        "type": "result",
        "values": {"a": 2.0, "b": 1.0, "c": 3.0, "%1": 1.0, "d": 2.0, "e": 6.0},
        "grads": {"a": 2.0, "b": 5.0, "c": 2.0, "%1": None, "d": 3.0, "e": 1.0},
    }


def test_keys_come_in_the_documented_order() -> None:
    line = list(json_lines("", run(tree())))[7]
    assert line == (
        '{"type":"accumulate","index":6,"node":"c","consumer":"e","operand":0,"upstream":1.0,"local":2.0,'
        '"rule":"other operand","contribution":2.0,"before":null,"after":2.0}'
    )


def test_an_event_has_a_note_only_where_there_is_something_to_note() -> None:
    lines = parsed(single("relu", [[0.0, 1.0]]))
    assert [line.get("note") for line in lines] == [
        None,
        None,
        "In 1 of 2 elements x is exactly 0, the kink of relu.",
        None,
        "In 1 of 2 elements x is exactly 0, the kink of relu: the derivative is taken as 0, as in PyTorch.",
        None,
    ]
    assert list(lines[2])[-1] == list(lines[4])[-1] == "note"


def test_arrays_are_nested_lists_and_a_rule_has_no_local_derivative() -> None:
    event = parsed(single("sum", [[[1.0, 2.0], [3.0, 4.0]]]))[-2]
    assert event["local"] is None
    assert event["contribution"] == [[1.0, 1.0], [1.0, 1.0]]


def test_numbers_that_json_lacks_are_words() -> None:
    build = Builder()
    x = build.input("x", [np.nan, np.inf, -np.inf, -0.0])
    lines = parsed(build.graph(build.op("neg", x, name="y")))
    assert lines[1]["value"] == ["NaN", "Infinity", "-Infinity", 0.0]
    assert str(lines[1]["value"][3]) == "-0.0"
    assert lines[2]["value"] == ["NaN", "-Infinity", "Infinity", 0.0]


def test_the_output_is_ascii_whatever_the_names() -> None:
    build = Builder()
    line = next(json_lines("∂ title", run(build.graph(build.input("σ", 1.0)))))
    assert line.isascii()
    assert json.loads(line)["title"] == "∂ title"


def test_lines_are_made_only_as_they_are_read() -> None:
    """Many operations, and `head` wants three lines."""
    timeline = run(chain(10_000))
    assert [line.split()[:2] for line in islice(text_lines("", timeline), 2, 4)] == [["1", "input"], ["2", "evaluate"]]
    assert next(islice(json_lines("", timeline), 1, None)).startswith('{"type":"input"')


@given(graphs())
def test_every_trace_is_strict_json_and_numbers_its_events(graph: Graph) -> None:
    lines = parsed(graph)
    events = lines[1:-1]
    assert [event["index"] for event in events] == list(range(len(run(graph))))
    after = {event["node"]: event["after"] for event in events if event["type"] == "accumulate"}
    assert after == {name: lines[-1]["grads"][name] for name in after}


def test_the_documentation_shows_what_is_printed() -> None:
    documentation = (Path(__file__).parents[2] / "docs" / "trace.md").read_text(encoding="utf-8")
    scenario = load(Path(__file__).parents[2] / "scenarios" / "tree.toml")
    timeline = run(scenario.graph)
    assert "\n".join(text_lines(scenario.title, timeline)) in documentation
    assert list(json_lines(scenario.title, timeline))[-2] in documentation
    assert "\n".join(text_lines("y = relu(x)", run(single("relu", [0.0])))) in documentation
