"""The table `[groups]`: which nodes its patterns mean, and what is wrong with one."""

from __future__ import annotations

import pytest

from backprop_tui.scenario import limits
from tests.scenario.texts import codes_and_places, error_in, scenario, scenario_text

PROGRAM = "h_1 = tanh(x_1 * w)\nh_2 = tanh(x_2 * w)\ny = h_1 * h_2"
INPUTS = "x_1 = 1\nx_2 = 2\nw = 3"


def groups(*lines: str) -> dict[str, list[str]]:
    """The names of the nodes in each group."""
    loaded = scenario(PROGRAM, INPUTS, tail="\n".join(["[groups]", *lines, ""]))
    nodes = loaded.graph.nodes
    return {group: [nodes[node].name for node in inside] for group, inside in loaded.groups.items()}


def said(*lines: str) -> list[str]:
    """`S016 9:3` for each error."""
    return codes_and_places(error_in(scenario_text(PROGRAM, INPUTS, "", "\n".join(["[groups]", *lines, ""]))))


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("y", ["y"]),
        ("h_*", ["h_1", "h_2"]),
        ("*_1", ["x_1", "h_1"]),
        ("?_1", ["x_1", "h_1"]),
        ("*", ["x_1", "x_2", "w", "h_1", "h_2", "y"]),
        ("**", ["x_1", "x_2", "w", "h_1", "h_2", "y"]),
        ("*_*", ["x_1", "x_2", "h_1", "h_2"]),
        ("h*_*1", ["h_1"]),
        ("?", ["w", "y"]),
    ],
)
def test_a_star_is_any_characters_and_a_question_mark_is_one(pattern: str, names: list[str]) -> None:
    assert groups(f'a = ["{pattern}"]') == {"a": names}


LITERAL = ("h", "h_", "[hx]_1", "H_1", "h_1*_", ".*", "h_1|y", "(y)", "\\\\w", "", "%1", "%*")


@pytest.mark.parametrize("pattern", LITERAL)
def test_all_else_is_meant_as_it_is_written(pattern: str) -> None:
    assert said(f'a = ["{pattern}"]') == ["S016 11:6"]


def test_the_first_pattern_that_matches_a_name_decides() -> None:
    assert groups('first = ["*_1", "y"]', 'rest = ["*"]') == {
        "first": ["x_1", "h_1", "y"],
        "rest": ["x_2", "w", "h_2"],
    }


def test_the_groups_of_a_scenario_without_the_table_are_none() -> None:
    assert scenario(PROGRAM, INPUTS).groups == {}
    assert groups("empty = []") == {}


def test_what_a_group_is_called_is_clean() -> None:
    assert groups('"a\\u001b[2J" = ["y"]') == {"a␛[2J": ["y"]}
    assert groups(f'"{"a" * 1000}" = ["y"]') == {"a" * (limits.NAME_CHARACTERS - 1) + "…": ["y"]}


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ('a = "h_*"', "S003 11:5"),
        ("a = 3", "S003 11:5"),
        ('a = ["y", 3]', "S003 11:11"),
        ('a = [["y"]]', "S003 11:6"),
        ('a.b = ["y"]', "S003 11:1"),
        ('a = ["y", "z*"]', "S016 11:11"),
        ('a = ["y", "y"]', "S016 11:11"),
        (f'a = ["y", "{"x" * limits.PATTERN_CHARACTERS}"]', "H014 11:11"),
        ("a = [" + '"y", ' * limits.PATTERNS + '"y"]', f"H014 11:{6 + 5 * limits.PATTERNS}"),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(line: str, error: str) -> None:
    assert said(line) == [error]


def test_no_pattern_takes_long() -> None:
    many = "a*" * 25 + "b"  # tried in every way, it would take longer than the universe is old
    name = "a" * limits.NAME_CHARACTERS
    program = "\n".join(f"{name[:-5]}{number:05} = w * 2" for number in range(300))
    text = scenario_text(program, "w = 1", "", f'[groups]\na = ["{many}"]\n')
    assert codes_and_places(error_in(text)) == ["S016 306:6"]


@pytest.mark.parametrize(
    ("written", "shown"), [("e\u0301", "é"), ("日", "\\u{65e5}"), ("a\\u0000", "a\u2400"), ("[b]", "[b]")]
)
def test_every_character_of_a_name_takes_one_cell(written: str, shown: str) -> None:
    assert groups(f'"{written}" = ["y"]') == {shown: ["y"]}
