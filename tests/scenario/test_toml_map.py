"""The place of everything in a TOML file, against what the standard parser reads there."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backprop_tui.scenario import ScenarioError
from backprop_tui.scenario.diagnostics import Source
from backprop_tui.scenario.toml_map import Document, Span
from tests.scenario import toml_documents
from tests.scenario.agreement import map_agrees_with_tomllib

SCALARS = st.one_of(
    st.integers(-(10**6), 10**6).map(str),
    st.sampled_from(
        ["1.5", "-0.0", "6e-3", "inf", "-nan", "0xf_f", "0b1", "0o17", "1_000", "+1e+5", "+inf", "true", "false"]
    ),
    st.sampled_from(["1979-05-27", "1979-05-27T07:32:00Z", "1979-05-27 07:32:00", "07:32:00.5"]),
    st.sampled_from(['"a # b"', r'"\u00e9\n\"]"', "'C:\\x'", '"""\nc = a\n"b" # c\n"""', "'''\nx'y'''", '""', "''"]),
)
BLANK_LINES = st.sampled_from(["", " ", "\n", "  # a ] comment\n\n "])


@st.composite
def arrays(draw: st.DrawFn, elements: st.SearchStrategy[str]) -> str:
    items: list[str] = draw(st.lists(elements, max_size=4))
    inside = ",".join(f"{draw(BLANK_LINES)}{item}{draw(BLANK_LINES)}" for item in items)
    trailing = draw(st.sampled_from([",", ""]))
    return f"[{inside}{trailing if items else ''}{draw(BLANK_LINES)}]"


@given(arrays(st.one_of(SCALARS, arrays(st.one_of(SCALARS, arrays(SCALARS))))))
def test_every_element_of_an_array_stands_where_the_map_says(text: str) -> None:
    document = Document(Source(f"x = {text}", "x"))
    pending: list[tuple[tuple[int, ...], Any]] = [((), document.root["x"])]
    while pending:
        indices, value = pending.pop()
        span = document.element(["x"], indices)
        assert repr(tomllib.loads(f"v = {document.source.text[slice(*span)]}")["v"]) == repr(value)
        if isinstance(value, list):
            pending += [((*indices, index), one) for index, one in enumerate(value)]


@given(st.lists(st.sampled_from(["a", "é", "\n", "\\n", "\\t", "\\u00e9", "\\\n   ", '\\"', "x\\\\y", "'"])))
def test_every_character_of_a_text_knows_its_place(parts: list[str]) -> None:
    text = 'x = """\n' + "".join(parts) + '"""'
    document = Document(Source(text, "x"))
    decoded = document.string("x")
    assert decoded.value == document.root["x"]
    for index, char in enumerate(decoded.value):
        place = decoded.source_offset(index)
        assert text[place] == char or text[place] == "\\"
    places = [decoded.source_offset(index) for index in range(len(decoded.value) + 1)]
    assert places == sorted(places)


@given(toml_documents.documents())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_valid_is_read_as_the_standard_parser_reads_it(text: str) -> None:
    source = Source(text, "x")
    assert repr(Document(source).root) == repr(tomllib.loads(text))
    map_agrees_with_tomllib(source)


@given(toml_documents.documents(), st.data())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_the_verdict_on_a_document_with_a_mistake_is_the_standard_parsers(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    wrong = data.draw(st.sampled_from([*"\n=.,[]{}#'\"\\- a1", "", "\n[a]\n", "a.b = 1\n", '"""']))
    map_agrees_with_tomllib(Source(text[:at] + wrong + text[at + data.draw(st.integers(0, 2)) :], "x"))


def test_keys_and_values_in_every_kind_of_table() -> None:
    text = 'top = 1\n[a.b]\n"q r" = [1, 2]\nc.d = { e = 5 }\n'
    document = Document(Source(text, "x"))

    def stands(span: Span) -> str:
        return text[slice(*span)]

    assert stands(document.value("top")) == "1"
    assert stands(document.key("a")) == "a"
    assert stands(document.key("a", "b", "q r")) == '"q r"'
    assert stands(document.element(["a", "b", "q r"], [1])) == "2"
    assert stands(document.value("a", "b", "c", "d", "e")) == "5"


MISTAKES = {
    "a = 01": "T004 1:5",
    "a = 1.": "T004 1:5",
    "a = 1,5": "T011 1:6",
    "a = 1/2": "T004 1:5",
    "a = True": "T004 1:5",
    "a = 1 2": "T011 1:7",
    "a =": "T004 1:4",
    "a = # no": "T004 1:5",
    "= 1": "T002 1:1",
    "a. = 1": "T002 1:4",
    "σ = 1": "T002 1:1",
    "naïve = 1": "T002 1:1",
    "[a": "T010 1:3",
    "[a]]": "T011 1:4",
    "a = 1\na = 2": "T012 2:1",
    "a.b = 1\na.b.c = 2": "T012 2:3",
    "a = [1 2]": "T008 1:8",
    "a = [,1]": "T008 1:6",
    "a = [1}": "T008 1:7",
    "a = [\n 1,\n 2\nb = 3": "T007 1:5",
    "a = [[1, 2]\n[3, 4]]": "T008 2:1",
    "a = {b = 1": "T009 1:11",
    "a = {b = 1,\n c = 2}": "T009 1:5",
    "a = {b = 1,}": "T009 1:12",
    'a = "\\ud800"': "T006 1:6",
    'a = "\\x41"': "T006 1:6",
    'a = """\nopen': "T005 1:5",
    "a = 'open": "T005 1:10",
    'p = """x"""\n"""': "T002 2:1",
    "a = 2024-02-30": "T004 1:5",
    "a = 25:00:00": "T004 1:5",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_mistakes_of_syntax_are_explained_where_they_stand(text: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        Document(Source(text, "x"))
    (error,) = caught.value.diagnostics
    assert f"{error.code} {error.line}:{error.column}" == MISTAKES[text]
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(text)


def test_what_only_the_standard_parser_refuses_is_placed_too() -> None:
    with pytest.raises(ScenarioError) as caught:
        Document(Source('[a.b]\nc = [1,\n2]\nd = "long"\n[a]\nb.e = 2\n', "x"))
    assert (caught.value.diagnostics[0].code, caught.value.diagnostics[0].line) == ("T001", 6)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (".".join(["a"] * 9) + " = 1", "H009"),
        ("a = " + "[" * 17 + "]" * 17, "H008"),
        ("a = " + "{a = " * 17 + "1" + "}" * 17, "H008"),
        ("a = " + "1" * 1_001, "H010"),
        ("a = [1, " + "1" * 1_001 + ", 2]", "H010"),
        ("a = [" + "{}," * 100_001 + "]", "H012"),
        ("a = [" + "''," * 100_001 + "]", "H012"),
        ("a = [" + "0," * 100_000 + "true]", "H012"),
        ("a = [true, " + "0," * 100_000 + "]", "H012"),
        ("a = [{ b = [" + "0," * 100_000 + "] }]", "H012"),
        ("".join(f"k{i} = 1\n" for i in range(50_001)), "H012"),
        ("".join(f"a.b.c.d.k{i} = 1\n" for i in range(10_001)), "H012"),
    ],
    ids=[
        "dotted key",
        "arrays",
        "tables",
        "digits",
        "digits in an array",
        "tables in an array",
        "texts in an array",
        "numbers and a flag",
        "a flag and numbers",
        "numbers in a table in an array",
        "keys",
        "parts of keys",
    ],
)
def test_limits_are_enforced_before_the_standard_parser_sees_the_file(text: str, code: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        Document(Source(text, "x"))
    assert caught.value.diagnostics[0].code == code
