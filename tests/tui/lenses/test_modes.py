"""Forward against reverse: both modes on one page, each at its own event."""

from __future__ import annotations

import pytest

from backprop_tui.drawing.state import Flow
from backprop_tui.graph import Edge
from backprop_tui.progress import Cancelled, Progress
from backprop_tui.tui.lenses.modes import Modes
from backprop_tui.tui.lines import Ink, width
from tests.tui.lenses.studies import SIZES, lines_of, page_of, session_of, study_of
from tests.tui.screens import stepper, stepping, text_of


def after(lens: Modes, steps: int) -> Modes:
    """The lens, so many events of forward mode further on."""
    lens.choose(study_of(lens), steps)
    return lens


class TestThePage:
    """What stands beside the graph of the tree."""

    def test_asks_before_it_tells(self) -> None:
        assert lines_of(page_of(Modes(session_of("tree", selected="b")))) == [
            "forward ●───────────────── 0/4         ·",
            "reverse ●───────────────── 0/5         ·",
            "Both are after ∂e/∂b.",
            "",
            ". lets b move at speed 1",
            "",
            "",
            "for every ∂e/∂input   sweeps   edges",
            "forward                    2       6",
            "reverse                    1       5",
            "",
            "node   ∂·/∂b   ∂e/∂·",
            "a         —       ·",
            "b         ·       ·",
            "c         ·       ·",
            "d         ·       ·",
            "e         ·       ·",
        ]

    def test_shows_the_edge_that_carries_a_tangent_on(self) -> None:
        lens = after(Modes(session_of("tree", at=8, selected="b")), 5)
        lines = lines_of(page_of(lens, (56, 26)))
        assert lines[0] == "forward from b ━━━━━━━━━━━━━━━━━━━━━━━━━━● 4/4         5"
        assert lines[1] == "reverse from e ━━━━━━━━━━●──────────────── 2/5         ·"
        assert lines[4:7] == [
            "∂e/∂b += ∂e/∂d · ∂d/∂b",
            "      =    3   ·   1   = 3   2 → 5",
            "d at speed 1 moves e at speed 3, in all at 5.",
        ]
        assert lines[-6:] == [
            "node   forward ∂·/∂b   reverse ∂e/∂·",
            "a                 —               ·",
            "b                 1               ·",
            "c                 1               2",
            "d ●               1               3",
            "e ◀               5               1",
        ]

    def test_says_that_both_end_in_one_number_only_when_both_have_it(self) -> None:
        for at, steps, found in ((11, 4, False), (10, 5, False), (11, 5, True)):
            lens = after(Modes(session_of("tree", at=at, selected="b")), steps)
            ending = lines_of(page_of(lens))[2]
            assert ending == ("The same both ways: ∂e/∂b = 5" if found else "Both are after ∂e/∂b.")

    def test_of_an_output_that_does_not_depend_on_the_input_says_so(self) -> None:
        text = 'output = "y"\nprogram = """aside = 2 * x\ny = 3 * z"""\n[inputs]\nx = 1.0\nz = 1.0\n'
        lines = lines_of(page_of(after(Modes(session_of(text, at=-1, selected="x")), 9)))
        assert lines[0].split()[-1] == lines[1].split()[-1] == "·"
        assert lines[2] == "y does not depend on x."

    def test_of_two_ends_that_differ_says_why(self) -> None:
        text = 'program = """y = sqrt(x)\nL = y[0]"""\n[inputs]\nx = [1.0, 0.0]\n'
        lens = Modes(session_of(text, at=-1))
        lens.turn(study_of(lens), 1)
        page = page_of(after(lens, 9))
        assert [line.split()[-1] for line in lines_of(page)[:2]] == ["0", "nan"]
        assert page.head[1][-1].ink is page.head[2][-1].ink is Ink.TROUBLE
        assert lines_of(page)[2] == "They differ: one way has met 0 · inf."

    def test_of_an_array_as_output_is_after_its_product_with_the_seed(self) -> None:
        lens = after(Modes(session_of("spiral", at=-1)), 99)
        lines = lines_of(page_of(lens, (56, 26)))
        assert lines[2] == "The same both ways: seed · ∂curve/∂t = -1.984"
        assert lines_of(page_of(lens))[2] == "seed · ∂curve/∂t = -1.984 both ways"
        assert lines[4:8] == [
            "contribution = ∂curve/∂z · ∂z/∂t",
            "    (3,)         (3,)",
            "  [0 0 1]    =  [0 0 1]  ·   1",
            "[-1.984 2.462 0] → [-1.984 2.462 1]",
        ]
        assert lines[11:13] == [
            "forward, one per input                 1      12",
            "reverse, one per output element        3      36",
        ]

    def test_shows_a_linear_rule_done_to_the_tangent(self) -> None:
        lens = after(Modes(session_of("two-layer-softmax", selected="W1")), 2)
        assert lines_of(page_of(lens, (80, 42)))[4:8] == [
            "∂(x @ W1)/∂W1[0,0] =    x    @ ∂W1/∂W1[0,0]",
            "      (1,2)           (1,2)       (2,2)",
            "      [16 0]       = [16 -6] @    ⎡1 0⎤",
            "                                  ⎣0 0⎦",
        ]

    def test_sets_a_formula_that_just_fits(self) -> None:
        lens = after(Modes(session_of("two-embeddings")), 8)
        lines = lines_of(page_of(lens, (40, 19)))[4:6]
        assert lines == [
            "∂p/∂u1 += ∂p/∂score · ∂score/∂u1",
            "       =     0.25   ·    0.5     = 0.125",
        ]

    def test_aligns_decimal_points(self) -> None:
        lines = lines_of(page_of(after(Modes(session_of("two-embeddings", at=-1)), 99)))
        points = [(line.find(".", 17, 25), line.find(".", 27)) for line in lines[-8:]]
        assert len({forward for forward, _ in points if forward >= 0}) == 1
        assert len({reverse for _, reverse in points if reverse >= 0}) == 1

    def test_cuts_names_short_where_there_is_no_room(self) -> None:
        lens = after(Modes(session_of("two-embeddings")), 6)
        assert lines_of(page_of(lens, (40, 19)))[4:6] == [
            "∂(p…5)/∂u1 += ∂(p…5)/∂(p…4) · ∂(p…4)/∂u1",
            "= 1 · 0.5 = 0.5",
        ]
        lens = after(Modes(session_of("attention")), 8)
        assert lines_of(page_of(lens, (56, 12)))[2:4] == [
            "∂scores/∂X[0,0] += ∂scores/∂(Q …K.T) · ∂(Q …K.T)/∂X[0,0]",
            "= 0.7071 · (3,3) μ=1.111 = (3,3) μ=0.7857",
        ]

    def test_puts_a_negative_speed_in_brackets(self) -> None:
        text = 'program = """a_difference = 1 - an_input\nan_output = a_difference * 3"""\n[inputs]\nan_input = 2.0\n'
        assert lines_of(page_of(after(Modes(session_of(text)), 3)))[5] == "= 3 · (-1) = -3"

    def test_shows_what_is_taken_out_of_a_tangent(self) -> None:
        text = 'program = """y = 2 * x\nL = y[1]"""\n[inputs]\nx = [1.0, 3.0]\n'
        lens = after(Modes(session_of(text)), 3)
        assert lines_of(page_of(lens, (80, 42)))[4] == "∂L/∂x[0] = (∂y/∂x[0])[1]"

    @pytest.mark.parametrize("size", SIZES, ids=str)
    @pytest.mark.parametrize("scenario", ["tree", "two-embeddings", "spiral", "two-layer-softmax", "attention"])
    def test_fits_and_keeps_every_line_in_its_place(self, scenario: str, size: tuple[int, int]) -> None:
        session = session_of(scenario)
        lens = Modes(session)
        study = study_of(lens)
        heads = set()
        for at in range(len(study.sweep) + 1):
            session.go(2 * at)
            page = lens.page(study, *size)
            heads.add(len(page.head))
            lines = [*page.head, *map(page.line, range(page.length))]
            assert all(width(line) <= size[0] for line in lines)
            lens.choose(study, 1)
        assert len(heads) == 1
        assert heads.pop() <= size[1] - 6  # and there is a table

    def test_never_moves_its_columns(self) -> None:
        session = session_of("spiral")
        lens = Modes(session)
        study = study_of(lens)
        places = set()
        for at in range(len(session.timeline) + 1):
            session.go(at)
            page = lens.page(study, 56, 26)
            places.add(tuple(width(span for span in page.line(2)[:count]) for count in (1, 2, 3, 4)))
            lens.choose(study, 1)
        assert len(places) == 1


class TestMoving:
    """`.` and `,` move forward mode; `>` and `<` choose what moves."""

    def test_stops_at_both_ends(self) -> None:
        lens = Modes(session_of("tree", selected="b"))
        assert lines_of(page_of(after(lens, -1)))[0].split()[2] == "0/4"
        assert lines_of(page_of(after(lens, 99)))[0].split()[2] == "4/4"
        assert lines_of(page_of(after(lens, -1)))[0].split()[2] == "3/4"

    def test_another_input_begins_anew_but_for_who_was_at_the_end(self) -> None:
        lens = after(Modes(session_of("tree")), 2)
        lens.turn(study_of(lens), 1)
        assert lines_of(page_of(lens))[0].split()[2:] == ["0/4", "·"]
        after(lens, 99)
        lens.turn(study_of(lens), 1)  # round to the first one
        assert lines_of(page_of(lens))[0].split()[2:] == ["2/2", "2"]

    def test_starts_from_the_input_that_is_selected_and_follows_it(self) -> None:
        session = session_of("two-embeddings", selected="u3")
        lens = Modes(session)
        assert study_of(lens).x == "u3"
        session.select(session.timeline.graph["v1"].index)
        assert study_of(lens).x == "v1"
        session.select(session.timeline.graph["p"].index)  # no input
        assert study_of(lens).x == "v1"

    def test_goes_through_the_elements_of_an_array(self) -> None:
        session = session_of("two-layer-softmax", selected="W1")
        lens = Modes(session)
        lens.turn(study_of(lens), 3)
        assert study_of(lens).x == "W1[1,1]"
        assert page_of(lens, (56, 26)).title == "Forward against reverse: W1[1,1], 4 of 15"
        assert page_of(lens, (40, 19)).title == "Forward against reverse: 4 of 15"

    def test_a_click_chooses_an_input_or_goes_to_where_a_node_is_done(self) -> None:
        lens = Modes(session_of("tree"))
        lens.point(study_of(lens), 1)
        assert study_of(lens).x == "b"
        lens.point(study_of(lens), 3)
        assert lines_of(page_of(lens))[0].split()[2] == "2/4"
        lens.point(study_of(lens), 99)
        assert lines_of(page_of(lens))[0].split()[2] == "2/4"

    def test_goes_on_in_another_run(self) -> None:
        lens = after(Modes(session_of("tree", selected="b")), 4)
        again = lens.resumed(session_of("tree"))
        assert lines_of(page_of(again))[4] == lines_of(page_of(lens))[4] == "∂e/∂b += ∂e/∂c · ∂c/∂b"
        other = lens.resumed(session_of("two-embeddings"))
        assert study_of(other).x == "u1"


class TestTheGraph:
    """What is lit in it."""

    def test_lights_the_edge_and_shows_the_tangents_so_far(self) -> None:
        session = session_of("tree", selected="b")
        lens = after(Modes(session), 4)
        found = lens.highlight(study_of(lens))
        names = {node.index: node.name for node in session.timeline.graph}
        assert found is not None
        edge = Edge(session.timeline.graph["e"].index, 0, session.timeline.graph["c"].index)
        assert (found.edges, found.flow, found.mark) == (frozenset((edge,)), Flow.FORWARD, "∂")
        assert {names[node]: text for node, text in found.numbers.items()} == {"b": "1", "c": "1", "d": "1", "e": "2"}
        found = after(lens, -1).highlight(study_of(lens))
        assert found is not None
        assert {names[node]: text for node, text in found.numbers.items()} == {"b": "1", "c": "1", "d": "1"}
        assert found.numbers.get(edge.consumer) is None

    def test_lights_the_event_of_the_run_once_that_has_been_moved(self) -> None:
        session = session_of("tree")
        lens = Modes(session)
        assert lens.highlight(study_of(lens)) is None
        assert after(lens, 1).highlight(study_of(lens)) is not None
        session.step(1)
        assert lens.highlight(study_of(lens)) is None

    def test_keeps_in_view_the_node_that_was_moved_last(self) -> None:
        session = session_of("two-embeddings")
        lens = after(Modes(session), 2)
        assert session.rows[page_of(lens).follow or 0] == session.timeline.graph["p1"].index == session.focus
        session.go(len(session.timeline))
        assert session.rows[page_of(lens).follow or 0] == session.timeline.graph["v1"].index


def test_a_study_can_be_stopped() -> None:
    lens, progress = Modes(session_of("tree")), Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        lens.study(lens.subject, progress)


async def test_its_keys_move_forward_mode_and_the_steppers_keys_reverse_mode() -> None:
    async with stepping("tree.toml", size=(80, 24)) as pilot:
        await pilot.press("m", "greater_than_sign", "5", "full_stop")
        assert "4/4         5" in await text_of(pilot)
        assert "Both are after ∂e/∂b." in await text_of(pilot)
        await pilot.press("f", "f")
        assert "The same both ways: ∂e/∂b = 5" in await text_of(pilot)
        await pilot.press("comma")
        assert "3/4         ·" in await text_of(pilot)
        assert stepper(pilot).session.position == 11
        await pilot.press("m")
        assert "Forward against reverse" not in await text_of(pilot)


async def test_the_graph_goes_where_forward_mode_goes() -> None:
    async with stepping("two-embeddings.toml", size=(80, 24)) as pilot:
        await pilot.press("m")
        assert "u1 ·" in await text_of(pilot)
        assert "loss=" not in await text_of(pilot)
        await pilot.press("1", "0", "full_stop")
        assert "loss=" in await text_of(pilot)
