"""Another value for an input is another text of the file: all else in it stays, and mistakes read as in a file."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_tui.graph import Graph
from backprop_tui.scenario import Scenario, load, loads
from backprop_tui.scenario.diagnostics import Source
from backprop_tui.scenario.editing import Edit, Edits, Mistake, Refused, on_one_line
from tests.programs import programs
from tests.scenario.texts import error_in

TREE = 'program = """\nc = a + b\nd = b + 1\ne = c * d\n"""\n[inputs]\na = 2.0\nb = 1.0  # one\n'
TENSORS = 'program = "e = sum(x @ y)"\n[inputs]\nx = [[1.0, 2.0]]\ny = [[3.0], [4.0]]\n'
LAYOUTS = {
    "lines": "[inputs]\n  a = 2.0 # two\nb= 1.0",
    "dotted": "inputs.a = 2.0\ninputs . 'b' = 1.0",
    "flag": "[inputs]\na = { value = 2.0, requires_grad = true }\nb = 1.0",
    "table": "[inputs.b]\nvalue = 1.0\n[inputs.a]  # t\nrequires_grad = true\nvalue = 2.0 # two",
    "dotted value": "[inputs]\na.value = 2.0\na.requires_grad = true\nb = 1.0",
    "inline": "inputs = { a = 2.0, b = 1.0 } # both",
    "inline flags": "inputs = { 'a' = { requires_grad = true, value = 2.0 }, b = { value = 1.0 } }",
    "inline dotted": "inputs = { a.value = 2.0, b = 1.0 }",
}
PROGRAM = 'program = """\ne = a * b\n"""\n'


def in_layout(layout: str) -> str:
    first = PROGRAM if layout.startswith("[") else ""
    return first + layout + "\n" + ("" if first else PROGRAM)


def edited(text: str, *edits: tuple[str, str]) -> Edits:
    edits_so_far = Edits(loads(text, "x.toml"))
    for name, typed in edits:
        edits_so_far = edits_so_far.applied(name, typed)
    return edits_so_far


def refusal(text: str, *edits: tuple[str, str]) -> list[Mistake]:
    with pytest.raises(Refused) as refused:
        edited(text, *edits).scenario()
    return list(refused.value.mistakes)


def inputs_of(scenario: Scenario) -> dict[str, object]:
    return {node.name: np.asarray(node.value).tolist() for node in scenario.graph.inputs}


def described(graph: Graph) -> list[object]:
    """All that is to be said of a graph, its numbers by their bits."""
    numbers = [None if node.value is None else np.asarray(node.value).tobytes() for node in graph]
    nodes = [(node.name, node.shape, node.op, node.operands, node.label) for node in graph]
    return [*zip(nodes, numbers, strict=True), graph.output, np.asarray(graph.seed).tobytes()]


# What becomes of the text


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("name", ["a", "b"])
def test_nothing_but_the_value_changes_wherever_it_stands(layout: str, name: str) -> None:
    text = in_layout(layout)
    edits = edited(text, (name, "[7.0]"))
    number = {"a": "2.0", "b": "1.0"}[name]
    start, end = edits.base.places[name]
    assert number in text[start:end]
    assert edits.text == text[:start] + "[7.0]" + text[end:]
    assert inputs_of(edits.scenario())[name] == [7.0]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_byte_order_mark_and_line_ends_survive(mark: str, line_end: str) -> None:
    text = mark + TREE.replace("\n", line_end)
    assert edited(text, ("b", "5"), ("a", "[1, 2]")).text == text.replace("2.0", "[1, 2]").replace("1.0", "5")


def test_a_byte_order_mark_and_an_input_on_the_first_line() -> None:
    text = '\ufeffinputs.a = 2.0\r\nprogram = "e = a * a"\r\n'
    assert edited(text, ("a", "3")).text == text.replace("2.0", "3")


def test_a_file_is_edited_as_it_is_on_the_disk(tmp_path: object) -> None:
    path = f"{tmp_path}/x.toml"
    content = b"\xef\xbb\xbf" + TREE.replace("\n", "\r\n").encode()
    with open(path, "wb") as file:
        file.write(content)
    assert Edits(load(path)).applied("a", "3").text.encode() == content.replace(b"2.0", b"3")


@pytest.mark.parametrize("key", ['"θ"', "'θ'", '"\\u03b8"'])
def test_names_in_quotes_and_in_greek(key: str) -> None:
    edits = edited(f'program = "e = θ * θ"\n[inputs]\n{key} = 2.0\n', ("θ", "3"))
    assert edits.text == f'program = "e = θ * θ"\n[inputs]\n{key} = 3\n'
    assert inputs_of(edits.scenario()) == {"θ": 3.0}


def test_the_flag_can_be_typed_too() -> None:
    edits = edited(TREE, ("a", "{ value = [1, 2], requires_grad = false }"), ("b", "[3, 4]"))
    with pytest.raises(Refused):
        edits.scenario()
    scenario = edited(TREE, ("a", "{ value = 3, requires_grad = false }")).scenario()
    assert [node.requires_grad for node in scenario.graph.inputs] == [False, True]


def test_the_title_of_a_file_without_one_stays(tmp_path: object) -> None:
    path = f"{tmp_path}/nameless.toml"
    with open(path, "w", encoding="utf-8") as file:
        file.write(TREE)
    scenario = Edits(load(path)).applied("a", "3").scenario()
    assert (scenario.title, scenario.name) == ("nameless", path)


# What the file expects


@pytest.mark.parametrize(
    ("expectations", "left"),
    [
        ("\n[expect]\nvalue = 6.0\n[expect.grads]\na = 2.0  # by hand\n", ""),
        ("[expect]\n", ""),
        ("\n[expect.values]\nc = 3.0\n\n# of the leaves\n[expect.grads]\nb = 5.0\n\n[groups]\n", "\n[groups]\n"),
        ("[expect]\nvalue = 6.0\n[groups]\nx = ['c']\n[expect.grads]\na = 2.0", "[groups]\nx = ['c']\n"),
        ("# above\n[expect]\nvalue = 6.0\n# below\n[groups]\n", "# above\n# below\n[groups]\n"),
        ('\n[expect]\nvalue = 6.0 # "\n\ttolerance = 1e-3', ""),
    ],
)
def test_expectations_are_left_out_with_the_comments_among_them(expectations: str, left: str) -> None:
    edits = edited(TREE + expectations, ("a", "3"))
    assert edits.text == TREE.replace("2.0", "3") + left
    assert not edits.scenario().expect.grads
    assert edits.moved(-1).text == TREE + expectations


@pytest.mark.parametrize("head", ["expect.value = 6.0\n", "expect = { value = 6.0, grads = { a = 2.0 } } # old\n"])
def test_expectations_above_the_tables_are_left_out(head: str) -> None:
    assert edited(head + TREE, ("a", "3")).text == TREE.replace("2.0", "3")
    assert edited("title = 'x'\n" + head + TREE, ("a", "3")).text == "title = 'x'\n" + TREE.replace("2.0", "3")


def test_expectations_of_arrays_are_left_out_whole() -> None:
    tail = "[expect.grads]\nx = [\n  [7.0, # one\n   7.0],\n]\n"
    assert edited(TENSORS + tail, ("x", "[[0, 0]]")).text == TENSORS.replace("[[1.0, 2.0]]", "[[0, 0]]")


# What stands in the prompt


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("2.0", "2.0"),
        ("[1, 2]", "[1, 2]"),
        ("[\n  [1, 2],\n  [3, 4],\n]", "[[1, 2], [3, 4]]"),
        ("[ # it's\n  1, # 'one'\n  2 # ]\n\n]", "[1, 2]"),
        ("[1,\n2]", "[1, 2]"),
        ("[1,\t2]", "[1, 2]"),
        ("{ 'value' = [\n1,\n], requires_grad = false }", "{ 'value' = [1], requires_grad = false }"),
        ('{ "value" = [\n\t[\n1 ]] }', '{ "value" = [[1 ]] }'),
    ],
)
def test_a_value_of_several_lines_on_one(text: str, line: str) -> None:
    assert on_one_line(text) == line


def test_an_edit_that_changes_nothing_is_none() -> None:
    text = 'program = "e = sum(x)"\n[inputs]\nx = [ # long\n  1,\n  2,\n]\n'
    edits = edited(text)
    assert on_one_line(edits.now("x")) == "[1, 2]"
    assert edits.applied("x", " [1, 2] ") is edits


def test_typing_the_value_of_the_file_again_restores_its_layout() -> None:
    text = 'program = "e = sum(x)"\n[inputs]\nx = [ # long\n  1,\n  2,\n]\n[expect]\nvalue = 3\n'
    edits = edited(text, ("x", "[3, 4]"), ("x", "[1, 2]"))
    assert edits.text == text
    assert not edits.typed
    assert edits.scenario() is edits.base


# History


def test_undo_and_redo_give_the_very_texts_back() -> None:
    edits = edited(TREE, ("a", "3"), ("b", "4"), ("a", "5"))
    texts = [edits.moved(steps - 3).text for steps in range(4)]
    two, one = TREE.replace("1.0", "4"), TREE.replace("2.0", "3")
    assert texts == [TREE, one, two.replace("2.0", "3"), two.replace("2.0", "5")]
    assert edits.moved(-9).moved(9).text == edits.text
    assert [list(edits.moved(steps - 3).typed) for steps in range(4)] == [[], ["a"], ["a", "b"], ["a", "b"]]


def test_after_undo_another_edit_takes_the_place_of_what_was_undone() -> None:
    edits = edited(TREE, ("a", "3"), ("b", "4")).moved(-1).applied("a", "9")
    assert edits.steps == (Edit("a", "3"), Edit("a", "9"))
    assert edits.moved(1).text == edits.text == TREE.replace("2.0", "9")


def test_edits_are_made_again_in_a_file_that_has_changed() -> None:
    edits = edited(TREE, ("a", "3"), ("b", "4")).moved(-1)
    other = edits.on(loads(TREE.replace("d = b + 1", "d = b + 2")))
    assert other.text == TREE.replace("d = b + 1", "d = b + 2").replace("2.0", "3")
    assert other.moved(1).now("b") == "4"


def test_edits_of_inputs_that_are_gone_are_gone() -> None:
    edits = edited(TREE, ("a", "3"), ("b", "4"))
    other = edits.on(loads('program = "e = b * b"\n[inputs]\nb = 1.0\n'))
    assert (other.steps, other.done) == ((Edit("b", "4"),), 1)


def test_values_that_a_file_had_before_can_be_undone_to() -> None:
    """Such as after saving over the file: else the old value would be nowhere any more."""
    edits = edited(TREE, ("a", "3"))
    saved = edits.on(edits.scenario())
    assert (saved.now("a"), saved.typed) == ("3", {})
    assert saved.moved(-1).text == TREE


def test_what_was_undone_is_not_done_by_another_file() -> None:
    assert edited(TREE, ("a", "3")).moved(-1).on(loads(TREE.replace("2.0", "7"))).now("a") == "7"


# Mistakes


def test_an_input_that_is_gone_is_no_input() -> None:
    (mistake,) = refusal(TREE, ("z", "3"))
    assert mistake.diagnostic.message == "there is no input 'z' any more"


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            "x",
            "None",
            "1e999",
            "[1, [2]]",
            "[[1, 2], [3]]",
            "[1, 2",
            "'text",
            '"""',
            "2 3",
            "2, b = 3",
            "}",
            "= 2",
        ),
        *("{ value = 2", "{ value = 2, requires = 1 }", "[]", "2026-01-01", "true", "1,"),
        *("\x1b[31m2", "[1, 2", "\ufeff2", "2\x00", "9" * 2000, "[" * 17 + "]" * 17),
    ],
)
def test_a_mistake_has_the_words_of_a_file_and_a_place_in_what_was_typed(typed: str) -> None:
    in_file = error_in(TREE.replace("2.0", typed)).diagnostics[0]
    mistake, *_ = refusal(TREE, ("a", typed))
    found = mistake.diagnostic
    assert mistake.where == ""
    assert (found.code, found.message, found.help) == (in_file.code, in_file.message, in_file.help)
    assert (found.line, found.column + len("a = ")) == (1, in_file.column)
    assert found.place.length == in_file.place.length


def test_what_a_file_says_of_the_key_is_said_of_what_was_typed() -> None:
    (mistake,) = refusal(TREE, ("a", "{ requires_grad = true }"))
    assert mistake.where == ""
    assert (mistake.diagnostic.message, mistake.diagnostic.column) == ("the input 'a' has no value", 1)


@pytest.mark.parametrize("typed", ["2\n[expect]", "[1,\n2]", "2 # two", "2\r\n#", "2 #", "7\n<<<<<<< HEAD\n=======\n"])
def test_no_line_break_and_no_comment_gets_into_the_file(typed: str) -> None:
    (mistake,) = refusal(TREE, ("a", typed))
    assert mistake.diagnostic.code == "T011"
    assert "one line" in mistake.diagnostic.message or "no comment" in mistake.diagnostic.message


def test_a_mistake_elsewhere_names_its_place() -> None:
    (mistake,) = refusal(TENSORS, ("x", "[[1, 2, 3]]"))
    in_file = error_in(TENSORS.replace("[[1.0, 2.0]]", "[[1, 2, 3]]")).diagnostics[0]
    assert mistake.where == "program line 1"
    assert mistake.diagnostic.message == in_file.message
    assert mistake.diagnostic.place.snippet == 'program = "e = sum(x @ y)"'
    (of_the_output,) = refusal(TREE, ("a", "[1, 2]"))
    assert of_the_output.where == "program line 3"


def test_lines_of_a_program_are_counted_as_it_says_them() -> None:
    program = "\\nc = x + 1 # \\u2202\\u2202\\u2202\\n\\nd = c @ y\\nf = 1\\ne = sum(d) * f"
    (mistake,) = refusal(
        f'title = "x"\nprogram = "{program}"\ninputs.x = [[1.0]]\ninputs.y = [[2.0]]\n', ("x", "[[1, 2]]")
    )
    assert mistake.where == "program line 4"


def test_a_mistake_outside_the_program_names_its_line() -> None:
    (mistake,) = refusal(TREE.replace("program", 'output = "e"\nprogram', 1), ("a", "[1, 2]"))
    assert (mistake.where, mistake.diagnostic.code) == ("line 1", "S009")


def test_a_file_that_becomes_too_large_is_refused() -> None:
    text = TREE + "#" * (4 * 1024**2 - len(TREE) - 10) + "\n"
    assert edited(text, ("a", "3")).scenario()
    (mistake,) = refusal(text, ("a", "[1, 2, 3, 4, 5]"))
    assert (mistake.where, mistake.diagnostic.code) == ("the scenario", "F002")


def test_half_a_character_is_refused() -> None:
    (mistake,) = refusal(TREE, ("a", '{ value = 1, "\ud800" = 2 }'))
    assert mistake.diagnostic.code == "F003"


# Any scenario


@settings(max_examples=15)
@given(programs(), st.data())
def test_a_value_replaced_by_its_own_text_changes_nothing(text: str, data: st.DataObject) -> None:
    base = Edits(loads(text))
    name = data.draw(st.sampled_from(sorted(base.base.places)))
    spaced = f"  {on_one_line(base.now(name))}".replace("{ ", "{   ").replace("[", "[ ")
    again = base.applied(name, spaced)
    assert described(again.scenario().graph) == described(base.base.graph)
    assert again.moved(-1).text == text


@settings(max_examples=60)
@given(
    st.sampled_from(sorted(LAYOUTS.values())),
    st.lists(st.tuples(st.sampled_from("ab"), st.floats(allow_nan=False)), max_size=5),
    st.integers(0, 5),
    st.sampled_from(["\n", "\r\n"]),
)
def test_any_edits_read_back_and_can_all_be_undone(
    layout: str, typed: list[tuple[str, float]], undone: int, line_end: str
) -> None:
    text = in_layout(layout).replace("\n", line_end)
    edits = edited(text, *((name, repr(number)) for name, number in typed)).moved(-undone)
    expected: dict[str, object] = {"a": 2.0, "b": 1.0}
    for name, text_of_it in edits.steps[: edits.done]:
        expected[name] = float(text_of_it)
    assert inputs_of(edits.scenario()) == expected
    assert edits.moved(-9).text == text
    assert inputs_of(loads(edits.text)) == expected


@given(st.text(max_size=30))
@settings(max_examples=100)
def test_whatever_is_typed_either_is_a_value_or_is_refused(typed: str) -> None:
    found: list[Mistake] = []
    text = TREE
    try:
        text = Edits(loads(TREE)).applied("a", typed).text
    except Refused as refused:
        found += refused.mistakes
    assert (text.splitlines()[:6], text.splitlines()[7:]) == (TREE.splitlines()[:6], TREE.splitlines()[7:])
    assert bool(found) == (text == TREE)
    assert all(0 < mistake.diagnostic.column <= len(typed) + 1 for mistake in found)


@pytest.mark.parametrize("text", ["a\nb\nc\n", "\ufeffa\r\nb\r\n\r\nc", "a\nb\r\nc\n"])
def test_every_character_is_found_in_the_text_as_it_was_written(text: str) -> None:
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n")
    source = Source(plain, "x", raw=text if plain != text else "")
    found = [text[source.place_as_written(at)] for at in range(len(plain))]
    assert "".join(found).replace("\r", "\n") == plain
