"""What the lens on paths shows: pages of a session, without a screen."""

from __future__ import annotations

import pytest

from backprop_tui.progress import Progress
from backprop_tui.tui.lenses.paths import Paths
from backprop_tui.tui.lines import Ink, plain, width
from tests.tui.lenses.path_pages import SIZES, Open, between, lesson, program


class TestTree:
    def test_the_gradient_is_a_sum_over_two_paths(self) -> None:
        assert Open(lesson("tree.toml"), "b").text((40, 19)) == [
            "∂e/∂b = 1·2 + 1·3 = 5",
            "2 paths",
            "  largest first         product  share",
            "▶ b → d → e      1 · 3        3    60%",
            "  b → c → e      1 · 2        2    40%",
            "",
            "Reverse mode: 2 events for 2 paths",
            "∂e/∂b = ∂e/∂c·∂c/∂b + ∂e/∂d·∂d/∂b",
            "  event  from         adds  paths",
            "✓     9  d     3 · 1     3      1",
            "▶    11  c     2 · 1     2      1",
            "All paths together have 4 factors;",
            "reverse mode goes along 4 edges, each",
            "once.",
            "",
            "from e back  factor  product  paths",
            "seed                       1      1",
            "∂e/∂d             3        3      1",
            "∂d/∂b             1        3      2",
        ]

    def test_numbers_take_the_place_of_symbols_as_they_are_computed(self) -> None:
        tree = Open(lesson("tree.toml"), "b")
        sums = []
        for position in (2, 3, 4, 5, 9, 10, 11):
            tree.session.position = position
            sums.append(tree.text()[0])
        assert sums == [
            "∂e/∂b = ∂c/∂b·∂e/∂c + ∂d/∂b·∂e/∂d = ·",
            "∂e/∂b = 1·∂e/∂c + ∂d/∂b·∂e/∂d = ·",
            "∂e/∂b = 1·∂e/∂c + 1·∂e/∂d = ·",
            "∂e/∂b = 1·2 + 1·3 = ·",
            "∂e/∂b = 1·2 + 1·3 = ·",
            "∂e/∂b = 1·2 + 1·3 = ·",
            "∂e/∂b = 1·2 + 1·3 = 5",
        ]

    def test_before_the_output_is_computed_nobody_knows_which_path_is_the_largest(self) -> None:
        lines = Open(lesson("tree.toml"), "b", 4).text()
        assert between(lines, "program order") == [
            "  program order  product",
            "▶ b → c → e            ·",
            "  b → d → e            ·",
            "What a path brings is known as soon as e is computed.",
        ]
        assert between(lines, "event") == [
            "  event  from  adds  paths",
            "      9  d        ·      1",
            "     11  c        ·      1",
            *lines[-7:-5],
        ]
        assert between(lines, "from e back") == [
            "from e back  factor  product  paths",
            "seed                       ·      1",
            "∂e/∂c             ·        ·      1",
            "∂c/∂b             1        ·      2",
        ]

    def test_an_event_that_is_done_shows_what_it_adds(self) -> None:
        assert between(Open(lesson("tree.toml"), "b", 9).text(), "event")[:3] == [
            "  event  from         adds  paths",
            "▶     9  d     3 · 1     3      1",
            "     11  c               ·      1",
        ]

    def test_the_chosen_path_is_lit_in_the_graph(self) -> None:
        tree = Open(lesson("tree.toml"), "b")
        assert tree.lit == {("b", "d"), ("d", "e")}
        tree.lens.choose(tree.study, 1)
        assert tree.chosen.startswith("▶ b → c → e")
        assert tree.lit == {("b", "c"), ("c", "e")}
        tree.lens.choose(tree.study, 7)
        assert tree.lit == {("b", "c"), ("c", "e")}
        tree.lens.choose(tree.study, -9)
        assert tree.lit == {("b", "d"), ("d", "e")}

    def test_another_order_has_a_choice_of_its_own(self) -> None:
        tree = Open(lesson("tree.toml"), "b")
        tree.lens.turn(tree.study, 1)
        assert "  program order" in tree.text()[4 - 1]
        assert tree.chosen.startswith("▶ b → c → e")
        tree.lens.choose(tree.study, 1)
        tree.lens.turn(tree.study, 1)
        assert tree.chosen.startswith("▶ b → d → e")
        tree.lens.turn(tree.study, -1)
        assert tree.chosen.startswith("▶ b → d → e")

    def test_a_click_chooses_the_path_of_its_line(self) -> None:
        tree = Open(lesson("tree.toml"), "b")
        page = tree.page()
        line = next(line for line in range(page.length) if plain(page.line(line)).startswith("  b → c → e"))
        tree.lens.point(tree.study, line)
        assert tree.lit == {("b", "c"), ("c", "e")}
        for elsewhere in (-1, 0, line + 1, 99):
            tree.lens.point(tree.study, elsewhere)
        assert tree.lit == {("b", "c"), ("c", "e")}

    def test_it_is_about_the_selected_node(self) -> None:
        session = lesson("tree.toml")
        lens = Paths(session)
        session.look_at(session.timeline.graph["d"].index)
        assert lens.subject.node == session.timeline.graph["d"].index
        assert lens.page(lens.study(lens.subject, Progress()), 40, 19).title == "Paths from d to e"

    def test_in_another_run_the_order_stays(self) -> None:
        tree = Open(lesson("tree.toml"), "b")
        tree.lens.turn(tree.study, 1)
        other = lesson("tree.toml")
        other.go(len(other.timeline))
        resumed = tree.lens.resumed(other)
        assert resumed.session is other
        tree.lens = resumed
        assert "  program order" in tree.text()[3]


class TestSpecialCases:
    def test_an_operand_used_twice_has_two_paths(self) -> None:
        lines = Open(program("y = a * a", "a = -3.0"), "a").text()
        assert lines[0] == "∂y/∂a = -3 + (-3) = -6"
        assert between(lines, "largest first")[1:] == [
            "▶ a₁ → y         -3       -3    50%",
            "  a₂ → y         -3       -3    50%",
        ]
        assert between(lines, "event")[1:3] == [
            "✓     4  y (a₁)  1 · (-3)    -3      1",
            "▶     5  y (a₂)  1 · (-3)    -3      1",
        ]

    def test_the_seed_is_the_last_factor_unless_it_is_1(self) -> None:
        lines = Open(program("y = a * b", "a = 3.0\nb = -2.0", "seed = 0.5\n"), "a").text()
        assert lines[0] == "∂y/∂a = -2·0.5 = -1"
        assert between(lines, "from y back")[1] == "seed                     0.5      1"

    def test_a_single_edge_is_not_written_twice(self) -> None:
        assert Open(lesson("tree.toml"), "d").text()[0] == "∂e/∂d = 3"
        assert Open(lesson("tree.toml"), "d", position=0).text()[0] == "∂e/∂d = ·"

    def test_the_output_is_at_the_end_of_an_empty_path(self) -> None:
        tree = Open(lesson("tree.toml"), "e")
        assert tree.text() == [
            "∂e/∂e = 1",
            "1 path",
            "",
            "  largest first     product",
            "▶ e              1        1",
            "e is the output: its gradient is the seed, and the path",
            "to it has no edge.",
        ]
        assert tree.lit == set()

    @pytest.mark.parametrize(
        ("name", "why"),
        [
            ("u", "y does not depend on it."),
            ("x", "It does not require a gradient."),
            ("m", "None of its operands requires a gradient."),
            ("n", "Its operation has no derivative."),
        ],
    )
    def test_where_there_is_no_path_it_says_why(self, name: str, why: str) -> None:
        inputs = "a = 2.0\nx = { value = 1.0, requires_grad = false }"
        shown = Open(program("u = a + 1\nm = x + 1\nn = a > 1\ny = a * m", inputs), name)
        assert shown.text() == [f"∂y/∂{name} = —", *between(shown.text(), "0 paths")]
        assert " ".join(shown.text()).endswith(why)
        assert shown.lens.highlight(shown.study) is None
        shown.lens.choose(shown.study, 1)
        shown.lens.turn(shown.study, 1)
        shown.lens.point(shown.study, 0)
        assert len(shown.text()) > 1

    def test_a_gate_that_stops_what_is_infinite_is_named(self) -> None:
        lines = Open(program("h = relu(x)\ny = sqrt(h)", "x = -1.0"), "x").text()
        assert lines[0] == "∂y/∂x = 0·inf = 0"
        assert "A rule on this path keeps out what is infinite" in " ".join(lines)

    def test_a_product_too_small_for_a_number_is_named(self) -> None:
        lines = Open(program("y = a * 1e-200 * 1e-200", "a = 1.0"), "a").text()
        assert lines[0] == "∂y/∂a = 1.00e-200·1.00e-200 = 0"
        assert "No factor is 0, but their product is too small" in " ".join(lines)

    def test_what_is_not_finite_is_red(self) -> None:
        page = Open(program("z = sqrt(b)\ny = 7 * b + z * 0", "b = 0.0"), "b").page()
        red = [span.text.strip() for line in page.head for span in line if span.ink is Ink.TROUBLE]
        red += [span.text.strip() for row in range(3) for span in page.line(row) if span.ink is Ink.TROUBLE]
        assert red == ["nan", "nan"]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("name", "node"),
    [("rnn-20-steps.toml", "W"), ("attention.toml", "X"), ("cs231n-staged.toml", "x"), ("batch-norm.toml", "x")],
)
def test_no_line_is_wider_than_the_panel(name: str, node: str, size: tuple[int, int]) -> None:
    session = lesson(name)
    for position in (0, session.timeline.seed_event, len(session.timeline)):
        page = Open(session, node, position).page(size)
        for line in (*page.head, *map(page.line, range(page.length))):
            assert width(line) <= size[0], plain(line)


def test_long_names_give_way() -> None:
    first, second = "the_first_of_the_two_inputs", "the_second_of_the_two_inputs"
    product = "the_product_of_the_two_inputs"
    lines = Open(program(f"{product} = {first} * {second} + {first}", f"{first} = 3.0\n{second} = 3.5"), first).text(
        (40, 19)
    )
    assert max(map(len, lines)) <= 40
    assert between(lines, "largest first") == [
        "  largest first                  product",
        "▶ the_f…nputs → … → the_p…nputs      3.5",
        "  the_fi…inputs → the_pr…inputs      1",
    ]
