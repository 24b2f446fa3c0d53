"""Finding nodes: the search, what is left of it afterwards, and the ways along the edges."""

from __future__ import annotations

from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

import backprop_tui as bp
from backprop_tui.engine.correspondence import Correspondence
from backprop_tui.lessons import directory
from backprop_tui.tui.actions import Scope
from backprop_tui.tui.lines import plain
from backprop_tui.tui.panels import footer, hints, matches
from backprop_tui.tui.screens.search import MOST_TYPED, Search
from backprop_tui.tui.session import Session
from backprop_tui.tui.views import open_scenario
from backprop_tui.tui.walks import Role, neighbours
from backprop_tui.tui.widgets.graph_canvas import GraphCanvas
from backprop_tui.tui.widgets.panel import Panel
from tests.tui.screens import position, stepper, stepping, text_of

CHAIN = bp.loads(
    "program = '''\n" + "\n".join(f"y{i} = {'sin' if i % 10 else 'tanh'}(y{i - 1})" for i in range(1, 41)) + "\n'''\n"
    "[inputs]\ny0 = 0.5"
)
SHARED = bp.loads("program = '''\na = x * 2\nb = x + a\nc = a * a * x\nd = b - c\n'''\n[inputs]\nx = 1.0\nt = 3.0")


def session_of(scenario: bp.Scenario, select: str = "") -> Session:
    """A session at the end of the forward pass."""
    session = Session(scenario, bp.run(scenario.graph))
    session.end_of_phase()
    if select:
        session.select(scenario.graph[select].index)
    return session


def selected(pilot: Pilot[Any]) -> str | None:
    """The node selected in the stepper, which may be under the search."""
    session = pilot.app.screen_stack[-2 if isinstance(pilot.app.screen, Search) else -1].session  # type: ignore[attr-defined]
    return None if session.selected is None else session.timeline.graph.nodes[session.selected].title


async def search(pilot: Pilot[Any], query: str, *keys: str) -> None:
    """Search, then press keys."""
    await pilot.press("slash")
    pilot.app.screen.query_one(Input).value = query
    await pilot.pause()
    if keys:
        await pilot.press(*keys)


async def footer_of(pilot: Pilot[Any]) -> str:
    return (await text_of(pilot)).splitlines()[-1]


async def test_graph_table_and_program_follow_what_is_chosen() -> None:
    async with stepping(CHAIN) as pilot:
        await search(pilot, "tanh")
        shown = await text_of(pilot)
        assert "Search: 1 of 4" in shown
        assert "▶ y10 = tanh(y9)" in shown
        assert selected(pilot) == "y10"
        await pilot.press("down")
        lines = (await text_of(pilot)).splitlines()
        assert any("▸y20" in line for line in lines[10:20]), "in the middle of the graph"
        await pilot.press("pagedown")
        shown = await text_of(pilot)
        assert "Search: 4 of 4" in shown
        assert selected(pilot) == "y40"
        rows = [line for line in shown.splitlines() if "y40" in line]
        assert any(line.count("y40") >= 2 for line in rows), "in the program and in the table"
        assert any("▸y40" in line for line in rows), "in the graph"


async def test_enter_stays_there_and_n_goes_on_until_escape() -> None:
    async with stepping(CHAIN, size=(80, 24)) as pilot:
        await search(pilot, "tanh", "enter")
        assert selected(pilot) == "y10"
        assert await footer_of(pilot) == f"{' /tanh   1 of 4   n N next   Esc end':<64}? help   q quit"
        await pilot.press("2", "n")
        assert selected(pilot) == "y30"
        await pilot.press("n", "n", "N")
        assert selected(pilot) == "y40", "round and back"
        assert "4 of 4" in await footer_of(pilot)
        assert position(pilot) == 0
        await pilot.press("escape", "n")
        assert position(pilot) == 1
        assert selected(pilot) == "y40"
        assert "n node" in await footer_of(pilot)


async def test_escape_brings_everything_back() -> None:
    async with stepping(CHAIN, size=(80, 24)) as pilot:
        await pilot.press("f", "up")
        canvas, table = pilot.app.screen.query_one(GraphCanvas), pilot.app.screen.query_one("#values", Panel)
        canvas.pan_to(0, 2)
        table.scroll_rows(-3)
        await text_of(pilot)
        before = selected(pilot), canvas.viewport, table.top
        await search(pilot, "y1", "down", "down")
        await text_of(pilot)
        assert (selected(pilot), canvas.viewport, table.top) != before
        await pilot.press("x")  # nothing is found
        await text_of(pilot)
        assert (selected(pilot), canvas.viewport, table.top) == before
        await pilot.press("backspace", "escape")
        await text_of(pilot)
        assert (selected(pilot), canvas.viewport, table.top) == before
        assert stepper(pilot).session.found is None


async def test_nothing_found_says_what_may_have_been_meant() -> None:
    async with stepping("mazur-2-2-2.toml", size=(80, 24)) as pilot:
        await search(pilot, "sigmiod")
        assert "Did you mean sigmoid?" in await text_of(pilot)
        assert selected(pilot) is None
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, Search), "there is nothing to go to"
        for query, hint in (("nan", "is:nan"), ("is:big", "zero-grad"), ("w1 zz", "fewer")):
            pilot.app.screen.query_one(Input).value = query
            await pilot.pause()
            assert hint in await text_of(pilot)


async def test_without_a_query_there_are_examples_and_enter_ends_the_search() -> None:
    async with stepping(CHAIN, size=(80, 24)) as pilot:
        session = stepper(pilot).session
        session.search_again("y1")
        session.next_found()
        session.look_at(0)
        await pilot.press("slash")
        assert selected(pilot) == "y10"
        assert pilot.app.screen.query_one(Input).value == "y1"
        assert "Search: 2 of " in await text_of(pilot), "it begins where the last one was left"
        await pilot.press("backspace")  # the query is selected: it goes as a whole
        assert "is:zero-grad" in await text_of(pilot)
        await pilot.press("enter")
        assert session.found is None


async def test_it_takes_the_place_of_the_explanation_and_nothing_else_in_any_window() -> None:
    async with stepping(SHARED, size=(80, 24)) as pilot:
        before = (await text_of(pilot)).splitlines()
        rule = pilot.app.screen.query_one("#chain-rule")
        await search(pilot, "mul", "down")
        wide = (await text_of(pilot)).splitlines()
        places = range(rule.region.y), range(rule.region.bottom, 23)
        assert all(wide[y] == before[y] for place in places for y in place if "▸" not in wide[y])
        await pilot.resize_terminal(30, 5)
        await pilot.resize_terminal(60, 16)
        after = (await text_of(pilot)).splitlines()
        top = rule.region.y
        assert after[top].startswith("─ Search: 2 of 3")
        assert after[top + 2].startswith(" ▶ a · a")
        assert after[-1].startswith(" /mul")
        assert after[-1].endswith("↑↓   Enter   Esc")
        assert after[rule.region.bottom].startswith(" forward")
        assert max(map(len, after)) <= 60


async def test_hostile_text_is_only_text_and_a_paste_is_clipped() -> None:
    scenario = bp.loads("title = '[/]'\nprogram = 'y = x[0] * 2'\n[inputs]\nx = [1.0]")
    async with stepping(scenario, size=(80, 24)) as pilot:
        await search(pilot, "[0")
        assert "▶ x[0]" in await text_of(pilot)
        query = pilot.app.screen.query_one(Input)
        query.post_message(events.Paste("][/\x1b[31m\u202e"))
        assert "/[0][/[31m" in await footer_of(pilot)
        query.post_message(events.Paste("x" * 1_000_000))
        await pilot.press("y")
        assert len(query.value) == MOST_TYPED
        assert "xxx" in await footer_of(pilot), "the end of it is in view"


async def test_a_click_chooses_and_another_one_accepts() -> None:
    async with stepping(CHAIN, size=(80, 24)) as pilot:
        await search(pilot, "tanh")
        lines = (await text_of(pilot)).splitlines()
        y = next(y for y, line in enumerate(lines) if "  y20 = tanh" in line)
        await pilot.click(offset=(10, y))
        assert selected(pilot) == "y20"
        await pilot.click(offset=(10, y))
        assert stepper(pilot).session.found
        await pilot.click(offset=((await footer_of(pilot)).index("end"), 23))
        assert stepper(pilot).session.found is None


@pytest.mark.parametrize("width", [20, 40, 60, 120])
def test_a_click_on_the_footer_means_what_stands_there(width: int) -> None:
    session = session_of(CHAIN)
    session.search_again("tanh op:tanh y")
    hint = hints.hint(session)
    text = plain(footer.page(Scope.STEPPER, width, hint).line(0))
    for word, id_ in ((" next", "next_node"), (" end", "leave"), (" help", "help")):
        action = footer.action_at(Scope.STEPPER, width, text.find(word) + 1, hint)
        assert (action.id if action else None) == (id_ if word in text else None)
    assert (" next" in text) == (width >= 40)
    assert (" help" in text) == (width == 120)


def test_values_and_gradients_are_those_of_the_position() -> None:
    session = session_of(bp.load(directory() / "tree.toml"))
    session.go(10)
    page = matches.page(session, [session.timeline.graph[name].index for name in "bd"], 0, 60)
    assert [plain(page.line(index)).split() for index in range(2)] == [
        ["▶", "b", "input", "1", "∇", "3"],
        ["d", "=", "b", "+", "1", "2", "∇", "3"],
    ]


@pytest.mark.parametrize(
    ("value", "narrow", "wide"),
    [("[0.5, 0.25]", "μ=0.375", "[0.5 0.25]"), ("[-1.23456e-7, -1e-7]", "…", "μ=-1.117e-7")],
)
def test_an_array_is_whole_or_a_summary_and_no_number_is_cut(value: str, narrow: str, wide: str) -> None:
    session = session_of(bp.loads(f"program = 'y = x * 3'\nseed = [0, 1]\n[inputs]\nx = {value}"))
    for cells, text in ((60, narrow), (90, wide)):
        line = plain(matches.page(session, [0], 0, cells).line(0))
        assert len(line) == cells
        assert line.split(maxsplit=4) == ["▶", "x", "input", "(2,)", f"{text} ∇ {'·':>{9 if cells < 70 else 13}}"]


# Along the edges, and to the events of a node


def walked(session: Session, steps: str) -> str | None:
    """Where `d D u U` lead, as keys do."""
    for step in steps:
        role = Role.OPERAND if step in "dD" else Role.USE
        if step.isupper():
            session.next_neighbour(role)
        else:
            session.go_along(role)
    return None if session.selected is None else session.timeline.graph.nodes[session.selected].title


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("d", "b"),
        ("dD", "c"),
        ("dDD", "b"),
        ("D", "b"),
        ("dd", "x"),
        ("ddu", "a"),
        ("dduU", "b"),
        ("dduUU", "c"),
        ("dduUUU", "a"),
        ("dDd", "a * a"),
        ("dDdd", "a"),
        ("dU", "d"),
        ("ddd", "x"),  # an input has no operands
        ("u", None),  # nor the output uses
    ],
)
def test_operands_and_uses_are_walked_through(steps: str, expected: str | None) -> None:
    assert walked(session_of(SHARED), steps) == expected


@pytest.mark.parametrize(("title", "operands"), [("a", ["x"]), ("a * a", ["a"]), ("c", ["a * a", "x"])])
def test_an_operand_is_no_constant_and_is_named_once(title: str, operands: list[str]) -> None:
    nodes = SHARED.graph.nodes
    node = next(node.index for node in nodes if node.title == title)
    found = neighbours(SHARED.graph, node, Role.OPERAND)
    assert found
    assert [nodes[one].title for one in found.nodes] == operands


async def test_keys_do_so_and_the_footer_says_where_they_lead() -> None:
    async with stepping(SHARED, size=(80, 24)) as pilot:
        session = stepper(pilot).session
        session.select(session.timeline.graph["x"].index)
        await pilot.press("u", "2", "U")
        assert selected(pilot) == "c"
        assert (await footer_of(pilot)).startswith(" use 3 of 3 of x   U next   d operand   u use")
        await pilot.press("d", "D")
        assert selected(pilot) == "x"
        await pilot.press("d")
        assert (await footer_of(pilot)).startswith(" x has no operands")
        session.select(session.timeline.graph["a"].index)
        await pilot.press("G")
        assert position(pilot) == len(session.timeline) - 1
        await pilot.press("V")
        assert position(pilot) == 3
        assert (await footer_of(pilot)).startswith(" ←→ step")
        session.select(session.timeline.graph["t"].index)
        await pilot.press("G")
        assert position(pilot) == 3
        assert "t gets no gradient, now or ever" in await footer_of(pilot)


@pytest.mark.parametrize(("node", "value", "gradient"), [("a", 1, 10), ("b", 2, 11), ("c", 3, 7), ("e", 5, 6)])
def test_the_run_goes_to_where_a_node_is_done(node: str, value: int, gradient: int) -> None:
    session = session_of(bp.load(directory() / "tree.toml"), node)
    session.go_to_gradient()
    assert session.position == gradient
    session.go_to_value()
    assert session.position == value
    assert session.node == session.timeline.graph[node].index


async def test_c_brings_the_current_event_back() -> None:
    async with stepping(CHAIN, size=(80, 24)) as pilot:
        await pilot.press("2", "0", "l")
        canvas, table = pilot.app.screen.query_one(GraphCanvas), pilot.app.screen.query_one("#values", Panel)
        canvas.pan_to(0, 0)
        table.scroll_rows(-100)
        assert "y19 ◀" not in await text_of(pilot)
        await pilot.press("c")
        lines = (await text_of(pilot)).splitlines()
        assert any("y19 ◀" in line for line in lines)
        assert any("y19=" in line for line in lines[5:11]), "in the middle"


async def test_another_run_closes_the_prompt_and_is_searched_again() -> None:
    async with stepping(CHAIN, size=(80, 24)) as pilot:
        screen, old = stepper(pilot), stepper(pilot).session
        old.select(old.timeline.graph["y21"].index)
        old.search_again("y2")
        await pilot.press("slash")
        views = open_scenario(CHAIN)
        await screen.renew(views, Correspondence(old.timeline, views.session.timeline))
        assert pilot.app.screen is screen
        assert screen.session is views.session
        assert screen.session.found
        assert screen.session.found.node == screen.session.selected
        screen.session.search_again("gone")
        assert screen.session.found is None
