"""What the lens on paths shows: pages of a session, without a screen."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

import backprop_tui as bp
from backprop_tui.engine.timeline import Timeline
from backprop_tui.lenses.path_products import PathProducts
from backprop_tui.lessons import directory
from backprop_tui.progress import Progress
from backprop_tui.tui.lenses.paths import Paths, Study
from backprop_tui.tui.lines import Ink, Page, plain, width
from backprop_tui.tui.panels.path_words import many
from backprop_tui.tui.session import Session

SIZES = (40, 19), (56, 26), (80, 42), (56, 12)
DIAMONDS = "\n".join(f"a{i} = x{i} * 0.5\nb{i} = sin(x{i})\nx{i + 1} = a{i} + b{i}" for i in range(100))
ARRAYS = "\n".join(f"x{i + 1} = sin(x{i}) + cos(x{i})" for i in range(30))


class Open:
    """The lens on a node, opened in a session."""

    def __init__(self, session: Session, node: str, position: int | None = None) -> None:
        self.session = session
        session.go(len(session.timeline) if position is None else position)
        session.look_at(session.timeline.graph[node].index)
        self.lens = Paths(session)

    @property
    def study(self) -> Study:
        return self.lens.study(self.lens.subject, Progress())

    def page(self, size: tuple[int, int] = (56, 26)) -> Page:
        return self.lens.page(self.study, *size)

    def text(self, size: tuple[int, int] = (56, 26)) -> list[str]:
        page = self.page(size)
        return [plain(line).rstrip() for line in (*page.head, *map(page.line, range(page.length)))]

    @property
    def chosen(self) -> str:
        """The line of the chosen path."""
        return next(line for line in self.text() if line.startswith("▶"))

    @property
    def lit(self) -> set[tuple[str, str]]:
        """The edges that are lit in the graph, from operand to consumer."""
        nodes, highlight = self.session.timeline.graph.nodes, self.lens.highlight(self.study)
        assert highlight is not None
        return {(nodes[edge.operand].name, nodes[edge.consumer].name) for edge in highlight.edges}


def of(scenario: bp.Scenario) -> Session:
    return Session(scenario, bp.run(scenario.graph))


def lesson(name: str) -> Session:
    return of(bp.load(directory() / name))


def program(text: str, inputs: str, more: str = "") -> Session:
    return of(bp.loads(f"{more}program = '''\n{text}\n'''\n[inputs]\n{inputs}\n"))


def between(lines: Sequence[str], first: str, last: str = "") -> list[str]:
    """From the line that begins so to the next blank one."""
    start = next(place for place, line in enumerate(lines) if line.strip().startswith(first))
    return list(lines[start : [*lines, last].index(last, start)])


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


class TestManyPaths:
    def test_a_hundred_layers_of_diamonds(self) -> None:
        lines = Open(program(DIAMONDS, "x0 = 1.0"), "x0").text()
        assert lines[:8] == [
            "∂x100/∂x0 = 4.895e-73",
            "1-8 of 1,267,650,600,228,229,401,496,703,205,376 paths",
            "",
            "  largest first                                  product",
            "▶ x0 → b0 → x1 → a1 → x2 → a2 → … → x100       8.524e-31",
            "  x0 → a0 → x1 → … → x100                      7.889e-31",
            "  x0 → … → b99 → x100                         -5.44e-31",
            "  x0 → … → b98 → x99 → … → x100               -5.44e-31",
        ]
        assert between(lines, "Reverse mode") == [
            "Reverse mode: 2 events for ≈1.27·10^30 paths",
            "∂x100/∂x0 = ∂x100/∂a0·∂a0/∂x0 + ∂x100/∂b0·∂b0/∂x0",
            "  event  from       adds        paths",
            "✓   701  b0    2.542e-73  ≈6.34·10^29",
            "▶   702  a0    2.353e-73  ≈6.34·10^29",
            "Event 701 alone stands for",
            "633,825,300,114,114,700,748,351,602,688 paths. All paths",
            "together have ≈2.54·10^32 factors; reverse mode goes",
            "along 400 edges, each once.",
        ]
        assert "… 121 more edges" in lines
        assert lines[-1].split()[0] == "∂b0/∂x0"
        assert lines[-1].split()[-1] == "≈1.27·10^30"

    @pytest.mark.parametrize("size", SIZES)
    def test_large_numbers_give_way(self, size: tuple[int, int]) -> None:
        assert max(map(len, Open(program(DIAMONDS, "x0 = 1.0"), "x0").text(size))) <= size[0]

    def test_a_long_path_is_told_by_where_it_leaves_the_chosen_one(self) -> None:
        assert between(Open(lesson("rnn-20-steps.toml"), "h_1").text(), "largest first") == [
            "  largest first                              norm  share",
            "▶ h_1 → … → h_2 → … → h_3 → … → loss     3.675e-5    50%",
            "  h_1 → … → error₂ → loss                3.675e-5    50%",
        ]

    def test_of_many_events_those_around_the_position_are_shown(self) -> None:
        shown = Open(lesson("rnn-20-steps.toml"), "W", 146)
        lines = between(shown.text(), "event")
        assert [line.split()[0] for line in lines[1:13]] == ["✓"] * 5 + ["▶", "152", "158", "164", "170", "176", "182"]
        assert lines[13] == "  7 more after"
        shown.session.go(len(shown.session.timeline) - 10)
        lines = between(shown.text(), "event")
        assert lines[1] == "  7 more before"
        assert lines[2].startswith("✓   158")

    def test_the_list_moves_with_the_choice(self) -> None:
        shown = Open(program(DIAMONDS, "x0 = 1.0"), "x0")
        shown.lens.choose(shown.study, 40)
        assert shown.text()[1].startswith("37-44 of 1,267,650,")
        page = shown.page()
        assert page.follow is not None
        assert plain(page.line(page.follow)).startswith("▶")
        shown.lens.choose(shown.study, 10**6)
        assert f"No more than {shown.study.products.listed} paths are listed." in shown.text()
        assert shown.text()[1].startswith(f"{shown.study.products.listed - 7}-{shown.study.products.listed} of ")

    def test_too_many_paths_between_arrays_are_not_ranked(self) -> None:
        lines = Open(program(f"{ARRAYS}\ny = sum(x30)", "x0 = [1.0, 2.0]"), "x0").text()
        assert lines[1] == "1-8 of 1,073,741,824 paths"
        assert lines[3].split() == ["program", "order", "norm"]
        assert "To follow all paths between arrays would take too long:" in lines

    @pytest.mark.parametrize(
        ("count", "text"),
        [
            (0, "0"),
            (1_267_650, "1,267,650"),
            (99_999_999, "99,999,999"),
            (100_000_000, "≈1.00·10^8"),
            (2**100, "≈1.27·10^30"),
            (9_999_999_999, "≈1.00·10^10"),
            (10**4000, "over 10^4000"),
        ],
    )
    def test_a_number_of_paths_in_ten_columns(self, count: int, text: str) -> None:
        assert many(count, 10) == text


class TestArrays:
    @pytest.mark.parametrize("position", [3, 8, -1])
    def test_what_takes_long_is_not_left_to_the_page(self, position: int, monkeypatch: pytest.MonkeyPatch) -> None:
        session = program("h = tanh(W @ W)\nk = h @ W\ny = sum(k)", "W = [[1.0, 2.0], [3.0, 4.0]]")
        shown = Open(session, "W", position % (len(session.timeline) + 1))
        study = shown.study

        def never(*_: object) -> None:
            raise AssertionError

        monkeypatch.setattr(PathProducts, "send", never)
        monkeypatch.setattr(Timeline, "event", never)
        assert shown.lens.page(study, 80, 42).length > 10
        assert shown.lens.highlight(study) is not None

    def test_a_path_brings_an_array_and_has_a_norm(self) -> None:
        inputs = "W = [[1.0, 2.0], [3.0, 4.0]]\nx = [1.0, 1.0]"
        lines = Open(program("p = W @ x\nq = 2 * x\ny = sum(p + q)", inputs), "x").text((80, 42))
        assert lines[0] == "∂y/∂x = [6 8]"
        assert between(lines, "largest first") == [
            "  largest first              norm  share",
            "▶ x → p → p + q → y  [4 6]  7.211    72%",
            "  x → q → p + q → y  [2 2]  2.828    28%",
        ]
        assert between(lines, "from y back") == [
            "from y back          norm  paths",
            "seed             1  1          1",
            "∂y/∂(p + q)  [1 1]  1.414      1",
            "∂(p + q)/∂p  [1 1]  1.414      1",
            "∂p/∂x        [4 6]  7.211      2",
        ]

    def test_to_a_number_a_path_brings_a_number_with_its_sign(self) -> None:
        spiral = Open(lesson("spiral.toml"), "t")
        assert between(spiral.text(), "largest first")[:3] == [
            "  largest first          product  share",
            "▶ t → a → c → x → curve  -2.524     82%",
            "  t → r → x → curve       0.5403    18%",
        ]
        assert between(spiral.text((40, 30)), "event  from")[:4] == [
            "  event  from     adds  paths",
            "✓    14  z      0           1",
            "✓    21  r      0.5403      2",
            "▶    22  a     -2.524       2",
        ]

    def test_a_path_that_brings_all_has_all_of_the_share(self) -> None:
        found = Open(lesson("spiral.toml"), "a").text()
        assert [line.split()[-1] for line in between(found, "largest first")[1:]] == ["100%", "0%"]


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
