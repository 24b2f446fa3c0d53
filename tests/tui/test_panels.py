"""What the panels say: pure functions from a session to lines."""

from __future__ import annotations

import pytest

import backprop_tui as bp
from backprop_tui.lessons import Lesson, directory, lessons
from backprop_tui.narration import narrate
from backprop_tui.tui.lines import Ink, Page, Span, plain, width
from backprop_tui.tui.panels import chain_rule, header, lesson, markdown, track
from backprop_tui.tui.panels.program import Program
from backprop_tui.tui.panels.values import Table
from backprop_tui.tui.session import Session
from backprop_tui.tui.widgets.panel import edge
from benchmarks.scenarios import Network, mlp

BATCHES = """
program = '''
C = A @ B
z = sum(C ** 2)
'''
[inputs]
A = [[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.5]]]
B = [[0.123, -0.4567], [0.789, 1.0]]
"""


LONG_NAMES = """
program = '''
the_product_of_the_two_inputs = the_first_of_the_two_inputs * the_second_of_the_two_inputs
'''
[inputs]
the_first_of_the_two_inputs = 3.0
the_second_of_the_two_inputs = 3.5
"""


def session_of(text: str) -> Session:
    scenario = bp.loads(text)
    return Session(scenario, bp.run(scenario.graph))


@pytest.fixture
def tree() -> Session:
    scenario = bp.load(directory() / "tree.toml")
    return Session(scenario, bp.run(scenario.graph))


def text(page: Page) -> list[str]:
    lines = [*page.head, *(page.line(index) for index in range(page.length))]
    return [plain(line).rstrip() for line in lines]


DECIMALS = """
program = '''
p = a * b
q = p + a
r = q * a
'''
[inputs]
a = 0.5
b = -12.25
"""


class TestTable:
    def test_shows_nothing_before_it_is_computed(self, tree: Session) -> None:
        assert text(Table(tree).page(30))[1:] == [f"{name}         ·          ·" for name in "abcde"]

    def test_shows_who_sends_who_receives_and_what_changes(self, tree: Session) -> None:
        tree.go(11)
        assert text(Table(tree).page(30)) == [
            "node  value   gradient",
            "a         2          2",
            "b ◀       1      3 → 5",
            "c ●       3          2",
            "d         2          3",
            "e         6          1",
        ]

    @pytest.mark.parametrize("cells", [18, 22, 30, 60])
    def test_arrays_never_outgrow_the_table_and_no_number_is_cut(self, cells: int) -> None:
        session = session_of(BATCHES)
        table = Table(session)
        for at in range(len(session.timeline) + 1):
            session.go(at)
            page = table.page(cells)
            assert all(width(page.line(index)) <= cells for index in range(page.length))
            assert not any("…" in plain(page.line(index))[9:] for index in range(page.length))

    def test_with_room_for_one_column_it_holds_what_the_phase_is_about(self, tree: Session) -> None:
        table = Table(tree)
        tree.go(3)
        assert [line.split() for line in text(table.page(18))[:2]] == [["node", "value"], ["a", "●", "2"]]
        tree.go(10)
        assert [line.split() for line in text(table.page(18))[:2]] == [["node", "gradient"], ["a", "◀", "2"]]

    def test_aligns_decimal_points_in_columns_that_never_jump(self) -> None:
        session = session_of(DECIMALS)
        table = Table(session)
        points = set()
        for position in range(len(session.timeline) + 1):
            session.go(position)
            for line in text(table.page(60))[1:]:
                if "." in line:
                    points |= {index for index, char in enumerate(line) if char == "." and index > 30}
        assert len(points) <= 2  # the gradient, and what it was before

    @pytest.mark.parametrize("cells", [30, 24, 22])
    def test_rows_are_told_apart_by_their_names(self, cells: int) -> None:
        session = session_of(mlp(Network.random((2, 12, 12, 1)), [(0.1, 0.2)]))
        names = [row[:8] for row in text(Table(session).page(cells))[1:]]
        assert len(set(names)) > 0.9 * len(names)

    def test_a_node_without_a_gradient_says_so_from_the_start(self) -> None:
        session = session_of("program = 'y = x * t'\n[inputs]\nx = 2.0\nt = { value = 3.0, requires_grad = false }\n")
        assert text(Table(session).page(30))[2].endswith("—")

    def test_a_narrow_table_keeps_the_gradients(self, tree: Session) -> None:
        tree.go(11)
        assert text(Table(tree).page(16))[:3] == ["node    gradient", "a              2", "b ◀        3 → 5"]

    @pytest.mark.parametrize("cells", [16, 22, 30, 48])
    @pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.path.stem)
    def test_every_number_of_every_lesson_is_whole(self, lesson: Lesson, cells: int) -> None:
        scenario = bp.load(lesson.path)
        session = Session(scenario, bp.run(scenario.graph))
        table = Table(session)
        for position in (0, session.timeline.seed_event, len(session.timeline) - 3, len(session.timeline)):
            session.go(position)
            page = table.page(cells)
            for index in range(page.length):
                name, *numbers = page.line(index)
                assert width((name, *numbers)) <= cells
                assert "…" not in plain(numbers)

    def test_clicks_find_nodes(self, tree: Session) -> None:
        table = Table(tree)
        assert [table.node_at(line) for line in (-1, 0, 4, 5)] == [None, 0, 5, None]


class TestProgram:
    def test_forward_marks_the_line_at_work_and_those_done(self, tree: Session) -> None:
        tree.go(4)
        assert text(Program(tree).page(20)) == [
            "✓ a = 2",
            "✓ b = 1",
            "✓ c = a + b",
            "▶ d = b + 1",
            "  e = c * d",
            "",
            "  e.backward()",
        ]

    def test_the_seed_stands_at_backward(self, tree: Session) -> None:
        tree.go(6)
        assert text(Program(tree).page(20))[-1] == "▶ e.backward()"

    def test_backward_marks_the_line_whose_gradient_flows_back(self, tree: Session) -> None:
        tree.go(10)
        page = Program(tree).page(20)
        assert text(page) == [
            "  a = 2",
            "  b = 1",
            "▶ c = a + b",
            "✓ d = b + 1",
            "✓ e = c * d",
            "",
            "✓ e.backward()",
        ]
        assert page.follow == 2

    def test_comments_are_quiet_and_never_done(self) -> None:
        session = session_of("program = '''\n# why\ny = x * x  # square\n'''\n[inputs]\nx = 2.0\n")
        session.go(2)
        page = Program(session).page(30)
        assert text(page)[1:3] == ["  # why", "▶ y = x * x  # square"]
        assert page.line(1)[-1].ink is Ink.FAINT


class TestChainRule:
    def page(self, session: Session, position: int, cells: int, rows: int) -> list[str]:
        narration = narrate(session.timeline, position)
        assert narration
        return text(chain_rule.page(narration, cells, rows))

    def test_numbers_stand_under_their_symbols(self, tree: Session) -> None:
        symbols, numbers = self.page(tree, 11, 116, 7)[:2]
        assert symbols == "∂e/∂b += ∂e/∂c · ∂c/∂b"
        assert numbers == "      =    2   ·   1   = 2                        b.grad  3 → 5"

    def test_few_rows_take_one_line_for_the_formula(self, tree: Session) -> None:
        lines = self.page(tree, 11, 78, 4)
        assert lines[0].split() == [
            "∂e/∂b",
            "+=",
            "∂e/∂c",
            "·",
            "∂c/∂b",
            "=",
            "2",
            "·",
            "1",
            "=",
            "2",
            "b.grad",
            "3",
            "→",
            "5",
        ]
        assert len(lines) == 4

    def test_words_are_whole_or_absent(self, tree: Session) -> None:
        assert len(self.page(tree, 11, 58, 2)) == 2

    def test_four_rows_say_what_came_out_and_why_however_long_the_formula(self) -> None:
        session = session_of((directory() / "mazur-2-2-2.toml").read_text(encoding="utf-8"))
        for at in range(1, len(session.timeline) + 1):
            narration = narrate(session.timeline, at)
            assert narration is not None
            shown = " ".join(self.page(session, at, 78, 4)[:4])
            assert narration.result in shown
            assert narration.change.rpartition("→")[2] in shown
            assert " ".join(narration.words.split()[:4]) in shown

    def test_the_outcome_of_a_long_evaluation_is_its_value(self) -> None:
        session = session_of(LONG_NAMES)
        assert self.page(session, 3, 70, 4)[1].split() == ["=", "10.5"]

    def test_at_a_kink_the_words_have_two_of_four_rows_and_one_of_two(self) -> None:
        session = session_of("program = 'z = sum(1 / x)'\n[inputs]\nx = [[0.0, 1.0, -1.0], [2.0, 3.0, 4.0]]\n")
        at = len(session.timeline)
        kink = "In 1 of 6 elements x is 0, a pole of the quotient: the derivative is infinite."
        assert self.page(session, at, 78, 4)[2] == kink
        assert kink.startswith(self.page(session, at, 58, 2)[1])

    def test_several_kinks_are_counted_where_they_are_not_all_in_view(self) -> None:
        session = session_of("program = 'z = sum(x ** y)'\n[inputs]\nx = [0.0, 0.0, -2.0]\ny = [0.0, -1.0, 3.0]\n")
        at = len(session.timeline)
        assert self.page(session, at, 78, 4)[2].startswith("3 kinks met (J shows all). In 1 of 3 elements")
        assert "kinks met" not in " ".join(self.page(session, at, 100, 12))

    @pytest.mark.parametrize("cells", [20, 30, 50, 80, 200])
    def test_every_term_is_there_however_narrow(self, tree: Session, cells: int) -> None:
        lines = self.page(tree, 11, cells, 40)
        shown = "".join(lines[: len(lines)])
        for term in ("∂e/∂b", "+=", "∂e/∂c", "∂c/∂b", "b.grad  3 → 5"):
            assert term in shown


class TestTrack:
    def test_ends_and_seed_stand_where_they_should(self, tree: Session) -> None:
        [line] = text(track.page(tree, 40))
        assert line.startswith(" forward ●")
        tree.go(len(tree.timeline))
        [line] = text(track.page(tree, 40))
        assert line.endswith("● backward")
        assert line.count("┿") == 1

    def test_columns_lead_back_to_positions(self, tree: Session) -> None:
        for position in range(len(tree.timeline) + 1):
            tree.go(position)
            [line] = text(track.page(tree, 120))
            assert track.position_at(tree, 120, line.index("●")) == position

    def test_outside_the_line_are_the_ends(self, tree: Session) -> None:
        assert track.position_at(tree, 120, -5) == 0
        assert track.position_at(tree, 120, 500) == len(tree.timeline)


class TestHeader:
    @pytest.mark.parametrize(
        ("position", "state"),
        [
            (0, "start    event  0/11"),
            (3, "▶ forward    c        event  3/11"),
            (11, "◀ backward   b.grad   event 11/11"),
        ],
    )
    def test_says_what_is_happening(self, tree: Session, position: int, state: str) -> None:
        tree.go(position)
        [line] = text(header.state(tree, header.state_width(tree, 120)))
        assert line.strip() == state

    def test_nothing_jumps(self, tree: Session) -> None:
        columns = set()
        for position in range(len(tree.timeline) + 1):
            tree.go(position)
            columns.add(text(header.state(tree, header.state_width(tree, 120)))[0].index("event"))
        assert len(columns) == 1


class TestLesson:
    def test_the_start_shows_how_it_begins_and_what_to_press(self, tree: Session) -> None:
        lines = text(lesson.opening(tree.scenario, 100, 7))
        assert lines[0].startswith("Nudge b a little.")
        assert lines[-1].startswith("→ does the first event")

    def test_the_start_makes_no_more_lines_than_fit(self) -> None:
        assert len(markdown.first_paragraph("**a** `b` " * 100, 10, 5)) == 5
        assert markdown.first_paragraph("a\n\nb", 10, 5) == [(Span(""), Span("a"))]
        assert markdown.first_paragraph("", 10, 5) == []

    def test_a_scenario_without_words_says_so(self) -> None:
        session = session_of("program = 'y = x * x'\n[inputs]\nx = 2.0\n")
        for is_done in (False, True):
            assert text(lesson.page(session.scenario, 60, is_done=is_done)) == ["This scenario has no description."]

    def test_answers_are_for_the_end_of_the_run(self) -> None:
        words = 'description = """\nWhy?\n\n## Answers\n\nThat.\n"""\n'
        scenario = session_of(words + "program = 'y = x * x'\n[inputs]\nx = 2.0\n").scenario
        assert text(lesson.page(scenario, 60, is_done=False)) == [
            "Why?",
            "",
            "The answers are here at the end of the run.",
        ]
        assert text(lesson.page(scenario, 60, is_done=True)) == ["Why?", "", "Answers", "", "That."]

    def test_markdown_knows_bold_code_and_lists_and_leaves_the_rest(self) -> None:
        lines = markdown.render("# Title\n\na **b** `c * d` [x](y)\nmore\n\n- one\n- two words\n", 9)
        assert [plain(line) for line in lines] == [
            "Title",
            "",
            "a b c * d",
            "[x](y)",
            "more",
            "",
            "· one",
            "· two",
            "  words",
        ]


@pytest.mark.parametrize("title", ["title", "漢字の題", "漢" * 30, "e\u0301" * 20])
@pytest.mark.parametrize("cells", [1, 2, 8, 14, 15, 30])
def test_an_edge_is_as_wide_as_its_panel_whatever_the_title(title: str, cells: int) -> None:
    assert width(edge("╭", title, "╮", cells)) == cells
