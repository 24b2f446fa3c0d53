"""Nudge: an input moves by h, the change travels, and Δe/h stands beside the gradient."""

from __future__ import annotations

import pytest

from backprop_tui.drawing.highlight import NUMBERS_WIDTH
from backprop_tui.drawing.state import Flow
from backprop_tui.graph import Edge
from backprop_tui.progress import Cancelled, Progress
from backprop_tui.tui.lenses.nudge import Nudge
from backprop_tui.tui.lines import Ink, plain, width
from backprop_tui.tui.panels.nudge import agreeing, apart, compared, digits, moved_by
from tests.graphs import value_of
from tests.tui.lenses.studies import SIZES, all_lines, lines_of, page_of, session_of, study_of
from tests.tui.screens import stepping, text_of

KINK = 'program = """\nc = relu(x)\ny = 3 * c\n"""\n[inputs]\nx = 0.0\n'


class TestThePage:
    """What stands beside the graph."""

    def test_fits_the_smallest_panel(self) -> None:
        assert lines_of(page_of(Nudge(session_of("tree", at=-1, selected="b")))) == [
            "b = 1 → 1.01                    h = 0.01",
            "Δe/h   5.00999999999987",
            "∂e/∂b  5",
            "h is too large: e bends on the way. Δe/h",
            "is within 0.011 of ∂e/∂b.",
            " h       Δe/h           within",
            " 0.1     5.1              0.11 too large",
            "▶0.01    5.01            0.011 too large",
            " 0.001   5.001          0.0011 too large",
            "",
            "If b changes at speed 1, c changes at",
            "speed 1 and d at speed 1, so e changes",
            "at speed 5.",
            "",
            "node      before           Δ         Δ/h",
            "b              1        0.01           1",
            "c              3        0.01           1",
            "d              2        0.01           1",
            "e              6      0.0501        5.01",
        ]

    def test_has_more_steps_and_columns_where_there_is_room(self) -> None:
        lines = lines_of(page_of(Nudge(session_of("tree", at=-1, selected="b")), (56, 26)))
        assert " h       Δe/h                  off by   within" in lines
        assert "▶0.01    5.00999999999987        0.01    0.011 too large" in lines
        assert " 1e-5    5.000009999989175       1e-5   1.1e-5 good" in lines
        assert "e              6 → 6.05             0.0501        5.01" in lines
        assert sum(line.endswith(("good", "too large", "too small")) for line in lines) == 9

    def test_shows_all_steps_in_a_large_panel_and_what_either_error_comes_to(self) -> None:
        lines = lines_of(page_of(Nudge(session_of("tree", at=-1, selected="b")), (80, 42)))
        assert sum(line.endswith(("good", "too large", "too small")) for line in lines) == 16
        assert [line.split() for line in lines if line.startswith((" 1e-5 ", " 1e-12 "))] == [
            ["1e-5", "5.000009999989175", "1e-5", "1e-5", "9.7e-10", "1.1e-5", "good"],
            ["1e-12", "5.000444502911705", "4.4e-4", "0.0098", "0.0098", "too", "small"],
        ]

    def test_names_fewer_nodes_where_there_is_less_room(self) -> None:
        low, high = (" ".join(lines_of(page_of(Nudge(session_of("mazur-2-2-2")), size))) for size in SIZES[:2])
        assert low.count(" at speed ") < high.count(" at speed ")

    @pytest.mark.parametrize("lesson", ["tree", "karpathy-tanh-neuron", "attention", "where-nan", "rnn-20-steps"])
    @pytest.mark.parametrize("size", SIZES, ids=str)
    def test_no_line_is_wider_than_the_panel(self, lesson: str, size: tuple[int, int]) -> None:
        lens = Nudge(session_of(lesson, at=-1))
        lens.turn(study_of(lens), 1)
        lens.choose(study_of(lens), 9)
        assert max(map(width, all_lines(page_of(lens, size)))) <= size[0]

    def test_says_what_an_input_that_stands_on_a_kink_means(self) -> None:
        lines = lines_of(page_of(Nudge(session_of(KINK, at=-1)), (80, 42)))
        text = " ".join(lines)
        assert "relu at c changes its branch right here. Δy/h comes to 3 for h > 0 and to 0 for h < 0" in text
        assert lines[10].split() == ["▶0.01", "3", "3", "—", "kink"]

    def test_sums_up_an_array_that_does_not_fit_before_and_after(self) -> None:
        lines = lines_of(page_of(Nudge(session_of("attention", selected="Wq")), (56, 26)))
        assert "Wq                  μ=1 → μ=1.002       ≤0.01        ≤1" in lines

    def test_knows_the_gradient_once_the_run_does(self) -> None:
        """The first of b's two contributions, 3, is no gradient yet."""
        for position, shown in ((0, "∂e/∂b  ·  complete after event 11"), (10, "∂e/∂b  ·  complete after event 11")):
            assert lines_of(page_of(Nudge(session_of("tree", at=position, selected="b"))))[2] == shown
        assert lines_of(page_of(Nudge(session_of("tree", at=11, selected="b"))))[2] == "∂e/∂b  5"

    def test_lights_the_digits_that_agree_with_the_gradient(self) -> None:
        before, after = (page_of(Nudge(session_of("tree", at=position, selected="b"))).line(0) for position in (10, 11))
        assert [(span.text, span.ink) for span in after[1:]] == [("5.0", Ink.NEW_FORWARD), ("0999999999987", Ink.FAINT)]
        assert [span.text for span in before[1:]] == ["5.00999999999987"]

    def test_what_leads_out_of_a_domain_is_trouble(self) -> None:
        lens = Nudge(session_of('program = """\ny = log(x)\n"""\n[inputs]\nx = 0.005\n', at=-1))
        lens.turn(study_of(lens), 1)
        page = page_of(lens)
        assert "There is no Δy: y is not finite at x + h." in " ".join(lines_of(page))
        assert {span.text for line in all_lines(page) for span in line if span.ink is Ink.TROUBLE} >= {
            "nan",
            "no value",
        }


class TestTheKeys:
    """What moves, and by how much."""

    def test_h_becomes_ten_times_smaller_and_larger(self) -> None:
        lens = Nudge(session_of("tree"))
        for steps, h in ((1, "h = 0.001"), (2, "h = 1e-5"), (99, "h = 1e-15"), (-99, "h = 1")):
            lens.choose(study_of(lens), steps)
            assert lines_of(page_of(lens))[0].endswith(h)

    def test_h_is_turned_round_before_the_next_input_moves(self) -> None:
        lens = Nudge(session_of("tree"))
        heads = []
        for _ in range(4):
            heads.append(lines_of(page_of(lens))[0].split("  ")[0])
            lens.turn(study_of(lens), 1)
        assert heads == ["a = 2 → 2.01", "a = 2 → 1.99", "b = 1 → 1.01", "b = 1 → 0.99"]
        assert lens.subject == Nudge(session_of("tree")).subject
        lens.turn(study_of(lens), -1)
        assert lines_of(page_of(lens))[0].startswith("b = 1 → 0.99")
        assert lens.session.focus == lens.session.timeline.graph["b"].index

    def test_the_selected_input_counts_and_otherwise_the_last_one(self) -> None:
        session = session_of("tree")
        lens = Nudge(session)
        for selected, name in (("b", "b"), ("e", "b"), ("a", "a")):
            session.look_at(session.timeline.graph[selected].index)
            assert lines_of(page_of(lens))[0].startswith(f"{name} = ")

    def test_of_an_array_one_element_moves_after_the_other(self) -> None:
        lens = Nudge(session_of("two-layer-softmax", selected="W1"))
        lens.turn(study_of(lens), 2)
        page = page_of(lens)
        assert lines_of(page)[0].startswith("W1[0,1] = 0.04 → 0.05")
        assert page.title == "Nudge: W1[0,1], 2 of 15"

    def test_a_click_takes_the_step_of_a_line(self) -> None:
        lens = Nudge(session_of("tree"))
        page = page_of(lens)
        lines = [plain(page.line(index)) for index in range(page.length)]
        lens.point(study_of(lens), next(at for at, line in enumerate(lines) if line.startswith(" 0.001 ")))
        assert lines_of(page_of(lens))[0].endswith("h = 0.001")
        lens.point(study_of(lens), 0)
        assert lines_of(page_of(lens))[0].endswith("h = 0.001")

    def test_the_same_step_goes_on_in_another_run(self) -> None:
        lens = Nudge(session_of("tree"))
        lens.choose(study_of(lens), 1)
        lens.turn(study_of(lens), 3)
        again = lens.resumed(session_of("tree"))
        assert lines_of(page_of(again))[0] == lines_of(page_of(lens))[0] == "b = 1 → 0.999                 h = -0.001"
        other = lens.resumed(session_of("two-embeddings"))
        assert lines_of(page_of(other))[0].endswith("h = 0.01")


class TestTheGraph:
    """What is lit in it."""

    def test_the_change_travels_along_the_edges_downstream(self) -> None:
        lens = Nudge(session_of("tree", selected="a"))
        found = lens.highlight(study_of(lens))
        assert found
        a, c, e = (lens.session.timeline.graph[name].index for name in "ace")
        assert (found.edges, found.flow, found.mark) == ({Edge(c, 0, a), Edge(e, 0, c)}, Flow.FORWARD, "Δ")
        assert found.numbers == {a: "0.01", c: "0.01", e: "0.02"}

    def test_what_the_output_does_not_need_is_left_dark(self) -> None:
        lens = Nudge(session_of('output = "y"\nprogram = """\nz = sin(x)\ny = 2 * x\n"""\n[inputs]\nx = 1.0\n'))
        found = lens.highlight(study_of(lens))
        assert found
        graph = lens.session.timeline.graph
        assert {graph.nodes[edge.consumer].name for edge in found.edges} == {"y"}
        assert graph["z"].index not in found.numbers

    def test_it_ends_where_nothing_moves_any_more(self) -> None:
        lens = Nudge(session_of(KINK))
        lens.turn(study_of(lens), 1)
        found = lens.highlight(study_of(lens))
        assert found
        assert [(edge.consumer, edge.operand) for edge in found.edges] == [
            (lens.session.timeline.graph["c"].index, lens.session.timeline.graph["x"].index)
        ]
        assert set(found.numbers.values()) == {"-0.01", "0"}

    def test_writes_a_number_once_for_a_step(self) -> None:
        found = study_of(Nudge(session_of("two-layer-softmax"))).highlight
        node = next(iter(found.numbers))
        assert found.numbers[node] is found.numbers[node]

    @pytest.mark.parametrize("lesson", ["attention", "where-nan"])
    def test_its_numbers_fit_into_their_boxes(self, lesson: str) -> None:
        lens = Nudge(session_of(lesson))
        lens.choose(study_of(lens), 5)
        found = lens.highlight(study_of(lens))
        assert found
        assert max(map(len, found.numbers.values())) <= NUMBERS_WIDTH


def test_another_size_of_the_same_input_runs_the_graph_once_more_and_no_series() -> None:
    lens = Nudge(session_of("tree"))
    before = study_of(lens).nudging
    lens.choose(study_of(lens), 1)
    assert study_of(lens).nudging is before
    lens.turn(study_of(lens), 2)
    assert study_of(lens).nudging is not before


def test_a_study_can_be_cancelled() -> None:
    lens = Nudge(session_of("tree"))
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        lens.study(lens.subject, progress)


@pytest.mark.parametrize(
    ("x", "y", "count", "lit"),
    [
        (5.01, 5.0, 2, "5.0"),
        (-0.0099, -0.01, 2, "-0.0099"),
        (1.5e-12, 1.4e-12, 1, "1"),
        (1.0, 2.0, 0, ""),
        (3.0, 3.0, 16, "3"),
    ],
)
def test_digits_that_agree(x: float, y: float, count: int, lit: str) -> None:
    assert agreeing(x, y) == count
    first = compared(digits(x, 20), count)[0]
    assert (first.text if first.ink is Ink.NEW_FORWARD else "") == lit


@pytest.mark.parametrize(
    ("x", "y", "text"), [(1.0, 1.01, "1.01"), (3.0, 3.0000001, "3.0000001"), (1.0, 1.0 + 1e-13, "1"), (2.0, 2.0, "2")]
)
def test_a_value_after_the_nudge_is_told_from_the_one_before(x: float, y: float, text: str) -> None:
    assert apart(x, y, 12) == text


@pytest.mark.parametrize(
    ("moved", "text"),
    [
        (0.01, "0.01"),
        (1.001 - 1.0, "0.001"),
        (1.00001 - 1.0, "1e-5"),
        (-0.0087453, "-0.0087"),
        ([0.0, 0.0], "0"),
        ([1.0, 0.0], "[1 0]"),
        ([0.1, 0.2, 0.3, 0.4], "≤0.4"),
        ([0.0036412, 0.0, 1e-9], "≤0.0037"),
        ([float("nan"), 1.0, 1e-9], "nan"),
    ],
)
def test_a_change_in_few_columns(moved: float | list[float], text: str) -> None:
    assert moved_by(value_of(moved), 8) == text


async def test_the_lens_opens_beside_the_graph_and_closes_with_either_key() -> None:
    async with stepping(size=(80, 24)) as pilot:
        await pilot.press("s")
        shown = await text_of(pilot)
        assert "a = 2 → 2.01                    h = 0.01" in shown
        assert "Δ0.02" in shown
        await pilot.press("plus_minus_sign")
        assert "Δ" not in await text_of(pilot)
