"""Mermaid: every line is one of the few forms that we write, and no text is anything but text.

Mermaid's own parser is a JavaScript library. Whoever has it finds that it reads these forms, and the names in them.
"""

from __future__ import annotations

import html
import json
import re

import pytest

from backprop_tui.export.snapshot import Snapshot
from tests.export.runs import HOSTILE, at, lines, named, of
from tests.graphs import single
from tests.hostile import EVERYTHING

TEXT = r'"((?:[\w +\-=/().,\[\]·∂∇→—…≤▲]|#(?:quot|\d+);|<br/>)*)"'
COLOUR = r"#[0-9A-F]{6}"
LOOK = rf"(?:(?:fill|stroke|color):{COLOUR}|stroke-(?:width:\d+px|dasharray:\d+))"
FORMS = [
    re.compile(form)
    for form in (
        rf"  classDef (?:default|untouched|current|trouble) {LOOK}(?:,{LOOK})*",
        rf"  n\d+(?:\({TEXT}\)|\[\[{TEXT}\]\])(?::::(?:untouched|current|trouble))?",
        rf"  n\d+ (?:(?:-- {TEXT} )?-->|(?:== {TEXT} )?==>) n\d+",
        rf"  linkStyle \d+(?:,\d+)* {LOOK}(?:,{LOOK})*",
    )
]


def body(snapshot: Snapshot) -> list[str]:
    """The lines below the front matter, each in one of the forms, in their order."""
    opening, title, closing, kind, *rest = lines("mermaid", snapshot)
    assert (opening, closing, kind) == ("---", "---", "flowchart TD")
    assert re.fullmatch(r'title: "[^\n%{}<>&`#]*"', title)
    order = []
    for line in rest:
        (form,) = [number for number, form in enumerate(FORMS) if form.fullmatch(line)] or [line]
        order.append(form)
    assert order == sorted(order)
    return [line.strip() for line in rest if not line.startswith("  classDef")]


def shown(line: str) -> list[str]:
    """The lines of a text, as Mermaid shows them."""
    (text,) = re.findall(TEXT, line)
    return [html.unescape(re.sub(r"#(quot|\d+);", _code, part)) for part in text.split("<br/>")]


def _code(found: re.Match[str]) -> str:
    return "&quot;" if found[1] == "quot" else f"&#{found[1]};"


def test_a_node_has_its_name_expression_value_and_gradient() -> None:
    assert 'n4("d = b + 1<br/>2  ∇ 3")' in body(at())


def test_an_edge_has_its_local_derivative() -> None:
    assert 'n2 -- "∂e/∂c=2" --> n5' in body(at())


def test_an_edge_without_one_has_no_label() -> None:
    assert "n0 --> n1" in body(of(single("sum", [[1.0, 2.0]]), position=0))


def test_a_backward_event_lights_one_edge_and_says_that_it_goes_up() -> None:
    after = body(at("end"))
    assert 'n1 == "▲ ∂c/∂b=1" ==> n2' in after
    assert after[-1] == "linkStyle 1 stroke:#9A4F00,color:#9A4F00"


def test_a_forward_event_lights_the_edges_of_all_operands() -> None:
    after = body(at("3"))
    assert [line for line in after if "==>" in line] == ['n0 == "∂c/∂a=1" ==> n2', 'n1 == "∂c/∂b=1" ==> n2']
    assert after[-1].startswith("linkStyle 0,1 ")


def test_the_receiver_has_a_double_border_and_the_rest_to_come_a_dashed_one() -> None:
    after = body(at("3"))
    assert 'n2[["c = a + b<br/>3  ∇ ·"]]:::current' in after
    assert 'n0("a<br/>2  ∇ ·"):::current' in after
    assert 'n5("e = c · d<br/>·  ∇ ·"):::untouched' in after


def test_numbers_that_are_not_finite_are_red() -> None:
    assert body(of(single("log", [0.0])))[1].endswith(":::trouble")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text_and_nothing_else(name: str) -> None:
    snapshot = of(named(name, "b"), name)
    written = body(snapshot)
    assert shown(written[0])[0] == name
    assert [re.split(r"[(\[]", line)[0] for line in written[:3]] == ["n0", "n1", "n2"]
    title = json.loads(lines("mermaid", snapshot)[1].removeprefix("title: "))
    assert title == f"{name} — {snapshot.caption_line}"


def test_what_markdown_could_read_is_coded() -> None:
    assert body(of(named("_x_", "x_1")))[0].startswith('n0("#95;x#95;<br/>')
    assert body(of(named("x_1", "_x_")))[0].startswith('n0("x_1<br/>')
    assert body(of(named("- x", "b")))[0].startswith('n0("#45; x<br/>')


def test_control_characters_end_no_line() -> None:
    body(of(named("a\nb\r\0", "\\\n"), EVERYTHING))
