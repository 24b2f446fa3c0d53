"""Files near the limits: what must load does, and the rest is refused for what it is."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_tui.scenario import Scenario, ScenarioError, limits, loads
from backprop_tui.scenario.codes import Code
from backprop_tui.scenario.diagnostics import Report, Source
from backprop_tui.scenario.program.scope import Enough, Scope
from backprop_tui.scenario.program.steps import Mistake
from backprop_tui.scenario.toml_tokens import Decoded


def with_program(program: str, inputs: str = "a = 1.0") -> Scenario:
    return loads(f'program = """\n{program}\n"""\n[inputs]\n{inputs}\n')


def errors_of(program: str, inputs: str = "a = 1.0") -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        with_program(program, inputs)
    return [f"{one.code} {one.line}:{one.column}" for one in caught.value.diagnostics]


def test_a_million_elements_are_read_with_a_comma_after_the_last() -> None:
    rows = ("[" + "0," * 1_000 + "],") * 1_000
    assert with_program("c = sum(x)", f"x = [{rows}]").graph["x"].shape == (1_000, 1_000)


def test_one_element_too_many_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TENSOR_ELEMENTS", 10)
    assert with_program("c = sum(x)", f"x = [{'0,' * 10}]").graph["x"].shape == (10,)
    assert errors_of("c = sum(x)", f"x = [{'0,' * 11}]") == ["H003 5:5"]


def test_an_array_of_infinities_is_read_once_and_not_once_for_each() -> None:
    graph = with_program("c = sum(x)", f"x = [{'inf,' * 100_000}]").graph
    assert np.all(np.isposinf(graph["x"].value))


def test_a_number_that_overflows_is_told_from_an_infinity() -> None:
    assert errors_of("c = sum(x)", "x = [inf, -inf, 1e999] # inf") == ["S007 5:17"]
    assert errors_of("c = sum(x)", "x = [ # inf\n[1], [1e999] ]") == ["S007 6:7"]


@pytest.mark.parametrize(
    ("array", "place"),
    [
        (f"[{'0,' * 50_000}'x']", "S003 5:100006"),
        (f"[{'0,' * 200_000}'x']", "H012 5:400006"),
        (f"['x', {'0,' * 200_000}]", "H012 5:6"),
        (f"[{'[0],' * 50_000}[0, 0]]", "S005 5:200006"),
        (f"[{'[[0], [0]],' * 10_000}[[0], [0, 0]]]", "S005 5:110012"),
    ],
    ids=["a text", "a text after too many", "a text before too many", "a longer row", "a longer row of a block"],
)
def test_what_is_wrong_far_inside_an_array_is_found(array: str, place: str) -> None:
    assert errors_of("c = sum(x)", f"x = {array}") == [place]


def test_lines_are_counted_over_empty_ones() -> None:
    assert errors_of("\n# one\n\n   # two\nc = a *\n \nd = bb") == ["P008 6:8", "P001 8:5"]
    assert with_program("\n# one\n\nc = a * 2").graph["c"].line == 3


def test_the_same_function_with_other_arguments_has_another_shape() -> None:
    program = "c = sum(x, axis=0)\nd = sum(x, axis=1)\ne = sum(x, 1)\nf = sum(x, axis=0, keepdims=true)\ng = sum(f)"
    graph = with_program(program, "x = [[1, 2, 3], [4, 5, 6]]").graph
    assert [graph[name].shape for name in "cdef"] == [(3,), (2,), (2,), (1, 3)]


def test_no_more_mistakes_are_looked_for_than_are_shown() -> None:
    scope = Scope({}, Decoded.plain(""), Report(Source(" ", "x")))
    mistake = Mistake(Code.SYNTAX, "wrong", 0, 1)
    for _ in range(limits.DIAGNOSTICS - 1):
        scope.mistake(mistake)
    with pytest.raises(Enough):
        scope.mistake(mistake)


def test_a_program_that_is_too_long_is_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TOKENS", 10)
    text = 'output = "e"\nprogram = """\nc = (a + a)\nd = +++++a\ne = b\n"""\n[inputs]\na = 1.0\n'
    with pytest.raises(ScenarioError) as caught:
        loads(text)
    assert [one.code for one in caught.value.diagnostics] == ["H013"]
